"""The scores of each question, from what came of it: a pure function of the question, its gold places and the
answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, R, nDCG

from eval.asking import Asked
from eval.dataset import Gold, Query
from eval.measures import holds
from eval.passages import qrels
from eval.spans import token_f1
from eval.support import Supports, citation_precision, citation_recall
from index.tokens import forms

RANKING = (nDCG @ 10, R @ 1, R @ 10, RR @ 10, AP @ 10)
"""Measures of the articles found, by ir_measures."""
CITED = (1, 2, 3)
"""Among how many of the first citations the gold sentence is looked for."""


def rankings(queries: Sequence[Query], asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """Query id -> measure -> value, for questions with an answer; a question that finds nothing counts 0."""
    judged = [query for query in queries if query.gold]
    run = [
        ir_measures.ScoredDoc(query.id, article, score)
        for query, one in zip(queries, asked, strict=True)
        for article, score in one.articles
    ]
    scores: dict[str, dict[str, float]] = {query.id: dict.fromkeys(map(str, RANKING), 0.0) for query in judged}
    if judged:
        for found in ir_measures.iter_calc(list(RANKING), qrels(judged), run):
            scores[found.query_id][str(found.measure)] = found.value
    return scores


def answer_scores(
    query: Query, gold: Sequence[Gold], words: Sequence[str], one: Asked, supports: Supports
) -> Mapping[str, float]:
    """Measure -> value of one question; a measure that does not apply to it is not there.

    gold: the places that answer; words: the exact words that do, where the set knows them.
    """
    answer = one.answer
    if not query.answerable:
        return {"refused": float(not answer.answered)}
    hits = [holds(gold, citation.article_id, citation.start, citation.end) for citation in answer.citations]
    scores = {"answered": float(answer.answered), "cited": float(any(hits))}
    scores |= {f"cited@{k}": float(any(hits[:k])) for k in CITED}
    if words:
        said = next((mark.text for citation in answer.citations for mark in citation.marks), "")
        scores |= {"token F1": _best(token_f1, said, words), "exact match": _best(exact_match, said, words)}
    if answer.answered:
        scores["citation recall"] = citation_recall(answer, supports)
        scores["citation precision"] = citation_precision(answer, supports)
    return scores


def exact_match(one: str, other: str) -> float:
    """Whether two texts are the same words in search form, 1 or 0.

    >>> exact_match("عام ١٩٩١", "عام 1991.")
    1.0
    """
    return float(forms(one) == forms(other) != [])


def _best(measure: Callable[[str, str], float], said: str, words: Iterable[str]) -> float:
    return max((measure(said, one) for one in words), default=0.0)
