"""Passages: a few sentences each, the unit that is encoded and indexed."""

from __future__ import annotations

from index.sentences import Span, sentences

TARGET = 480
"""Characters, about 80 Arabic words. A passage closes before the sentence that would take it past this."""


def passages(text: str) -> list[Span]:
    """Group the sentences of `text` into passages of up to TARGET characters (a longer sentence stands alone).

    Every sentence lies in exactly one passage; only white space lies between passages.
    """
    found: list[Span] = []
    for sentence in sentences(text):
        if found and sentence.end - found[-1].start <= TARGET:
            found[-1] = Span(found[-1].start, sentence.end)
        else:
            found.append(sentence)
    return found
