"""Tantivy's files on disk: whether they are as they were written. A segment's end in a checksum; meta.json, which names
them, has none, so ours lies beside it."""

from __future__ import annotations

import json
import mmap
import zlib
from pathlib import Path
from typing import Any

from index.files import replace_file

META, _SEAL = "meta.json", "meta.crc32"
_BLOCK = 1 << 22
_MAGIC = (1337).to_bytes(4, "little")


def segments(folder: Path) -> list[dict[str, Any]]:
    """The segments that meta.json names."""
    found: list[dict[str, Any]] = json.loads((folder / META).read_bytes())["segments"]
    return found


def verify(folder: Path, verified: set[str]) -> None:
    """Raise ValueError if a file is not as it was written. Segments never change, so each is read once: `verified` are
    those that were, by name, and becomes all."""
    if not _sealed(folder):
        raise ValueError(f"{folder / META} is damaged")
    names = {str(segment["segment_id"]).replace("-", "") for segment in segments(folder)}
    for path in folder.iterdir():
        if path.name not in verified and path.name.partition(".")[0] in names:
            try:
                if not _whole(path):
                    raise ValueError(f"{path} is damaged")
            except FileNotFoundError:  # merged away by a writer; what is needed and missing Tantivy says
                continue
            verified.add(path.name)


def seal(folder: Path) -> None:
    """Write the checksum of meta.json; to be called when no writer is at it any more."""
    for litter in folder.glob(f".{_SEAL}.*.tmp"):  # of a writer that was killed at this
        litter.unlink()
    crc = zlib.crc32((folder / META).read_bytes())
    replace_file(folder / _SEAL, lambda path: path.write_text(f"{crc:08x}"))


def unseal(folder: Path) -> None:
    """Take the checksum away; to be called before a writer changes anything. A meta.json without one is believed."""
    (folder / _SEAL).unlink(missing_ok=True)


def _sealed(folder: Path) -> bool:
    while (seal := _read(folder)) is not None:
        if f"{zlib.crc32((folder / META).read_bytes()):08x}".encode() == seal:
            return True
        if _read(folder) == seal:  # else a writer has come between
            return False
    return True


def _read(folder: Path) -> bytes | None:
    try:
        return (folder / _SEAL).read_bytes()
    except FileNotFoundError:
        return None


def _whole(path: Path) -> bool:
    """Whether a file of Tantivy's has the checksum that it ends in: body, footer as JSON, its length, a magic
    number."""
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        length, magic = int.from_bytes(data[-8:-4], "little"), data[-4:]
        if magic != _MAGIC or length + 8 > len(data):
            return False
        body = len(data) - 8 - length
        crc = 0
        for start in range(0, body, _BLOCK):
            crc = zlib.crc32(data[start : min(start + _BLOCK, body)], crc)
        return bool(json.loads(data[body:-8])["crc"] == crc)
