"""Processes that are killed at random moments: `python -m eval.crashes ARTICLES... --kills 200 --seed 0`.

A child process adds, updates and removes articles, a batch at a time, and acknowledges each on a pipe. Before each
batch it says what it will do. Half of the children are killed by SIGKILL at any moment, half by their own alarm
(SIGALRM, which nobody handles: the kernel ends the process at once, in C code, too) within a phase that was drawn:
SQLite's transaction, FAISS's file, Tantivy's commit. After each kill the library has to open, `check` has to find
nothing, every acknowledged batch has to be there and the last one wholly or not at all; and its searches have to be
those of a library that is made anew from the same catalogue.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, NamedTuple, cast

import numpy as np

from index.article import Article
from index.backup import backup
from index.catalogue import Catalogue, Filter
from index.encoder import Encoder
from index.indexing import index
from index.lexical import Lexical
from index.store import Store
from index.vectors import Vectors

PHASES = {
    "encoding": ("encoder", "encode"),
    "transaction": (Catalogue, "write"),
    "terms given": (Lexical, "offer"),
    "vectors catch up": (Vectors, "catch_up"),
    "vectors saved": (Vectors, "save"),
    "terms commit": (Lexical, "_apply"),
    "terms merge": (Lexical, "release"),
}
"""Where a kill falls: the innermost of these that is running; else "between"."""


_PATIENCE = 80


class Batch(NamedTuple):
    """What one call does: articles by their place in the archive, with a turn that changes their text; ids removed."""

    put: list[tuple[int, int]]
    removed: list[int]


def version(article: Article, turn: int) -> Article:
    """The article as it is after its update number `turn`."""
    text = article.text if not turn else f"{article.text}\n{turn}. {article.title or article.id}"
    return Article(article.id, text, article.title, article.date, article.source, article.url, article.language)


def batches(many: int, rng: random.Random, size: int) -> list[Batch]:
    """What a child does in its life: adds, updates and removals drawn at random."""
    found = []
    for turn in range(1, 200):
        places = rng.sample(range(many), min(many, rng.randint(1, 2 * size)))
        removed = places[: len(places) // 3] if rng.random() < 0.3 else []
        put = [(place, rng.choice((0, turn, turn))) for place in places[len(removed) :]]
        found.append(Batch(put if not removed or rng.random() < 0.5 else [], removed))
    return found


def child(folder: Path, archive: Sequence[Article], seed: int, size: int, deadly: str | None, encoder: Encoder) -> None:
    """Write to the library until killed; a line of JSON before each call, one after it, one for each phase."""
    rng = random.Random(seed)

    def say(**what: object) -> None:
        os.write(1, json.dumps(what).encode() + b"\n")  # one call, so no kill leaves half a line that looks whole

    store = Store(folder, encoder)
    _watch(encoder, say, deadly, rng)
    for batch in batches(len(archive), rng, size):
        say(begins=batch)
        articles = [version(archive[place], turn) for place, turn in batch.put]
        if articles:
            index(articles, store, encoder)
            say(put=True)
        if batch.removed:
            with store.writing():
                store.remove([archive[place].id for place in batch.removed])
        say(done=True)


def _watch(encoder: Encoder, say: Callable[..., None], deadly: str | None, rng: random.Random) -> None:
    """Let every phase be announced; the deadly one, or in the end any, sets an alarm for a moment within it, by how
    long it took before."""
    entered = itertools.count()
    for phase, (owner, name) in PHASES.items():
        target = encoder if owner == "encoder" else owner
        plain, took = getattr(target, name), [0.0]

        def watched(
            *a: object,
            _plain: Callable[..., object] = plain,
            _phase: str = phase,
            _took: list[float] = took,
            **k: object,
        ) -> object:
            say(phase=_phase)
            began = time.perf_counter()
            late = next(entered) > _PATIENCE  # a phase that does not come again kills nobody
            if deadly and (_phase == deadly or late) and _took[0] and rng.random() < 0.5:
                signal.setitimer(signal.ITIMER_REAL, max(1e-6, rng.random() * _took[0]))
            try:
                return _plain(*a, **k)
            finally:
                _took[0] = max(_took[0], time.perf_counter() - began)
                say(phase=None)

        setattr(target, name, watched)


class Run(NamedTuple):
    """One child, killed: where, how many calls it acknowledged, and what is wrong after it, a line each."""

    phase: str
    acknowledged: int
    faults: list[str]


def kill_once(
    command: Sequence[str], state: dict[int, int], delay: float | None
) -> tuple[str, int, list[dict[int, int]]]:
    """Start a child and kill it `delay` seconds after its first call began (None: it kills itself).

    state: place in the archive -> turn, of what the library holds; it becomes that of the last acknowledgement.
    Returns the phase, how many calls were acknowledged, and what else the library may hold: `state` after the call, or
    the part of the call, that was under way.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        pipe = cast(IO[bytes], process.stdout)
        first = pipe.readline()
        if delay is not None:
            time.sleep(delay)
            process.kill()
        lines = (first + pipe.read()).splitlines(keepends=True)
    if process.returncode not in (-signal.SIGKILL, -signal.SIGALRM):
        raise SystemExit(f"the child ended by itself, with status {process.returncode}")
    return _read(lines, state)


def _read(lines: Sequence[bytes], state: dict[int, int]) -> tuple[str, int, list[dict[int, int]]]:
    phases: list[str] = []
    acknowledged, batch, put = 0, Batch([], []), False
    under_way = False
    for line in lines:
        if not line.endswith(b"\n"):
            break
        said = json.loads(line)
        if "begins" in said:
            batch, put, under_way = Batch(*said["begins"]), False, True
        elif "put" in said:
            state.update({place: turn for place, turn in batch.put})
            put = True
        elif "done" in said:
            for place in batch.removed:
                state.pop(place, None)
            acknowledged, under_way = acknowledged + 1, False
        elif said["phase"]:
            phases.append(said["phase"])
        elif phases:
            phases.pop()
    possible = [dict(state)]
    if under_way:
        after = dict(state)
        if batch.put and not put:
            after.update({place: turn for place, turn in batch.put})
        else:
            for place in batch.removed:
                after.pop(place, None)
        possible.append(after)
    return (phases[-1] if phases else "between"), acknowledged, possible


def verify(
    folder: Path,
    archive: Sequence[Article],
    possible: Sequence[dict[int, int]],
    state: dict[int, int],
    encoder: Encoder,
) -> list[str]:
    """What is wrong with a library after a kill; `state` becomes what it holds."""
    store = Store(folder, encoder)
    try:
        faults = store.check()
        held = {article.id: article.text for article in store.articles()}
        for one in possible:
            if held == {archive[place].id: version(archive[place], turn).text for place, turn in one.items()}:
                state.clear()
                state.update(one)
                break
        else:
            faults.append(f"the library holds {len(held)} articles, none of the {len(possible)} sets that it may hold")
        with tempfile.TemporaryDirectory(prefix="isnad-crash-") as place:
            backup(folder, Path(place) / "anew")
            anew = Store(Path(place) / "anew", encoder)
            try:
                if _searches(store, list(held.values()), encoder) != _searches(anew, list(held.values()), encoder):
                    faults.append("its searches are not those of a library made anew from its catalogue")
            finally:
                anew.close()
        return faults
    finally:
        store.close()


def _searches(store: Store, texts: list[str], encoder: Encoder) -> list[object]:
    """What some searches find. Of terms all that is found, without scores: Tantivy counts what is gone until it merges
    it away."""
    from index.tokens import terms

    found: list[object] = []
    for text in texts[:: max(1, len(texts) // 6)]:
        vector: np.ndarray = encoder.encode([text[:200]], kind="query")[0]
        for where in (Filter(), Filter(since="2015-07-22")):
            found.append([(i, round(score, 5)) for i, score in store.dense(vector, 20, where)])
        found += [
            sorted(i for i, _ in store.lexical([{("stems", stem): 1.0}], 100_000, Filter()))
            for stem in terms(text).stems.split()[:5]
        ]
    return found


def crashes(
    folder: Path,
    archive: Sequence[Article],
    encoder: Encoder,
    kills: int,
    seed: int,
    size: int,
    command: Sequence[str],
    longest: float = 0.6,
) -> list[Run]:
    """Kill `kills` children one after the other on one library; half of them in a phase, in turn, half at any moment of
    their first `longest` seconds.

    command: runs child() on `folder`, given the seed and the name of the deadly phase, or "-", as the last arguments.
    """
    rng = random.Random(seed)
    state: dict[int, int] = {}
    runs = []
    for number in range(kills):
        deadly = list(PHASES)[number // 2 % len(PHASES)] if number % 2 else None
        delay = None if deadly else rng.random() * longest
        phase, acknowledged, possible = kill_once([*command, str(rng.randrange(1 << 30)), deadly or "-"], state, delay)
        runs.append(Run(phase, acknowledged, verify(folder, archive, possible, state, encoder)))
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="files, folders or zips")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--articles", type=int, default=2000, help="how many articles the archive has")
    parser.add_argument("--batch", type=int, default=60, help="articles in a batch, on average")
    parser.add_argument("--child", nargs=3, metavar=("DIR", "SEED", "PHASE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    from index.encoder import load_encoder
    from index.reading import read

    found = {item.id: item for item in read(arguments.paths) if isinstance(item, Article)}
    archive, encoder = list(found.values())[: arguments.articles], load_encoder(None)
    if arguments.child:
        folder, seed, deadly = arguments.child
        child(Path(folder), archive, int(seed), arguments.batch, deadly if deadly in PHASES else None, encoder)
        return
    place = Path(tempfile.mkdtemp(prefix="isnad-crashes-"))
    command = [sys.executable, "-m", "eval.crashes", *arguments.paths, "--articles", str(arguments.articles)]
    command += ["--batch", str(arguments.batch), "--child", str(place / "library")]
    began, counts, bad = time.perf_counter(), Counter[str](), 0
    rounds = [
        (seed, min(20, arguments.kills - at)) for seed, at in enumerate(range(0, arguments.kills, 20), arguments.seed)
    ]
    acknowledged = 0
    for seed, kills in rounds:  # a fresh library every twenty kills
        shutil.rmtree(place / "library", ignore_errors=True)
        for run in crashes(place / "library", archive, encoder, kills, seed, arguments.batch, command):
            counts[run.phase] += 1
            acknowledged += run.acknowledged
            bad += bool(run.faults)
            for fault in run.faults:
                print(f"killed in {run.phase}: {fault}", flush=True)
        print(f"{sum(counts.values())} kills, {bad} with faults, {time.perf_counter() - began:.0f} s", flush=True)
    for phase, count in counts.most_common():
        print(f"{phase:20} {count:5}")
    print(f"acknowledged batches {acknowledged:5}")
    print(f"kills                {sum(counts.values()):5}")
    print(f"with faults          {bad:5}")
    if bad:
        raise SystemExit(f"the library of the last round is kept in {place}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
