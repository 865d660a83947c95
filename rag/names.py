"""Names across scripts: which Arabic terms of a library write a Latin name, and the other way round.

Candidates share a coarse consonant key (index/transliteration.py); a joint unit model (index/name_model.py) then
says which of them write the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from index.name_model import load_model, probabilities
from index.tokens import is_arabic, light10
from index.transliteration import (
    arabic_key,
    arabic_letters,
    arabic_readings,
    latin_keys,
    latin_letters,
    latin_readings,
)

THRESHOLD = 0.5
"""Similarity from which two spellings are taken for one name; tests/test_names.py holds the rates at it."""

_MOST_CANDIDATES = 1_500  # scored for one name (about 15 ms); of more, those whose lengths go best together
_PUT_BACK = 0.9  # trust in an ending that the stemmer may have taken

# What light10 takes off the end of a word, by the way a Latin spelling of the whole name ends.
_ENDINGS = (
    (re.compile(r"i+y{0,2}(?:a|ah|eh|e)$"), "يه"),
    (re.compile(r"(?:ei|ey|ai|ay|ee|i|e|y)n[es]?$"), "ين"),
    (re.compile(r"a+ne?$"), "ان"),
    (re.compile(r"(?:ou|oo|u|o)ne?$"), "ون"),
    (re.compile(r"a+te?$"), "ات"),
    (re.compile(r"(?:a|e|ah|eh)$"), "ه"),
    (re.compile(r"(?:i|y|ie|ee)$"), "ي"),
)


class Candidate(NamedTuple):
    """A term and the two forms by which it is compared with a name."""

    latin: str
    arabic: str
    term: str
    trust: float


class NameMatcher:
    """The terms of one library by consonant key: which of them write a name of the other script.

    `vocabulary` holds index stems or words in search form, of either script; numbers and single letters are
    left out. Building takes about 2 s for 500,000 Arabic terms; Latin terms are keyed when the first Arabic
    name is asked for.
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._arabic: dict[str, list[str]] = {}
        self._latin_terms: list[str] = []
        self._latin: dict[str, list[str]] | None = None
        for term in vocabulary:
            if len(term) < 2:
                continue
            if term[0] >= "\u0600":
                self._file(self._arabic, term, (arabic_key(r.form) for r in arabic_readings(term)))
            elif term.isalpha():
                self._latin_terms.append(term)

    @staticmethod
    def _file(shelf: dict[str, list[str]], term: str, keys: Iterable[str]) -> None:
        for key in set(keys):
            if key:
                shelf.setdefault(key, []).append(term)

    def match(self, name_word: str, limit: int = 10, threshold: float = THRESHOLD) -> list[tuple[str, float]]:
        """The terms of the other script that write `name_word`, with a similarity of at least `threshold`.

        Best first. Terms may be light-10 stems: the ending that the stemmer took (سليمان of سليماني) is put
        back for comparing. Two words that a library writes as one (Abu Kamal, البوكمال) are asked for
        joined: "abukamal".
        """
        if is_arabic(name_word):
            grid = self._latin_candidates(arabic_letters(name_word))
        else:
            grid = self._arabic_candidates(latin_letters(name_word))
        if len(grid) > _MOST_CANDIDATES:
            grid.sort(key=lambda c: abs(len(c.arabic) - 0.75 * len(c.latin)))
            del grid[_MOST_CANDIDATES:]
        alike = probabilities(load_model(), [c.latin for c in grid], [c.arabic for c in grid]).tolist()
        best: dict[str, float] = {}
        for candidate, probability in zip(grid, alike, strict=True):
            score = probability * candidate.trust
            if score >= threshold and score > best.get(candidate.term, 0.0):
                best[candidate.term] = score
        return sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def _arabic_candidates(self, letters: str) -> list[Candidate]:
        """The Arabic terms with a key of a Latin name, as they stand and with what the stemmer took put
        back.
        """
        grid: list[Candidate] = []
        for form, sure in latin_readings(letters):
            keys = latin_keys(form)
            for key in keys:
                for term in self._arabic.get(key, ()):
                    for word, trust in arabic_readings(term):
                        if len(word) <= len(form) + 1 and arabic_key(word) == key:
                            grid.append(Candidate(form, word, term, sure * trust))
                            if form.startswith(("w", "v", "ou")) and light10("و" + word) == word:
                                grid.append(Candidate(form, "و" + word, term, sure * trust * _PUT_BACK))
            for ending, suffix in _ENDINGS:
                found = ending.search(form)
                if found is None or found.start() < 2:
                    continue
                for key in latin_keys(form[: found.start()]):
                    for term in self._arabic.get(key, ()):
                        for word, trust in arabic_readings(term):
                            whole = word + suffix
                            if len(word) < len(form) and arabic_key(word) == key and light10(whole) == word:
                                grid.append(Candidate(form, whole, term, sure * trust * _PUT_BACK))
        return grid

    def _latin_candidates(self, letters: str) -> list[Candidate]:
        """The Latin terms with the key of an Arabic name."""
        if self._latin is None:
            self._latin = {}
            for term in self._latin_terms:
                self._file(self._latin, term, (k for r in latin_readings(term) for k in latin_keys(r.form)))
        return [
            Candidate(form, word, term, sure * trust)
            for word, trust in arabic_readings(letters)
            for term in self._latin.get(arabic_key(word), ())
            for form, sure in latin_readings(term)
            if len(word) <= len(form) + 1
        ]
