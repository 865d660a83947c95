"""Opposition: whether a quote denies what a claim says, or a claim what a quote says, or turns round who did what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from index.tokens import is_arabic, words
from rag.counterparts import Counterparts
from rag.negation import Denial, denials
from rag.statements import Statement
from rag.substitution import Substitution
from rag.wordlists import wordlist

_MEANT = 0.5
"""How surely a word must stand for another that what is said of it holds for both."""
_FOCUS = 3
"""Words behind a denial among which is what it denies."""
_NAMED = 0.6
_STEPS, _IN_ORDER = 4, 0.85
"""Pairs of neighbouring words, and the share of them in the same order, from which two sentences are told alike."""
_TURNED = "the quote has the names the other way round"
_CLAUSE = re.compile("[,،؛:;.]")
_AROUND = 4
"""Words before a denial that it may be about: its subject."""


class Opposition:
    """A claim beside each of its quotes.

    doubtful: whether a word that may be a name stands in no quote. spoken: whether any quote speaks of the claim (a coverage of at least `least`) and does not oppose it.
    """

    def __init__(
        self,
        statement: Statement,
        counterparts: Counterparts,
        substitution: Substitution,
        weights: np.ndarray,
        quotes: Sequence[str],
        least: float,
    ) -> None:
        self._own = statement.denials
        self._focuses = [
            [i for i, term in enumerate(statement.terms) if ends <= term.start < last][:_FOCUS]
            for one in statement.denials
            if not one.faint
            for ends, last in [(statement.words[one.at].end, statement.words[one.last - 1].end)]
        ]
        self.doubtful = bool(substitution.doubtful)
        self.spoken = False
        self._reasons: set[str] = set()
        for quote in quotes:
            found = list(words(quote))
            forms = [word.form for word in found]
            covered = float(weights @ counterparts.loose(forms).max(axis=0))
            meant = counterparts.sure(forms) >= _MEANT
            reason = self._denial(meant, forms, denials(quote, found), covered >= _MEANT)
            same = is_arabic(quote) == (statement.language == "ar")
            if same and not reason:
                strict = counterparts.strict(forms)
                reason = self._turned(statement, strict)
                reason = reason or substitution.reason(forms, np.maximum(strict, counterparts.loose(forms)))
            if reason:
                self._reasons.add(reason)
            else:
                self.spoken |= covered >= least

    def reason(self) -> str:
        """Why the quotes oppose the claim; "" if one speaks of it and does not, or none does."""
        return "" if self.spoken or not self._reasons else min(self._reasons)

    def _denial(self, meant: np.ndarray, forms: Sequence[str], there: Sequence[Denial], covers: bool) -> str:
        """meant: which words of the quote stand for which terms, shape (words, terms); there: the quote's denials;
        covers: whether it speaks of most of the claim.
        """
        # How many denials of the quote are about anything that the claim speaks of; it may be put elsewhere.
        about = sum(bool(meant[max(0, one.at - _AROUND) : one.last].any()) for one in there)
        told = sum(covers or bool(meant[:, focus].any()) for focus in self._focuses)
        if told > about:
            return "the claim denies what the quote says"
        denied = 0
        for one in there:
            focus = [j for j in range(one.at + 1, one.last) if forms[j] not in wordlist("stop")][:_FOCUS]
            denied += not one.faint and bool(meant[focus].any())
        return "the quote denies what the claim says" if denied > len(self._own) else ""

    @staticmethod
    def _turned(statement: Statement, match: np.ndarray) -> str:
        """Whether names have changed places in a quote that has all else in the order of the claim.

        match: how well each word of the quote stands for each term, shape (words, terms).
        """
        plain = [i for i, term in enumerate(statement.terms) if not term.name and match[:, i].max() >= _MEANT]
        places = [int(match[:, i].argmax()) for i in plain]
        steps = [one < other for one, other in pairwise(places)]
        if len(steps) < _STEPS or sum(steps) < _IN_ORDER * len(steps):
            return ""
        names = [match[:, a:b].max(axis=1) for a, b in statement.names]
        at = [int(one.argmax()) if one.max() >= _NAMED else -1 for one in names]
        for (one, other), (before, behind) in zip(pairwise(at), pairwise(statement.names), strict=True):
            between = statement.text[statement.terms[before[1] - 1].end : statement.terms[behind[0]].start]
            if one > other >= 0 and not _CLAUSE.search(between):
                return _TURNED
        return ""
