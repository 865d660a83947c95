"""The fitted weights: small logistic models in one readable file, each with the features it was fitted on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np


class Weights:
    """threshold: the confidence under which a question is refused. Logistic models by name: probability = 1 / (1 +
    exp(-(bias + sum of weight x feature)))."""

    def __init__(self, models: dict[str, dict[str, float]], threshold: float) -> None:
        self.threshold = threshold
        self._models = {
            name: (model["bias"], [v for k, v in model.items() if k != "bias"]) for name, model in models.items()
        }
        self.features = {name: tuple(k for k in model if k != "bias") for name, model in models.items()}

    @classmethod
    @cache
    def load(cls) -> Weights:
        """The weights that are shipped."""
        data = json.loads(resources.files("rag").joinpath("data/weights.json").read_text("utf-8"))
        return cls(data["models"], data["threshold"])

    def of(self, name: str) -> np.ndarray:
        """The weights of the model `name`, without its bias: float32 of shape (features,)."""
        return np.array(self._models[name][1], np.float32)

    def probabilities(self, name: str, rows: np.ndarray) -> np.ndarray:
        """The same for many rows at once: shape (rows, features) -> (rows,)."""
        bias, weights = self._models[name]
        return np.asarray(1 / (1 + np.exp(-(bias + rows @ np.array(weights)))))

    def probability(self, name: str, features: Sequence[float]) -> float:
        """The probability that the model `name` gives to `features`, in the order of its file."""
        bias, weights = self._models[name]
        return 1 / (1 + math.exp(-(bias + sum(w * f for w, f in zip(weights, features, strict=True)))))


def log_odds(probability: float) -> float:
    """log(p / (1 - p)), for probabilities that are kept from 0 and 1.

    >>> round(log_odds(0.5), 3)
    0.0
    """
    clipped = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(clipped / (1 - clipped))
