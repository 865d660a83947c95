"""What a question or a quote mentions: its words of content, its names, its persons; told by capitals, titles and the
lexicon, without a tagger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.errors import QueryError
from index.normalise import normalise
from index.tokens import Word, is_arabic, stem, words
from rag.answer_types import AnswerTypes
from rag.lexicon import Lexicon
from rag.pronouns import has_pronoun, is_definite
from rag.question import Term, language_of, understand
from rag.wordlists import wordlist

ASKING = frozenset(
    normalise(
        "who whom whose what which when where why how is are was were did does do has have had can could will would"
        " should tell explain qui que quoi qu quel quelle quels quelles quand où comment combien pourquoi est sont a"
        " ont lequel laquelle من ما ماذا متى أين كيف كم هل لماذا ليش وين مين شو ايش لمن بماذا ماهي ماهو فين امتى ليه"
        " إيه بكم أي علام إلام مما عما عمن"
    ).split()
)
_EMPTY = frozenset(
    normalise(
        "now else also too exactly then again today still there here aussi encore maintenant exactement aujourd hui"
        " alors الآن أيضا بالضبط تحديدا كذلك بعدها قبلها اليوم"
    ).split()
)
"""Words that say nothing of a subject, beside the stop words."""
_PARTICLES = frozenset(normalise("al el bin ben ibn abu abou abd ould von van de ur بن ابن أبو عبد ولد").split())
_BEFORE_PLACES = frozenset("in at near from to for against around across over en a au aux vers pres".split())
_BEFORE_THINGS = _BEFORE_PLACES | frozenset(
    normalise("the of on by with between le la les l du des d dans par sur في على من إلى عن بين ضد مع").split()
)
_PLACE = 0.5
_LONGEST_NAME = 5


class Stretch(NamedTuple):
    """Words of content that stand side by side in a text: text[start:end]."""

    start: int
    end: int
    terms: tuple[Term, ...]


def bare(form: str) -> str:
    """An Arabic word without the "and" that is written together with it."""
    return form[1:] if form[0] == "و" and len(form) > 3 else form


def content(text: str, lexicon: Lexicon) -> list[Term]:
    """The words of a question that say something of its subject, in order: none that only names what is asked for."""
    return [term for term in said(text, lexicon) if not term.asked]


def said(text: str, lexicon: Lexicon) -> list[Term]:
    """content(), with the words that only name what is asked for ("year", "city"). The text has no space before it."""
    try:
        question = understand(text, lexicon)
    except QueryError:  # there is no word in it
        return []
    hollow = _EMPTY | ASKING | wordlist("stop")
    terms = [] if question.empty else [t for t in question.terms if not {t.form, bare(t.form)} & hollow]
    return sorted(terms, key=lambda term: term.start)


def is_name(term: Term, text: str, lexicon: Lexicon) -> bool:
    """Whether a term of the question `text` is most likely a name."""
    if term.form in wordlist("days") or term.form[0].isdigit():
        return False
    if not is_arabic(term.form):
        shy = text.islower() and language_of(text) == "en"  # all is typed without capitals
        return term.name or (shy and AnswerTypes(lexicon).name_like(term.form))
    written = text[term.start : term.end]
    # A verb to come (سيعقد), an indefinite noun (راعيا) and a word with a pronoun are no names, though unknown.
    if has_pronoun(term.form, written) or re.match("س[ينتا]", term.form) or written.endswith(("ًا", "اً")):
        return False
    return AnswerTypes(lexicon).name_like(term.form)


def is_place(text: str, lexicon: Lexicon) -> bool:
    """Whether a word of `text` mostly names a place."""
    return any(lexicon.place(stem(word.form)) >= _PLACE for word in words(text))


def stretches(text: str, lexicon: Lexicon) -> list[Stretch]:
    """The words of content of a question, those that stand side by side together."""
    out: list[Stretch] = []
    for term in content(text, lexicon):
        if out and text[out[-1].end : term.start].strip(" -").casefold() in ("", "al", "el", "bin", "بن"):
            out[-1] = Stretch(out[-1].start, term.end, (*out[-1].terms, term))
        else:
            out.append(Stretch(term.start, term.end, (term,)))
    return out


def is_known(text: str, stretch: Stretch, lexicon: Lexicon) -> bool:
    """Whether a stretch of a question speaks of something that is taken for known: a name, a definite noun, what stands
    behind a preposition."""
    if any(is_name(t, text, lexicon) or is_definite(t.form) for t in stretch.terms):
        return True
    before = [word.form for word in words(text[: stretch.start])]
    return bool(before) and before[-1] in _BEFORE_THINGS


def persons(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """The places in `text`, a question or a quote, of what may be the name of a person."""
    found = list(words(text))
    if is_arabic(text):
        places = set(AnswerTypes(lexicon).places("who", [word.form for word in found]))
        marked = [at in places for at in range(len(found))]
    else:
        names = {t.start for t in content(text, lexicon) if is_name(t, text, lexicon)}
        marked = [word.start in names for word in found]
    at = 0
    while at < len(found):
        end = at + 1
        if marked[at]:
            while end < min(len(found), at + _LONGEST_NAME) and _goes_on(text, found, marked, end):
                end += 1
            if not _elsewhere(text, found, at, end, lexicon):
                yield found[at].start, found[end - 1].end
        at = end


def _goes_on(text: str, found: Sequence[Word], marked: Sequence[bool], at: int) -> bool:
    """Whether the word at `at` is part of the name that the word before it is part of."""
    if text[found[at - 1].end : found[at].start].strip(" -"):
        return False
    form = found[at].form
    if marked[at] or found[at - 1].form in ("بن", "ابن"):
        return True
    if form in _PARTICLES and at + 1 < len(found):
        return marked[at + 1] or form in ("بن", "ابن")
    # What follows a name with an article is its last part, though a common word may be spelt like it.
    return form.startswith("ال") and form not in wordlist("stop") | wordlist("which")


def _elsewhere(text: str, found: Sequence[Word], at: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a name is rather that of a place, or says what kind of thing follows ("the Maute group")."""
    if end - at == 1 and is_place(found[at].form, lexicon):
        return True
    if is_arabic(text) or at == 0:
        return False
    if found[at - 1].form in _BEFORE_PLACES:
        return True
    followed = end < len(found) and not text[found[end - 1].end : found[end].start].strip(" -")
    return end - at == 1 and followed and found[at - 1].form == "the" and found[end].form not in wordlist("stop")
