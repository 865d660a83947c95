"""Retrieval: the indexes propose passages, reading them decides; the score is a probability of relevance."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
READ = 30
"""Passages of these that are read."""


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
        self._order = weights.of("passage")

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
        relevance = relevance_features(rows, odds).tolist()
        found = [
            Found(candidate.passage, self._weights.probability("relevance", known), tuple(row))
            for candidate, row, known in zip(best, rows.tolist(), relevance, strict=True)
        ]
        if self._reranker:
            scores = self._reranker.score(asked.question.text, [reading(f.passage) for f in found])
            found = [replace(f, score=float(score)) for f, score in zip(found, scores, strict=True)]
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
            evidence = {
                number: (
                    dense.get(number, floor),
                    min(1.0, stems.get(number, 0.0) / asked.best_stems),
                    min(1.0, grams.get(number, 0.0) / asked.best_grams),
                )
                for number in numbers
            }
            scores = {number: self._weights.probability("candidate", row) for number, row in evidence.items()}
            numbers.sort(key=lambda number: -scores[number])
            passages = self._store.passages(numbers[: max(READ, k)])
        numbers = [number for number in numbers if number in passages]
        best = [Candidate(passages[number], *evidence[number]) for number in numbers[:READ]]
        return best, [(passages[number], scores[number]) for number in numbers[READ:]]
