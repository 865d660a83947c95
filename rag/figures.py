"""Figures: what numbers a text states, each with its value, its kind, how exact it is meant to be, and its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from index.normalise import normalise
from index.tokens import Word
from rag.dates import Dated, dates
from rag.numerals import PERCENT, Numeral, numerals, tokens

Kind = Literal["number", "percent", "year", "decade", "ordinal"]
Sense = Literal["exact", "about", "least", "most"]

_RANGE = re.compile(r"\s*(?:[-–—]|to|and|à|et|إلى|الى|و)\s*")
_SHORT_YEAR = re.compile(r"[-–—/]\d\d")
_YEAR_WORDS = frozenset(
    map(
        normalise,
        "in since until by of from between and en depuis de jusqu'en entre et year annee an l'an"
        " في عام العام سنة السنة عامي لعام وعام بعام منذ بين حتى".split(),
    )
)
_YEARS = range(1000, 2101)
_DECADES = re.compile(
    r"(?<!\w)(?:وال|بال|فال|ال|لل|و)?"
    r"(عشرين|ثلاثين|اربعين|خمسين|ستين|سبعين|ثمانين|تسعين)(?:ي?ات|يه)(?!\w)"
)
_OF_CENTURY = re.compile(r"\s+(?:من\s+)?القرن\s+")
_DECADE_VALUE = {
    word: 20 + 10 * n for n, word in enumerate("عشرين ثلاثين اربعين خمسين ستين سبعين ثمانين تسعين".split())
}
_SENSES: tuple[tuple[Sense, str, str], ...] = (
    (
        "most",
        r"less than|fewer than|under|below|at most|up to|no more than|not more than|almost|nearly"
        r"|moins de|au plus|presque"
        r"|اقل من|دون|لا (?:يزيد|تزيد|يزيدون|يتجاوز|يتجاوزون|تتجاوز) (?:علي |عن )?|ما لا يزيد (?:علي|عن)",
        "at most|or less|au plus|علي الاكثر",
    ),
    (
        "least",
        r"more than|over|above|at least|no less than|no fewer than|not less than|plus de|au moins|pas moins de"
        r"|اكثر من|ازيد من|ما يزيد (?:علي|عن)|ما لا يقل عن|لا (?:يقل|تقل) عن|فوق|يفوق|تجاوزت?|تتجاوز",
        "at least|or more|au moins|علي الاقل|فاكثر",
    ),
    (
        "about",
        r"about|around|some|roughly|approximately|an estimated|circa|environ|quelque|pres de|autour de"
        r"|نحو|حوالي|قرابه|زهاء|ما يقارب|تقدر ب|بنحو|بحوالي",
        "or so|approximately|environ|تقريبا",
    ),
)
_BEFORE = [(sense, re.compile(rf"(?:^|\W|[وب])(?:{before})\W*$")) for sense, before, _ in _SENSES]
_BEHIND = [(sense, re.compile(rf"(?:\W+\w+)?\W+(?:{behind})(?!\w)")) for sense, _, behind in _SENSES]
_REACH = 24


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that text[start:end] states. sense: whether it is meant exactly, or as about, at least or at most so
    much. unit: the search form of the word behind it, which mostly is what it counts; "" if there is none. A decade's
    value is its first year, or the last two digits of that where no century is said (التسعينيات: 90).
    """

    value: float
    start: int
    end: int
    kind: Kind = "number"
    sense: Sense = "exact"
    unit: str = ""


def figures(text: str) -> list[Figure]:
    """The figures of `text`, from the left, but for those that are part of a date (rag/dates.py). A pure function.

    >>> [(f.value, f.kind, f.sense) for f in figures("About 23% of the 386 candidates were refused in 2015")]
    [(23.0, 'percent', 'about'), (386.0, 'number', 'exact'), (2015.0, 'year', 'exact')]
    """
    return read(text)[0]


def read(text: str) -> tuple[list[Figure], list[Dated]]:
    """The figures and the dates of `text`."""
    words = tokens(text)
    numbers = numerals(text, words)
    dated = dates(text, words, numbers)
    found: list[Figure] = []
    for number in numbers:
        start, end = words[number.first].start, words[number.last - 1].end
        if not any(one.start < end and start < one.end for one in dated):
            found.append(_figure(text, words, number, start, end))
    for at, figure in enumerate(found[:-1]):  # "10-15 %"
        if found[at + 1].kind == "percent" and _RANGE.fullmatch(text, figure.end, found[at + 1].start):
            found[at] = Figure(figure.value, figure.start, figure.end, "percent", figure.sense, figure.unit)
    for at, (year, figure) in enumerate(pairwise(found)):
        if (
            year.kind == "year"
            and year.value % 100 < figure.value < 100
            and _SHORT_YEAR.fullmatch(text, year.end, figure.end)
        ):
            found[at + 1] = replace(figure, value=year.value - year.value % 100 + figure.value, kind="year")  # 2001-02
    for word in words:
        if decade := _DECADES.fullmatch(word.form):
            of_century = [
                f for f in found if f.kind in ("ordinal", "number") and _OF_CENTURY.fullmatch(text, word.end, f.start)
            ]
            found = [figure for figure in found if figure not in of_century]
            century = 100 * (of_century[0].value - 1) if of_century else 0
            end = of_century[0].end if of_century else word.end
            found.append(Figure(century + _DECADE_VALUE[decade[1]], word.start, end, "decade"))
    return sorted(found, key=lambda figure: figure.start), dated


def _figure(text: str, words: Sequence[Word], number: Numeral, start: int, end: int) -> Figure:
    kind: Kind = "ordinal" if number.ordinal else "number"
    percent = PERCENT.match(text, end)
    before = words[number.first - 1].form if number.first else ""
    single = number.last == number.first + 1 and text[end - 1].isdigit()
    if percent:
        kind, end = "percent", percent.end()
    elif single and re.match(r"['’]?s\b", text[end : end + 2]) and number.value % 10 == 0:
        kind, end = "decade", end + 1 + (text[end] in "'’")
    elif single and end - start == 4 and number.value in _YEARS and before in _YEAR_WORDS:
        kind = "year"
    elif single and end - start == 4 and number.value in _YEARS and number.value == int(number.value):
        kind = "year" if number.value >= 1400 and not _counts(text, end) else "number"
    following = words[number.last] if number.last < len(words) else None
    unit = following.form if following and text[end : following.start].isspace() else ""
    return Figure(number.value, start, end, kind, _sense(text, start, end), unit)


def _counts(text: str, end: int) -> bool:
    """Whether a word follows at once, which a number of four digits may count."""
    return re.match(r"[ \u00a0][^\W\d_]{3,}", text[end : end + 6]) is not None


def _sense(text: str, start: int, end: int) -> Sense:
    before, behind = normalise(text[max(0, start - _REACH) : start]), normalise(text[end : end + _REACH])
    for sense, pattern in _BEFORE:
        if pattern.search(before):
            return sense
    return next((sense for sense, pattern in _BEHIND if pattern.match(behind)), "exact")
