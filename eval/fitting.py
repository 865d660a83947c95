"""Fitting: the three small models behind rag/data/weights.json, from features and labels to weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def sigmoid(odds: Floats) -> Floats:
    """1 / (1 + exp(-odds))."""
    return 1 / (1 + np.exp(-np.clip(odds, -30, 30)))


def evened(sizes: Sequence[int]) -> Floats:
    """How much each row counts, so that groups of rows of these sizes count the same: shape (sum(sizes),), mean 1."""
    total = sum(sizes)
    return np.concatenate([np.full(n, total / len(sizes) / max(n, 1)) for n in sizes])


def logistic(rows: Floats, labels: Floats, counts: Floats | None = None, ridge: float = 1.0) -> Floats:
    """Logistic regression by Newton's method with an L2 penalty: [bias, weights...].

    rows: shape (n, features); labels: 0 or 1, shape (n,); counts: how much each row counts, shape (n,).
    """
    counts = np.ones(len(rows)) if counts is None else counts
    x = np.hstack([np.ones((len(rows), 1)), rows])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 0
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = sigmoid(x @ w)
        step = np.linalg.solve(
            (x * (counts * p * (1 - p))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(w)),
            x.T @ (counts * (p - labels)) + penalty @ w,
        )
        w -= step
        if np.abs(step).max() < 1e-8:
            break
    return w


def listwise(rows: Floats, labels: Floats, starts: NDArray[np.int64], counts: Floats, ridge: float = 1.0) -> Floats:
    """Weights by which, in each list, the rows labelled 1 come first: conditional logit (McFadden 1974), the likelihood
    that a draw by exp(score) takes one of them. Shape (features,); the sum over lists of its loss, plus an L2 penalty.

    starts: where each list begins in rows, each with at least one label 1; counts: how much each list counts.
    """
    lengths = np.diff(np.append(starts, len(rows)))

    def shares(score: Floats) -> tuple[Floats, Floats]:
        """exp(score) as shares of its list, and the log of each list's sum."""
        top = np.maximum.reduceat(score, starts)
        raised = np.exp(score - np.repeat(top, lengths))
        total = np.add.reduceat(raised, starts)
        return raised / np.repeat(total, lengths), top + np.log(total)

    def at(w: Floats) -> tuple[float, Floats, Floats]:
        score = rows @ w
        every, of_all = shares(score)
        right, of_right = shares(np.where(labels > 0, score, -np.inf))
        return float(counts @ (of_all - of_right) + ridge / 2 * w @ w), every, right

    w = np.zeros(rows.shape[1])
    each = np.repeat(counts, lengths)
    loss, every, right = at(w)
    for _ in range(200):
        middle = np.add.reduceat(rows * every[:, None], starts)
        curve = (
            (rows * (each * every)[:, None]).T @ rows - (middle * counts[:, None]).T @ middle + ridge * np.eye(len(w))
        )
        step = np.linalg.solve(curve, rows.T @ (each * (every - right)) + ridge * w)
        size = 1.0
        while size > 1e-6 and (new := at(w - size * step))[0] > loss:
            size /= 2
        w, (loss, every, right), before = w - size * step, new, loss
        if before - loss < 1e-9 * max(abs(loss), 1):
            break
    return w


def calibrated(rows: Floats, labels: Floats, counts: Floats, weights: Floats) -> Floats:
    """`weights` scaled, with a bias, so that the sigmoid of the score is the probability of label 1 (Platt 1999)."""
    bias, scale = logistic((rows @ weights)[:, None], labels, counts, ridge=0.0)
    return np.concatenate([[bias], scale * weights])


def balanced(right: Sequence[tuple[Floats, Floats]], wrong: Sequence[Floats], keep: float, refuse: float) -> float:
    """The threshold at which the worse of two rates, each held against its aim, is best.

    right: for each group the confidences of questions with an answer and whether what would be shown is right;
    wrong: for each group the confidences of questions without. Rates are means over groups: right and let through
    (aim `keep`); refused (aim `refuse`).
    """
    candidates = np.unique(np.concatenate([p for p, _ in right] + list(wrong)))

    def worth(threshold: float) -> float:
        cited = float(np.mean([((p >= threshold) * ok).mean() for p, ok in right]))
        refused = float(np.mean([(p < threshold).mean() for p in wrong]))
        return min(cited / keep, refused / refuse)

    return float(max(candidates, key=worth))
