"""What `isnad eval` does: measure, print, save, report, and compare runs that were saved."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

from eval.bars import bars, missed
from eval.compare import Changed, changes, compare
from eval.configuration import Configuration
from eval.dataset import DatasetError
from eval.known_item import found_items, known_items, library_of, read_articles
from eval.measuring import JOBS, measure
from eval.plots import canvas
from eval.report import write_report
from eval.runs import Run, load_run
from eval.sources import open_dataset
from eval.tables import print_comparison, print_runs

_LISTED = 10


def main(
    dataset: Path,
    library: Path | None,
    configurations: Sequence[Configuration] = (Configuration(),),
    *,
    articles: Path | None = None,
    qrels: Path | None = None,
    split: str | None = None,
    save: Path | None = None,
    html: Path | None = None,
    fail_under: Sequence[str] = (),
    jobs: int = JOBS,
    as_json: bool = False,
) -> int:
    """Measure each of `configurations` on the questions of `dataset`, print the figures; return the exit status.

    articles, qrels: as for open_dataset(). save: a file for the run; of several, FILE-2 and so on beside it. html: a
    file for the report. fail_under: bars for the first run; 1 is returned where one is missed.
    """
    wanted = bars(fail_under)
    if html:
        canvas()  # what is missing is told before anything is measured
    data = open_dataset(dataset, articles, qrels)
    runs = [measure(data, library, one, split=split, jobs=jobs) for one in configurations]
    for number, run in enumerate(runs, start=1):
        if save:
            run.save(save if number == 1 else save.with_stem(f"{save.stem}-{number}"))
    if html:
        write_report(runs, html)
    if as_json:
        print(json.dumps([_row(run) for run in runs] if len(runs) > 1 else _row(runs[0]), ensure_ascii=False))
    else:
        print_runs(runs, sys.stdout)
    faults = missed(runs[0].figures(), wanted)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def compare_runs(first: Path, second: Path, *, measure: str | None = None, as_json: bool = False) -> int:
    """Print how two saved runs differ, measure by measure; return the exit status.

    measure: the one whose questions are listed, what got worse before what got better.
    """
    one, other = load_run(first), load_run(second)
    differences = compare(one, other)
    if measure and measure not in {found.measure for found in differences}:
        raise DatasetError(
            f"the runs have no measure {measure!r}; both have {', '.join(found.measure for found in differences)}"
        )
    if as_json:
        print(json.dumps([found._asdict() for found in differences]))
        return 0
    listed = {measure: _most_changed(one, other, measure)} if measure else {}
    print_comparison(one, other, differences, listed, sys.stdout)
    return 0


def _most_changed(one: Run, other: Run, measure: str) -> list[Changed]:
    found = changes(one, other, measure)
    return [c for c in found if c.change < 0][:_LISTED] + [c for c in found if c.change > 0][:_LISTED]


def find_titles(
    articles: Path, count: int, *, split: str | None = None, without: Collection[str] = (), as_json: bool = False
) -> int:
    """Look for `count` articles of a file, folder or zip by their titles, print the figures; return the exit status."""
    data = known_items(read_articles(articles), count)
    with library_of(data.articles, without) as lib:
        figures = found_items(lib, data.part(split))
    name = f"{count} titles of {articles.name}"
    if as_json:
        print(json.dumps({"dataset": name, "split": split or "all", **figures}, ensure_ascii=False))
        return 0
    print(f"{name}, {split or 'all'} questions")
    for title, value in figures.items():
        print(f"  {title:14} {value:.3f}" if isinstance(value, float) else f"  {title:14} {value}")
    return 0


def _row(run: Run) -> dict[str, object]:
    told = {key: value for key, value in asdict(run).items() if key != "questions"}
    return told | {"questions": len(run.questions), "figures": run.figures()}
