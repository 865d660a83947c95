"""A limit of time and of length on what comes in pieces from somebody who may hang, or never end."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from time import monotonic

_LONGEST = 50_000
"""Characters of a text, thoughts included; an answer has a few hundred."""
_PATIENCE = 10
"""How many times the limit between two pieces the whole may take."""


class NeverEndingError(RuntimeError):
    """A text that went on beyond all measure."""


def in_time(pieces: Iterator[str], seconds: float) -> Iterator[str]:
    """`pieces`, read in a thread of its own.

    Raises TimeoutError if the next is not there within `seconds`, or the whole within ten times that; NeverEndingError
    beyond 50,000 characters; and what `pieces` itself raises.

    Whoever stops reading leaves the thread to end with its next piece, or with the limits of the client that it reads.
    """
    arrived: SimpleQueue[str | Exception | None] = SimpleQueue()
    left = threading.Event()

    def read() -> None:
        try:
            for piece in pieces:
                if left.is_set():
                    break
                arrived.put(piece)
            arrived.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where it is read
            arrived.put(error)
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()

    # A daemon: a server that hangs must not keep the program from ending.
    threading.Thread(target=contextvars.copy_context().run, args=(read,), daemon=True, name="language model").start()
    ends, length = monotonic() + _PATIENCE * seconds, 0
    try:
        while True:
            try:
                piece = arrived.get(timeout=max(min(seconds, ends - monotonic()), 0.0))
            except Empty:
                raise TimeoutError(f"nothing came for {seconds:g} s") from None
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            length += len(piece)
            if length > _LONGEST:
                raise NeverEndingError(f"more than {_LONGEST:,} characters")
            yield piece
    finally:
        left.set()
