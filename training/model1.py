"""Which stems of two languages say the same: IBM model 1 in both directions over parallel pairs.

Brown et al. (1993), "The mathematics of statistical machine translation", model 1, with the sparse Dirichlet
prior of Riley & Gildea (2012), which keeps a rare word from taking every word of its only sentence. The two
directions are put together by the geometric mean of their expected counts, which only what both believe
survives. Deterministic.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS, PRIOR = 6, 0.001
"""Rounds of expectation maximisation, and the Dirichlet prior; chosen with the SOURCES of training/lexicon.py on
the development half of XQuAD.
"""


def exp_digamma(x: Floats) -> Floats:
    """exp(digamma(x)) for x > 0, by recurrence to x + 6 and the asymptotic series (relative error under
    1e-6).

    >>> [round(float(v), 4) for v in exp_digamma(np.array([0.5, 1.0, 10.0]))]
    [0.1404, 0.5615, 9.5044]
    """
    shift = sum(1.0 / (x + i) for i in range(6))
    y = x + 6
    return np.exp(np.log(y) - 1 / (2 * y) - 1 / (12 * y**2) + 1 / (120 * y**4) - shift)


class Cells(NamedTuple):
    """Every (source word, target word) of every pair, ordered by pair and target: one generation of a target
    word each.
    """

    entry: Ints  # number of the (source, target) type
    source_count: Floats  # how often the source word stands in the pair
    target_start: Ints  # where each (pair, target) begins
    target_weight: Floats  # pair weight x how often the target word stands in the pair
    source: Ints  # of each entry; 0 is the empty word
    target: Ints  # of each entry


def cells(source: list[list[int]], target: list[list[int]], weight: list[float], targets: int) -> Cells:
    """Lay the pairs out for `model1`. Source numbers go up by one: 0, in every pair, is the empty word."""
    keys: list[Ints] = []
    counts: list[Floats] = []
    starts: list[Ints] = []
    weights: list[Floats] = []
    at = 0
    for s, t, w in zip(source, target, weight, strict=True):
        s_types, s_counts = np.unique(s, return_counts=True)
        t_types, t_counts = np.unique(t, return_counts=True)
        s_types, s_counts = np.append(0, s_types + 1), np.append(1, s_counts)
        keys.append((s_types[None, :] * targets + t_types[:, None]).ravel())
        counts.append(np.tile(s_counts, len(t_types)).astype(float))
        starts.append(at + np.arange(len(t_types)) * len(s_types))
        weights.append(w * t_counts.astype(np.float64))
        at += len(s_types) * len(t_types)
    types, entry = np.unique(np.concatenate(keys), return_inverse=True)
    return Cells(
        entry,
        np.concatenate(counts),
        np.concatenate(starts),
        np.concatenate(weights),
        types // targets,
        types % targets,
    )


def model1(grid: Cells, rounds: int, prior: float) -> Floats:
    """Expectation maximisation: the expected count of each (source, target) entry of `grid`.

    Every round shares each target word out over the words of the other side by the present P, and counts
    again. `prior` is the Dirichlet parameter of each entry; under 1 it drives seldom used entries to nothing.
    """
    probability = np.ones(len(grid.source))
    sources = int(grid.source.max()) + 1
    lengths = np.diff(np.append(grid.target_start, len(grid.entry)))
    count = probability
    for _ in range(rounds):
        share = probability[grid.entry] * grid.source_count
        share *= np.repeat(grid.target_weight / np.add.reduceat(share, grid.target_start), lengths)
        count = np.asarray(np.bincount(grid.entry, share, len(grid.source)), np.float64)
        total = np.bincount(grid.source, weights=count + prior, minlength=sources)
        probability = exp_digamma(count + prior) / exp_digamma(np.maximum(total, 1e-9))[grid.source]
        probability = np.maximum(probability, 1e-12)
    return count


def symmetric(arabic: list[list[int]], english: list[list[int]], weight: list[float], sizes: tuple[int, int]) -> Table:
    """Model 1 both ways over pairs of stem numbers (below `sizes`), put together: the strength of every stem
    pair.
    """
    there = cells(english, arabic, weight, sizes[0])
    back = cells(arabic, english, weight, sizes[1])
    real = there.source > 0
    key = (there.source[real] - 1) * sizes[0] + there.target[real]
    count = model1(there, ROUNDS, PRIOR)[real]
    real = back.source > 0
    other = back.target[real] * sizes[0] + back.source[real] - 1
    order = np.argsort(other)
    mirrored = model1(back, ROUNDS, PRIOR)[real][order]
    return Table(key // sizes[0], key % sizes[0], np.sqrt(count * mirrored))


class Table(NamedTuple):
    """Entry i says: stem source[i] of one language goes with stem target[i] of another, with strength
    value[i].
    """

    source: Ints
    target: Ints
    value: Floats

    def turned(self) -> Table:
        """The same the other way round."""
        return Table(self.target, self.source, self.value)

    def pruned(self, least: float, most: int) -> Table:
        """Strengths made probabilities of each source; only the `most` best of at least `least`, best first,
        by source.
        """
        total = np.bincount(self.source, weights=self.value)
        p = self.value / np.maximum(total, 1e-300)[self.source]
        keep = np.flatnonzero(p >= least)
        keep = keep[np.lexsort((self.target[keep], -p[keep], self.source[keep]))]
        source = self.source[keep]
        rank = np.arange(len(keep)) - np.searchsorted(source, source)
        keep = keep[rank < most]
        return Table(self.source[keep], self.target[keep], p[keep])

    def then(self, other: Table) -> Table:
        """The composition: probabilities from self's sources to other's targets by way of the stems between
        (dense enough to loop).
        """
        start = np.searchsorted(other.source, np.arange(int(max(other.source.max(), self.target.max())) + 2))
        found: dict[tuple[int, int], float] = {}
        for s, between, p in zip(self.source.tolist(), self.target.tolist(), self.value.tolist(), strict=True):
            for i in range(start[between], start[between + 1]):
                key = (s, int(other.target[i]))
                found[key] = found.get(key, 0.0) + p * float(other.value[i])
        keys = np.array(sorted(found), np.int64).reshape(-1, 2)
        return Table(keys[:, 0], keys[:, 1], np.array([found[s, t] for s, t in keys.tolist()]))
