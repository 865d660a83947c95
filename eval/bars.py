"""Bars that a run has to reach: MEASURE=VALUE, for programs that stop where quality falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.errors import QueryError

_LOW_IS_GOOD = ("calibration error", "tokens read", "tokens written")


def bars(given: Sequence[str]) -> dict[str, float]:
    """Measure -> value, of texts such as "nDCG@10=0.9". Raises QueryError for what is none."""
    found = {}
    for text in given:
        name, _, value = text.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            name = ""
        if not name.strip():
            raise QueryError(f"--fail-under {text} is no bar; write a measure and a number, for example nDCG@10=0.9")
    return found


def missed(figures: Mapping[str, float], wanted: Mapping[str, float]) -> list[str]:
    """A line for each bar that is not reached. Times, tokens and errors must lie under theirs. Raises QueryError for a
    measure that the run has not."""
    if strange := [name for name in wanted if name not in figures]:
        raise QueryError(f"the run has no measure {strange[0]!r}; it has {', '.join(figures)}")
    return [
        f"{name} is {figures[name]:.3f}, the bar {bar:g}"
        for name, bar in wanted.items()
        if (figures[name] > bar if name.endswith(" ms") or name in _LOW_IS_GOOD else figures[name] < bar)
    ]
