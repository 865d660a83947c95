"""Evidence: the sentences of the best passages, each with the probability that it answers the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from index.catalogue import Passage
from index.encoder import Encoder
from index.products import weighted
from index.sentences import sentences
from index.tokens import forms, stem
from rag.alignment import Aligner
from rag.answer_types import AnswerTypes
from rag.expansion import Expansion
from rag.features import Features, Sentence
from rag.retrieval import Found
from rag.weights import Weights, log_odds

_HEADLINE = 120
"""Characters of a first line that may be a headline."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may be cited: passage.text[start - passage.start : end - passage.start] == text."""

    passage: Passage
    text: str
    start: int
    end: int
    score: float
    features: tuple[float, ...]
    stems: frozenset[str]


class EvidenceFinder:
    """Takes sentences out of passages and scores them."""

    def __init__(self, encoder: Encoder, types: AnswerTypes, weights: Weights) -> None:
        self._encoder = encoder
        self._types = types
        self._weights = weights

    # OpenBLAS raises the flag now and then for numbers that are all finite.
    @np.errstate(invalid="ignore")
    def find(self, asked: Expansion, aligner: Aligner, found: Sequence[Found]) -> list[Evidence]:
        """Every sentence of the passages `found`, best first. score: probability in [0, 1] that it answers."""
        candidates = [(hit, span) for hit in found for span in sentences(hit.passage.text)]
        texts = [hit.passage.text[span.start : span.end] for hit, span in candidates]
        # A line of figures or signs alone, a date perhaps, says nothing.
        telling = [any(map(str.isalpha, text)) for text in texts]
        candidates, texts = list(compress(candidates, telling)), list(compress(texts, telling))
        if not candidates:
            return []
        question = asked.question
        spoken = [forms(text) for text in texts]
        around = {hit.passage.id: forms(f"{hit.passage.title}\n{hit.passage.text}") for hit in found}
        aligner.learn(form for words in (*spoken, *around.values()) for form in words)
        contexts = {number: aligner.grid(words).max(axis=0) for number, words in around.items()}
        query = self._encoder.encode([question.text], kind="query")[0]
        nearness = weighted(self._encoder.encode(texts, kind="passage"), query)
        grids = [aligner.grid(words) for words in spoken]
        close = np.stack([aligner.nearness(words).max(axis=0) for words in spoken])
        features = Features(asked, self._types, np.stack([grid.max(axis=0) for grid in grids]), close)
        best = max(log_odds(hit.score) for hit in found)
        evidence = []
        last, before = None, np.zeros(len(question.terms), np.float32)
        for (hit, span), text, words, grid, nearest, near in zip(
            candidates, texts, spoken, grids, close, nearness.tolist(), strict=True
        ):
            passage = hit.passage
            start = passage.start + span.start
            opening = text == passage.title or (start == 0 and len(text) < _HEADLINE)
            sure = aligner.grid(words, guess=False).max(axis=0)
            if last != passage.id:
                last, before = passage.id, np.zeros_like(before)
            context, behind = contexts[passage.id], best - log_odds(hit.score)
            values = features.of(
                Sentence(words, grid, sure, nearest, context, before, near, hit.score, behind, len(text), opening)
            )
            before = grid.max(axis=0)
            score = self._weights.probability("evidence", values)
            stems = frozenset(map(stem, words))
            evidence.append(Evidence(passage, text, start, passage.start + span.end, score, values, stems))
        evidence.sort(key=lambda e: (-e.score, e.passage.id, e.start))
        return evidence
