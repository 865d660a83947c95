"""Citation recall and precision as ALCE defines them (Gao et al. 2023), with Isnad's own check as the judge."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.measures import mean
from rag.results import Answer

Supports = Callable[[str, Sequence[str]], bool]
"""(claim, quotes) -> whether the quotes together say what the claim says."""


def citation_recall(answer: Answer, supports: Supports) -> float:
    """The share of the claims that their citations together support; a claim without citations is not supported."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    return mean(_supported(claim.text, [quotes[n] for n in claim.citations], supports) for claim in answer.claims)


def citation_precision(answer: Answer, supports: Supports) -> float:
    """The share of the citations that are of use: their claim is supported, and either the one alone supports it or
    the others without the one do not."""
    quotes = {citation.n: citation.quote for citation in answer.citations}
    useful = []
    for claim in answer.claims:
        cited = [quotes[n] for n in claim.citations]
        whole = _supported(claim.text, cited, supports)
        for at, quote in enumerate(cited):
            others = cited[:at] + cited[at + 1 :]
            needed = _supported(claim.text, [quote], supports) or not _supported(claim.text, others, supports)
            useful.append(whole and needed)
    return mean(useful)


def _supported(claim: str, quotes: Sequence[str], supports: Supports) -> bool:
    return bool(quotes) and supports(claim, quotes)
