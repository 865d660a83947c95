"""Places of names: whether a claim puts a name beside a word that its quote puts beside another name of the claim.

"Governor of Basra, coordinator Aqil" against "governor of Aqil, coordinator Basra". Names that are told in a row
(Damascus and Ankara) may change places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.tokens import Word
from rag.lexicon import Lexicon
from rag.statements import Statement
from rag.substitution import MAYBE, likeness
from rag.wordlists import wordlist

_NAMED = 0.6
_MEANT = 0.65
_SKIPPED = 2
"""Words that grammar needs, which may stand between a word and the name."""
_ROW = re.compile(r"\s*(?:[,،]|and|et|و)?\s*", re.IGNORECASE)


class Places:
    """The names of a claim, each with the word before it."""

    def __init__(self, statement: Statement, lexicon: Lexicon) -> None:
        text, terms = statement.text, statement.terms
        self._names = _names(statement, lexicon)
        named = {at for first, last in self._names for at in range(first, last)}
        starts = {term.start: at for at, term in enumerate(terms)}
        self._before = []
        for first, _ in self._names:
            behind = [word for word in statement.words if word.end <= terms[first].start]
            word = _skip(behind[::-1])
            at = starts.get(word.start) if word else None
            self._before.append(at if at not in named else None)
        # Names in a row have one number.
        self._row: list[int] = []
        for n, (first, _) in enumerate(self._names):
            gap = text[terms[self._names[n - 1][1] - 1].end : terms[first].start] if n else "-"
            joined = _ROW.fullmatch(gap) and (gap.strip() or terms[first].form.startswith("و"))
            self._row.append(self._row[-1] if joined else n)

    def changed(self, words: Sequence[Word], match: np.ndarray) -> bool:
        """Whether a quote has another name where the claim has one.

        words: the words of the quote; match: how well each stands for each term of the claim, shape (words, terms).
        """
        held = [set(np.flatnonzero(match[:, a:b].max(axis=1) >= _NAMED).tolist()) for a, b in self._names]
        for mine, at in enumerate(self._before):
            if at is None or not held[mine]:
                continue
            behind = {self._behind(words, place) for place in np.flatnonzero(match[:, at] >= _MEANT).tolist()}
            if behind & held[mine] or any(place + 1 in held[mine] or place + 2 in held[mine] for place in behind):
                continue
            for other, row in enumerate(self._row):
                if row != self._row[mine] and behind & (held[other] - held[mine]):
                    return True
        return False

    @staticmethod
    def _behind(words: Sequence[Word], place: int) -> int:
        after = words[place + 1 : place + 2 + _SKIPPED]
        word = _skip(after)
        return place + 1 + after.index(word) if word else -1


def _names(statement: Statement, lexicon: Lexicon) -> list[tuple[int, int]]:
    """The names of a claim as runs of terms, in Arabic with words that may be names."""
    if statement.language != "ar":
        return list(statement.names)
    runs: list[tuple[int, int]] = []
    for at, term in enumerate(statement.terms):
        if not (term.name or likeness(term.form, lexicon) >= MAYBE):
            continue
        joined = runs and runs[-1][1] == at and statement.text[statement.terms[at - 1].end : term.start].isspace()
        if joined and not term.form.startswith("و"):
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs


def _skip(words: Sequence[Word]) -> Word | None:
    """The first word that is not one that only grammar needs."""
    return next((word for word in words[: _SKIPPED + 1] if word.form not in wordlist("stop")), None)
