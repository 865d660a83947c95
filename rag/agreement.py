"""Agreement of figures and dates: what a claim states of them and none of its quotes does. Pure functions."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.normalise import normalise
from index.tokens import is_arabic
from rag.amounts import Length, implied, length_of, lengths, scaled
from rag.dates import Dated, calendar_day
from rag.figures import Figure, read
from rag.numerals import tokens

_ABOUT, _FAR = 0.1, 1.3
"""How far a number may lie from one that is said to be about so much, and from a limit."""
_NAMED = re.compile(r"(?<=[A-Za-z])-?(\d{1,6})(?!\d)")
_HALF_STEP = 0.5
_DAY_WORDS = (
    (-1, "أمس الأمس البارحة yesterday hier"),
    (0, "اليوم today tonight aujourd"),
    (1, "غدا tomorrow demain"),
)
_DAYS_FROM_NOW = {normalise(word): days for days, words in _DAY_WORDS for word in words.split()}
_LAST = frozenset(map(normalise, "الماضي الماضية المنصرم last past dernier derniere dernière".split()))
_NEXT = frozenset(map(normalise, "المقبل المقبلة القادم القادمة next prochain prochaine".split()))
_EARLY = frozenset(map(normalise, "مطلع أول أوائل بداية early beginning start debut".split()))
_DUAL = ("ان", "ين", "تا", "تي")


@dataclass(slots=True)
class Stated:
    """What the quotes state, and of their context the dates.

    words: search forms; named: digits in names (ACE2); lengths: of time (rag/amounts.py); written: the figures and
    dates of the quotes as they stand; days: those of the context.
    """

    figures: list[Figure] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    named: set[float] = field(default_factory=set)
    lengths: set[Length] = field(default_factory=set)
    written: dict[str, list[str]] = field(default_factory=lambda: {"figure": [], "date": []})
    days: list[datetime.date] = field(default_factory=list)

    @classmethod
    def of(cls, quotes: Iterable[str], context: Iterable[str]) -> Stated:
        """Read quotes and their context."""
        self = cls()
        for text in quotes:
            figures, dates = read(text)
            self.figures += figures
            self.dates += dates
            words = tokens(text)
            self.words.update(word.form for word in words)
            self.named.update(float(digits) for digits in _NAMED.findall(text))
            self.lengths |= lengths(figures, words)
            self.written["figure"] += [text[f.start : f.end] for f in figures]
            self.written["date"] += [text[d.start : d.end] for d in dates]
        for text in context:
            figures, dates = read(text)
            self.figures += [figure for figure in figures if figure.kind in ("year", "decade")]
            self.dates += dates
            self.days += [day for one in dates if (day := calendar_day(one))]
        self.dates += list(self._told())
        return self

    def _told(self) -> Iterator[Dated]:
        """Dates that the quotes tell from the day of the article: yesterday, on Wednesday, last month."""
        weekdays = {one.weekday for one in self.dates if one.weekday is not None}
        months = {month for one in self.dates if not one.year and not one.hijri for month in one.months}
        for today in self.days:
            near = {self_days for word, self_days in _DAYS_FROM_NOW.items() if word in self.words}
            near |= {shift for shift in range(-7, 8) if (today.weekday() + shift) % 7 in weekdays}
            for shift in near:
                day = today + datetime.timedelta(days=shift)
                yield Dated(0, 0, day.year, frozenset([day.month]), False, day.day, day.weekday())
            past, coming = bool(_LAST & self.words), bool(_NEXT & self.words)
            for month in months:
                for year in (today.year, *[today.year - 1] * past, *[today.year + 1] * coming):
                    yield Dated(0, 0, year, frozenset([month]))
            for shift in (*[-1] * past, *[1] * coming):
                month = (today.month - 1 + shift) % 12 + 1
                yield Dated(0, 0, today.year + (today.month - 1 + shift) // 12, frozenset([month]))
                yield Dated(0, 0, today.year + shift)

    def years(self) -> set[int]:
        """Every year that is said."""
        return {one.year for one in self.dates if one.year} | {
            int(f.value) for f in self.figures if f.value == f.value // 1
        }


def unstated_figure(claimed: Sequence[Figure], stated: Stated) -> Figure | None:
    """The first figure of a claim that the quotes do not state; None if they state all."""
    return next((figure for figure in claimed if not _figure_is_stated(figure, stated)), None)


def unstated_date(claimed: Sequence[Dated], stated: Stated) -> Dated | None:
    """The first date of a claim that neither the quotes nor their context state; None if all are stated."""
    return next((one for one in claimed if not _date_is_stated(one, stated)), None)


def is_rounded(claimed: Figure, stated: Stated) -> bool:
    """Whether a claim gives as a whole number what the quotes give with a fraction: 5 % for 5.3 %."""
    return claimed.value == int(claimed.value) and any(
        figure.value % 1 and claimed.kind == figure.kind and abs(figure.value - claimed.value) <= _HALF_STEP
        for figure in stated.figures
    )


def _figure_is_stated(claimed: Figure, stated: Stated) -> bool:
    value = claimed.value
    if value == 1 or (claimed.kind == "ordinal" and value <= 2):
        return True  # "one of", "the first": said in too many ways
    if any(_fits(claimed, figure) for figure in stated.figures) or length_of(claimed) in stated.lengths:
        return True
    if claimed.kind == "year":
        return value in stated.years()
    if value in implied(stated.words) or value in stated.named:
        return True
    if value == 2 and any(is_arabic(word) and len(word) > 4 and word.endswith(_DUAL) for word in stated.words):
        return True  # the dual
    return claimed.kind in ("ordinal", "number") and any(one.day == value for one in stated.dates)


def _fits(claimed: Figure, figure: Figure) -> bool:
    if claimed.kind == "percent" and figure.kind != "percent":
        return False
    one, other = claimed.value, figure.value
    if math.isclose(scaled(claimed), scaled(figure), rel_tol=1e-9):
        return True
    if math.isclose(one, other, rel_tol=1e-9):
        return True
    if figure.kind == "ordinal" and other - one == _HALF_STEP:
        return True  # الثامنة والنصف, half past eight
    if claimed.kind == figure.kind == "decade":
        return one % 100 == other % 100 and min(one, other) < 100
    if (one % 1 and math.isclose(1000 * one, other)) or (other % 1 and math.isclose(one, 1000 * other)):
        return True  # 22.392 for 22,392
    if claimed.kind in ("year", "ordinal") or other <= 0 or _digits(one) >= _digits(other):
        return False  # "about 400" may round 398, but not 390.5
    if claimed.sense == "about":
        return abs(one - other) <= _ABOUT * other
    if claimed.sense == "least":
        return one < other <= _FAR * one
    return claimed.sense == "most" and one / _FAR <= other < one


def _digits(value: float) -> int:
    """How many digits of a number say something: 1 for 400, 3 for 398."""
    return len(f"{value:.6f}".rstrip("0").replace(".", "").strip("0"))


def _date_is_stated(claimed: Dated, stated: Stated) -> bool:
    if claimed.weekday is not None and not any(
        one.weekday == claimed.weekday or ((day := calendar_day(one)) and day.weekday() == claimed.weekday)
        for one in stated.dates
    ):
        return False
    if claimed.months and not any(_same_day(claimed, one) for one in stated.dates):
        # أول أبريل, on the first, may be all that the quote calls early April.
        early = claimed.day == 1 and _EARLY & stated.words
        if not early or not any(_same_day(claimed._replace(day=None), one) for one in stated.dates):
            return False
    return not claimed.year or claimed.year in stated.years()


def _same_day(claimed: Dated, one: Dated) -> bool:
    if one.hijri != claimed.hijri or not one.months & claimed.months:
        return False
    if claimed.day and one.day != claimed.day:
        return False
    return not (claimed.year and one.year) or claimed.year == one.year
