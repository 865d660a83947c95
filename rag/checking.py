"""Checking: whether the quotes that a claim cites say what it says. No language model: figures, dates and names must
agree, what is denied must be denied, and the words must have counterparts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from index.tokens import forms, is_arabic
from rag.agreement import Stated, is_rounded, unstated_date, unstated_figure
from rag.answer_types import AnswerTypes
from rag.claim_features import best, cosine, mean_vector, meaning_features, name_features, side
from rag.counterparts import Counterparts
from rag.lexicon import Lexicon
from rag.opposition import Opposition
from rag.question import LONGEST, language_of
from rag.results import Verdict
from rag.statements import Statement, state
from rag.substitution import Substitution
from rag.weights import Weights
from rag.wordbook import WordBook

_READ = 20_000
"""Characters of a quote or of context that are read."""
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a claim found. reason: for a person to read, in English; empty where all agrees."""

    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities below which a name is missing, a claim is about something else, and a part of it is not said;
    across: for quotes in another language. spoken: the coverage from which one quote speaks of the claim.
    """

    name: float
    name_across: float
    other: float
    other_across: float
    part: float
    part_across: float
    spoken: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features of a claim beside its quotes; across: beside quotes of whatever language, or those of its own alone.
    names: of each name those of NAME_FEATURES; meaning: those of MEANING_FEATURES; match: of each term, shape (terms,).
    """

    across: bool
    names: tuple[tuple[float, ...], ...]
    meaning: tuple[float, ...]
    match: np.ndarray


class Checker:
    """Checks claims against quotes. Safe for threads."""

    def __init__(self, lexicon: Lexicon, book: WordBook) -> None:
        self._lexicon = lexicon
        self._book = book
        self._types = AnswerTypes(lexicon)
        self._weights, self._limits = fitted()

    # OpenBLAS raises the flag now and then for numbers that are all finite.
    @np.errstate(invalid="ignore")
    def check(self, claim: str, quotes: Sequence[str], context: Sequence[str] = ()) -> Checked:
        """Whether `quotes` say what `claim` says.

        context: headlines, dates ('YYYY-MM-DD') and sentences before, in which its names and dates may stand too.
        "unsupported": a number, a date or a name of the claim stands in no quote, a quote denies it, or all speak of
        something else. "partly": some of its words have no counterpart. The order of the quotes does not matter, and
        one more never makes a supported claim an unsupported one.
        """
        said = forms(claim)
        if not said:
            return Checked("unsupported", "the claim says nothing")
        quotes = sorted({quote for quote in quotes if forms(quote[:_READ])})
        if not quotes:
            return Checked("unsupported", "no quote is cited")
        if any((len(quote) <= _READ and forms(quote) == said) or quote == claim for quote in quotes):
            return Checked("supported")
        quotes, context = [quote[:_READ] for quote in quotes], [text[:_READ] for text in context]
        statement = state(claim, self._lexicon, self._types)
        found = self._judge(statement, quotes, context)
        if found.verdict == "supported" and len(claim) > LONGEST:
            return Checked("partly", "the claim is too long to be checked whole")
        return found

    def _judge(self, statement: Statement, quotes: list[str], context: list[str]) -> Checked:
        stated = Stated.of(quotes, context)
        evidence, opposition = self.weigh(statement, quotes, context) if statement.terms else ((), None)
        if evidence and not any(self._about(one) for one in evidence):
            return Checked("unsupported", "the quote speaks of something else")
        text = statement.text
        figure = unstated_figure(statement.figures, stated)
        rounded = figure is not None and is_rounded(figure, stated)
        if figure and not rounded:
            return Checked("unsupported", _differs(text[figure.start : figure.end], stated.written["figure"]))
        if date := unstated_date(statement.dates, stated):
            return Checked("unsupported", _differs(text[date.start : date.end], stated.written["date"]))
        if not evidence or opposition is None:  # figures and dates alone
            if figure:
                return Checked("partly", _differs(text[figure.start : figure.end], stated.written["figure"]))
            bare = not (statement.figures or statement.dates)
            return Checked("partly", "the claim has no word that could be checked") if bare else Checked("supported")
        missing = [self._missing(one, statement) for one in evidence]
        if all(missing):
            return Checked("unsupported", f"the claim names {missing[0][0]}, the quotes do not")
        if reason := opposition.reason():
            return Checked("unsupported", reason)
        if figure:
            return Checked("partly", _differs(text[figure.start : figure.end], stated.written["figure"]))
        if any(self._whole(one) for one in evidence) and opposition.spoken and not opposition.doubtful:
            return Checked("supported")
        return Checked("partly", _unsaid(statement, evidence[0]))

    def weigh(
        self, statement: Statement, quotes: Sequence[str], context: Sequence[str]
    ) -> tuple[tuple[Evidence, ...], Opposition]:
        """The features of a claim that has terms: beside all quotes, and beside those in its own language."""
        spoken = [forms(quote) for quote in quotes]
        around = [form for text in context for form in forms(text)]
        counterparts = Counterparts(self._lexicon, self._book, statement.terms, statement.language, [*spoken, around])
        weights = np.array([term.weight for term in statement.terms], np.float32)
        weights /= weights.sum() or 1
        own = [_same_language(statement, quote) for quote in quotes]
        vector = mean_vector([term.form for term in statement.terms], self._book, self._lexicon)
        near = [cosine(vector, mean_vector(words, self._book, self._lexicon)) for words in spoken]
        evidence = []
        for across in (True, False):
            chosen = [i for i, same in enumerate(own) if across or same]
            if chosen and not (across and all(own)):
                words = [form for i in chosen for form in spoken[i]]
                nearness = max(near[i] for i in chosen)
                evidence.append(_evidence(statement, counterparts, weights, words, around, nearness, across))
        wide = [form for text in (*spoken, around) for form in text]
        match = np.maximum(best(counterparts.strict(wide)), best(counterparts.loose(wide)))
        substitution = Substitution(self._lexicon, statement, match if all(own) else np.ones_like(match))
        opposition = Opposition(
            statement, self._lexicon, counterparts, substitution, weights, quotes, self._limits.spoken
        )
        return tuple(evidence), opposition

    def _about(self, one: Evidence) -> bool:
        limit = self._limits.other_across if one.across else self._limits.other
        return self._meaning(one) >= limit

    def _whole(self, one: Evidence) -> bool:
        limit = self._limits.part_across if one.across else self._limits.part
        return self._meaning(one) >= limit

    def _meaning(self, one: Evidence) -> float:
        return self._weights.probability("meaning_across" if one.across else "meaning", one.meaning)

    def _missing(self, one: Evidence, statement: Statement) -> list[str]:
        """The names of the claim that stand in no quote."""
        model, limit = ("name_across", self._limits.name_across) if one.across else ("name", self._limits.name)
        return [
            statement.text[statement.terms[first].start : statement.terms[last - 1].end]
            for (first, last), features in zip(statement.names, one.names, strict=True)
            if self._weights.probability(model, features) < limit
        ]


def _evidence(
    statement: Statement,
    counterparts: Counterparts,
    weights: np.ndarray,
    words: list[str],
    around: list[str],
    nearness: float,
    across: bool,
) -> Evidence:
    named = np.array([term.name for term in statement.terms])
    wide = [*words, *around]
    strict, loose = best(counterparts.strict(wide)), best(counterparts.loose(wide))
    match, sure = side(counterparts, words, around, named), best(counterparts.sure(words))
    names = [
        name_features(strict[a:b], loose[a:b], counterparts.known[a:b], statement.terms[b - 1].form)
        for a, b in statement.names
    ]
    meaning = meaning_features(statement, weights, match, np.where(named, match, sure), nearness)
    return Evidence(across, tuple(names), meaning, match)


def _same_language(statement: Statement, quote: str) -> bool:
    return is_arabic(quote) == (statement.language == "ar") and language_of(quote) == statement.language


def _differs(claimed: str, stated: Sequence[str]) -> str:
    stated = sorted(set(stated))
    if len(stated) == 1:
        return f"the quote says {stated[0]}, the claim {claimed}"
    return f"the claim says {claimed}, the quotes do not"


def _unsaid(statement: Statement, one: Evidence) -> str:
    order = sorted(range(len(statement.terms)), key=lambda at: (one.match[at], at))
    gone = [at for at in order if one.match[at] < 0.5][:_MOST_NAMED]
    words = ", ".join(statement.text[statement.terms[at].start : statement.terms[at].end] for at in sorted(gone))
    return f"not found in the quotes: {words}" if words else "the quotes say it only in part"


@cache
def fitted() -> tuple[Weights, Limits]:
    """The weights and limits that are shipped: rag/data/checking.json, written by eval/fit_checking.py."""
    data = json.loads(resources.files("rag").joinpath("data/checking.json").read_text("utf-8"))
    return Weights(data["models"], data["limits"]["part"]), Limits(**data["limits"])
