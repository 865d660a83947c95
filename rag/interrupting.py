"""Ctrl-C while articles are indexed: the first ends the run at the border of a batch, the second at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopping(tell: Callable[[str], None]) -> Iterator[Callable[[], bool]]:
    """Yields a function that says whether Ctrl-C was pressed; `tell` says to the user that it was heard.

    Outside the main thread, where no signal can be handled, nothing is changed.
    """
    pressed = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        tell("stopping when this batch is stored; Ctrl-C again stops at once")

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGINT, hear)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)
