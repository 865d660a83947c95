"""The catalogue: one SQLite file that holds all that a library knows. Everything else on disk can be rebuilt from
it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index import listing, reports
from index.article import Article, iso_date
from index.checking import Findings, examine, lenient
from index.checksums import MANIFEST, manifest_checksum, text_checksum, vector_checksum
from index.database import PATIENCE, Database, mend
from index.errors import ArticleError, LibraryDamaged, LibraryError
from index.listing import Listed
from index.migration import kept, migrate
from index.reports import Copies
from index.sentences import Span

FORMAT = 3
"""Format of the library on disk. 2: articles have reports. 3: passages and manifest have checksums."""

HEADLINE = 300
"""Characters of a title that are indexed with each of its article's passages: no title may outweigh the text."""

_PAGE = 64

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    title TEXT NOT NULL, date TEXT, source TEXT, url TEXT, language TEXT, author TEXT, text TEXT NOT NULL
);
CREATE INDEX article_date ON article (date);
CREATE INDEX article_source ON article (source);
CREATE INDEX article_language ON article (language);
-- AUTOINCREMENT: the id of a passage is its id in every projection, and is never given to another passage.
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, change INTEGER NOT NULL,
    vector_checksum INTEGER NOT NULL, text_checksum INTEGER NOT NULL
);
CREATE INDEX passage_article ON passage (article);
CREATE INDEX passage_change ON passage (change);
-- What a projection that lags has to take out again.
CREATE TABLE removal (passage INTEGER PRIMARY KEY, change INTEGER NOT NULL);
CREATE INDEX removal_change ON removal (change);
"""

SHOWN = """
    SELECT p.article, p.text_checksum, p.id, a.id, a.title, a.source, a.date, a.url, a.language,
           substr(a.text, p.start + 1, p."end" - p.start), p.start, p."end"
    FROM passage p JOIN article a ON a.number = p.article"""
"""The number of a passage's article, the checksum of what is shown of the passage, and that itself: a Passage."""

_MIGRATION = 600
"""Seconds to wait for another process that brings the catalogue up."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles may be found. Dates are 'YYYY-MM-DD', both included; None and () let everything through, but
    `articles`, ids, lets through only those that it names.

    An article without a date is not found under a date filter: nobody knows that it lies within. So with languages.
    """

    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    articles: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.sources or self.languages) or self.articles is not None


class Entry(NamedTuple):
    """An article ready to be stored: its passages and their vectors, float32 of shape (len(spans), dimension)."""

    article: Article
    spans: Sequence[Span]
    vectors: np.ndarray


class Written(NamedTuple):
    """What a write did: the number of the change, how many passages it took out, and the numbers of the articles and
    the ids of the passages that it put in, as ranges in the order of the entries."""

    change: int
    removed: int
    articles: range
    passages: range


class Passage(NamedTuple):
    """A stored passage with its article. `text` is the passage's own text: article.text[start:end]."""

    id: int
    article_id: str
    title: str
    source: str | None
    date: str | None
    url: str | None
    language: str | None
    text: str
    start: int
    end: int


def _listed(ids: Iterable[str]) -> str:
    """Ids as SQLite's json_each() takes them; it would cut one at a NUL, and no stored id has any."""
    return json.dumps([i for i in ids if "\0" not in i])


def _condition(where: Filter) -> tuple[str, list[str]]:
    """What `where` lets through of `article a`, as an SQL condition and its values."""
    conditions, values = ["1"], []
    for condition, value in (("a.date >= ?", where.since), ("a.date <= ?", where.until)):
        if value:
            conditions.append(condition)
            values.append(value)
    if where.sources:
        conditions.append("a.source IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.sources))
    if where.languages:
        conditions.append("a.language IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(where.languages))
    if where.articles is not None:
        conditions.append("a.id IN (SELECT value FROM json_each(?))")
        values.append(_listed(where.articles))
    return " AND ".join(conditions), values


def pack(vector: np.ndarray) -> bytes:
    """A unit vector as little-endian float16: half the bytes; unpack() restores length 1."""
    return vector.astype("<f2").tobytes()


def unpack(blobs: Sequence[bytes], dimension: int) -> np.ndarray:
    """Packed vectors as float32 of shape (len(blobs), dimension), each of length 1 (or zero, if it was zero)."""
    if any(len(blob) != 2 * dimension for blob in blobs):
        raise LibraryDamaged(f"the catalogue holds a vector that has not {dimension} dimensions; restore a backup")
    vectors = np.frombuffer(b"".join(blobs), "<f2").astype(np.float32).reshape(len(blobs), dimension)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def _last(connection: sqlite3.Connection, table: str) -> int:
    """The highest number that was ever given out in `table`, 0 at first."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return row[0] if row else 0


def _insert(connection: sqlite3.Connection, entries: Iterable[tuple[int, Entry]], change: int) -> range:
    """Store the passages of entries, each given with the number of its article; return their ids."""
    first = _last(connection, "passage") + 1
    ids = count(first)

    def rows() -> Iterator[tuple[object, ...]]:
        for number, (a, spans, vectors) in entries:
            for span, vector in zip(spans, vectors, strict=True):
                id_, packed, text = next(ids), pack(vector), a.text[span.start : span.end]
                shown = Passage(id_, a.id, a.title, a.source, iso_date(a.date), a.url, a.language, text, *span)
                checksums = vector_checksum(id_, change, packed), text_checksum(shown)
                yield id_, number, span.start, span.end, packed, change, *checksums

    connection.executemany(
        'INSERT INTO passage (id, article, start, "end", vector, change, vector_checksum, text_checksum)'
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows(),
    )
    return range(first, next(ids))


class Catalogue(Database):
    """The tables, and what is read from them and written to them.

    Raises LibraryDamaged if the file is no catalogue, LibraryError if it is of a newer format or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._firsts: dict[int, np.ndarray] = {}
        self._headlines = listing.Headlines()
        try:
            self.uuid = self._recognise()
        except BaseException:
            self.close()
            raise

    def _recognise(self) -> str:
        """The uuid of the catalogue, which is made if the file is empty; an error if it is something else."""
        with self._errors():
            tables = {row[0] for row in self._connection().execute("SELECT name FROM sqlite_master")}
            if not tables:
                self._create()
            stored = self.meta() if not tables or "meta" in tables else {}
        if not stored.get("format", "").isdigit() or "uuid" not in stored:
            raise LibraryDamaged(
                f"{self._path} is not the catalogue of a library; give the folder of a library or a new one"
            )
        if int(stored["format"]) > FORMAT:
            raise LibraryError(
                f"{self._path} has format {stored['format']}, this Isnad reads {FORMAT}; install a newer Isnad"
            )
        if int(stored["format"]) >= 3 and stored.get(MANIFEST) != manifest_checksum(stored):
            raise self.damaged("its manifest is not what was stored")
        if int(stored["format"]) < FORMAT or stored.get("reports") != reports.stamp():
            self._bring_up()
        with suppress(OSError):
            for copy in kept(self._path):
                copy.unlink(missing_ok=True)
        return stored["uuid"]

    def _bring_up(self) -> None:
        """Migrate a catalogue of an earlier format, or make reports anew that rest on other search forms.

        In one transaction: of two processes that open the library the second waits and finds it done, who reads it goes
        on reading it as it was, and if it is cut short nothing has changed.
        """
        self._connection().execute(f"PRAGMA busy_timeout = {_MIGRATION * 1000}")
        with self.transaction() as connection:
            stored = self.meta()
            if int(stored["format"]) < FORMAT:
                try:
                    migrate(connection, self._path, int(stored["format"]))
                except OSError as error:
                    hint = "it is kept as it was: check that the disk is not full and the folder can be written"
                    raise LibraryError(f"{self._path} cannot be brought up ({error.strerror}); {hint}") from error
            if stored.get("reports", reports.stamp()) != reports.stamp():
                reports.regroup(connection)
            self._enter({"format": str(FORMAT), "reports": reports.stamp()})
        self._connection().execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")

    def _create(self) -> None:
        with self.transaction() as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in (_SCHEMA + reports.SCHEMA).split(";"):
                    connection.execute(statement)
                about = {"format": str(FORMAT), "uuid": uuid.uuid4().hex, "change": "0", "reports": reports.stamp()}
                self._enter(about | {"passages": "0", "sum": "0"})

    def _enter(self, values: Mapping[str, str]) -> None:
        """Enter `values` in the manifest, and its checksum."""
        values = {**values, MANIFEST: manifest_checksum({**self.meta(), **values})}
        self._connection().executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def _changed(self, change: int, gone: Iterable[int], come: Iterable[int], **about: str) -> None:
        """Enter a change: its number, and how many passages there now are, with the sum of their ids."""
        meta, gone, come = self.meta(), list(gone), list(come)
        passages, total = int(meta["passages"]) + len(come) - len(gone), int(meta["sum"]) + sum(come) - sum(gone)
        self._enter({**about, "change": str(change), "passages": str(passages), "sum": str(total)})

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when it ends without an error."""
        try:
            with super().transaction() as connection:
                yield connection
        except BaseException:
            self._firsts.clear()  # numbers that were given out are given out again
            raise

    # -- what is there -----------------------------------------------------------------------------------------------

    def meta(self) -> dict[str, str]:
        with self._errors():
            return {str(key): str(value) for key, value in self._connection().execute("SELECT key, value FROM meta")}

    def damaged(self, what: str) -> LibraryDamaged:
        """The error that says of the catalogue what is wrong with it, and the mend."""
        return LibraryDamaged(f"{self._path}: {what}; {mend(self._path)}")

    def expected(self) -> tuple[int, int]:
        """(how many passages every projection holds, the sum of their ids), as the manifest has it."""
        meta = self.meta()
        try:
            return int(meta["passages"]), int(meta["sum"])
        except (KeyError, ValueError):
            raise self.damaged("its manifest is not what was stored") from None

    def claim(self, values: Mapping[str, str]) -> dict[str, str]:
        """Enter `values` where the manifest has none yet (of two that open a new library the first decides); return
        it."""
        with self.transaction():
            self._enter(dict(values) | {key: value for key, value in self.meta().items() if key != MANIFEST})
            return self.meta()

    def change(self) -> int:
        """The number of the last change; it grows by one with every write."""
        with self._errors():
            row = self._connection().execute("SELECT value FROM meta WHERE key = 'change'").fetchone()
        if row is None or not str(row[0]).isdecimal():
            raise self.damaged("its manifest has no number of changes")
        return int(row[0])

    def counts(self) -> tuple[int, int]:
        """(articles, passages)."""
        query = "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM passage)"
        articles, passages = self._connection().execute(query).fetchone()
        return articles, passages

    def reports(self) -> int:
        """How many reports the articles make."""
        return int(self._connection().execute("SELECT count(DISTINCT first) FROM report").fetchone()[0])

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """id -> digest of those `ids` that are stored."""
        query = "SELECT id, digest FROM article WHERE id IN (SELECT value FROM json_each(?))"
        return dict(self._connection().execute(query, (_listed(ids),)))

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """Stored articles in the order of their storing: all, or those of `ids`; what is stored meanwhile is not
        among them."""
        query = (
            "SELECT number, digest, id, text, title, date, source, url, language, author FROM article"
            " WHERE number > ? AND number <= ?"
        )
        wanted = [] if ids is None else [_listed(ids)]
        if wanted:
            query += " AND id IN (SELECT value FROM json_each(?))"
        query += f" ORDER BY number LIMIT {_PAGE}"
        # Page by page: a statement left open in the caller's loop would hold this thread to one old view of the
        # library.
        number = 0
        with self._errors():
            last = self._connection().execute("SELECT ifnull(max(number), 0) FROM article").fetchone()[0]
        while True:
            with self._errors():
                rows = self._connection().execute(query, (number, last, *wanted)).fetchall()
            if not rows:
                return
            for row in rows:
                yield self._whole(*row[1:])
            number = rows[-1][0]

    def _whole(self, digest: str, *fields: Any) -> Article:
        """The article of these fields. Raises LibraryDamaged if they are not those of its digest."""
        with suppress(ArticleError):
            article = Article(*fields)
            if article.digest() == digest and article.id == fields[0]:
                return article
        raise self.damaged(f"the article {str(fields[0])[:80]!r} ({str(fields[2])[:60]!r}) is not what was stored")

    def recent(self, count: int) -> list[Article]:
        """The `count` articles of the last dates, the newest first; where none has a date, those stored last."""
        query = (
            "SELECT digest, id, text, title, date, source, url, language, author FROM article{} ORDER BY {} number DESC"
            " LIMIT ?"
        )
        # Two queries: each is a walk down an index, where one for both would sort all articles.
        dated, stored = query.format(" WHERE date IS NOT NULL", "date DESC,"), query.format("", "")
        connection = self._connection()
        rows = connection.execute(dated, (count,)).fetchall() or connection.execute(stored, (count,)).fetchall()
        return [self._whole(*row) for row in rows]

    def sources(self) -> dict[str, int]:
        """Outlet -> number of articles, the most frequent first."""
        query = "SELECT source, count(*) FROM article WHERE source IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._connection().execute(query))

    def languages(self) -> dict[str, int]:
        """Language -> number of articles, the most frequent first."""
        query = "SELECT language, count(*) FROM article WHERE language IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        return dict(self._connection().execute(query))

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """The numbers of those articles `ids` that are stored."""
        query = "SELECT number FROM article WHERE id IN (SELECT value FROM json_each(?))"
        return [row[0] for row in self._connection().execute(query, (_listed(ids),))]

    def dates(self, since: str | None = None, until: str | None = None) -> tuple[str | None, str | None]:
        """The first and the last date of all articles, or of those that lie between two days, both included."""
        within = "FROM article WHERE date >= ?1 AND date <= ?2"
        # Two queries: each is one step in the index of dates, where one for both would read it all.
        query = f"SELECT (SELECT min(date) {within}), (SELECT max(date) {within})"
        first, last = self._connection().execute(query, (since or "", until or "9999-99-99")).fetchone()
        return first, last

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Passage id -> passage, for those of `ids` that are stored."""
        query = f"{SHOWN} WHERE p.id IN (SELECT value FROM json_each(?))"
        rows = self._connection().execute(query, (json.dumps([int(i) for i in ids]),))
        return {row[2]: self._passage(row) for row in rows}

    def _passage(self, row: tuple[Any, ...]) -> Passage:
        """The passage of a row of SHOWN. Raises LibraryDamaged if it is not what was stored."""
        _, checksum, *shown = row
        if text_checksum(shown) != checksum:
            raise self.damaged(f"a passage of the article {str(shown[1])[:80]!r} is not what was stored")
        return Passage(*shown)

    def copies(self, ids: Iterable[str]) -> dict[str, Copies]:
        """Article id -> in how many articles and outlets its report stands, for those of `ids` that are stored."""
        return reports.copies(self._connection(), _listed(ids))

    def admitted(self, where: Filter) -> np.ndarray:
        """The ids of all passages that `where` lets through, int64, ascending."""
        condition, values = _condition(where)
        query = "SELECT p.id FROM article a JOIN passage p ON p.article = a.number WHERE "
        rows = self._connection().execute(query + condition, values)
        return np.sort(np.fromiter((row[0] for row in rows), np.int64))

    def listed(self, where: Filter, title: str, offset: int, count: int) -> Listed:
        """The articles that `where` lets through and whose headline holds every word of `title`, the newest first:
        `count` of them from the `offset`-th on."""
        return listing.listed(self._connection(), *self._titled(where, title), offset, count)

    def days(self, where: Filter, title: str) -> dict[str, int]:
        """Day -> number of the articles of listed(), ascending; those without a date are not among them."""
        return listing.days(self._connection(), *self._titled(where, title))

    def _titled(self, where: Filter, title: str) -> tuple[str, list[str]]:
        condition, values = _condition(where)
        if words := listing.words(title):
            titled, numbers = listing.among(self._headlines.containing(self._connection(), self.change(), words))
            condition, values = f"{condition} AND {titled}", [*values, numbers]
        return condition, values

    # -- changes -----------------------------------------------------------------------------------------------------

    def write(
        self, entries: Sequence[Entry] = (), shingles: Sequence[np.ndarray] = (), removed: Iterable[str] = ()
    ) -> Written:
        """Store `entries` (each replaces the article of its id), take out the articles `removed`.

        shingles: those of each entry's text and title (see index.duplicates).
        """
        with self.transaction() as connection:
            change = self.change() + 1
            gone = self._delete(connection, [*removed, *(entry.article.id for entry in entries)], change)
            first = _last(connection, "article") + 1
            numbers = range(first, first + len(entries))
            connection.executemany(
                "INSERT INTO article (number, id, digest, title, date, source, url, language, author, text)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (number, a.id, a.digest(), a.title, a.date, a.source, a.url, a.language, a.author, a.text)
                    for number, (a, _, _) in zip(numbers, entries, strict=True)
                ),
            )
            passages = _insert(connection, zip(numbers, entries, strict=True), change)
            reports.admit(connection, dict(zip(numbers, shingles, strict=True)), self._firsts)
            self._changed(change, gone, passages)
        return Written(change, len(gone), numbers, passages)

    def recast(self, about: Mapping[str, str], encoded: Callable[[list[Article]], list[Entry]]) -> int:
        """Give every article new passages and vectors, and the manifest the values `about`, in one transaction: until
        it ends, and if it never does, all is as it was. Returns the number of passages.

        encoded: gives the entry of each of some articles, in their order.
        """
        query = (
            "SELECT number, digest, id, text, title, date, source, url, language, author FROM article WHERE number > ?"
            f" ORDER BY number LIMIT {_PAGE}"
        )
        number = 0
        with self.transaction() as connection:
            change = self.change() + 1
            gone = [row[0] for row in connection.execute("SELECT id FROM passage")]
            connection.execute("INSERT INTO removal SELECT id, ? FROM passage", (change,))
            connection.execute("DELETE FROM passage")
            come: list[int] = []
            while rows := connection.execute(query, (number,)).fetchall():
                entries = encoded([self._whole(*row[1:]) for row in rows])
                numbers = (row[0] for row in rows)
                come += _insert(connection, zip(numbers, entries, strict=True), change)
                number = rows[-1][0]
            self._changed(change, gone, come, **about)
        return len(come)

    def rename_encoder(self, name: str) -> None:
        """Enter another name for the same encoder."""
        if self.meta().get("encoder") != name:
            with self.transaction():
                self._enter({"encoder": name})

    def _delete(self, connection: sqlite3.Connection, ids: Sequence[str], change: int) -> list[int]:
        """Take out articles; return the ids of their passages."""
        these = "SELECT number FROM article WHERE id IN (SELECT value FROM json_each(?))"
        value = _listed(ids)
        gone = [row[0] for row in connection.execute(f"SELECT id FROM passage WHERE article IN ({these})", (value,))]
        connection.executemany("INSERT INTO removal VALUES (?, ?)", [(passage, change) for passage in gone])
        reports.dismiss(connection, [row[0] for row in connection.execute(these, (value,))])
        connection.execute(f"DELETE FROM article WHERE number IN ({these})", (value,))
        return gone

    def pruned(self) -> int:
        """The change up to which removals are no longer known: what lags behind it is made anew, not caught up."""
        pruned = self.meta().get("pruned", "0")
        return int(pruned) if pruned.isdecimal() else 0

    def compact(self) -> None:
        """Forget the removals so far, and give the room of what is gone back to the disk."""
        with self.transaction() as connection:
            self._enter({"pruned": str(self.change())})
            connection.execute("DELETE FROM removal")
        self.vacuum()

    def removed_since(self, change: int) -> list[int]:
        """The ids of passages taken out after `change`."""
        return [row[0] for row in self._connection().execute("SELECT passage FROM removal WHERE change > ?", (change,))]

    def changed_since(self, change: int) -> int:
        """How many passages came or went after `change`."""
        query = (
            "SELECT (SELECT count(*) FROM passage WHERE change > ?1) + (SELECT count(*) FROM removal WHERE change > ?1)"
        )
        return int(self._connection().execute(query, (change,)).fetchone()[0])

    def added_since(self, change: int) -> Iterator[tuple[int, bytes]]:
        """(passage id, packed vector) of all that came after `change` and is still there, ascending."""
        query = "SELECT id, vector, change, vector_checksum FROM passage WHERE change > ? ORDER BY id"
        for passage, packed, stored, checksum in self._connection().execute(query, (change,)):
            if vector_checksum(passage, stored, packed) != checksum:
                raise self.damaged(f"the vector of passage {passage} is not what was stored")
            yield passage, packed

    def texts_since(self, change: int) -> Iterator[tuple[int, str, int, str, str | None, str | None, str | None]]:
        """(passage id, text, article number, title, date, source, language) of all that came after `change` and is
        still there, ascending."""
        connection = self._connection()
        article = None
        # Each text is read once, not once for each of its passages: in a long one that would be quadratic.
        for number, wanted, start, end, checksum in connection.execute(
            'SELECT id, article, start, "end", text_checksum FROM passage WHERE change > ? ORDER BY id', (change,)
        ):
            if wanted != article:
                query = "SELECT text, id, title, source, date, url, language FROM article WHERE number = ?"
                row = connection.execute(query, (wanted,)).fetchone()
                if row is None:
                    raise self.damaged(f"the article of passage {number} is missing")
                article, (text, id_, title, source, date, url, language) = wanted, row
            try:
                stretch = text[start:end]
            except TypeError:
                raise self.damaged(f"the article of passage {number} is not what was stored") from None
            self._passage((wanted, checksum, number, id_, title, source, date, url, language, stretch, start, end))
            yield number, stretch, wanted, title[:HEADLINE], date, source, language

    def examine(self) -> Findings:
        """What is wrong with the catalogue itself."""
        return examine(self._connection())

    def mend(self) -> None:
        """Make anew what follows from the articles: the tables' indexes, the reports and the counts; rows that belong
        to no article are taken out."""
        with self.transaction() as connection, lenient(connection):
            connection.execute("REINDEX")
            change, strangers = self.change() + 1, "article NOT IN (SELECT number FROM article)"
            connection.execute(f"INSERT OR REPLACE INTO removal SELECT id, ? FROM passage WHERE {strangers}", (change,))
            gone = connection.execute(f"DELETE FROM passage WHERE {strangers}").rowcount
            if reports.faults(connection):
                reports.regroup(connection)
            held = connection.execute("SELECT count(*), ifnull(sum(id), 0) FROM passage").fetchone()
            counts = {"passages": str(held[0]), "sum": str(held[1])}
            self._enter(counts | ({"change": str(change)} if gone else {}))
