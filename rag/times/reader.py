"""Reading: the time expressions of one question, by the grammar of one language."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.reading.dates import read_date
from index.tokens import is_arabic
from rag.times.days import DAY, HIJRI_YEARS, Date, Days, latest, month_start, rolling, third, unit_days
from rag.times.grammar import Grammar, Unit

_WORD = re.compile(r"(?<![\w'-])\w")
_CLOSE = re.compile(r" ?(?:[?.!,;:)؟،؛]|$)")
_OPENING = '.?!:؟(["«“'
_BARE_DAY = re.compile(r"(?:the |le |يوم )?(?P<bare>\d{1,2})(?!\w)")


class Expression(NamedTuple):
    """What stands from `start` to `end` of the search form; since and until are both None where it is no filter."""

    start: int
    end: int
    since: datetime.date | None = None
    until: datetime.date | None = None


class Reader:
    """Reads one question by the grammar of one language."""

    def __init__(self, question: str, form: str, origin: list[int], now: datetime.date, grammar: Grammar) -> None:
        self._question, self._form, self._origin = question, form, origin
        self._now = now
        self._grammar = grammar

    def all(self) -> Iterator[Expression]:
        """Every time expression, from the left."""
        end = 0
        for word in _WORD.finditer(self._form):
            if word.start() >= end and (read := self._read(word.start())):
                end = read.end
                yield read

    def _read(self, at: int) -> Expression | None:
        """The expression that begins there."""
        for relation, pattern in self._grammar.relations.items():
            opened = pattern.match(self._form, at)
            if opened and relation in self._grammar.joints:
                read = self._range(relation, opened)
            else:
                read = self._related(relation, opened) if opened else None
            if read:
                return read
        if not (found := _first(self._grammar.relatives, self._form, at)):
            return None
        named = self._written(at, at + 1).isupper() and not self._opens(at) and not self._question.isupper()
        return self._entry(at, found, "in", None if named else self._told(found))  # "USA Today" is a name

    def _related(self, relation: str, opened: re.Match[str]) -> Expression | None:
        """A relation and its one point."""
        start, at = opened.span()
        if point := _first(self._grammar.points, self._form, at):
            date, limit = self._date(point)
            if relation == "on" and not date.day:
                return None
            sure = self._sure(relation, opened, point, date)
            # Before the end of July is in July still.
            relation = {("before", 3): "until", ("after", 1): "since"}.get((relation, date.part or 0), relation)
            return self._entry(start, point, relation, latest(date, limit) if date and sure else None)
        if relation != "on" and (point := _first(self._grammar.relatives, self._form, at)):
            return self._entry(start, point, relation, self._told(point))
        if relation == "since" and (point := self._grammar.lasting.match(self._form, at)):
            return self._entry(start, point, relation, rolling(self._now, *self._amount(point)))
        return None

    def _range(self, relation: str, opened: re.Match[str]) -> Expression | None:
        """Two points and what joins them; one may leave to the other what they share: from 3 to 10 July 2015."""
        points = self._grammar.points
        one = _first((*points, _BARE_DAY), self._form, opened.end())
        joint = self._grammar.joints[relation].match(self._form, one.end()) if one else None
        other = _first(points, self._form, joint.end()) if joint else None
        if not one or not other:
            return None
        last, limit = self._date(other)
        first = last._replace(day=int(one["bare"])) if one.re is _BARE_DAY else self._date(one)[0]
        if one.re is _BARE_DAY and not last.day:
            return None
        if first.year and not last.year and (days := latest(first, limit)):
            limit = days[1] + 365 * DAY
        until = latest(last, limit)
        since = latest(first, until[0]) if until else None
        none = Expression(opened.start(), other.end())
        if not until or not since or since[0] > min(until[1], self._now) or self._barred(other.end()):
            return none
        return none._replace(since=since[0], until=until[1])

    def _entry(self, start: int, point: re.Match[str], relation: str, days: Days | None) -> Expression:
        """The days that lie in, before or after `days`."""
        none = Expression(start, point.end())
        # What has not begun is in no archive, and "until today" leaves nothing out.
        if not days or days[0] > self._now or self._barred(point.end()):
            return none
        first, last = days
        if relation in ("until", "by"):
            return none if first == self._now else none._replace(until=last)
        if relation == "before":
            return none._replace(until=first - DAY)
        if relation == "after":
            return none if last >= self._now else none._replace(since=last + DAY)
        return none._replace(since=first) if relation == "since" else none._replace(since=first, until=last)

    def _date(self, point: re.Match[str]) -> tuple[Date, datetime.date]:
        """A date as written, and the day on which it has begun at the latest."""
        said, grammar = point.groupdict(), self._grammar
        if iso := said.get("iso"):
            numbers = [int(number) for number in (read_date(iso) or "0-1-1").split("-")]
            return Date(False, *numbers), self._now
        known = grammar.months[said["month"]] if said.get("month") else None
        if (other := said.get("other")) and grammar.months[other] != known:
            return Date(year=0), self._now  # no month is two
        hijri, month = known or (False, None)
        year = int(said["year"]) if said.get("year") else None
        if not month and (said.get("hijri") or (said.get("yearhead") and year and year in HIJRI_YEARS)):
            hijri = True
        if ofside := said.get("ofside"):
            year = self._now.year - (grammar.ofsides[ofside] == "last")
        side = said.get("side")
        limit = month_start(self._now, hijri) - DAY if side and grammar.sides[side] == "last" else self._now
        day, part = said.get("day"), said.get("part")
        return Date(hijri, year, month, int(day) if day else None, grammar.parts[part] if part else None), limit

    def _told(self, found: re.Match[str]) -> Days | None:
        """The days of a time told from today."""
        said = found.groupdict()
        if said.get("month"):
            date, limit = self._date(found)
            return latest(date, limit) if self._sure("in", None, found, date) else None
        if said.get("today") or said.get("word"):
            ahead = self._grammar.words.get(said.get("word") or "", 0)
            day = self._now + ahead * DAY
            return (day, day) if ahead or self._grammar.happening.search(self._form) else None
        unit, count = self._amount(found)
        if part := said.get("part"):
            days = unit_days(self._now, unit, int(self._grammar.sides[said["side"]] == "last"))
            return third(*days, self._grammar.parts[part]) if days and unit in ("month", "year") else None
        side = self._grammar.sides[said["side"]] if said.get("side") else "past"
        if said.get("ago") is not None:
            return unit_days(self._now, unit, count)
        return rolling(self._now, unit, count) if side == "past" else unit_days(self._now, unit, int(side == "last"))

    def _amount(self, found: re.Match[str]) -> tuple[Unit, int]:
        said = found.groupdict()
        if pair := said.get("pair"):
            return self._grammar.pairs[pair], 2
        number = said.get("number") or "1"
        return self._grammar.units[said["unit"]], self._grammar.numbers.get(number) or int(number)

    # -- rather none than a wrong one --------------------------------------------------------------------------------

    def _sure(self, relation: str, opened: re.Match[str] | None, point: re.Match[str], date: Date) -> bool:
        """Whether the name of a month that may be another word is the month's: May, March, ماي, أب."""
        name = point.groupdict().get("month")
        clitic = opened and opened.groupdict().get("clitic")
        if name not in self._grammar.doubtful or date.year:
            return name != "اب" or not clitic  # باب is a door
        if date.day or point.groupdict().get("head"):
            return True
        written = self._written(*point.span("month"))
        if is_arabic(name):
            august = name != "اب" or "آ" in unicodedata.normalize("NFC", written)
            return august and relation in ("in", "since") and not clitic
        closed = _CLOSE.match(self._form, point.end()) is not None
        return (closed or written[0].isupper()) if relation == "in" else closed and relation in ("since", "until")

    def _barred(self, end: int) -> bool:
        """Whether what follows says that no filter is meant: July's, July next year."""
        return self._grammar.barred.match(self._form, end) is not None

    def _written(self, start: int, end: int) -> str:
        return self._question[self._origin[start] : self._origin[end - 1] + 1]

    def _opens(self, at: int) -> bool:
        """Whether a sentence begins there."""
        before = self._form[:at].rstrip()
        return not before or before[-1] in _OPENING


def _first(patterns: Iterable[re.Pattern[str]], text: str, at: int) -> re.Match[str] | None:
    """The match of the first pattern that matches there."""
    return next((found for pattern in patterns if (found := pattern.match(text, at))), None)
