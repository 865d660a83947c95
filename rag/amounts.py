"""Amounts that are said in another unit, or without a number: a week and seven days, two decades and twenty years,
threefold and three times, gigatons and billions of tons. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from index.normalise import normalise
from index.tokens import Word, is_arabic
from rag.figures import Figure

# Unit of time -> of what it is how many; Arabic units as they stand alone, as duals and as plurals.
_UNITS = (
    ("hour", 1, "hour hours heure heures ساعة ساعات", "ساعتان ساعتين ساعتا ساعتي"),
    ("hour", 24, "day days jour jours يوم يوما أيام", "يومان يومين يوما يومي"),
    ("hour", 168, "week weeks semaine semaines أسبوع أسبوعا أسابيع", "أسبوعان أسبوعين أسبوعا أسبوعي"),
    ("hour", 336, "fortnight quinzaine", ""),
    ("month", 1, "month months mois شهر شهرا أشهر شهور", "شهران شهرين شهرا شهري"),
    ("month", 3, "trimestre", ""),
    ("month", 6, "semester semestre", ""),
    ("month", 12, "year years an ans annee annees سنة سنوات سنين عام عاما أعوام",
     "سنتان سنتين سنتا سنتي عامان عامين عامي"),
    ("month", 120, "decade decades decennie decennies عقد عقدا عقود", "عقدان عقدين عقدا عقدي"),
    ("month", 1200, "century centuries siecle siecles قرن قرنا قرون", "قرنان قرنين قرنا قرني"),
)  # fmt: skip
_HALF = frozenset(map(normalise, "half demi demie نصف".split()))
_TIMES = (
    (2, "double doubled doubles doubling twice twofold both pair couple duplicate doubler doublement"
        " ضعف الضعف ضعفين ضعفي ضعفا تضاعف تضاعفت مضاعفة يتضاعف تتضاعف مرتين"
        " ثنائي ثنائية مزدوج مزدوجة كلا كلتا زوج زوجان زوجين"),
    (3, "triple tripled triples tripling threefold thrice treble trebled trio tripler triplement third tiers"
        " ثلث ثلثا ثلثي ثلثين ثلاثي ثلاثية مثلث"),
    (4, "quarter quart quarts ربع أرباع quadruple quadrupled fourfold quartet quadrupler رباعي رباعية"),
    (5, "fivefold quintuple quintet خماسي خماسية"),
    (6, "sixfold sextuple سداسي سداسية"),
    (7, "sevenfold سباعي سباعية"),
    (8, "eightfold ثماني ثمانية"),
    (10, "tenfold decuple"),
    (12, "dozen douzaine دزينة"),
    (14, "fortnight"),
)  # fmt: skip
_PREFIXES = (("kilo", 1e3), ("mega", 1e6), ("giga", 1e9), ("tera", 1e12), ("كيلو", 1e3), ("ميغا", 1e6), ("ميجا", 1e6),
             ("غيغا", 1e9), ("جيغا", 1e9), ("جيجا", 1e9), ("تيرا", 1e12), ("milli", 1e-3), ("micro", 1e-6),
             ("ملي", 1e-3), ("ميكرو", 1e-6))  # fmt: skip


class Length(NamedTuple):
    """A length of time: so many hours, or so many months."""

    base: str
    value: float


@cache
def _units() -> tuple[dict[str, Length], dict[str, Length]]:
    """Words for a unit, and those that say two of it."""
    single = {normalise(word): Length(base, n) for base, n, words, _ in _UNITS for word in words.split()}
    dual = {normalise(word): Length(base, 2 * n) for base, n, _, words in _UNITS for word in words.split()}
    return single, {word: length for word, length in dual.items() if word not in single}


@cache
def _times() -> dict[str, float]:
    return {normalise(word): float(n) for n, words in _TIMES for word in words.split()}


def length_of(figure: Figure) -> Length | None:
    """What length of time a figure says with the word behind it, if it says one."""
    found = next((unit for form in _bare(figure.unit) if (unit := _units()[0].get(form))), None)
    return Length(found.base, found.value * figure.value) if found else None


def lengths(figures: Iterable[Figure], words: Sequence[Word]) -> set[Length]:
    """The lengths of time that a text states: with figures, as a dual, as a unit alone (a week) or half of one."""
    single, dual = _units()
    found = {length for figure in figures if (length := length_of(figure))}
    for at, word in enumerate(words):
        for form in _bare(word.form):
            if form in dual:
                found.add(dual[form])
            elif unit := single.get(form):
                found.add(unit)
                if any(near.form in _HALF for near in words[max(0, at - 2) : at]):
                    found.add(Length(unit.base, unit.value / 2))
                if any(near.form in _HALF for near in words[at + 1 : at + 4]):  # a year and a half
                    found |= {Length(unit.base, 1.5 * unit.value)}
    return found


def implied(words: Iterable[str]) -> set[float]:
    """Numbers that words mean without being one: double, threefold, ثلاثي."""
    return {value for word in words for form in _bare(word) if (value := _times().get(form))}


def scaled(figure: Figure) -> float:
    """The value of a figure, with the prefix of its unit: 1.5 gigatons are 1.5e9."""
    unit = figure.unit
    return figure.value * next(
        (n for prefix, n in _PREFIXES if unit.startswith(prefix) and len(unit) > len(prefix) + 1), 1
    )


def _bare(form: str) -> tuple[str, ...]:
    """An Arabic word with and without what is written together with it."""
    if not is_arabic(form):
        return (form,)
    cut = (form, form[1:]) if form[:1] in "وفبلك" else (form,)
    return (*cut, *(one[2:] for one in cut if one.startswith("ال")))
