"""Reports: which articles are copies of one report. Tables of the catalogue, kept right within its transactions.

A report is an article that stands first and those that came later and say the same as that one (`same_report`): never a
chain of articles, each a little different from the last, with two stories at its ends. Only the min-hashes of the first
are stored, so a newcomer is held against one article of a report, however many copies there are of it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index import duplicates, normalise
from index.duplicates import minhashes, same_report, shingles

SCHEMA = """
-- Of each article the one that stands first in its report.
CREATE TABLE report (
    article INTEGER PRIMARY KEY REFERENCES article (number) ON DELETE CASCADE, first INTEGER NOT NULL
);
CREATE INDEX report_first ON report (first);
-- The min-hashes of the articles that stand first.
CREATE TABLE minhash (
    value INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
    PRIMARY KEY (value, article)
) WITHOUT ROWID;
CREATE INDEX minhash_article ON minhash (article);
"""

NAMED = 20
"""Other articles of a report that are named at the most."""

_SHARED = 2
"""Min-hashes that two articles have in common before their texts are held against one another."""
_CROWD = 20
"""Reports with one min-hash beyond which it leads nowhere: it is a phrase of the trade, or a page's standing text."""
_TRIED = 8
"""Reports whose first article is read for one newcomer, at the most."""
_KEPT, _LENGTH = 8192, 1000
"""First articles whose shingles a writer keeps in mind, and the most shingles of each: at most about 64 MB."""
_PAGE = 512


@dataclass(frozen=True, slots=True)
class Copies:
    """In how many articles of the library a report stands, and in how many outlets; an unnamed outlet is none.

    first: the id of the article that stands first, the same for all articles of the report.
    others: the ids of the other articles in the order of their storing, NAMED at the most.
    """

    first: str
    articles: int
    outlets: int
    others: tuple[str, ...]


def stamp() -> str:
    """What reports depend on beside the articles; where it has changed, they are made anew."""
    return f"{duplicates.VERSION}.{normalise.VERSION}"


def admit(connection: sqlite3.Connection, articles: Mapping[int, np.ndarray], known: dict[int, np.ndarray]) -> None:
    """Give each of these articles, just stored, its report, as if they came one by one.

    articles: number -> shingles, ascending.
    known: shingles of articles that stand first; an archive is indexed day by day, and copies follow soon.
    """
    found = dict(articles)
    values = {number: set(minhashes(one)) for number, one in found.items()}
    holders = _holders(connection, set().union(*values.values()))
    firsts = []
    for number, its in values.items():
        first = number
        for other in _likely(its, holders):
            if other not in found:
                found[other] = known[other] if other in known else _read(connection, other)
            if same_report(found[number], found[other]):
                first = other
                break
        else:
            for value in its:
                holders.setdefault(value, []).append(number)
        firsts.append((number, first))
    connection.executemany("INSERT INTO report VALUES (?, ?)", firsts)
    _enter(connection, {number: values[number] for number, first in firsts if number == first})
    known |= {number: found[number] for number, first in firsts if number == first and len(found[number]) <= _LENGTH}
    for number in list(known)[:-_KEPT]:
        del known[number]


def _holders(connection: sqlite3.Connection, values: Iterable[int]) -> dict[int, list[int]]:
    """Min-hash -> the articles that stand first and have it."""
    holders: dict[int, list[int]] = {}
    query = "SELECT value, article FROM minhash WHERE value IN (SELECT value FROM json_each(?))"
    for value, article in connection.execute(query, (json.dumps(sorted(values)),)):
        holders.setdefault(value, []).append(article)
    return holders


def _likely(values: set[int], holders: Mapping[int, list[int]]) -> list[int]:
    """The articles that share the most of `values`, which is those with the highest Jaccard similarity, best first."""
    shared: Counter[int] = Counter()
    for value in values:
        if len(having := holders.get(value, ())) <= _CROWD:
            shared.update(having)
    ranked = sorted((-count, article) for article, count in shared.items() if count >= _SHARED)
    return [article for _, article in ranked[:_TRIED]]


def _read(connection: sqlite3.Connection, number: int) -> np.ndarray:
    """The shingles of a stored article."""
    return shingles(*connection.execute("SELECT text, title FROM article WHERE number = ?", (number,)).fetchone())


def _enter(connection: sqlite3.Connection, values: Mapping[int, Iterable[int]]) -> None:
    rows = sorted((value, number) for number, its in values.items() for value in its)
    connection.executemany("INSERT INTO minhash VALUES (?, ?)", rows)


def dismiss(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Prepare reports for the deletion of articles: where the first one goes, the oldest that stays stands first."""
    query = (
        "SELECT first, min(article) FROM report WHERE first IN (SELECT value FROM json_each(?1))"
        " AND article NOT IN (SELECT value FROM json_each(?1)) GROUP BY first"
    )
    for first, heir in connection.execute(query, (json.dumps(numbers),)).fetchall():
        connection.execute("UPDATE report SET first = ? WHERE first = ?", (heir, first))
        _enter(connection, {heir: set(minhashes(_read(connection, heir)))})


def regroup(connection: sqlite3.Connection) -> None:
    """Make all reports anew, as if the articles came in the order of their numbers."""
    connection.execute("DELETE FROM report")
    connection.execute("DELETE FROM minhash")
    known: dict[int, np.ndarray] = {}
    for page in _pages(connection):
        admit(connection, {number: shingles(text, title) for number, text, title in page}, known)


def _pages(connection: sqlite3.Connection) -> Iterator[list[tuple[int, str, str]]]:
    """(number, text, title) of all articles in order, some at a time: no statement stays open while the caller
    writes."""
    last = 0
    query = f"SELECT number, text, title FROM article WHERE number > ? ORDER BY number LIMIT {_PAGE}"
    while page := connection.execute(query, (last,)).fetchall():
        yield page
        last = page[-1][0]


def copies(connection: sqlite3.Connection, ids: str) -> dict[str, Copies]:
    """Article id -> its report, for those of `ids` (a JSON list) that are stored, in one query."""
    query = f"""
        WITH mine AS (
            SELECT a.id, r.first FROM article a JOIN report r ON r.article = a.number
            WHERE a.id IN (SELECT value FROM json_each(?))
        ), whole AS MATERIALIZED (
            SELECT r.first, count(*) AS articles, count(DISTINCT a.source) AS outlets
            FROM report r JOIN article a ON a.number = r.article
            WHERE r.first IN (SELECT first FROM mine) GROUP BY r.first
        )
        SELECT mine.id, f.id, whole.articles, whole.outlets, (
            SELECT json_group_array(id) FROM (
                SELECT o.id FROM report r JOIN article o ON o.number = r.article
                WHERE r.first = mine.first ORDER BY o.number LIMIT {NAMED + 1}
            )
        )
        FROM mine JOIN whole USING (first) JOIN article f ON f.number = mine.first"""
    return {
        id_: Copies(first, articles, outlets, tuple(other for other in json.loads(named) if other != id_)[:NAMED])
        for id_, first, articles, outlets, named in connection.execute(query, (ids,))
    }


def faults(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the reports, a line each; empty if nothing is."""
    found = []
    for query, wrong in (
        ("SELECT count(*) FROM article WHERE number NOT IN (SELECT article FROM report)", "articles have none"),
        ("SELECT count(*) FROM report WHERE article NOT IN (SELECT number FROM article)", "are of no article"),
        (
            "SELECT count(*) FROM report r WHERE NOT EXISTS"
            " (SELECT 1 FROM report f WHERE f.article = r.first AND f.first = f.article)",
            "articles stand in that of one that does not stand first",
        ),
    ):
        if count := connection.execute(query).fetchone()[0]:
            found.append(f"reports: {count} {wrong}")
    firsts = {row[0] for row in connection.execute("SELECT article FROM report WHERE first = article")}
    held: dict[int, set[int]] = {}
    for value, article in connection.execute("SELECT value, article FROM minhash"):
        held.setdefault(article, set()).add(value)
    if strangers := len(held.keys() - firsts):
        found.append(f"reports: {strangers} articles have min-hashes and do not stand first")
    differing = sum(
        held.get(number, set()) != set(minhashes(shingles(text, title)))
        for page in _pages(connection)
        for number, text, title in page
        if number in firsts
    )
    if differing:
        found.append(f"reports: the min-hashes of {differing} articles are not those of their texts")
    return found
