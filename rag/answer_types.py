"""Answer types: which words of a sentence could be the time, number, age, person, place or reason that is asked for.

Patterns over search forms, for Arabic, English and French. They only say what could answer; how near it stands to what
the question speaks of is for rag/features.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from index.tokens import is_arabic, stem
from rag.kinds import Kind
from rag.lexicon import Lexicon
from rag.wordlists import wordlist

_HUNDRED = r"(?:مي[هة]|ماي[هة])"
_ARABIC_NUMBER = re.compile(
    r"[وفبلك]{0,2}(?:ال|ل)?(?:"
    r"احد|احدي|واحد|واحده|اثنا|اثني|اثنان|اثنين|اثنتا|اثنتي|اثنتان|اثنتين|اثنتيهما"
    rf"|(?:ثلاث|اربع|خمس|ست|سبع|ثمان|ثماني|تسع|عشر)(?:ه|ون|ين|ا|ات)?|(?:ثلاث|اربع|خمس|ست|سبع|ثمان|ثماني|تسع){_HUNDRED}"
    rf"|{_HUNDRED}|ميات|مات|ميتان|ميتين|ميتا|ميتي|الف|الفا|الفان|الفين|الفي|الاف|الالاف|مليون|مليونا|مليوني|مليونين|ملايين"
    r"|مليار|مليارا|ملياري|مليارين|مليارات|نصف|ثلث|ثلثا|ثلثي|ربع|خمس|عشرات|بضع|بضعه|عشري"
    r")"
)


def is_number(form: str) -> bool:
    """Whether a word in search form is a number, in digits or spelt."""
    return form[0].isdigit() or form in wordlist("numbers") or _ARABIC_NUMBER.fullmatch(form) is not None


def is_year(form: str) -> bool:
    return len(form) == 4 and form.isdigit() and form[0] in "12"


def _beside(forms: Sequence[str], at: int, width: int) -> Sequence[str]:
    return [*forms[max(0, at - width) : at], *forms[at + 1 : at + 1 + width]]


def bare(form: str) -> str:
    """Without the "and" that Arabic writes together with a word."""
    return form[1:] if form[0] == "و" and len(form) > 3 else form


_NAME = 0.45
"""Share of capitals from which a word is taken for a name."""

_PLACE = 0.5
_PRONOUNS = ("هما", "هم", "هن", "ها", "كم", "نا", "ه")


class AnswerTypes:
    """Finds what could answer a question of some kind."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._finders: dict[Kind, Callable[[Sequence[str], int], bool]] = {
            "when": self._time,
            "number": self._number,
            "age": self._age,
            "where": self._place,
            "why": lambda forms, at: forms[at] in wordlist("reasons") or bare(forms[at]) in wordlist("reasons"),
            "who": self._person,
        }

    def places(self, kind: Kind, forms: Sequence[str]) -> list[int]:
        """The places in `forms` (search forms of a sentence) of the words that could answer; none for "other"."""
        finder = self._finders.get(kind)
        return [at for at in range(len(forms)) if finder(forms, at)] if finder else []

    def name_like(self, form: str) -> bool:
        """Whether a word is most often a name: written with a capital where it is translated, or known to nobody."""
        if len(form) < 3 or form in wordlist("stop") or is_number(form):
            return False
        if form[0] in "بلوفك" and self._known(form[1:]):
            form = form[1:]
        if not self._known(form) and any(self._known(form[: -len(p)]) for p in _PRONOUNS if form.endswith(p)):
            return False  # a common word and a pronoun
        share = self._lexicon.capital(stem(form))
        # Arabic adjectives of nation (السوري) are written with a capital in English too, and are no names.
        nation = form.startswith("ال") and form.endswith(("ي", "يه", "يين", "يون")) and self._known(form)
        return share > _NAME and not nation

    def _known(self, form: str) -> bool:
        return bool(self._lexicon.translate(stem(form), to="en", source="ar")) if is_arabic(form) else False

    def _person(self, forms: Sequence[str], at: int) -> bool:
        """A name behind a title, or beside another name: people are seldom called by one word."""
        form = forms[at]
        if at and forms[at - 1] in wordlist("titles") and form not in wordlist("titles") | wordlist("stop"):
            return True
        if not self._of_person(form):
            return False
        return any(self._of_person(other) for other in _beside(forms, at, 1)) and not self._place(forms, at)

    def _of_person(self, form: str) -> bool:
        return self.name_like(form) and self._lexicon.place(stem(bare(form))) < _PLACE

    def _number(self, forms: Sequence[str], at: int) -> bool:
        date = at + 1 < len(forms) and forms[at + 1] in wordlist("days")
        return is_number(forms[at]) and not is_year(forms[at]) and not date

    def _time(self, forms: Sequence[str], at: int) -> bool:
        form = bare(forms[at])
        if form in wordlist("days") or is_year(forms[at]):
            return True
        near = _beside(forms, at, 2)
        return form in wordlist("units") and any(is_number(f) or f in wordlist("which") for f in near)

    def _age(self, forms: Sequence[str], at: int) -> bool:
        # One word that is both says an age alone: "in his eighties", في الثمانين.
        return is_number(forms[at]) and (
            any(f in wordlist("ages") for f in _beside(forms, at, 2))
            or (forms[at] in wordlist("ages") and "في" in forms[max(0, at - 1) : at])
        )

    def _place(self, forms: Sequence[str], at: int) -> bool:
        form = forms[at]
        if not self.name_like(form):
            return False
        return form[0] in "بل" or any(bare(f) in wordlist("places") for f in forms[max(0, at - 2) : at])
