"""Features of a claim beside the quotes that it cites: of each name in it, and of its meaning as a whole.

More quotes never lower a feature that depends on them, and the weights of these are not negative
(eval/fit_checking.py sees to it): so another quote never takes support away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from index.tokens import is_arabic, stem
from rag.counterparts import Counterparts
from rag.lexicon import Lexicon
from rag.statements import Statement
from rag.wordbook import WordBook
from rag.wordlists import wordlist

NAME_FEATURES = (
    "strict",  # how well the words of the name are spelt or translated in the quotes: the mean, the worst and the best
    "strict_least",
    "strict_most",
    "loose",  # the same, matched as if they were any words
    "loose_least",
    "known",  # the share of its words that the lexicon translates
    "single",  # a name of one word
    "strict_single",
    "strict_known",
    "people",  # a plural or an adjective (Danes, Frankish), which may be put otherwise
    "arabic",  # written in Arabic, which has no capitals: a name is only guessed
    "arabic_single",
    "arabic_known",
)
MEANING_FEATURES = (
    "coverage",  # the share of the claim's words, by their rarity, that the quotes speak of
    "sure",  # the same without what only lies near
    "plain",  # the same for words that are no names
    "spoken",  # the share of words, however rare, that are spoken of
    "least",  # the word that is worst covered
    "nearness",  # cosine of the claim and the nearest quote, as means of word vectors by rarity
    "short",  # one divided by the number of words
)
OF_THE_CLAIM = frozenset(["known", "single", "short", "people", "arabic", "arabic_single", "arabic_known"])
"""The features that no quote changes."""
_SPOKEN = 0.5
_PEOPLE = re.compile(r"(?:[^uioas]s|ish|ian|ians|men|ese|ais|aise|ien|ienne)$")


def name_features(strict: np.ndarray, loose: np.ndarray, known: np.ndarray, last: str) -> tuple[float, ...]:
    """The features of a name from the best matches of its words, shape (words,), in the order of NAME_FEATURES.

    last: its last word, in search form.
    """
    arabic = is_arabic(last)
    mean, single, share = float(strict.mean()), float(len(strict) == 1), float(known.mean())
    return (
        mean,
        float(strict.min()),
        float(strict.max()),
        float(loose.mean()),
        float(loose.min()),
        share,
        single,
        mean * single,
        mean * share,
        float(_PEOPLE.search(last) is not None),
        float(arabic),
        arabic * single,
        arabic * share,
    )


def meaning_features(
    statement: Statement, weights: np.ndarray, match: np.ndarray, sure: np.ndarray, nearness: float
) -> tuple[float, ...]:
    """The features of a claim from the best matches of its terms, shape (terms,), in the order of MEANING_FEATURES."""
    plain = np.array([not term.name for term in statement.terms])
    weighted = weights * plain
    return (
        float(weights @ match),
        float(weights @ sure),
        float(weighted @ match / weighted.sum()) if plain.any() else float(weights @ match),
        float((match >= _SPOKEN).mean()),
        float(match.min()),
        nearness,
        1 / len(match),
    )


def best(grid: np.ndarray) -> np.ndarray:
    """The best match of each term: shape (words, terms) -> (terms,)."""
    return grid.max(axis=0, initial=0.0)


def mean_vector(forms: Sequence[str], book: WordBook, lexicon: Lexicon) -> np.ndarray:
    """The mean of the vectors of some words by their rarity, at length 1; zero if there are none."""
    told = [form for form in forms if form not in wordlist("stop")]
    if not told:
        return np.zeros(1, np.float32)
    vectors = book.look_up(told)[1]
    mean = np.array([lexicon.rarity(stem(form)) for form in told], np.float32) @ vectors
    return np.asarray(mean / (np.linalg.norm(mean) or 1))


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    """0 if either of them is of no word."""
    return float(one @ other) if one.shape == other.shape else 0.0


def side(counterparts: Counterparts, words: Sequence[str], around: Sequence[str], names: np.ndarray) -> np.ndarray:
    """The best match of each term among `words`, and of names among `around` too: shape (terms,)."""
    match = best(counterparts.loose(words))
    if names.any():
        wide = np.maximum(best(counterparts.strict([*words, *around])), best(counterparts.loose([*words, *around])))
        match = np.where(names, np.maximum(match, wide), match)
    return match
