"""Evidence: the sentences of the best passages, each with the probability that it answers the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.catalogue import Passage
from index.encoder import Encoder
from index.sentences import sentences
from index.tokens import forms, stem
from rag.alignment import Aligner, closest
from rag.expansion import Expansion
from rag.retrieval import Found
from rag.weights import Weights

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?)\b"
    r"|(?:عشرات|مئات|ال?آلاف|ألف|مليون|مليار|مئة|مائة|اثنان|اثنين|ثلاث|أربع|خمس|ست|سبع|ثمان|تسع|عشر)"
)
_TIME = re.compile(
    r"\b\d{4}\b|[٠-٩]{4}|\b\d{1,2}[/:]\d{1,2}\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|yesterday|today|tomorrow|(?:last|next|this) (?:week|month|year)|ago|century)\b"
    r"|(?:يناير|فبراير|مارس|أبريل|ابريل|نيسان|مايو|أيار|يونيو|حزيران|يوليو|تموز|أغسطس|اغسطس|آب|سبتمبر|أيلول|أكتوبر|اكتوبر|تشرين|نوفمبر"
    r"|ديسمبر|كانون|شباط|آذار|محرم|صفر|ربيع|رجب|شعبان|رمضان|شوال|الاثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة|السبت|الأحد"
    r"|أمس|اليوم|غدا|الماضي|الماضية|المقبل|المقبلة|القادم|القادمة|الجاري|عام|سنة|قرن|منذ|قبل|بعد|خلال|شهر|أسبوع)",
    re.IGNORECASE,
)

_SHORT = 60
_TOGETHER = 10
_SPOKEN = 0.5

FEATURES = (
    "coverage",  # share of the question's terms, by their rarity, that the sentence speaks of
    "context",  # the same for the sentence with its passage and headline
    "library",  # the share that any article of the library speaks of
    "weakest",  # the term that is worst covered in the sentence
    "weakest_context",
    "matched",  # the share of terms, however rare, that are spoken of
    "plain",  # the same for terms that are no names
    "head",  # the first term of the question, often what is asked for
    "gap",  # the weight of the heaviest term that is not spoken of
    "gap_context",
    "names",  # the name that is worst covered in the sentence; 1 without names
    "names_context",
    "together",  # the share that is spoken of within a few words
    "nearness",  # cosine of question and sentence
    "passage",  # probability that the passage is relevant
    "number_found",  # the question asks for a number or a time, and one stands there
    "time_found",
    "number_near",  # a number beside the first term of the question, the thing that is counted
    "number_missing",
    "time_missing",
    "short",  # a line too short to say much
    "opening",  # the headline, or a line like it
)
"""What is known of a sentence beside a question, in the order of Evidence.features."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may be cited: passage.text[start - passage.start : end - passage.start] == text."""

    passage: Passage
    text: str
    start: int
    end: int
    score: float
    features: tuple[float, ...]
    stems: frozenset[str]


class EvidenceFinder:
    """Takes sentences out of passages and scores them."""

    def __init__(self, encoder: Encoder, words_encoder: Encoder, weights: Weights) -> None:
        self._encoder = encoder
        self._words = words_encoder
        self._weights = weights

    def find(self, asked: Expansion, found: Sequence[Found]) -> list[Evidence]:
        """Every sentence of the passages `found`, best first. score: probability in [0, 1] that it answers."""
        candidates = [(hit, span) for hit in found for span in sentences(hit.passage.text)]
        if not candidates:
            return []
        texts = [hit.passage.text[span.start : span.end] for hit, span in candidates]
        question, terms = asked.question, asked.question.terms
        aligner = Aligner(self._words, terms, asked.variants)
        spoken = [forms(text) for text in texts]
        around = {hit.passage.id: forms(f"{hit.passage.title}\n{hit.passage.text}") for hit in found}
        aligner.learn(form for words in (*spoken, *around.values()) for form in words)
        contexts = {number: aligner.grid(words).max(axis=0) for number, words in around.items()}
        query = self._encoder.encode([question.text], kind="query")[0]
        nearness = self._encoder.encode(texts, kind="passage") @ query
        weights = np.array([term.weight for term in terms], np.float32)
        weights /= weights.sum() or 1
        known = np.array(asked.known, np.float32)
        names = np.array([term.name for term in terms])
        evidence = []
        for (hit, span), text, words, near in zip(candidates, texts, spoken, nearness, strict=True):
            passage = hit.passage
            grid = aligner.grid(words)
            match = grid.max(axis=0)
            context = contexts[passage.id]
            digits = [i for i, form in enumerate(words) if form[0].isdigit()]
            beside = max((float(grid[max(0, i - 3) : i + 4, 0].max()) for i in digits), default=0.0)
            number, moment = bool(digits) or _NUMBER.search(text) is not None, _TIME.search(text) is not None
            features = (
                float(weights @ match),
                float(weights @ context),
                float(weights @ known),
                float(match.min()),
                float(context.min()),
                float((match >= _SPOKEN).mean()),
                float(match[~names].mean()) if not names.all() else 1.0,
                float(match[0]),
                float((weights * (1 - match)).max()),
                float((weights * (1 - context)).max()),
                float(match[names].min()) if names.any() else 1.0,
                float(context[names].min()) if names.any() else 1.0,
                float((closest(grid, _TOGETHER) @ weights).max()),
                float(near),
                hit.score,
                float(question.kind == "number" and number),
                float(question.kind == "when" and moment),
                beside if question.kind == "number" else 0.0,
                float(question.kind == "number" and not number),
                float(question.kind == "when" and not moment),
                float(len(text) < _SHORT),
                float(text == passage.title or (passage.start + span.start == 0 and len(text) < 2 * _SHORT)),
            )
            evidence.append(
                Evidence(
                    passage,
                    text,
                    passage.start + span.start,
                    passage.start + span.end,
                    self._weights.probability("evidence", features),
                    features,
                    frozenset(map(stem, words)),
                )
            )
        evidence.sort(key=lambda e: (-e.score, e.passage.id, e.start))
        return evidence
