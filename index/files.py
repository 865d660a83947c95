"""Files that are either whole or not there: written beside their place, forced to disk, then renamed."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index.errors import LibraryError

_BLOCK = 1 << 22


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file under a temporary name, fsync it and put it in the place of `path`."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        write(temporary)
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the folder's own entries to disk, so that a rename survives a power cut."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def checksum(path: Path) -> int:
    """CRC-32 of a file."""
    value = 0
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            value = zlib.crc32(block, value)
    return value


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder, and in its folders; SQLite's own come and go meanwhile."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def fresh_folder(folder: Path) -> None:
    """Make an empty folder, or take one that is empty. Raises LibraryError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = next(folder.iterdir(), None)
    except OSError as error:
        raise LibraryError(f"{folder} cannot be made: {error.strerror}; name another folder") from None
    if taken:
        raise LibraryError(f"{folder} is not empty ({taken.name!r}); name a new folder")
