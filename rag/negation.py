"""Negation: which words of a sentence it denies, in three languages: word lists and short reaches, no parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.normalise import normalise
from index.tokens import Word


def _set(words: str) -> frozenset[str]:
    return frozenset(map(normalise, words.split()))


_ARABIC = _set("لم لن لا ليس ليست ليسوا لسنا ألا نفى نفت ينفي تنفي نفوا نافيا نافية نفي أنكر أنكرت ينكر تنكر")
_ARABIC_FAINT = _set("غير دون بدون بلا عدم انعدام لولا إلا")
_CLITICS = ("", "و", "ف", "ب", "ل", "ال", "وب", "ول")
_LATIN = _set(
    "not never cannot neither none nobody nothing denies denied denying nie nient niait dement dementi refute"
)
_LATIN_FAINT = _set(
    "no non without nor unable hardly rarely unless except failed fails lack lacked refused sans aucun aucune ni jamais"
)
_BEFORE_T = _set("didn doesn don isn wasn weren aren won wouldn couldn hasn haven hadn shouldn can ain mustn needn")
_FRENCH_END = _set("pas plus jamais aucun aucune rien personne point guere ni nul nulle")
# What makes no denial of it: no less than, not only, still, however, under (an age), especially.
_NOT_BEFORE = _set(
    "less fewer more only just later sooner moins plus seulement que doubt"
    " يقل تقل يزيد تزيد يزيدون يتجاوز تتجاوز يتجاوزون يزال تزال يزالون زال زالت سيما شك بد فقط سن سوى أن أنه أنها أنهم"
    " يتجزأ"
)
_NOT_BEHIND = _set("whether or if أو أم")
_WHAT_IS_NO_DENIAL = _set("زال زالت يزال تزال زالوا دام إذا إن أن هو هي بين يسمى يعرف يقارب يزيد لا لم")
_TRUE = _set("true correct vrai vraie exact صحيح صحيحا الصحيح صحة")
_REACH = 6
_WITHIN = re.compile(r"(?:un(?!i|der|til)|non|in(?=equal|jus|eff|capab)|im(?=poss)|dis(?=obed))\w{4}")
_CLAUSE_END = re.compile(r"[.,;:!?،؛؟()«»\"]")


class Denial(NamedTuple):
    """A word that denies, words[at], and those that it may deny, words[at + 1 : last]. faint: it denies a word rather
    than a sentence (عدم, without), which another language may put into the word (unequal).
    """

    at: int
    last: int
    faint: bool = False


def denials(text: str, words: Sequence[Word]) -> list[Denial]:
    """The denials among `words`, the tokens of `text`, from the left.

    >>> [words[d.at].form for d in denials(s := "The ministry did not confirm it", words := tokens(s))]
    ['not']
    """
    found: list[Denial] = []
    for at, word in enumerate(words):
        if (faint := _denies(text, words, at)) is not None:
            last = at + 1
            whole = any(near.form in _TRUE for near in words[at + 1 : at + 4])  # it is not true that ...
            while last < len(words) and (whole or last <= at + _REACH):
                clause = _CLAUSE_END.search(text, words[last - 1].end, words[last].start)
                if clause and last > at + 1 and not whole:
                    break
                last += 1
            if not found or word.start - words[found[-1].at].end > 12 or found[-1].last <= at:
                found.append(Denial(at, last, faint))
    return found


def _denies(text: str, words: Sequence[Word], at: int) -> bool | None:
    """Whether a word denies faintly; None if it does not deny at all."""
    form = words[at].form
    following = words[at + 1].form if at + 1 < len(words) else ""
    if following in _NOT_BEFORE or (at and words[at - 1].form in _NOT_BEHIND):
        return None
    if form[:1] >= "\u0600":
        if form == "ما" and at == 0:
            return False if following and following not in _WHAT_IS_NO_DENIAL else None
        if form == "لا" and ((at and words[at - 1].form in ("دي", "دو", "دا")) or following[:2] == "با"):
            return None  # a French name, and "not by this but by that"
        bare = {form[len(clitic) :] for clitic in _CLITICS if form.startswith(clitic)}
        return False if bare & _ARABIC else True if bare & _ARABIC_FAINT else None
    if form in ("ne", "n"):
        apostrophe = text[words[at].end : words[at].end + 1] in ("'", "’")
        near = [word.form for word in words[at + 1 : at + 7]]
        only = ("que" in near or "qu" in near) and not _FRENCH_END.intersection(near)
        written = text[words[at].start : words[at].end].lower()  # né is another word
        return False if not only and (written == "ne" or (form == "n" and apostrophe)) else None
    if form == "no" and (following[:1].isdigit() or text[words[at].end : words[at].end + 1] == "."):
        return None
    if form == "not" and text[words[at].end : words[at].end + 1] == "-":
        return True  # not-for-profit
    if form in _LATIN or (form in _BEFORE_T and following == "t"):
        return False
    return True if form in _LATIN_FAINT or _WITHIN.match(form) else None
