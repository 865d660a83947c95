"""Matches: which words of a passage stand for which words of the question, so that a hit can say why it was found."""

from __future__ import annotations

from index.catalogue import Passage
from index.tokens import words
from rag.alignment import Aligner
from rag.question import Question
from rag.results import Match

_SURE = 0.5
"""A weaker match than this is not worth telling."""


def matches(question: Question, aligner: Aligner, passage: Passage) -> tuple[Match, ...]:
    """For each term of the question the word of the passage that matches it best, the first of equals; none for a term
    that only a vector finds. A name that the archive writes as one word is matched by it in each of its parts."""
    spoken = list(words(passage.text))
    forms = [word.form for word in spoken]
    aligner.learn(forms)
    grid = aligner.grid(forms, guess=False)
    found = []
    for term, at, score in zip(question.terms, grid.argmax(axis=0).tolist(), grid.max(axis=0).tolist(), strict=True):
        if score >= _SURE:
            word = spoken[at]
            start, end = passage.start + word.start, passage.start + word.end
            found.append(Match(question.text[term.start : term.end], passage.text[word.start : word.end], start, end))
    return tuple(found)
