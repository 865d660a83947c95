"""The report, in Markdown: quality, speed with ratios, bars, what failed, versions, and the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eval.peers.figures import BARS, SPEED, Round, held, leads, medians, ratio
from eval.peers.peer import SYSTEMS

FIRST = next(iter(SYSTEMS))


@dataclass
class Report:
    """What a run found. quality: system -> row -> mean over the questions. failed: (system, what, why)."""

    articles: int = 0
    questions: int = 0
    quality: dict[str, dict[str, float]] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    failed: list[tuple[str, str, str]] = field(default_factory=list)


def markdown(report: Report) -> str:
    """The whole report."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    systems = list(SYSTEMS)
    rows = list(dict.fromkeys(row for of_system in report.quality.values() for row in of_system))
    yield from _head("quality", systems)
    for row in rows:
        yield _row(row, [_plain(report.quality.get(name, {}).get(row), 3) for name in systems])
    yield ""
    yield (
        f"Median of {len(report.rounds)} rounds; in brackets the median ratio to {FIRST} in the same round."
        f" {report.articles:,} articles; {report.questions} questions, on one thread."
    )
    yield ""
    yield from _head("speed", systems)
    for measure in SPEED:
        yield _row(
            measure.name,
            [
                _plain(medians(report.rounds, measure.name, name), measure.digits)
                + _factor(None if name == FIRST else ratio(report.rounds, measure.name, name, FIRST))
                for name in systems
            ],
        )
    yield ""
    yield from _bars(report)
    for name, what, why in report.failed:
        yield f"- FAILED: {name}, {what}: {_safe(why)}"
    yield ""
    for name, packages in report.versions.items():
        yield f"- {name}: " + ", ".join(f"{package} {number}" for package, number in packages.items())
    yield f"- {machine()}; load average (1 min) at each round: {', '.join(f'{one:.1f}' for one in report.loads)}"


def _bars(report: Report) -> Iterator[str]:
    for row, system, above in leads(report.quality, FIRST):
        yield f"- {'ahead' if above else 'BEHIND'}: {row}, {FIRST} against {system}"
    for bar in BARS:
        found = held(bar, report.rounds, FIRST)
        if found is None:
            yield f"- not measured: {bar.row}, {FIRST} against {bar.system}"
        else:
            yield (
                f"- {'reached' if found[0] else 'MISSED'}: {bar.row}, {FIRST} {found[1]:.2f} times as good as"
                f" {bar.system}, the bar {bar.factor:g}"
            )


def machine() -> str:
    """Processor, cores, memory, and Python, as the system tells them."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text("utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{names[0] if names else platform.processor() or platform.machine()}, {cores} cores, {platform.system()},"
        f" Python {platform.python_version()}"
    )


def _head(name: str, systems: Sequence[str]) -> Iterator[str]:
    yield _row(name, systems)
    yield "|---|" + "--:|" * len(systems)


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | " + " | ".join(cells) + " |"


def _plain(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _factor(value: float | None) -> str:
    return "" if value is None else f" ({value:.3g})"


def _safe(text: str) -> str:
    """A complaint of another program as one plain line."""
    return "".join(char if char.isprintable() else " " for char in text)
