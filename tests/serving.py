"""The page, served for a test."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import app
from rag import Library
from rag.page.offer import Offer

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
    library: Library, allowed: list[tuple[str, str]] | None = None, tools: Any = None, offer: Offer | None = None
) -> Iterator[str]:
    """The address of the page over `library`."""
    page = app.build(library, offer)
    try:
        yield app.launch(page, "127.0.0.1", 0, allowed, tools, offer)
    finally:
        page.close(verbose=False)
        gc.collect()  # here, where the warnings of it are expected
