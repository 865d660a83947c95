"""Times: the period that a question speaks of, told from the day of the archive's newest article. A pure function."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from index.calendars import Language
from index.normalise import normalise
from index.reading.dates import FIRST_YEAR, LAST_YEAR
from index.tokens import is_arabic
from rag.times.reader import Expression, Reader
from rag.times.words import grammar

_AND = re.compile(r"[ ,،]*(?:and |et |و ?)?")


@dataclass(frozen=True, slots=True)
class Period:
    """Days, 'YYYY-MM-DD', both included, of which a question speaks; None: without limit on that side.

    text: the words that say it, question[start:end].
    """

    since: str | None
    until: str | None
    text: str
    start: int
    end: int


def period(question: str, today: str) -> Period | None:
    """The one period that `question` speaks of, or None where there is none, or more than one.

    today: the day that "yesterday" is told from, 'YYYY-MM-DD'.

    >>> period("What happened in Basra last week?", "2015-07-21")
    Period(since='2015-07-13', until='2015-07-19', text='last week', start=26, end=35)

    Weeks begin on Monday. "last month" is the calendar's; "the past month" and "the last 3 months" end today. A month
    without a year is the last such that has begun. Years and months count after a word like "in" or "since" alone, and
    days to come not at all: rather no filter than a wrong one.
    """
    form, origin = _searched(question)
    now = datetime.date.fromisoformat(today)
    if not FIRST_YEAR <= now.year <= LAST_YEAR:  # an archive whose dates are wrong
        return None
    languages: list[Language] = ["ar"] if is_arabic(question) else []
    if any(char.isascii() and char.isalpha() for char in question):
        languages += ["en", "fr"]
    readers = [Reader(question, form, origin, now, grammar(language)) for language in languages]
    found = sorted((r for reader in readers for r in reader.all() if r.since or r.until), key=lambda r: r.start)
    if len(found) == 2:  # "since 2013 and until 2015"
        one, other = found
        if not (one.until or other.since) and _AND.fullmatch(form, one.end, other.start):
            found = [Expression(one.start, other.end, one.since, other.until)]
    if len(found) != 1:
        return None
    start, end, since, until = found[0]
    if since and until and since > until:
        return None
    first, last = origin[start], origin[end - 1] + 1
    while last < len(question) and unicodedata.category(question[last]) in ("Mn", "Lm"):  # vowel signs, tatweel
        last += 1
    days = [day.isoformat() if day else None for day in (since, until)]
    return Period(days[0], days[1], question[first:last], first, last)


def _searched(text: str) -> tuple[str, list[int]]:
    """The search form of `text`, its white space as single spaces, and where each of its characters stands."""
    form: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text):
        folded = " " if char.isspace() else normalise(char)
        if folded == " " and form[-1:] == [" "]:
            continue
        form += folded
        origin += [place] * len(folded)
    return "".join(form), origin
