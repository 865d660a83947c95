"""Sentences: where each begins and ends, as offsets, so that a quote is always the original to the character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 1200
"""Characters. What runs on longer (an unpunctuated page) is cut at a clause or a space: nobody can check such a
quote."""


class Span(NamedTuple):
    """A stretch of a text: text[start:end]."""

    start: int
    end: int


_END = re.compile(r"[.!?؟…؛]+")
_CLOSERS = frozenset("\"'”’»›)]}")
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LAST_TOKEN = re.compile(r"[^\s(\[{«\"“'‘]+\Z")
_SOLID = re.compile(r"\S")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")  # U.S, أ.د
_CLAUSE = re.compile(r"[،,:؛;]\s")

# What a full stop may follow without ending a sentence: titles and shortened words of Arabic, English and French.
_ABBREVIATIONS = frozenset(
    """
    أ.د ا.د د.م م.م أ.م ص.ب ج.م.ع إلخ
    dr mr mrs ms prof gen col lt maj sgt capt cmdr adm sen rep gov pres st ste jr sr rev hon vs etc
    inc ltd co corp dept est approx jan feb mar apr jun jul aug sep sept oct nov dec e.g i.e a.m p.m u.s u.k u.n u.a.e
    mm mme mlle me mgr av bd cf env ex p.ex tél
    """.split()
)
_BEFORE_A_NUMBER = frozenset("no nos vol pp art fig".split())  # shortened only there: 'He said no. 5 left' is rare


def sentences(text: str) -> list[Span]:
    """Split `text` into sentences; only white space lies between them.

    >>> s = "قال د. أحمد إن النسبة 3.5%. وأضاف؟ نعم"
    >>> [s[a:b] for a, b in sentences(s)]
    ['قال د. أحمد إن النسبة 3.5%.', 'وأضاف؟', 'نعم']

    A sentence ends at . ! ? ؟ … ؛ (with the quotes and brackets that close there) and at a line's end.
    """
    found: list[Span] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for end in (*_ends(text, line.start(), line.end()), line.end()):
            span = _trim(text, start, end)
            if span.end > span.start:
                found.extend(_bounded(text, span))
            start = end
    return found


def _ends(text: str, start: int, stop: int) -> Iterator[int]:
    """The offsets inside text[start:stop] at which a sentence ends."""
    counted, quotes = start, 0  # straight quotes in text[start:counted]: an odd one opens, an even one closes
    for mark in _END.finditer(text, start, stop):
        end = mark.end()
        while end < stop and text[end] in _CLOSERS:
            if text[end] == '"':
                quotes += text.count('"', counted, end)
                counted = end
                if quotes % 2 == 0:
                    break
            end += 1
        if end < stop and _is_end(text, start, mark, end):
            yield end


def _is_end(text: str, start: int, mark: re.Match[str], end: int) -> bool:
    following = text[end]
    if mark.group() != ".":
        # '!' inside a name (Yahoo!) or '?' inside a link is followed by Latin letters or '=' at once.
        return not (following.isascii() and (following.isalnum() or following in "=&/_-"))
    dot = mark.start()
    token = _LAST_TOKEN.search(text, max(start, dot - 40), dot)
    word = token.group() if token else ""
    ahead = text[max(start, dot - len(word) - 20) : dot - len(word)].rstrip()
    if not following.isspace():
        # 'البلدين.وقال' is an end without its space; '3.5', 'site.com' and 'د.أحمد' are none.
        joined = following.isalpha() and not following.isascii()
        return joined and len(word) > 2 and word[-1].isalpha() and not word[-1].isascii()
    if word.casefold() in _ABBREVIATIONS:
        return False
    rest = _SOLID.search(text, end)
    if rest and rest.group().isdecimal() and word.casefold() in _BEFORE_A_NUMBER:
        return False
    if rest and rest.group().isascii() and rest.group().islower():
        return False
    if len(word) == 1 and word.isalpha():
        # An initial or a title (د. J.), unless it is an era or a unit behind a number (2015 م.).
        return ahead[-1:].isdigit()
    if _INITIALS.fullmatch(word):
        return False
    # A number that opens a line counts a list: '1. ...'
    return not (word.isdigit() and len(word) < 4 and dot - len(word) - start < 20 and not ahead)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _bounded(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    while end - start > LONGEST:
        cut = 0
        for clause in _CLAUSE.finditer(text, start + LONGEST // 2, start + LONGEST):
            cut = clause.end()
        if not cut:
            cut = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), 0) or start + LONGEST
        yield _trim(text, start, cut)
        start = _trim(text, cut, end).start
    yield Span(start, end)
