"""Copies: of passages that say the same in several articles of one report the best is shown, and the others counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.tokens import forms

if TYPE_CHECKING:
    from index.reports import Copies
    from rag.results import Citation, Hit
    from rag.retrieval import Found

_SAME = 0.8
"""Share of a passage's word 3-grams in better passages of other copies above which it says nothing that they do not."""


def distinct(found: Sequence[Found], reports: Mapping[str, Copies]) -> list[Found]:
    """`found`, best first, without the passages that stand in better ones of another article of the same report.

    reports: article id -> its report. A paragraph that only one of the copies has stays, and so does every passage of
    an article alone in its report.
    """
    kept: list[Found] = []
    said: dict[str, list[tuple[str, set[tuple[str, ...]]]]] = {}
    for one in found:
        id_ = one.passage.article_id
        report = reports.get(id_)
        if report is None or report.articles == 1:
            kept.append(one)
            continue
        grams = _grams(one.passage.text)
        better = said.setdefault(report.first, [])
        others = set().union(*(had for other, had in better if other != id_))
        if len(grams & others) <= _SAME * len(grams):
            kept.append(one)
            better.append((id_, grams))
    return kept


def _grams(text: str) -> set[tuple[str, ...]]:
    words = forms(text)
    return {tuple(words[i : i + 3]) for i in range(max(len(words) - 2, 1))}


def standing(place: Hit | Citation) -> str:
    """In how many articles and outlets the report stands, in words; '' for an article that is alone."""
    if place.articles == 1:
        return ""
    outlets = f" of {place.outlets:,} outlet{'' if place.outlets == 1 else 's'}" if place.outlets else ""
    return f"in {place.articles:,} articles{outlets}"
