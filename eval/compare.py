"""Two runs on the same questions, compared pairwise: how large the difference is, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from eval.dataset import DatasetError
from eval.runs import Question, Run

_ROUNDS = 10_000
_EQUAL = 1e-12


class Difference(NamedTuple):
    """One measure in both runs: the means, their difference (second minus first) with its 95 % confidence interval by
    the bootstrap (Sakai 2006), and p of the two-sided randomisation test (Smucker et al. 2007)."""

    measure: str
    first: float
    second: float
    difference: float
    low: float
    high: float
    p: float
    better: int
    worse: int
    questions: int


class Changed(NamedTuple):
    """A question that a measure tells apart."""

    measure: str
    change: float
    first: Question
    second: Question


def compare(first: Run, second: Run, seed: int = 0) -> list[Difference]:
    """Each measure that both runs have, over the questions that both score. Raises DatasetError if they share none."""
    pairs = _pairs(first, second)
    names = dict.fromkeys(name for one, other in pairs for name in one.scores if name in other.scores)
    return [_difference(name, pairs, seed) for name in names]


def changes(first: Run, second: Run, measure: str) -> list[Changed]:
    """The questions whose score changed, the largest change first; what got worse before what got better."""
    found = [
        Changed(measure, other.scores[measure] - one.scores[measure], one, other)
        for one, other in _pairs(first, second)
        if measure in one.scores and measure in other.scores
    ]
    return sorted((c for c in found if abs(c.change) > _EQUAL), key=lambda c: (c.change > 0, -abs(c.change)))


def bootstrap(differences: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 2.5 and 97.5 percentiles of the mean of `differences`, drawn anew with replacement 10,000 times."""
    values, draw = np.asarray(differences, float), np.random.default_rng(seed)
    means = [float(values[draw.integers(0, len(values), len(values))].mean()) for _ in range(_ROUNDS)]
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def randomisation(differences: Sequence[float], seed: int = 0) -> float:
    """The two-sided p of the mean difference, if each question might as well have been scored the other way round:
    (1 + flips at least as far from 0) / (1 + flips), of 10,000 flips."""
    values, draw = np.asarray(differences, float), np.random.default_rng(seed)
    values = values[np.abs(values) > _EQUAL]
    if not len(values):
        return 1.0
    seen = abs(values.sum()) - _EQUAL
    signs = (2 * draw.integers(0, 2, len(values)) - 1 for _ in range(_ROUNDS))
    return (1 + sum(abs(float(sign @ values)) >= seen for sign in signs)) / (1 + _ROUNDS)


def _pairs(first: Run, second: Run) -> list[tuple[Question, Question]]:
    others = {one.id: one for one in second.questions}
    pairs = [(one, others[one.id]) for one in first.questions if one.id in others]
    if not pairs:
        raise DatasetError(
            f"the runs share no question ({first.dataset} and {second.dataset}); compare runs of one question set"
        )
    return pairs


def _difference(name: str, pairs: Sequence[tuple[Question, Question]], seed: int) -> Difference:
    scored = [(a.scores[name], b.scores[name]) for a, b in pairs if name in a.scores and name in b.scores]
    one, other = np.array(scored, float).T
    apart = other - one
    low, high = bootstrap(apart.tolist(), seed)
    return Difference(
        name,
        float(one.mean()),
        float(other.mean()),
        float(apart.mean()),
        low,
        high,
        randomisation(apart.tolist(), seed),
        int((apart > _EQUAL).sum()),
        int((apart < -_EQUAL).sum()),
        len(scored),
    )
