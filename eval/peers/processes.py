"""A measurement in a process of its own, and what came of it: whole, or a failure that is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval.peers.tasks import HITS, Work

_LIMIT = 1800
"""Seconds after which a process counts as failed."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_SHOWN = 160  # characters of a reason
_COLD = (
    "import sys; from pathlib import Path; from eval.peers.peer import load; s = load(sys.argv[1]);"
    f" s.open(Path(sys.argv[2])); print(s.search(sys.argv[3], {HITS})[0])"
)
_COMMAND = "from rag.terminal import main; main()"


class Failed(Exception):
    """A process that did not do what it was asked; the text says why, in one line."""


def run(task: str, name: str, folder: Path, work: Work, *, threads: int | None = None) -> dict[str, Any]:
    """Do one of tasks.TASKS for the system `name`. threads: of its numeric libraries; None for what they choose.
    Raises Failed."""
    with tempfile.TemporaryDirectory(prefix="isnad-peers-") as scratch:
        given, out = Path(scratch) / "work.json", Path(scratch) / "out.json"
        given.write_text(json.dumps(work), "utf-8")
        # By a file: what a system prints is its own affair.
        finished([sys.executable, "-m", "eval.peers.tasks", task, name, str(folder), str(given), str(out)], threads)
        try:
            found: dict[str, Any] = json.loads(out.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise Failed(f"its process ended without a result ({type(error).__name__})") from None
        return found


def cold(name: str, folder: Path, question: str) -> float:
    """Seconds from the start of a Python process until it has printed the first hit for `question` and ended. Raises
    Failed."""
    return _timed([sys.executable, "-c", _COLD, name, str(folder), question])


def cold_command(folder: Path, question: str) -> float:
    """The same by `isnad search` on Isnad's folder."""
    return _timed([sys.executable, "-c", _COMMAND, "search", question, "--library", str(folder)])


def _timed(command: Sequence[str]) -> float:
    began = time.perf_counter()
    said = finished(command)
    seconds = time.perf_counter() - began
    if not said.strip():
        raise Failed("it found nothing")
    return seconds


def finished(command: Sequence[str], threads: int | None = None) -> str:
    """What a process prints. Raises Failed with the last line that it complains with, if it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_LIMIT,
            check=False,
            env=os.environ | (dict.fromkeys(_THREADS, str(threads)) if threads else {}),
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"it took more than {_LIMIT} s") from None
    if done.returncode:
        complaint = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = (complaint[-1] if complaint else f"it ended with status {done.returncode}")[:_SHOWN]
        if why.startswith("ModuleNotFoundError"):
            why += "; pip install -e '.[peers]' -c constraints.txt"
        raise Failed(why)
    return done.stdout
