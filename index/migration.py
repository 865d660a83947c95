"""Migration: the catalogue of an earlier Isnad becomes one of today's, from what it holds; nothing is encoded again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from index import reports
from index.files import replace_file


def kept(catalogue: Path) -> Path:
    """Where the catalogue of format 1 is kept until its migration has succeeded."""
    return catalogue.with_name(f"{catalogue.stem}-format-1{catalogue.suffix}")


def migrate(connection: sqlite3.Connection, catalogue: Path, stored: int) -> None:
    """Bring the catalogue from the format `stored` to today's; to be called within a transaction.

    1 -> 2: articles get reports. Articles and passages are not touched, so the projections stay what they are.
    """
    if stored < 2:
        _keep(catalogue)
        for statement in reports.SCHEMA.split(";"):
            connection.execute(statement)
        reports.regroup(connection)


def _keep(catalogue: Path) -> None:
    place = kept(catalogue)
    for litter in catalogue.parent.glob(f".{place.name}.*.tmp"):  # of a process that was killed at this
        litter.unlink()

    def copy(path: Path) -> None:
        other = sqlite3.connect(catalogue)  # the connection of the migration is within a transaction; VACUUM must not
        try:
            other.execute("VACUUM INTO ?", (str(path),))
        finally:
            other.close()

    replace_file(place, copy)
