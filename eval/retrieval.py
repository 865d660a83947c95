"""How well passages are found: `python -m eval.retrieval DATA_DIR`, test halves; with --ablation what each part adds.

Questions are asked through Library.search; an article stands where its best passage does. An ablated row is fitted
anew, on the development halves, without its part.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from ir_measures import R, ScoredDoc, calc_aggregate, nDCG

from eval.dataset import Dataset
from eval.known_item import best_articles, found_items, known_items, library_of, read_articles
from eval.passages import Ranked, collections, fit_order, qrels, ranked
from rag.passage_features import ORDER

_PARTS: Mapping[str, Sequence[str]] = {
    "dense": ("dense", "article_dense"),
    "stems": ("stems",),
    "grams": ("grams",),
    "title": ("title",),
    "proximity": ("near", "adjacent"),
    "word vectors": ("soft",),
    "article": ("article",),
    "article's vectors": ("article_dense",),
    "position": ("first",),
}
"""Parts of the ranking, and their features."""
_SIXTY = 60

Scores = Callable[[Ranked], np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds eval/ and news/")
    parser.add_argument("--ablation", action="store_true", help="a row for each part left out")
    parser.add_argument("--titles", type=int, default=1000, help="titles of the news archive to look for (0: none)")
    arguments = parser.parse_args()
    sets = collections(arguments.data / "eval")
    print(f"{'':18}" + "".join(f"{name:>16}" for name in sets) + "   nDCG@10/R@1 of the test halves")
    _row("search", [searched(data.part("test")) for data in sets.values()])
    _row("names alone", [searched(named(data.part("test"))) for data in sets.values()])
    if arguments.ablation:
        ablation(sets)
    if arguments.titles:
        data = known_items(read_articles(arguments.data / "news"), arguments.titles)
        with library_of(data.articles) as lib:
            for split in ("development", "test"):
                figures = found_items(lib, data.part(split))
                print(f"news titles, {split}: " + "  ".join(f"{k} {v:.3f}" for k, v in figures.items()), flush=True)


def searched(data: Dataset) -> tuple[float, float]:
    """nDCG@10 and R@1 of the articles that answer, through Library.search; a question that finds nothing counts 0."""
    with library_of(data.articles) as lib:
        run = [ScoredDoc(q.id, *found) for q in data.queries for found in best_articles(lib, q.text)]
    return _measured(data, run)


def named(data: Dataset) -> Dataset:
    """The questions cut to their names, words with a capital; those without any are left out."""
    with library_of(()) as lib:
        cut = {
            q.id: " ".join(
                term.form for term in lib.understand(q.text).terms if term.name and not term.form[0].isdigit()
            )
            for q in data.queries
        }
    return replace(data, queries=tuple(replace(q, text=cut[q.id]) for q in data.queries if cut[q.id]))


def ablation(sets: Mapping[str, Dataset]) -> None:
    """Print a row for each part that is left out, and for reciprocal rank fusion, of the passages that are read."""
    whole = {name: read(data) for name, data in sets.items()}
    every = range(len(ORDER))
    _row("all, as read", _evaluated(sets, whole, _fitted(whole, every)))
    _row("rank fusion", _evaluated(sets, whole, rank_fusion))
    for part, names in _PARTS.items():
        _row(f"- {part}", _evaluated(sets, whole, _fitted(whole, [i for i in every if ORDER[i] not in names])))
    for part in ("names", "translations"):
        without = {name: read(data, [part]) for name, data in sets.items()}
        _row(f"- {part}", _evaluated(sets, without, _fitted(without, every)))


def read(data: Dataset, without: Collection[str] = ()) -> list[Ranked]:
    """What is read for every question of `data`."""
    with library_of(data.articles, without) as lib:
        return [one for query in data.queries for one in ranked(lib, query)]


def rank_fusion(one: Ranked) -> np.ndarray:
    """Reciprocal rank fusion of dense, stems and grams (Cormack, Clarke & Büttcher 2009): the baseline."""
    ranks = np.argsort(np.argsort(-one.rows[:, :3], axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray((1 / (_SIXTY + 1 + ranks)).sum(axis=1))


def _fitted(groups: Mapping[str, Sequence[Ranked]], columns: Sequence[int]) -> Scores:
    """The scores of a model fitted on the development halves."""
    held = {name: [one for one in group if one.query.split == "development"] for name, group in groups.items()}
    weights = fit_order(held, columns)
    return lambda one: np.asarray(one.rows[:, list(columns)] @ weights)


def _evaluated(
    sets: Mapping[str, Dataset], groups: Mapping[str, Sequence[Ranked]], scores: Scores
) -> list[tuple[float, float]]:
    """nDCG@10 and R@1 of the test halves."""
    found = []
    for name, data in sets.items():
        run = []
        for one in groups[name]:
            best: dict[str, float] = {}
            for article, score in zip(one.articles, scores(one).tolist(), strict=True):
                best[article] = max(score, best.get(article, -np.inf))
            run += [ScoredDoc(one.query.id, *pair) for pair in best.items()]
        found.append(_measured(data.part("test"), run))
    return found


def _measured(data: Dataset, run: Iterable[ScoredDoc]) -> tuple[float, float]:
    found = calc_aggregate([nDCG @ 10, R @ 1], qrels(data.queries), list(run))
    return found[nDCG @ 10], found[R @ 1]


def _row(name: str, figures: Iterable[tuple[float, float]]) -> None:
    print(f"{name:18}" + "".join(f"{f'{ndcg:.3f}/{first:.3f}':>16}" for ndcg, first in figures), flush=True)


if __name__ == "__main__":
    main()
