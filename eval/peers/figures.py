"""Figures of many rounds made one: medians, ratios within a round, and the bars that Isnad has to reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

import numpy as np

Round = Mapping[str, Mapping[str, float]]
"""Of one round: system -> row -> figure. What failed is not there."""


class Row(NamedTuple):
    """A measure: its name, how many digits it is shown with, and whether more of it is better."""

    name: str
    digits: int
    more: bool


SPEED = (
    Row("articles/s indexed", 0, True),
    Row("passages/s indexed", 0, True),
    Row("passages", 0, True),
    Row("peak memory, MiB", 0, False),
    Row("on disk, MiB", 1, False),
    Row("load to first answer, ms", 0, False),
    Row("question p50, ms", 2, False),
    Row("question p95, ms", 2, False),
    Row("cold question, s", 2, False),
    Row("cold `isnad search`, s", 2, False),
)


class Bar(NamedTuple):
    """`system` has to have, in `row`, at least `factor` times less (more, if more is better: Isnad at least `factor`
    times as much)."""

    row: str
    system: str
    factor: float


BARS = (
    Bar("articles/s indexed", "LlamaIndex", 5),
    Bar("articles/s indexed", "txtai", 3),
    Bar("cold question, s", "LlamaIndex", 5),
    Bar("question p50, ms", "LlamaIndex", 2),
)


def indexed(done: Mapping[str, float]) -> dict[str, float]:
    """The rows of tasks.index()."""
    return {
        "articles/s indexed": done["articles"] / done["seconds"],
        "passages/s indexed": done["passages"] / done["seconds"],
        "passages": done["passages"],
        "peak memory, MiB": done["peak"] / 2**20,
        "on disk, MiB": done["disk"] / 2**20,
    }


def queried(load: float, seconds: Sequence[float]) -> dict[str, float]:
    """The rows of tasks.query(), from seconds."""
    p50, p95 = 1000 * np.percentile(seconds, [50, 95])
    return {"load to first answer, ms": 1000 * load, "question p50, ms": float(p50), "question p95, ms": float(p95)}


def medians(rounds: Sequence[Round], row: str, system: str) -> float | None:
    """The median of a figure over the rounds that have it; None if none has."""
    found = [one[system][row] for one in rounds if row in one.get(system, {})]
    return median(found) if found else None


def ratio(rounds: Sequence[Round], row: str, system: str, first: str) -> float | None:
    """The median over the rounds of `system`'s figure divided by that of `first` in the same round; None if no round
    has both. Rounds differ by what else the machine does; within one, both see nearly the same."""
    found = [
        one[system][row] / one[first][row]
        for one in rounds
        if row in one.get(system, {}) and one.get(first, {}).get(row)
    ]
    return median(found) if found else None


def held(bar: Bar, rounds: Sequence[Round], first: str) -> tuple[bool, float] | None:
    """(whether `first` reaches the bar, by what factor it is ahead of the bar's system); None if not both ran."""
    found = ratio(rounds, bar.row, bar.system, first)
    if not found:
        return None
    ahead = 1 / found if next(row for row in SPEED if row.name == bar.row).more else found
    return ahead >= bar.factor, ahead


def leads(quality: Mapping[str, Mapping[str, float]], first: str) -> list[tuple[str, str, bool]]:
    """(row, system, whether `first` is above it) for each row of quality and each other system."""
    return [
        (row, system, quality[first][row] > value)
        for system, rows in quality.items()
        if system != first and first in quality
        for row, value in rows.items()
    ]
