"""Fit the shipped weights on development questions: `python -m eval.calibrate DATA_DIR` rewrites rag/data/weights.json.

Three logistic models, one upon the other: is a passage relevant, does a sentence answer, does the archive
answer at all. The questions are those of XQuAD (Arabic, and English on the Arabic paragraphs) and of our own desk set;
only development halves are read.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

import rag.weights
from eval.dataset import Dataset, Gold, Query, load
from eval.measures import overlap, places, roc_area
from index.article import Article
from rag.answering import CONFIDENCE, confidence_features, select
from rag.evidence import FEATURES, Evidence
from rag.library import Library
from rag.weights import Weights

PASSAGE = ("dense", "stems", "grams")
DESK = Path(__file__).with_name("questions") / "desk.jsonl"
TARGET = Path(rag.weights.__file__).with_name("data") / "weights.json"


def fit(rows: np.ndarray, labels: np.ndarray, counts: np.ndarray | None = None, ridge: float = 1.0) -> np.ndarray:
    """Logistic regression by Newton's method with an L2 penalty: [bias, weights...].

    rows: float, shape (n, features); labels: 0 or 1, shape (n,); counts: how much each row counts, shape (n,).
    """
    counts = np.ones(len(rows)) if counts is None else counts
    x = np.hstack([np.ones((len(rows), 1)), rows])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 0
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        step = np.linalg.solve(
            (x * (counts * p * (1 - p))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(w)),
            x.T @ (counts * (p - labels)) + penalty @ w,
        )
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w


def cross_lingual(questions: Dataset, articles: Dataset) -> Dataset:
    """The questions of one language on the articles of another: the sets are parallel, paragraph by paragraph."""
    gold = {query.id.rpartition(":")[2]: query.gold for query in articles.queries}
    found = [Query("x" + q.id, q.text, q.split, gold=gold[q.id.rpartition(":")[2]]) for q in questions.queries]
    return Dataset(f"{questions.name}>{articles.name}", tuple(found), articles.articles)


def small_libraries(data: Dataset) -> Iterator[Dataset]:
    """One data set for each title: a handful of paragraphs about one thing, where every wrong sentence is a near
    one."""
    groups: dict[str, list[Article]] = defaultdict(list)
    for article in data.articles:
        groups[article.title].append(article)
    for title, articles in groups.items():
        names = {article.id for article in articles}
        queries = tuple(q for q in data.queries if q.gold and q.gold[0].article_id in names)
        if queries:
            yield Dataset(title, queries, tuple(articles))


def sample(data: Dataset, most: int) -> Dataset:
    """At most `most` of the questions, evenly spread over their ids."""
    queries = sorted(data.queries, key=lambda query: query.id)
    return Dataset(data.name, tuple(queries[:: max(1, -(-len(queries) // most))]), data.articles)


def desks(data: Dataset) -> Iterator[Dataset]:
    """One data set for each article of `data`, with the questions written on it: an archive at its smallest."""
    for article in data.articles:
        queries = tuple(q for q in data.queries if q.id.startswith(article.id + "-"))
        if queries:
            yield Dataset(article.id, queries, (article,))


@contextmanager
def library(data: Dataset) -> Iterator[Library]:
    """A library of the articles of `data`, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="isnad-fit-") as folder, Library.open(folder) as lib:
        lib.add(data.articles)
        yield lib


def passage_rows(lib: Library, query: Query) -> Iterator[tuple[tuple[float, ...], bool]]:
    """(features, holds the answer) of every passage found."""
    for hit in lib.evidence(query.text)[1] if query.gold else ():
        p = hit.passage
        yield (hit.dense, hit.stems, hit.grams), _holds(query.gold, p.article_id, p.start, p.end)


def evidence_rows(lib: Library, query: Query) -> Iterator[tuple[tuple[float, ...], bool]]:
    """(features, answers) of every sentence of the passages found."""
    gold = gold_of(lib, query)
    for one in lib.evidence(query.text)[2]:
        yield one.features, _right(gold, one)


def answer_rows(lib: Library, query: Query) -> Iterator[tuple[tuple[float, ...], bool]]:
    """(features, is right) of the answer, and of what it would be if the articles that answer were not there."""
    gold = gold_of(lib, query)
    asked, _, evidence = lib.evidence(query.text)
    gone = {g.article_id for g in query.gold}
    rest = [one for one in evidence if one.passage.article_id not in gone]
    for found in (evidence, rest) if gone else (evidence,):
        if found:
            yield confidence_features(asked, found), any(_right(gold, one) for one in select(found))


def gold_of(lib: Library, query: Query) -> list[Gold]:
    """The places that answer `query` in `lib`."""
    texts = {article.id: article.text for article in lib.articles()} if query.quotes else {}
    return [*query.gold, *(place for quote in query.quotes for place in places(quote, texts))]


def _right(gold: Sequence[Gold], one: Evidence) -> bool:
    return _holds(gold, one.passage.article_id, one.start, one.end)


def _holds(gold: Sequence[Gold], article: str, start: int, end: int) -> bool:
    return any(g.article_id == article and overlap((start, end), (g.start, g.end)) >= 0.5 for g in gold)


Rows = Callable[[Library, Query], Iterator[tuple[tuple[float, ...], bool]]]


def collect(sets: Sequence[Dataset], rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels of every question of `sets`."""
    found: list[tuple[tuple[float, ...], bool]] = []
    for data in sets:
        with library(data) as lib:
            for query in data.queries:
                found.extend(rows(lib, query))
    return np.array([f for f, _ in found], float), np.array([label for _, label in found], float)


def save(models: dict[str, dict[str, float]], threshold: float) -> None:
    """Rewrite the shipped file; libraries opened from now on read it."""
    TARGET.write_text(json.dumps({"threshold": threshold, "models": models}, indent=2) + "\n")
    Weights.load.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds eval/xquad-r")
    parser.add_argument(
        "--keep", type=float, default=0.9, help="share of right answers that the threshold lets through"
    )
    parser.add_argument("--most", type=int, default=400, help="questions of each half of XQuAD that are asked")
    arguments = parser.parse_args()
    folder = arguments.data / "eval/xquad-r"
    arabic = load(folder / "ar.json")
    crossed = cross_lingual(load(folder / "en.json"), arabic)
    large = [sample(data.part("development"), arguments.most) for data in (arabic, crossed)]
    small = [part for data in large for part in small_libraries(data)]
    desk = load(DESK).part("development")
    sets = {"large": large, "small": small, "desk": [desk], "alone": list(desks(desk))}
    stages: list[tuple[str, tuple[str, ...], Rows, tuple[str, ...]]] = [
        ("passage", PASSAGE, passage_rows, ("large", "small")),
        ("evidence", FEATURES, evidence_rows, tuple(sets)),
        ("answer", CONFIDENCE, answer_rows, tuple(sets)),
    ]
    whole = json.loads(TARGET.read_text())
    models, threshold = whole["models"], whole["threshold"]
    for name, features, rows, used in stages:
        parts = {group: collect(sets[group], rows) for group in used}
        x = np.concatenate([part[0] for part in parts.values()])
        y = np.concatenate([part[1] for part in parts.values()])
        # Each group counts the same, however many questions it has.
        counts = np.concatenate([np.full(len(part[1]), len(y) / len(parts) / len(part[1])) for part in parts.values()])
        weights = fit(x, y, counts)
        models[name] = dict(zip(("bias", *features), (round(float(w), 4) for w in weights), strict=True))
        print(f"{name}: " + ", ".join(f"{k} {v}" for k, v in models[name].items()))
        for group, (rows_of, labels) in parts.items():
            scores = 1 / (1 + np.exp(-(weights[0] + rows_of @ weights[1:])))
            area = roc_area(list(scores[labels == 1]), list(scores[labels == 0]))
            print(f"  {group}: {len(labels)} rows, {labels.mean():.3f} positive, ROC area {area:.3f}", flush=True)
            if name == "answer" and group == "alone":
                threshold = round(float(np.quantile(scores[labels == 1], 1 - arguments.keep)), 3)
                refused = (scores[labels == 0] < threshold).mean()
                print(f"  threshold {threshold}: keeps {arguments.keep:.0%} of the right,", end=" ")
                print(f"refuses {refused:.1%} of the wrong")
        save(models, threshold)


if __name__ == "__main__":
    main()
