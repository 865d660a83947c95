"""Passage ranking: the collections it is measured on, the features of what is found, and the fit of its two models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from ir_measures import Qrel

from eval.dataset import Dataset, DatasetError, Query, load
from eval.fitting import Floats, calibrated, evened, listwise, logistic
from eval.measures import holds, places
from rag.library import Library
from rag.passage_features import ORDER, relevance_features

CANDIDATE = ("dense", "stems", "grams")
"""The features of the model that chooses what is read: the first ones of ORDER."""
QUESTIONS = Path(__file__).with_name("questions")


class Ranked(NamedTuple):
    """What was read for one question: features (PASSAGE) of shape (passages, features), the article of each passage,
    whether it is of an article that answers, and whether it holds the answer itself."""

    query: Query
    rows: Floats
    articles: tuple[str, ...]
    right: np.ndarray
    holds: np.ndarray


def cross_lingual(questions: Dataset, articles: Dataset) -> Dataset:
    """The questions of one language on the articles of another: the sets are parallel, question by question.

    Raises DatasetError if they are not."""
    gold = {query.id.rpartition(":")[2]: query.gold for query in articles.queries}
    if missing := [q.id for q in questions.queries if q.id.rpartition(":")[2] not in gold]:
        raise DatasetError(
            f"{articles.name} lacks {len(missing)} of the questions of {questions.name} ({missing[0]}); give sets that"
            " have the same ids"
        )
    found = [Query("x" + q.id, q.text, q.split, gold=gold[q.id.rpartition(":")[2]]) for q in questions.queries]
    return Dataset(f"{questions.name}>{articles.name}", tuple(found), articles.articles)


def collections(folder: Path) -> dict[str, Dataset]:
    """What passages are ranked in: XQuAD in and across languages, ARCD, and our own desk set in one library."""
    arabic, english = load(folder / "xquad.ar.json"), load(folder / "xquad.en.json")
    return {
        "XQuAD ar > ar": arabic,
        "XQuAD en > ar": cross_lingual(english, arabic),
        "XQuAD en > en": english,
        "XQuAD ar > en": cross_lingual(arabic, english),
        "ARCD": load(folder / "arcd-train.json"),
        "desk": placed(load(QUESTIONS / "desk.jsonl")),
    }


def placed(data: Dataset) -> Dataset:
    """The questions that have an answer, with its quotes as places."""
    texts = {article.id: article.text for article in data.articles}
    found = [replace(q, gold=tuple(p for quote in q.quotes for p in places(quote, texts))) for q in data.queries]
    return Dataset(data.name, tuple(q for q in found if q.gold), data.articles)


def ranked(lib: Library, query: Query) -> Iterator[Ranked]:
    """The passages that are read for a question with an answer."""
    found = [one for one in lib.passages(query.text, dates=False) if one.features]
    if not query.gold or not found:
        return
    articles = {g.article_id for g in query.gold}
    yield Ranked(
        query,
        np.array([one.features for one in found], float),
        tuple(one.passage.article_id for one in found),
        np.array([one.passage.article_id in articles for one in found]),
        np.array([holds(query.gold, one.passage.article_id, one.passage.start, one.passage.end) for one in found]),
    )


def qrels(queries: Iterable[Query]) -> list[Qrel]:
    """The articles that answer each question, and how well."""
    return [
        Qrel(q.id, name, grade)
        for q in queries
        for name, grade in (q.grades or dict.fromkeys((g.article_id for g in q.gold), 1).items())
    ]


def fit_order(groups: Mapping[str, Sequence[Ranked]], columns: Sequence[int]) -> Floats:
    """Weights on some of the features by which the passages of articles that answer come first, each group counting
    the same."""
    held, counts = _lists(groups)
    rows = np.concatenate([one.rows[:, list(columns)] for one in held])
    right = np.concatenate([one.right for one in held]).astype(float)
    return listwise(rows, right, np.cumsum([0, *(len(one.rows) for one in held[:-1])]), counts)


def fit_relevance(groups: Mapping[str, Sequence[Ranked]], order: Floats) -> Floats:
    """[bias, weights...] of RELEVANCE, by which a passage's score is the probability that it holds the answer (Platt
    1999). order: the weights of ORDER."""
    held, counts = _lists(groups)
    rows = np.concatenate([relevance_features(one.rows, one.rows[:, : len(ORDER)] @ order) for one in held])
    answers = np.concatenate([one.holds for one in held]).astype(float)
    return logistic(rows, answers, np.repeat(counts, [len(one.rows) for one in held]))


def fit_candidates(groups: Mapping[str, Sequence[Ranked]]) -> Floats:
    """[bias, weights...] of CANDIDATE: whether a passage is of an article that answers."""
    held, counts = _lists(groups)
    rows = np.concatenate([one.rows[:, : len(CANDIDATE)] for one in held])
    right = np.concatenate([one.right for one in held]).astype(float)
    lengths = [len(one.rows) for one in held]
    weights = listwise(rows, right, np.cumsum([0, *lengths[:-1]]), counts)
    return calibrated(rows, right, np.repeat(counts, lengths), weights)


def _lists(groups: Mapping[str, Sequence[Ranked]]) -> tuple[list[Ranked], Floats]:
    """The questions for which something right was read, and how much each counts."""
    lists = [[one for one in group if one.right.any()] for group in groups.values()]
    return [one for group in lists for one in group], evened([len(group) for group in lists])
