"""Number words: the words of which numbers are made, in Arabic, English and French."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

from index.normalise import normalise

Kind = Literal["digits", "unit", "teen", "ten", "tens", "hundred", "hundreds", "scale", "plural", "half"]


class Part(NamedTuple):
    """A word that is part of a number. joined: whether Arabic writes its "and" before it."""

    kind: Kind
    value: float
    ordinal: bool = False
    joined: bool = False


@cache
def _table() -> dict[str, Part]:
    """Word in search form -> what part of a number it is."""
    found: dict[str, Part] = {}

    def enter(kind: Kind, words: str, first: float = 1, step: float = 1, ordinal: bool = False) -> None:
        for place, group in enumerate(words.split()):
            for word in group.split("|"):
                found[normalise(word)] = Part(kind, first + place * step, ordinal)

    enter("unit", "one two three four five six seven eight nine")
    enter("ten", "ten|dix|عشرة|عشر", 10)
    enter("teen", "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 11)
    enter("tens", "twenty thirty forty|fourty fifty sixty seventy eighty ninety", 20, 10)
    enter("hundred", "hundred|cent|cents|مئة|مائة|مية|ماية", 100)
    for power, words in enumerate(
        ("thousand|mille|ألف|ألفا", "million|مليون|مليونا", "billion|milliard|مليار|بليون|مليارا", "trillion|تريليون"),
        1,
    ):
        enter("scale", words, 1000.0**power)
    for power, words in enumerate(("آلاف|milliers", "millions|ملايين", "billions|milliards|مليارات"), 1):
        enter("plural", words, 1000.0**power)
    enter("plural", "bn", 1e9)
    for power, words in enumerate(("ألفان|ألفين|ألفي", "مليونان|مليونين|مليوني", "ملياران|مليارين|ملياري"), 1):
        enter("scale", words, 2 * 1000.0**power)
    enter("half", "half|demi|demie|نصف", 0.5)
    enter("unit", "un|une deux trois quatre cinq six sept huit neuf")
    enter("teen", "onze douze treize quatorze quinze seize", 11)
    enter("tens", "vingt|vingts trente quarante cinquante soixante", 20, 10)
    two = "اثنان|اثنين|اثنا|اثني|اثنتان|اثنتين|اثنتا|اثنتي"
    enter(
        "unit", f"واحد|واحدة|أحد|إحدى {two} ثلاثة|ثلاث أربعة|أربع خمسة|خمس ستة|ست سبعة|سبع ثمانية|ثماني|ثمان تسعة|تسع"
    )
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
    enter("unit", "أول|أولى|حادي|حادية ثاني|ثانية ثالث|ثالثة رابع|رابعة خامس|خامسة", ordinal=True)
    enter("unit", "سادس|سادسة سابع|سابعة ثامن|ثامنة تاسع|تاسعة", 6, ordinal=True)


def part_of(form: str) -> Part | None:
    """What part of a number a word is; an Arabic one without what is written together with it."""
    table = _table()
    if not form or form[0] < "\u0600":
        return table.get(form)
    if form in table:
        return table[form]
    joined = form[0] == "و"
    rest = form[1:] if joined or form[0] == "ف" else form
    for cut in (rest, rest[1:] if rest[:1] in ("ب", "ل") else ""):
        for bare in (cut, cut[2:] if cut.startswith("ال") else cut[1:] if cut.startswith("ل") else ""):
            if bare in table:
                return table[bare]._replace(joined=joined)
    return None
