"""Checkpoints: a run of the learning that is cut short goes on where it stopped, and ends with the same bits."""

from __future__ import annotations

import hashlib
import os
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch

    from training.learning import Lessons, Recipe


def digest(lessons: Lessons, matrix: np.ndarray, recipe: Recipe) -> str:
    """What tells one run from another: 16 hexadecimal digits over all that it starts from."""
    found = hashlib.blake2b(repr(astuple(recipe)).encode(), digest_size=8)
    bags, names = lessons.bags, lessons.names
    arrays = [bags.pieces, bags.start, lessons.left, lessons.english, lessons.chance, lessons.taught, lessons.target]
    arrays += [names.bags.pieces, names.bags.start, names.latin, names.arabic, names.chance, matrix]
    for array in arrays:
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


@dataclass
class Checkpoint:
    """The state of a run in one file; torch's optimiser and schedule, the matrix, and the random numbers."""

    path: Path
    weights: torch.nn.Parameter
    optimiser: torch.optim.Optimizer
    schedule: Any
    rng: np.random.Generator

    def load(self) -> int:
        """The step to go on with: 0 where there is no file."""
        import torch

        if not self.path.exists():
            return 0
        state = torch.load(self.path, weights_only=True)
        with torch.no_grad():
            self.weights.copy_(state["weights"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.load_state_dict(state["schedule"])
        self.rng.bit_generator.state = state["rng"]
        return int(state["step"])

    def save(self, step: int) -> None:
        """Keep the state before `step`; the file before it is replaced at once."""
        import torch

        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        state = {
            "step": step,
            "weights": self.weights.detach(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "rng": self.rng.bit_generator.state,
        }
        torch.save(state, part)
        os.replace(part, self.path)


def drop(cache: Path) -> None:
    """Take away the states of all runs: the one that they lead to is written, or another recipe has been chosen."""
    for path in cache.glob("learning-*.pt"):
        path.unlink()
