"""Alignment: which words of a text speak of which terms of the question, within a language and across."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index.products import products
from index.tokens import grams
from rag.question import Term
from rag.roots import root
from rag.wordbook import Known, WordBook, kernel

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

_Matches = dict[str, dict[int, float]]


class Aligner:
    """Scores in [0, 1] how well each term of a question is spoken of by each word of a text.

    A word matches by its stem, as a translation or a spelling of the term, by its root, by shared n-grams, or, least
    surely, by its vector (the greedy matching of BERTScore, Zhang et al. 2020). Word vectors come from the built-in
    encoder, whichever encoder the library has.
    """

    def __init__(self, book: WordBook, terms: Sequence[Term], variants: Sequence[Mapping[str, float]]) -> None:
        self._book = book
        self._grams = [frozenset(grams(term.stem)) for term in terms]
        self._by_gram: dict[str, set[int]] = defaultdict(set)
        for i, pieces in enumerate(self._grams):
            for piece in pieces:
                self._by_gram[piece].add(i)
        self._by_stem: _Matches = defaultdict(dict)
        self._by_kernel: _Matches = defaultdict(dict)
        self._by_root: _Matches = defaultdict(dict)
        for i, stems in enumerate(variants):
            for stemmed, weight in stems.items():
                self._by_stem[stemmed][i] = weight
                if not terms[i].name:
                    core = self._by_kernel[kernel(stemmed)]
                    core[i] = max(core.get(i, 0.0), weight * _INFLECTED)
                    cast = self._by_root[root(terms[i].form if stemmed == terms[i].stem else stemmed)]
                    cast[i] = max(cast.get(i, 0.0), weight * _ROOTED)
        _, self._vectors = book.look_up([term.form for term in terms])
        # Two names, or two numbers, that are merely near are not the same.
        self._loose = np.array([not (term.name or term.form[0].isdigit()) for term in terms], np.float32)
        self._rows = {"": 0}  # no word: it speaks of nothing
        self._seen = self._sure = self._near = np.zeros((1, len(terms)), np.float32)

    def learn(self, words: Iterable[str]) -> None:
        """Match words, in search form, all at once; grid() looks them up."""
        new = [form for form in dict.fromkeys(words) if form not in self._rows]
        if not new:
            return
        known, vectors = self._book.look_up(new)
        near = products(vectors, self._vectors)
        guess = np.clip((near - _NEAR) / (1 - _NEAR), 0, 1) * (_GUESS * self._loose)
        sure = np.zeros_like(guess)
        stems, roots, kernels, pieces = self._by_stem, self._by_root, self._by_kernel, self._by_gram.keys()
        for at, one in enumerate(known):  # few of very many words match at all
            if one.stem in stems or one.root in roots or one.kernel in kernels or not pieces.isdisjoint(one.grams):
                self._match(sure[at], new[at], one)
        number = np.array([form[0].isdigit() for form in new])
        first = len(self._rows)
        self._rows.update(zip(new, range(first, first + len(new)), strict=True))
        self._near = np.concatenate([self._near, near])
        self._sure = np.concatenate([self._sure, sure])
        self._seen = np.concatenate([self._seen, np.maximum(sure, np.where(number[:, None], 0, guess))])

    def _match(self, row: np.ndarray, form: str, word: Known) -> None:
        """Enter into `row` how well one word matches each term, but for its vector."""
        self._raise(row, self._by_stem.get(word.stem, {}))
        if not form[0].isdigit():
            self._raise(row, self._by_root.get(word.root, {}))
            self._raise(row, self._by_kernel.get(word.kernel, {}))
            self._raise(row, self._inflected(word))

    @staticmethod
    def _raise(row: np.ndarray, matches: Mapping[int, float]) -> None:
        for i, weight in matches.items():
            row[i] = max(row[i], weight)

    def _inflected(self, word: Known) -> dict[int, float]:
        """Term -> share of n-grams, for the terms that look like another form of the word."""
        near = {i for piece in word.grams for i in self._by_gram.get(piece, ())}
        shared = {i: 2 * len(self._grams[i] & word.grams) / (len(self._grams[i]) + len(word.grams)) for i in near}
        return {i: share for i, share in shared.items() if share >= _ALIKE}

    def grid(self, words: Sequence[str], guess: bool = True) -> np.ndarray:
        """How well each of `words` (learnt before) matches each term, float32 of shape (words, terms).

        guess: whether a vector alone may match. Of no words: one row of zeros.
        """
        return (self._seen if guess else self._sure).take([self._rows[form] for form in words or ("",)], axis=0)

    def nearness(self, words: Sequence[str]) -> np.ndarray:
        """Cosine of each of `words` (learnt before) and each term, float32 of shape (words, terms). Of no words: one
        row of zeros."""
        return self._near.take([self._rows[form] for form in words or ("",)], axis=0)


def closest(grid: np.ndarray, width: int) -> np.ndarray:
    """The best match of each term within each stretch of `width` words: shape (at least one stretch, terms)."""
    if len(grid) <= width:
        return grid.max(axis=0, keepdims=True)
    return np.lib.stride_tricks.sliding_window_view(grid, width, axis=0).max(axis=2)
