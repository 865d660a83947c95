"""What a question asks: its language, its kind, and the words that an answer has to speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.errors import QueryError
from index.normalise import normalise
from index.tokens import is_arabic, stem, words
from rag.lexicon import Lexicon
from rag.stopwords import STOPWORDS

Language = Literal["ar", "en", "fr"]
Kind = Literal["who", "when", "where", "number", "other"]

LONGEST = 2_000
"""Characters of a question that are read; the rest of a pasted page would only blur what is asked."""

_FRENCH = re.compile(
    r"\b(?:qui|que|quoi|quand|quel|quelle|quels|quelles|où|combien|pourquoi|comment|est-ce|le|la|les|des|du|une|un|et|est|a-t|dans|avec"
    r"|sur|pour|qu|d|l|au|aux)\b|[àâçéèêëîïôûùœ]",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(?:who|what|when|where|which|how|why|the|of|and|is|was|were|did|does|do|in|about|with|to|for|has|have|between|by|any|tell|me)\b",
    re.IGNORECASE,
)
_LEAD = r"(?:^|\s)[وف]?"  # what an Arabic question word may carry
_KIND_WORDS: tuple[tuple[Kind, str, str], ...] = (
    (
        "number",
        r"how (?:many|much|long|old|far|often)|number of|what percentage|combien|nombre de|quel age",
        r"ب?كم|عدد|نسبه|ما عمر",
    ),
    (
        "when",
        r"when|(?:what|which) (?:year|date|day|month)|since when|quand|quelle (?:date|annee)|quel (?:jour|mois)",
        r"متي|امتي|امته|في اي (?:عام|سنه|يوم|شهر|تاريخ)|ما تاريخ",
    ),
    (
        "where",
        r"where|(?:^|d)ou|dans quel(?:le)? (?:ville|pays|region)",
        r"من اين|اين|وين|فين|في اي (?:مدينه|بلد|دوله|مكان)",
    ),
    ("who", r"who|whom|whose|qui", r"[لبع]?من(?= ه)|من(?= ي| ت| ال| ق| ك)|مين|^من"),
)
"""Question words by kind, on the folded question: Latin script, Arabic. The first kind that matches holds."""
_KINDS = tuple((kind, re.compile(rf"\b(?:{latin})\b|{_LEAD}(?:{arabic})(?!\w)")) for kind, latin, arabic in _KIND_WORDS)

_ACRONYMS = {
    "US": "america",
    "USA": "america",
    "UK": "britain",
    "GB": "britain",
    "UAE": "emirates",
    "KSA": "saudi",
    "EU": "european",
    "UE": "europeenne",
    "IS": "daesh",
    "ISIS": "daesh",
    "ISIL": "daesh",
    "PM": "minister",
    "FM": "minister",
}
"""Capitals that would be taken for a stop word or be unknown, and the word that stands for them."""
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z]\.[A-Z]\b")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question that an answer should speak of.

    form: search form; stem: index stem; weight: how much it says, from the background rarity (higher is rarer);
    name: whether it is taken for a name; start, end: its place in the question.
    """

    form: str
    stem: str
    weight: float
    name: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood."""

    text: str
    language: Language
    kind: Kind
    terms: tuple[Term, ...]


def language_of(text: str) -> Language:
    """The language in which to answer: by script, then by function words; English where nothing tells."""
    if is_arabic(text):
        latin = sum(c.isascii() and c.isalpha() for c in text)
        return "en" if latin > 3 * sum(is_arabic(c) for c in text) else "ar"
    return "fr" if len(_FRENCH.findall(text)) > len(_ENGLISH.findall(text)) else "en"


def kind_of(text: str) -> Kind:
    """What sort of thing would answer."""
    folded = normalise(text)
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    return "other"


def understand(text: str, lexicon: Lexicon) -> Question:
    """Read a question. Raises QueryError if there is no word in it."""
    text = text[:LONGEST].strip()
    plain = _DOTTED.sub(lambda m: m.group().replace(".", "").ljust(len(m.group())), text)  # U.S. is one word
    shouted = plain.isupper()
    found = []
    for word in words(plain):
        written = plain[word.start : word.end]
        spelt = written.isupper() and len(written) > 1 and not shouted
        form = _ACRONYMS.get(written, word.form) if spelt else word.form
        found.append((word._replace(form=form), written, spelt))
    if not found:
        raise QueryError("the question is empty; ask it in words, for example: What was discussed about al-Hol?")
    language = language_of(text)
    content = [item for item in found if item[2] or item[0].form not in STOPWORDS]
    terms: dict[str, Term] = {}
    for word, written, _ in content or found:  # a question of nothing but stop words is looked up as it stands
        root = stem(word.form)
        # A capital tells a name, unless it opens the question; so does a Latin word that no dictionary has.
        capital = written[:1].isupper() and word.start > 0
        known = bool(lexicon.translate(root, to="en" if is_arabic(root) else "ar", source=language))
        name = (capital or not known) and not word.form[0].isdigit()
        if root not in terms:
            terms[root] = Term(word.form, root, lexicon.rarity(root, language), name, word.start, word.end)
    return Question(text, language, kind_of(text), tuple(terms.values()))
