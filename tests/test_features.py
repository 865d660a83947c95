"""Features of a sentence beside a question: laws that hold for any words, and oracles by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag import Article, Library
from rag.features import FEATURES, adjacent
from rag.weights import Weights

grids = st.integers(1, 40).flatmap(
    lambda words: st.integers(1, 6).flatmap(
        lambda terms: arrays(np.float32, (words, terms), elements=st.floats(0, 1, width=32))
    )
)


def slow(grid: np.ndarray) -> tuple[float, float]:
    """The definition, word by word."""
    pairs = [
        max(
            grid[p, i] * grid[q, i + 1] * 0.8 ** max(abs(p - q) - 1, 0)
            for p in range(len(grid))
            for q in range(len(grid))
            if abs(p - q) <= 15
        )
        for i in range(grid.shape[1] - 1)
    ]
    return (float(np.mean(pairs)), float(min(pairs))) if pairs else (1.0, 1.0)


@given(grids)
def test_adjacency_is_its_definition(grid: np.ndarray) -> None:
    assert adjacent(grid) == pytest.approx(slow(grid), abs=1e-5)


def test_neighbours_count_fully_and_every_word_between_takes_its_share() -> None:
    side_by_side = np.array([[1, 0], [0, 1]], np.float32)
    one_between = np.array([[1, 0], [0, 0], [0, 1]], np.float32)
    assert adjacent(side_by_side) == (1.0, 1.0)
    assert adjacent(one_between) == pytest.approx((0.8, 0.8))
    assert adjacent(one_between[::-1]) == pytest.approx((0.8, 0.8))


def test_a_very_long_sentence_costs_no_square_of_its_length() -> None:
    grid = np.ones((200_000, 8), np.float32)
    assert adjacent(grid) == (1.0, 1.0)


def features(text: str, question: str) -> dict[str, float]:
    (folder,) = (text,)
    return dict(zip(FEATURES, _read(folder, question), strict=True))


def _read(text: str, question: str) -> tuple[float, ...]:
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as lib:
        lib.add([Article(id="a", text=text)])
        (only,) = lib.evidence(question)[2]
        return only.features


def test_a_number_that_is_asked_for_must_stand_there() -> None:
    question = "كم جنديا أصيب في الكمين؟"
    assert features("أصيب جنود في الكمين قرب القرية.", question)["number_missing"] == 1
    there = features("أصيب سبعة جنود في الكمين قرب القرية.", question)
    assert there["number_missing"] == 0
    assert there["answer_near"] > 0.5


def test_a_number_of_the_question_does_not_answer_it() -> None:
    question = "How many ships of fleet 7 were sunk in 2019?"
    assert features("Ships of fleet 7 were sunk.", question)["number_missing"] == 1


def test_words_are_missed_in_the_language_in_which_they_stand() -> None:
    across = features("أصيب الوزير في الحادث.", "Was the harvest of olives good?")
    within = features("The minister was hurt.", "Was the harvest of olives good?")
    assert across["words_gone"] == 0 < across["words_gone_across"]
    assert within["words_gone_across"] == 0 < within["words_gone"]


def test_the_shipped_weights_know_exactly_these_features() -> None:
    assert Weights.load().features["evidence"] == FEATURES
