"""Passage features: what reading a passage tells of its relevance, as numbers of about [0, 1]; many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.catalogue import Passage
from index.products import weighted
from index.tokens import forms
from rag.alignment import Aligner
from rag.expansion import Expansion

ORDER = (
    "dense",  # cosine of question and passage
    "stems",  # BM25 of the question's stems, translations and spellings, as a share of what it could reach
    "grams",  # the same of its character n-grams
    "article",  # the terms that all passages of its article speak of, by how well they tell articles apart
    "article_dense",  # the mean cosine of the passages of its article
    "title",  # share of the question's terms, by their rarity, that the title speaks of
    "near",  # share of the question's terms, by their rarity, that is spoken of within some words
    "soft",  # how near, as vectors, the words of a stretch come to the question's terms: the mean over these, at best
    "adjacent",  # neighbours in the question that are near one another in the passage
    "first",  # the passage opens its article
)
"""The features by which passages are put in order."""
PASSAGE = (*ORDER, "spoken_share", "article_share")
"""All features, as passage_features() gives them. spoken_share: share of the question's terms that a passage speaks of;
article_share: article as a share of what it could be: how good a match it is, not how much is known of it."""
RELEVANCE = ("behind", "dense", "spoken_share", "article_share", "near", "adjacent")
"""The features of relevance_features()."""

_NEAR = 16
"""Words within which terms are near; a power of two."""
_STRETCH = 8
"""Words of a stretch whose vectors are held against the terms; a power of two."""
_DECAY, _FAR = 0.8, 15
"""What each word between two terms leaves of their nearness, and the distance beyond which nothing is left."""
_GAP = [""] * _NEAR
"""Words that speak of nothing, between two passages: no stretch reaches from one into the next."""
_TELLING = 200
"""What the terms of a long question tell apart: for a feature of about [0, 1]."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage with what the indexes say of it: dense, stems and grams of PASSAGE."""

    passage: Passage
    dense: float
    stems: float
    grams: float


def passage_features(asked: Expansion, aligner: Aligner, candidates: Sequence[Candidate]) -> np.ndarray:
    """PASSAGE of each candidate: float32 of shape (candidates, features)."""
    texts = [forms(c.passage.text) for c in candidates]
    titles = {title: forms(title) for title in {c.passage.title for c in candidates}}
    joined = [form for words in texts for form in (*words, *_GAP)]
    aligner.learn(joined)
    aligner.learn(form for words in titles.values() for form in words)
    grid = aligner.grid(joined)
    lengths = np.array([len(words) for words in texts])
    starts = np.cumsum(lengths + len(_GAP)) - lengths - len(_GAP)
    weights = asked.weights
    best = np.maximum.reduceat(grid, starts)
    _, article = np.unique([c.passage.article_id for c in candidates], return_inverse=True)
    of_article = np.zeros((article.max() + 1, len(weights)), np.float32)
    np.maximum.at(of_article, article, best)
    of_title = {title: float(aligner.grid(words).max(axis=0) @ weights) for title, words in titles.items()}
    dense = [c.dense for c in candidates]
    told = of_article[article] @ asked.telling
    columns = (
        dense,
        [c.stems for c in candidates],
        [c.grams for c in candidates],
        told / _TELLING,
        (np.bincount(article, dense) / np.bincount(article))[article],
        [of_title[c.passage.title] for c in candidates],
        np.maximum.reduceat(weighted(_widened(grid, _NEAR), weights), _bounds(starts, lengths))[::2],
        np.maximum.reduceat(
            _widened(np.maximum(aligner.nearness(joined), 0), _STRETCH).mean(axis=1), _bounds(starts, lengths)
        )[::2],
        _adjacent(grid, starts),
        [float(c.passage.start == 0) for c in candidates],
        best.mean(axis=1),
        told / max(float(asked.telling.sum()), 1e-6),
    )
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


def relevance_features(rows: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """RELEVANCE of passages with the features `rows` (PASSAGE): how far each lies behind the best one by `odds`, shape
    (passages,), and what is known of the best one; shape (passages, features)."""
    first = int(odds.argmax())
    best = [rows[first, PASSAGE.index(name)] for name in RELEVANCE[1:]]
    return np.column_stack([odds - odds[first], np.tile(best, (len(rows), 1))])


def _bounds(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Where each passage begins and ends: what begins in the gap behind it may reach into the next."""
    return np.stack([starts, starts + lengths], axis=1).ravel()


def _shifted(grid: np.ndarray, by: int) -> np.ndarray:
    """The rows `by` further down; zeros at the end."""
    return np.concatenate([grid[by:], np.zeros_like(grid[:by])])


def _widened(grid: np.ndarray, width: int) -> np.ndarray:
    """The best match of each term in the `width` rows (a power of two) that begin at each row: the shape of `grid`."""
    reach = 1
    while reach < width:
        grid, reach = np.maximum(grid, _shifted(grid, reach)), 2 * reach
    return grid


def _adjacent(grid: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The mean over neighbouring terms of adjacent() in rag.features, for each stretch of rows: shape (stretches,)."""
    if grid.shape[1] < 2:
        return np.maximum.reduceat(grid[:, 0], starts)
    one, other = grid[:, :-1], grid[:, 1:]
    best = one * other
    for apart in range(1, _FAR + 1):
        near = np.maximum(one[:-apart] * other[apart:], other[:-apart] * one[apart:])
        best[:-apart] = np.maximum(best[:-apart], near * _DECAY ** (apart - 1))
    return np.maximum.reduceat(best, starts).mean(axis=1)
