"""Words that no training need tell: function words, by a list of our own, names of months and days, and numbers."""

from __future__ import annotations

from functools import cache
from importlib import resources

from index.calendars import HIJRI_MONTHS, MONTHS
from index.normalise import normalise
from rag.number_words import part_of

_CARDINALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_SCALES = {0.5: "half", 100: "hundred", 1e3: "thousand", 1e6: "million", 1e9: "billion", 1e12: "trillion"}
_DAYS = {
    "السبت": "Saturday", "الأحد": "Sunday", "الاثنين": "Monday", "الثلاثاء": "Tuesday", "الأربعاء": "Wednesday",
    "الخميس": "Thursday", "الجمعة": "Friday",
}  # fmt: skip
_SOMEONE = normalise("أحد")


def particle(form: str) -> tuple[str, ...]:
    """What a function word in search form says, the likeliest first; () of any other word."""
    return _particles().get(form, ())


def date(form: str) -> str:
    """The English name of a month or a day of the week whose Arabic name is the one word `form`; else ''.

    >>> date("تموز"), date("رمضان"), date("الاحد"), date("شهر")
    ('July', 'Ramadan', 'Sunday', '')
    """
    return _dates().get(form, "")


def month_of_two(form: str, following: str) -> str:
    """The English name of a month whose Arabic name is these two words; else ''.

    >>> month_of_two("تشرين", "الاول")
    'October'
    """
    return _dates().get(f"{form}_{following}", "")


def number(form: str) -> str:
    """What a word of a number says, without clitics; '' if it is none.

    >>> number("سبعه"), number("ثالث"), number("ملايين"), number("ميتي")
    ('seven', 'third', 'millions', 'two hundred')
    """
    found = part_of(form)
    if found is None or form == _SOMEONE:
        return ""
    value = int(found.value) if found.value >= 1 else 0.5
    if found.ordinal:
        return _ORDINALS[int(value) - 1] if value <= len(_ORDINALS) else ""
    if value < 20 and value >= 1:
        return _CARDINALS[int(value) - 1]
    if value < 100 and value >= 20:
        return _TENS[int(value) // 10 - 2]
    if value in _SCALES:
        return _SCALES[value] + ("s" if found.kind == "plural" else "")
    for scale in (1e12, 1e9, 1e6, 1e3, 100):
        if value >= scale:
            return f"{_CARDINALS[int(value / scale) - 1]} {_SCALES[scale]}" if value / scale < 10 else ""
    return ""


@cache
def _particles() -> dict[str, tuple[str, ...]]:
    found = {}
    for line in resources.files("rag").joinpath("data/particles.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, meaning = line.partition("\t")
            found[normalise(word)] = tuple(one.strip() for one in meaning.split(","))
    return found


@cache
def _dates() -> dict[str, str]:
    found = {normalise(day): english for day, english in _DAYS.items()}
    for names in (HIJRI_MONTHS, MONTHS):
        for arabic, english in zip(names["ar"], names["en"], strict=True):
            for name in arabic.split():
                found[normalise(name)] = english.split()[0].replace("_", " ").title()
    return found
