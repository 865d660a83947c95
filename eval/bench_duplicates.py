"""How well copies are found in an archive: `python -m eval.bench_duplicates PATH...`, with and without an index of it.

The truth is every pair of articles of which more than half the 3-grams of the shorter stand in the longer, found by an
inverted index of all 3-grams. Articles of fewer than five are left out: they are only like their equals.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np

from index.duplicates import SHARE, containment, shingles
from index.encoder import load_encoder
from index.indexing import index
from index.reading import Limits, read
from index.store import CATALOGUE, Store

_SAMPLE = 300
_FEW = 1  # shingles of an article that is too short to stand in another


def neighbours(sets: list[np.ndarray], chosen: list[int]) -> dict[int, list[int]]:
    """Of each of the `chosen` sets, by number, those that are the same report by the letter."""
    sizes = np.array(list(map(len, sets)))
    owners = np.repeat(np.arange(len(sets)), sizes)
    shingle = np.concatenate(sets)
    order = np.argsort(shingle, kind="stable")
    shingle, owners = shingle[order], owners[order]
    found = {}
    for one in chosen:
        starts = np.searchsorted(shingle, sets[one], "left")
        ends = np.searchsorted(shingle, sets[one], "right")
        having = np.concatenate([owners[start:end] for start, end in zip(starts, ends, strict=True)])
        common = np.bincount(having, minlength=len(sets)) / np.minimum(sizes, sizes[one])
        found[one] = [int(n) for n in np.flatnonzero((common > SHARE) & (sizes > _FEW)) if n != one]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="files, folders or zips")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="isnad-bench-") as folder:
        store = Store(Path(folder) / "library", encoder := load_encoder())
        index(read(arguments.paths, fields=None, limits=Limits(), progress=None), store, encoder)
        store.close()
        connection = sqlite3.connect(Path(folder) / "library" / CATALOGUE)
        query = "SELECT text, title, first FROM article JOIN report ON article = number ORDER BY number"
        rows = connection.execute(query).fetchall()
        pages = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%report%' OR name LIKE '%minhash%'"
        try:
            size = f"{connection.execute(pages).fetchone()[0]:,}"
        except sqlite3.OperationalError:  # SQLite is not always built with it
            size = "unknown"
        connection.close()
    began = time.perf_counter()
    sets = [shingles(text, title) for text, title, _ in rows]
    seconds = time.perf_counter() - began
    members: dict[int, list[int]] = {}
    for number, (*_, first) in enumerate(rows):
        members.setdefault(first, []).append(number)
    several = [numbers for numbers in members.values() if len(numbers) > 1]
    print(f"articles              {len(rows):,}")
    inside = sum(map(len, several))
    print(f"reports               {len(members):,}; {len(several):,} of several articles, {inside:,} articles in these")
    print(f"largest reports       {', '.join(str(n) for n in sorted(map(len, several), reverse=True)[:10])}")
    print(f"sizes                 {dict(sorted(Counter(map(len, several)).items())[:6])}")
    print(f"bytes of the tables   {size}")
    print(f"shingles alone        {seconds:.1f} s")

    pairs = [pair for numbers in several for pair in combinations(numbers, 2)]
    shares = [containment(sets[a], sets[b]) for a, b in rng.sample(pairs, min(_SAMPLE, len(pairs)))]
    told = ", ".join(f"over {share} {np.mean(np.array(shares) > share):.3f}" for share in (0.5, 0.4, 0.3, 0.2))
    print(f"linked pairs          {len(pairs):,}; containment of {len(shares)}: {told}")

    long = [number for number, one in enumerate(sets) if len(one) > _FEW]
    near = neighbours(sets, rng.sample(long, min(_SAMPLE, len(long))))
    with_copies = {one: others for one, others in near.items() if others}
    kept = [np.mean([rows[one][2] == rows[other][2] for other in others]) for one, others in with_copies.items()]
    total = sum(map(len, near.values()))
    found = sum(rows[one][2] == rows[other][2] for one, others in near.items() for other in others)
    print(f"of {len(near)} articles       {len(with_copies)} have copies, {total} in all")
    mean = np.mean(kept or [0])
    print(f"in the same report    {found / max(total, 1):.3f} of them; {mean:.3f} in the mean of the articles")


if __name__ == "__main__":
    main()
