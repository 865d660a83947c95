"""Fit the shipped weights on development questions: `python -m eval.calibrate DATA_DIR` rewrites rag/data/weights.json.

Models one upon the other: is a passage worth reading, is it relevant, does a sentence answer, with which words, does
the archive answer at all. The questions are those of XQuAD (in and across Arabic and English), of ARCD for passages and
words, of our own desk set and, for the threshold alone, of the seed set. Only development halves are fitted on; test
halves are reported.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

import rag.weights
from eval.dataset import Dataset, Gold, Query, load
from eval.fitting import Floats, balanced, calibrated, evened, listwise, logistic, sigmoid
from eval.known_item import library_of
from eval.measures import holds, mean, places, roc_area
from eval.passages import (
    CANDIDATE,
    QUESTIONS,
    collections,
    cross_lingual,
    fit_candidates,
    fit_order,
    fit_relevance,
    ranked,
)
from eval.spans import NAMES, fit_spans, marked
from index.article import Article
from index.reading import Limits, read
from rag.answering import CONFIDENCE, confidence_features, select
from rag.evidence import Evidence
from rag.features import FEATURES
from rag.library import Library
from rag.passage_features import ORDER, RELEVANCE
from rag.question import Question
from rag.retrieval import Found
from rag.span_features import SPAN
from rag.weights import Weights

SEEDS = Path(__file__).parents[1] / "seeds"
TARGET = Path(rag.weights.__file__).with_name("data") / "weights.json"

AIMS = (0.85, 0.75)
"""What the threshold is to reach: right quotes shown, questions without an answer refused."""

_COUNTS = {"alone": (2.0, 1.0), "pooled": (1.0, 1.0), "ar": (1.0, 2.0), "en>ar": (1.0, 2.0)}
"""How much a group counts in the fit of the answer model, and an answerable question in it beside another one: a large
archive answers most of what it is asked."""

T = TypeVar("T")


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


def seed() -> Article:
    """The article of seeds/."""
    (found,) = (one for one in read([SEEDS], limits=Limits()) if isinstance(one, Article))
    return found


class Asked(NamedTuple):
    """One question: whether there is an answer, the passages found (article, probability of relevance), their sentences
    (best first), and which of these are right."""

    answerable: bool
    question: Question
    passages: list[tuple[str, float]]
    evidence: list[Evidence]
    right: list[bool]


def ask(lib: Library, query: Query) -> Iterator[Asked]:
    """The question and its evidence; and, where articles of a larger library answer it, the same without them."""
    gold = gold_of(lib, query)
    question, found, evidence = lib.evidence(query.text)
    yield Asked(query.answerable, question, _scored(found), evidence, [_right(gold, one) for one in evidence])
    if query.gold:
        gone = {g.article_id for g in query.gold}
        others = [article.id for article in lib.articles() if article.id not in gone]
        question, found, evidence = lib.evidence(query.text, articles=others)
        yield Asked(False, question, _scored(found), evidence, [False] * len(evidence))


def _scored(found: Iterable[Found]) -> list[tuple[str, float]]:
    return [(one.passage.article_id, one.score) for one in found]


def rescored(asked: Asked, weights: Floats) -> Asked:
    """The evidence under other weights ([bias, weights...]), best first."""
    if not asked.evidence:
        return asked
    score = sigmoid(weights[0] + np.array([one.features for one in asked.evidence]) @ weights[1:])
    order = np.argsort(-score, kind="stable").tolist()
    evidence = [replace(asked.evidence[i], score=float(score[i])) for i in order]
    return asked._replace(evidence=evidence, right=[asked.right[i] for i in order])


def answered(asked: Asked) -> bool:
    """Whether what would be shown holds a right sentence."""
    shown = {(one.passage.id, one.start) for one in select(asked.evidence)}
    return any(ok and (e.passage.id, e.start) in shown for e, ok in zip(asked.evidence, asked.right, strict=True))


def gold_of(lib: Library, query: Query) -> list[Gold]:
    """The places that answer `query` in `lib`."""
    texts = {article.id: article.text for article in lib.articles()} if query.quotes else {}
    return [*query.gold, *(place for quote in query.quotes for place in places(quote, texts))]


def _right(gold: Sequence[Gold], one: Evidence) -> bool:
    return holds(gold, one.passage.article_id, one.start, one.end)


def collect(sets: Iterable[Dataset], rows: Callable[[Library, Query], Iterator[T]]) -> list[T]:
    """What `rows` gives for every question of `sets`, each set in a library of its own."""
    found: list[T] = []
    for data in sets:
        with library_of(data.articles) as lib:
            for query in data.queries:
                found.extend(rows(lib, query))
    return found


def fit_evidence(groups: Mapping[str, Sequence[Asked]]) -> Floats:
    """[bias, weights...] of the evidence model: fitted to the order in each question, then to be a probability."""
    lists = {name: [a for a in group if any(a.right)] for name, group in groups.items()}
    held = [a for group in lists.values() for a in group]
    rows = np.array([e.features for a in held for e in a.evidence], float)
    labels = np.array([ok for a in held for ok in a.right], float)
    starts = np.cumsum([0, *(len(a.evidence) for a in held[:-1])])
    counts = evened([len(group) for group in lists.values()])
    weights = listwise(rows, labels, starts, counts)
    return calibrated(rows, labels, np.repeat(counts, [len(a.evidence) for a in held]), weights)


def fit_answers(groups: Mapping[str, Sequence[Asked]]) -> Floats:
    """[bias, weights...] of the answer model. How much a group counts, and an answerable question in it: _COUNTS."""
    held = {name: [a for a in group if a.evidence] for name, group in groups.items()}
    rows = _confidence_rows([a for group in held.values() for a in group])
    labels = np.array([a.answerable for group in held.values() for a in group], float)
    counts = []
    for name, group in held.items():
        whole, answerable = _COUNTS[name]
        each = np.array([answerable if a.answerable else 1.0 for a in group])
        counts.append(whole * each / each.sum())
    every, scale = np.concatenate(counts), rows.std(axis=0) + 1e-9
    fitted = logistic(rows / scale, labels, len(labels) * every / every.sum(), ridge=3.0)
    return np.concatenate([fitted[:1], fitted[1:] / scale])


def _confidence_rows(group: Sequence[Asked]) -> Floats:
    return np.array([confidence_features(a.question, a.evidence, a.passages) for a in group], float)


def confidences(group: Sequence[Asked], weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Confidences of the questions that are answered, whether what they show is right, confidences of the others."""
    found = [a for a in group if a.evidence]
    p = sigmoid(weights[0] + _confidence_rows(found) @ weights[1:])
    answerable = np.array([a.answerable for a in found])
    return p[answerable], np.array([answered(a) for a in found], float)[answerable], p[~answerable]


def report(name: str, group: Sequence[Asked], weights: Floats, threshold: float) -> None:
    """Print what the fitted models do on one group."""
    right, ok, wrong = confidences(group, weights)
    print(
        f"  {name}: {len(group)} questions, first {mean(a.right[0] for a in group if any(a.right)):.3f},"
        f" right and shown {(ok * (right >= threshold)).mean():.3f}, refused {(wrong < threshold).mean():.3f},"
        f" ROC area {roc_area(list(right), list(wrong)):.3f}",
        flush=True,
    )


def save(models: dict[str, dict[str, float]], threshold: float) -> None:
    """Rewrite the shipped file; libraries opened from now on read it."""
    TARGET.write_text(json.dumps({"threshold": threshold, "models": models}, indent=2) + "\n")
    Weights.load.cache_clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds eval/xquad-r")
    parser.add_argument("--most", type=int, default=600, help="questions of each half of XQuAD that are asked")
    arguments = parser.parse_args()
    folder = arguments.data / "eval/xquad-r"
    arabic = load(folder / "ar.json")
    crossed = cross_lingual(load(folder / "en.json"), arabic)

    def sets(split: str) -> dict[str, list[Dataset]]:
        large = {name: sample(data.part(split), arguments.most) for name, data in (("ar", arabic), ("en>ar", crossed))}
        desk = load(QUESTIONS / "desk.jsonl").part(split)
        return {
            "alone": list(desks(desk)),
            "pooled": [desk],
            **{name: [data] for name, data in large.items()},
            "small": [part for data in large.values() for part in small_libraries(data)],
            "seed": [replace(load(QUESTIONS / "seed.jsonl").part(split), articles=(seed(),))],
        }

    models: dict[str, dict[str, float]] = json.loads(TARGET.read_text())["models"]

    def keep(name: str, features: Sequence[str], weights: Floats, threshold: float = 0.5) -> None:
        models[name] = dict(zip(("bias", *features), (round(float(w), 4) for w in weights), strict=True))
        save(models, threshold)

    for name, features in (
        ("passage", ORDER),
        ("relevance", RELEVANCE),
        ("evidence", FEATURES),
        ("answer", CONFIDENCE),
        *((name, SPAN) for name in NAMES),
    ):
        if tuple(models.get(name, ()))[1:] != features:  # the features are new: any weights do for a start
            keep(name, features, np.ones(len(features) + 1))
    development = sets("development")
    read_ = {
        name: collect([data.part("development")], ranked) for name, data in collections(arguments.data / "eval").items()
    }
    keep("candidate", CANDIDATE, fit_candidates(read_))
    order = fit_order(read_, range(len(ORDER)))
    keep("passage", ORDER, np.concatenate([[0.0], order]))
    keep("relevance", RELEVANCE, fit_relevance(read_, order))
    with_words = collections(arguments.data / "eval").values()
    spans = collect((data.part("development") for data in with_words), marked)
    for name, weights in fit_spans(spans).items():
        keep(name, SPAN, np.concatenate([[0.0], weights]))
    groups = {name: collect(data, ask) for name, data in development.items()}
    evidence = fit_evidence({n: groups[n] for n in ("alone", "pooled", "ar", "en>ar", "small")})
    keep("evidence", FEATURES, evidence)
    groups = {name: [rescored(a, evidence) for a in group] for name, group in groups.items()}
    answer = fit_answers({name: groups[name] for name in _COUNTS})
    held = [confidences(groups[name], answer) for name in ("alone", "seed")]
    threshold = balanced([(p, ok) for p, ok, _ in held], [p for *_, p in held], *AIMS)
    keep("answer", CONFIDENCE, answer, round(threshold, 3))
    print(f"threshold {threshold:.3f}; development:")
    for name, group in groups.items():
        report(name, group, answer, threshold)
    print("test:")
    for name, data in sets("test").items():
        report(name, collect(data, ask), answer, threshold)


if __name__ == "__main__":
    main()
