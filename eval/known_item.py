"""Known items: articles are looked for by their own titles, in a library that does not hold the titles."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.dataset import Dataset, DatasetError, Gold, Query, split_of
from eval.measures import mean
from index.article import Article
from index.reading import Limits, read
from index.tokens import forms
from rag.library import Library
from rag.results import Hit

_SHINGLE = 3
_SAME = 0.5
"""Containment above which two articles are one report: whichever is found, the title's is."""


def known_items(articles: Iterable[Article], count: int, seed: int = 0) -> Dataset:
    """`count` random titles as questions, and all articles with empty titles. An article's id decides its split."""
    every = list(articles)
    titled = [article for article in every if article.title.strip()]
    if not titled:
        raise DatasetError("no article has a title to look for; give articles with titles")
    chosen = random.Random(seed).sample(titled, min(count, len(titled)))
    queries = [Query(a.id, a.title, split_of(a.id), gold=(Gold(a.id, 0, len(a.text)),)) for a in chosen]
    return Dataset("titles", tuple(queries), tuple(replace(article, title="") for article in every))


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a file, folder or zip; what cannot be read is left out. DatasetError if there is no such path."""
    if not path.exists():
        raise DatasetError(f"there is no file or folder {path}; name one that holds articles")
    return (one for one in read([path], limits=Limits()) if isinstance(one, Article))


@contextmanager
def library_of(articles: Iterable[Article], without: Collection[str] = ()) -> Iterator[Library]:
    """A library of `articles`, for as long as it is needed. without: as for Library.open()."""
    with TemporaryDirectory(prefix="isnad-eval-") as folder, Library.open(folder, without=without) as lib:
        lib.add(articles)
        yield lib


def found_items(lib: Library, data: Dataset, k: int = 10) -> dict[str, float]:
    """R@1 and R@k: the share of titles whose article, or one of the same report, is the first, or among the first k,
    of the articles found."""
    ranks = [_rank(lib, query, k) for query in data.queries]
    return {
        "questions": len(ranks),
        "R@1": mean(rank == 1 for rank in ranks),
        f"R@{k}": mean(rank <= k for rank in ranks),
    }


def best_articles(lib: Library, text: str, k: int = 10) -> list[tuple[str, float]]:
    """The articles of the best passages, each at the score of its best: at most `k`, best first."""
    return of_articles(lib.search(text, k=3 * k, dates=False), k)


def of_articles(hits: Iterable[Hit], k: int = 10) -> list[tuple[str, float]]:
    """The articles of `hits`, best first, each at the score of its best: at most `k`."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.article_id, hit.score)
    return list(best.items())[:k]


def _rank(lib: Library, query: Query, k: int) -> int:
    (gold,) = query.gold
    names = [name for name, _ in best_articles(lib, query.text, k)]
    texts = {article.id: article.text for article in lib.articles([gold.article_id, *names])}
    wanted = texts[gold.article_id]
    for rank, name in enumerate(names, start=1):
        if name == gold.article_id or containment(wanted, texts[name]) > _SAME:
            return rank
    return k + 1


def containment(one: str, other: str) -> float:
    """The share of the shorter text's word 3-grams that stand in the longer one; 0 for texts without any.

    >>> containment("a b c d", "x a b c d e f")
    1.0
    """
    left, right = _shingles(one), _shingles(other)
    return len(left & right) / (min(len(left), len(right)) or 1)


@lru_cache(maxsize=5_000)
def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = forms(text)
    return frozenset(zip(*(words[i:] for i in range(_SHINGLE)), strict=False))
