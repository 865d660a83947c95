"""What is measured of one system, each in a process of its own: `python -m eval.peers.tasks TASK NAME FOLDER WORK OUT`.

WORK and OUT are JSON files: what is to be done, and what came of it. Little is imported here, so that the peak memory
of a process is that of the system.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.peers.peer import load, versions
from index.article import Article

HITS = 10
"""Passages that a question asks for when it is timed; 3 times as many when articles are ranked by their passages."""

Work = dict[str, Any]


def index(name: str, folder: Path, work: Work) -> dict[str, float]:
    """Index work["articles"] into `folder`: seconds until all is on disk (chunking and encoding included, imports and
    reading of the articles not), the passages they became, peak memory of the process and size on disk in bytes."""
    articles = [Article(**fields) for fields in json.loads(Path(work["articles"]).read_text("utf-8"))]
    folder.mkdir(parents=True)
    system = load(name)
    began = time.perf_counter()
    passages = system.index(articles, folder)
    settle(folder)
    seconds = time.perf_counter() - began
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    return {
        "articles": len(articles),
        "passages": passages,
        "seconds": seconds,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
        "disk": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
    }


def query(name: str, folder: Path, work: Work) -> dict[str, Any]:
    """Open `folder` and ask work["questions"], after work["first"]: seconds until the first answer (imports not), and
    of each question after these."""
    system = load(name)
    began = time.perf_counter()
    system.open(folder)
    first, *warming = work["first"]
    system.search(first, HITS)
    opened = time.perf_counter() - began
    for question in warming:
        system.search(question, HITS)
    seconds = []
    for question in work["questions"]:
        began = time.perf_counter()
        system.search(question, HITS)
        seconds.append(time.perf_counter() - began)
    return {"load": opened, "seconds": seconds}


def rank(name: str, folder: Path, work: Work) -> dict[str, Any]:
    """Index work["articles"] and rank them for work["questions"], by the best passage of each; its versions too."""
    index(name, folder, work)
    system = load(name)
    system.open(folder)
    return {
        "ranked": [list(dict.fromkeys(system.search(one, 3 * HITS)))[:HITS] for one in work["questions"]],
        "versions": versions(system.packages),
    }


TASKS: dict[str, Callable[[str, Path, Work], dict[str, Any]]] = {"index": index, "query": query, "rank": rank}


def settle(folder: Path) -> None:
    """Wait until everything in `folder` is on the disk itself: what Isnad does, and its peers leave to the system."""
    for path in (folder, *folder.rglob("*")):
        held = os.open(path, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


def written(articles: list[Article], path: Path) -> Path:
    """Articles as index() reads them."""
    path.write_text(json.dumps([asdict(one) for one in articles]), "utf-8")
    return path


def main() -> None:
    task, name, folder, work, out = sys.argv[1:]
    done = TASKS[task](name, Path(folder), json.loads(Path(work).read_text("utf-8")))
    Path(out).write_text(json.dumps(done), "utf-8")


if __name__ == "__main__":
    main()
