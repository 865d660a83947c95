"""The run: quality once, then rounds of speed, the systems in turn; one that fails is noted, and the rest goes on."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ir_measures import R, ScoredDoc, calc_aggregate, nDCG

from eval.dataset import Dataset
from eval.passages import qrels
from eval.peers.figures import indexed, queried
from eval.peers.processes import Failed, cold, cold_command, run
from eval.peers.table import FIRST, Report
from eval.peers.tasks import written
from index.article import Article

MEASURES = (nDCG @ 10, R @ 1)
_WARMING = 20
_COLD_STARTS = 3
Tell = Callable[[str], None]


class Asked(NamedTuple):
    """Questions whose times are taken, and some before them that warm a system up."""

    first: list[str]
    timed: list[str]


def questions(articles: Sequence[Article], own: Sequence[str], count: int) -> Asked:
    """Half titles of the articles, half of `own` questions, mixed; the same for the same arguments."""
    chosen = random.Random(0)
    titles = sorted({one.title.strip() for one in articles} - {""})
    half = (count + _WARMING + 1) // 2
    found = chosen.sample(titles, min(half, len(titles))) + chosen.sample(sorted(set(own)), min(half, len(set(own))))
    chosen.shuffle(found)
    warming = min(_WARMING, len(found) // 2)
    return Asked(found[:warming], found[warming : warming + count])


def measure_quality(report: Report, sets: Sequence[Dataset], systems: Sequence[str], folder: Path, tell: Tell) -> None:
    """Rank the articles of `sets`, which all have the same, for their questions."""
    articles = written(list(sets[0].articles), folder / "ranked.json")
    texts = [query.text for data in sets for query in data.queries]
    for name in systems:
        tell(f"{name}: quality, {len(texts):,} questions")
        try:
            done = run("rank", name, folder / f"quality-{name}", {"articles": str(articles), "questions": texts})
        except Failed as why:
            report.failed.append((name, "quality", str(why)))
            continue
        report.versions[name] = done["versions"]
        ranked = iter(done["ranked"])
        report.quality[name] = {}
        for data in sets:
            found = [next(ranked) for _ in data.queries]
            for measure, value in quality(data, found).items():
                report.quality[name][f"{data.name}, {measure}"] = value


def quality(data: Dataset, ranked: Sequence[Sequence[str]]) -> dict[str, float]:
    """Measure -> mean over all questions, of article ids (best first) for each; one that finds nothing counts 0."""
    run_ = [
        ScoredDoc(query.id, article, -place)
        for query, articles in zip(data.queries, ranked, strict=True)
        for place, article in enumerate(articles)
    ]
    judged = qrels(data.queries)
    found = calc_aggregate(list(MEASURES), judged, run_) if run_ else {}
    return {str(measure): float(found.get(measure, 0.0)) for measure in MEASURES}


def measure_speed(
    report: Report,
    articles: Sequence[Article],
    asked: Asked,
    systems: Sequence[str],
    folder: Path,
    tell: Tell,
) -> None:
    """One round, appended to the report; each round begins with another system."""
    held = folder / "articles.json"
    if not held.exists():
        written(list(articles), held)
    number = len(report.rounds)
    at = number % len(systems)
    going = [*systems[at:], *systems[:at]]
    report.loads.append(os.getloadavg()[0])
    found: dict[str, dict[str, float]] = {name: {} for name in systems}
    question = asked.timed[number % len(asked.timed)]
    stages: tuple[tuple[str, Callable[[str, Path], dict[str, float]]], ...] = (
        ("indexing", lambda name, place: indexed(run("index", name, place, {"articles": str(held)}))),
        ("questions", lambda name, place: _queried(name, place, asked)),
        ("cold starts", lambda name, place: _started(name, place, question)),
    )
    for stage, measured in stages:  # each by all systems in turn, so that they see nearly the same machine
        for name in list(going):
            try:
                found[name] |= measured(name, folder / f"round-{number}-{name}")
            except Failed as why:
                report.failed.append((name, f"{stage} of round {number + 1}", str(why)))
                going.remove(name)
            figures = {row: round(value, 3) for row, value in found[name].items()}
            tell(f"round {number + 1}, {stage}, {name}: {json.dumps(figures)}")
    report.rounds.append(found)


def _queried(name: str, place: Path, asked: Asked) -> dict[str, float]:
    # On one thread: those of BLAS and OpenMP wait in loops for one another where other programs hold the cores.
    done = run("query", name, place, {"first": asked.first, "questions": asked.timed}, threads=1)
    return queried(done["load"], done["seconds"])


def _started(name: str, place: Path, question: str) -> dict[str, float]:
    rows = {"cold question, s": median(cold(name, place, question) for _ in range(_COLD_STARTS))}
    if name == FIRST:
        rows["cold `isnad search`, s"] = median(cold_command(place, question) for _ in range(_COLD_STARTS))
    return rows
