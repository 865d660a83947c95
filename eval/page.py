"""How fast the page is: `python -m eval.page [LIBRARY]`.

In one run: from the start of a process to a usable page, beside an empty page of the framework; from Enter to the first
words of an answer in a browser, beside `Library.ask` of the same questions; and 50 users who ask at once. The questions
are our own (eval/questions/desk.jsonl), each asked once, and so are the articles if no library is named. Without
chromium and playwright the endpoints are measured instead, and the lines say so.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from eval.dataset import Dataset, load
from eval.page_browser import Browser, browser
from eval.page_server import Server
from eval.passages import QUESTIONS
from rag.library import Library

_TURNS = 10
"""Questions of one conversation."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=3, help="launches of each page")
    parser.add_argument("--questions", type=int, default=60, help="asked in the browser")
    parser.add_argument("--users", type=int, default=50, help="who ask at once")
    parser.add_argument("--each", type=int, default=10, help="questions of each of them")
    arguments = parser.parse_args()
    desk = load(QUESTIONS / "desk.jsonl")
    if arguments.library:
        measure(arguments.library, desk, arguments)
        return
    with TemporaryDirectory() as folder:
        with Library.open(folder) as lib:
            lib.add(desk.articles)
        measure(Path(folder), desk, arguments)


def measure(library: Path, desk: Dataset, arguments: argparse.Namespace) -> None:
    """Print all figures of the page over `library`."""
    with Library.open(library) as lib:
        held = f"{lib.status().articles:,} articles"
    questions = [query.text for query in desk.queries]
    random.Random(0).shuffle(questions)
    asked, others = questions[: arguments.questions], questions[arguments.questions :]
    print(f"{held}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run", flush=True)
    with browser() as opened:
        how = "in chromium" if opened else "without a browser: page and configuration answered"
        launches(opened, library, arguments.rounds, how)
        first_words(opened, library, asked)
    many_users(library, others[: arguments.users * arguments.each], arguments.users)


def launches(opened: Browser | None, library: Path, rounds: int, how: str) -> None:
    """Print how long both pages take from the start of their process until they can be used."""

    def launch(start: Callable[[], Server], usable: str) -> float:
        with start() as server:
            server.wait()
            if opened:
                with opened.visit(server.address, usable):
                    return time.perf_counter() - server.began
            return time.perf_counter() - server.began

    # An empty page has nothing that can be seen but the frame.
    pairs = [
        (launch(lambda: Server.of_library(library), "#box textarea"), launch(Server.of_nothing, ".gradio-container"))
        for _ in range(rounds)
    ]
    ours, empty = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(
        f"launch to a usable page, {how}, median of {rounds}: {ours:.2f} s, an empty gr.Blocks {empty:.2f} s,"
        f" ratio {ours / empty:.2f} (bar 2)",
        flush=True,
    )


def first_words(opened: Browser | None, library: Path, questions: Sequence[str]) -> None:
    """Print how long the first words of an answer take, and `Library.ask` beside it, of the same questions in turn."""
    how = "Enter to first words, in chromium" if opened else "endpoint /ask, without a browser"
    page, bare, answered = [], [], 0
    with Library.open(library) as lib, Server.of_library(library) as server:
        server.wait()

        def ask_all(ask: Callable[[str], tuple[float, bool]], begin_anew: Callable[[], None]) -> None:
            nonlocal answered
            for k, question in enumerate(questions):
                if k and k % _TURNS == 0:
                    begin_anew()
                seconds, found = ask(question)
                page.append(seconds)
                answered += found
                began = time.perf_counter()
                lib.ask(question)
                bare.append(time.perf_counter() - began)

        if opened:
            with opened.visit(server.address, "#box textarea") as visit:
                ask_all(visit.ask, visit.begin_anew)
        else:
            ask_all(lambda question: _timed(server, question), lambda: None)
    print(f"{how}: the first question after launch {1000 * page[0]:.0f} ms, Library.ask {1000 * bare[0]:.0f} ms")
    for name, seconds in ((how, page[1:]), ("Library.ask", bare[1:])):
        p50, p95, most = 1000 * np.percentile(seconds, [50, 95, 100])
        print(f"{name}, {len(seconds)} questions: p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {most:.0f} ms")
    ratio = np.median(page[1:]) / np.median(bare[1:])
    added = 1000 * np.median(np.subtract(page[1:], bare[1:]))
    slow = sum(seconds > 0.3 for seconds in page[1:])
    print(
        f"ratio of the medians {ratio:.2f} (bar 2), the page adds {added:.0f} ms; {slow} of {len(page) - 1} above"
        f" 300 ms; {answered} of {len(page)} answered, the others refused",
        flush=True,
    )


def many_users(library: Path, questions: Sequence[str], users: int) -> None:
    """Print what `users` programs get that ask the endpoint at once, each its part of `questions`, one by one."""
    with Server.of_library(library) as server, ThreadPoolExecutor(users) as threads:
        server.wait()

        def one(user: int) -> tuple[list[float], list[str]]:
            times, errors = [], []
            for question in questions[user::users]:
                try:
                    times.append(_timed(server, question)[0])
                except (OSError, ValueError) as error:
                    errors.append(str(error))
            return times, errors

        began = time.perf_counter()
        done = list(threads.map(one, range(users)))
        wall = time.perf_counter() - began
    times = [seconds for found, _ in done for seconds in found]
    errors = [error for _, found in done for error in found]
    p50, p95 = np.percentile(times, [50, 95]) if times else (float("nan"),) * 2
    print(
        f"{users} users at once, {len(questions)} questions to /ask: {len(errors)} errors, p50 {p50:.2f} s,"
        f" p95 {p95:.2f} s, {len(times) / wall:.1f} questions a second"
    )
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")


def _timed(server: Server, question: str) -> tuple[float, bool]:
    began = time.perf_counter()
    answer = server.ask(question)
    return time.perf_counter() - began, bool(answer["answered"])


if __name__ == "__main__":
    main()
