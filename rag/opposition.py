"""Opposition: whether a quote denies what a claim says, or a claim what a quote says, or turns round who did what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from index.tokens import Word, is_arabic, words
from rag.counterparts import Counterparts
from rag.lexicon import Lexicon
from rag.negation import Denial, denials
from rag.opposites import Placed, answers, opposed, placed
from rag.places import Places
from rag.statements import Statement
from rag.substitution import Substitution
from rag.wordlists import wordlist

_MEANT = 0.5
"""How surely a word must stand for another that what is said of it holds for both."""
_FAR = 1_000_000
"""The place of a term that is no word of the claim."""
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

    doubtful: whether a word that may be a name stands in no quote. spoken: whether any quote speaks of the claim (a
    coverage of at least `least`) and does not oppose it.
    """

    def __init__(
        self,
        statement: Statement,
        lexicon: Lexicon,
        counterparts: Counterparts,
        substitution: Substitution,
        weights: np.ndarray,
        quotes: Sequence[str],
        least: float,
    ) -> None:
        self._statement = statement
        places = Places(statement, lexicon)
        self._own = statement.denials
        self._said = placed([word.form for word in statement.words], statement.denials)
        starts = {word.start: at for at, word in enumerate(statement.words)}
        self._places = [starts.get(term.start, -_FAR) for term in statement.terms]
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
            there = denials(quote, found)
            told = placed(forms, there)
            reason = self._denial(meant, forms, there, told, covered >= _MEANT)
            reason = reason or self._opposite(told, counterparts.loose(forms), found, quote)
            same = is_arabic(quote) == (statement.language == "ar")
            if same and not reason:
                strict = counterparts.strict(forms)
                reason = self._turned(statement, strict)
                reason = reason or (_TURNED if places.changed(found, strict) else "")
                reason = reason or substitution.reason(forms, np.maximum(strict, counterparts.loose(forms)))
            if reason:
                self._reasons.add(reason)
            else:
                self.spoken |= covered >= least

    def reason(self) -> str:
        """Why the quotes oppose the claim; "" if one speaks of it and does not, or none does."""
        return "" if self.spoken or not self._reasons else min(self._reasons)

    def _opposite(self, told: Sequence[Placed], match: np.ndarray, found: Sequence[Word], quote: str) -> str:
        at = opposed(self._said, told, self._places, match)
        if not at:
            return ""
        mine, other = self._statement.words[at[0]], found[at[1]]
        said, there = self._statement.text[mine.start : mine.end], quote[other.start : other.end]
        return f"the quote says {there}, the claim {said}"

    def _denial(
        self, meant: np.ndarray, forms: Sequence[str], there: Sequence[Denial], sides: Sequence[Placed], covers: bool
    ) -> str:
        """meant: which words of the quote stand for which terms, shape (words, terms); there: the quote's denials;
        sides: its words that have opposites; covers: whether it speaks of most of the claim.
        """
        # How many denials of the quote are about anything that the claim speaks of; it may be put elsewhere.
        about = sum(bool(meant[max(0, one.at - _AROUND) : one.last].any()) for one in there)
        terms = self._statement.terms
        told = sum(
            (covers or bool(meant[:, focus].any())) and not any(answers(terms[i].form, sides) for i in focus)
            for focus in self._focuses
        )
        if told > about:
            return "the claim denies what the quote says"
        denied = 0
        for one in there:
            focus = [j for j in range(one.at + 1, one.last) if forms[j] not in wordlist("stop")][:_FOCUS]
            answered = any(answers(forms[j], self._said) for j in focus)
            denied += not one.faint and bool(meant[focus].any()) and not answered
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
