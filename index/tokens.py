"""Words and index terms: the one analyser of both sides, articles and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

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

_KEPT = 131_072  # chunks of text in each of two generations: at most about 90 MB
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
    """What is indexed of a text, in order and with repeats.

    stems, grams: index terms, white space between them.
    hashes: of each word 32 bits that all the ways of writing it have in common, little-endian.
    """

    stems: str
    grams: str
    hashes: bytes


def words(text: str) -> Iterator[Word]:
    """The words and numbers of `text`.

    >>> [w.form for w in words("وبالهَول 3,000 al-Hol")]
    ['وبالهول', '3000', 'al', 'hol']
    """
    for found in _WORD.finditer(text):
        if form := _form(found.group()):
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
    for prefix in _PREFIXES if form.startswith(_PREFIXES) else ():
        if form.startswith(prefix) and len(form) - len(prefix) >= 2:
            form = form[len(prefix) :]
            break
    for suffix in SUFFIXES if form.endswith(SUFFIXES) else ():
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


_remembered = lru_cache(maxsize=100_000)(search_form)  # at most about 30 MB


def _form(raw: str) -> str:
    return _remembered(raw) if len(raw) <= _LONG else search_form(raw)


def forms(text: str) -> list[str]:
    """The search forms of the words of `text`, in order and with repeats."""
    return [form for raw in written(text) if (form := _form(raw))]


# As Terms, but a plain tuple: of those that hold text only Python's collector makes no rounds.
_Parts = tuple[str, str, bytes]


class _Chunks(dict[str, _Parts]):
    """Chunk -> its terms. A chunk is what stands between two white spaces: no word reaches beyond it.

    News repeats its words: most chunks are in mind, and of the others most are words that are, with a comma behind.
    """

    def __init__(self) -> None:
        super().__init__()
        self._old: dict[str, _Parts] = {}

    def __missing__(self, chunk: str) -> _Parts:
        found = self._old.get(chunk) or self._worked_out(chunk)
        if len(chunk) <= _LONG:
            if len(self) >= _KEPT:
                self._old = dict(self)
                self.clear()
            self[chunk] = found
        return found

    def _worked_out(self, chunk: str) -> _Parts:
        raw = written(chunk)
        if raw != [chunk]:
            return _joined([self[word] for word in raw])
        form = search_form(chunk)
        if not form:
            return _NOTHING
        return stem(form), " ".join(grams(form)), crc32(form.encode()).to_bytes(4, "little")


_NOTHING = ("", "", b"")
_chunks = _Chunks()


def _joined(parts: Sequence[_Parts]) -> _Parts:
    if len(parts) < 2:
        return parts[0] if parts else _NOTHING
    stems, pieces, hashes = zip(*parts, strict=True)
    return " ".join(filter(None, stems)), " ".join(filter(None, pieces)), b"".join(hashes)


def terms(text: str) -> Terms:
    """The terms of `text`: what is indexed of a passage.

    >>> terms("وبالهَول al-Hol").stems
    'بالهول al hol'
    """
    return Terms(*_joined([*map(_chunks.__getitem__, text.split())]))
