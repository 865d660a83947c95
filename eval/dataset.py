"""Question sets: Isnad's own (JSONL) and those in SQuAD's format (XQuAD, ARCD, AQAD, XQuAD-r)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from index.article import Article
from index.errors import IsnadError

Split = Literal["development", "test"]


class DatasetError(IsnadError):
    """A question set that cannot be read."""


class Gold(NamedTuple):
    """A place that answers: article.text[start:end]."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """A question and what answers it: `quotes`, sentences of any article, or `gold`, places; neither: it has no answer.
    words: the exact words that answer, the best first, where the set names them beside its quotes. grades: (article id,
    how well it answers, from 1) where the set says that; else all gold articles have 1."""

    id: str
    text: str
    split: Split
    quotes: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    words: tuple[str, ...] = ()
    grades: tuple[tuple[str, int], ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.quotes or self.gold)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions, and the articles that they are asked of (none: those of the user's library)."""

    name: str
    queries: tuple[Query, ...]
    articles: tuple[Article, ...] = ()

    def part(self, split: str | None) -> Dataset:
        """Only the questions of one split (None: all)."""
        return Dataset(self.name, tuple(q for q in self.queries if split in (None, q.split)), self.articles)


def split_of(question_id: str) -> Split:
    """The half a question belongs to, for sets without a division of their own: md5 of its id, even is development."""
    return (
        "test" if int(hashlib.md5(question_id.encode(), usedforsecurity=False).hexdigest(), 16) % 2 else "development"
    )


def load(path: Path) -> Dataset:
    """Read a question set: `.jsonl` in Isnad's format, `.json` in SQuAD's.

    Raises DatasetError, with the line, for a file that cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} cannot be read ({error}); give a .jsonl or .json question set in UTF-8") from None
    queries, articles = (_squad if path.suffix == ".json" else _jsonl)(path, text)
    if not queries:
        raise DatasetError(f"{path} holds no questions")
    return Dataset(path.stem, tuple(queries), tuple(articles))


def _jsonl(path: Path, text: str) -> tuple[list[Query], list[Article]]:
    """Lines with a question, and, where the set brings its own, lines with an article's fields."""
    queries: list[Query] = []
    articles: list[Article] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "text" in row:
                articles.append(Article(**row))
                continue
            if not row["question"].strip():
                raise ValueError("the question is empty")
            name = str(row.get("id", number))
            split = row.get("split") or split_of(name)
            quotes, words = tuple(row.get("quotes", ())), tuple(row.get("words", ()))
            queries.append(Query(name, row["question"], split, quotes, words=words))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(
                f"{path}:{number} is no question and no article ({type(error).__name__}: {error}); a line looks like"
                ' {"id": "1", "question": "...", "quotes": ["..."]}'
            ) from None
    return queries, articles


def _squad(path: Path, text: str) -> tuple[list[Query], list[Article]]:
    queries: list[Query] = []
    articles: dict[str, Article] = {}
    try:
        for paragraph, title, answers in _paragraphs(json.loads(text)):
            # The same paragraph may stand several times; a question is right wherever its text is found.
            name = hashlib.md5(paragraph.encode(), usedforsecurity=False).hexdigest()[:12]
            articles.setdefault(name, Article(id=name, text=paragraph, title=title))
            for answer in answers:
                gold = [
                    Gold(name, a["answer_start"], a["answer_start"] + len(a["text"])) for a in answer.get("answers", ())
                ]
                question = f"{path.stem}:{name}:{answer['id']}"
                if answer.get("is_impossible"):
                    gold = []
                queries.append(Query(question, answer["question"], split_of(str(answer["id"])), gold=tuple(gold)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path} is not in SQuAD's format ({type(error).__name__}: {error})") from None
    return queries, list(articles.values())


def _paragraphs(whole: dict[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    for entry in whole["data"]:
        for paragraph in entry["paragraphs"]:
            yield paragraph["context"], entry.get("title", ""), paragraph["qas"]
