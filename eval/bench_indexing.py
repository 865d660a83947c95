"""How fast articles are indexed: `python -m eval.bench_indexing PATH...`, each run in a process of its own."""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rag.library import Library


def once(library: Path, paths: list[str]) -> dict[str, float]:
    """Index `paths` into `library` in this process; seconds, counts, and the peak memory of the process in bytes."""
    began = time.perf_counter()
    with Library.open(library) as lib:
        report = lib.add_files(paths)
        status = lib.status()
    seconds = time.perf_counter() - began
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    return {
        "seconds": seconds,
        "added": report.added,
        "unchanged": report.unchanged,
        "updated": report.updated,
        "failed": len(report.failed),
        "articles": status.articles,
        "passages": status.passages,
        "disk": status.size,
        "change": status.change,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", help="files, folders or zips")
    parser.add_argument("--library", type=Path, help="keep the library here; by default it is thrown away")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.once:
        print(json.dumps(once(arguments.library, arguments.paths)))
        return
    with tempfile.TemporaryDirectory(prefix="isnad-bench-") as folder:
        library = arguments.library or Path(folder) / "library"
        command = [sys.executable, "-m", "eval.bench_indexing", "--once", "--library", str(library), *arguments.paths]
        first, second = (json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in "12")
    print(f"articles {first['articles']:,} in {first['passages']:,} passages; {first['failed']:,} could not be read")
    for name in ("articles", "passages"):
        print(f"{name} per second   {first[name] / first['seconds']:,.0f}")
    print(f"seconds               {first['seconds']:.1f}")
    print(f"peak memory           {first['peak'] / 2**20:,.0f} MiB")
    print(f"bytes on disk         {first['disk']:,} ({first['disk'] / first['passages']:,.0f} a passage)")
    share = second["seconds"] / first["seconds"]
    same = second["change"] == first["change"] and second["unchanged"] == first["articles"]
    print(f"second run            {second['seconds']:.1f} s, {share:.3f} of the first")
    print(f"changed by it         {'nothing' if same else 'SOMETHING'}")


if __name__ == "__main__":
    main()
