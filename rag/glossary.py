"""The glossary: English words for Arabic words without their clitics, English spellings of names, and how probable a
letter is in one.

rag/data/glossary.npz is written by training/glossary.py. `words`: Arabic words in search form without clitics
(index/clitics.py), in code-point order, one a line; `count`: four times how often each stands in the pairs that it was
trained on, weighted; `number`: how many senses each has; `target`: their places in `english`, `root`: the roots of
their probabilities (p = (root / 255)**2), best first. `surfaces`: English stem TAB word, where the stem is no
word. `name_forms`, `name_spelled`: parts of names, and how each is spelled. `letters`: rag/romanising.py says what. An
array is unpacked when it is first needed.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


class Glossary:
    """Arabic words and names with their English. `load()` gives the one that is shipped."""

    def __init__(self, arrays: np.lib.npyio.NpzFile | dict[str, NDArray[np.generic]]) -> None:
        self._arrays = arrays

    @classmethod
    def load(cls) -> Glossary:
        """The shipped glossary, read once a process."""
        return _shipped()

    def senses(self, word: str) -> tuple[tuple[str, float], ...]:
        """English words for an Arabic word in search form, without clitics, and their probabilities, best first."""
        at = self._places.get(word)
        if at is None:
            return ()
        first, last = self._starts[at : at + 2].tolist()
        english = self._english
        return tuple(
            (english[target], (root / 255) ** 2)
            for target, root in zip(self._target[first:last].tolist(), self._root[first:last].tolist(), strict=True)
        )

    def count(self, word: str) -> float:
        """How often the word, without clitics, stands in the pairs; 0 of one that is not in them."""
        at = self._places.get(word)
        return self._count[at] / 4 if at is not None else 0.0

    def name(self, form: str) -> str | None:
        """The English spelling of a part of a name, in search form and without article; None where it is not known."""
        forms, spelled = self._names
        at = bisect_left(forms, form)
        return spelled[at] if at < len(forms) and forms[at] == form else None

    def surface(self, stem: str) -> str:
        """An English word that has this index stem."""
        return self._surfaces.get(stem, stem)

    @cached_property
    def letters(self) -> NDArray[np.uint8]:
        """-16 log2 P(letter | the three before it), shape (27, 27, 27, 27); 0 is the edge of a word, 1 is a."""
        return np.asarray(self._arrays["letters"], np.uint8)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self._lines("words"))}

    @cached_property
    def _count(self) -> list[int]:
        return list(self._arrays["count"].tolist())

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.concatenate(([0], np.cumsum(self._arrays["number"], dtype=np.int64)))

    @cached_property
    def _target(self) -> NDArray[np.generic]:
        return self._arrays["target"]

    @cached_property
    def _root(self) -> NDArray[np.generic]:
        return self._arrays["root"]

    @cached_property
    def _english(self) -> list[str]:
        return self._lines("english")

    @cached_property
    def _names(self) -> tuple[list[str], list[str]]:
        return self._lines("name_forms"), self._lines("name_spelled")

    @cached_property
    def _surfaces(self) -> dict[str, str]:
        return dict(line.split("\t") for line in self._lines("surfaces"))

    def _lines(self, name: str) -> list[str]:
        return bytes(self._arrays[name].tobytes()).decode().split("\n")


@cache
def _shipped() -> Glossary:
    held = files("rag").joinpath("data/glossary.npz").read_bytes()
    return Glossary(np.load(io.BytesIO(held), allow_pickle=False))
