"""Checking of claims against quotes: laws, and what must agree."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoder import load_encoder
from rag.checking import Checker, fitted
from rag.claim_features import OF_THE_CLAIM
from rag.lexicon import Lexicon
from rag.negation import denials
from rag.numerals import tokens
from rag.wordbook import WordBook

QUOTE = "وقال العميد نبيل شهاب الدين إن اللجنة ستضم سبعة ضباط وستجتمع في دمشق في الرابع من تشرين الثاني 2019."
CLAIM = (
    "General Nabil Chehabeddine said the committee would have seven officers and meet in Damascus on 4 November 2019."
)
RANK = {"unsupported": 0, "partly": 1, "supported": 2}
ROWS = [json.loads(line) for line in files("eval").joinpath("questions/claims.jsonl").read_text("utf-8").splitlines()]
NEWS = [row for row in ROWS if row.get("opposites")]
SENTENCES = [row["quote"] for row in ROWS[:12]] + [row["claims"]["en"] for row in ROWS[:12]]


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(Lexicon.load(), WordBook(load_encoder()))


def test_a_restatement_in_another_language_is_supported(checker: Checker) -> None:
    assert checker.check(CLAIM, [QUOTE]).verdict == "supported"
    assert checker.check(CLAIM, [QUOTE]).reason == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("seven", "nine", "nine"),
        ("2019", "2018", "2018"),
        ("4 November", "4 December", "December"),
        ("4 November", "5 November", "5 November"),
        ("Damascus", "Ankara", "Ankara"),
        ("Nabil Chehabeddine", "Ghassan al-Merhi", "Ghassan"),
        ("would have", "would not have", "denies"),
    ],
)
def test_what_differs_is_unsupported_and_named(checker: Checker, old: str, new: str, said: str) -> None:
    found = checker.check(CLAIM.replace(old, new), [QUOTE])
    assert found.verdict == "unsupported"
    assert said in found.reason
    assert "\n" not in found.reason


def test_a_sentence_of_another_article_is_unsupported(checker: Checker) -> None:
    found = checker.check("Heavy rain flooded several villages along the river.", [QUOTE])
    assert (found.verdict, found.reason) == ("unsupported", "the quote speaks of something else")


def test_a_claim_that_says_more_is_not_supported(checker: Checker) -> None:
    more = CLAIM[:-1] + ", while farmers protested against higher taxes on olive oil and fishermen burned their boats."
    assert checker.check(more, [QUOTE]).verdict != "supported"


def test_names_and_dates_may_stand_in_the_context(checker: Checker) -> None:
    quote = "وأضاف أن اللجنة ستضم سبعة ضباط من كل جانب وستجتمع أمس الأربعاء في العاصمة."
    claim = "Nabil Chehabeddine added that the committee would have seven officers a side and meet on 16 October 2024."
    assert checker.check(claim, [quote]).verdict == "unsupported"
    context = ["العميد نبيل شهاب الدين يتحدث عن اللجنة", "2024-10-17"]
    assert checker.check(claim, [quote], context).verdict != "unsupported"
    assert checker.check(claim.replace("16 October", "2 March"), [quote], context).verdict == "unsupported"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_supports_itself(checker: Checker, sentence: str) -> None:
    assert checker.check(sentence, [sentence]).verdict == "supported"
    assert checker.check(sentence, [SENTENCES[0], sentence]).verdict == "supported"


def test_another_digit_makes_it_unsupported(checker: Checker) -> None:
    changed = 0
    for sentence in SENTENCES:
        for at, char in enumerate(sentence):
            alone = sentence[at - 1 : at].isdigit() or sentence[at + 1 : at + 2].isdigit()
            if char.isdecimal() and alone:  # of several digits: a lone 1 or 2 may be said without a number
                other = str((int(char) + 5) % 10)
                found = checker.check(sentence[:at] + other + sentence[at + 1 :], [sentence])
                assert found.verdict == "unsupported", sentence[:at] + other + sentence[at + 1 :]
                changed += 1
    assert changed > 10


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(SENTENCES), st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=3), st.sampled_from(SENTENCES)
)
def test_order_does_not_matter_and_more_quotes_take_nothing_away(claim: str, quotes: list[str], more: str) -> None:
    checker = _shared()
    found = checker.check(claim, quotes)
    assert checker.check(claim, quotes[::-1]) == found
    if found.verdict == "supported":
        assert checker.check(claim, [*quotes, more]).verdict != "unsupported"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=3))
def test_whatever_is_written_gets_a_verdict(claim: str, quotes: list[str]) -> None:
    found = _shared().check(claim, quotes)
    assert found.verdict in RANK
    assert "\n" not in found.reason


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NEWS), st.sampled_from(NEWS), st.booleans())
def test_more_quotes_take_nothing_away_from_claims_that_restate(row: dict, other: dict, turned: bool) -> None:
    more = next(iter((row if turned else other)["opposites"].values()))
    for claim in row["claims"].values():
        if _shared().check(claim, [row["quote"]]).verdict == "supported":
            assert _shared().check(claim, [row["quote"], more]).verdict != "unsupported"


def _shared() -> Checker:
    global _CHECKER
    _CHECKER = _CHECKER or Checker(Lexicon.load(), WordBook(load_encoder()))
    return _CHECKER


_CHECKER: Checker | None = None


def test_hostile_texts(checker: Checker) -> None:
    for text in (
        "",
        " ",
        "\u202e\u2066" * 500,
        "9" * 100_000,
        "كلمة " * 20_000,
        "Name " * 20_000,
        "\x00\n<b>",
        "not " * 9_000,
    ):
        checker.check(text, [QUOTE])
        checker.check(CLAIM, [text])
        checker.check(text, [])
    long = "كلمة " * 20_000
    assert checker.check(long, [long]).verdict == "supported"
    assert checker.check(CLAIM, []).verdict == "unsupported"


def test_no_weight_of_a_match_is_negative() -> None:
    weights, _ = fitted()
    for name, features in weights.features.items():
        assert all(w >= 0 for f, w in zip(features, weights.of(name), strict=True) if f not in OF_THE_CLAIM)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The ministry didn't confirm it", 1),
        ("Il n'a pas confirmé", 1),
        ("Il n'y a que deux routes", 0),
        ("Il est né à Paris", 0),
        ("لم تؤكد الوزارة ذلك", 1),
        ("ولا يزال القتال مستمرا", 0),
        ("no fewer than 38 trips", 0),
        ("ما لا يقل عن 38 رحلة", 0),
        ("الوزارة أكدت ذلك", 0),
    ],
)
def test_denials(text: str, count: int) -> None:
    assert len(denials(text, tokens(text))) == count
