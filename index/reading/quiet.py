"""Libraries that talk while they read: what is wrong with a file is told by its Failure."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet(*loggers: str) -> Iterator[None]:
    """Silence the named loggers and all warnings while a parser runs; both are as before afterwards."""
    known = [logging.getLogger(name) for name in loggers]
    before = [logger.level for logger in known]
    try:
        for logger in known:
            logger.setLevel(logging.CRITICAL + 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(known, before, strict=True):
            logger.setLevel(level)
