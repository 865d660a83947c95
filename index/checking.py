"""Checking a catalogue: what is wrong with it, row by row, and which of its articles can still be read.

It works on a file of which parts are gone: what cannot be read is said, and the rest is read on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import reports
from index.article import Article
from index.checksums import MANIFEST, manifest_checksum, text_checksum, vector_checksum
from index.errors import ArticleError

_NAMED = 20
"""Faults of one kind that are named; the others are counted."""


@dataclass(slots=True)
class Findings:
    """What is wrong, a line each. lost: the articles that are not what was stored, as they are named; spoiled: the ids
    of those that are, and whose passages are not."""

    faults: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)

    def add(self, lines: list[str], what: str) -> None:
        """Add some lines of one kind, and how many more there are."""
        self.faults += lines[:_NAMED]
        if len(lines) > _NAMED:
            self.faults.append(f"and {len(lines) - _NAMED:,} {what} more")


@contextmanager
def lenient(connection: sqlite3.Connection) -> Iterator[None]:
    """Text that is no UTF-8 any more is read all the same."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        yield
    finally:
        connection.text_factory = str


def examine(connection: sqlite3.Connection) -> Findings:
    """Verify the file's structure, the manifest, every article, its passages and their vectors, and the reports."""
    found = Findings()
    for part in (_structure, _manifest, _articles, _reports):
        try:
            with lenient(connection):
                part(connection, found)
        except sqlite3.DatabaseError as error:
            found.faults.append(f"catalogue: {error}")
    return found


def _structure(connection: sqlite3.Connection, found: Findings) -> None:
    rows = connection.execute(f"PRAGMA integrity_check({_NAMED})")
    found.faults += [f"catalogue: {' '.join(row[0].split())}" for row in rows if row[0] != "ok"]
    strangers = sum(1 for _ in connection.execute("PRAGMA foreign_key_check"))
    if strangers:
        found.faults.append(f"catalogue: {strangers:,} rows belong to articles that are not there")


def _manifest(connection: sqlite3.Connection, found: Findings) -> None:
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    if meta.get(MANIFEST) != manifest_checksum(meta):
        found.faults.append("manifest: it is not what was stored")
    held = connection.execute("SELECT count(*), ifnull(sum(id), 0) FROM passage NOT INDEXED").fetchone()
    if (meta.get("passages"), meta.get("sum")) != tuple(map(str, held)):
        found.faults.append(f"manifest: {meta.get('passages')} passages should be there, {held[0]} are")
    for table, key in (("article", "number"), ("passage", "id")):
        query = (
            f"SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = ?), 0) < ifnull(max({key}), 0) FROM {table}"
        )
        if connection.execute(query, (table,)).fetchone()[0]:
            found.faults.append(f"catalogue: {table} has ids that may be given out again")


def _articles(connection: sqlite3.Connection, found: Findings) -> None:
    spoiled = []
    for number, fields in _rows(connection):
        if fields is None:
            found.lost.append(f"article number {number} cannot be read")
        elif (article := _whole(fields)) is None:
            name = f"article {str(fields[1])[:80]!r} ({str(fields[3])[:60]!r})"
            found.lost.append(f"{name} is not what was stored: remove it, and index it again")
        elif fault := _passages(connection, number, article):
            spoiled.append(f"article {article.id!r}: {fault}")
            found.spoiled.append(article.id)
    found.add(found.lost, "articles")
    found.add(spoiled, "articles")


def _reports(connection: sqlite3.Connection, found: Findings) -> None:
    found.faults += reports.faults(connection)


def _rows(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[Any, ...] | None]]:
    """(number, digest and fields) of each article; None for what cannot be read. Where a page is gone, every number
    is tried by itself: the tree leads to those behind it."""
    numbers: list[int] = []
    try:
        for row in connection.execute("SELECT number FROM article NOT INDEXED ORDER BY number"):
            numbers.append(row[0])
        certain = len(numbers)
    except sqlite3.DatabaseError:
        certain, last = len(numbers), 0
        for query in ("SELECT max(seq) FROM sqlite_sequence WHERE name = 'article'", "SELECT max(article) FROM report"):
            try:
                last = max(last, connection.execute(query).fetchone()[0] or 0)
            except sqlite3.DatabaseError:
                continue
        numbers += range(numbers[-1] + 1 if numbers else 1, last + 1)
    query = "SELECT digest, id, text, title, date, source, url, language, author FROM article WHERE number = ?"
    for at, number in enumerate(numbers):
        try:
            fields = connection.execute(query, (number,)).fetchone()
        except sqlite3.DatabaseError:
            yield number, None
            continue
        if fields or at < certain:
            yield number, fields


def _whole(fields: tuple[Any, ...]) -> Article | None:
    """The article of these fields, if they are those of its digest."""
    digest, *rest = fields
    try:
        article = Article(*rest)
    except ArticleError:
        return None
    return article if article.digest() == digest and article.id == rest[0] else None


def _passages(connection: sqlite3.Connection, number: int, a: Article) -> str | None:
    """What is wrong with the passages of an article."""
    query = (
        'SELECT id, start, "end", change, vector, vector_checksum, text_checksum FROM passage WHERE article = ?'
        " ORDER BY start"
    )
    try:
        rows = connection.execute(query, (number,)).fetchall()
    except sqlite3.DatabaseError:
        return "its passages cannot be read"
    if not rows:
        return "it has no passages"
    reached = 0
    for passage, start, end, change, vector, of_vector, of_text in rows:
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(a.text)):
            return "its passages do not lie within it"
        shown = (passage, a.id, a.title, a.source, a.date, a.url, a.language, a.text[start:end], start, end)
        if text_checksum(shown) != of_text:
            return "its passages are not what was stored"
        if vector_checksum(passage, change, vector) != of_vector:
            return "its vectors are not what was stored"
        if a.text[reached:start].strip():
            break
        reached = max(reached, end)
    return "a part of it is in no passage" if a.text[reached:].strip() else None


def readable(catalogue: Path, lost: list[str]) -> Iterator[Article]:
    """The articles of a catalogue that are what was stored, whatever else is wrong with the file; the others are named
    in `lost`."""
    connection = sqlite3.connect(catalogue)
    try:
        with lenient(connection):
            for number, fields in _rows(connection):
                article = _whole(fields) if fields else None
                if article:
                    yield article
                else:
                    lost.append(f"article {str(fields[1])[:80]!r}" if fields else f"article number {number}")
    except sqlite3.DatabaseError as error:
        lost.append(f"the rest: {error}")
    finally:
        connection.close()


def faults_of(catalogue: Path) -> list[str]:
    """What is wrong with a catalogue that does not open as one; nothing is said of a file that is not there."""
    if not catalogue.is_file():
        return []
    connection = sqlite3.connect(catalogue)
    try:
        return examine(connection).faults
    finally:
        connection.close()
