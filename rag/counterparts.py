"""Counterparts: which words of the quotes stand for the words of a claim: themselves, translations, spellings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from index.tokens import is_arabic, stem
from rag.alignment import Aligner
from rag.lexicon import Lexicon, Source, Target
from rag.question import Language, Term
from rag.spellings import Spellings
from rag.wordbook import WordBook

_SURE = 0.2
_ROUND_TRIP = 0.8
_PIVOTS = 4
_FAINT = 0.15
_RARE = 5.0
_PARTICLE = 5
_CERTAIN = 1.0
"""Weight of a translation that stands in the texts, from which no spelling is looked for."""
_LEAST = 0.2
"""Similarity from which a spelling is looked at: how far it is to be trusted is for the fitted weights."""


class Counterparts:
    """The words of some texts beside the terms of one claim."""

    def __init__(
        self,
        lexicon: Lexicon,
        book: WordBook,
        terms: Sequence[Term],
        language: Language,
        texts: Sequence[Sequence[str]],
    ) -> None:
        """texts: the search forms of each text, in order."""
        self._lexicon = lexicon
        vocabulary = list(dict.fromkeys(form for forms in texts for form in forms))
        stems = set(map(stem, vocabulary))
        self._spellings = Spellings(texts)
        translated = [self._variants(term, language) for term in terms]
        self.known = np.array([len(found) > 1 for found in translated], bool)
        spelt: list[dict[str, float]] = [{} for _ in terms]
        for at, (term, found) in enumerate(zip(terms, translated, strict=True)):
            there = max((weight for other, weight in found.items() if other in stems), default=0.0)
            if there < _CERTAIN and (term.name or len(found) < 2):
                spelt[at] = self._spelt(term.form)
        self._joined(terms, spelt)
        # The same terms once as they are and once as if none were a name: a name may be inflected (Polish, بولنديين).
        plain = [replace(term, name=False) for term in terms]
        self._count = len(terms)
        both: list[Mapping[str, float]] = [_merged(t, s) for t, s in zip(translated, spelt, strict=True)]
        self._aligner = Aligner(book, [*terms, *plain], [*both, *translated])
        self._aligner.learn(vocabulary)

    def strict(self, words: Sequence[str]) -> np.ndarray:
        """How well each word stands for each term, names by spelling and translation: (words, terms), in [0, 1]."""
        return self._aligner.grid(words)[:, : self._count]

    def loose(self, words: Sequence[str]) -> np.ndarray:
        """The same with names as if they were any words."""
        return self._aligner.grid(words)[:, self._count :]

    def sure(self, words: Sequence[str]) -> np.ndarray:
        """The same as loose() without what only lies near."""
        return self._aligner.grid(words, guess=False)[:, self._count :]

    def _variants(self, term: Term, language: Source) -> dict[str, float]:
        found = {term.stem: 1.0}
        here: Target = "ar" if is_arabic(term.stem) else "en"
        there: Target = "en" if here == "ar" else "ar"
        translations = self._translations(term.root, there, language)
        for other, weight in translations.items():
            found[other] = max(found.get(other, 0.0), weight)
        if language == "fr":  # a French word beside an English quote
            found |= {
                key: weight for key, weight in self._translations(term.root, "en", "fr").items() if key not in found
            }
        for pivot, weight in sorted(translations.items(), key=lambda item: -item[1])[:_PIVOTS]:
            for back, again in self._translations(pivot, here, there).items():
                found[back] = max(found.get(back, 0.0), _ROUND_TRIP * weight * again)
        return {other: weight for other, weight in found.items() if weight >= _FAINT}

    def _translations(self, root: str, to: Target, source: Source) -> dict[str, float]:
        found = self._lexicon.translate(root, to=to, source=source)
        if not found:
            return {}
        best = found[0][1]
        sure = min(1.0, best / _SURE)
        return {other: sure * (probability / best) ** 0.5 for other, probability in found}

    def _spelt(self, written: str) -> dict[str, float]:
        """The stems of words that write a name; a frequent word is rarely the name that it resembles (حول, al-Hol)."""
        found: dict[str, float] = {}
        for word, score in self._spellings.of(written, _LEAST).items():
            stemmed = stem(word)
            sure = score * min(1.0, self._lexicon.rarity(stemmed) / _RARE)
            found[stemmed] = max(found.get(stemmed, 0.0), sure)
        return found

    def _joined(self, terms: Sequence[Term], spelt: Sequence[dict[str, float]]) -> None:
        for i, (one, other) in enumerate(pairwise(terms)):
            near = 0 < other.start - one.end <= 2 and not (spelt[i] and spelt[i + 1])
            if near and (one.name or other.name) and len(one.form) <= _PARTICLE:
                together = self._spelt(one.form + other.form)
                for found in spelt[i : i + 2]:
                    for word, weight in together.items():
                        found[word] = max(found.get(word, 0.0), weight)


def _merged(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {key: max(one.get(key, 0.0), other.get(key, 0.0)) for key in (*one, *other)}
