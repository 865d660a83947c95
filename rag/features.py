"""Features: what is known of a sentence beside a question, as numbers of about [0, 1]. A pure function of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.tokens import is_arabic
from rag.alignment import closest
from rag.answer_types import AnswerTypes, is_number
from rag.expansion import Expansion
from rag.kinds import Kind

_TOGETHER = 10
_BESIDE = 6
"""Words on each side of what could answer in which the question's terms are looked for."""
_SPOKEN = 0.5
_SHORT = 60
_STEADY = 0.05
"""What is added to a standard deviation of cosines, so that small differences between few sentences say little."""
_DECAY, _FAR = 0.8, 15
"""What each word between two terms leaves of their nearness, and the distance beyond which nothing is left."""

FEATURES = (
    "coverage",  # share of the question's terms, by their rarity, that the sentence speaks of
    "context",  # the same for the sentence with its passage and headline
    "before",  # the same for the sentence with the one before it
    "library",  # the share that any article of the library speaks of
    "weakest",  # the term that is worst covered in the sentence, but for words that only name the kind of answer
    "weakest_context",
    "matched",  # the share of terms, however rare, that are spoken of
    "plain",  # the same for terms that are no names
    "plain_weakest",
    "head",  # the first term of the question, often what is asked for
    "gap",  # the weight of the heaviest term that is not spoken of
    "gap_context",
    "names",  # the name that is worst covered in the sentence; 1 without names
    "names_context",
    "together",  # the share that is spoken of within a few words
    "adjacent",  # neighbours in the question that are near one another in the sentence
    "adjacent_weakest",  # the pair of neighbours that stands farthest apart
    "names_gone",  # how many names the sentence does not speak of
    "words_gone",  # how many other words it does not speak of, in the language of the question
    "words_gone_across",  # and in another language, where a word may be there unrecognised
    "strangers_gone",  # words that the lexicon cannot translate
    "words_gone_context",  # the same for the passage and headline
    "words_gone_context_across",
    "words_absent",  # how many words no article of the library speaks of
    "words_absent_across",
    "who_gone",  # the share of other words that it does not speak of, by the kind of question
    "when_gone",
    "number_gone",
    "who_apart",  # how far apart the neighbours stand where a person, or a name, is asked for
    "sure",  # the share that is spoken of in so many words, translated or not: without what only lies near
    "sure_weakest",
    "sure_gone",  # how many words, no names, are not
    "who_sure_gone",  # the same where a person, or a name, is asked for
    "rare_here",  # coverage where a term counts the less, the more of the sentences that are read speak of it
    "soft",  # coverage by the nearest word vectors, without a threshold
    "stands_out",  # how far the nearest words lie above the mean of the sentences read, in standard deviations, a mean
    "nearness",  # cosine of question and sentence
    "passage",  # probability that the passage is relevant
    "passage_behind",  # by how many log-odds its passage stands behind the best one
    "number_missing",  # the question asks for a number, and none stands there that it does not hold itself
    "time_missing",
    "age_missing",
    "place_missing",
    "person_missing",
    "reason_missing",
    "answer_near",  # the share that is spoken of around what could answer; coverage where any words could
    "short",  # a line too short to say much
    "opening",  # the headline, or a line like it
)
"""The names of the features, in the order of Features.of()."""

_MISSING: dict[Kind, str] = {
    "number": "number_missing",
    "when": "time_missing",
    "age": "age_missing",
    "where": "place_missing",
    "who": "person_missing",
    "why": "reason_missing",
}


_GONE: dict[Kind, str] = {"who": "who_gone", "when": "when_gone", "number": "number_gone", "age": "number_gone"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence beside a question.

    words: its search forms, shape (n,); grid: how well each matches each term, shape (n, terms). Of shape (terms,):
    sure, the best match but for guesses; near, the cosine of the nearest word; context and before, the best match in
    its passage and headline, and in the sentence before it. nearness: cosine with the question; passage: the
    probability that the passage is relevant, and behind: its log-odds below those of the best passage; length: in
    characters; opening: whether it is a headline.
    """

    words: Sequence[str]
    grid: np.ndarray
    sure: np.ndarray
    near: np.ndarray
    context: np.ndarray
    before: np.ndarray
    nearness: float
    passage: float
    behind: float
    length: int
    opening: bool


class Features:
    """The features of sentences beside one question."""

    def __init__(self, asked: Expansion, types: AnswerTypes, spoken: np.ndarray, near: np.ndarray) -> None:
        """spoken, near: the best match of each term in each sentence that is read, and the cosine of the nearest word,
        shape (sentences, terms)."""
        terms = asked.question.terms
        self._kind = asked.question.kind
        self._types = types
        weights = np.array([term.weight for term in terms], np.float32)
        self._weights = weights / (weights.sum() or 1)
        names = np.array([term.name for term in terms])
        vague = np.array([term.asked for term in terms])
        self._here = self._weights * rarity((spoken >= _SPOKEN).sum(axis=0), len(spoken))
        self._here /= self._here.sum() or 1
        self._usual, self._spread = near.mean(axis=0), near.std(axis=0) + _STEADY
        self._firm = ~vague if not vague.all() else np.ones(len(terms), bool)
        self._names, self._plain = names & self._firm, ~names & self._firm
        self._known = np.array(asked.known, np.float32)
        self._library = float(self._weights @ self._known)
        # A word with no variant but itself has no translation.
        self._strange = self._plain & np.array([len(stems) < 2 for stems in asked.variants])
        self._arabic = is_arabic(asked.question.text)

    def of(self, sentence: Sentence) -> tuple[float, ...]:
        """The features of one sentence, in the order of FEATURES."""
        grid, weights, context = sentence.grid, self._weights, sentence.context
        match = grid.max(axis=0)
        values = dict.fromkeys(FEATURES, 0.0)
        across = self._arabic != is_arabic("".join(sentence.words))
        where = "_across" if across else ""
        plain = self._plain & ~self._strange if across else self._plain
        near, worst = adjacent(grid)
        coverage = float(weights @ match)
        values |= {
            "coverage": coverage,
            "context": float(weights @ context),
            "before": float(weights @ np.maximum(match, sentence.before)),
            "library": self._library,
            "weakest": float(match[self._firm].min()),
            "weakest_context": float(context[self._firm].min()),
            "matched": float((match[self._firm] >= _SPOKEN).mean()),
            "plain": float(match[self._plain].mean()) if self._plain.any() else 1.0,
            "plain_weakest": float(match[self._plain].min()) if self._plain.any() else 1.0,
            "head": float(match[0]),
            "gap": float((weights * (1 - match)).max()),
            "gap_context": float((weights * (1 - context)).max()),
            "names": float(match[self._names].min()) if self._names.any() else 1.0,
            "names_context": float(context[self._names].min()) if self._names.any() else 1.0,
            "together": float((closest(grid, _TOGETHER) @ weights).max()),
            "adjacent": near,
            "adjacent_weakest": worst,
            "names_gone": float((1 - match)[self._names].sum()),
            f"words_gone{where}": float((1 - match)[plain].sum()),
            f"words_gone_context{where}": float((1 - context)[plain].sum()),
            f"words_absent{where}": float((1 - self._known)[plain].sum()),
            "strangers_gone": float((1 - match)[self._strange].sum()) if across else 0.0,
            "sure": float(weights @ sentence.sure),
            "sure_weakest": float(sentence.sure[self._firm].min()),
            "sure_gone": float((1 - sentence.sure)[self._plain].sum()),
            "rare_here": float(self._here @ match),
            "soft": float(weights @ sentence.near),
            "stands_out": float(((sentence.near - self._usual) / self._spread).mean()),
            "nearness": sentence.nearness,
            "passage": sentence.passage,
            "passage_behind": sentence.behind,
            "answer_near": coverage,
            "short": float(sentence.length < _SHORT),
            "opening": float(sentence.opening),
        }
        if self._kind in _GONE:
            values[_GONE[self._kind]] = 1 - values["plain"]
        if self._kind == "who":
            values["who_apart"] = 1 - worst
            values["who_sure_gone"] = values["sure_gone"]
        if self._kind in _MISSING:
            beside = self._answer_near(sentence)
            values["answer_near"] = beside
            values[_MISSING[self._kind]] = float(beside == 0)
        return tuple(values.values())

    def _answer_near(self, sentence: Sentence) -> float:
        """The best share of the question that stands around a word that could answer; 0 where there is none."""
        grid = sentence.grid
        own = grid.max(axis=1) >= _SPOKEN  # what the question says itself does not answer it
        best = 0.0
        for at in self._types.places(self._kind, sentence.words):
            if not own[at] or (is_number(sentence.words[at]) and not sentence.words[at][0].isdigit()):
                around = grid[max(0, at - _BESIDE) : at + _BESIDE + 1].max(axis=0)
                best = max(best, float(self._weights @ around), 1e-3)
        return best


def rarity(holders: np.ndarray, among: int) -> np.ndarray:
    """Inverse document frequency as in BM25 (Robertson & Spärck Jones 1976): of terms that `holders` of `among` texts
    hold, in nats, shape of `holders`."""
    return np.log(1 + (among - holders + 0.5) / (holders + 0.5))


def adjacent(grid: np.ndarray) -> tuple[float, float]:
    """How near to one another the question's neighbouring terms stand in a sentence: the mean and the least, over pairs
    of neighbours, of the best product of their matches, less for every word between. 1, 1 for a question of one term.

    grid: shape (words, terms), matches in [0, 1].
    """
    if grid.shape[1] < 2:
        return 1.0, 1.0
    one, other = grid[:, :-1], grid[:, 1:]
    best = (one * other).max(axis=0)
    for apart in range(1, min(_FAR, len(grid) - 1) + 1):
        near = np.maximum(one[:-apart] * other[apart:], other[:-apart] * one[apart:]).max(axis=0)
        best = np.maximum(best, near * _DECAY ** (apart - 1))
    return float(best.mean()), float(best.min())
