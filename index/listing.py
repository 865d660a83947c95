"""Listing: the articles as a list to look through, the newest first, and how many there are of each day."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Sequence
from typing import NamedTuple

from index.normalise import normalise

# What a list shows of an article; where it has no title, the beginning of its text stands for it.
_HEADLINE = (
    "CASE title WHEN '' THEN substr(ltrim(substr(text, 1, 1000), ' ' || char(9, 10, 13)), 1, 120)"
    " ELSE substr(title, 1, 300) END"
)


class Row(NamedTuple):
    """An article as a list shows it. number: never given to another article. title: '' if it has none; headline: its
    title, else the beginning of its text."""

    number: int
    id: str
    title: str
    headline: str
    date: str | None
    source: str | None


class Listed(NamedTuple):
    """Some articles of a list in its order, and how many the whole list has."""

    rows: list[Row]
    total: int


class Headlines:
    """The search forms of all headlines, kept in memory and brought up to each change: some 300 bytes an article."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._folded: dict[int, str] = {}
        self._change = -1

    def containing(self, connection: sqlite3.Connection, change: int, words: Sequence[str]) -> list[int]:
        """The numbers of the articles whose headline holds each of `words` (search forms), also as a part of a word."""
        with self._guard:
            if change > self._change:
                self._catch_up(connection)
                self._change = change
            found = list(self._folded.items())
        for word in words:
            found = [one for one in found if word in one[1]]
        return [number for number, _ in found]

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        # Numbers only grow, and an article that is replaced gets a new one.
        stored = {row[0] for row in connection.execute("SELECT number FROM article")}
        for number in self._folded.keys() - stored:
            del self._folded[number]
        last = max(self._folded, default=0)
        for number, headline in connection.execute(
            f"SELECT number, {_HEADLINE} FROM article WHERE number > ?", (last,)
        ):
            self._folded[number] = normalise(headline)


def words(title: str) -> list[str]:
    """The words of a search within titles, in their search forms.

    >>> words("  الإسلاميّة  Café ")
    ['الاسلاميه', 'cafe']
    """
    return normalise(title).split()


def listed(connection: sqlite3.Connection, condition: str, values: Sequence[str], offset: int, count: int) -> Listed:
    """The articles that `condition` lets through, the newest first and those without a date last."""
    query = (
        # In this direction the index of dates is walked, and nothing sorted.
        f"SELECT number, id, title, {_HEADLINE}, date, source FROM article a WHERE {condition}"
        " ORDER BY date DESC, number DESC LIMIT ? OFFSET ?"
    )
    rows = connection.execute(query, (*values, count, offset))
    total = connection.execute(f"SELECT count(*) FROM article a WHERE {condition}", values).fetchone()[0]
    return Listed([Row(*row) for row in rows], total)


def days(connection: sqlite3.Connection, condition: str, values: Sequence[str]) -> dict[str, int]:
    """Day -> number of articles that `condition` lets through, ascending; those without a date are not among them."""
    query = f"SELECT date, count(*) FROM article a WHERE date IS NOT NULL AND {condition} GROUP BY date ORDER BY date"
    return dict(connection.execute(query, values))


def among(numbers: Sequence[int]) -> tuple[str, str]:
    """The condition that an article is one of `numbers`, and its value."""
    # With + the rows are not sought one by one, each on a page of its own among the texts: indexes have all they need.
    return "+a.number IN (SELECT value FROM json_each(?))", json.dumps(numbers)
