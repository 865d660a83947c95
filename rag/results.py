"""What a library gives back: hits for a search, an answer with citations for a question."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Verdict = Literal["supported", "partly", "unsupported"]


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a passage that stands for a word of the question, as itself, its translation or its spelling in the
    other script: article.text[start:end] == word."""

    term: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found: article.text[start:end] == text. score: probability of relevance in [0, 1], higher is
    better. matched: its words that stand for words of the question, in the order of the question.

    The report of the article stands in `articles` articles of the whole library, whatever the filter, and in `outlets`
    outlets (an article that names none counts for none); copies: the ids of the others, the first 20.
    """

    article_id: str
    title: str
    source: str | None
    date: str | None
    url: str | None
    text: str
    start: int
    end: int
    score: float
    matched: tuple[Match, ...] = ()
    articles: int = 1
    outlets: int = 0
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """The exact words of a quote that answer: article.text[start:end] == text, within the quote."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """The words that a claim rests on: article.text[start:end] == quote. n: its number in the answer, from 1.

    score: probability in [0, 1] that the quote answers the question. articles, outlets, copies: those of Hit.
    marks: the words in it that answer a question for a time, a person, a number or a place. context: the sentence
    before it, where the quote cannot be understood alone ("he", "last month"); to be shown, but not as a quote.
    """

    n: int
    article_id: str
    title: str
    source: str | None
    date: str | None
    url: str | None
    quote: str
    start: int
    end: int
    score: float
    articles: int = 1
    outlets: int = 0
    copies: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    context: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the numbers of its citations, and the verdict of the check of it against their quotes.

    reason: what the check found, for a person to read ("the quote says 2017, the claim 2018"); empty where all agrees.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict = "supported"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or a refusal (answered is False, no claims; `text` says so and `nearest` holds what lies closest).

    confidence: probability in [0, 1] that the archive answers the question. since, until: the days, 'YYYY-MM-DD', that
    it was asked of; understood: the words of the question that were taken for them, or None.
    model: the language model that wrote the claims; None where they are quotes. dropped: its claims that the check did
    not let pass. notice: one line on why a model that was asked for did not write the answer, or None.
    disagree: the numbers of the citations whose marked words state different numbers or dates for the same thing.
    completed: the question as it was completed from the conversation, or None where it was asked as it stands.
    """

    question: str
    answered: bool
    text: str
    confidence: float
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = field(default=(), repr=False)
    since: str | None = None
    until: str | None = None
    understood: str | None = None
    model: str | None = None
    dropped: tuple[Claim, ...] = ()
    notice: str | None = None
    disagree: tuple[int, ...] = ()
    completed: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer as `isnad ask --json` prints it."""
        whole = asdict(self)
        whole["nearest"] = [] if self.answered else whole["nearest"]
        return whole
