"""Numerals: the numbers of a text, in digits or spelt in Arabic, English or French, with their values and places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.normalise import normalise
from index.tokens import Word
from rag.number_words import Part, part_of

_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c-\u200f"
_TOKEN = re.compile(rf"\d+(?:[.,٫٬]\d+|،\d{{3}}(?!\d))*|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+")
_BETWEEN = re.compile(r"[\s\u200e\u200f\u2010\u2011-]{1,3}")
_SPACE = re.compile(r"[ \u00a0\u2009\u202f]")
_LONGEST = 24  # letters or digits; what is longer is no number that anybody reads

_ENDING = re.compile(r"(?:(?P<ordinal>st|nd|rd|th|er?|[eè]me)|(?P<money>k|m|mn|bn|tn))\b", re.IGNORECASE)
_MONEY = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12}
_CURRENCIES = ("$", "£", "€", "¥")
_ROMAN = re.compile(r"[IVX]{2,6}|V|X")

# What percentages are called, so that the hundred in them is not taken for one.
PERCENT = re.compile(
    r"[ \u00a0\u202f]{0,2}(?:[%٪]|(?:per ?cent|percent|percentage points?|pour ?cents?)\b"
    r"|(?:في |ب)الم(?:ئة|ائة|ية|ئه|ائه|يه)(?!\w))",
    re.IGNORECASE,
)

# I am not, you are not; six only before what is counted in the feminine plural (لست سنوات).
_NOT_SIX = frozenset(["لست", "الست", "ولست", "فلست"])
_AFTER_DIX = frozenset(["sept", "huit", "neuf", "septième", "huitième", "neuvième"])


class Numeral(NamedTuple):
    """A number that is written in tokens[first:last]."""

    value: float
    ordinal: bool
    first: int
    last: int


def tokens(text: str) -> list[Word]:
    """The words and the runs of digits of `text`; unlike those of index.tokens, digits end a word (بـ400)."""
    return [
        Word(normalise(found.group()) if found.end() - found.start() <= _LONGEST else "", *found.span())
        for found in _TOKEN.finditer(text)
    ]


def numerals(text: str, words: Sequence[Word]) -> list[Numeral]:
    """The numbers among `words`, which are the tokens of `text`, from the left.

    >>> [n.value for n in numerals(s := "مئة وخمسين ألفا, twenty-three, 1.5 million, quatre-vingt-dix", tokens(s))]
    [150000.0, 23.0, 1500000.0, 90.0]

    Vague numbers ("dozens", آلاف) are none.
    """
    barred = [found.span() for found in PERCENT.finditer(text)]
    parts: list[Part | None] = [part_of(word.form) for word in words]
    for at, word in enumerate(words):
        if _is_none(text[word.start : word.end], word.form, words[at + 1].form if at + 1 < len(words) else ""):
            parts[at] = None
        elif parts[at] is None and word.form.endswith("ا") and (part := part_of(word.form[:-1])) and part.ordinal:
            parts[at] = part  # ثالثا
        elif word.form in ("واحد", "واحدي") and at + 1 < len(words) and words[at + 1].form in ("عشر", "عشره"):
            parts[at] = Part("unit", 1, joined=True)  # and eleven: alone it is one
        elif text[word.start].isdecimal():
            value = _digits(text[word.start : word.end])
            parts[at] = (
                None if value is None or _is_named(text, words, at) else Part("digits", *_ending(text, word, value))
            )
        elif any(start <= word.start < end for start, end in barred):
            parts[at] = None
        elif at and _ROMAN.fullmatch(raw := text[word.start : word.end]) and _is_king(text, words, at):
            parts[at] = Part("digits", _roman(raw), ordinal=True)
    return list(_read(text, words, parts))


def _is_none(raw: str, form: str, following: str) -> bool:
    """Whether a word that is spelt like a number is none: لست, I am not; ألست; ميتا, dead."""
    if form in _NOT_SIX:
        return (form != "الست" or raw[0] == "أ") and not following.endswith("ات")
    return form in ("ميتا", "ميتي") and "ئ" not in raw


def _is_king(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether a Roman number may be that of the name before it."""
    before = text[words[at - 1].start : words[at - 1].end]
    return before[0].isupper() and not before.isupper() and text[words[at - 1].end : words[at].start] == " "


def _roman(raw: str) -> float:
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in raw]
    return float(sum(-v if v < max(values[at:]) else v for at, v in enumerate(values)))


def _is_named(text: str, words: Sequence[Word], at: int) -> bool:
    """Whether digits are part of a name: A380, v2, إنترنت2."""
    before = text[words[at].start - 1 : words[at].start]
    if before.isascii() and before.isalpha():
        return True
    return at > 0 and words[at - 1].end == words[at].start and words[at - 1].end - words[at - 1].start > 3


def _ending(text: str, word: Word, value: float) -> tuple[float, bool]:
    """What stands behind digits without a space: whether it makes an ordinal of them, or a sum of money (£30m)."""
    found = _ENDING.match(text, word.end)
    if not found:
        return value, False
    if found["ordinal"]:
        return value, True
    return value * (_MONEY[found["money"].lower()] if text[word.start - 1 : word.start] in _CURRENCIES else 1), False


def _digits(raw: str) -> float | None:
    if len(raw) > _LONGEST:
        return None
    plain = "".join(str(int(c)) if c.isdecimal() else {"٫": ".", "٬": ",", "،": ","}.get(c, c) for c in raw)
    if _THOUSANDS.fullmatch(plain):
        last = max(plain.rfind("."), plain.rfind(","))
        decimal = last >= 0 and plain.count(plain[last]) == 1 and (len({*plain} & {".", ","}) == 2)
        whole, fraction = (plain[:last], plain[last + 1 :]) if decimal else (plain, "0")
        return float(f"{re.sub('[.,]', '', whole)}.{fraction}")
    pieces = re.split("[.,]", plain)
    return float(".".join(pieces)) if len(pieces) <= 2 else None


def _read(text: str, words: Sequence[Word], parts: Sequence[Part | None]) -> Iterator[Numeral]:
    at = 0
    while at < len(words):
        part = parts[at]
        if part is None or part.kind == "plural":
            at += 1
            continue
        number = _Sum(part)
        last = at + 1
        alone = words[at].form == "الفا"  # alpha; a thousand is ألف where nothing is before it
        while last < len(words) and _BETWEEN.fullmatch(text, words[last - 1].end, words[last].start):
            skip, joined = last, False
            # "and", "et", and the "a" of "half a million" stand between the parts.
            while skip < len(words) - 1 and words[skip].form in ("and", "et", "و", "a"):
                joined |= words[skip].form != "a"
                skip += 1
            following = parts[skip]
            if skip > last and not _BETWEEN.fullmatch(text, words[skip - 1].end, words[skip].start):
                glued = words[skip - 1].form == "و" and words[skip - 1].end == words[skip].start
                if not glued:
                    break
            if following is None or not number.add(
                following._replace(joined=following.joined or joined),
                text[words[skip].start : words[skip].end],
                bool(_SPACE.fullmatch(text, words[skip - 1].end, words[skip].start)),
            ):
                break
            last = skip + 1
        if (value := number.value()) is not None and not (alone and last == at + 1):
            yield Numeral(value, number.ordinal, at, last)
        at = last


class _Sum:
    """A number as it grows, part by part: whole groups above a thousand, and the one that is open."""

    def __init__(self, part: Part) -> None:
        self.ordinal = part.ordinal
        self._total, self._open, self._scale = 0.0, part.value, 0.0
        self._last = part
        self._spaced = 0 < part.value < 1000 and part.kind == "digits" and part.value == int(part.value)
        if part.kind == "scale":
            self._total, self._open, self._scale = (
                part.value,
                0.0,
                min(part.value, 10 ** int(len(str(int(part.value))) - 1)),
            )

    def value(self) -> float | None:
        if self._last.kind == "half" and self._total == 0:
            return None  # half of something
        return self._total + self._open

    def add(self, part: Part, raw: str, space: bool) -> bool:
        """Take `part` as the next of this number; False if it begins another, or is none."""
        took = self._take(part, raw, space)
        if took:
            self.ordinal |= part.ordinal
            self._last = part
        return took

    def _take(self, part: Part, raw: str, space: bool) -> bool:
        kind, value, rest = part.kind, part.value, self._open % 100
        if kind in ("scale", "plural"):
            return self._raise(part)
        if self._last.kind == "digits":
            if kind == "digits" and self._spaced and space and len(raw) == 3 and not part.joined:
                self._open = self._open * 1000 + value  # 1 200 000
                return True
            if kind == "half" and part.joined:
                self._open += value
                return True
            return False
        if kind == "digits":
            fits = bool(self._scale and not self._open and part.joined and value < self._scale)
        elif kind == "half":
            fits = part.joined
            value *= self._scale if self._scale and not self._open else 1
        elif kind == "hundred":
            if 1 <= self._open <= 99 and not part.joined and self._last.kind != "half":
                self._open *= 100
                return True
            fits = self._open == 0
        elif kind == "hundreds":
            fits = self._open == 0
        elif raw.casefold().startswith("vingt") and rest == 4 and self._last.kind == "unit" and not part.joined:
            self._open += 76
            return True
        elif kind == "unit":
            fits = rest == 0 or (rest % 10 == 0 and rest > 10) or (raw in _AFTER_DIX and self._last.kind == "ten")
        elif kind == "ten" and not part.joined and 1 <= rest <= 9 and self._last.kind == "unit":
            fits = True  # ثلاثة عشر
        elif kind in ("ten", "teen"):
            fits = rest == 0 or rest in (60, 80)
        else:
            fits = rest == 0 or (part.joined and 1 <= rest <= 9 and self._last.kind == "unit")
        arabic = raw[:1] >= "\u0600"
        opens = self._open == 0 and self._total == 0
        if not fits or opens or (arabic and not part.joined and kind != "ten"):
            return False
        if not self._scale and self._open == 0:
            return False
        self._open += value
        return True

    def _raise(self, part: Part) -> bool:
        value = part.value
        if self._last.kind == "half" and self._scale == value:
            return True  # مليون ونصف المليون
        if self._open:
            if self._scale and value >= self._scale:
                return False
            self._total += self._open * value
        elif self._scale and value > self._scale and not part.joined:
            self._total *= value
        elif self._scale and value < self._scale and part.joined and part.kind == "scale":
            self._total += value
        else:
            return False
        self._open, self._scale = 0.0, value
        return True
