"""What a damaged library does: `python -m eval.damage ARTICLES... --trials 500`.

A library is made of the articles, in a few changes; then, in one copy of it after the other, a file is cut short,
zeroed in the middle, changed in one bit, or deleted, and the copy is opened and searched. It may find what it found
before, or be refused in one line; anything else is counted as wrong, and shown. `--killed` leaves the last changes in
SQLite's -wal file, as a killed process does.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from index.errors import IsnadError
from rag.library import Library

WAYS = ("cut", "zero", "flip", "delete")


class Outcome(NamedTuple):
    """What became of one damage. how: of WAYS. what: the same, refused, wrong or traceback; why: the message."""

    file: str
    how: str
    what: str
    why: str = ""


def spoil(path: Path, how: str, rng: random.Random) -> None:
    """Damage one file, as `how` says."""
    size = path.stat().st_size
    if how == "delete":
        path.unlink()
    elif how == "cut":
        os.truncate(path, rng.randrange(size) if size else 0)
    elif size:
        with open(path, "r+b") as file:
            at = rng.randrange(size)
            file.seek(at)
            was = file.read(1 if how == "flip" else 512)
            file.seek(at)
            file.write(bytes([was[0] ^ (1 << rng.randrange(8))]) if how == "flip" else bytes(len(was)))


def files(folder: Path) -> list[Path]:
    """The files of a library, relative to it."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def trials(
    pristine: Path, search: Callable[[Path], object], chosen: Iterator[tuple[Path, str]], rng: random.Random
) -> Iterator[Outcome]:
    """Damage copies of `pristine`, one for each (file, way) that is chosen; `search` opens a library and gives all that
    is compared."""
    expected = search(_copy(pristine, pristine.with_name("undamaged")))
    for file, how in chosen:
        copy = _copy(pristine, pristine.with_name("damaged"))
        spoil(copy / file, how, rng)
        try:
            found = search(copy)
        except IsnadError as error:
            yield Outcome(str(file), how, "refused" if "\n" not in str(error) else "wrong", str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted and shown
            yield Outcome(str(file), how, "traceback", f"{type(error).__name__}: {error}")
        else:
            yield Outcome(str(file), how, "the same" if found == expected else "wrong", _difference(found, expected))


def _difference(found: object, expected: object) -> str:
    """What differs, in short."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return "; ".join(
            f"{key}: {_difference(found.get(key), was)}" for key, was in expected.items() if found.get(key) != was
        )
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        return ", ".join(_difference(one, was) for one, was in zip(found, expected, strict=True) if one != was)
    return f"{str(found)[:80]!r}, not {str(expected)[:80]!r}"


def _copy(folder: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    return Path(shutil.copytree(folder, to))


def drawn(folder: Path, count: int, rng: random.Random, only: str = "*") -> Iterator[tuple[Path, str]]:
    """`count` damages: each file in each way once, then more of what flips and zeroes, in files by their size."""
    every = [file for file in files(folder) if file.match(only)]
    yield from ((file, how) for file in every for how in WAYS)
    sizes = [(folder / file).stat().st_size for file in every]
    for _ in range(count - len(every) * len(WAYS)):
        yield rng.choices(every, sizes)[0], rng.choice(("flip", "flip", "zero"))


def everything(lib: Library, questions: list[str]) -> dict[str, object]:
    """What a library says: to questions, with filters and without, of its articles, and of itself."""
    found: dict[str, object] = {}
    sources = list(lib.status().sources)[:2]
    for question in questions:
        # Scores of the terms may differ a little: an index made anew counts no passages that are gone.
        for name, filters in (("all", {}), ("outlet", {"source": sources[0]} if sources else {})):
            hits = lib.search(question, k=5, dates=False, **filters)
            found[f"{question} ({name})"] = [{**asdict(hit), "score": round(hit.score, 2)} for hit in hits]
        found[f"{question} (answer)"] = lib.ask(question, dates=False).text
    found["articles"] = sorted(lib.articles(), key=lambda article: article.id)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="files, folders or zips")
    parser.add_argument("--trials", type=int, default=200, help="how many copies are damaged")
    parser.add_argument("--articles", type=int, default=300, help="how many articles the library has")
    parser.add_argument("--only", default="*", metavar="GLOB", help="files that are damaged: 'catalogue*'")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--killed", action="store_true", help="the last changes are in the -wal file")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="isnad-damage-") as place:
        folder = Path(place) / "library"
        pristine, questions = _made(folder, arguments.paths, arguments.articles, rng, arguments.killed)
        from index.encoder import load_encoder

        encoder = load_encoder(None)

        def search(copy: Path) -> object:
            with Library.open(copy, encoder) as lib:
                return everything(lib, questions)

        counts: Counter[tuple[str, str, str]] = Counter()
        for outcome in trials(pristine, search, drawn(pristine, arguments.trials, rng, arguments.only), rng):
            kind = Path(outcome.file).name if "catalogue" in outcome.file else f"*{Path(outcome.file).suffix}"
            counts[kind, outcome.how, outcome.what] += 1
            if outcome.what in ("wrong", "traceback"):
                print(f"{outcome.file} {outcome.how}: {outcome.what} {outcome.why[:300]}", flush=True)
    for (kind, how, what), count in sorted(counts.items()):
        print(f"{kind:28} {how:7} {what:10} {count:6}")
    for what in ("the same", "refused", "wrong", "traceback"):
        print(f"{what:10} {sum(count for key, count in counts.items() if key[2] == what):6}")


def _made(folder: Path, paths: list[str], many: int, rng: random.Random, killed: bool) -> tuple[Path, list[str]]:
    """A library of some of the articles, with a past; and titles of it to ask for."""
    from index.article import Article
    from index.reading import read

    found = [item for item in read(paths) if isinstance(item, Article)]
    chosen = rng.sample(found, min(many, len(found)))
    with Library.open(folder) as lib:
        lib.add(chosen[: many // 2])
        lib.add(chosen[many // 2 :])
        lib.remove([article.id for article in chosen[::17]])
        lib.repair()  # an index of terms that is made anew counts no passages that are gone; nor shall this one
        if killed:
            lib.add(found[: many // 20])
            folder = Path(shutil.copytree(folder, folder.with_name("killed")))
    left = [article for n, article in enumerate(chosen) if n % 17]
    return folder, [article.title or article.text[:60] for article in left[:: max(1, len(left) // 3)]]


if __name__ == "__main__":
    main()
