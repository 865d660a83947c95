"""The grammar of time expressions: what rag/times/words.py says for a language, compiled to patterns over search forms
with single spaces.

A relation ("since") stands before a point: a date ("July 2015"), or a time told from today ("last week"), which may
stand alone. A name in capitals in a pattern stands for one of a list of words, and mostly is a group of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from index.calendars import HIJRI_MONTHS, MONTHS, SHORT, Language
from index.normalise import normalise

Unit = Literal["day", "week", "month", "year"]
Side = Literal["last", "this", "past"]
T = TypeVar("T")

_GROUPS = {
    "ISO": r"(?P<iso>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})",
    "DAY": r"(?P<day>\d{1,2})",
    "YEAR": r"(?P<year>\d{4})(?: ?(?:(?P<hijri>HIJRI)|م|ميلاديه?)(?!\w))?",
    # Two names of one month: 'يوليو/تموز', 'آب (أغسطس)'.
    "MONTH": r"(?P<month>MONTHS)(?:(?: ?/ ?| ?\(| - )(?P<other>MONTHS)\)?)?",
    "SHORTMONTH": r"(?P<month>SHORT|MONTHS)(?:(?: ?/ ?| ?\(| - )(?P<other>MONTHS)\)?)?\.?",
    **{name: f"(?P<{name.lower()}>{name}S)" for name in ("NUMBER", "UNIT", "PAIR", "SIDE", "OFSIDE", "PART", "WORD")},
}
_END = r"(?![\w%]|[-/–]\w|[.,:']\d)"
"""Here a word or a number ends: not in 2015-16 or 2.015."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """The time expressions of one language.

    relations: name -> what stands before a point; "between" and "from" want two, with a joint in the middle. points:
    dates, the most exact first. relatives: times told from today. lasting: a duration, after "since". barred: what may
    not follow. happening: tells the news of today from how things are today. doubtful: months that are people or other
    words too. months: name -> (is it Hijri, its number from 1). words: word -> days from today. ofsides: the year of a
    month. parts: 1 early, 2 mid, 3 late.
    """

    relations: Mapping[str, re.Pattern[str]]
    joints: Mapping[str, re.Pattern[str]]
    points: tuple[re.Pattern[str], ...]
    relatives: tuple[re.Pattern[str], ...]
    lasting: re.Pattern[str]
    barred: re.Pattern[str]
    happening: re.Pattern[str]
    doubtful: frozenset[str]
    months: Mapping[str, tuple[bool, int]]
    words: Mapping[str, int]
    numbers: Mapping[str, int]
    units: Mapping[str, Unit]
    pairs: Mapping[str, Unit]
    sides: Mapping[str, Side]
    ofsides: Mapping[str, Side]
    parts: Mapping[str, int]


def compiled(
    language: Language,
    *,
    relations: Mapping[str, str],
    joints: Mapping[str, str],
    points: Iterable[str],
    relatives: Iterable[str],
    lasting: str,
    barred: str,
    happening: str,
    weekdays: str,
    counted: str,
    hijri: str,
    doubtful: str,
    words: Mapping[int, str],
    numbers: Iterable[str],
    units: Mapping[Unit, str],
    sides: Mapping[Side, str],
    ofsides: Mapping[Side, str],
    parts: Iterable[str],
    pairs: Mapping[Unit, str] | None = None,
) -> Grammar:
    """The grammar of a language; in its lists `_` joins words that belong together.

    weekdays, counted, hijri: patterns for a day of the week, what a number that is no year counts, the Hijri era.
    """
    hijri_months = _senses(((True, n), names) for n, names in enumerate(HIJRI_MONTHS[language], 1))
    months = hijri_months | _senses(((False, n), names) for n, names in enumerate(MONTHS[language], 1))
    short = _senses(((False, n), names) for n, names in enumerate(SHORT[language], 1))
    tables: dict[str, Mapping[str, object]] = {
        "WORDS": (own_words := _senses(words.items())),
        "NUMBERS": (own_numbers := _senses(enumerate(numbers, 1))),
        "UNITS": (own_units := _senses(units.items())),
        "PAIRS": (own_pairs := _senses((pairs or {}).items())),
        "SIDES": (own_sides := _senses(sides.items())),
        "OFSIDES": (own_ofsides := _senses(ofsides.items())),
        "PARTS": (own_parts := _senses(enumerate(parts, 1))),
        "MONTHS": months,
        "SHORT": short,
    }
    lists = {name: _one_of(table) for name, table in tables.items()}
    lists |= {"NUMBERS": rf"\d{{1,3}}|{lists['NUMBERS']}", "WEEKDAY": f"(?:{_folded(weekdays)})"}
    lists |= {"COUNTED": rf"(?:{_folded(counted)})(?:s|es|x|ا)?(?!\w)", "HIJRI": _folded(hijri)}

    def pattern(said: str, end: str = "") -> re.Pattern[str]:
        grouped = re.sub("[A-Z]{2,}", lambda found: _GROUPS.get(found.group(), found.group()), _folded(said))
        return re.compile(re.sub("[A-Z]{2,}", lambda found: lists[found.group()], grouped) + end)

    return Grammar(
        relations={name: pattern(said) for name, said in relations.items()},
        joints={name: pattern(said) for name, said in joints.items()},
        points=tuple(pattern(said, _END) for said in points),
        relatives=tuple(pattern(said, _END) for said in relatives),
        lasting=pattern(lasting, _END),
        barred=pattern(barred),
        happening=pattern(rf"(?<!\w)(?:{happening})(?!\w)"),
        doubtful=frozenset(normalise(doubtful).split()),
        months={**short, **months},
        words=own_words,
        numbers=own_numbers,
        units=own_units,
        pairs=own_pairs,
        sides=own_sides,
        ofsides=own_ofsides,
        parts=own_parts,
    )


def _folded(pattern: str) -> str:
    return re.sub(r"[^\x00-\x7f]+", lambda found: normalise(found.group()), pattern)


def _senses(table: Iterable[tuple[T, str]]) -> dict[str, T]:
    """(sense, words) -> every word in search form -> its sense.

    >>> _senses([(1, "يناير كانون_الثاني")])
    {'يناير': 1, 'كانون الثاني': 1}
    """
    return {normalise(word.replace("_", " ")): sense for sense, words in table for word in words.split()}


def _one_of(words: Mapping[str, object]) -> str:
    """A pattern for one of `words`, the longest first; it matches nothing if there is none."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))) or "(?!)"
