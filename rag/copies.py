"""Copies: of passages that say the same in several articles of one report the best is shown, and the others counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.tokens import forms

if TYPE_CHECKING:
    from index.reports import Copies
    from rag.results import Citation, Hit
    from rag.retrieval import Found

_SAME = 0.7
"""Share of the word 3-grams of the longer of two passages, above which they are the same."""


def distinct(found: Sequence[Found], reports: Mapping[str, Copies]) -> list[Found]:
    """`found`, best first, without the passages that are the same as a better one of another article of the report.

    reports: article id -> its report. A paragraph that only one of the copies has stays, and so does every passage of
    an article alone in its report.
    """
    # A report of which only one article was found has nothing to compare.
    ids = {one.passage.article_id for one in found}
    several = Counter(reports[id_].first for id_ in ids if id_ in reports)
    kept: list[Found] = []
    said: dict[str, list[tuple[str, set[tuple[str, ...]]]]] = {}
    for one in found:
        id_ = one.passage.article_id
        report = reports.get(id_)
        if report is None or several[report.first] == 1:
            kept.append(one)
            continue
        grams = _grams(one.passage.text)
        better = said.setdefault(report.first, [])
        if not any(other != id_ and _same(grams, had) for other, had in better):
            kept.append(one)
        better.append((id_, grams))
    return kept


def _same(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> bool:
    return len(one & other) > _SAME * max(len(one), len(other))


def _grams(text: str) -> set[tuple[str, ...]]:
    words = forms(text)
    return {tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 1))}


def standing(place: Hit | Citation) -> str:
    """In how many articles and outlets the report stands, in words; '' for an article that is alone."""
    if place.articles == 1:
        return ""
    outlets = f" of {place.outlets:,} outlet{'' if place.outlets == 1 else 's'}" if place.outlets else ""
    return f"in {place.articles:,} articles{outlets}"
