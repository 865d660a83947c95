"""Measures of answers. Ranking measures come from ir_measures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from eval.dataset import Gold


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """The characters that two spans share, as a part of the shorter one.

    >>> overlap((0, 10), (5, 25))
    0.5
    """
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(shared, 0) / max(min(one[1] - one[0], other[1] - other[0]), 1)


def places(quote: str, texts: Mapping[str, str]) -> list[Gold]:
    """Everywhere that `quote` stands in `texts` (article id -> text)."""
    found = []
    for name, text in texts.items():
        at = text.find(quote)
        while at >= 0:
            found.append(Gold(name, at, at + len(quote)))
            at = text.find(quote, at + 1)
    return found


def holds(gold: Iterable[Gold], article: str, start: int, end: int) -> bool:
    """Whether text[start:end] of `article` shares at least half of the shorter span with a gold place."""
    return any(g.article_id == article and overlap((start, end), (g.start, g.end)) >= 0.5 for g in gold)


def mean(values: Iterable[float]) -> float:
    """The arithmetic mean; 0 for nothing."""
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def roc_area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The probability that a positive scores above a negative, ties counting half (Mann-Whitney); 0.5 for nothing.

    >>> roc_area([0.9, 0.4], [0.4, 0.1])
    0.875
    """
    if not positive or not negative:
        return 0.5
    ranked = sorted([(v, 1) for v in positive] + [(v, 0) for v in negative])
    total, i = 0.0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        total += (i + j + 1) / 2 * sum(label for _, label in ranked[i:j])
        i = j
    n = len(positive)
    return (total - n * (n + 1) / 2) / (n * len(negative))


def calibration_error(probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over `bins` bins of equally many: the mean distance of the mean
    probability from the share of true outcomes.

    >>> calibration_error([0.25, 0.25, 0.75, 0.75], [False, True, True, True], bins=2)
    0.25
    """
    pairs = sorted(zip(probabilities, outcomes, strict=True), key=lambda pair: pair[0])
    error = 0.0
    for n in range(bins):
        held = pairs[len(pairs) * n // bins : len(pairs) * (n + 1) // bins]
        if held:
            error += abs(sum(p for p, _ in held) - sum(o for _, o in held)) / len(pairs)
    return error
