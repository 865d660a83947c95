"""Disagreement: reports that tell the same thing with different numbers or dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from index.tokens import forms, stem
from rag.figures import read
from rag.kinds import Kind
from rag.results import Citation

COUNTED: tuple[Kind, ...] = ("number", "when", "age")
"""Kinds of questions on which sources can be seen to disagree."""
_ALIKE = 0.4
"""Share of the shorter quote's stems, but for figures, that both quotes have if they tell the same thing."""


def values(text: str) -> frozenset[tuple[object, ...]]:
    """The figures and dates of `text` as values that do not depend on how they are written.

    >>> values("قتل اثنا عشر جنديا") == values("12 soldiers were killed")
    True
    """
    figures, dates = read(text)
    counted = {("figure", figure.value) for figure in figures}
    dated = {("date", date.year, tuple(sorted(date.months)), date.day, date.weekday) for date in dates}
    return frozenset(counted | dated)


def differ(one: str, other: str) -> bool:
    """Whether each of two texts states a figure or a date that the other does not."""
    left, right = values(one), values(other)
    return bool(left - right) and bool(right - left)


def disagreeing(citations: Sequence[Citation]) -> tuple[int, ...]:
    """The numbers of those citations whose marked words state another number or date than those of a citation of
    another report that tells the same thing, in their order."""
    found: set[int] = set()
    for one, other in combinations(citations, 2):
        apart = one.article_id != other.article_id and other.article_id not in one.copies
        if apart and _alike(one.quote, other.quote) and _opposed(_marked(one), _marked(other)):
            found |= {one.n, other.n}
    return tuple(sorted(found))


def _marked(citation: Citation) -> frozenset[tuple[object, ...]]:
    return frozenset().union(*(values(mark.text) for mark in citation.marks))


def _opposed(one: frozenset[tuple[object, ...]], other: frozenset[tuple[object, ...]]) -> bool:
    return bool(one) and bool(other) and not one & other


def _alike(one: str, other: str) -> bool:
    left, right = _stems(forms(one)), _stems(forms(other))
    return len(left & right) >= _ALIKE * max(min(len(left), len(right)), 1)


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(form) for form in words if not form[0].isdigit())
