"""A run: what was asked, of what, with what and on what, and the scores of each question. A file of JSON."""

from __future__ import annotations

import datetime
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.dataset import DatasetError
from eval.measures import calibration_error, mean, roc_area

FORMAT = 1
_PACKAGES = ("isnad", "faiss-cpu", "tantivy", "sentence-transformers", "llama-index-core", "numpy", "ir-measures")


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what came of it.

    scores: measure -> value; one that does not apply is not there. gold, said: the text that answers and the one that
    was quoted first, '' for none. seconds: until it was answered and the articles were ranked.
    """

    id: str
    text: str
    answerable: bool
    answered: bool
    confidence: float
    scores: Mapping[str, float]
    gold: str = ""
    said: str = ""
    seconds: float = 0.0
    tokens_read: int = 0
    tokens_written: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """The questions of one configuration on one data set."""

    dataset: str
    split: str
    configuration: str
    questions: tuple[Question, ...]
    articles: int = 0
    passages: int = 0
    encoder: str = ""
    date: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    hardware: Mapping[str, Any] = field(default_factory=dict)

    def figures(self) -> dict[str, float]:
        """The means of all scores, in the order in which they were scored, and what is told of all questions together.

        A question that a measure does not apply to is in none of its means; a question that finds nothing counts 0.
        """
        found: dict[str, float] = {"questions": len(self.questions)}
        names = dict.fromkeys(name for one in self.questions for name in one.scores)
        for name in names:
            found[name] = mean(one.scores[name] for one in self.questions if name in one.scores)
        right, wrong = self.confidences()
        if right and wrong:
            found["ROC area"] = roc_area(right, wrong)
            found["calibration error"] = calibration_error(right + wrong, [True] * len(right) + [False] * len(wrong))
        times = [one.seconds for one in self.questions]
        found |= {f"p{share} ms": 1000 * percentile(times, share) for share in (50, 95)}
        spent = sum(one.tokens_read for one in self.questions), sum(one.tokens_written for one in self.questions)
        if any(spent):
            found |= {"tokens read": spent[0], "tokens written": spent[1]}
        return found

    def confidences(self) -> tuple[list[float], list[float]]:
        """The confidence in the answers to questions that have one, and to those that have none."""
        return tuple([one.confidence for one in self.questions if one.answerable is kind] for kind in (True, False))  # type: ignore[return-value]

    def save(self, path: Path) -> None:
        """Write it to a file."""
        path.write_text(json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n", "utf-8")


def load_run(path: Path) -> Run:
    """Read what save() wrote. Raises DatasetError for anything else."""
    try:
        whole = json.loads(path.read_text("utf-8"))
        if whole.pop("format") != FORMAT:
            raise ValueError("it is of another format")
        questions = tuple(Question(**one) for one in whole.pop("questions"))
        return Run(questions=questions, **whole)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}; isnad eval --save FILE writes a run") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"{path} is no run of isnad eval --save ({type(error).__name__}: {error})") from None


def percentile(values: Sequence[float], share: int) -> float:
    """The smallest of `values` that at least `share` per cent of them do not exceed (nearest rank); 0 for none.

    >>> percentile([4, 1, 3, 2], 50), percentile([4, 1, 3, 2], 95)
    (2, 4)
    """
    ranked = sorted(values)
    return ranked[max(-(-len(ranked) * share // 100), 1) - 1] if ranked else 0.0


def surroundings() -> dict[str, Any]:
    """Today, the versions of what is measured, and the machine."""
    return {
        "date": datetime.date.today().isoformat(),
        "versions": {"python": platform.python_version(), **dict(_versions(_PACKAGES))},
        "hardware": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.platform(terse=True)},
    }


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, str]]:
    for package in packages:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            continue  # some are of an extra


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return models[0] if models else platform.machine()
