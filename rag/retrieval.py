"""Retrieval: dense, stem and n-gram evidence become one ranking whose score is a probability of relevance."""

from __future__ import annotations

from dataclasses import dataclass

from index.catalogue import Filter, Passage
from index.encoder import Encoder
from index.store import Store
from rag.expansion import Expansion
from rag.weights import Weights

_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, its probability of relevance, and the evidence for it, each in about [0, 1]."""

    passage: Passage
    score: float
    dense: float
    stems: float
    grams: float


class Retriever:
    """Searches one store. Dense and lexical candidates are pooled; a logistic model of their scores ranks the pool."""

    def __init__(self, store: Store, encoder: Encoder, weights: Weights) -> None:
        self._store = store
        self._encoder = encoder
        self._weights = weights

    def search(self, asked: Expansion, k: int, where: Filter) -> list[Found]:
        """The `k` best passages that `where` admits, best first; fewer where there are fewer."""
        depth = max(_CANDIDATES, 2 * k)
        vector = self._encoder.encode([asked.question.text], kind="query")[0]
        with self._store.snapshot():
            dense = dict(self._store.dense(vector, depth, where))
            stems = dict(self._store.lexical(asked.stems, depth, where))
            grams = dict(self._store.lexical(asked.grams, depth, where))
            passages = self._store.passages({*dense, *stems, *grams})
        floor = min(dense.values(), default=0.0)
        found = []
        for number, passage in passages.items():
            # Scores of BM25 have no scale of their own: they are held against what the question could reach.
            evidence = (
                dense.get(number, floor),
                min(1.0, stems.get(number, 0.0) / asked.best_stems),
                min(1.0, grams.get(number, 0.0) / asked.best_grams),
            )
            found.append(Found(passage, self._weights.probability("passage", evidence), *evidence))
        found.sort(key=lambda f: (-f.score, f.passage.id))
        return found[:k]
