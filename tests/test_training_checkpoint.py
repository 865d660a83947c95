"""Learning that is cut short goes on where it stopped, and ends with the same bits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training import checkpoint, learning
from training.bags import Bags
from training.learning import Lessons, Recipe, learn
from training.sounds import Names

PIECES = 40
RECIPE = Recipe(dimension=8, batch=16, steps=12, names=4, cuts=2, dropped=0.2)


def lessons() -> Lessons:
    rng = np.random.default_rng(1)
    texts = [rng.integers(PIECES, size=rng.integers(2, 9)).tolist() for _ in range(60)]
    target = rng.normal(size=(20, 8)).astype(np.float32)
    target /= np.linalg.norm(target, axis=1, keepdims=True)
    taught = np.full(60, -1)
    taught[30:50] = np.arange(20)
    bags = Bags.from_rows([rng.integers(PIECES, size=3).tolist() for _ in range(40)])
    names = Names(bags, np.arange(10), np.arange(10, 20), np.full(10, 0.1), 2)
    return Lessons(Bags.from_rows(texts), np.arange(30), np.arange(30, 60), np.full(30, 1 / 30), taught, target, names)


@pytest.fixture
def matrix(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(learning, "LOGGED", 5)
    return np.random.default_rng(2).normal(size=(PIECES, 8)).astype(np.float32)


def test_learning_is_deterministic_and_changes_the_matrix(matrix: np.ndarray) -> None:
    one, other = (learn(lessons(), matrix, RECIPE) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, matrix)


def test_a_run_that_was_cut_short_ends_with_the_same_bits(
    matrix: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = learn(lessons(), matrix, RECIPE)
    calls = 0
    real = learning.partners

    def dying(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        if calls == 15:  # two calls a step: within the eighth, after the checkpoint of the fifth
            raise KeyboardInterrupt
        return real(left, right)

    with monkeypatch.context() as patch:
        patch.setattr(learning, "partners", dying)
        with pytest.raises(KeyboardInterrupt):
            learn(lessons(), matrix, RECIPE, tmp_path)
    assert len(list(tmp_path.glob("learning-*.pt"))) == 1
    assert np.array_equal(learn(lessons(), matrix, RECIPE, tmp_path), whole)
    checkpoint.drop(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_recipe_does_not_go_on_from_it(matrix: np.ndarray, tmp_path: Path) -> None:
    from training.checkpoint import digest

    other = Recipe(**{**RECIPE.__dict__, "temperature": 0.2})
    assert digest(lessons(), matrix, RECIPE) != digest(lessons(), matrix, other)
    assert digest(lessons(), matrix, RECIPE) != digest(lessons(), matrix + 1, RECIPE)
    assert digest(lessons(), matrix, RECIPE) == digest(lessons(), matrix, RECIPE)
