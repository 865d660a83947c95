"""Alignment: which words of a sentence speak of which terms of the question, within a language and across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.encoder import Encoder
from index.tokens import grams, is_arabic, stem
from rag.question import Term
from rag.roots import root

_NEAR = 0.45
"""Cosine of two word vectors below which they have nothing to do with one another."""
_GUESS = 0.8
"""What a match by vector is worth at the most."""
_INFLECTED = 0.9
"""What a match of kernels is worth."""
_ROOTED = 0.7
"""What a match of roots is worth."""
_ALIKE = 0.6
"""Share of common n-grams above which two words of one script are forms of one word."""


# Light stems keep what conjugation, the accusative and attached pronouns put around a word; longest first.
_BEFORE = ("سي", "ست", "سن", "سا", "لي", "لت", "فت", "في", "وي", "ي", "ت", "ن", "م", "ا", "ب", "ل", "ف")
_BEHIND = ("هما", "كما", "تما", "تها", "وا", "نا", "تم", "هم", "هن", "كم", "ته", "ها", "ت", "ا", "ن", "ك")
_KERNEL = 3


def kernel(root: str) -> str:
    """A light stem without what inflection may have added: for comparing words, not for the index.

    >>> kernel("يقتل"), kernel("مقتل"), kernel("قتلوا"), kernel("سفيرا")
    ('قتل', 'قتل', 'قتل', 'سفير')
    """
    if not is_arabic(root):
        return root
    for ending in _BEHIND:
        if root.endswith(ending) and len(root) - len(ending) >= _KERNEL:
            root = root[: -len(ending)]
            break
    for beginning in _BEFORE:
        if root.startswith(beginning) and len(root) - len(beginning) >= _KERNEL:
            return root[len(beginning) :]
    return root


class Aligner:
    """Scores in [0, 1] how well each term of a question is spoken of in a sentence: the best match among its words.

    A word matches by its stem, as a translation or a spelling of the term, by its root, by shared n-grams, or, least
    surely, by its vector (the greedy matching of BERTScore, Zhang et al. 2020). Word vectors come from the built-in
    encoder, whichever encoder the library has.
    """

    def __init__(self, words_encoder: Encoder, terms: Sequence[Term], variants: Sequence[Mapping[str, float]]) -> None:
        self._encoder = words_encoder
        self._grams = [frozenset(grams(term.stem)) for term in terms]
        self._by_gram: dict[str, set[int]] = defaultdict(set)
        for i, pieces in enumerate(self._grams):
            for piece in pieces:
                self._by_gram[piece].add(i)
        self._by_stem: dict[str, dict[int, float]] = defaultdict(dict)
        self._by_kernel: dict[str, dict[int, float]] = defaultdict(dict)
        self._by_root: dict[str, dict[int, float]] = defaultdict(dict)
        for i, stems in enumerate(variants):
            for stemmed, weight in stems.items():
                self._by_stem[stemmed][i] = weight
                if not terms[i].name:
                    core = self._by_kernel[kernel(stemmed)]
                    core[i] = max(core.get(i, 0.0), weight * _INFLECTED)
                    cast = self._by_root[root(terms[i].form if stemmed == terms[i].stem else stemmed)]
                    cast[i] = max(cast.get(i, 0.0), weight * _ROOTED)
        self._vectors = words_encoder.encode([term.form for term in terms])
        # Two names, or two numbers, that are merely near are not the same.
        self._loose = np.array([not (term.name or term.form[0].isdigit()) for term in terms], np.float32)
        self._seen: dict[str, np.ndarray] = {}
        self._sure: dict[str, np.ndarray] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Match words, in search form, all at once; grid() looks them up."""
        new = [form for form in dict.fromkeys(words) if form not in self._seen]
        if not new:
            return
        near = self._encoder.encode(new) @ self._vectors.T
        near = np.clip((near - _NEAR) / (1 - _NEAR), 0, 1) * (_GUESS * self._loose)
        for form, guess in zip(new, near, strict=True):
            stemmed = stem(form)
            row = np.zeros_like(guess)
            if not form[0].isdigit():
                self._raise(row, self._by_root.get(root(form), {}))
                self._raise(row, self._by_kernel.get(kernel(stemmed), {}))
                self._raise(row, self._inflected(stemmed))
            self._raise(row, self._by_stem.get(stemmed, {}))
            self._sure[form] = row
            self._seen[form] = row if form[0].isdigit() else np.maximum(row, guess)

    @staticmethod
    def _raise(row: np.ndarray, matches: Mapping[int, float]) -> None:
        for i, weight in matches.items():
            row[i] = max(row[i], weight)

    def _inflected(self, stemmed: str) -> dict[int, float]:
        """Term -> share of n-grams, for the terms that look like another form of the word."""
        pieces = frozenset(grams(stemmed))
        near = {i for piece in pieces for i in self._by_gram.get(piece, ())}
        shared = {i: 2 * len(self._grams[i] & pieces) / (len(self._grams[i]) + len(pieces)) for i in near}
        return {i: share for i, share in shared.items() if share >= _ALIKE}

    def grid(self, words: Sequence[str], guess: bool = True) -> np.ndarray:
        """How well each of `words` (learnt before) matches each term, float32 of shape (words, terms).

        guess: whether a vector alone may match.
        """
        if not words:
            return np.zeros((1, len(self._loose)), np.float32)
        held = self._seen if guess else self._sure
        return np.stack([held[form] for form in words])


def closest(grid: np.ndarray, width: int) -> np.ndarray:
    """The best match of each term within each stretch of `width` words: shape (at least one stretch, terms)."""
    if len(grid) <= width:
        return grid.max(axis=0, keepdims=True)
    return np.lib.stride_tricks.sliding_window_view(grid, width, axis=0).max(axis=2)
