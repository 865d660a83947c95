"""Names in Latin and Arabic letters: search form, a coarse consonant key that both scripts share, and the
readings of a word without article and clitics. No name is written down here: only letters.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from index.normalise import normalise

LONGEST = 24
"""Letters of a name that are looked at."""

_NOT_LATIN = re.compile(r"[^a-z]")
_NOT_ARABIC = re.compile(r"[^\u0620-\u064a\u066e-\u06d3]")
_ARABIC_CLASS = {
    **dict.fromkeys(map(ord, "اويءعه"), ""),
    **{ord(letter): key for key, letters in {
        "B": "بپ", "F": "فڤ", "T": "تطث", "D": "دذضظز", "S": "سص", "X": "شچ", "J": "جژگ", "G": "غ",
        "C": "خ", "K": "كق", "H": "ح", "L": "ل", "M": "م", "N": "ن", "R": "ر",
    }.items() for letter in letters},
}  # fmt: skip
_LATIN_CLASS: dict[str, tuple[str, ...]] = {
    "sch": ("X",), "tch": ("X", "TX"), "sh": ("X",), "ch": ("X", "TX", "C", "K"), "kh": ("C",), "gh": ("G", "J", "K"),
    "th": ("T",), "dh": ("D",), "ph": ("F",), "zh": ("J",), "dj": ("J",), "tz": ("TD", "TS"), "ck": ("K",),
    "qu": ("K",), "gg": ("J", "G", "K", "KJ"), "ll": ("L", "LL"), "mb": ("MB", "NB"), "b": ("B",), "p": ("B",),
    "f": ("F",), "v": ("F", ""), "w": ("", "F"), "t": ("T",), "d": ("D",), "z": ("D",), "s": ("S", "D"),
    "c": ("K", "S"), "k": ("K",), "q": ("K",), "x": ("KS",), "j": ("J", ""), "g": ("J", "G", "K"), "h": ("H", ""),
    "l": ("L",), "m": ("M",), "n": ("N",), "r": ("R",),
}  # fmt: skip
_LATIN_UNIT = re.compile("|".join(_LATIN_CLASS) + "|[a-z]")
# gg and ll may be two letters in Arabic (خاشقجي, عبدالله).
_DOUBLED = re.compile(r"([a-fh-km-z])\1+|([gl])(?=\2\2)")
_ARTICLE = re.compile(r"a([dnrstz]|[sdt]h)(?=\1)|[ae]l(?=..)")
_COMPOUND = re.compile(
    r"abd(?:[aeou]l|[aeou]([dnrstz]|[sdt]h)(?=\1))(?P<servant>.{4,})|ab(?:u|ou)(?P<father>.{3,})|(?P<before>(?!abd).{3,})[aou]llah?$"
)
_WIDEST = 48  # keys of one word


def latin_letters(word: str) -> str:
    """The letters of a Latin word in search form.

    >>> latin_letters("Al-Fayyāḍ"), latin_letters("Fayçal")
    ('alfayyad', 'faycal')
    """
    return _NOT_LATIN.sub("", normalise(word))[:LONGEST]


def arabic_letters(word: str) -> str:
    """The letters of an Arabic word in search form.

    >>> arabic_letters("الأعرجيّ")
    'الاعرجي'
    """
    return _NOT_ARABIC.sub("", normalise(word))[:LONGEST]


def arabic_key(letters: str) -> str:
    """The consonant key of an Arabic word: long vowels, ayn, hamza and heh say nothing.

    >>> arabic_key("سليماني"), arabic_key("هول")
    ('SLMN', 'L')
    """
    return letters.translate(_ARABIC_CLASS)


@lru_cache(maxsize=50_000)
def latin_keys(letters: str) -> tuple[str, ...]:
    """The keys that an Arabic spelling of a Latin word may have; a double letter counts once.

    >>> latin_keys("soleimani"), latin_keys("hol")
    (('SLMN', 'DLMN'), ('HL', 'L'))
    """
    options: list[tuple[str, ...]] = []
    for unit in _LATIN_UNIT.findall(_DOUBLED.sub(r"\1", letters)):
        classes = _LATIN_CLASS.get(unit, ("",))
        if classes == ("",) or not options or options[-1] != classes:
            options.append(classes)
    wide = 1
    for at, classes in enumerate(options):
        wide *= len(classes)
        if wide > _WIDEST:
            options[at] = classes[:1]
            wide //= len(classes)
    return tuple(dict.fromkeys("".join(choice) for choice in product(*options)))


class Reading(NamedTuple):
    """A word with what may stand before a name taken off, and how far that may be trusted (1: nothing speaks
    against).
    """

    form: str
    trust: float


def latin_readings(letters: str) -> tuple[Reading, ...]:
    """A Latin word as it is, and without an article that was written together with it.

    >>> [r.form for r in latin_readings("albukamal")], [r.form for r in latin_readings("addawr")]
    (['albukamal', 'bukamal'], ['addawr', 'dawr'])
    """
    found = _ARTICLE.match(letters)
    bare = letters[found.end() :] if found else ""
    if len(bare) < 3:
        return (Reading(letters, 1.0),)
    # Assad and Annan are no "as-Sad" and "an-Nan": the assimilated article is the less likely reading.
    return Reading(letters, 1.0), Reading(bare, 0.95 if letters[1] == "l" else 0.6)


def latin_part(letters: str) -> str:
    """The telling part of a compound that Latin letters write as one word and Arabic ones often as two; '' of no such.

    >>> latin_part("abdulrahman"), latin_part("abubakr"), latin_part("ramallah"), latin_part("hol")
    ('rahman', 'bakr', 'ram', '')
    """
    found = _COMPOUND.match(letters)
    return next(part for part in found.group("servant", "father", "before") if part) if found else ""


@lru_cache(maxsize=20_000)
def arabic_readings(letters: str) -> tuple[Reading, ...]:
    """An Arabic word as it is, and without the conjunction, preposition and article that may stand before a
    name.

    >>> [r.form for r in arabic_readings("بالهول")], [r.form for r in arabic_readings("البوكمال")]
    (['بالهول', 'الهول', 'هول'], ['البوكمال', 'بوكمال'])
    """
    found = {letters: 1.0}
    rest, trust = letters, 1.0
    if rest[:1] == "و" and len(rest) > 3:
        rest, trust = rest[1:], 0.9
        found[rest] = trust
    if rest.startswith("لل") and len(rest) >= 4:
        found[rest[2:]] = 1.0
    elif rest[:1] in "فبكل" and len(rest) > 3:
        # The letter is more often the word's own (فساد), unless the article that follows gives it away.
        rest, trust = rest[1:], 1.0 if rest.startswith("ال", 1) else 0.7 * trust
        found[rest] = trust
    if rest.startswith("ال") and len(rest) >= 4:
        found[rest[2:]] = 1.0
    return tuple(Reading(form, value) for form, value in found.items())
