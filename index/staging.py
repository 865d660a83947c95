"""Staging: vectors that a re-encoding has made so far, in a file of their own, so that one that was killed goes on.

A cache: what is damaged or of another encoder is thrown away, and made again.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from index.catalogue import Entry
from index.errors import LibraryError

STAGE = "reencoding.sqlite"


class Stage:
    """The vectors of articles under one encoder, by the digest of the article."""

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        self._path = folder / STAGE
        self._dimension = dimension
        try:
            self._open(fingerprint)
        except sqlite3.OperationalError as error:
            raise LibraryError(f"{self._path}: {error}; check that the disk is not full") from error
        except sqlite3.DatabaseError:
            clear(folder)
            self._open(fingerprint)

    def _open(self, fingerprint: str) -> None:
        self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS encoder (fingerprint TEXT)")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS staged"
            " (digest TEXT PRIMARY KEY, vectors BLOB NOT NULL, checksum INTEGER NOT NULL)"
        )
        about = f"{fingerprint}:{self._dimension}"
        if self._connection.execute("SELECT fingerprint FROM encoder").fetchall() != [(about,)]:
            self._connection.execute("DELETE FROM encoder")
            self._connection.execute("DELETE FROM staged")
            self._connection.execute("INSERT INTO encoder VALUES (?)", (about,))

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            hint = f"check that the disk is not full, or delete {self._path}: it will be made again"
            raise LibraryError(f"{self._path}: {error}; {hint}") from error

    def get(self, digest: str, count: int) -> np.ndarray | None:
        """The vectors of an article of `count` passages, float32 of shape (count, dimension), if they are there."""
        with self._errors():
            query = "SELECT vectors, checksum FROM staged WHERE digest = ?"
            row = self._connection.execute(query, (digest,)).fetchone()
        if row is None or len(row[0]) != 4 * count * self._dimension or zlib.crc32(row[0]) != row[1]:
            return None
        return np.frombuffer(row[0], "<f4").reshape(count, self._dimension)

    def put(self, entries: Iterable[Entry]) -> None:
        """Keep the vectors of some articles; on the disk when it returns."""
        rows = []
        for article, _, vectors in entries:
            packed = np.ascontiguousarray(vectors, "<f4").tobytes()
            rows.append((article.digest(), packed, zlib.crc32(packed)))
        with self._errors():
            self._connection.execute("BEGIN")
            self._connection.executemany("INSERT OR REPLACE INTO staged VALUES (?, ?, ?)", rows)
            self._connection.execute("COMMIT")


def clear(folder: Path) -> None:
    """Throw away what is staged in `folder`."""
    for path in folder.glob(f"{STAGE}*"):
        path.unlink(missing_ok=True)
