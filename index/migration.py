"""Migration: the catalogue of an earlier Isnad becomes one of today's, from what it holds; nothing is encoded again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index import reports
from index.article import Article
from index.checksums import text_checksum, vector_checksum
from index.errors import ArticleError
from index.files import replace_file

_PAGE = 256
_UNKNOWN = -1
"""No checksum: what had been damaged before it got one shall not pass for what was stored."""


def kept(catalogue: Path) -> list[Path]:
    """The catalogues of earlier formats that are kept until their migration has succeeded."""
    return list(catalogue.parent.glob(f"{catalogue.stem}-format-*{catalogue.suffix}"))


def migrate(connection: sqlite3.Connection, catalogue: Path, stored: int) -> None:
    """Bring the catalogue from the format `stored` to today's; to be called within a transaction.

    1 -> 2: articles get reports. 2 -> 3: passages and manifest get checksums. Texts, offsets and vectors are not
    touched, so the projections stay what they are.
    """
    _keep(catalogue, stored)
    if stored < 2:
        for statement in reports.SCHEMA.split(";"):
            connection.execute(statement)
        reports.regroup(connection)
    if stored < 3:
        for name in ("vector_checksum", "text_checksum"):
            connection.execute(f"ALTER TABLE passage ADD COLUMN {name} INTEGER NOT NULL DEFAULT {_UNKNOWN}")
        _add_checksums(connection)
        count, total = connection.execute("SELECT count(*), ifnull(sum(id), 0) FROM passage").fetchone()
        rows = [("passages", str(count)), ("sum", str(total))]
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", rows)


def _add_checksums(connection: sqlite3.Connection) -> None:
    number = 0
    query = (
        "SELECT number, digest, id, text, title, date, source, url, language, author FROM article WHERE number > ?"
        f" ORDER BY number LIMIT {_PAGE}"
    )
    while rows := connection.execute(query, (number,)).fetchall():
        found = []
        for number, digest, *fields in rows:
            try:
                article = Article(*fields)
            except ArticleError:
                continue
            if article.digest() != digest:
                continue
            a, about = article, 'SELECT id, start, "end", change, vector FROM passage WHERE article = ?'
            for passage, start, end, change, vector in connection.execute(about, (number,)):
                shown = (passage, a.id, a.title, a.source, a.date, a.url, a.language, a.text[start:end], start, end)
                found.append((vector_checksum(passage, change, vector), text_checksum(shown), passage))
        connection.executemany("UPDATE passage SET vector_checksum = ?, text_checksum = ? WHERE id = ?", found)
        number = rows[-1][0]


def _keep(catalogue: Path, stored: int) -> None:
    place = catalogue.with_name(f"{catalogue.stem}-format-{stored}{catalogue.suffix}")
    for litter in catalogue.parent.glob(f".{catalogue.stem}-format-*.tmp"):  # of a process that was killed at this
        litter.unlink()

    def copy(path: Path) -> None:
        other = sqlite3.connect(catalogue)  # the connection of the migration is within a transaction; VACUUM must not
        try:
            other.execute("VACUUM INTO ?", (str(path),))
        finally:
            other.close()

    replace_file(place, copy)
