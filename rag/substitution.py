"""Substitution: words of an Arabic claim that may be names and stand in no quote, beside quotes with another name.

Arabic has no capitals, so that many a name is a word like any other (عمان, الرباط, الزعتري). What no quote speaks of
and may be a name is a doubt; it is in the place of another if the quote, too, has a name that the claim does not speak
of.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.normalise import normalise
from index.tokens import is_arabic, stem
from rag.answer_types import is_number
from rag.lexicon import Lexicon
from rag.statements import Statement
from rag.wordbook import kernel
from rag.wordlists import wordlist

MAYBE = 0.4
"""Share of its uses with a capital from which an Arabic word may be a name."""
_NAMED = 0.6
_UNKNOWN = 0.9
_SPOKEN = 0.35
"""A match below which a word has no counterpart at all."""
_RARE = 5.5
"""Rarity below which a word is too common to be taken for a name."""
_VERBAL = ("ست", "سي", "سن", "لت", "لي", "لن")
_COMMON = ("stop", "days", "units", "titles", "places", "saying", "numbers", "asked")
_GRAMMAR = frozenset(map(normalise, "عقب قبيل إبان فور وسط رغم حيال إزاء لدن بحق نصف ربع ثلث".split()))


class Substitution:
    """What in a claim may be a name that no quote has. doubtful: the places of such terms."""

    def __init__(self, lexicon: Lexicon, statement: Statement, match: np.ndarray) -> None:
        """match: how well all quotes and their context speak of each term at the best, shape (terms,)."""
        self._lexicon = lexicon
        self._statement = statement
        self.doubtful: list[int] = []
        self._gone: list[int] = []
        if statement.language != "ar":
            return
        for at, term in enumerate(statement.terms):
            if match[at] < _SPOKEN and term.weight >= _RARE and is_arabic(term.form):
                share = likeness(term.form, lexicon)
                if term.name or share >= MAYBE:
                    self.doubtful.append(at)
                elif share > 0:
                    self._gone.append(at)

    def reason(self, forms: Sequence[str], grid: np.ndarray) -> str:
        """Why a quote shows that a name of the claim is another one; "" if it does not.

        forms: the words of the quote; grid: how well each stands for each term, shape (words, terms).
        """
        if not (self.doubtful or self._gone):
            return ""
        least = grid.max(axis=1) < _SPOKEN
        others = [
            (at, share)
            for at in np.flatnonzero(least).tolist()
            if self._lexicon.rarity(stem(forms[at])) >= _RARE and (share := likeness(forms[at], self._lexicon)) >= MAYBE
        ]
        if not others:
            return ""
        if self.doubtful:
            return self._say(self.doubtful[0])
        for at in self._gone:
            if any(share >= _NAMED and self._same_place(at, forms, other) for other, share in others):
                return self._say(at)
        return ""

    def _same_place(self, at: int, forms: Sequence[str], other: int) -> bool:
        """Whether the word before a term, in the claim, is also that before a word of the quote."""
        term = self._statement.terms[at]
        before = [word.form for word in self._statement.words if word.end <= term.start][-1:]
        return bool(before) and other > 0 and stem(before[0]) == stem(forms[other - 1])

    def _say(self, at: int) -> str:
        term = self._statement.terms[at]
        return f"the claim names {self._statement.text[term.start : term.end]}, the quotes do not"


def likeness(form: str, lexicon: Lexicon) -> float:
    """How far an Arabic word may be a name, in [0, 1]: the share of its uses with a capital where it is translated,
    0 for a form of a verb or a word that grammar needs.
    """
    if len(form) < 3 or not is_arabic(form) or is_number(form):
        return 0.0
    if form.startswith(_VERBAL) and len(form) > 4 and _share(kernel(form[2:]), lexicon) is not None:
        return 0.0
    cuts = [form, *(form[1:] for _ in "_" if form[0] in "بلوفك" and len(form) > 2)]
    if any(cut in _GRAMMAR or any(cut in wordlist(name) for name in _COMMON) for cut in cuts):
        return 0.0
    if form.startswith("لل"):
        cuts.append("ال" + form[2:])
    shares = [share for cut in cuts if (share := _share(stem(cut), lexicon)) is not None]
    if shares:
        return min(shares)
    # Unknown: most are names; of others a part is known that is none, or they end as verbs do.
    parts = {kernel(stem(cut)) for cut in cuts} | {stem(cut[1:]) for cut in cuts} | {stem(form.removesuffix("ا"))}
    known = [share for part in parts if len(part) > 2 and (share := _share(part, lexicon)) is not None]
    if (known and min(known) < _NAMED / 2) or form.endswith(("ت", "وا", "هم", "ها")):
        return 0.1
    return _UNKNOWN


def _share(stemmed: str, lexicon: Lexicon) -> float | None:
    return lexicon.capital(stemmed) if lexicon.translate(stemmed, to="en", source="ar") else None
