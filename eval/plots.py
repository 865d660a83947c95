"""Plots of runs, each an HTML figure with its picture inside."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.runs import Run
from index.errors import QueryError
from rag.page.markup import line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS = 10
_COMPARED = ("nDCG@10", "R@1", "cited", "cited@1", "token F1", "answered", "refused")
"""Shares that are set side by side, in this order, as far as the runs have them."""


def refusal(run: Run) -> str:
    """How many questions with an answer are answered, over how many without one are refused, at every threshold; ''
    where there are not both kinds."""
    right, wrong = (np.array(found) for found in run.confidences())
    if not len(right) or not len(wrong):
        return ""
    at = np.unique(np.concatenate([right, wrong, [0.0, 1.0 + 1e-9]]))
    answered = [(right >= threshold).mean() for threshold in at]
    refused = [(wrong < threshold).mean() for threshold in at]

    def draw(axes: Axes) -> None:
        axes.plot(refused, answered)
        axes.set(xlabel="refused, of those without an answer", ylabel="answered, of those with one")
        axes.set(xlim=(0, 1), ylim=(0, 1.02))

    return _figure("Refusal at every threshold", draw)


def calibration(run: Run) -> str:
    """The share of answers that are right over their confidence, in bins of equally many; '' where there are none.

    Right: the answer cites what answers; nothing is right for a question without an answer.
    """
    pairs = sorted((one.confidence, bool(one.scores.get("cited"))) for one in run.questions if one.answered)
    if len(pairs) < _BINS:
        return ""
    parts = np.array_split(np.array(pairs, float), _BINS)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], linewidth=0.8, linestyle="--", color="gray")
        axes.plot([part[:, 0].mean() for part in parts], [part[:, 1].mean() for part in parts], marker="o")
        axes.set(xlabel="confidence", ylabel="share of right answers", xlim=(0, 1), ylim=(0, 1.02))

    return _figure("Calibration of the answers given", draw)


def latency(run: Run) -> str:
    """How long answers took."""
    times = [1000 * one.seconds for one in run.questions]

    def draw(axes: Axes) -> None:
        axes.hist(times, bins=40)
        axes.set(xlabel="milliseconds", ylabel="questions", xlim=(0, None))

    return _figure("Time of an answer", draw)


def ablation(runs: Sequence[Run]) -> str:
    """Bars of each configuration beside one another."""
    found = [run.figures() for run in runs]
    names = [name for name in _COMPARED if all(name in figures for figures in found)]
    width = 0.8 / len(runs)

    def draw(axes: Axes) -> None:
        for n, (run, figures) in enumerate(zip(runs, found, strict=True)):
            places = [k + (n - (len(runs) - 1) / 2) * width for k in range(len(names))]
            axes.bar(places, [figures[name] for name in names], width, label=run.configuration)
        axes.set_xticks(range(len(names)), names)
        axes.set(ylim=(0, 1))
        axes.legend(fontsize="small")

    return _figure("Configurations", draw, width=9.0)


def canvas() -> Any:
    """What pictures are drawn on. Raises QueryError, with what to install, where matplotlib is missing."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
    except ImportError as error:
        raise QueryError("--html needs a package that is not installed: pip install 'isnad[eval]'") from error
    return FigureCanvasAgg


def _figure(title: str, draw: Callable[[Any], None], width: float = 5.0) -> str:
    """Draw on a canvas of our own: no window, nothing left behind."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, 3.6), layout="constrained")
    canvas()(figure)
    axes = figure.add_subplot()
    axes.set_title(title)
    draw(axes)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    data = base64.b64encode(picture.getvalue()).decode()
    return f'<figure><img alt="{line(title)}" src="data:image/png;base64,{data}"></figure>'
