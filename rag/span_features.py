"""Span features: what is known of a few words in a row as the exact words that answer. A pure function of words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.tokens import Word, is_arabic, stem
from rag.answer_types import AnswerTypes, bare, is_number, is_year
from rag.kinds import Kind
from rag.lexicon import Lexicon
from rag.wordlists import wordlist

LONGEST = 8
"""Words of a span at the most."""
_SPOKEN = 0.5
_UNSURE = 0.2
"""Share of capitals below which a word is hardly a name."""
_DECAYS = (0.6, 0.85)
"""What each word between a span and a term of the question leaves of their nearness: near, and not so near."""
_BREAK = 3
"""How many words a comma or a bracket counts for."""
_CLAUSE = re.compile(r"[.,;:؛،!?؟()\[\]«»\"“”…\n]")
_OPENING, _CLOSING = re.compile(r"[(«\"“\[]\s*\Z"), re.compile(r"\s*[)»\"”\]]")
_PERCENT, _MONEY = re.compile(r"\s?[%٪$€£]"), re.compile(r"[$€£]\s?\Z")

_TOKEN = ("typed", "name", "own", "number", "capital", "place", "unknown", "latin", "like", "hardly")
"""What each word is: of the kind that is asked for; a name; a word of the question; a number; how often it is written
with a capital where it is translated; how often it is a place; known to no dictionary; in Latin letters among Arabic;
how near to the word that names what is asked for; hardly a name."""
_BESIDE = ("typed", "name", "own", "number", "stop", "title", "before_place", "naming", "capital", "like", "unit")
_EDGES = ("typed", "name", "own", "number", "capital", "conjoined")
SPAN = (
    *(f"{name}_share" for name in _TOKEN),
    *(f"{name}_first" for name in (*_EDGES, "title", "before_place", "place", "in", "definite")),
    *(f"{name}_last" for name in (*_EDGES, "definite")),
    *(f"{name}_before" for name in _BESIDE),
    *(f"{name}_after" for name in ("typed", "name", "own", "number", "capital", "unit")),
    *("typed_all", "name_all", "own_some", "year", "day", "unit", "percent", "conjoined_some", "like_most"),
    *("one", "two", "three", "four_or_more", "six_or_more"),
    *("opens", "closes", "enclosed", "half_enclosed", "position", "begins"),
    *("near_first", "near_last", "left_near", "right_near", "left", "right", "rare", "both", "head"),
    *("near_typed", "near_name", "left_typed", "right_typed", "near_own"),
)
"""The names of the features, in the order of the columns of Spans.rows."""


class Spans(NamedTuple):
    """Every span of a sentence that might answer. places: (first word, word behind the last), shape (spans, 2); rows:
    float32 of shape (spans, len(SPAN))."""

    places: np.ndarray
    rows: np.ndarray


class SpanReader:
    """Lists the spans of sentences beside a question of some kind."""

    def __init__(self, types: AnswerTypes, lexicon: Lexicon) -> None:
        self._types = types
        self._lexicon = lexicon
        self._seen: dict[str, tuple[bool, float, float, bool]] = {}

    def spans(
        self, kind: Kind, text: str, words: Sequence[Word], grid: np.ndarray, weights: np.ndarray, like: np.ndarray
    ) -> Spans:
        """The spans of `text` with their features.

        words: those of `text`; grid: how well each matches each term of the question, shape (words, terms); weights: of
        the terms, sum 1; like: cosine of each word with the word that names what is asked for, shape (words,).
        """
        tokens = self._tokens(kind, text, words, grid) | {"like": like}
        gaps = [bool(_CLAUSE.search(text[a.end : b.start])) for a, b in pairwise(words)]
        near = _nearness(grid, weights, np.array(gaps, bool))
        places: list[np.ndarray] = []
        hard = np.concatenate([[0], np.cumsum([*gaps, True])])
        count, stop, own, fits = len(words), tokens["stop"] > 0, tokens["own"] > 0, _fits(kind, tokens)
        for length in range(1, min(LONGEST, count) + 1):
            first = np.arange(count - length + 1)
            last = first + length - 1
            good = (hard[last] == hard[first]) & ~stop[first] & ~stop[last]
            good &= _any(fits, first, length) & _any(
                ~own | (fits if kind in ("number", "age") else False), first, length
            )
            places.append(np.stack([first[good], first[good] + length], axis=1))
        found = np.concatenate(places) if places else np.zeros((0, 2), int)
        columns = _columns(tokens, near, found, np.array([True, *gaps]), np.array([*gaps, True]))
        rows = np.stack([columns[name] for name in SPAN], axis=1).astype(np.float32)
        return Spans(found, rows)

    def _tokens(self, kind: Kind, text: str, words: Sequence[Word], grid: np.ndarray) -> dict[str, np.ndarray]:
        """What each word is, as arrays of shape (words,)."""
        forms = [word.form for word in words]
        count, arabic = len(forms), is_arabic(text)
        about = [self._known(form) for form in forms]
        upper = np.array([text[word.start].isupper() for word in words], bool)
        latin = np.array([not is_arabic(form) and not form[0].isdigit() for form in forms], bool)
        name = np.array([known[0] for known in about], bool)
        if arabic:
            name |= latin & upper
        else:
            name = upper & (np.arange(count) > 0)
        typed = np.zeros(count, bool)
        typed[self._types.places("number" if kind == "age" else kind, forms)] = True
        number = np.array([is_number(form) for form in forms], bool)
        own = grid.max(axis=1, initial=0.0) >= _SPOKEN
        capital = np.array([known[1] for known in about])
        tokens: dict[str, np.ndarray] = {
            "typed": typed | (number & ~own if kind == "when" else False),
            "name": name,
            "own": own,
            "number": number,
            "capital": capital,
            "place": np.array([known[2] for known in about]),
            "unknown": np.array([known[3] for known in about], bool),
            "latin": latin & arabic,
            "hardly": capital < _UNSURE,
            "year": np.array([is_year(form) for form in forms], bool),
            "definite": np.array([form.startswith("ال") for form in forms], bool),
            "in": np.array([form.startswith("ب") for form in forms], bool),
            "conjoined": np.array(
                [bare(form) != form and not known[3] for form, known in zip(forms, about, strict=True)], bool
            ),
            "percent": np.array(
                [
                    bool(_PERCENT.match(text[w.end : w.end + 2]) or _MONEY.search(text[max(0, w.start - 2) : w.start]))
                    for w in words
                ],
                bool,
            ),
            "opening": np.array([bool(_OPENING.search(text[max(0, w.start - 2) : w.start])) for w in words], bool),
            "closing": np.array([bool(_CLOSING.match(text[w.end : w.end + 2])) for w in words], bool),
        }
        for key, group in (("stop", "stop"), ("title", "titles"), ("before_place", "places"), ("naming", "naming")):
            tokens[key] = np.array([form in wordlist(group) for form in forms], bool)
        for key, group in (("day", "days"), ("unit", "units"), ("before_place", "places"), ("naming", "naming")):
            tokens[key] = tokens.get(key, False) | np.array([bare(form) in wordlist(group) for form in forms], bool)
        return {key: values.astype(np.float32) for key, values in tokens.items()}

    def _known(self, form: str) -> tuple[bool, float, float, bool]:
        """Whether a word is like a name, its share of capitals, its share of places, and whether nobody knows it."""
        found = self._seen.get(form)
        if found is None:
            root, arabic = stem(bare(form)), is_arabic(form)
            unknown = not self._lexicon.translate(
                stem(form), to="en" if arabic else "ar", source="ar" if arabic else "en"
            )
            found = (self._types.name_like(form), self._lexicon.capital(root), self._lexicon.place(root), unknown)
            if len(self._seen) > 50_000:
                self._seen.clear()
            self._seen[form] = found
        return found


def _fits(kind: Kind, tokens: dict[str, np.ndarray]) -> np.ndarray:
    """Which words could be (part of) what is asked for; a span needs one."""
    if kind in ("number", "age"):
        return tokens["number"] > 0
    return tokens["typed"] > 0 if kind == "when" else np.ones(len(tokens["typed"]), bool)


def _any(values: np.ndarray, first: np.ndarray, length: int) -> np.ndarray:
    sums = np.concatenate([[0], np.cumsum(values)])
    return np.asarray(sums[first + length] > sums[first])


def _nearness(grid: np.ndarray, weights: np.ndarray, gaps: np.ndarray) -> dict[str, np.ndarray]:
    """How near the terms of the question stand to each word, in all and on its left and right: shape (words,)."""
    count = len(grid)
    at = np.concatenate([[0], np.cumsum(1 + _BREAK * gaps)])[:count]
    apart = np.abs(at[:, None] - at[None, :])
    words = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    before = np.tri(count, k=-1, dtype=np.float32)

    def best(kernel: np.ndarray, terms: np.ndarray) -> np.ndarray:
        found = np.zeros(count, np.float32)
        for term, weight in enumerate(terms):  # a loop over few terms: words x words x terms would be large
            found += weight * (kernel * grid[:, term]).max(axis=1, initial=0.0)
        return found

    near, far = (decay**apart for decay in _DECAYS)
    rare = weights / np.maximum((grid >= _SPOKEN).sum(axis=0), 1)
    return {
        "near": best(_DECAYS[1] ** words, weights),
        "left_near": best(near * before, weights),
        "right_near": best(near * before.T, weights),
        "left": best(far * before, weights),
        "right": best(far * before.T, weights),
        "rare": best(far, rare),
        "head": best(_DECAYS[1] ** words, np.eye(grid.shape[1], dtype=np.float32)[0]),
    }


def _columns(
    tokens: dict[str, np.ndarray],
    near: dict[str, np.ndarray],
    places: np.ndarray,
    opens: np.ndarray,
    closes: np.ndarray,
) -> dict[str, np.ndarray]:
    """Every feature of SPAN by its name; opens, closes: whether a clause begins before, or ends behind, each word."""
    first, last = places[:, 0], places[:, 1] - 1
    length = (last - first + 1).astype(np.float32)
    count = len(opens)

    def share(name: str) -> np.ndarray:
        sums = np.concatenate([[0], np.cumsum(tokens[name])])
        return np.asarray((sums[last + 1] - sums[first]) / length)

    def most(values: np.ndarray) -> np.ndarray:
        window = np.stack(
            [np.where(first + k <= last, values[np.minimum(first + k, last)], -1.0) for k in range(LONGEST)]
        )
        return np.asarray(window.max(axis=0, initial=-1.0))

    columns: dict[str, np.ndarray] = {f"{name}_share": share(name) for name in _TOKEN}
    strange = {**tokens, "name": tokens["name"] * (1 - tokens["own"])}  # beside a span, names of the question end it
    left, right = np.maximum(first - 1, 0), np.minimum(last + 1, count - 1)
    for name in SPAN:
        what, _, where = name.rpartition("_")
        if what in tokens and where == "first":
            columns[name] = tokens[what][first]
        elif what in tokens and where == "last":
            columns[name] = tokens[what][last]
        elif what in tokens and where == "before":
            columns[name] = np.where(opens[first], 0, strange[what][left])
        elif what in tokens and where == "after":
            columns[name] = np.where(closes[last], 0, strange[what][right])
    inner = np.where(length > 1, share("conjoined") * length - tokens["conjoined"][first], 0)
    enclosed, half = (
        tokens["opening"][first] * tokens["closing"][last],
        tokens["opening"][first] != tokens["closing"][last],
    )
    columns |= {
        "typed_all": columns["typed_share"] == 1,
        "name_all": columns["name_share"] == 1,
        "own_some": columns["own_share"] > 0,
        **{name: share(name) > 0 for name in ("year", "day", "unit", "percent")},
        "conjoined_some": inner > 0,
        "like_most": most(tokens["like"]),
        "one": length == 1,
        "two": length == 2,
        "three": length == 3,
        "four_or_more": length >= 4,
        "six_or_more": length >= 6,
        "opens": opens[first],
        "closes": closes[last],
        "enclosed": enclosed,
        "half_enclosed": half,
        "position": first / max(count, 1),
        "begins": first == 0,
        "near_first": near["near"][first],
        "near_last": near["near"][last],
        "left_near": near["left_near"][first],
        "right_near": near["right_near"][last],
        "left": near["left"][first],
        "right": near["right"][last],
        "rare": near["rare"][first],
        "head": most(near["head"]),
    }
    columns["both"] = columns["left_near"] * columns["right_near"]
    columns["near_typed"] = columns["near_first"] * columns["typed_share"]
    columns["near_name"] = columns["near_first"] * columns["name_share"]
    columns["near_own"] = columns["near_first"] * columns["own_share"]
    columns["left_typed"] = columns["left_near"] * columns["typed_share"]
    columns["right_typed"] = columns["right_near"] * columns["typed_share"]
    return columns
