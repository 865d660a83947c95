"""Collections in BEIR's layout: corpus.jsonl, queries.jsonl and qrels/SPLIT.tsv (Thakur et al. 2021)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.dataset import Dataset, DatasetError, Gold, Query, Split
from eval.lines import field, lines, records
from index.article import Article

_SPLITS: dict[str, Split] = {"train": "development", "dev": "development", "test": "test"}


def load_beir(folder: Path) -> Dataset:
    """Read a collection. Queries of train.tsv and dev.tsv are its development part, those of test.tsv its test part; a
    query without judgements is left out, and a judgement of 0 says that the article does not answer.

    Raises DatasetError, with file and line, for what cannot be used.
    """
    articles = {}
    for place, row in records(folder / "corpus.jsonl"):
        name, title, text = field(row, "_id", place), str(row.get("title") or ""), str(row.get("text") or "")
        if not (text.strip() or title.strip()):
            raise DatasetError(f"{place} ({name}) has neither text nor title; give one, or delete the line")
        if name in articles:
            raise DatasetError(f"{place} has the id {name!r} of an article before it; ids are given once")
        articles[name] = Article(id=name, text=text if text.strip() else title, title=title)
    asked = {field(row, "_id", place): field(row, "text", place) for place, row in records(folder / "queries.jsonl")}
    queries = [query for part, split in _judgements(folder) for query in _queries(part, split, asked, articles)]
    if not queries:
        raise DatasetError(f"{folder} judges none of its queries; qrels/test.tsv names them")
    return Dataset(folder.name, tuple(queries), tuple(articles.values()))


def _judgements(folder: Path) -> Iterator[tuple[Path, Split]]:
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise DatasetError(f"{folder} has no qrels/*.tsv; give a folder in BEIR's layout")
    return ((file, _SPLITS.get(file.stem, "test")) for file in files)


def _queries(judged: Path, split: Split, asked: dict[str, str], articles: dict[str, Article]) -> Iterator[Query]:
    grades: dict[str, dict[str, int]] = {}
    for number, (place, line) in enumerate(lines(judged)):
        cells = line.split("\t")
        if number == 0 and not cells[-1].strip().lstrip("-").isdigit():
            continue  # the heading
        try:
            query, article, grade = cells[0], cells[-2], int(cells[-1])
        except (IndexError, ValueError):
            raise DatasetError(f"{place} is no judgement; a line is: query, article and grade, with tabs") from None
        if query not in asked:
            raise DatasetError(f"{place} judges {query!r}, which queries.jsonl does not have")
        if article not in articles:
            raise DatasetError(f"{place} names {article!r}, which corpus.jsonl does not have")
        grades.setdefault(query, {})[article] = grade
    for query, of_query in grades.items():
        right = {article: grade for article, grade in of_query.items() if grade > 0}
        gold = tuple(Gold(article, 0, len(articles[article].text)) for article in right)
        yield Query(query, asked[query], split, gold=gold, grades=tuple(right.items()))
