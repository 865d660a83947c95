"""Learning: bags of word pieces, the matrix to start from, and the steps that follow."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.bags import Bags

if TYPE_CHECKING:
    import torch

    from training.sounds import Names

log = logging.getLogger("training.encoder")

LOGGED = 100
"""Steps between two lines of the log, and two checkpoints."""

_FEW = 4  # pieces of a text too short to leave any out


@dataclass(frozen=True)
class Recipe:
    """Every number of the training; what is tried and what it gave stands in training/README.md."""

    pieces: int = 56_000
    short: int = 12_000
    inner: int = 3_000
    least: int = 5
    surplus: float = 0.5
    surplus_by_weight: float = 0.5
    dimension: int = 256
    batch: int = 2048
    steps: int = 900
    learning_rate: float = 0.01
    temperature: float = 0.08
    taught_texts: int = 70_000
    teacher_share: float = 0.6
    joined: float = 0.25
    dropped: float = 0.15
    names: int = 512
    names_share: float = 0.25
    cuts: int = 6
    rarity: float = 1e-3
    seed: int = 7


@dataclass(frozen=True)
class Lessons:
    """What is learnt.

    bags: of all texts. left, english: the pairs, as rows of bags; chance: how likely each is drawn.
    taught: for each text the row of its vector in target (the teacher's, unit rows), or -1.
    names: names in two scripts, learnt among themselves.
    """

    bags: Bags
    left: np.ndarray
    english: np.ndarray
    chance: np.ndarray
    taught: np.ndarray
    target: np.ndarray
    names: Names


def first_matrix(lessons: Lessons, pieces: int, recipe: Recipe) -> np.ndarray:
    """Where learning starts: a piece is the mean of the teacher's vectors of the pairs that hold it.

    Rare pieces weigh more, by a / (a + p) (SIF, Arora et al. 2017), p being the piece's share of all pieces.
    """
    from scipy.sparse import csr_array

    rng = np.random.default_rng(recipe.seed)
    bags, dimension = lessons.bags, lessons.target.shape[1]
    counted = np.zeros(pieces)
    total, seen = np.zeros((pieces, dimension)), np.zeros(pieces)
    for side in (lessons.left, lessons.english):
        ids, start = bags.take(side)
        lengths = np.diff(start)
        chance = np.repeat(lessons.chance, lengths)
        np.add.at(counted, ids, chance)
        known = np.repeat(lessons.taught[lessons.english], lengths)
        use = known >= 0
        weight = chance[use] / np.repeat(lengths, lengths)[use]
        table = csr_array((weight, (ids[use], known[use])), shape=(pieces, len(lessons.target)))
        total += table @ lessons.target
        seen += np.asarray(table.sum(axis=1)).ravel()
    matrix = rng.normal(0, 0.3 / math.sqrt(dimension), (pieces, dimension))
    matrix += total / np.maximum(seen, 1e-12)[:, None]
    share = counted / counted.sum()
    matrix *= (recipe.rarity / (recipe.rarity + share))[:, None]
    return matrix.astype(np.float32)


def partners(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Which texts of a batch are each other's partners beside their own: bool, (len(left), len(left))."""
    same: np.ndarray = (left[:, None] == left) | (right[:, None] == right)
    np.fill_diagonal(same, False)
    return same


def learn(lessons: Lessons, matrix: np.ndarray, recipe: Recipe, cache: Path | None = None) -> np.ndarray:
    """Train the matrix; returns it, float32. Progress is logged every 100 steps, and shown in a terminal.

    cache: the folder in which the state is kept every 100 steps; a run that was cut short goes on from it. It stays
    until training.checkpoint.drop() takes it away.
    """
    import torch
    from rich.console import Console
    from rich.progress import track
    from torch.nn.functional import normalize

    from training.checkpoint import Checkpoint, digest
    from training.loss import Contrast, Sum, counts

    torch.manual_seed(recipe.seed)
    rng = np.random.default_rng(recipe.seed)
    weights = torch.nn.Parameter(torch.from_numpy(matrix.copy()))
    optimiser = torch.optim.Adam([weights], lr=recipe.learning_rate, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.steps, pct_start=0.05, anneal_strategy="linear"
    )
    target = torch.from_numpy(lessons.target)
    edges = np.cumsum(lessons.chance)
    began, losses = time.monotonic(), []

    def vectors(bags: Bags, rows: np.ndarray) -> torch.Tensor:
        pieces, start = bags.take(rows)
        if recipe.dropped:
            # Of a text of several pieces some are left out: each must say something without the others.
            lengths = np.diff(start)
            kept = (rng.random(len(pieces)) >= recipe.dropped) | np.repeat(lengths < _FEW, lengths)
            pieces, start = pieces[kept], np.concatenate([[0], np.cumsum(kept)])[start]
        return normalize(Sum.apply(weights, counts(pieces, start, len(matrix))), dim=-1)

    checkpoint = None
    first = 0
    if cache is not None:
        path = cache / f"learning-{digest(lessons, matrix, recipe)}.pt"
        checkpoint = Checkpoint(path, weights, optimiser, schedule, rng)
        first = checkpoint.load()
        if first:
            log.info("going on with step %d", first + 1)
    console = Console(stderr=True)
    for step in track(
        range(first, recipe.steps), "learning", console=console, transient=True, disable=not console.is_terminal
    ):
        drawn = np.searchsorted(edges, rng.random(recipe.batch) * edges[-1]).clip(max=len(edges) - 1)
        left, english = lessons.left[drawn], lessons.english[drawn]
        a, b = vectors(lessons.bags, left), vectors(lessons.bags, english)
        same_text = partners(left, english)
        loss = Contrast.apply(a, b, torch.from_numpy(same_text), recipe.temperature)
        known = np.flatnonzero(lessons.taught[english] >= 0)
        if len(known) and recipe.teacher_share:
            aim = target[torch.from_numpy(lessons.taught[english[known]])]
            among = torch.from_numpy(same_text[np.ix_(known, known)])
            for side in (a, b):
                loss = loss + recipe.teacher_share * Contrast.apply(side[known], aim, among, recipe.temperature)
        if recipe.joined:
            # Two pairs read as one text: longer texts, and words that must hold their own beside others.
            half = int(recipe.batch * recipe.joined) // 2
            x, y = (normalize(side[:half] + side[half : 2 * half], dim=-1) for side in (a, b))
            loss = loss + recipe.joined * Contrast.apply(x, y, None, recipe.temperature)
        if recipe.names:
            latin, arabic, *cuts = lessons.names.draw(recipe.names, rng)
            x, y = (vectors(lessons.names.bags, rows) for rows in cuts)
            same = torch.from_numpy(partners(latin, arabic))
            loss = loss + recipe.names_share * Contrast.apply(x, y, same, recipe.temperature)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if (step + 1) % LOGGED == 0:
            spent = time.monotonic() - began
            mean = float(np.mean(losses[-LOGGED:]))
            log.info("step %d of %d, loss %.3f, %.0f s", step + 1, recipe.steps, mean, spent)
            if checkpoint:
                checkpoint.save(step + 1)
    return np.asarray(weights.detach().numpy().copy())
