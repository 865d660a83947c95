"""Exact words: how well those that are marked in a quote agree with those that the makers of a question set marked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eval.dataset import Query
from eval.fitting import Floats, listwise
from eval.measures import holds, places
from index.tokens import forms
from rag.library import Library
from rag.span_features import SPAN
from rag.spans import MODELS

NAMES = tuple(dict.fromkeys(MODELS.values()))
"""The models that are fitted: one for each sort of answer."""
_ALIKE = 0.15
"""How far below the best token F1 a span still counts as right: makers of question sets differ in a word."""
_LEAST = 0.4
"""The token F1 that some span must reach for a question to be fitted on."""
_OWN = 0.5
"""What a model learns for itself beside what all share."""


def token_f1(one: str, other: str) -> float:
    """The harmonic mean of precision and recall over words in search form (SQuAD's F1, without its English articles;
    Arabic letters are folded as the search folds them).

    >>> token_f1("في عام 1991", "عام ١٩٩١")
    0.8
    """
    left, right = Counter(forms(one)), Counter(forms(other))
    shared = sum((left & right).values())
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


class Marked(NamedTuple):
    """The spans of a sentence that answers: features of shape (spans, features), the F1 of each, and the model."""

    model: str
    rows: Floats
    f1: Floats


def marked(lib: Library, query: Query) -> Iterator[Marked]:
    """The spans of the first sentence found that holds the answer, if its kind is one whose answers are marked."""
    kind = lib.understand(query.text).kind
    texts = {article.id: article.text for article in lib.articles()}
    gold = answers(query, texts)
    if kind not in MODELS or not gold:
        return
    right = [*query.gold, *(place for quote in query.quotes for place in places(quote, texts))]
    for one in lib.evidence(query.text)[2]:
        if holds(right, one.passage.article_id, one.start, one.end):
            ((spans, around),) = lib.spans(query.text, [one.text])
            found = [one.text[around[first][0] : around[behind - 1][1]] for first, behind in spans.places]
            scores = np.array([max(token_f1(text, one) for one in gold) for text in found], float)
            if scores.max(initial=0) >= _LEAST:
                yield Marked(MODELS[kind], spans.rows.astype(float), scores)
            return


def fit_spans(found: Sequence[Marked]) -> Mapping[str, Floats]:
    """Weights by model: what all kinds share plus what each has of its own (Daumé 2007), fitted to put the right spans
    of each sentence first."""
    whole = np.concatenate([one.rows for one in found])
    scale = whole.std(axis=0) + 1e-6
    count = len(SPAN)
    rows = np.zeros((len(whole), count * (1 + len(NAMES))))
    labels, starts, at = [], [], 0
    for one in found:
        behind, own = at + len(one.rows), count * (1 + NAMES.index(one.model))
        rows[at:behind, :count] = one.rows / scale
        rows[at:behind, own : own + count] = _OWN * one.rows / scale
        labels.append(one.f1 >= one.f1.max() - _ALIKE)
        starts.append(at)
        at = behind
    fitted = listwise(rows, np.concatenate(labels).astype(float), np.array(starts), np.ones(len(found)), ridge=5.0)
    shared = fitted[:count]
    return {name: (shared + _OWN * fitted[count * (1 + i) : count * (2 + i)]) / scale for i, name in enumerate(NAMES)}


def agreement(lib: Library, queries: Iterable[Query]) -> dict[str, list[float | None]]:
    """Token F1 of the first mark of each answer with the gold answer, by kind, for questions whose answers are marked;
    None for a refusal and for an answer without a mark."""
    scores: dict[str, list[float | None]] = defaultdict(list)
    texts = {article.id: article.text for article in lib.articles()}
    for query in queries:
        kind, gold = lib.understand(query.text).kind, answers(query, texts)
        if kind in MODELS and gold:
            marks = [mark for citation in lib.ask(query.text).citations for mark in citation.marks]
            scores[kind].append(max(token_f1(marks[0].text, one) for one in gold) if marks else None)
    return dict(scores)


def answers(query: Query, texts: Mapping[str, str]) -> list[str]:
    """The exact words that answer: those that the set names, or its places, unless these are whole sentences or
    articles."""
    if query.words or query.quotes or query.grades:
        return list(query.words)
    return [texts[g.article_id][g.start : g.end] for g in query.gold]
