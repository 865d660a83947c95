"""Opposites: rose and fell, accepted and refused, before and after: the claim says one, its quote the other.

The pairs are those of rag/data/opposites.txt, a line an axis with two sides, in three languages at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from index.normalise import normalise
from index.tokens import is_arabic, stem
from rag.negation import Denial

_BEFORE = ("وس", "فس", "وال", "بال", "فال", "كال", "ال", "لل", "و", "ف", "ب", "ل", "س")
_BEHIND = ("تها", "تهم", "وا", "ون", "ان", "ين", "ها", "هم", "ات", "ته", "تا", "نا", "ت", "ا", "ه")
_LEAST = 3
_NEAR, _AROUND = 4, 6
"""Words around an opposite in the claim, and in the quote, of which some must speak of the same."""
_NEXT = 2
_MEANT = 0.5


class Side(NamedTuple):
    """One side (0 or 1) of an axis; exact: its words count as they are written, before the same word."""

    axis: int
    side: int
    exact: bool


class Placed(NamedTuple):
    """A word, by its place, and the side that it is on."""

    at: int
    side: Side


@cache
def _table() -> dict[str, frozenset[Side]]:
    found: dict[str, set[Side]] = {}
    text = resources.files("rag").joinpath("data/opposites.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for axis, line in enumerate(lines):
        exact = line.startswith("=")
        both = [{_key(form) for form in normalise(side).split()} for side in line.removeprefix("=").split("|")]
        for side, words in enumerate(both):
            for word in words - both[1 - side]:
                found.setdefault(word, set()).add(Side(axis, side, exact))
    return {word: frozenset(sides) for word, sides in found.items()}


def _key(form: str) -> str:
    return form if is_arabic(form) else stem(form)


@lru_cache(maxsize=50_000)
def sides(form: str) -> frozenset[Side]:
    """The sides that a word in search form is on."""
    if not is_arabic(form):
        return _table().get(stem(form), frozenset()) if form else frozenset()
    bare = [form, *(form[len(b) :] for b in _BEFORE if form.startswith(b) and len(form) - len(b) >= _LEAST)]
    found = {side for one in bare for side in _table().get(one, ())}
    cut = {one[: -len(b)] for one in bare for b in _BEHIND if one.endswith(b) and len(one) - len(b) >= _LEAST}
    cut |= {one[:-1] + last for one in bare if one.endswith("ت") and len(one) > _LEAST - 1 for last in "يا"}  # ألغت
    cut |= {"ي" + one[1:] for one in (*bare, *cut) if one[0] in "تن" and len(one) > _LEAST}
    found |= {side for one in cut for side in _table().get(one, ()) if not side.exact}
    return frozenset(found)


def placed(forms: Sequence[str], denials: Iterable[Denial]) -> list[Placed]:
    """The words that are on a side and are not denied."""
    denied = {at for one in denials for at in range(one.at + 1, one.last)}
    return [Placed(at, side) for at, form in enumerate(forms) if at not in denied for side in sides(form)]


def answers(form: str, others: Sequence[Placed]) -> bool:
    """Whether what denies `form` says what `others` say: not accepted, refused; not if they say both."""
    for one in sides(form):
        there = {other.side.side for other in others if other.side.axis == one.axis}
        if there == {1 - one.side}:
            return True
    return False


def opposed(
    claim: Sequence[Placed], quote: Sequence[Placed], places: Sequence[int], match: np.ndarray
) -> tuple[int, int] | None:
    """Where a claim says the opposite of its quote of the same thing: the places of both words; None if it does not.

    places: of each term, its place among the words of the claim; match: how well each word of the quote stands for each
    term, shape (words, terms).
    """
    for mine in claim:
        axis = mine.side.axis
        theirs = [other for other in quote if other.side.axis == axis]
        if not theirs or any(other.side.side == mine.side.side for other in theirs):
            continue  # both are said, of one thing or another
        if any(other.side.axis == axis and other.side.side != mine.side.side for other in claim):
            continue
        for other in theirs:
            if _of_the_same(mine, other, places, match):
                return mine.at, other.at
    return None


def _of_the_same(mine: Placed, other: Placed, places: Sequence[int], match: np.ndarray) -> bool:
    if mine.side.exact:
        ahead = [i for i, place in enumerate(places) if mine.at < place <= mine.at + _NEXT]
        there = match[other.at + 1 : other.at + 1 + _NEXT]
    else:
        ahead = [i for i, place in enumerate(places) if 0 < abs(place - mine.at) <= _NEAR]
        there = match[max(0, other.at - _AROUND) : other.at + 1 + _AROUND]
    return bool(ahead and there.size and there[:, ahead].max() >= _MEANT)
