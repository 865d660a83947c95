"""Names across scripts: which Arabic terms of a library write a Latin name, and the other way round.

Candidates share a coarse consonant key (index/transliteration.py); a joint unit model (index/name_model.py) then
says which of them write the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.name_scores import LONGEST_WORD, Letters, letters_of, scorer
from index.name_shelf import Shelf
from index.tokens import SUFFIXES, is_arabic
from index.transliteration import (
    Reading,
    arabic_key,
    arabic_letters,
    arabic_readings,
    latin_keys,
    latin_letters,
    latin_part,
    latin_readings,
)

THRESHOLD = 0.5
"""Similarity from which two spellings are taken for one name; tests/test_names.py holds the rates at it."""

_MOST_CANDIDATES = 6_000
"""Spellings scored for one reading of a name (about 5 ms); of more, those whose lengths go best with its own."""
_PUT_BACK = 0.9  # trust in an ending that the stemmer may have taken
_SINGLE = 0.95  # trust in a doubled consonant that stands for one
_PART = 0.8  # trust in the telling part of a compound
_COMMON = 0.4
"""The power of its place in the vocabulary by which a term is passed over, where more are alike than are asked for."""
_DOUBLED = re.compile(r"([b-df-hj-np-tv-xz])\1")

# What light10 takes off the end of a word, by the way a Latin spelling of the whole name ends.
_ENDINGS = (
    (re.compile(r"i+y{0,2}(?:a|ah|eh|e)$"), "يه"),
    (re.compile(r"(?:ei|ey|ai|ay|ee|i|e|y)n[es]?$"), "ين"),
    (re.compile(r"a+ne?$"), "ان"),
    (re.compile(r"(?:ou|oo|u|o)ne?$"), "ون"),
    (re.compile(r"a+te?$"), "ات"),
    (re.compile(r"(?:a|e|ah|eh)$"), "ه"),
    (re.compile(r"(?:i|y|ie|ee)$"), "ي"),
    (re.compile(r"a+$"), "ي"),  # a final alef that is written as a yeh
    (re.compile(r"ha$"), "ها"),
)


class NameMatcher:
    """The terms of one library by consonant key: which of them write a name of the other script.

    `vocabulary` holds index stems or words in search form, of either script, the most frequent first; numbers and
    single letters are left out. Building takes about 0.5 s for 500,000 Arabic terms; Latin terms are keyed when the
    first Arabic name is asked for.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        arabic: list[str] = []
        latin: list[str] = []
        for term in vocabulary:
            if len(term) > 1:
                if term[0] >= "\u0600":
                    arabic.append(term)
                elif term.isalpha():
                    latin.append(term)
        self._terms = {True: arabic, False: latin}
        self._shelves = {True: Shelf(arabic, True)}

    def match(self, name_word: str, limit: int = 10, threshold: float = THRESHOLD) -> list[tuple[str, float]]:
        """The terms of the other script that write `name_word`, with a similarity of at least `threshold`.

        Best first. Terms may be light-10 stems: the ending that the stemmer took (سليمان of سليماني) is put
        back for comparing. Two words that a library writes as one (Abu Kamal, البوكمال) are asked for
        joined: "abukamal".
        """
        arabic = not is_arabic(name_word)  # the terms that are looked for
        if arabic not in self._shelves:
            self._shelves[arabic] = Shelf(self._terms[arabic], arabic)
        shelf = self._shelves[arabic]
        if arabic:
            grids = [(r, _arabic_spellings(shelf, r.form)) for r in latin_forms(latin_letters(name_word))]
        else:
            grids = [(r, _latin_spellings(shelf, r.form)) for r in arabic_readings(arabic_letters(name_word))]
        best: dict[int, float] = {}
        for (form, sure), grid in grids:
            if not form or not len(grid.places):
                continue
            scores = scorer().probabilities(form, grid.letters, grid.lengths, arabic) * grid.trust * sure
            passed = np.flatnonzero(scores >= threshold)
            for word, score in zip(shelf.words[grid.places[passed]].tolist(), scores[passed].tolist(), strict=True):
                best[word] = max(best.get(word, 0.0), score)
        if len(best) > limit:  # a term that the library has often is the likelier one
            odds = {word: score / (1.001 - score) / (word + 100) ** _COMMON for word, score in best.items()}
            best = {word: best[word] for word in sorted(best, key=lambda word: (-odds[word], word))[:limit]}
        terms = self._terms[arabic]
        return sorted(((terms[word], score) for word, score in best.items()), key=lambda item: (-item[1], item[0]))


class _Spellings(NamedTuple):
    """What is compared with a name: places on the shelf, letters [spellings, width], how many, and trust of each."""

    places: NDArray[np.intp]
    letters: Letters
    lengths: NDArray[np.intp]
    trust: NDArray[np.float32]


def latin_forms(letters: str) -> list[Reading]:
    """A Latin name with its article and without, each of them with its doubled consonants single (who writes tt may
    hear one t), and of a compound the part that tells.
    """
    found = list(latin_readings(letters))
    found += [Reading(one, _SINGLE * sure) for form, sure in found if (one := _DOUBLED.sub(r"\1", form)) != form]
    if part := latin_part(letters):
        found.append(Reading(part, _PART))
    return found


def _nearest(found: _Spellings, length: float) -> _Spellings:
    """At most 6,000 of the spellings, those whose lengths are nearest `length`, the longest first."""
    order = np.argsort(-found.lengths, kind="stable")
    if len(order) > _MOST_CANDIDATES:
        apart = np.abs(found.lengths[order] - length)
        order = order[np.sort(np.argsort(apart, kind="stable")[:_MOST_CANDIDATES])]
    places, letters, lengths, trust = found
    return _Spellings(places[order], letters[order], lengths[order], trust[order])


def _latin_spellings(shelf: Shelf, form: str) -> _Spellings:
    """The Latin terms with the key of an Arabic name."""
    places = shelf.find([arabic_key(form)], max(len(form) - 1, 2), LONGEST_WORD)
    lengths = shelf.lengths[places]
    width = int(lengths.max(initial=0))
    found = _Spellings(places, shelf.letters(places, width), lengths.astype(np.intp), shelf.trust[places])
    return _nearest(found, len(form) / 0.75)


def _arabic_spellings(shelf: Shelf, form: str) -> _Spellings:
    """The Arabic terms with a key of a Latin name, as they stand and with what the stemmer took put back."""
    width = len(form) + 3  # a letter more than the name has, or an ending, and a first one
    places = shelf.find(latin_keys(form), 2, len(form) + 1)
    lengths = shelf.lengths[places].astype(np.intp)
    parts = [_Spellings(places, shelf.letters(places, width), lengths, shelf.trust[places])]
    for ending, suffix in _ENDINGS:
        found = ending.search(form)
        if found is not None and found.start() >= 2:
            places = shelf.find(latin_keys(form[: found.start()]), 2, len(form) - 1)
            parts.append(_with_ending(shelf, places, width, suffix))
    if form.startswith(("w", "v", "ou")):
        parts += [_with_waw(part, bare=part is parts[0]) for part in parts]
    together = _Spellings(
        np.concatenate([part.places for part in parts]),
        np.concatenate([part.letters for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.trust for part in parts]),
    )
    return _nearest(together, 0.75 * len(form))


def _with_ending(shelf: Shelf, places: NDArray[np.intp], width: int, suffix: str) -> _Spellings:
    """The readings with an ending, where light10 gives of the whole what stands on the shelf."""
    letters, lengths = shelf.letters(places, width), shelf.lengths[places].astype(np.intp)
    rows = np.arange(len(places))
    right = ~_ending(letters, lengths, suffix)
    for letter in letters_of(suffix, True).tolist():
        letters[rows, lengths] = letter
        lengths += 1
    right &= ~_article(letters, lengths) & ~((letters[:, 0] == _WAW) & (lengths > 3))
    kept = np.flatnonzero(right)
    return _Spellings(places[kept], letters[kept], lengths[kept], shelf.trust[places[kept]] * _PUT_BACK)


def _with_waw(found: _Spellings, bare: bool) -> _Spellings:
    """The same with a first letter that light10 takes for the conjunction. bare: no ending has been put back, so it
    must not take one either.
    """
    right = (found.lengths > 2) & ~_article(found.letters, found.lengths)
    if bare:
        right &= ~_ending(found.letters, found.lengths)
    kept = np.flatnonzero(right)
    letters = np.insert(found.letters[kept, :-1], 0, _WAW, axis=1)
    return _Spellings(found.places[kept], letters, found.lengths[kept] + 1, found.trust[kept] * _PUT_BACK)


_WAW, _ALEF, _LAM = letters_of("وال", True).tolist()
_BEFORE_ARTICLE = np.isin(np.arange(256), letters_of("وبكف", True))
# The turn, from 1, at which light10 takes an ending: by its last letter but one, 0 for endings of one letter, and last.
_TURNS = np.zeros((256, 256), np.uint8)
for _turn, _suffix in enumerate(SUFFIXES, 1):
    _TURNS[tuple(letters_of(_suffix.rjust(2), True))] = _turn


def _article(letters: Letters, lengths: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether light10 takes an article off words of these letters."""
    first, second = letters[:, 0], letters[:, 1]
    short = (second == _LAM) & ((first == _ALEF) | (first == _LAM)) & (lengths > 3)
    return short | (_BEFORE_ARTICLE[first] & (second == _ALEF) & (letters[:, 2] == _LAM) & (lengths > 4))


def _ending(letters: Letters, lengths: NDArray[np.intp], after: str = "") -> NDArray[np.bool_]:
    """Whether light10 takes an ending off words of these letters, after it has taken `after`."""
    turn = SUFFIXES.index(after) + 1 if after else 0
    rows = np.arange(len(letters))
    last = letters[rows, lengths - 1]
    two = (_TURNS[letters[rows, lengths - 2], last] > turn) & (lengths > 3)
    return two | ((_TURNS[0, last] > turn) & (lengths > 2))
