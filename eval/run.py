"""One run: a question set is asked of a library, and the figures are printed (`isnad eval DATASET`)."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Collection
from pathlib import Path

import ir_measures
from ir_measures import R, nDCG

from eval.dataset import Dataset, Query, load
from eval.known_item import best_articles, found_items, known_items, library_of, read_articles
from eval.measures import Outcome, judge, places, summary
from eval.passages import cross_lingual, qrels
from rag.library import Library


def main(
    dataset: Path,
    library: Path | None,
    *,
    articles: Path | None = None,
    split: str | None = None,
    without: Collection[str] = (),
    as_json: bool = False,
) -> int:
    """Ask the questions of `dataset`, print the figures, and return the exit status.

    A set that brings its articles is measured on a library of these alone, made for the run, or on those of the
    parallel set `articles`; another one on `library`. without: as for Library.open().
    """
    data = load(dataset)
    if articles:
        data = cross_lingual(data, load(articles))
    data = data.part(split)
    if data.articles:
        with library_of(data.articles, without) as lib:
            figures = measure(lib, data)
    elif library is None or not library.exists():
        raise FileNotFoundError(
            f"{dataset} brings no articles, and there is no library at {library}; give --library DIR"
        )
    else:
        with Library.open(library, without=without) as lib:
            figures = measure(lib, data)
    _print(data.name, split, figures, as_json)
    return 0


def find_titles(
    articles: Path, count: int, *, split: str | None = None, without: Collection[str] = (), as_json: bool = False
) -> int:
    """Look for `count` articles of a file, folder or zip by their titles, print the figures; return the exit status."""
    data = known_items(read_articles(articles), count)
    with library_of(data.articles, without) as lib:
        figures = found_items(lib, data.part(split))
    _print(f"{count} titles of {articles.name}", split, figures, as_json)
    return 0


def _print(name: str, split: str | None, figures: dict[str, float], as_json: bool) -> None:
    if as_json:
        json.dump({"dataset": name, "split": split or "all", **figures}, sys.stdout)
        print()
        return
    print(f"{name}, {split or 'all'} questions")
    for measure, value in figures.items():
        print(f"  {measure:14} {value:.3f}" if isinstance(value, float) else f"  {measure:14} {value}")


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
