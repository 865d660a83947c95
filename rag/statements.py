"""Statements: a sentence taken apart for checking: its words, names, figures, dates and denials."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from index.errors import QueryError
from index.tokens import Word, is_arabic, stem
from rag.answer_types import AnswerTypes, is_number
from rag.dates import Dated
from rag.figures import Figure, read
from rag.lexicon import Lexicon
from rag.negation import Denial, denials
from rag.numerals import tokens
from rag.question import LONGEST, Language, Term, language_of, understand
from rag.wordbook import kernel
from rag.wordlists import wordlist

_NAME = 0.6
"""Share of its uses with a capital from which a word with one is taken for a name."""
_ARABIC_NAME = 0.85
"""The same for an Arabic word that nothing announces as a name: Arabic has no capitals."""
_SHORTEST = 3
_ABBREVIATED = 4
_POINT = re.compile(r"\.\s*[\w(]")
_COMMON_ENDING = re.compile(r"(?:ic|ical|ous|ive|ing|ly|tion|tions|ment|ness|able)$")
# Offices have a capital before a name, and are translated, not spelt.
_OFFICES = frozenset(
    "lieutenant captain major sergeant admiral marshal brigadier commander commissioner ombudsman lord lords lady sir"
    " prince princess king queen duke count baron earl bishop archbishop pope cardinal deacon deacons saint reverend"
    " senator congressman governor mayor chancellor ambassador secretary judge justice professor doctor emperor sultan"
    " capitaine commandant amiral marechal prince princesse roi reine duc comte eveque archeveque pape senateur"
    " gouverneur maire chancelier ambassadeur juge professeur docteur empereur".split()
)
_JOINT = re.compile(
    r"[\s'’\u2010-]*(?:(?:al|el|ul|as|an|ar|de|du|d|van|von|ben|bin|ibn|ould|of|the)\b[\s'’-]*){0,2}", re.I
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim. terms: its words but for stop words, figures and dates, by place; names: of these the names, as runs
    [first, last) of terms that belong together; words, denials: rag/numerals.py, rag/negation.py.
    """

    text: str
    language: Language
    terms: tuple[Term, ...]
    names: tuple[tuple[int, int], ...]
    figures: tuple[Figure, ...]
    dates: tuple[Dated, ...]
    words: tuple[Word, ...]
    denials: tuple[Denial, ...]


def state(text: str, lexicon: Lexicon, types: AnswerTypes) -> Statement:
    """Take a claim apart; of a long one its first 2,000 characters."""
    text = text[:LONGEST]
    figures, dates = read(text)
    words = tokens(text)
    language = language_of(text)
    taken = [(f.start, f.end) for f in figures] + [(d.start, d.end) for d in dates]
    try:
        found: Sequence[Term] = understand(text, lexicon, language).terms
    except QueryError:
        found = ()
    offset = len(text) - len(text.lstrip())  # understand() strips
    terms: list[Term] = []
    for term in sorted(found, key=lambda term: term.start):
        start, end = term.start + offset, term.end + offset
        if term.form[0].isdigit() or is_number(term.form) or any(a < end and start < b for a, b in taken):
            continue
        if is_arabic(term.form):
            named = bool(terms) and terms[-1].name and text[terms[-1].end : start].isspace()
            name = _is_arabic_name(term, named or _is_announced(start, words), lexicon, types)
        else:
            name = _is_name(text, start, end, term, lexicon)
        terms.append(replace(term, name=name, start=start, end=end))
    return Statement(
        text,
        language,
        tuple(terms),
        tuple(_runs(text, terms)),
        tuple(figures),
        tuple(dates),
        tuple(words),
        tuple(denials(text, words)),
    )


def _is_name(text: str, start: int, end: int, term: Term, lexicon: Lexicon) -> bool:
    """Whether a word in Latin letters is a name; one of several capitals (UK, MEPs) is none that could be looked for:
    other languages write it out.
    """
    written = text[start:end]
    if not written[0].isupper() or any(map(str.isupper, written[1:])) or len(written) < _SHORTEST:
        return False
    if term.form in _OFFICES or (len(written) <= _ABBREVIATED and _POINT.match(text, end)):
        return False
    if _COMMON_ENDING.search(term.form) and not text[:start].strip():
        return False  # the first word has a capital whatever it is
    return lexicon.capital(term.root) > _NAME


def _is_arabic_name(term: Term, announced: bool, lexicon: Lexicon, types: AnswerTypes) -> bool:
    """Whether an Arabic word is a name: one that hardly means anything else, or a word that no dictionary has behind
    another name, a title or a word for a place.
    """
    form = "ال" + term.form[2:] if term.form.startswith("لل") else term.form
    # A surname or a nation (الفرطوسي, السوري), which rag/answer_types.py takes for no name.
    nisba = form.startswith("ال") and form.endswith(("ي", "يه")) and lexicon.capital(term.stem) > _NAME
    if not (nisba or types.name_like(form)):
        return False
    bare = form[1:] if form[0] in "بلوفك" and lexicon.translate(stem(form[1:]), to="en", source="ar") else form
    if lexicon.translate(stem(bare), to="en", source="ar"):
        return lexicon.capital(stem(bare)) > (_NAME if announced else _ARABIC_NAME)
    return announced and not _is_inflected(form, lexicon)


def _is_announced(start: int, words: Sequence[Word]) -> bool:
    """Whether a title, or a word for a place, stands before what begins there."""
    before = max((word for word in words if word.end <= start), default=None, key=lambda word: word.end)
    return before is not None and before.form in wordlist("titles") | (wordlist("places") - wordlist("stop"))


def _is_inflected(form: str, lexicon: Lexicon) -> bool:
    """Whether an Arabic word that no dictionary has is a form of one that it has: a verb, an accusative."""
    if lexicon.translate(stem(form), to="en", source="ar"):
        return False
    if form[0] == "س" and form[1:2] in ("ي", "ت", "ن") and len(form) > 4:  # a verb of the future
        return True
    bare = {kernel(stem(form)), kernel(stem(form[1:])), stem(form.removesuffix("ا"))}
    return any(lexicon.translate(one, to="en", source="ar") and lexicon.capital(one) < _NAME / 2 for one in bare if one)


def _runs(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Names of several words, and of one."""
    runs: list[tuple[int, int]] = []
    names = [at for at, term in enumerate(terms) if term.name]
    joined = {b for a, b in pairwise(names) if b == a + 1 and _JOINT.fullmatch(text, terms[a].end, terms[b].start)}
    for at in names:
        if at in joined:
            runs[-1] = (runs[-1][0], at + 1)
        else:
            runs.append((at, at + 1))
    return runs
