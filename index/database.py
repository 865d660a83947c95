"""The database: one SQLite file with a connection for each thread, snapshots, transactions, and errors in our words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryDamaged, LibraryError

PATIENCE = 30
"""Seconds that a transaction waits for that of another process."""


class Database:
    """Connections and transactions of one file, which is made if it is not there. Any number of processes may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._closed = False
        self._open: dict[threading.Thread, sqlite3.Connection] = {}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors in our words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            hint = "check that the folder can be written and the disk is not full"
            raise LibraryError(f"{self._path}: {error}; {hint}") from error
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:
                raise
            hint = "restore it from a backup, or index the articles again elsewhere"
            raise LibraryDamaged(f"{self._path}: {error}; {hint}") from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            if self._closed:
                raise LibraryError(f"{self._path.parent} was closed; open it again")
            for thread in list(self._open):  # a server starts many threads in its life
                if not thread.is_alive() and (left := self._open.pop(thread, None)):
                    left.close()
            # Closed from the thread that closes the library; otherwise each thread keeps to its own.
            connection = sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on the disk
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
            self._open[threading.current_thread()] = connection
        return connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """A consistent view: whatever is read inside belongs to one change."""
        connection = self._connection()
        if connection.in_transaction:  # within another snapshot of this thread
            yield connection
            return
        with self._errors():
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:  # SQLite ends it itself when the disk fails
                    connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when it ends without an error."""
        connection = self._connection()
        with self._errors():
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def reading(self) -> bool:
        """Whether this thread is within a snapshot."""
        return self._connection().in_transaction

    def close(self) -> None:
        self._closed = True
        while self._open:
            self._open.popitem()[1].close()
        self._local = threading.local()
