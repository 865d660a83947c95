"""Words and index terms: the one analyser of both sides, articles and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from index.normalise import normalise

if TYPE_CHECKING:
    import Stemmer

GRAM = 4
"""Length of the character n-grams, the best for Arabic retrieval in McNamee & Mayfield (2004) and in our own trials."""

# A word may carry marks and joiners (harakat are no \w); a number may carry separators between its digits.
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c-\u200f"
_WORD = re.compile(rf"[^\W\d_][^\W_]*(?:[{_MARKS}]+[^\W_]+)*[{_MARKS}]*|\d+(?:[.,٫٬]\d+)*")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_ARABIC = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")

_LONG = 40  # characters; longer "words" are never worth remembering, and may be as long as their author likes

# Larkey, Ballesteros & Connell (2007), light10, in normalised letters (teh marbuta is heh already).
_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل")
SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي")


class Word(NamedTuple):
    """A word of a text: its search form, and where it stands in the original (text[start:end])."""

    form: str
    start: int
    end: int


class Terms(NamedTuple):
    """The index terms of a text, in order and with repeats."""

    stems: list[str]
    grams: list[str]


def words(text: str) -> Iterator[Word]:
    """The words and numbers of `text`.

    >>> [w.form for w in words("وبالهَول 3,000 al-Hol")]
    ['وبالهول', '3000', 'al', 'hol']
    """
    for found in _WORD.finditer(text):
        if form := search_form(found.group()):
            yield Word(form, found.start(), found.end())


def written(text: str) -> list[str]:
    """The words and numbers of `text` as they are written, in order and with repeats."""
    return _WORD.findall(text)


def search_form(raw: str) -> str:
    """The search form of one word as it is written; '' if nothing of it can be searched."""
    form = normalise(raw)
    # NFKD can bring in signs that are no part of a word (㈱, ½): they would break the white-space format of the index.
    if not form.isalnum():
        form = "".join(c for c in form if c.isalnum() or c in ".,")
    return _THOUSANDS.sub("", form) if form[:1].isdigit() else form


def is_arabic(text: str) -> bool:
    """Whether `text` has an Arabic letter."""
    return _ARABIC.search(text) is not None


def light10(form: str) -> str:
    """The light stem of an Arabic word in search form: article, conjunction and endings off.

    >>> light10("والمعلمين"), light10("بالهول"), light10("الهول")
    ('معلم', 'هول', 'هول')
    """
    if len(form) > 3 and form[0] == "و":
        form = form[1:]
    for prefix in _PREFIXES:
        if form.startswith(prefix) and len(form) - len(prefix) >= 2:
            form = form[len(prefix) :]
            break
    for suffix in SUFFIXES:
        if form.endswith(suffix) and len(form) - len(suffix) >= 2:
            form = form[: -len(suffix)]
    return form


@cache
def _snowball(language: str) -> Stemmer.Stemmer:
    import Stemmer

    return Stemmer.Stemmer(language)


def stem(form: str) -> str:
    """The index stem of one word in search form: light10 for Arabic, Snowball English for all else, numbers as they
    are."""
    if _ARABIC.search(form):
        return light10(form)
    if form[0].isdigit():
        return form
    return str(_snowball("english").stemWord(form))


def french_root(written: str) -> str:
    """The Snowball stem of a French word as it is written, folded: for looking words up, not for the index.

    Accents are read before they are folded, since they tell endings from stems.

    >>> {french_root(word) for word in ("hospitaliser", "hospitalisés", "Hospitalisées")}
    {'hospitalis'}
    """
    return normalise(_snowball("french").stemWord(written.lower())) or normalise(written)


def grams(form: str) -> list[str]:
    """The character n-grams inside one word in search form; a shorter word is its own.

    >>> grams("بالهول")
    ['باله', 'الهو', 'لهول']
    """
    if len(form) <= GRAM:
        return [form]
    return [form[i : i + GRAM] for i in range(len(form) - GRAM + 1)]


class _Analysed(NamedTuple):
    form: str
    stem: str
    grams: list[str]


def _analysed(raw: str) -> _Analysed | None:
    """What is known of a word as written: a news archive repeats its words, so almost every call is a look-up."""
    return _remembered(raw) if len(raw) <= _LONG else _analyse(raw)


def _analyse(raw: str) -> _Analysed | None:
    form = search_form(raw)
    return _Analysed(form, stem(form), grams(form)) if form else None


_remembered = lru_cache(maxsize=100_000)(_analyse)  # at most about 100 MB


def forms(text: str) -> list[str]:
    """The search forms of the words of `text`, in order and with repeats."""
    return [found.form for raw in written(text) if (found := _analysed(raw))]


def terms(text: str) -> Terms:
    """The index terms of `text`: what the lexical index stores for a passage, and looks up for a question."""
    stems: list[str] = []
    pieces: list[str] = []
    for raw in written(text):
        if found := _analysed(raw):
            stems.append(found.stem)
            pieces += found.grams
    return Terms(stems, pieces)
