"""How long a search takes beside its bare parts: `python -m eval.bench_search LIBRARY`, on one core.

The questions are titles of the library's own articles, and our own English ones of the desk set. Bare are the encoding
of the question, FAISS and Tantivy alone, with what the search gives them, in the same run.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.dataset import load
from eval.passages import QUESTIONS
from index.catalogue import Filter
from index.encoder import load_encoder
from index.store import Store
from rag.expansion import Expander
from rag.lexicon import Lexicon
from rag.library import Library
from rag.question import understand
from rag.retrieval import CANDIDATES

_THREADS = "OPENBLAS_NUM_THREADS"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=int, default=300, help="of each kind")
    arguments = parser.parse_args()
    if os.environ.get(_THREADS) != "1":  # BLAS reads it when numpy is imported: its threads would fight for the core
        os.environ[_THREADS] = "1"
        os.execv(sys.executable, [sys.executable, "-m", "eval.bench_search", *sys.argv[1:]])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    import faiss

    faiss.omp_set_num_threads(1)
    chosen = random.Random(0)
    with Library.open(arguments.library) as lib, Bare(arguments.library) as bare:
        titles = [article.title for article in lib.articles() if article.title.strip()]
        english = [q.text for q in load(QUESTIONS / "desk.jsonl").queries if q.text.isascii()]
        for name, texts in (("titles", titles), ("English questions", english)):
            some = chosen.sample(texts, min(arguments.questions, len(texts)))
            if len(some) > 20:
                measure(lib, bare, name, some[20:], some[:20])


class Bare:
    """The parts of a search by themselves, on the same library."""

    def __init__(self, folder: Path) -> None:
        self._encoder = load_encoder()
        self._store = Store(folder, self._encoder)
        self._lexicon = Lexicon.load()
        self._expander = Expander(self._store, self._lexicon)

    def __enter__(self) -> Bare:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    def seconds(self, question: str) -> float:
        """What encoding the question, FAISS and Tantivy take; what they are asked is worked out before."""
        asked = self._expander.expand(understand(question, self._lexicon))
        everything = Filter()
        began = time.perf_counter()
        vector = self._encoder.encode([question], kind="query")[0]
        self._store.dense(vector, CANDIDATES, everything)
        self._store.lexical(asked.stems, CANDIDATES, everything)
        self._store.lexical(asked.grams, CANDIDATES, everything)
        return time.perf_counter() - began


def measure(lib: Library, bare: Bare, name: str, questions: Sequence[str], first: Sequence[str]) -> None:
    """Print p50 and p95 of the search and of the sum of its bare parts; `first` warms them up."""
    for question in first:
        lib.search(question)
        bare.seconds(question)
    whole, parts = [], []
    for question in questions:  # in turn, so that both see the same machine; new words are new to the search
        began = time.perf_counter()
        lib.search(question)
        whole.append(time.perf_counter() - began)
        parts.append(bare.seconds(question))
    for label, seconds in (("search", whole), ("bare parts", parts)):
        p50, p95 = 1000 * np.percentile(seconds, [50, 95])
        print(f"{name}, {label:10}  p50 {p50:6.1f} ms  p95 {p95:6.1f} ms")
    p50, p95 = np.percentile(whole, [50, 95]) / np.percentile(parts, [50, 95])
    print(f"{name}, {'ratio':10}  p50 {p50:6.2f}     p95 {p95:6.2f}", flush=True)


if __name__ == "__main__":
    main()
