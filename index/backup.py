"""Backup: a consistent copy of a library while others write to it. The catalogue is all that is copied: what else a
library has is made from it when the copy is opened, and that is the restore, too."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from index.catalogue import Catalogue
from index.errors import LibraryDamaged, LibraryError
from index.files import fresh_folder, sync_folder
from index.store import CATALOGUE

_DRAFT = ".catalogue.backup.tmp"


def backup(folder: Path, to: Path) -> int:
    """Copy the library in `folder` as it is at this moment into the new folder `to`; returns its number of articles.

    The copy is compact. It gets the catalogue's name when it is whole and on the disk: a backup that was cut short is
    no library, and its folder may be used again. Raises LibraryError if `to` is in use or cannot be written,
    LibraryDamaged if SQLite cannot read the catalogue through; it does not verify the texts, as isnad check does.
    """
    if not (folder / CATALOGUE).is_file():
        raise LibraryError(f"{folder / CATALOGUE} is missing: there is nothing to copy; restore a backup")
    draft = to / _DRAFT
    if not (to.is_dir() and all(path.name.startswith(_DRAFT) for path in to.iterdir())):
        fresh_folder(to)
    for litter in to.iterdir():  # of a backup that was killed
        litter.unlink()
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        catalogue.copy(draft)
        with open(draft, "rb+") as file:
            os.fsync(file.fileno())
        count = _articles(draft)
        os.replace(draft, to / CATALOGUE)
        sync_folder(to)
    except OSError as error:
        raise LibraryError(f"{to}: {error.strerror}; check that there is room, and write permission") from error
    finally:
        catalogue.close()
        draft.unlink(missing_ok=True)
    return count


def _articles(draft: Path) -> int:
    """The number of articles in a copy, which SQLite can read."""
    connection = sqlite3.connect(draft)
    try:
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(f"{draft}: {error}; back up to another disk") from error
    finally:
        connection.close()
