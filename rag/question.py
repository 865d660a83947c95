"""What a question asks: its language, its kind, and the words that an answer has to speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.errors import QueryError
from index.normalise import normalise
from index.tokens import french_root, is_arabic, stem, words
from rag.kinds import Kind, kind_of
from rag.lexicon import Lexicon
from rag.wordlists import wordlist

Language = Literal["ar", "en", "fr"]

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
_LITTLE = 0.3
"""What a word that only names the kind of answer counts beside others."""
_BRACKETS = re.compile(r"\([^()]*\)")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z]\.[A-Z]\b")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question that an answer should speak of.

    form: search form; stem: index stem; root: what the lexicon knows it by; weight: how much it says, from the
    background rarity (higher is rarer); name: whether it is taken for a name; asked: whether it only names what is
    asked for (the year, the role); start, end: its place in the question.
    """

    form: str
    stem: str
    root: str
    weight: float
    name: bool
    asked: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is understood. empty: it has words, but names no subject ("what is it?")."""

    text: str
    language: Language
    kind: Kind
    terms: tuple[Term, ...]
    empty: bool = False


def language_of(text: str) -> Language:
    """The language in which to answer: by script, then by function words; English where nothing tells.

    Words in brackets only add what is meant, a name in another script perhaps, and do not count beside others.
    """
    text = rest if any(map(str.isalpha, rest := _BRACKETS.sub(" ", text))) else text
    if is_arabic(text):
        latin = sum(c.isascii() and c.isalpha() for c in text)
        return "en" if latin > 3 * sum(is_arabic(c) for c in text) else "ar"
    return "fr" if len(_FRENCH.findall(text)) > len(_ENGLISH.findall(text)) else "en"


def understand(text: str, lexicon: Lexicon, language: Language | None = None) -> Question:
    """Read a question; language: None finds out. Raises QueryError if there is no word in it."""
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
        raise QueryError(
            "the question is empty; ask it in words, for example: What was discussed about al-Hol?", "empty"
        )
    language = language or language_of(text)
    content = [item for item in found if item[2] or item[0].form not in wordlist("stop")]
    terms: dict[str, Term] = {}
    for word, written, _ in content or found:  # a question of nothing but stop words is looked up as it stands
        stemmed = stem(word.form)
        root = _root(word.form, written, stemmed, language, lexicon)
        known = bool(lexicon.translate(root, to="en" if is_arabic(root) else "ar", source=language))
        # A capital tells a name, unless it opens the question; so does a Latin word that no dictionary has.
        capital = written[:1].isupper() and word.start > 0
        name = (capital or not known) and not word.form[0].isdigit()
        asked = word.form in wordlist("asked") and not capital
        if stemmed not in terms:
            weight = lexicon.rarity(root, language) * (_LITTLE if asked else 1.0)
            terms[stemmed] = Term(word.form, stemmed, root, weight, name, asked, word.start, word.end)
    return Question(text, language, kind_of(text), tuple(terms.values()), empty=not content)


def _root(form: str, written: str, stemmed: str, language: Language, lexicon: Lexicon) -> str:
    """What the lexicon knows a word by: its French root in a French question, unless only English has the word."""
    if language != "fr" or is_arabic(form) or form[0].isdigit():
        return stemmed
    root = french_root(written if normalise(written) == form else form)
    return root if lexicon.translate(root, to="en", source="fr") else stemmed
