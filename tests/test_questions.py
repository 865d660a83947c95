"""Laws of the hand-written questions on the seed article (eval/questions/seed.jsonl)."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


ROOT = Path(__file__).resolve().parent.parent
LINES = (ROOT / "eval/questions/seed.jsonl").read_text("utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
(SEED,) = (ROOT / "seeds").glob("*.txt")
ARTICLE = SEED.read_bytes().decode("utf-8")
FRENCH = set(words("qui que quoi quel quelle quand où combien depuis de du des le la les est"))
ENGLISH = set(words("who whom what when where which why how were is did does was the camp position"))

each = pytest.mark.parametrize("question", QUESTIONS, ids=[q["id"] for q in QUESTIONS])


def test_questions_are_numbered_in_order() -> None:
    assert [q["id"] for q in QUESTIONS] == [f"seed-{n:03d}" for n in range(1, 121)]


@each
def test_fields_are_exactly_the_documented_ones(question: dict[str, Any]) -> None:
    assert list(question) == ["id", "language", "question", "quotes", "split"]
    assert question["split"] in {"development", "test"}
    assert question["question"] == question["question"].strip() != ""


@each
def test_quotes_stand_in_one_line_of_the_article_below_its_headline(question: dict[str, Any]) -> None:
    body = ARTICLE.splitlines()[1:]
    for quote in question["quotes"]:
        assert quote == quote.strip()
        assert len(words(quote)) >= 5, "too short to show that a citation rests on this sentence"
        assert any(quote in line for line in body), quote


@each
def test_no_quote_of_a_question_is_part_of_another(question: dict[str, Any]) -> None:
    quotes = question["quotes"]
    assert not [(a, b) for i, a in enumerate(quotes) for j, b in enumerate(quotes) if i != j and a in b]


def test_halves_have_the_same_languages_and_the_same_share_of_unanswerable() -> None:
    per_half = {("ar", True): 8, ("ar", False): 4, ("en", True): 8, ("en", False): 4}
    per_half |= {("fr", True): 4, ("fr", False): 2}
    for sixty in QUESTIONS[:60], QUESTIONS[60:]:  # each sixty can be measured alone
        cells = Counter((q["split"], q["language"], bool(q["quotes"])) for q in sixty)
        assert cells == {(split, *cell): n for split in ("development", "test") for cell, n in per_half.items()}


def test_no_question_is_asked_twice() -> None:
    asked = Counter(" ".join(words(q["question"])) for q in QUESTIONS)
    assert [text for text, n in asked.items() if n > 1] == []


def test_every_line_below_the_headline_answers_something() -> None:
    quotes = [quote for q in QUESTIONS for quote in q["quotes"]]
    lines = [line for line in ARTICLE.splitlines()[1:] if line.strip()]
    assert len(lines) > 10
    assert [line for line in lines if not any(quote in line for quote in quotes)] == []


@each
def test_script_and_words_fit_the_language(question: dict[str, Any]) -> None:
    text, language = question["question"], question["language"]
    has_arabic, has_latin = bool(re.search("[\u0621-\u064a]", text)), bool(re.search("[A-Za-z]", text))
    assert (has_arabic, has_latin) == ((True, False) if language == "ar" else (False, True))
    if language != "ar":
        own, other = (FRENCH, ENGLISH) if language == "fr" else (ENGLISH, FRENCH)
        found = set(words(text))
        assert found & own
        # 'camp' is a word of both languages.
        assert not found & (other - {"camp"})
