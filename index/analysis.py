"""Analysis: the words of an article, found once for all that is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.duplicates import shingles_of
from index.sentences import Span
from index.tokens import Terms, terms


class Analysed(NamedTuple):
    """The terms of each passage of an article, and the shingles of the whole (see index.duplicates)."""

    passages: list[Terms]
    shingles: np.ndarray


def analysed(text: str, title: str, spans: Sequence[Span]) -> Analysed:
    """What is made of the words of a text under a title; `spans`: its passages."""
    found = [terms(text[start:end]) for start, end in spans]
    whole = b"".join(part.hashes for part in found) if _apart(text, spans) else terms(text).hashes
    return Analysed(found, shingles_of(whole, title))


def _apart(text: str, spans: Sequence[Span]) -> bool:
    """Whether there is white space between any two of `spans`, and nothing else beside them: the words of the text are
    theirs.

    It is so with the passages of `index.passages`, unless a sentence ends without a space, or is cut, within a word
    perhaps.
    """
    between = (text[one.end : other.start] for one, other in pairwise(spans))
    beside = text[: spans[0].start] + text[spans[-1].end :] if spans else text
    return not beside.strip() and all(map(str.isspace, between))
