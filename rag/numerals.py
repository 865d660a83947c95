"""Numerals: the numbers of a text, in digits or spelt in Arabic, English or French, with their values and places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from index.normalise import normalise

_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u200c-\u200f"
_TOKEN = re.compile(rf"\d+(?:[.,٫٬]\d+)*|[^\W\d_](?:[^\W\d_]|[{_MARKS}])*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+")
_BETWEEN = re.compile(r"[\s\u200e\u200f\u2010\u2011-]{1,3}")
_SPACE = re.compile(r"[ \u00a0\u2009\u202f]")
_LONGEST = 24  # letters or digits; what is longer is no number that anybody reads

# What percentages are called, so that the hundred in them is not taken for one.
PERCENT = re.compile(
    r"[ \u00a0\u202f]{0,2}(?:[%٪]|(?:per ?cent|percent|percentage points?|pour ?cents?)\b"
    r"|(?:في |ب)الم(?:ئة|ائة|ية|ئه|ائه|يه)(?!\w))",
    re.IGNORECASE,
)

Kind = Literal["digits", "unit", "teen", "ten", "tens", "hundred", "hundreds", "scale", "plural", "half"]


class Token(NamedTuple):
    """A word or a run of digits in search form: text[start:end]."""

    form: str
    start: int
    end: int


class Numeral(NamedTuple):
    """A number that is written in tokens[first:last]."""

    value: float
    ordinal: bool
    first: int
    last: int


class _Part(NamedTuple):
    """A word that is part of a number. joined: whether Arabic writes its "and" before it."""

    kind: Kind
    value: float
    ordinal: bool = False
    joined: bool = False


def tokens(text: str) -> list[Token]:
    """The words and the runs of digits of `text`; unlike those of index.tokens, digits end a word (بـ400)."""
    return [
        Token(normalise(found.group()) if found.end() - found.start() <= _LONGEST else "", *found.span())
        for found in _TOKEN.finditer(text)
    ]


def numerals(text: str, words: Sequence[Token]) -> list[Numeral]:
    """The numbers among `words`, which are the tokens of `text`, from the left.

    >>> [n.value for n in numerals(s := "مئة وخمسين ألفا, twenty-three, 1.5 million, quatre-vingt-dix", tokens(s))]
    [150000.0, 23.0, 1500000.0, 90.0]

    Vague numbers ("dozens", آلاف) are none.
    """
    barred = [found.span() for found in PERCENT.finditer(text)]
    parts: list[_Part | None] = [_part(word.form) for word in words]
    for at, word in enumerate(words):
        if word.form[:1].isdigit():
            value = _digits(text[word.start : word.end])
            before, behind = text[word.start - 1 : word.start], text[word.end : word.end + 3]
            named = (before.isascii() and before.isalpha()) or before == "."  # A380, v2
            ends = re.match(r"(?:st|nd|rd|th|er?|[eè]me)\b", behind) is not None
            parts[at] = None if named or value is None else _Part("digits", value, ends)
        elif any(start <= word.start < end for start, end in barred):
            parts[at] = None
    return list(_read(text, words, parts))


def _digits(raw: str) -> float | None:
    if len(raw) > _LONGEST:
        return None
    plain = "".join(str(int(c)) if c.isdecimal() else {"٫": ".", "٬": ","}.get(c, c) for c in raw)
    if _THOUSANDS.fullmatch(plain):
        last = max(plain.rfind("."), plain.rfind(","))
        decimal = last >= 0 and plain.count(plain[last]) == 1 and (len({*plain} & {".", ","}) == 2)
        whole, fraction = (plain[:last], plain[last + 1 :]) if decimal else (plain, "0")
        return float(f"{re.sub('[.,]', '', whole)}.{fraction}")
    pieces = re.split("[.,]", plain)
    return float(".".join(pieces)) if len(pieces) <= 2 else None


def _read(text: str, words: Sequence[Token], parts: Sequence[_Part | None]) -> Iterator[Numeral]:
    at = 0
    while at < len(words):
        part = parts[at]
        if part is None or part.kind == "plural":
            at += 1
            continue
        number = _Sum(part)
        last = at + 1
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
        if (value := number.value()) is not None:
            yield Numeral(value, number.ordinal, at, last)
        at = last


class _Sum:
    """A number as it grows, part by part: whole groups above a thousand, and the one that is open."""

    def __init__(self, part: _Part) -> None:
        self.ordinal = part.ordinal
        self._total, self._open, self._scale = 0.0, part.value, 0.0
        self._last = part
        self._spaced = 0 < part.value < 1000 and part.kind == "digits" and part.value == int(part.value)
        if part.kind == "scale":
            self._total, self._open, self._scale = part.value, 0.0, min(part.value, 10 ** int(len(str(int(part.value))) - 1))

    def value(self) -> float | None:
        if self._last.kind == "half" and self._total == 0:
            return None  # half of something
        return self._total + self._open

    def add(self, part: _Part, raw: str, space: bool) -> bool:
        """Take `part` as the next of this number; False if it begins another, or is none."""
        took = self._take(part, raw, space)
        if took:
            self.ordinal |= part.ordinal
            self._last = part
        return took

    def _take(self, part: _Part, raw: str, space: bool) -> bool:
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
            fits = rest == 0 or (rest % 10 == 0 and rest > 10)
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

    def _raise(self, part: _Part) -> bool:
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


@cache
def _table() -> dict[str, _Part]:
    """Word in search form -> what part of a number it is."""
    found: dict[str, _Part] = {}

    def enter(kind: Kind, words: str, first: float = 1, step: float = 1, ordinal: bool = False) -> None:
        for place, group in enumerate(words.split()):
            for word in group.split("|"):
                found[normalise(word)] = _Part(kind, first + place * step, ordinal)

    enter("unit", "one two three four five six seven eight nine")
    enter("ten", "ten|dix|عشرة|عشر", 10)
    enter("teen", "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 11)
    enter("tens", "twenty thirty forty|fourty fifty sixty seventy eighty ninety", 20, 10)
    enter("hundred", "hundred|cent|cents|مئة|مائة|مية|ماية", 100)
    for power, words in enumerate(
        ("thousand|mille|ألف|ألفا", "million|مليون|مليونا", "billion|milliard|مليار|بليون|مليارا", "trillion|تريليون"), 1
    ):
        enter("scale", words, 1000.0**power)
    for power, words in enumerate(("آلاف|milliers", "millions|ملايين", "billions|milliards|مليارات"), 1):
        enter("plural", words, 1000.0**power)
    enter("plural", "bn", 1e9)
    for power, words in enumerate(
        ("ألفان|ألفين|ألفي", "مليونان|مليونين|مليوني", "ملياران|مليارين|ملياري"), 1
    ):
        enter("scale", words, 2 * 1000.0**power)
    enter("half", "half|demi|demie|نصف", 0.5)
    enter("unit", "un|une deux trois quatre cinq six sept huit neuf")
    enter("teen", "onze douze treize quatorze quinze seize", 11)
    enter("tens", "vingt|vingts trente quarante cinquante soixante", 20, 10)
    two = "اثنان|اثنين|اثنا|اثني|اثنتان|اثنتين|اثنتا|اثنتي"
    enter("unit", f"واحد|واحدة|أحد|إحدى|احدى {two} ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني|ثمان تسعة|تسع")
    stems = ("عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع")
    for place, word in enumerate(stems, 2):
        enter("tens", f"{word}ون|{word}ين", 10 * place)
        if place > 2:
            hundreds = "|".join(f"{form}{h}" for form in (word, f"{word}ي") for h in ("مئة", "مائة", "مية", "ماية"))
            enter("hundreds", hundreds, 100 * place)
    enter("hundreds", "مئتان|مئتين|مئتا|مئتي|مائتان|مائتين|مائتا|مائتي|ميتين", 200)
    _ordinals(enter)
    return found


def _ordinals(enter: Callable[..., None]) -> None:
    units = "first second third fourth fifth sixth seventh eighth ninth"
    enter("unit", units, ordinal=True)
    enter("ten", "tenth|dixieme|عاشر|عاشرة", 10, ordinal=True)
    teens = "eleventh|onzieme twelfth|douzieme thirteenth|treizieme fourteenth|quatorzieme fifteenth|quinzieme"
    enter("teen", f"{teens} sixteenth|seizieme seventeenth eighteenth nineteenth", 11, ordinal=True)
    tens = "twentieth|vingtieme thirtieth|trentieme fortieth|quarantieme fiftieth|cinquantieme sixtieth|soixantieme"
    enter("tens", f"{tens} seventieth eightieth ninetieth", 20, 10, ordinal=True)
    french = "premier|premiere|unieme deuxieme|seconde troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme"
    enter("unit", french, ordinal=True)
    arabic = "أول|أولى|حادي|حادية ثاني|ثانية ثالث|ثالثة رابع|رابعة خامس|خامسة سادس|سادسة سابع|سابعة ثامن|ثامنة تاسع|تاسعة"
    enter("unit", arabic, ordinal=True)


def _part(form: str) -> _Part | None:
    """What part of a number a word is; an Arabic one without what is written together with it."""
    table = _table()
    if not form or form[0] < "\u0600":
        return table.get(form)
    if form in table:
        return table[form]
    joined = form[0] == "و"
    rest = form[1:] if joined or form[0] == "ف" else form
    for cut in (rest, rest[1:] if rest[:1] in ("ب", "ل", "ك") else ""):
        for bare in (cut, cut[2:] if cut.startswith("ال") else cut[1:] if cut.startswith("ل") else ""):
            if bare in table:
                return table[bare]._replace(joined=joined)
    return None
