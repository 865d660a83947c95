"""The extractive answer: the fewest sentences of the archive that answer, or a refusal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.evidence import Evidence
from rag.features import FEATURES
from rag.question import Language, Question
from rag.results import Answer, Citation, Claim, Hit
from rag.times import Period
from rag.weights import Weights

MOST = 3
"""Sentences of an answer at the most."""
_BESIDE = 0.3
"""A further sentence is shown if its probability is at least this share of the best one's."""
_CLEAR = 5.0
"""A lead, in log-odds, beyond which more says nothing; also that of a sentence without a rival."""
_SAME = 0.6
"""Share of the shorter sentence's stems above which two sentences say the same."""

REFUSALS: dict[Language, str] = {
    "en": "No article in this library answers that.",
    "ar": "لا يوجد في هذه المكتبة مقال يجيب عن ذلك.",
    "fr": "Aucun article de cette bibliothèque ne répond à cette question.",
}
_WITHIN: dict[Language, tuple[str, str, str, str, str]] = {
    "en": ("No article {} in this library answers that.", "of {0} to {1}", "of {0}", "since {0}", "until {1}"),
    "ar": ("لا يوجد في هذه المكتبة مقال {} يجيب عن ذلك.", "من {0} إلى {1}", "بتاريخ {0}", "منذ {0}", "حتى {1}"),
    "fr": (
        "Aucun article {} dans cette bibliothèque ne répond à cette question.",
        "du {0} au {1}",
        "du {0}",
        "depuis le {0}",
        "jusqu'au {1}",
    ),
}
"""The refusal where dates were understood: the sentence; two days, one day, no end, no beginning."""
_NEAREST: dict[Language, str] = {
    "en": "Nearest headlines:",
    "ar": "أقرب العناوين:",
    "fr": "Titres les plus proches :",
}


_SHARED = FEATURES.index("short")
CONFIDENCE = ("best", "lead", *FEATURES[:_SHARED], "terms", "number", "when", "who", "where", "age", "why")
"""What is known of an answer, in the order of confidence_features()."""


def confidence_features(question: Question, evidence: Sequence[Evidence]) -> tuple[float, ...]:
    """Log-odds of the best sentence, its lead over the next that says something else, its features, and the
    question's kind."""
    best = evidence[0]
    other = next((e for e in evidence[1:] if not _say_the_same(e, best)), None)
    odds = _log_odds(best.score)
    lead = min(odds - _log_odds(other.score), _CLEAR) if other else _CLEAR
    kinds = [float(question.kind == kind) for kind in CONFIDENCE[-6:]]
    return (odds, lead, *best.features[:_SHARED], min(len(question.terms), 8) / 8, *kinds)


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))


def compose(
    question: Question,
    evidence: Sequence[Evidence],
    weights: Weights,
    nearest: Sequence[Hit],
    said: Period | None = None,
) -> Answer:
    """Answer from `evidence` (best first), or refuse where it is not probable enough that the archive answers.

    `nearest`: what a refusal points to. said: the dates that were understood as a filter.
    """
    answerable = evidence and not question.empty
    confidence = weights.probability("answer", confidence_features(question, evidence)) if answerable else 0.0
    if confidence < weights.threshold:
        text = refusal(question.language, nearest, said)
        return Answer(question.text, False, text, confidence, nearest=tuple(nearest))
    citations = [cite(n, e) for n, e in enumerate(select(evidence), start=1)]
    claims = tuple(Claim(citation.quote, (citation.n,)) for citation in citations)
    text = "\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims)
    return Answer(question.text, True, text, confidence, claims, tuple(citations))


def select(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to show, best first: near the best in probability, and no two saying the same."""
    chosen: list[Evidence] = []
    for one in evidence:
        if len(chosen) == MOST or one.score < _BESIDE * evidence[0].score:
            break
        if not any(_say_the_same(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _say_the_same(one: Evidence, other: Evidence) -> bool:
    shorter = min(len(one.stems), len(other.stems))
    return len(one.stems & other.stems) >= _SAME * max(shorter, 1)


def cite(n: int, evidence: Evidence) -> Citation:
    """The sentence `evidence` as citation number `n`."""
    p = evidence.passage
    about = (p.article_id, p.title, p.source, p.date, p.url)
    return Citation(n, *about, evidence.text, evidence.start, evidence.end, evidence.score)


def refusal(language: Language, nearest: Sequence[Hit], said: Period | None = None) -> str:
    """The words of a refusal in the language of the question, with the dates that were understood and the headlines
    that lie nearest."""
    sentence = REFUSALS[language]
    if said:
        whole, both, day, after, before = _WITHIN[language]
        span = day if said.since == said.until else after if not said.until else both if said.since else before
        sentence = whole.format(span.format(said.since, said.until))
    headlines = list(dict.fromkeys(hit.title or hit.text.splitlines()[0][:100] for hit in nearest))[:3]
    return "\n".join([sentence, *([_NEAREST[language]] if headlines else []), *(f"- {h}" for h in headlines)])
