"""The page, served for a test."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import app
from rag import Library
from rag.page.writing import Writing

QUIET = pytest.mark.filterwarnings(
    # Sockets and loops that the framework leaves to the garbage collector.
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
    # Of pandas, in the statistics that gradio keeps of its queue.
    "ignore:.*no_silent_downcasting",
    "ignore:The copy keyword is deprecated",
)
"""For each module that serves: what the framework leaves behind is no failure."""


@contextmanager
def serving(
    library: Library, allowed: list[tuple[str, str]] | None = None, writing: Writing | None = None
) -> Iterator[str]:
    """The address of the page over `library`; without `writing` it is only read."""
    page = app.build(library, writing)
    try:
        yield app.launch(page, "127.0.0.1", 0, allowed, writing)
    finally:
        page.close(verbose=False)
        gc.collect()  # here, where the warnings of it are expected
