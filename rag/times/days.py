"""Days: the arithmetic of weeks, months and years, and the days of a date that leaves something out."""

from __future__ import annotations

import calendar
import datetime
from typing import NamedTuple

from index.calendars import hijri_day, hijri_month
from index.reading.dates import FIRST_YEAR, LAST_YEAR
from rag.times.grammar import Unit

DAY = datetime.timedelta(days=1)
_BACK = 8
"""Years among which there is always one with a 29th of February."""

HIJRI_YEARS = range(1343, 1501)
"""Hijri years that index.calendars knows the days of."""

Days = tuple[datetime.date, datetime.date]
"""The first and the last of some days."""


class Date(NamedTuple):
    """A date as it is written: a year, or a month or a day with or without one. part: 1 early, 2 mid, 3 late."""

    hijri: bool = False
    year: int | None = None
    month: int | None = None
    day: int | None = None
    part: int | None = None


def latest(date: Date, limit: datetime.date) -> Days | None:
    """The days of `date`; without a year, the last such that have begun on `limit`. None if there are none.

    >>> latest(Date(month=7), datetime.date(2015, 6, 30))
    (datetime.date(2014, 7, 1), datetime.date(2014, 7, 31))
    """
    try:
        if date.year is not None:
            return _of_gregorian_year(date, date.year) if date.hijri and date.year >= FIRST_YEAR else _days(date)
        last = hijri_day(limit)[0] if date.hijri else limit.year
    except OverflowError:  # outside the tables of the Hijri calendar
        return None
    found = (_days(date._replace(year=last - n)) for n in range(_BACK + 1))
    return next((days for days in found if days and days[0] <= limit), None)


def _of_gregorian_year(date: Date, year: int) -> Days | None:
    """Ramadan 2015: the first that began in that year."""
    first = hijri_day(datetime.date(year, 1, 1))[0]
    found = (_days(date._replace(year=first + n)) for n in range(2))
    return next((days for days in found if days and days[0].year == year), None)


def _days(date: Date) -> Days | None:
    year, month = date.year or 0, date.month
    try:
        if date.hijri:
            first, last = hijri_month(year, month or 1)[0], hijri_month(year, month or 12)[1]
        elif FIRST_YEAR <= year <= LAST_YEAR:
            first = datetime.date(year, month or 1, 1)
            last = datetime.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        else:
            return None
    except OverflowError:
        return None
    if date.day:
        day = first + (date.day - 1) * DAY
        return (day, day) if first <= day <= last else None
    if date.part:
        return third(first, last, date.part)
    return first, last


def third(first: datetime.date, last: datetime.date, part: int) -> Days:
    """Ten days of a month, four months of a year."""
    if (last - first).days > 31:
        starts = [_shifted(first, 4 * n) for n in range(3)]
    else:
        starts = [first + 10 * n * DAY for n in range(3)]
    return starts[part - 1], starts[part] - DAY if part < 3 else last


def month_start(today: datetime.date, hijri: bool) -> datetime.date:
    """The first day of the month in which today lies."""
    try:
        return hijri_month(*hijri_day(today)[:2])[0] if hijri else today.replace(day=1)
    except OverflowError:  # outside the tables of the Hijri calendar
        return today


def unit_days(today: datetime.date, unit: Unit, ago: int) -> Days | None:
    """The calendar's day, week (from Monday), month or year in which the day so many units before today lies."""
    day = _before(today, unit, ago)
    if day is None:
        return None
    if unit == "week":
        monday = day - day.weekday() * DAY
        return monday, monday + 6 * DAY
    if unit == "month":
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return (day.replace(month=1, day=1), day.replace(month=12, day=31)) if unit == "year" else (day, day)


def rolling(today: datetime.date, unit: Unit, count: int) -> Days | None:
    """From the day so many units before today until today."""
    day = _before(today, unit, count)
    return (day, today) if day else None


def _before(today: datetime.date, unit: Unit, count: int) -> datetime.date | None:
    """None if nobody's archive reaches so far back."""
    try:
        if unit in ("day", "week"):
            return today - count * (7 if unit == "week" else 1) * DAY
        return _shifted(today, -count * (12 if unit == "year" else 1))
    except (ValueError, OverflowError):
        return None


def _shifted(day: datetime.date, months: int) -> datetime.date:
    """The same day of another month, or its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
