"""Dates in a sentence, as far as it says them: day, month, year and day of the week, in three languages.

rag/times reads the period that a question asks for; here nothing is told from today, and nothing is left out.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from index.calendars import Language
from index.normalise import normalise
from index.tokens import Word
from rag.numerals import Numeral
from rag.times.words import grammar

_LANGUAGES: tuple[Language, ...] = ("ar", "en", "fr")
_ISO = re.compile(r"(?<![\w/.-])(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
                  r"|(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4}))(?![\w/-]|\.\d)")  # fmt: skip
_WEEKDAYS = (
    "monday|lundi|اثنين|إثنين tuesday|mardi|ثلاثاء wednesday|mercredi|أربعاء thursday|jeudi|خميس friday|vendredi|جمعة"
    " saturday|samedi|سبت sunday|dimanche|أحد"
)
_BEFORE_MONTH = frozenset(map(normalise, "in of since until last next early late mid during by en de depuis fin debut d"
                              " mois شهر شهري مطلع اتفاق خلال منذ نهاية أوائل أواخر منتصف بداية".split()))  # fmt: skip
_BEHIND_MONTH = frozenset(map(normalise, "الماضي المقبل القادم الجاري المنصرم الحالي last dernier prochain".split()))
_BEFORE_YEAR = frozenset(map(normalise, "of de من عام العام سنة لعام".split()))
_BETWEEN = frozenset(map(normalise, "of day من شهر de du mois the er".split()))
_VERBS = ("may", "march")
_SHORT_GAP = re.compile(r"[\s,،/()\u200e\u200f.-]{0,4}")
_YEARS = range(1000, 2101)


class Dated(NamedTuple):
    """What text[start:end] says of a date; None: nothing. months: as numbers, two of them where two names stand
    ("تموز/يوليو") that may not agree; hijri: whether they are those of the Hijri calendar; weekday: Monday is 0.
    """

    start: int
    end: int
    year: int | None = None
    months: frozenset[int] = frozenset()
    hijri: bool = False
    day: int | None = None
    weekday: int | None = None


@cache
def _weekdays() -> dict[str, int]:
    found = {normalise(word): n for n, names in enumerate(_WEEKDAYS.split()) for word in names.split("|")}
    return found | {word + "s": n for word, n in found.items() if word.isascii()}  # on Sundays


@cache
def _months() -> dict[tuple[str, ...], tuple[bool, int, bool]]:
    """Words of a name -> whether it is Hijri, its number, and whether it may mean something else."""
    found: dict[tuple[str, ...], tuple[bool, int, bool]] = {}
    for language in _LANGUAGES:
        known = grammar(language)
        for name, (hijri, number) in known.months.items():
            # Shortened names, and "mars", are words of other languages too.
            unsure = (name in known.doubtful or len(name) < 5 or name == "second") and name not in ("june", "july")
            sure = language == "ar" and name not in known.doubtful
            found.setdefault(tuple(re.split("[ '-]", name)), (hijri, number, unsure and not sure))
    return found


def dates(text: str, words: Sequence[Word], numbers: Sequence[Numeral]) -> list[Dated]:
    """The dates among `words`, the tokens of `text`, whose numbers are `numbers`; from the left.

    A year alone is a figure (rag/figures.py) and no date.
    """
    found = [one for match in _ISO.finditer(text) if (one := _of_iso(match))]
    taken = [(one.start, one.end) for one in found]
    starts = {number.first: number for number in numbers}
    ends = {number.last: number for number in numbers}
    at = 0
    while at < len(words):
        word = words[at]
        if any(start <= word.start < end for start, end in taken):
            at += 1
            continue
        weekday = _weekday(words[at].form)
        if weekday is not None:
            found.append(Dated(word.start, word.end, weekday=weekday))
            at += 1
            continue
        name = _month(words, at)
        dated, last = _around(text, words, at, name, starts, ends) if name else (None, at + 1)
        if dated:
            found.append(dated)
        at = max(last, at + 1)
    return sorted(found, key=lambda one: one.start)


def _of_iso(match: re.Match[str]) -> Dated | None:
    year, month, day = (int(match[a] or match[b]) for a, b in (("year", "y"), ("month", "m"), ("day", "d")))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Dated(*match.span(), year, frozenset([month]), False, day)


def _bare(form: str) -> list[str]:
    """An Arabic word without what is written together with it; any other as it is."""
    if not form or form[0] < "\u0600":
        return [form]
    cut = [form, *(form[1:] for _ in "_" if form[0] in "وفبلك" and len(form) > 3)]
    return [*cut, *(bare[2:] for bare in cut if bare.startswith("ال")), *(bare[1:] for bare in cut if bare[:2] == "لل")]


def _weekday(form: str) -> int | None:
    if form[:1] < "\u0600":
        return _weekdays().get(form)
    # Without the article they are other words: أحد, anyone; خميس, a name.
    if "ال" not in form[:4] and not form.startswith("لل"):
        return None
    return next((_weekdays()[bare] for bare in _bare(form) if bare in _weekdays() and bare != form), None)


def _month(words: Sequence[Word], at: int) -> tuple[bool, int, bool, int] | None:
    """The month that begins there, and where it ends: (Hijri, number, unsure, last)."""
    table = _months()
    for bare in _bare(words[at].form):
        for length in (3, 2, 1):
            key = (bare, *(word.form for word in words[at + 1 : at + length]))
            if len(key) == length and key in table:
                hijri, number, unsure = table[key]
                with_and = bare != words[at].form and words[at].form[0] == "و"  # ونيسان may be Nissan
                return hijri, number, unsure or with_and, at + length
    return None


def _around(
    text: str,
    words: Sequence[Word],
    at: int,
    name: tuple[bool, int, bool, int],
    starts: dict[int, Numeral],
    ends: dict[int, Numeral],
) -> tuple[Dated | None, int]:
    """The date around a month: its day before or behind it, its year behind."""
    hijri, month, unsure, last = name
    months = {month}
    start = words[at].start

    def near(one: int, other: int) -> bool:
        return bool(_SHORT_GAP.fullmatch(text, words[one].end, words[other].start))

    if last < len(words) and near(last - 1, last) and (other := _month(words, last)) and other[0] == hijri:
        months.add(other[1])
        last = other[3]
    day = year = None
    before = at
    while before and before > at - 3 and words[before - 1].form in _BETWEEN:
        before -= 1
    if (number := ends.get(before)) and near(before - 1, before) and _is_day(number.value):
        day, start = int(number.value), words[number.first].start
    elif (
        last < len(words)
        and (number := starts.get(last))
        and near(last - 1, last)
        and _is_day(number.value)
        and text[words[last].start].isdecimal()  # "in March, five adults"
    ):
        day, last = int(number.value), number.last
    behind = last
    while behind < len(words) and behind < last + 2 and words[behind].form in _BEFORE_YEAR:
        behind += 1
    if behind < len(words) and (number := starts.get(behind)) and near(behind - 1, behind) and number.value in _YEARS:
        year, last = int(number.value), number.last
    capital = text[words[at].start : words[at].start + 1].isupper() or words[at].form[:1] >= "\u0600"
    if words[at].form in _VERBS and not capital:
        return None, last
    said = (at > 0 and words[at - 1].form in _BEFORE_MONTH and capital) or (
        last < len(words) and words[last].form in _BEHIND_MONTH
    )
    french = at > 0 and words[at - 1].form in ("en", "de", "depuis", "fin", "debut", "mi", "ici")
    short = len(words[at].form) < 5 and words[at].form not in ("mars", "mai", "may")
    if unsure and not (day or year or (not short and (said or french))):
        return None, last
    return Dated(start, words[last - 1].end, year, frozenset(months), hijri, day), last


def _is_day(value: float) -> bool:
    return value == int(value) and 1 <= value <= 31


def calendar_day(one: Dated) -> datetime.date | None:
    """The day that a date names, if it names one."""
    if one.year is None or one.day is None or len(one.months) != 1 or one.hijri:
        return None
    try:
        return datetime.date(one.year, min(one.months), one.day)
    except ValueError:
        return None
