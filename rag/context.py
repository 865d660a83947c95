"""Context: the sentence that a quote leans on, where it cannot be understood alone."""

from __future__ import annotations

from itertools import pairwise

from index.sentences import sentences
from index.tokens import forms
from rag.wordlists import wordlist

_OPENING = 4
"""Words at the beginning of a sentence among which one that points back tells that it leans on what came before."""


def context(text: str, start: int, title: str = "") -> str:
    """The sentence of `text` before the one that begins at `start`, if that one leans on it ("he added", وأضاف, ce
    dernier); "" if it stands alone, opens the text, or only the headline stands before it.

    >>> context("Hassan Ali is the mayor. He was elected in May.", 25)
    'Hassan Ali is the mayor.'
    """
    before, here = "", ""
    for span in sentences(text):
        if span.end > start:
            here = text[span.start : span.end]
            break
        before = text[span.start : span.end]
    return before if before.strip() != title.strip() and leans(here) else ""


def leans(sentence: str) -> bool:
    """Whether a sentence points back to the one before it: by a pronoun or "this" at its beginning, or, in Arabic, by a
    verb that leaves out who speaks.

    >>> leans("وأضاف أن الوضع مستقر"), leans("أضاف الوزير أن الوضع مستقر")
    (True, False)
    """
    opening = forms(sentence)[: _OPENING + 1]
    pointing = wordlist("pointing")
    if any(form in pointing or (form[0] in "وف" and form[1:] in pointing) for form in opening[:_OPENING]):
        return True
    # A verb of saying opens an Arabic sentence; "that" directly behind it leaves no room for a speaker.
    return any(
        verb.lstrip("وف") in wordlist("saying") and behind in wordlist("that") for verb, behind in pairwise(opening)
    )
