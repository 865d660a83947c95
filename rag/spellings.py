"""Spellings: which words of a few texts write a name of the other script, or of the same one in another way.

rag/names.py looks a name up among the words of a whole library, by keys of consonants; here the words are few, and
each is compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from index.name_scores import LONGEST_WORD, letters_of, scorer
from index.tokens import is_arabic
from index.transliteration import LONGEST, arabic_letters, arabic_readings, latin_keys, latin_letters
from rag.names import latin_forms

_ALIKE = 0.7
"""What a name in Latin letters is worth whose consonants are those of another spelling."""
_CLITICS = 0.9
_LONG_ENOUGH = 4
_MOST = 4_000
"""Words that are compared; more of them are a text that nobody quotes."""
_FIRST_PARTS = ("ابو", "ابي", "عبد", "بن", "ام", "ال")


class Spellings:
    """The words of some texts, to be compared with names."""

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        """texts: the search forms of each text, in order."""
        words: dict[str, tuple[str, ...]] = {}
        for forms in texts:
            words |= {form: (form,) for form in forms if len(form) > 1 and not form[0].isdigit()}
            # What Arabic writes as two words, Latin letters often write as one: شهاب الدين, Chehabeddine.
            for one, other in pairwise(forms):
                if is_arabic(one) and is_arabic(other) and (other.startswith("ال") or one in _FIRST_PARTS):
                    words.setdefault(one + other, (one, other))
        self._words = dict(list(words.items())[:_MOST])
        self._sounds: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for key in _keys(word):
                self._sounds[key].append(word)
        self._bare: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            if is_arabic(word):
                for reading in arabic_readings(arabic_letters(word)):
                    self._bare[reading.form].append(word)
        self._sides = {arabic: _Side(self._words, arabic) for arabic in (True, False)}

    def of(self, name: str, least: float) -> dict[str, float]:
        """The words that write `name`, with a similarity in [least, 1]. Of two words that write it together, both."""
        found: dict[str, float] = {}
        if is_arabic(name):
            readings = list(arabic_readings(arabic_letters(name)))
            for reading in readings:  # the same name with other clitics: سوسة, بسوسة
                found |= dict.fromkeys(self._bare.get(reading.form, ()), _CLITICS)
        else:
            readings = latin_forms(latin_letters(name))
            for key in _keys(name):
                found |= dict.fromkeys(self._sounds.get(key, ()), _ALIKE)
        side = self._sides[not is_arabic(name)]
        for form, trust in readings:
            if len(form) > 1 and len(side.words):
                scores = trust * side.trust * scorer().probabilities(form, side.letters, side.lengths, side.arabic)
                for at in np.flatnonzero(scores >= least):
                    found[side.words[at]] = max(found.get(side.words[at], 0.0), float(scores[at]))
        return {word: score for whole, score in found.items() for word in self._words[whole]}


class _Side:
    """The readings of the words of one script, the longest first, as index.name_scores wants them."""

    def __init__(self, words: Iterable[str], arabic: bool) -> None:
        self.arabic = arabic
        readings = []
        for word in words:
            if is_arabic(word) == arabic:
                found = arabic_readings(arabic_letters(word)) if arabic else latin_forms(latin_letters(word))
                readings += [(form, trust, word) for form, trust in found if 2 <= len(form) <= LONGEST_WORD]
        readings.sort(key=lambda reading: (-len(reading[0]), reading))
        self.words = [word for _, _, word in readings]
        self.trust = np.array([trust for _, trust, _ in readings])
        self.lengths = np.array([len(form) for form, _, _ in readings], np.intp)
        self.letters = np.zeros((len(readings), int(self.lengths.max(initial=0))), np.uint8)
        for row, (form, _, _) in zip(self.letters, readings, strict=True):
            row[: len(form)] = letters_of(form, arabic)


def _keys(word: str) -> tuple[str, ...]:
    """The keys by which two Latin spellings of a name are alike: Chehabeddine, Shehabeddine."""
    if len(word) < _LONG_ENOUGH or not word.isascii() or not word.isalpha():
        return ()
    return tuple(key for key in latin_keys(word[:LONGEST]) if len(key) >= _LONG_ENOUGH - 1)
