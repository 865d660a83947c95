"""Senses: the English words for one Arabic word without its clitics, from the glossary, else from the lexicon.

Of a word that the glossary hardly has, the forms that inflection gives it have a say, and its light stem in the
lexicon, where only what its two directions agree on is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.tokens import light10, stem
from rag.english_forms import plain, root
from rag.glossary import Glossary
from rag.lexicon import Lexicon
from rag.wordlists import wordlist

_LEAST, _LEAST_SURE = 0.2, 0.1
"""Probability of a sense from which it is shown; of a word that is seen often, where several senses share it."""
_SHARE = 0.2
"""The same, as a share of that of the best one."""
_ENOUGH = 8.0
"""How often a word must stand in the pairs for its senses to be believed by themselves; of rarer ones other forms and
the light stem have a say."""
_RELATED, _STEMMED = 0.25, 1.0
"""What another form of the word counts, as a share of how often it is seen, and the light stem."""
_DOUBT = 0.7
_NAMED, _INFLECTED = 0.3, 0.02
"""What counts for a count where the pairs do not have the word: that names do, and a share of that of another form."""
_RARE, _SELDOM = 4.0, 7.5
_CAPITAL = 0.7
_MOST = 6
"""Other forms that are looked at."""


@dataclass(frozen=True, slots=True)
class Sense:
    """An English word, and its weight: the probability in (0, 1] that the Arabic word, taken alone, means it."""

    english: str
    weight: float


@lru_cache(maxsize=50_000)
def senses(word: str) -> tuple[Sense, ...]:
    """The senses of an Arabic word in search form without clitics that are sure enough, best first; of inflections
    of one English word (negotiate, negotiations) the likeliest."""
    glossary = Glossary.load()
    count = glossary.count(word)
    if count >= _ENOUGH:
        return _chosen(glossary.senses(word), 1.0, _LEAST_SURE)
    weights: dict[str, float] = {}
    shown: dict[str, tuple[float, str]] = {}
    total = 0.0

    def add(found: Iterable[tuple[str, float]], evidence: float) -> None:
        nonlocal total
        total += evidence
        for english, p in found:
            one = root(english)
            weights[one] = weights.get(one, 0.0) + evidence * p
            shown[one] = max(shown.get(one, (0.0, "")), (evidence * p, english))

    add(glossary.senses(word), count)
    for form in _relatives(word):
        add(glossary.senses(form), _RELATED * min(glossary.count(form), _ENOUGH))
    if stemmed := list(_of_stem(word)):
        add(stemmed, _STEMMED)
    found = [(shown[one][1], weight / total) for one, weight in weights.items()] if total else []
    return _chosen(found, total / (total + _DOUBT), _LEAST)


@lru_cache(maxsize=50_000)
def count_of(word: str) -> float:
    """How often a word, or the most frequent of the forms that inflection gives it, stands in the pairs."""
    glossary = Glossary.load()
    if (count := glossary.count(word)) or word.startswith("ال"):
        return count
    if known_name(word):
        return _NAMED
    return max((_INFLECTED * glossary.count(form) for form in _inflections(word)), default=0.0)


def rare(word: str) -> bool:
    """Whether the pairs hardly have the word itself, and sentences at large none of its stem."""
    return Glossary.load().count(word) < _RARE and Lexicon.load().rarity(light10(word)) > _SELDOM


def says(word: str, english: str) -> bool:
    """Whether the pairs give `english` for the word itself, and not for another form of it, half of the time."""
    return any(root(one) == root(english) and p >= 0.5 for one, p in Glossary.load().senses(word))


def known_name(word: str, article: bool = False) -> bool:
    """Whether lists of names have the word."""
    return Glossary.load().name(f"ال{word}" if article else word) is not None


def is_name(english: str) -> bool:
    """Whether an English word is mostly written with a capital."""
    return english[0].isupper() or _capital(english) >= _CAPITAL


def capital(english: str) -> str:
    """The word with a capital."""
    return english[0].upper() + english[1:]


def _capital(english: str) -> float:
    return Lexicon.load().capital(stem(english.lower()))


def _cased(english: str) -> str:
    """The word in small letters if sentences mostly have it so."""
    return english.lower() if english[0].isupper() and _capital(english) < 0.5 else english


def _relatives(word: str) -> list[str]:
    """The most frequent words of which `word` may be another form, best first."""
    glossary = Glossary.load()
    known = {form: glossary.count(form) for form in _inflections(word) if form != word and glossary.senses(form)}
    return sorted(known, key=lambda form: (-known[form], form))[:_MOST]


def _inflections(word: str) -> Iterator[str]:
    """Words of which `word` may be another form: of other persons, genders, numbers and cases.

    >>> "انتخاب" in set(_inflections("انتخابات")), "يعتزم" in set(_inflections("تعتزم"))
    (True, True)
    """
    stems = [word]
    for ending in ("تين", "تان", "وا", "ون", "ين", "ان", "ات", "تا", "ت", "ن", "ه", "ا", "ي", "و"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stems.append(word[: -len(ending)])
    for one in stems:
        if one is not word:
            yield one
        yield from (one + ending for ending in ("ه", "ت", "ا", "ون", "ين", "ات", "ان", "وا") if one + ending != word)
        if one[0] in "يتن" and len(one) > 3:
            yield from (letter + one[1:] for letter in "يتن" if letter != one[0])
            yield from (f"ا{one[1:]}", one[1:])
    for one in (*stems, *(one[1:] for one in stems if one[0] in "يت" and len(one) > 3)):
        # Nouns of verbs: التزام of التزم, تخفيض of خفض.
        if one[0] == "ا" and len(one) > 3:
            yield f"{one[:-1]}ا{one[-1]}"
        elif len(one) == 3:
            yield f"ت{one[:-1]}ي{one[-1]}"


def _of_stem(word: str) -> Iterator[tuple[str, float]]:
    """What the lexicon, made for search, says of the light stem: where both of its directions agree."""
    lexicon, glossary = Lexicon.load(), Glossary.load()
    light = light10(word)
    for english, p in lexicon.translate(light, "en"):
        if p < _LEAST_SURE:
            break
        back = dict(lexicon.translate(english, "ar")).get(light, 0.0)
        if back >= 0.05 and english not in wordlist("stop"):
            yield glossary.surface(english), p


def _chosen(found: Iterable[tuple[str, float]], trust: float, least: float) -> tuple[Sense, ...]:
    """The senses that are shown. trust: in [0, 1], for all of them. least: the weight that one needs."""
    kept: dict[str, tuple[str, float]] = {}
    for english, p in sorted(found, key=lambda item: (-item[1], item[0])):
        if len(english) > 1:
            word, weight = kept.get(one := root(english), (plain(_cased(english)), 0.0))
            kept[one] = (word, weight + trust * p)
    best = max((weight for _, weight in kept.values()), default=0.0)
    sure = [Sense(word, round(min(w, 1.0), 3)) for word, w in kept.values() if w >= max(least, _SHARE * best)]
    return tuple(sorted(sure, key=lambda sense: -sense.weight))
