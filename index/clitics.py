"""Clitics: what Arabic writes together with a word (and, with, to, the, will, their), taken off by how often the parts
stand in text.

A segmentation is as probable as its clitics and the word that is left, each by itself (a unigram model, as in Lee et
al. 2003, "Language model based Arabic word segmentation", without their context).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

_BEFORE = {"و": 0.07, "ف": 0.004}
_PREPOSITIONS = {"ب": 0.04, "ل": 0.04, "ك": 0.003}
_FUTURE = 0.008
PRONOUNS = {
    "هما": 0.001, "هم": 0.012, "هن": 0.001, "ها": 0.025, "ه": 0.03, "نا": 0.008, "كم": 0.004, "ني": 0.004,
    "كما": 0.0005,
}  # fmt: skip
"""How probable each is on a word, in the news as far as a reader can tell; only their order of magnitude matters."""
_BARE = 0.75
_ARTICLE = 0.995
"""How probable it is that a word which begins with alef and lam begins with the article."""
_UNSEEN = 0.05
"""How often a word is taken to be seen that is not, if an article gives it away."""
_NONE = frozenset(
    "التقي التقت التقيا التقوا التقينا التقاء التقط التقطت التقاط التزم التزمت التزموا التزام التزامات التحق التحقت"
    " التحاق التهاب التهابات التفت التفاف التمس التماس التباس الله اللهم".split()
)
"""Words whose first letters are no article though they look like one, in search form."""
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670\u200b-\u200f]")
_LEAST = 2
"""Letters of a word that are left at least."""
_HIDDEN = 0.5  # that a letter, lost or changed before a pronoun, is put back


class Parts(NamedTuple):
    """A word in search form taken apart: before + word + behind. before: clitics in order ("و", "ل", "ال", "س");
    behind: the pronoun or ''. word is as it stands alone (مدينه of مدينتهم)."""

    before: tuple[str, ...]
    word: str
    behind: str


def parts(form: str, count: Callable[[str], float], written: str = "", own: float = 0.0) -> Parts:
    """The likeliest parts of an Arabic word in search form; it is left whole where nothing of it is known.

    count: how often a word without clitics stands in text. written: the word as it is written: a teh marbuta is no
    pronoun, an alef with hamza begins no article. own: how much of the count of `form` is the form itself, and so no
    evidence that it is a word.

    >>> parts("ولمدينتهم", lambda word: 9.0 * (word == "مدينه"))
    Parts(before=('و', 'ل'), word='مدينه', behind='هم')
    """
    best, most = Parts((), form, ""), -math.inf
    raw = _MARKS.sub("", written)
    marbuta, same = raw.endswith("ة"), len(raw) == len(form)
    for found, prior in _ways(form, marbuta):
        seen = count(found.word) - (own if found.word == form else 0.0)
        if found.before[-1:] == ("ال",) and "ل" not in found.before:
            if (
                same and raw[len(form) - len(found.word) - len(found.behind) - 2] in "أإآ"
            ) or f"ال{found.word}" in _NONE:
                continue
            seen = max(seen, _UNSEEN)
        score = prior + math.log(seen) if seen > 0 else -math.inf
        if score > most:
            best, most = found, score
    return best


def _ways(form: str, marbuta: bool) -> Iterator[tuple[Parts, float]]:
    for before, rest, prior in _beginnings(form):
        yield Parts(before, rest, ""), prior + math.log(_BARE)
        if "ال" in before or marbuta:
            continue
        for pronoun, share in PRONOUNS.items():
            word = rest[: -len(pronoun)]
            if rest.endswith(pronoun) and len(word) >= _LEAST:
                for alone, trust in _alone(word):
                    yield Parts(before, alone, pronoun), prior + math.log(share * trust)


def _beginnings(form: str) -> Iterator[tuple[tuple[str, ...], str, float]]:
    heads: list[tuple[tuple[str, ...], str, float]] = [((), form, 0.0)]
    for letter, share in _BEFORE.items():
        if form.startswith(letter) and len(form) - 1 >= _LEAST:
            heads.append(((letter,), form[1:], math.log(share)))
    for before, rest, prior in heads:
        if rest.startswith("ال") and len(rest) - 2 >= _LEAST:
            yield (*before, "ال"), rest[2:], prior + math.log(_ARTICLE)
            yield before, rest, prior + math.log(1 - _ARTICLE)
        else:
            yield before, rest, prior
        if rest.startswith("س") and rest[1:2] in tuple("يتنا") and len(rest) > 4:
            yield (*before, "س"), rest[1:], prior + math.log(_FUTURE)
        for letter, share in _PREPOSITIONS.items():
            if rest.startswith(letter) and len(rest) - 1 >= _LEAST:
                cost = prior + math.log(share)
                # للجنة is mostly "to the committee", with an article.
                yield (*before, letter), rest[1:], cost + (math.log(_HIDDEN) if rest.startswith("لل") else 0.0)
                if letter == "ل" and rest.startswith("لل") and len(rest) - 2 >= _LEAST:
                    yield (*before, "ل", "ال"), rest[2:], cost
                    yield (*before, "ل", "ال"), rest[1:], cost  # للجنة: of three lams one is not written
                elif rest.startswith("ال", 1) and len(rest) - 3 >= _LEAST:
                    yield (*before, letter, "ال"), rest[3:], cost


def _alone(word: str) -> Iterator[tuple[str, float]]:
    """The ways to write a word, that a pronoun followed, without it."""
    yield word, 1.0
    if word.endswith("ت"):
        yield f"{word[:-1]}ه", 1.0
    if word.endswith("ا"):
        yield f"{word[:-1]}ي", _HIDDEN
    if word.endswith(("و", "ي")):
        yield f"{word[:-1]}ء", _HIDDEN
        yield f"{word}ن", _HIDDEN
    if word.endswith("و"):
        yield f"{word}ا", _HIDDEN
