"""One run: a question set is asked of a library, and the figures are printed (`isnad eval DATASET`)."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import ir_measures
from ir_measures import R, nDCG

from eval.dataset import Dataset, Query, load
from eval.known_item import best_articles
from eval.measures import Outcome, judge, places, summary
from eval.passages import qrels
from rag.library import Library


def main(dataset: Path, library: Path | None, split: str | None, as_json: bool) -> int:
    """Ask the questions of `dataset`, print the figures, and return the exit status.

    A set that brings its articles is measured on a library of these alone, made for the run; another one on `library`.
    """
    data = load(dataset).part(split)
    if data.articles:
        with tempfile.TemporaryDirectory(prefix="isnad-eval-") as folder, Library.open(folder) as lib:
            lib.add(data.articles)
            figures = measure(lib, data)
    elif library is None or not library.exists():
        raise FileNotFoundError(
            f"{dataset} brings no articles, and there is no library at {library}; give --library DIR"
        )
    else:
        with Library.open(library) as lib:
            figures = measure(lib, data)
    if as_json:
        json.dump({"dataset": data.name, "split": split or "all", **figures}, sys.stdout)
        print()
    else:
        print(f"{data.name}, {split or 'all'} questions")
        for name, value in figures.items():
            print(f"  {name:14} {value:.3f}" if isinstance(value, float) else f"  {name:14} {value}")
    return 0


def measure(lib: Library, data: Dataset) -> dict[str, float]:
    """All figures of `data` on `lib`: answers, and the ranking of articles where gold articles are known."""
    texts = {article.id: article.text for article in lib.articles()} if any(q.quotes for q in data.queries) else {}
    outcomes = [outcome(lib, query, texts) for query in data.queries]
    return summary(outcomes) | ranking(lib, [q for q in data.queries if q.gold])


def outcome(lib: Library, query: Query, texts: dict[str, str]) -> Outcome:
    """Ask one question."""
    gold = [*query.gold, *(place for quote in query.quotes for place in places(quote, texts))]
    began = time.perf_counter()
    answer = lib.ask(query.text)
    return judge(query, answer, gold, time.perf_counter() - began)


def ranking(lib: Library, queries: list[Query]) -> dict[str, float]:
    """nDCG@10 and R@1 of the gold articles in the articles found; a question that finds nothing counts 0."""
    if not queries:
        return {}
    run = [ir_measures.ScoredDoc(q.id, name, score) for q in queries for name, score in best_articles(lib, q.text)]
    found = ir_measures.calc_aggregate([nDCG @ 10, R @ 1], qrels(queries), run)
    return {str(measure): value for measure, value in found.items()}
