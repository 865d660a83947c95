"""The extractive answer: the fewest sentences of the archive that answer, or a refusal."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rag.disagreement import COUNTED, differ
from rag.evidence import Evidence
from rag.features import FEATURES
from rag.kinds import Kind
from rag.question import Language, Question
from rag.results import Answer, Citation, Claim, Hit
from rag.times import Period
from rag.weights import Weights, log_odds

MOST = 3
"""Sentences of an answer at the most."""
_BESIDE = 0.1
"""A further sentence is shown if its probability is at least this share of the best one's."""
_CLEAR = 5.0
"""A lead, in log-odds, beyond which more says nothing; also that of a sentence without a rival."""
_NEAREST = 5
"""Passages that a refusal points to."""
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
_HEADLINES: dict[Language, str] = {
    "en": "Nearest headlines:",
    "ar": "أقرب العناوين:",
    "fr": "Titres les plus proches :",
}


_SHARED = FEATURES.index("short")
_BEHIND = FEATURES.index("passage_behind")
_KINDS: tuple[Kind, ...] = ("number", "when", "who", "where", "age", "why")
CONFIDENCE = (
    "best",  # log-odds of the best sentence
    "lead",  # by how many log-odds the next that says something else stands behind it
    *FEATURES[:_SHARED],  # the features of the best sentence
    "terms",  # how many terms the question has
    *_KINDS,  # its kind
    "passage_best",  # log-odds of the best passage
    "more",  # how much the other sentences add to the best one, in log-odds
    "on_best",  # the best sentence stands in the best passage
    "article_lead",  # by how many log-odds the best passage of the next article stands behind
    "articles_lead",  # and of the third next
    "single",  # all that was found is of one article
    "articles",  # how many articles were found
)
"""What is known of an answer, in the order of confidence_features()."""


def confidence_features(
    question: Question, evidence: Sequence[Evidence], passages: Sequence[tuple[str, float]]
) -> tuple[float, ...]:
    """CONFIDENCE of the answer to `question` from `evidence`, best first. passages: article id and probability of
    relevance of each passage that was found, best first."""
    best = evidence[0]
    other = next((e for e in evidence[1:] if not _say_the_same(e, best)), None)
    odds = log_odds(best.score)
    lead = min(odds - log_odds(other.score), _CLEAR) if other else _CLEAR
    sum_ = math.log(sum(math.exp(log_odds(e.score)) for e in evidence))
    of_article: dict[str, float] = {}
    for article, score in passages:
        of_article.setdefault(article, log_odds(score))
    articles = sorted(of_article.values(), reverse=True)
    first, last = articles[0], len(articles) - 1
    return (
        odds,
        lead,
        *best.features[:_SHARED],
        min(len(question.terms), 8) / 8,
        *(float(question.kind == kind) for kind in _KINDS),
        first,
        sum_ - odds,
        float(best.features[_BEHIND] == 0),
        min(first - articles[min(1, last)], _CLEAR),
        min(first - articles[min(3, last)], _CLEAR),
        float(last == 0),
        min(len(articles), 8) / 8,
    )


def compose(
    question: Question,
    evidence: Sequence[Evidence],
    weights: Weights,
    nearest: Sequence[Hit],
    said: Period | None = None,
) -> Answer:
    """Answer from `evidence` (best first), or refuse where it is not probable enough that the archive answers.

    nearest: the passages that were found, best first; a refusal points to the first ones. said: the dates that were
    understood as a filter.
    """
    answerable = evidence and not question.empty
    found = [(hit.article_id, hit.score) for hit in nearest]
    confidence = weights.probability("answer", confidence_features(question, evidence, found)) if answerable else 0.0
    if confidence < weights.threshold:
        return refuse(question, confidence, nearest, said)
    citations = [cite(n, e) for n, e in enumerate(select(evidence, question.kind), start=1)]
    claims = tuple(Claim(citation.quote, (citation.n,)) for citation in citations)
    text = "\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims)
    return Answer(question.text, True, text, confidence, claims, tuple(citations))


def refuse(question: Question, confidence: float, nearest: Sequence[Hit], said: Period | None = None) -> Answer:
    """The answer that says that the archive does not answer. nearest, said: those of compose()."""
    hits = tuple(nearest[:_NEAREST])
    return Answer(question.text, False, refusal(question.language, hits, said), confidence, nearest=hits)


def select(evidence: Sequence[Evidence], kind: Kind = "other") -> list[Evidence]:
    """The sentences to show, best first: near the best in probability, and no two saying the same, unless of two
    articles each states a number or a date that the other does not, where the question (its kind) asks for one. A
    headline, which stands beside every quote, answers only where nothing better does."""
    chosen: list[Evidence] = []
    for one in evidence:
        if len(chosen) == MOST or one.score < _BESIDE * evidence[0].score:
            break
        headline = chosen and one.text == one.passage.title
        if not headline and not any(
            _say_the_same(one, other) and not _contradict(one, other, kind) for other in chosen
        ):
            chosen.append(one)
    return chosen


def _contradict(one: Evidence, other: Evidence, kind: Kind) -> bool:
    return kind in COUNTED and one.passage.article_id != other.passage.article_id and differ(one.text, other.text)


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
    return "\n".join([sentence, *([_HEADLINES[language]] if headlines else []), *(f"- {h}" for h in headlines)])
