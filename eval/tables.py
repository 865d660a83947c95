"""Runs and comparisons as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table

from eval.compare import Changed, Difference
from eval.runs import Run
from rag.printing import clean

_WIDTH = 150
_SURE = 0.05


def print_runs(runs: Sequence[Run], stream: TextIO) -> None:
    """A row for each figure, a column for each run."""
    first = runs[0]
    about = f"{first.dataset}, {first.split} questions; {first.articles:,} articles, {first.passages:,} passages"
    stream.write(clean(about) + "\n")
    table = Table(box=box.SIMPLE)
    table.add_column("")
    for run in runs:
        table.add_column(clean(run.configuration), justify="right")
    found = [run.figures() for run in runs]
    for name in dict.fromkeys(name for figures in found for name in figures):
        table.add_row(name, *(shown(name, figures.get(name)) for figures in found))
    _print(table, stream)


def print_comparison(
    first: Run, second: Run, differences: Sequence[Difference], changed: Mapping[str, Sequence[Changed]], stream: TextIO
) -> None:
    """A row for each measure, then the questions that each of `changed` tells apart, the worse first."""
    stream.write(f"{clean(first.dataset)}: {clean(first.configuration)}, then {clean(second.configuration)}\n")
    table = Table(box=box.SIMPLE)
    table.add_column("")
    for name in ("questions", "first", "second", "second - first", "95 % interval", "p", "better", "worse"):
        table.add_column(name, justify="right")
    for one in differences:
        mark = "*" if one.p < _SURE else ""
        table.add_row(
            one.measure,
            f"{one.questions:,}",
            f"{one.first:.3f}",
            f"{one.second:.3f}",
            f"{one.difference:+.3f}{mark}",
            f"{one.low:+.3f} to {one.high:+.3f}",
            f"{one.p:.4f}",
            str(one.better),
            str(one.worse),
        )
    _print(table, stream)
    for measure, questions in changed.items():
        for told in questions:
            stream.write(f"{measure} {told.change:+.3f}  {told.first.id}  {clean(told.first.text)}\n")
            stream.write(f"    first:  {clean(told.first.said) or '(refused)'}\n")
            stream.write(f"    second: {clean(told.second.said) or '(refused)'}\n")


def shown(name: str, value: float | None) -> str:
    """A figure as text: counts whole, times with one decimal, shares with three."""
    if value is None:
        return ""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.1f}" if name.endswith(" ms") else f"{value:.3f}"


def _print(table: Table, stream: TextIO) -> None:
    console = Console(file=stream, width=None if stream.isatty() else _WIDTH, highlight=False, markup=False)
    console.print(table)
