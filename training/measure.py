"""What an encoder is worth: Tatoeba accuracy, XQuAD retrieval, and a table of single words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder

# English, the Arabic that a newspaper would write for it, and an Arabic word that it must not be taken for.
WORDS = [
    ("ambassador", "السفير", "الحدود"),
    ("border", "الحدود", "السفير"),
    ("killed", "قتل", "قال"),
    ("terrorism", "الإرهاب", "الأمن"),
    ("security", "الأمن", "الصحة"),
    ("president", "الرئيس", "المدينة"),
    ("election", "الانتخابات", "الجيش"),
    ("camp", "مخيم", "اتفاق"),
    ("refugees", "اللاجئين", "الوزير"),
    ("agreement", "اتفاق", "مخيم"),
    ("war", "الحرب", "السلام"),
    ("oil", "النفط", "الماء"),
    ("Iraq", "العراق", "سوريا"),
    ("Washington", "واشنطن", "موسكو"),
    ("frontière", "الحدود", "السفير"),
    ("élections", "الانتخابات", "الجيش"),
]


def ndcg10(scores: np.ndarray, relevant: np.ndarray) -> float:
    """Mean nDCG@10 with one relevant text per question: 1 / log2(1 + rank), 0 below rank 10.

    scores: shape (questions, texts), higher is better; relevant: shape (questions,), the right text's column.
    """
    own = scores[np.arange(len(scores)), relevant][:, None]
    rank = 1 + (scores > own).sum(axis=1)
    return float(np.where(rank <= 10, 1 / np.log2(1 + rank), 0).mean())


def tatoeba(encoder: Encoder, folder: Path) -> dict[str, float]:
    """The share of the 1,000 sentences whose nearest in the other language is their own translation."""
    one, other = (
        encoder.encode((folder / f"tatoeba.ara-eng.{end}").read_text(encoding="utf-8").splitlines())
        for end in ("ara", "eng")
    )
    scores, right = one @ other.T, np.arange(len(one))
    return {
        "Tatoeba accuracy, ar -> en": float((scores.argmax(axis=1) == right).mean()),
        "Tatoeba accuracy, en -> ar": float((scores.argmax(axis=0) == right).mean()),
    }


def xquad(encoder: Encoder, folder: Path) -> dict[str, float]:
    """nDCG@10 of finding a question's paragraph among the 240 of XQuAD, by the vectors alone."""
    questions, paragraphs = {}, {}
    right: list[int] = []
    for language in ("ar", "en"):
        data = json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        places = [paragraph for article in data for paragraph in article["paragraphs"]]
        right = [n for n, place in enumerate(places) for _ in place["qas"]]
        asked = [qa["question"] for place in places for qa in place["qas"]]
        questions[language] = encoder.encode(asked, kind="query")
        paragraphs[language] = encoder.encode([place["context"] for place in places])
    return {
        f"XQuAD nDCG@10, {asked} -> {held}": ndcg10(questions[asked] @ paragraphs[held].T, np.array(right))
        for asked, held in (("en", "ar"), ("ar", "ar"), ("en", "en"), ("ar", "en"))
    }


def words(encoder: Encoder) -> list[tuple[str, str, float, str, float]]:
    """For each of WORDS: word, its Arabic, their cosine, another Arabic word, its cosine."""
    own, arabic, other = (encoder.encode(column) for column in zip(*WORDS, strict=True))
    near, far = (own * arabic).sum(axis=1), (own * other).sum(axis=1)
    return [(a, b, float(x), c, float(y)) for (a, b, c), x, y in zip(WORDS, near, far, strict=True)]


def measure(encoder: Encoder, folder: Path) -> dict[str, float]:
    """All figures that the files in `folder` allow, by name."""
    figures: dict[str, float] = {}
    if (folder / "tatoeba.ara-eng.ara").exists():
        figures |= tatoeba(encoder, folder)
    if (folder / "xquad.ar.json").exists():
        figures |= xquad(encoder, folder)
    return figures


def table(rows: Sequence[tuple[object, ...]], head: Sequence[str]) -> str:
    """A Markdown table; floats with three decimals."""
    shown = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [list(head), ["---"] * len(head), *shown])


WORD_HEAD = ("word", "its Arabic", "cosine", "another word", "cosine")
