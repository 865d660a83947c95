"""The questions of a set, asked of a library by one process or several; nothing is judged here."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from eval.configuration import Configuration
from eval.counting import Counted, Spent
from eval.known_item import of_articles
from rag.language_models import load_language_model
from rag.library import Library
from rag.results import Answer

_RANKED = 10
"""Articles that are ranked: the best of three times as many passages."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What FAISS and numpy ask for their number of threads when they are loaded."""
_FEW = 32
"""Fewer questions than this are not worth the start of another process."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: the answer, the best articles with their scores (best first), the time of both in
    seconds, and what a language model read and wrote for it."""

    answer: Answer
    articles: tuple[tuple[str, float], ...]
    seconds: float
    spent: Spent


def ask_all(folder: Path, questions: Sequence[str], configuration: Configuration, *, jobs: int = 1) -> list[Asked]:
    """Ask `questions` of the library in `folder`, in their order.

    jobs: processes, each with the library open; a language model is asked by one alone.
    """
    jobs = 1 if configuration.llm or len(questions) < _FEW else jobs
    if jobs == 1:
        return list(_ask(folder, questions, configuration))
    parts = [questions[n::jobs] for n in range(jobs)]
    with _one_thread_each(), ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        work = [pool.submit(_part, folder, part, configuration) for part in parts]
        found = [one.result() for one in work]
    return [found[n % jobs][n // jobs] for n in range(len(questions))]


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that are begun meanwhile compute in one thread each: else they would wait for one another's."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ |= dict.fromkeys(_THREADS, "1")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _part(folder: Path, questions: Sequence[str], configuration: Configuration) -> list[Asked]:
    return list(_ask(folder, questions, configuration))


def _ask(folder: Path, questions: Sequence[str], configuration: Configuration) -> Iterator[Asked]:
    model = load_language_model(configuration.llm)
    counted = Counted(model) if model else None
    with Library.open(folder, **configuration.opening) as lib:
        if questions:
            lib.ask(questions[0])  # what is read once is no part of the first question's time
        for question in questions:
            began = time.perf_counter()
            hits, answer = lib.examine(question, 3 * _RANKED, llm=counted or "none")
            seconds = time.perf_counter() - began
            spent = counted.take() if counted else Spent()
            yield Asked(answer, tuple(of_articles(hits, _RANKED)), seconds, spent)
