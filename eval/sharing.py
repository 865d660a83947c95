"""One writes, many read: `python -m eval.sharing ARTICLES... --seconds 60 --readers 8`.

Each reader is a process of its own that has the library open all the time and searches it, over and over: half of the
time alone, half of it beside a process that adds, updates and removes articles. Every change of the writer gives a few
articles the same number; a reader that meets two numbers at once has seen half a change. What is printed: searches,
their median and 95th percentile alone and beside the writer, changes that were seen without opening anew, and errors
and torn reads, of which there have to be none.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.article import Article
from index.catalogue import Filter
from index.encoder import Encoder
from index.errors import IsnadError
from index.indexing import index
from index.store import Store
from index.tokens import terms

GROUP = tuple(f"group-{n}" for n in range(4))
"""The articles that every change replaces."""


class Seen(NamedTuple):
    """What one reader has seen: seconds of each search alone and beside the writer, the changes, and what was wrong.

    blind: searches that had no terms to look in, and were by meaning alone.
    """

    alone: list[float]
    beside: list[float]
    changes: int
    torn: int
    blind: int
    errors: list[str]


def group(turn: int) -> list[Article]:
    """The articles of GROUP as the change number `turn` leaves them."""
    return [Article(name, f"التقرير رقم {turn} من المجموعة. The report has the number {turn}.") for name in GROUP]


def write(folder: Path, archive: Sequence[Article], encoder: Encoder, since: float, batch: int = 20) -> None:
    """From the time `since` on add, update and remove articles until killed; a line for each turn."""
    store = Store(folder, encoder)
    time.sleep(max(0.0, since - time.time()))
    for turn in range(1, 1 << 30):
        at = turn * batch % max(1, len(archive) - batch)
        if turn % 3 == 2:
            with store.writing():
                store.remove(article.id for article in archive[at : at + batch])
        index([*archive[at : at + batch], *group(turn)], store, encoder)
        print(turn, flush=True)


def read(folder: Path, questions: Sequence[str], encoder: Encoder, until: float, since: float) -> Seen:
    """Search until the time `until`; what begins after `since` is beside the writer."""
    seen, changes = Seen([], [], 0, 0, 0, []), set()
    store = Store(folder, encoder)
    torn = blind = turn = 0
    while (began := time.time()) < until:
        question = questions[turn % len(questions)]
        turn += 1
        try:
            with store.snapshot():
                hits = store.dense(encoder.encode([question], kind="query")[0], 20, Filter())
                groups = [{("stems", stem): 1.0} for stem in terms(question).stems.split()]
                found = store.lexical(groups, 20, Filter())  # type: ignore[arg-type]
                passages = store.passages(i for i, _ in [*hits, *found])
                took = time.time() - began
                torn += any(i not in passages for i, _ in hits)
                torn += len({article.text for article in store.articles(GROUP)}) != 1
                blind += not found
                changes.add(store.change())
        except IsnadError as error:
            seen.errors.append(str(error))
            continue
        (seen.beside if began > since else seen.alone).append(took)
    store.close()
    return seen._replace(changes=len(changes), torn=torn, blind=blind)


def share(reader: Sequence[str], writer: Sequence[str], readers: int, seconds: float) -> tuple[list[Seen], int]:
    """Let readers read for `seconds`, the second half of it beside the writer; returns what each has seen, and how many
    changes were written.

    reader: a command that runs read() with the times `until` and `since` as its last arguments, and prints what it saw;
    writer: one that runs write() with `since`.
    """
    start = time.time() + 1.0 + 0.5 * readers  # until all of them are there
    since, until = start + seconds / 2, start + seconds
    children = [
        subprocess.Popen([*reader, str(until), str(since)], stdout=subprocess.PIPE, text=True) for _ in range(readers)
    ]
    with subprocess.Popen([*writer, str(since)], stdout=subprocess.PIPE, text=True) as process:
        seen = [Seen(*json.loads(child.communicate()[0])) for child in children]
        process.kill()
        written = len(process.communicate()[0].split())
    return seen, written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="files, folders or zips")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--articles", type=int, default=2000, help="how many articles the library begins with")
    parser.add_argument("--read", nargs=3, metavar=("DIR", "UNTIL", "SINCE"), help=argparse.SUPPRESS)
    parser.add_argument("--write", nargs=2, metavar=("DIR", "SINCE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    from index.encoder import load_encoder
    from index.reading import read as articles_of

    archive = [item for item in articles_of(arguments.paths) if isinstance(item, Article)]
    encoder = load_encoder(None)
    if arguments.read:
        folder, until, since = arguments.read
        questions = [article.title or article.text[:60] for article in archive[:: len(archive) // 50 or 1]]
        print(json.dumps(read(Path(folder), questions, encoder, float(until), float(since))))
        return
    if arguments.write:
        write(Path(arguments.write[0]), archive[arguments.articles :] or archive, encoder, float(arguments.write[1]))
        return
    with tempfile.TemporaryDirectory(prefix="isnad-sharing-") as place:
        folder = str(Path(place) / "library")
        store = Store(Path(folder), encoder)
        index([*archive[: arguments.articles], *group(0)], store, encoder)
        store.close()
        command = [sys.executable, "-m", "eval.sharing", *arguments.paths, "--articles", str(arguments.articles)]
        reader, writer = [*command, "--read", folder], [*command, "--write", folder]
        seen, written = share(reader, writer, arguments.readers, arguments.seconds)
        last = Store(Path(folder), encoder)
        faults = last.check()
        last.close()
    for name in ("alone", "beside"):
        times = np.array([took for one in seen for took in getattr(one, name)]) * 1000
        median, late = np.median(times), np.quantile(times, 0.95)
        print(f"{name:8} searches {len(times):7,}  median {median:6.1f} ms  p95 {late:6.1f} ms")
    changes = [one.changes for one in seen]
    print(f"turns of the writer {written}; changes that a reader saw: {min(changes)} to {max(changes)}")
    errors = [error for one in seen for error in one.errors]
    print(f"errors {len(errors)}, torn reads {sum(one.torn for one in seen)}, faults at the end {len(faults)}")
    print(f"searches without terms {sum(one.blind for one in seen)}")
    for line in dict.fromkeys([*errors, *faults]):
        print(line)
    if errors or faults or sum(one.torn for one in seen):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
