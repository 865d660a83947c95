"""Places of names: whether a claim puts a name beside a word that its quote puts beside another name of the claim.

"Governor of Basra, coordinator Aqil" against "governor of Aqil, coordinator Basra": names that are told in a row (Damascus
and Ankara) may change places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.tokens import Word
from rag.statements import Statement
from rag.wordlists import wordlist

_NAMED = 0.6
_MEANT = 0.5
_SKIPPED = 2
"""Words that grammar needs, which may stand between a word and the name."""
_ROW = re.compile(r"\s*(?:[,،]|and|et|و)?\s*", re.IGNORECASE)


class Places:
    """The names of a claim, each with the word before it."""

    def __init__(self, statement: Statement) -> None:
        self._names = statement.names
        text, terms = statement.text, statement.terms
        starts = {term.start: at for at, term in enumerate(terms)}
        self._before = []
        for first, _ in statement.names:
            behind = [word for word in statement.words if word.end <= terms[first].start]
            word = _skip(behind[::-1])
            at = starts.get(word.start) if word else None
            self._before.append(at if at is not None and not terms[at].name else None)
        # Names in a row have one number.
        self._row: list[int] = []
        for n, (first, _) in enumerate(statement.names):
            gap = text[terms[statement.names[n - 1][1] - 1].end : terms[first].start] if n else "-"
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


def _skip(words: Sequence[Word]) -> Word | None:
    """The first word that is not one that only grammar needs."""
    return next((word for word in words[: _SKIPPED + 1] if word.form not in wordlist("stop")), None)
