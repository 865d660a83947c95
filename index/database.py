"""The database: one SQLite file with a connection for each thread, snapshots, transactions, and errors in our words."""

from __future__ import annotations

import shlex
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LibraryDamaged, LibraryError

PATIENCE = 30
"""Seconds that a transaction waits for that of another process."""

_OUTER = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PROTOCOL,
}
"""Errors that say nothing of what the file holds."""


def mend(path: Path) -> str:
    """What is to be done about a damaged database."""
    folder = shlex.quote(str(path.parent))
    return f"restore it from a backup, or save what can be read: isnad check --salvage NEW --library {folder}"


class Database:
    """Connections and transactions of one file, which is made if it is not there. Any number of processes may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._closed = False
        self._open: dict[threading.Thread, sqlite3.Connection] = {}

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """SQLite's errors in our words: those of the place that the file is in, and those of the file."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)
            undecodable = code is None and "decode" in str(error)  # Python's own error, which quotes the text
            if not undecodable and (code is None or code & 0xFF in _OUTER):
                hint = "check that the folder can be written and the disk is not full"
                raise LibraryError(f"{self._path}: {error}; {hint}") from error
            what = "a text in it is not what was stored" if undecodable else error
            raise LibraryDamaged(f"{self._path}: {what}; {mend(self._path)}") from error

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
        with self._errors():
            connection = self._connection()
            if connection.in_transaction:  # within another snapshot of this thread
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:  # SQLite ends it itself when the disk fails
                    connection.execute("COMMIT")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; durable when it ends without an error."""
        with self._errors():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def copy(self, to: Path) -> None:
        """Write a compact copy of one consistent view into the file `to`; others may write meanwhile."""
        try:
            self._connection().execute("VACUUM INTO ?", (str(to),))
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"{to.parent}: {error}; check that it can be written and the disk is not full"
            ) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(f"{self._path}: {error}; {mend(self._path)}") from error

    def free(self) -> tuple[int, int]:
        """(pages of the file that hold nothing, all pages)."""
        with self._errors():
            connection = self._connection()
            return tuple(
                connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count")
            )

    def vacuum(self) -> None:
        """Give the room of what was deleted back to the disk; all or nothing. Takes as much room again meanwhile."""
        with self._errors():
            self._connection().execute("VACUUM")
            # Readers of an older view put it off; the file shrinks when they have ended.
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def reading(self) -> bool:
        """Whether this thread is within a snapshot."""
        return self._connection().in_transaction

    def close(self) -> None:
        self._closed = True
        while self._open:
            self._open.popitem()[1].close()
        self._local = threading.local()
