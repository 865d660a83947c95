"""Spans: the exact words of a quote that answer a question for a person, a time, a place or a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.tokens import words
from rag.alignment import Aligner
from rag.answer_types import AnswerTypes
from rag.expansion import Expansion
from rag.kinds import Kind
from rag.lexicon import Lexicon
from rag.span_features import SpanReader, Spans
from rag.weights import Weights

MODELS: dict[Kind, str] = {
    "who": "span_who",
    "when": "span_when",
    "where": "span_where",
    "number": "span_number",
    "age": "span_number",
}
"""The model for each kind of question whose answers are marked."""


class Place(NamedTuple):
    """text[start:end] are the words that answer; probability: that of all spans of the text it is the best one."""

    start: int
    end: int
    probability: float


class SpanFinder:
    """Marks the words that answer in sentences."""

    def __init__(self, types: AnswerTypes, lexicon: Lexicon, weights: Weights) -> None:
        self._reader = SpanReader(types, lexicon)
        self._weights = weights

    # OpenBLAS raises the flag now and then for numbers that are all finite.
    @np.errstate(invalid="ignore")
    def find(self, asked: Expansion, aligner: Aligner, text: str) -> Place | None:
        """The words of `text` that answer; None for a question of another kind, or where nothing could answer."""
        kind = asked.question.kind
        if kind not in MODELS:
            return None
        spans, around = self.spans(asked, aligner, text)
        if not len(spans.places):
            return None
        odds = spans.rows @ self._weights.of(MODELS[kind])
        best = int(np.argmax(odds))
        first, behind = spans.places[best]
        share = 1 / float(np.exp(odds - odds[best]).sum())
        return Place(around[first][0], around[behind - 1][1], share if math.isfinite(share) else 0.0)

    # OpenBLAS raises the flag now and then for numbers that are all finite.
    @np.errstate(invalid="ignore")
    def spans(self, asked: Expansion, aligner: Aligner, text: str) -> tuple[Spans, Sequence[tuple[int, int]]]:
        """Every span of `text` that might answer, and where its words stand."""
        found = list(words(text))
        terms = asked.question.terms
        forms = [word.form for word in found]
        aligner.learn(forms)
        heads = [i for i, term in enumerate(terms) if term.asked] or [0]
        grid = aligner.grid(forms)[: len(found)]
        like = aligner.nearness(forms)[:, heads].max(axis=1) if found else np.zeros(0, np.float32)
        weights = np.array([term.weight for term in terms], np.float32)
        spans = self._reader.spans(asked.question.kind, text, found, grid, weights / (weights.sum() or 1), like)
        return spans, [(word.start, word.end) for word in found]
