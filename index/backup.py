"""Backup: a consistent copy of a library while others write to it. Only what is true is copied: the indexes are made
from it when the copy is opened, and that is the restore, too."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from index.catalogue import Catalogue
from index.database import PATIENCE
from index.errors import LibraryDamaged, LibraryError
from index.files import fresh_folder, sync_folder
from index.migration import kept
from index.staging import STAGE
from index.store import CATALOGUE

_DRAFT = ".backup.tmp"


def backup(folder: Path, to: Path) -> int:
    """Copy the library in `folder` as it is at this moment into the new folder `to`; returns its number of articles.

    The copy is compact, and has what else is kept beside the catalogue in a SQLite file (what readers thought). The
    catalogue gets its name last, when all is whole and on the disk: a backup that was cut short is no library. Raises
    LibraryError if `to` is in use or cannot be written, LibraryDamaged if SQLite cannot read the catalogue through; it
    does not verify the texts, as isnad check does.
    """
    if not (folder / CATALOGUE).is_file():
        raise LibraryError(f"{folder / CATALOGUE} is missing: there is nothing to copy; restore a backup")
    if not (to.is_dir() and all(path.name.startswith(_DRAFT) for path in to.iterdir())):
        fresh_folder(to)
    try:
        for litter in to.iterdir():  # of a backup that was killed
            litter.unlink()
        return _copy(folder, to)
    except OSError as error:
        raise LibraryError(f"{to}: {error.strerror}; check that there is room, and write permission") from error
    finally:
        for draft in to.glob(f"{_DRAFT}*"):
            draft.unlink(missing_ok=True)


def _copy(folder: Path, to: Path) -> int:
    passing = {CATALOGUE, STAGE, *(path.name for path in kept(folder / CATALOGUE))}
    others = sorted(path.name for path in folder.glob("*.sqlite") if path.name not in passing)
    for name in others:
        _copy_beside(folder / name, to / f"{_DRAFT}-{name}")
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        catalogue.copy(to / f"{_DRAFT}-{CATALOGUE}")
    finally:
        catalogue.close()
    count = _articles(to / f"{_DRAFT}-{CATALOGUE}")
    for name in [*others, CATALOGUE]:
        with open(to / f"{_DRAFT}-{name}", "rb+") as file:
            os.fsync(file.fileno())
        os.replace(to / f"{_DRAFT}-{name}", to / name)
    sync_folder(to)
    return count


def _copy_beside(path: Path, draft: Path) -> None:
    """Copy a SQLite file that is not the catalogue; one that is damaged is copied as it is: its owner knows it."""
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        connection.execute("VACUUM INTO ?", (str(draft),))
    except sqlite3.OperationalError as error:
        raise LibraryError(f"{draft.parent}: {error}; check that the disk is not full") from error
    except sqlite3.DatabaseError:
        shutil.copyfile(path, draft)
    finally:
        connection.close()


def _articles(draft: Path) -> int:
    """The number of articles in a copy, which SQLite can read."""
    connection = sqlite3.connect(draft)
    try:
        return int(connection.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(f"{draft}: {error}; back up to another disk") from error
    finally:
        connection.close()
