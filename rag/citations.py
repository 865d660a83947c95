"""Citations: a model's text taken apart into claims, each with the numbers of the evidence that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.sentences import sentences


class Draft(NamedTuple):
    """A claim as a model wrote it, without marks. numbers: of evidence that there is, in order, each once; invented:
    those that it cites and that there are not."""

    text: str
    numbers: tuple[int, ...]
    invented: tuple[int, ...] = ()


_THOUGHT = re.compile(r"<(think|thinking|thought|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_THOUGHT_END = re.compile(r"\A.*</(?:think|thinking|thought|reasoning)>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w+-]*\s*$")
_RULE = re.compile(r"^[\s|:*_=\-—]*$")
_HEADING = re.compile(r"^\s*#{1,6}\s+|^\s*\*\*[^*]+\*\*:?\s*$")
_LEAD = re.compile(
    r"^\s*(?:>\s*)*(?:#{1,6}\s+)?(?:[-*+•‣▪–—]\s+|\d{1,2}[.)]\s+)?"
    r"(?:\**(?:(?:final )?answer|response|réponse|(?:ال)?[إا]جابة|الجواب)\**\s*[:：]\**\s*)?",
    re.IGNORECASE,
)
_STRESS = re.compile(r"(\*\*|__|`|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*]))")
_WORD = r"(?:(?:evidence|sources?|ref(?:erence)?s?|citations?|preuves?|no|(?:ال)?(?:دليل|مصدر)|رقم)[\s.:]{0,2})?"
_NUMBER = rf"[\^#]?{_WORD}[\^#]?\d{{1,3}}(?:†[^\]】］,،]{{0,40}})?"  # 【1†source】 is how some models write it
_TO = r"\s*(?:[-‐-―]|\.\.|\bto\b|إلى)\s*"
_AND = r"\s*(?:[,،;؛&]|\band\b|\bet\b|\bو)\s*"
_MARK = rf"[\[【［]\s*{_NUMBER}(?:(?:{_TO}|{_AND}){_NUMBER})*\s*[\]】］](?:\([^)\s]{{0,500}}\))?"
_MARKS = re.compile(rf"{_MARK}(?:\s*[,،;]?\s*{_MARK})*", re.IGNORECASE)
_RANGE = re.compile(rf"(\d{{1,3}})(?:†[^\]】］,،]*)?(?:{_TO}[\^#]?{_WORD}[\^#]?(\d{{1,3}}))?", re.IGNORECASE)
_LINK = re.compile(r"\([^)\s]*\)")
_CLOSING = '.,;:!?؟،؛…)»”"'
_SHORT = 3
"""Words up to which a line without citation joins others, and claims nothing worth a check ("In short.")."""


def split_claims(text: str, count: int) -> list[Draft]:
    """The claims of a model's text, in order, each once; `count`: how much evidence there is, numbered from 1.

    >>> split_claims("The dam held [1]. It rained [2, 9].", 2)
    [Draft(text='The dam held.', numbers=(1,), invented=()), Draft(text='It rained.', numbers=(2,), invented=(9,))]

    Numbers stand in [1], [1, 2], [1][2], [1-3], [١، ٢] or 【1】, within a sentence or behind it. Thoughts (<think>) are
    left out, and so are code fences, the marks of Markdown, headings, and lines without a citation that only lead to
    others (they end in a colon, or have at most three words).
    """
    found: dict[Draft, None] = {}
    for line in without_thoughts(text).splitlines():
        if _FENCE.match(line) or _RULE.match(line):
            continue
        heading = _HEADING.match(line) is not None
        for draft in _claims(_LEAD.sub("", line).replace("|", " "), count):
            cited = draft.numbers or draft.invented
            if cited or not (heading or _leads(draft.text)):
                found[draft] = None
    return list(found)


def without_thoughts(text: str) -> str:
    """`text` without what a model thinks aloud, also where only the beginning of a thought is marked, or its end."""
    return _THOUGHT_END.sub("", _THOUGHT.sub("", text))


def _claims(line: str, count: int) -> Iterator[Draft]:
    """The sentences of one line. A mark belongs to the sentence in which or behind which it stands; at the beginning of
    the line, to the first."""
    plain, marks = _unmarked(_STRESS.sub("", line))
    spans = [span for span in sentences(plain) if any(map(str.isalnum, plain[span.start : span.end]))]
    cited: list[list[int]] = [[] for _ in spans]
    for at, numbers in marks:
        before = [n for n, span in enumerate(spans) if span.start < at]
        if spans:
            cited[before[-1] if before else 0] += numbers
    for span, numbers in zip(spans, cited, strict=True):
        once = dict.fromkeys(numbers)
        real = tuple(n for n in once if 1 <= n <= count)
        yield Draft(plain[span.start : span.end], real, tuple(n for n in once if n not in real))


def _unmarked(line: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """`line` without its marks, and where in it each stood."""
    plain, marks, end = "", [], 0
    for mark in _MARKS.finditer(line):
        plain = _joined(plain, line[end : mark.start()]).rstrip()
        marks.append((len(plain), _numbers(_LINK.sub("", mark.group()))))
        end = mark.end()
    return _joined(plain, line[end:]).rstrip(), marks


def _joined(before: str, after: str) -> str:
    """Two texts between which a mark stood, with one space, but none before what closes a sentence."""
    after = after.lstrip() if before else after
    return before + after if not before or not after or after[0] in _CLOSING else f"{before} {after}"


def _numbers(mark: str) -> list[int]:
    """The numbers of a mark, in its order; a range counts up (٣-١ is often typed from right to left)."""
    found: list[int] = []
    for first, last in _RANGE.findall(mark):
        low, high = sorted((int(first), int(last or first)))
        found += range(low, min(high, low + 99) + 1)
    return found


def _leads(text: str) -> bool:
    return text.rstrip(" *_").endswith((":", "：")) or len(text.split()) <= _SHORT
