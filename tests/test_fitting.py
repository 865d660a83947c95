"""Fitting: the models agree with what can be computed by hand or by another library."""

from __future__ import annotations

import numpy as np
import pytest

from eval.fitting import balanced, calibrated, evened, listwise, logistic, sigmoid

RNG = np.random.default_rng(3)


def test_logistic_regression_agrees_with_scikit_learn() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    rows = RNG.normal(size=(400, 3))
    labels = (RNG.random(400) < sigmoid(rows @ np.array([2.0, -1.0, 0.0]) + 0.5)).astype(float)
    counts = RNG.random(400) + 0.5
    found = logistic(rows, labels, counts, ridge=2.0)
    other = linear.LogisticRegression(C=0.5, tol=1e-10, max_iter=1000).fit(rows, labels, sample_weight=counts)
    assert found == pytest.approx([other.intercept_[0], *other.coef_[0]], abs=1e-4)


def test_groups_count_the_same_whatever_their_size() -> None:
    counts = evened([1, 3])
    assert counts.tolist() == pytest.approx([2.0, 2 / 3, 2 / 3, 2 / 3])
    assert counts.mean() == pytest.approx(1)


def test_listwise_weights_put_the_right_row_first_and_lists_need_no_common_level() -> None:
    """Each list has a level of its own, which a row-wise model would have to explain."""
    rows, labels, starts = [], [], []
    for _ in range(60):
        level = RNG.normal(scale=20)
        starts.append(len(rows))
        right = RNG.integers(4)
        for i in range(4):
            rows.append([level, RNG.normal() + 2 * (i == right)])
            labels.append(float(i == right))
    weights = listwise(np.array(rows), np.array(labels), np.array(starts), np.ones(60))
    assert weights[1] > 1
    assert abs(weights[0]) < 1e-3


def test_listwise_gradient_vanishes_at_the_optimum() -> None:
    rows, labels = RNG.normal(size=(30, 2)), np.zeros(30)
    starts = np.arange(0, 30, 5)
    labels[starts] = 1
    w = listwise(rows, labels, starts, np.ones(6), ridge=1.0)

    def loss(v: np.ndarray) -> float:
        parts = [rows[s : s + 5] @ v for s in starts]
        return float(sum(np.log(np.exp(p).sum()) - p[0] for p in parts) + v @ v / 2)

    for step in (1e-3, -1e-3):
        for axis in np.eye(2):
            assert loss(w) <= loss(w + step * axis)


def test_calibration_keeps_the_order_and_gives_the_right_mean() -> None:
    rows = RNG.normal(size=(500, 2))
    weights = np.array([3.0, 1.0])
    labels = (RNG.random(500) < sigmoid(0.5 * rows @ weights - 1)).astype(float)
    found = calibrated(rows, labels, np.ones(500), weights)
    p = sigmoid(found[0] + rows @ found[1:])
    assert p.mean() == pytest.approx(labels.mean(), abs=1e-6)
    assert (np.argsort(p) == np.argsort(rows @ weights)).all()


def test_the_threshold_balances_what_is_shown_and_what_is_refused() -> None:
    right = [(np.array([0.9, 0.8, 0.4, 0.2]), np.array([1.0, 1.0, 1.0, 0.0]))]
    wrong = [np.array([0.1, 0.3, 0.5, 0.7])]
    # At 0.4: 3 of 4 shown and right, 2 of 4 refused; at 0.8: 2 of 4, 4 of 4.
    assert balanced(right, wrong, 0.75, 0.5) == pytest.approx(0.4)
    assert balanced(right, wrong, 0.5, 1.0) == pytest.approx(0.8)
