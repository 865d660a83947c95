"""The file of the feedback: SQLite, made when it is first written to, and set aside where it is damaged."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.database import PATIENCE
from index.errors import LibraryError

_FORMAT = 1
_SCHEMA = """
CREATE TABLE judgement (
    id INTEGER PRIMARY KEY AUTOINCREMENT, answer TEXT NOT NULL, visit TEXT NOT NULL, reader TEXT NOT NULL,
    time TEXT NOT NULL, verdict TEXT NOT NULL, note TEXT NOT NULL, question TEXT NOT NULL, completed TEXT,
    text TEXT NOT NULL, answered INTEGER NOT NULL, confidence REAL NOT NULL, citations TEXT NOT NULL, model TEXT,
    UNIQUE (answer, reader, visit)
);
CREATE INDEX judgement_time ON judgement (time);
"""
_log = logging.getLogger("isnad")


class _Unsound(Exception):
    """The file is no feedback of ours, or SQLite cannot make sense of it."""


class FeedbackFile:
    """Reads and writes one file, with a connection for each call, so that none outlives a file that is set aside."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._checked = False

    def read(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """The rows of a query; none where there is no file."""
        for last in (False, True):
            try:
                with self._connected(make=False) as connection:
                    return connection.execute(statement, values).fetchall() if connection else []
            except _Unsound as fault:
                if last:
                    raise LibraryError(f"{self._path}: {fault}; check the disk") from None
                with self._locked():
                    self._set_aside(fault)
        return []

    def write(self, statement: str, values: tuple[Any, ...]) -> None:
        """Change the table; durable on return."""
        with self._locked():  # or a file that is set aside might be written to
            for last in (False, True):
                try:
                    with self._connected(make=True) as connection:
                        connection.execute(statement, values)
                    return
                except _Unsound as fault:
                    if last:
                        raise LibraryError(f"{self._path}: {fault}; check the disk") from None
                    self._set_aside(fault)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the one who changes the file."""
        try:
            with FileLock(self._path.with_suffix(".lock"), timeout=PATIENCE):
                yield
        except Timeout:
            raise LibraryError(f"{self._path} is being written by another process; try again") from None
        except OSError as error:
            raise LibraryError(
                f"{self._path}: {error.strerror or error}; check that the folder can be written"
            ) from None

    @contextmanager
    def _connected(self, make: bool) -> Iterator[Any]:
        """A connection for one call, so that none outlives a file that is set aside; None if there is no file and none
        is to be made."""
        if not make and not self._path.exists():
            yield None
            return
        connection = None
        try:
            connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            yield connection if self._prepared(connection, make) else None
        except sqlite3.OperationalError as error:
            hint = "check that the folder can be written and the disk is not full"
            raise LibraryError(f"{self._path}: {error}; {hint}") from error
        except sqlite3.DatabaseError as error:
            raise _Unsound(str(error)) from error
        finally:
            if connection:
                connection.close()

    def _prepared(self, connection: sqlite3.Connection, make: bool) -> bool:
        """Make the table where there is none; whether there is one then."""
        if not self._checked:
            if (found := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise _Unsound(" ".join(found.split()))
            self._checked = True
        stored = connection.execute("PRAGMA user_version").fetchone()[0]
        if stored > _FORMAT:
            raise LibraryError(f"{self._path} was written by a newer Isnad (format {stored}); update Isnad")
        if not stored and connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise _Unsound("it holds something else")
        if make:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on the disk
            if not stored:
                connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_FORMAT}; COMMIT")
        return make or bool(stored)

    def _set_aside(self, fault: _Unsound) -> None:
        """Give the damaged file another name, unless another process has done so meanwhile."""
        self._checked = False
        try:
            with self._connected(make=False):
                return
        except _Unsound:
            self._checked = False
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        aside = self._path.with_name(f"feedback-damaged-{stamp}.sqlite")
        # The log first: beside a new file SQLite would take it for that file's own.
        for suffix in ("-shm", "-wal", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
        _log.warning(
            "isnad: %s was damaged (%s); it is set aside as %s, a new one is begun", self._path, fault, aside.name
        )
