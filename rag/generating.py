"""The answer of a language model: asked with numbered evidence, taken apart into claims, each checked against the
quotes that it names; what does not hold is left out, and where nothing is left the quotes themselves are the answer."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from index.errors import LanguageModelError
from rag.answering import cite
from rag.citations import Draft, split_claims, without_thoughts
from rag.evidence import Evidence
from rag.language_models import LanguageModel
from rag.prompts import NO_ANSWER, gives_orders, messages, visible
from rag.question import Question
from rag.results import Answer, Citation, Claim, Verdict

MOST = 8
"""Sentences of evidence that a model is given."""
DOUBT = 0.5
"""The share of the threshold of confidence from which a model is asked. Between the two, the quotes alone would be no
answer, but a claim that the check finds supported is one."""

_MOST_CLAIMS = 30
"""Claims that are checked; who writes on and on answers nothing."""

_NO_ANSWER = re.compile(rf"\b{NO_ANSWER}\b".replace("_", r"\\?[_ -]"))


class Checked(Protocol):
    """What a check finds."""

    @property
    def verdict(self) -> Verdict: ...
    @property
    def reason(self) -> str: ...


class Check(Protocol):
    """Holds a claim against the quotes that it cites."""

    def check(self, claim: str, quotes: Sequence[str], context: Sequence[str]) -> Checked:
        """The verdict on `claim`, and the reason for it. context: what stands around the quotes: headlines, days."""
        ...


def number(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The sentences that a model is given, best first, no two with the same words; of an article that speaks to models,
    none from there on."""
    evidence = list(evidence)
    ends: dict[str, int] = {}
    found: dict[frozenset[str], Evidence] = {}
    for one in evidence:
        if gives_orders(one.text):
            ends[one.passage.article_id] = min(one.start, ends.get(one.passage.article_id, one.start))
    for one in evidence:
        if one.start < ends.get(one.passage.article_id, one.end):
            found.setdefault(one.stems, one)
    return list(found.values())[:MOST]


def generate(
    quoted: Answer,
    refused: Answer,
    question: Question,
    evidence: Sequence[Evidence],
    model: LanguageModel,
    check: Check,
    threshold: float,
    keep_unsupported: bool = False,
) -> Generator[str, None, Answer]:
    """Ask `model`; give its words as they come, unchecked, and return the checked answer.

    quoted: the answer without a model, given with a notice where the model fails or says nothing that holds. refused:
    the refusal, for where the model finds no answer in the evidence. threshold: the confidence under which `quoted`
    refuses.
    """
    shown = number(evidence)
    if not shown or quoted.confidence < DOUBT * threshold:
        return replace(quoted, notice=f"{model.name} was not asked: nothing that was found is likely to be an answer")
    pieces = []
    try:
        for piece in model.stream(messages(question, shown)):
            if piece:
                pieces.append(piece)
                yield piece
    except LanguageModelError as error:
        return replace(quoted, notice=str(error))
    said = visible(without_thoughts("".join(pieces)))
    drafts = split_claims(_NO_ANSWER.sub(" ", said), len(shown))
    claims = [_checked(draft, shown, check) for draft in drafts[:_MOST_CLAIMS]]
    # Where the archive is silent by itself, only what is sure counts.
    enough = ("supported", "partly") if quoted.answered else ("supported",)
    if any(claim.verdict in enough for claim in claims):
        return _answer(quoted, claims, shown, model.name, keep_unsupported)
    dropped = tuple(replace(claim, citations=()) for claim in claims)
    if _NO_ANSWER.search(said):
        return replace(refused, dropped=dropped, notice=f"{model.name} found no answer in the evidence")
    lacking = "said nothing" if not claims else "said nothing that the quotes support"
    instead = "; these are the quotes themselves" if quoted.answered else ""
    return replace(quoted, dropped=dropped, notice=f"{model.name} {lacking}{instead}")


def _checked(draft: Draft, shown: Sequence[Evidence], check: Check) -> Claim:
    """The claim with the numbers of the prompt, and the verdict on it."""
    if not draft.numbers:
        numbers = "".join(f"[{n}]" for n in draft.invented)
        reason = f"it cites {numbers}, and there is no such evidence" if numbers else "it cites no evidence"
        return Claim(draft.text, (), "unsupported", reason)
    cited = [shown[n - 1] for n in draft.numbers]
    about = [text for one in cited for text in (one.passage.title, one.passage.date) if text]
    found = check.check(draft.text, [one.text for one in cited], about)
    return Claim(draft.text, draft.numbers, found.verdict, found.reason)


def _answer(
    quoted: Answer, claims: Sequence[Claim], shown: Sequence[Evidence], model: str, keep_unsupported: bool
) -> Answer:
    """The answer of the claims that hold (and of the others, flagged, if they are wanted), its citations numbered from
    1 in the order in which it names them."""
    kept = [claim for claim in claims if keep_unsupported or claim.verdict != "unsupported"]
    new: dict[int, int] = {}
    for n in (n for claim in kept for n in claim.citations):
        new.setdefault(n, len(new) + 1)

    def renumbered(claim: Claim) -> Claim:
        return replace(claim, citations=tuple(new[n] for n in claim.citations if n in new))

    citations: list[Citation] = [cite(n, shown[old - 1]) for old, n in new.items()]
    final = tuple(map(renumbered, kept))
    return replace(
        quoted,
        answered=True,
        text="\n".join(map(_line, final)),
        claims=final,
        citations=tuple(citations),
        nearest=(),
        model=model,
        dropped=tuple(renumbered(claim) for claim in claims if claim not in kept),
    )


def _line(claim: Claim) -> str:
    """A claim with its numbers; what the quotes do not support bears a question mark too."""
    marks = "".join(f"[{n}]" for n in claim.citations)
    return f"{claim.text} {marks}" if claim.verdict != "unsupported" else f"{claim.text} {marks}[?]"
