"""Adding: one run of the reader over files, in a thread of its own, that others watch; it ends whoever leaves."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from index.errors import IsnadError, LibraryLocked
from index.indexing import Report
from index.reading import Limits
from rag.library import Library

PATIENCE = 60.0
"""Seconds to wait for another writer."""


class Adding:
    """What one run has done so far. done, total: bytes read, of all. waiting: another writer is at work. problem: why
    nothing more was added, or None."""

    def __init__(
        self,
        library: Library,
        paths: Sequence[Path | str],
        names: Mapping[str, str] | None = None,
        *,
        limit: int | None = None,
        litter: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Begin. names: as for Library.add_files(). limit: bytes of a file. litter: a folder to delete at the end."""
        self.done = self.total = 0
        self.waiting = False
        self.problem: str | None = None
        self.report = Report()
        self._ended = threading.Event()
        limits = Limits(file=limit) if limit else Limits()
        arguments = (library, paths, names or {}, limits, litter, patience)
        threading.Thread(target=self._run, args=arguments, name="isnad-adding", daemon=True).start()

    def ended(self, wait: float) -> bool:
        """Whether it is over, within `wait` seconds."""
        return self._ended.wait(wait)

    def _run(
        self,
        library: Library,
        paths: Sequence[Path | str],
        names: Mapping[str, str],
        limits: Limits,
        litter: Path | None,
        patience: float,
    ) -> None:
        try:
            until = time.monotonic() + patience
            while True:
                try:
                    library.add_files(paths, limits=limits, progress=self._tell, names=names, report=self.report)
                    break
                except LibraryLocked:  # raised before anything was read
                    self.waiting = True
                    if time.monotonic() > until:
                        raise
        except IsnadError as error:
            self.problem = str(error)
        except Exception:  # whoever watches must hear of it, and nobody is above this thread
            logging.getLogger(__name__).exception("adding articles failed")
            self.problem = "adding failed, and the server's log says why; what was added until then is kept"
        finally:
            if litter:
                shutil.rmtree(litter, ignore_errors=True)
            self._ended.set()

    def _tell(self, done: int, total: int) -> None:
        self.waiting = False
        self.done, self.total = done, total
