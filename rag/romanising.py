"""Romanising: an Arabic name in Latin letters, as English newspapers may spell it.

A spelling that lists of names have is taken; else the likeliest one is built, letter group by letter group: the joint
unit model (index/name_model.py) says which Latin letters stand for which Arabic ones, and how often letters follow one
another in names says which vowels stand between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from heapq import nlargest
from typing import NamedTuple

import numpy as np

from index.name_model import load_model, spelled_arabic, spelled_latin
from index.transliteration import arabic_letters
from rag.glossary import Glossary

_BEAM, _OPTIONS = 10, 8
"""Spellings that are followed, and Latin units for each Arabic one."""
_SOUND = 1.5
"""The weight of which letters stand for which, against 1 of which follow one another."""
_LETTER = 3.0
"""In nats, what each letter gains: without it the shortest spelling would always win."""
_UNWRITTEN = -5.0
"""In nats, what a vowel costs that Arabic does not write."""
_VOWELS = frozenset("aeiou")
_WEAK = {"و": frozenset("ouwv"), "ي": frozenset("ieyj")}
"""Letters that no spelling passes over, and what of them it has."""


def romanise(word: str, article: bool = False) -> str:
    """An Arabic name in Latin letters; '' if there is no Arabic letter in it. article: whether it has one, that was
    taken off.

    >>> romanise("بغداد"), romanise("هول", article=True)
    ('Baghdad', 'al-Hul')
    """
    letters = arabic_letters(word)
    if not letters:
        return ""
    glossary = Glossary.load()
    # A name with an article is Arabic; without it the same letters may be another's (هول, Hall).
    spelled = glossary.name(f"ال{letters}" if article else letters) or _built(letters).capitalize()
    return f"al-{spelled}" if article else spelled


class _Unit(NamedTuple):
    """Latin letters, their numbers (a is 1), and in nats what they gain as a sound."""

    written: str
    numbers: tuple[int, ...]
    sound: float


_Beam = dict[str, tuple[float, int]]
"""What is written -> in nats how likely it is, and the number of its last three letters."""


@lru_cache(maxsize=5_000)
def _built(letters: str) -> str:
    """The likeliest spelling of letters in search form, by a beam search from the left."""
    shown, follow = spelled_arabic(letters), _follow()
    beams: list[_Beam] = [{} for _ in range(len(shown) + 1)]
    beams[0][""] = (0.0, 0)
    for at in range(len(shown)):
        beam = beams[at]
        if at:  # a vowel that Arabic does not write, between two letters that it does
            bare = [item for item in _best(beam) if item[0] and item[0][-1] not in _VOWELS]
            _extend(beam, bare, _UNWRITTEN_VOWELS, follow)
        best = _best(beam)
        for width in (1, 2):
            if at + width <= len(shown):
                units = _units(shown[at : at + width], at == 0, at + width == len(shown))
                _extend(beams[at + width], best, units, follow)
    ends = ((score + follow[context][0], written) for written, (score, context) in beams[-1].items() if written)
    return max(ends, default=(0.0, letters))[1]


def _best(beam: _Beam) -> list[tuple[str, tuple[float, int]]]:
    return nlargest(_BEAM, beam.items(), key=lambda item: item[1][0])


def _extend(
    beam: _Beam, best: list[tuple[str, tuple[float, int]]], units: Sequence[_Unit], follow: list[list[float]]
) -> None:
    for written, (score, context) in best:
        for unit in units:
            total, last = score + unit.sound, context
            for number in unit.numbers:
                total += follow[last][number]
                last = (last * 27 + number) % 19683
            whole = written + unit.written
            if whole not in beam or beam[whole][0] < total:
                beam[whole] = (total, last)


@cache
def _follow() -> list[list[float]]:
    """In nats, with what a letter gains, by the number of the three letters before."""
    table = Glossary.load().letters.reshape(27**3, 27).astype(np.float64) * (-np.log(2) / 16)
    table[:, 1:] += _LETTER
    return list(table.tolist())


@cache
def _units(arabic: str, first: bool, last: bool) -> tuple[_Unit, ...]:
    """The Latin units that most probably stand for an Arabic one there, best first."""
    model = load_model()
    column = model.arabic.get(arabic, 0)
    if column < 2:
        return ()
    joint = model.joint[:, column]
    total = joint.sum()
    found = []
    for row in np.argsort(-joint)[: np.count_nonzero(joint)].tolist():
        written = _latin()[row]
        told = all(_WEAK[letter] & set(written.lower()) for letter in arabic if letter in _WEAK)
        if row and told and _fits(written, first, last):
            found.append(_unit(written.lower(), _SOUND * float(np.log(joint[row] / total))))
            if len(found) == _OPTIONS:
                break
    return tuple(found)


def _fits(latin: str, first: bool, last: bool) -> bool:
    """Whether a unit may stand there: a capital marks a vowel, or an h behind one, at either end of a word."""
    low = latin.lower()
    marked = spelled_latin(low)
    # Of a single letter at one end of a word the mark may be that of the other end.
    begins = marked[:1] if first else low[:1] if len(low) > 1 or not last else marked[:1]
    ends = "" if len(low) < 2 else marked[-1] if last else low[-1]
    return latin == begins + low[1 : len(low) - 1] + ends


@cache
def _latin() -> list[str]:
    return ["" if unit == "?" else unit for unit in load_model().latin]


def _unit(written: str, sound: float) -> _Unit:
    return _Unit(written, tuple(ord(letter) - 96 for letter in written), sound)


_UNWRITTEN_VOWELS = tuple(_unit(vowel, _UNWRITTEN) for vowel in "aiue")
