"""Expansion: the terms of this library in which the ideas of a question may stand, in one script and the other."""

from __future__ import annotations

import math
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from index.errors import QueryError
from index.lexical import Field
from index.store import Store
from index.tokens import grams, is_arabic, stem
from rag.lexicon import Lexicon, Source, Target
from rag.names import NameMatcher
from rag.question import Question, Term
from rag.wordlists import wordlist

PARTS = ("names", "translations")
"""What can be left out of an expansion."""

Group = Mapping[tuple[Field, str], float]

_TITLE = 0.5
_EVEN = 0.7
"""The power of their rarity by which terms count: below 1 it evens them."""
_STEM_FIELDS: tuple[Field, ...] = ("stems", "title")
_SATURATION = 2.2
"""BM25's k1 + 1: what one term can reach at the most, in units of its idf."""
_PIVOTS = 4
_PARTICLE = 5
"""Letters of a first part that is written together with the next at times: abu, abd, abdul, bin."""
_RARE = 5.0
_ROUND_TRIP = 0.8
_SURE = 0.2
_FAINT = 0.15
_MOST_SPELLINGS = 12


@dataclass(frozen=True, slots=True)
class Expansion:
    """A question as this library can be asked it.

    variants: for each term of the question the stems that may stand for it, with weights in (0, 1].
    known: for each term the weight of its surest variant that stands anywhere in the library; 0 if none does.
    weights: how much each term says beside the others, from its rarity: float32 of shape (terms,), of sum 1.
    telling: how well each term tells articles apart, idf in the library times rarity at large, in nats^2: float32 of
    shape (terms,).
    stems, grams: the groups for the lexical index, and the BM25 score of a passage that had all of them.
    """

    question: Question
    variants: tuple[Mapping[str, float], ...]
    known: tuple[float, ...]
    weights: np.ndarray
    telling: np.ndarray
    stems: tuple[Group, ...]
    grams: tuple[Group, ...]
    best_stems: float
    best_grams: float


@cache
def _stop_stems() -> frozenset[str]:
    return frozenset(map(stem, wordlist("stop")))


class Expander:
    """Finds, for the terms of a question, the stems, translations and spellings that the library really contains."""

    def __init__(self, store: Store, lexicon: Lexicon, without: Collection[str] = ()) -> None:
        """without: "names" (spellings in the other script) or "translations", to be left out."""
        if strange := set(without) - set(PARTS):
            raise QueryError(f"there is no part {min(strange)!r} to leave out; there are {', '.join(PARTS)}")
        self._without = frozenset(without)
        self._store = store
        self._lexicon = lexicon
        self._guard = threading.Lock()
        self._matcher: tuple[int, NameMatcher] | None = None

    def expand(self, question: Question) -> Expansion:
        """Everything that the question may be called in this library."""
        variants = tuple(self._variants(term, question) for term in question.terms)
        self._joined(question.terms, variants)
        pieces = [gram for term in question.terms for gram in grams(term.form)]
        wanted: list[tuple[Field, str]] = [("grams", gram) for gram in pieces]
        wanted += [(field, root) for stems in variants for root in stems for field in _STEM_FIELDS]
        passages, count = self._store.frequencies(wanted)
        by_stem = tuple(
            {
                (field, root): weight * (_TITLE if field == "title" else 1.0)
                for root, weight in stems.items()
                for field in _STEM_FIELDS
                if count[field, root]
            }
            for stems in variants
        )
        known = tuple(max((w for s, w in stems.items() if count["stems", s]), default=0.0) for stems in variants)
        by_gram: tuple[Group, ...] = tuple({("grams", gram): 1.0} for gram in pieces)

        def reach(groups: tuple[Group, ...]) -> float:
            # A group that the library lacks counts as its rarest: so a question of which it knows no word has lexical
            # scores near 0, and the vectors decide alone.
            rarest = [min((count[key] for key in group if key[0] != "title"), default=0) for group in groups]
            return max(_SATURATION * sum(math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in rarest), 1e-6)

        weights = np.array([term.weight for term in question.terms], np.float32) ** _EVEN
        weights /= weights.sum() or 1
        held = [sum(w * count["stems", root] for root, w in stems.items()) for stems in variants]
        idf = np.log(1 + (passages - np.minimum(held, passages) + 0.5) / (np.minimum(held, passages) + 0.5))
        telling = (idf * [term.weight for term in question.terms]).astype(np.float32)
        return Expansion(question, variants, known, weights, telling, by_stem, by_gram, reach(by_stem), reach(by_gram))

    def _variants(self, term: Term, question: Question) -> dict[str, float]:
        """Stem -> weight in (0, 1] of the stems that may stand for `term`: 1 for itself, less for what is less sure."""
        found = {term.stem: 1.0}
        if term.form[0].isdigit():
            return found
        here: Target = "ar" if is_arabic(term.stem) else "en"
        there: Target = "en" if here == "ar" else "ar"
        translations = self._translations(term.root, there, question.language)
        found |= translations
        # By way of its translations a word meets its own inflections and synonyms (Bannard & Callison-Burch 2005).
        for root, weight in sorted(translations.items(), key=lambda item: -item[1])[:_PIVOTS]:
            for back, other in self._translations(root, here, there).items():
                found[back] = max(found.get(back, 0.0), _ROUND_TRIP * weight * other)
        if term.name or not translations:
            self._spellings(term.form, found)
        return {root: weight for root, weight in found.items() if weight >= _FAINT}

    def _spellings(self, written: str, found: dict[str, float]) -> None:
        """Enter the stems of this library that may be another spelling of a name."""
        if "names" in self._without:
            return
        for root, score in self._names().match(written, _MOST_SPELLINGS):
            # A frequent word is rarely the name that it resembles: حول (about) and الهول.
            sure = score * min(1.0, self._lexicon.rarity(root) / _RARE)
            if root not in _stop_stems():
                found[root] = max(found.get(root, 0.0), sure)

    def _joined(self, terms: Sequence[Term], variants: Sequence[dict[str, float]]) -> None:
        """Names written apart in the question and together in the archive: Abu Kamal, البوكمال."""
        for i, (one, other) in enumerate(pairwise(terms)):
            if (one.name or other.name) and len(one.form) <= _PARTICLE and 0 < other.start - one.end <= 2:
                together: dict[str, float] = {}
                self._spellings(one.form + other.form, together)
                for root, weight in together.items():
                    for stems in variants[i : i + 2]:
                        stems[root] = max(stems.get(root, 0.0), weight)

    def _translations(self, root: str, to: Target, source: Source) -> dict[str, float]:
        """Translations, each at its share of the best one, all lower where even the best is a guess."""
        found = self._lexicon.translate(root, to=to, source=source)
        if not found or "translations" in self._without:
            return {}
        best = found[0][1]
        sure = min(1.0, best / _SURE)
        # The square root: a second sense is less probable, but where it stands it is meant as often as not.
        return {other: sure * (probability / best) ** 0.5 for other, probability in found}

    def _names(self) -> NameMatcher:
        with self._guard:
            change = self._store.change()
            if self._matcher is None or self._matcher[0] != change:
                change, vocabulary = self._store.vocabulary()
                self._matcher = (change, NameMatcher(vocabulary))
            return self._matcher[1]
