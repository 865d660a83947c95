"""Retrieval: the indexes propose passages, reading them decides; the score is a probability of relevance."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from index.catalogue import Filter, Passage
from index.encoder import Encoder
from index.reports import Copies
from index.store import Store
from rag.alignment import Aligner
from rag.copies import distinct
from rag.expansion import Expansion
from rag.passage_features import ORDER, Candidate, passage_features, relevance_features
from rag.reranking import Reranker, reading
from rag.weights import Weights

CANDIDATES = 60
"""Passages that each index proposes."""
READ = 20
"""Passages of these that are read at the most."""
_SURELY, _BEHIND = 8, 2.5
"""So many are read in any case, others only within these log-odds of the best: no reading makes up for more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, its probability of relevance, and the features that it comes from (PASSAGE; none for
    one that was not read); report: the articles in which its article's report stands."""

    passage: Passage
    score: float
    features: tuple[float, ...]
    report: Copies | None = None


class Retriever:
    """Searches one store. Dense and lexical candidates are pooled; the best of the pool are read and ranked."""

    def __init__(self, store: Store, encoder: Encoder, weights: Weights, reranker: Reranker | None = None) -> None:
        """reranker: puts what was read in its own order, and scores it."""
        self._store = store
        self._reranker = reranker
        self._encoder = encoder
        self._weights = weights
        self._proposed, self._order = weights.of("candidate"), weights.of("passage")

    # OpenBLAS raises the flag now and then for numbers that are all finite.
    @np.errstate(invalid="ignore")
    def search(self, asked: Expansion, aligner: Aligner, k: int, where: Filter) -> list[Found]:
        """The `k` best passages that `where` admits, best first, none a copy of a better one; fewer where there are
        fewer."""
        depth = k
        while True:
            with self._store.snapshot():
                found = self._ranked(asked, aligner, depth, where)
                reports = self._store.copies({f.passage.article_id for f in found})
            kept = distinct(found, reports)
            if len(kept) >= k or len(found) < depth:
                return [replace(f, report=reports.get(f.passage.article_id)) for f in kept[:k]]
            depth *= 4

    def _ranked(self, asked: Expansion, aligner: Aligner, k: int, where: Filter) -> list[Found]:
        """The passages that are read, best first, and behind them the rest that makes `k`."""
        best, others = self._candidates(asked, k, where)
        if not best:
            return []
        rows = passage_features(asked, aligner, best)
        odds = rows[:, : len(ORDER)] @ self._order
        scores = self._weights.probabilities("relevance", relevance_features(rows, odds)).tolist()
        found = [
            Found(candidate.passage, score, tuple(row))
            for candidate, row, score in zip(best, rows.tolist(), scores, strict=True)
        ]
        if self._reranker:
            other = self._reranker.score(asked.question.text, [reading(f.passage) for f in found])
            found = [replace(f, score=float(score)) for f, score in zip(found, other, strict=True)]
        found.sort(key=lambda f: (-f.score, f.passage.id))
        # Behind those that were read the rest stands as the indexes have it, and none above what was read.
        least = found[-1].score
        found += [Found(passage, min(score, least), ()) for passage, score in others]
        return found

    def _candidates(
        self, asked: Expansion, k: int, where: Filter
    ) -> tuple[list[Candidate], list[tuple[Passage, float]]]:
        """The passages that the indexes think best, to be read; and of the rest as many as make `k`, with a score."""
        depth = max(CANDIDATES, 2 * k)
        vector = self._encoder.encode([asked.question.text], kind="query")[0]
        with self._store.snapshot():
            dense = dict(self._store.dense(vector, depth, where))
            stems = dict(self._store.lexical(asked.stems, depth, where))
            grams = dict(self._store.lexical(asked.grams, depth, where))
            numbers = sorted({*dense, *stems, *grams})
            floor = min(dense.values(), default=0.0)
            # Scores of BM25 have no scale of their own: they are held against what the question could reach.
            rows = np.array(
                [
                    [dense.get(number, floor) for number in numbers],
                    [min(1.0, stems.get(number, 0.0) / asked.best_stems) for number in numbers],
                    [min(1.0, grams.get(number, 0.0) / asked.best_grams) for number in numbers],
                ]
            ).T.reshape(-1, 3)
            scores = self._weights.probabilities("candidate", rows)
            best = np.argsort(-scores, kind="stable")[: max(READ, k)].tolist()
            passages = self._store.passages([numbers[at] for at in best])
        found = [(passages[numbers[at]], at) for at in best if numbers[at] in passages]
        near = int((rows @ self._proposed > (rows[best[:1]] @ self._proposed).max(initial=-np.inf) - _BEHIND).sum())
        many = min(max(near, _SURELY), READ)
        read = [Candidate(passage, *rows[at].tolist()) for passage, at in found[:many]]
        return read, [(passage, float(scores[at])) for passage, at in found[many:]]
