"""The words of a vocabulary by consonant key, in flat arrays: those that may write a name are a binary search away.

A reading of a word (index/transliteration.py) is the word without its first letters, so it is kept as the number of
the word and a place: about 50 bytes a word in all, its letters included. Keys are numbers here, polynomials modulo
2**64; should two keys share one, words are compared in vain and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.name_scores import LONGEST_WORD, Letters, letters_of
from index.transliteration import arabic_key, arabic_readings, latin_keys, latin_readings

_BASE = 0x9E3779B97F4A7C15
_WRAP = (1 << 64) - 1
_ROOM = 31
"""The low bits of what is sorted: how many letters a reading is short of 31, so that the longest come first."""
_AT_ONCE = 50_000  # words whose keys are worked out together
_BLOCK = [chr(0x0600 + i) for i in range(256)]
_CLASSES = np.array([ord(arabic_key(c) or "\0") if arabic_key(c) != c else 0 for c in _BLOCK], np.uint64)
_STRANGE = np.array([arabic_key(c) == c for c in _BLOCK])
"""Letters that no key accounts for: no name is written with them."""
_POWERS = np.array([pow(_BASE, i, 1 << 64) for i in range(256)], np.uint64)
_KINDS = ("م", "و", "ل", "فبك", "ا")
"""The kinds of letters that arabic_readings tells apart (the first: all others), in the first four letters of a word;
of its length it asks whether it has up to six.
"""
_KIND = np.array([next((i for i, those in enumerate(_KINDS) if c in those), 0) for c in _BLOCK])


@lru_cache(maxsize=50_000)
def key_number(key: str) -> int:
    """The number of a consonant key: in [0, 2**64), the last five bits 0.

    >>> key_number("SLMN") == key_number("DLMN"), key_number("SLMN") % 32
    (False, 0)
    """
    number = 0
    for letter in key:
        number = (number * _BASE + ord(letter)) & _WRAP
    return number << 5 & _WRAP


class _Read(NamedTuple):
    """Readings of some words: number of the key (0: none), of the word, letters that it is short of, trust."""

    numbers: NDArray[np.uint64]
    words: NDArray[np.int32]
    taken: NDArray[np.int32]
    trust: NDArray[np.float32]


class Shelf:
    """The readings of the words of one script, looked up by key.

    words: which word of the vocabulary each reading is of; lengths: its letters; trust: in (0, 1].
    """

    def __init__(self, vocabulary: Sequence[str], arabic: bool) -> None:
        """Words of two letters at least, all of one script. 500,000 Arabic ones take about 0.5 s, Latin ones 5 s."""
        self._letters = letters_of("".join(vocabulary) + " " * LONGEST_WORD, arabic)
        ends = np.cumsum([0, *map(len, vocabulary)], dtype=np.int32)
        parts = []
        for first in range(0, len(vocabulary), _AT_ONCE):
            some = vocabulary[first : first + _AT_ONCE]
            last = first + len(some)
            read = _arabic(some, self._letters[ends[first] : ends[last]]) if arabic else _latin(some)
            parts.append(read._replace(words=read.words + np.int32(first)))
        read = _Read(*(np.concatenate(column) for column in zip(*parts, strict=True))) if parts else _NOTHING
        starts = ends[read.words] + read.taken
        lengths = ends[read.words + 1] - starts
        kept = np.flatnonzero((read.numbers > 0) & (lengths <= LONGEST_WORD))
        sort = read.numbers[kept] | (_ROOM - lengths[kept]).astype(np.uint64)
        order = np.argsort(sort, kind="stable")  # among equals the vocabulary's order, the most frequent first
        self._sort = sort[order]
        kept = kept[order]
        self._starts = starts[kept]
        self.words, self.lengths, self.trust = read.words[kept], lengths[kept].astype(np.uint8), read.trust[kept]

    def find(self, keys: Iterable[str], shortest: int, longest: int) -> NDArray[np.intp]:
        """The places of the readings of `shortest` to `longest` letters that have one of the keys."""
        if longest < shortest:
            return np.zeros(0, np.intp)
        numbers = np.array([key_number(key) for key in keys if key], np.uint64)
        first = self._sort.searchsorted(numbers | np.uint64(_ROOM - min(longest, _ROOM))).tolist()
        last = self._sort.searchsorted(numbers | np.uint64(_ROOM - shortest), "right").tolist()
        ranges = [np.arange(a, b) for a, b in zip(first, last, strict=True)]
        return np.concatenate(ranges) if ranges else np.zeros(0, np.intp)

    def letters(self, places: NDArray[np.intp], width: int) -> Letters:
        """The letters [places, width] of readings; what stands beyond their ends means nothing."""
        at = self._starts[places, None] + np.arange(width)
        return self._letters.take(at, mode="clip")


def _arabic(words: Sequence[str], letters: Letters) -> _Read:
    """Keys as sums: a letter counts its class times a power, by how many consonants stand after it in its word."""
    ends = np.cumsum([0, *map(len, words)])
    kinds = _KIND[np.concatenate((letters, np.zeros(4, np.uint8)))]
    beginning = np.minimum(np.diff(ends), 6)
    for i in range(4):
        beginning = beginning * len(_KINDS) + kinds[ends[:-1] + i]
    count, short, sure = _beginnings()
    count = count[beginning]
    of = np.repeat(np.arange(len(words), dtype=np.int32), count)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    taken = short[beginning[of], nth]
    classes = _CLASSES[letters]
    after = np.concatenate(([0], np.cumsum(classes > 0)))
    after = np.repeat(after[ends[1:]], np.diff(ends)) - after[1:]
    worth = np.concatenate((np.zeros(1, np.uint64), np.cumsum(classes * _POWERS[np.minimum(after, 255)])))
    strange = np.concatenate(([0], np.cumsum(_STRANGE[letters])))
    start, end = ends[of] + taken, ends[of + 1]
    numbers = (worth[end] - worth[start]) << np.uint64(5)
    numbers[strange[end] > strange[start]] = 0
    return _Read(numbers, of, taken, sure[beginning[of], nth])


@cache
def _beginnings() -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float32]]:
    """What arabic_readings makes of a word, by its length and the kinds of its first four letters read in base five:
    how many readings [beginnings], the letters that each is short of and its trust [beginnings, 4].
    """
    count = np.zeros(7 * len(_KINDS) ** 4, np.intp)
    short = np.zeros((len(count), 4), np.int32)
    sure = np.zeros((len(count), 4), np.float32)
    lengths: Iterable[int] = range(7)
    for row, (length, letters) in enumerate(product(lengths, product(*[[those[0] for those in _KINDS]] * 4))):
        word = "".join(letters).ljust(6, _KINDS[0])[:length]
        readings = arabic_readings.__wrapped__(word)
        count[row] = len(readings)
        for i, reading in enumerate(readings):
            short[row, i], sure[row, i] = length - len(reading.form), reading.trust
    return count, short, sure


def _latin(words: Sequence[str]) -> _Read:
    rows = [
        (key_number(key), number, len(word) - len(form), trust)
        for number, word in enumerate(words)
        for form, trust in latin_readings(word)
        for key in latin_keys(form)
    ]
    if not rows:
        return _NOTHING
    numbers, of, taken, sure = zip(*rows, strict=True)
    return _Read(
        np.array(numbers, np.uint64), np.array(of, np.int32), np.array(taken, np.int32), np.array(sure, np.float32)
    )


_NOTHING = _Read(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
