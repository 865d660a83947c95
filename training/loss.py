"""The two operations that training spends its time in, gradients written out: many times as fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_array


class Sum(torch.autograd.Function):
    """Sums of rows of a matrix: counts (texts, pieces; sparse) times matrix (pieces, dimension)."""

    @staticmethod
    def forward(ctx: Any, matrix: torch.Tensor, counts: csr_array) -> torch.Tensor:
        """shape (texts, dimension)"""
        ctx.counts = counts
        return torch.from_numpy(counts @ matrix.detach().numpy())

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Of the matrix, dense."""
        return torch.from_numpy(ctx.counts.T @ gradient.numpy()), None


class Contrast(torch.autograd.Function):
    """Symmetric InfoNCE (van den Oord et al. 2018) of two batches of unit rows, row i belonging to row i.

    `same` (bool, batch x batch) marks further right partners: they are left out of the sums.
    """

    @staticmethod
    def forward(
        ctx: Any, one: torch.Tensor, other: torch.Tensor, same: torch.Tensor | None, temperature: float
    ) -> torch.Tensor:
        """The mean loss, a scalar."""
        scale = 1 / temperature
        # No score is above 1, so that exp(scale * (score - 1)) neither overflows nor needs the row's maximum.
        share = torch.addmm(torch.tensor(-scale), one, other.T, alpha=scale).exp_()
        if same is not None:
            share.masked_fill_(same, 0)
        rows, columns = share.sum(1), share.sum(0)
        right = (one * other).sum(1)
        ctx.save_for_backward(one, other, share, rows, columns)
        ctx.scale = scale
        return (rows.log() + columns.log()).mean() / 2 + scale - scale * right.mean()

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Of both batches."""
        one, other, share, rows, columns = ctx.saved_tensors
        count = len(one)
        factor = gradient * ctx.scale / count
        weight = share * (rows.reciprocal()[:, None] + columns.reciprocal()) / 2
        mine = (weight @ other - other) * factor if ctx.needs_input_grad[0] else None
        theirs = (weight.T @ one - one) * factor if ctx.needs_input_grad[1] else None
        return mine, theirs, None, None


def counts(pieces: np.ndarray, start: np.ndarray, size: int) -> csr_array:
    """The sparse matrix (texts, size) of bags: text i holds pieces[start[i] : start[i + 1]]."""
    return csr_array((np.ones(len(pieces), dtype=np.float32), pieces, start), shape=(len(start) - 1, size))
