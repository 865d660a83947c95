"""Parallel sentences: each sentence of one language is a question, its translation the article that answers."""

from __future__ import annotations

from pathlib import Path

from eval.dataset import Dataset, DatasetError, Gold, Query, split_of
from eval.lines import lines
from index.article import Article


def load_bitext(questions: Path, articles: Path) -> Dataset:
    """Read two files of as many lines, of which the n-th say the same.

    Sentences that stand several times among the articles answer alike. Raises DatasetError if the files differ in
    length.
    """
    asked, told = [line for _, line in lines(questions)], [line for _, line in lines(articles)]
    if len(asked) != len(told):
        raise DatasetError(
            f"{questions} has {len(asked)} sentences and {articles} {len(told)}; give files whose lines are pairs"
        )
    if not asked:
        raise DatasetError(f"{questions} holds no sentences")
    names = {text: f"{articles.name}:{number}" for number, text in reversed(list(enumerate(told, start=1)))}
    held = tuple(Article(id=name, text=text) for text, name in names.items())
    queries = tuple(
        Query(
            f"{questions.name}:{n}",
            text,
            split_of(str(n)),
            gold=(Gold(names[other], 0, len(other)),),
            grades=((names[other], 1),),
        )
        for n, (text, other) in enumerate(zip(asked, told, strict=True), start=1)
    )
    return Dataset(f"{questions.name}>{articles.name}", queries, held)
