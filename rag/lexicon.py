"""The translation lexicon: which index stems of the other language say what a stem says, and how rare a stem
is at large.

rag/data/lexicon.npz is written by training/lexicon.py. For each language (ar, en, fr) it holds the stems in
code-point order, one a line (`ar_stems`; French ones are roots, index.tokens.french_root), and in how many
background sentences each stands (`ar_df`); for English in how many of a hundred of these it has a capital
(`en_capital`), and whether it names a place (`en_place`); for each direction (en_ar, ar_en, fr_ar, fr_en) how many
translations each stem has (`number`), their places among the target's stems (`target`) and the roots of their
probabilities (`root`: p = (root / 255)**2), best first. An array is unpacked when it is first needed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.tokens import is_arabic

Source = Literal["ar", "en", "fr"]
Target = Literal["ar", "en"]


class Lexicon:
    """Translations of index stems. Stems are as index.tokens.stem makes them; French ones as french_root does."""

    def __init__(self, arrays: dict[str, NDArray[np.generic]] | np.lib.npyio.NpzFile) -> None:
        """`arrays` as the module says; `load()` gives the lexicon that is shipped."""
        self._arrays = arrays
        self._sentences = int(arrays["sentences"])
        self._array = cache(self._unpack)
        self._stems = cache(self._split)
        self._starts = cache(self._add_up)
        self._look_up = lru_cache(maxsize=20_000)(self._translate)

    @classmethod
    def load(cls) -> Lexicon:
        """The shipped lexicon, read once a process."""
        return _shipped()

    def stems(self, language: Source) -> list[str]:
        """Every stem of a language, in code-point order."""
        return self._stems(language)

    def translate(self, stem: str, to: Target, source: Source = "en") -> tuple[tuple[str, float], ...]:
        """The stems of language `to` that translate `stem`, with their probabilities, best first; empty
        where none is known.

        An Arabic stem is Arabic whatever `source` says, a Latin one never is; a French stem that the French
        list lacks is looked up as English (names and borrowings). The probabilities of one stem sum to at
        most 1. A number, and a stem of language `to`, is its own translation, with 1.
        """
        if stem[:1].isdigit():
            return ((stem, 1.0),)
        if is_arabic(stem):
            source = "ar"
        elif source == "ar":
            source = "en"
        return self._look_up(stem, to, source)

    def rarity(self, stem: str, source: Source | None = None) -> float:
        """How rare `stem` is at large: log((N + 1) / (df + 1)) in nats over N background sentences, 0 where
        it is in all of them.

        A stem that is in none of them gets the highest value, log(N + 1), about 10.6. A stem unknown to
        English text that the French list knows, or any such stem if `source` is "fr", is as rare as its
        translations are.
        """
        if is_arabic(stem):
            order: tuple[Source, ...] = ("ar",)
        else:
            order = ("fr", "en") if source == "fr" else ("en", "fr")
        for language in order:
            at = self._place(language, stem)
            if at is not None and (count := int(self._array(f"{language}_df")[at])):
                return math.log((self._sentences + 1) / (count + 1))
        return math.log(self._sentences + 1)

    def capital(self, stem: str) -> float:
        """The share in [0, 1] of its uses in which `stem`, or what translates it, is written with a capital inside an
        English sentence: near 1 for names. A stem that nobody knows is most often a name: 1.
        """
        share = self._of_english(stem, "en_capital")
        return 1.0 if share is None else share / 100

    def place(self, stem: str) -> float:
        """The share in [0, 1] of its translations that name a place and no person; 0 for a stem that nobody knows."""
        return self._of_english(stem, "en_place") or 0.0

    def _of_english(self, stem: str, name: str) -> float | None:
        """The mean of an array over English stems, by how well each translates `stem`; None where none does."""
        found = self.translate(stem, to="en", source="ar" if is_arabic(stem) else "en")
        values = [(p, self._array(name)[at]) for other, p in found if (at := self._place("en", other)) is not None]
        total = sum(p for p, _ in values)
        return sum(p * float(value) for p, value in values) / total if total else None

    def _translate(self, stem: str, to: Target, source: Source) -> tuple[tuple[str, float], ...]:
        if source == to:
            return ((stem, 1.0),)
        at = self._place(source, stem)
        found: tuple[tuple[str, float], ...] = ()
        if at is not None:
            table = f"{source}_{to}"
            first, last = self._starts(table)[at : at + 2].tolist()
            targets = self._array(f"{table}_target")[first:last].tolist()
            roots = self._array(f"{table}_root")[first:last].tolist()
            names = self._stems(to)
            found = tuple((names[t], (root / 255) ** 2) for t, root in zip(targets, roots, strict=True))
        if found or source != "fr":
            return found
        # An English word in a French question; to English, only where English has it.
        if to == "en":
            return ((stem, 1.0),) if self._place("en", stem) is not None else ()
        return self._translate(stem, to, "en")

    def _place(self, language: Source, stem: str) -> int | None:
        stems = self._stems(language)
        at = bisect_left(stems, stem)
        return at if at < len(stems) and stems[at] == stem else None

    def _unpack(self, name: str) -> NDArray[np.generic]:
        return self._arrays[name]

    def _split(self, language: Source) -> list[str]:
        return self._array(f"{language}_stems").tobytes().decode("utf-8").split("\n")

    def _add_up(self, table: str) -> NDArray[np.int64]:
        return np.concatenate(([0], np.cumsum(self._array(f"{table}_number"), dtype=np.int64)))


@cache
def _shipped() -> Lexicon:
    path = files("rag").joinpath("data/lexicon.npz")
    return Lexicon(np.load(path.open("rb"), allow_pickle=False))
