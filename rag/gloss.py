"""The gloss: for each word of an Arabic text what it probably means in English, one by one, as a dictionary would say.

It is no translation: words are looked up alone. What is sure too little is left out, and what nobody knows is spelled
in Latin letters and called a name or unknown; no sense is ever made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from index.clitics import PRONOUNS, Parts, parts
from index.normalise import normalise
from index.tokens import Word, is_arabic, words
from rag.function_words import date, month_of_two, number, particle
from rag.romanising import romanise
from rag.senses import Sense, capital, count_of, is_name, known_name, rare, says, senses

Kind = Literal["word", "particle", "number", "date", "name", "unknown"]

CLITICS: Mapping[str, str] = {
    "و": "and", "ف": "so, then", "ب": "in, with, by", "ل": "to, for", "ك": "as, like", "س": "will", "ال": "the",
    "ه": "his, its", "ها": "her, its", "هم": "their, them", "هن": "their, them", "هما": "of both, both",
    "نا": "our, us", "كم": "your, you", "كما": "your, you", "ني": "me",
}  # fmt: skip
"""What is written together with a word, and what it says."""
MOST = 3
"""Senses that are shown."""


@dataclass(frozen=True, slots=True)
class Clitic:
    """A conjunction, preposition, article or pronoun written together with a word, in search form, and its meaning."""

    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Gloss:
    """One word of a text: text[start:end] == word.

    stem: the word without clitics. senses: best first, at most MOST, weights in (0, 1]; empty where
    none is sure enough. kind: how it was known; "name": no sense, but lists of names have it; "unknown": neither.
    latin: its letters, as English newspapers may spell it, for names and unknown words; else ''.
    """

    word: str
    start: int
    end: int
    stem: str
    kind: Kind
    senses: tuple[Sense, ...] = ()
    clitics: tuple[Clitic, ...] = ()
    latin: str = ""


def gloss(text: str) -> list[Gloss]:
    """The glosses of the Arabic words of `text`, and of numbers in Arabic digits, in order.

    A text without Arabic letters has none: what is in Latin letters its reader can read.
    """
    found: list[Gloss] = []
    before: Gloss | None = None
    rest = list(words(text))
    while rest:
        word = rest.pop(0)
        taken = next(((p, m) for p in _plainly(word.form) if rest and (m := month_of_two(p.word, rest[0].form))), None)
        if taken:
            found += [_month(text, word, *taken), _month(text, rest.pop(0), None, taken[1])]
        elif one := _one(text, word, before):
            found.append(one)
        before = found[-1] if found and found[-1].end == word.end else None
    return found


def in_words(one: Gloss, *, bare: bool = False) -> str:
    """A gloss in a line: what is written together with the word parted by +, its senses by strokes. bare: without what
    says how a name or an unknown word is known.

    >>> in_words(gloss("وبالمدينة")[0])
    'and + in + the + city / town'
    """
    first = [clitic.meaning.split(",")[0] for clitic in one.clitics]
    behind = first[-1:] if one.clitics and one.clitics[-1].text in PRONOUNS else []
    before = first[: len(first) - len(behind)]
    said = " / ".join(sense.english for sense in one.senses)
    if one.latin:
        known = {"name": "" if bare else " (a name)", "unknown": "" if bare else " (unknown; only spelled)"}
        said = f"{said} (or the name {one.latin})" if one.senses else one.latin + known[one.kind]
        if not one.senses:
            before = [word for word in before if word != "the"]  # the spelling has it
    return " + ".join([*before, *([said] if said else []), *behind])


def _month(text: str, word: Word, taken: Parts | None, name: str) -> Gloss:
    """One of the two words of a month's name."""
    taken = taken or Parts((), word.form, "")
    clitics = tuple(Clitic(one, CLITICS[one]) for one in taken.before)
    return Gloss(text[word.start : word.end], word.start, word.end, taken.word, "date", (Sense(name, 1.0),), clitics)


def _one(text: str, word: Word, before: Gloss | None) -> Gloss | None:
    written = text[word.start : word.end]
    if word.form[0].isdigit():
        if written[0].isascii():
            return None
        return Gloss(written, word.start, word.end, word.form, "number", (Sense(word.form, 1.0),))
    if not is_arabic(word.form):
        return None
    taken, kind, meanings = _looked_up(word.form, written)
    article = "ال" in taken.before
    latin = ""
    if kind == "word":
        # What names only what it sounds like is a name; names have no inflection, so only the word itself may say so.
        names = [sense for sense in meanings if is_name(sense.english)]
        if names == list(meanings) or (before and before.kind == "name" and rare(taken.word)):
            meanings = tuple(Sense(capital(s.english), s.weight) for s in names if says(taken.word, s.english))
            kind = "name" if meanings or known_name(taken.word, article) else "unknown"
            latin = "" if meanings else romanise(taken.word, article)
        elif (
            not taken.behind
            and known_name(taken.word, article)
            and (rare(taken.word) or (before is not None and before.latin != ""))
        ):
            latin = romanise(taken.word, article)  # بشار الأسد is no lion
    clitics = (*taken.before, *((taken.behind,) if taken.behind else ()))
    return Gloss(
        written,
        word.start,
        word.end,
        _as_written(written, taken),
        kind,
        meanings,
        tuple(Clitic(one, CLITICS[one]) for one in clitics),
        latin,
    )


def _as_written(written: str, taken: Parts) -> str:
    """The word without clitics with the letters that it is written with; where these differ, in search form."""
    end = len(written) - len(taken.behind)
    shown = written[end - len(taken.word) : end]
    if normalise(shown) == taken.word:
        return shown
    return f"{taken.word[:-1]}ة" if taken.behind and taken.word.endswith("ه") else taken.word


def _looked_up(form: str, written: str) -> tuple[Parts, Kind, tuple[Sense, ...]]:
    """A word taken apart, how it is known, and its senses."""
    for taken in _plainly(form):
        if meant := particle(taken.word):
            return taken, "particle", tuple(Sense(one, 1.0) for one in meant)
        if named := date(taken.word):
            return taken, "date", (Sense(named, 1.0),)
    taken = parts(form, count_of, written)
    if said := "" if taken.behind else number(taken.word):
        return taken, "number", (Sense(said, 1.0),)
    return taken, "word", senses(taken.word)[:MOST]


def _plainly(form: str) -> Iterator[Parts]:
    """A word as it is, and without what may stand before function words and dates."""
    yield Parts((), form, "")
    if (form[0] in "وف" and len(form) > 2) or (form[0] in "بل" and len(form) > 3):
        yield Parts((form[0],), form[1:], "")
