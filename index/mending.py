"""Mending a library that does not open: its catalogue is believed, or what can be read of it goes into a new one."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock

from index.catalogue import Catalogue
from index.checking import readable
from index.encoder import Encoder
from index.errors import LibraryError
from index.files import fresh_folder
from index.indexing import Report, index
from index.store import CATALOGUE, LOCK, Store, write_lock


def believe(folder: Path) -> None:
    """Take the catalogue in `folder` for the truth, even if the projections have seen later changes: they are taken
    away, and the next opening makes them anew. Raises LibraryDamaged if the catalogue is none, LibraryLocked."""
    if not (folder / CATALOGUE).exists():
        return  # opening it says what is wrong, as long as the projections are there
    Catalogue(folder / CATALOGUE).close()
    with write_lock(folder, FileLock(folder / LOCK), wait=5.0):
        for path in folder.glob("vectors-*.faiss"):
            path.unlink()
        if (folder / "terms").is_dir():
            shutil.rmtree(folder / "terms")


def salvage(folder: Path, to: Path, encoder: Encoder) -> tuple[Report, list[str]]:
    """Put the articles in `folder` that are still what was stored into a new library in `to`, encoded anew; returns the
    report, and what could not be read. The damaged library stays as it is. Raises LibraryError if `to` is in use."""
    if not (folder / CATALOGUE).is_file():
        raise LibraryError(f"{folder / CATALOGUE} is missing: there is nothing to save; restore a backup")
    fresh_folder(to)
    lost: list[str] = []
    store = Store(to, encoder)
    try:
        return index(readable(folder / CATALOGUE, lost), store, encoder), lost
    finally:
        store.close()
