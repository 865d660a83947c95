"""The word book: what has been worked out about word forms, kept for the passages and questions that follow."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.encoder import Encoder
from index.tokens import grams, is_arabic, stem
from rag.roots import root

_MOST = 80_000
"""Forms that are kept, about 100 MB; news repeats its words."""

# Light stems keep what conjugation, the accusative and attached pronouns put around a word; longest first.
_BEFORE = ("سي", "ست", "سن", "سا", "لي", "لت", "فت", "في", "وي", "ي", "ت", "ن", "م", "ا", "ب", "ل", "ف")
_BEHIND = ("هما", "كما", "تما", "تها", "وا", "نا", "تم", "هم", "هن", "كم", "ته", "ها", "ت", "ا", "ن", "ك")
_KERNEL = 3


def kernel(stemmed: str) -> str:
    """A light stem without what inflection may have added: for comparing words, not for the index.

    >>> kernel("يقتل"), kernel("مقتل"), kernel("قتلوا"), kernel("سفيرا")
    ('قتل', 'قتل', 'قتل', 'سفير')
    """
    if not is_arabic(stemmed):
        return stemmed
    if stemmed.endswith(_BEHIND):
        for ending in _BEHIND:
            if stemmed.endswith(ending) and len(stemmed) - len(ending) >= _KERNEL:
                stemmed = stemmed[: -len(ending)]
                break
    if stemmed.startswith(_BEFORE):
        for beginning in _BEFORE:
            if stemmed.startswith(beginning) and len(stemmed) - len(beginning) >= _KERNEL:
                return stemmed[len(beginning) :]
    return stemmed


class Known(NamedTuple):
    """What a word form is known by. grams: of its stem; row: that of its vector."""

    stem: str
    kernel: str
    root: str
    grams: frozenset[str]
    row: int


class WordBook:
    """Word forms with their stems, kernels, roots, n-grams and vectors, each worked out once. Safe for threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._guard = threading.Lock()
        self._known: dict[str, Known] = {}
        self._vectors = np.empty((1024, encoder.dimension), np.float16)  # half the memory; near is near

    def look_up(self, forms: Sequence[str]) -> tuple[list[Known], np.ndarray]:
        """What is known of `forms`, and their vectors, of length 1 or nearly: float32 of shape (forms, dimension)."""
        with self._guard:
            new = [form for form in dict.fromkeys(forms) if form not in self._known]
            if len(self._known) + len(new) > _MOST:
                self._known.clear()
                new = list(dict.fromkeys(forms))
            self._learn(new)
            found = [self._known[form] for form in forms]
            return found, self._vectors.take([known.row for known in found], axis=0).astype(np.float32)

    def _learn(self, forms: Sequence[str]) -> None:
        if not forms:
            return
        first, end = len(self._known), len(self._known) + len(forms)
        if end > len(self._vectors):
            wider = np.empty((2 * end, self._vectors.shape[1]), np.float16)
            wider[:first] = self._vectors[:first]
            self._vectors = wider
        self._vectors[first:end] = self._encoder.encode(forms)
        for row, form in enumerate(forms, start=first):
            stemmed = stem(form)
            self._known[form] = Known(stemmed, kernel(stemmed), root(form), frozenset(grams(stemmed)), row)
