"""Zip archives, member by member, without unpacking anything to disk.

What a header claims is never trusted.
"""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from index.errors import UnreadableFile
from index.reading.outcome import Failure, Limits, Source, one_line, size_text
from index.reading.walk import SUFFIXES, suffix_of, trouble

_FLOOR = 1024 * 1024  # below it, packing well is no sign of a bomb
_BLOCK = 1024 * 1024
# What zipfile and its decompressors raise on damaged archives (lzma.LZMAError is an Exception of its own).
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, LookupError)
_BAD_PATH = re.compile(r"(?:[/\\]|[A-Za-z]:)|.*\\|(?:.*/)?\.\.(?:/|\Z)", re.DOTALL)


def members(
    file: str | IO[bytes], shown: str, id: str, limits: Limits, depth: int = 1, left: list[int] | None = None
) -> Iterator[tuple[Source | Failure, int]]:
    """The readable members of a zip in the order of their names, each with its packed size in bytes.

    Archives inside it are opened down to limits.depth. left: one number, the bytes that may still be
    unpacked. Raises UnreadableFile if the archive as a whole is damaged or refused.
    """
    left = [limits.unpacked] if left is None else left
    with _opened(file) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check(entries, _size(file), limits, left[0])
        used: dict[str, int] = {}
        nothing = True
        for entry in sorted(entries, key=lambda entry: entry.filename):
            name = _label(entry.filename, used)
            place, suffix = f"{shown}!{name}", suffix_of(entry.filename)
            # The path first: an archive with one that leads out was made to do harm, and that is worth a
            # line.
            reason = _refused(entry, limits)
            if not reason and not _wanted(entry.filename):
                continue
            nothing = False
            if reason:
                yield Failure(place, reason), entry.compress_size
                continue
            try:
                data = _unpacked(archive, entry, limits, left)
                if suffix != ".zip":
                    yield Source(place, f"{id}!{name}", suffix, data), entry.compress_size
                elif depth >= limits.depth:
                    raise UnreadableFile(f"zips inside zips are read {limits.depth} deep; unpack it first")
                else:
                    yield from members(io.BytesIO(data), place, f"{id}!{name}", limits, depth + 1, left)
            except UnreadableFile as error:
                yield Failure(place, str(error)), entry.compress_size
        if nothing:
            raise UnreadableFile("the archive holds no file that Isnad reads")


def _opened(file: str | IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except zipfile.BadZipFile as error:
        raise UnreadableFile(f"is no whole zip ({error}); it may be cut off, download it again") from None
    except OSError as error:
        raise UnreadableFile(trouble(error)) from None
    except _DAMAGED as error:
        raise UnreadableFile(f"is a damaged zip ({error}); download it again") from None


def _size(file: str | IO[bytes]) -> int:
    return os.path.getsize(file) if isinstance(file, str) else file.seek(0, io.SEEK_END)


def _check(entries: list[zipfile.ZipInfo], size: int, limits: Limits, left: int) -> None:
    """Refuse an archive that asks for too much as a whole; members that are refused anyway do not count."""
    if len(entries) > limits.members:
        raise UnreadableFile(f"holds {len(entries):,} files, the limit is {limits.members:,} in one archive; split it")
    total = sum(entry.file_size for entry in entries if not _refused(entry, limits) and _wanted(entry.filename))
    if total > left:
        raise UnreadableFile(f"would unpack to {size_text(total)}, the limit is {size_text(left)}; split it")
    # Against the size of the file: members that lie upon each other claim the same bytes many times.
    if total > _FLOOR and total > limits.ratio * size:
        raise UnreadableFile(
            f"would unpack to {total // max(size, 1):,} times its size (a zip bomb?); it was not opened"
        )


def _label(name: str, used: dict[str, int]) -> str:
    label = one_line(name)
    used[label] = used.get(label, 0) + 1
    # Zips may hold a name twice; both are files of their own.
    return label if used[label] == 1 else f"{label}#{used[label]}"


def _wanted(name: str) -> bool:
    parts = name.split("/")
    return suffix_of(name) in SUFFIXES and "__MACOSX" not in parts and not any(part.startswith(".") for part in parts)


def _refused(entry: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Why this member is not read, or None."""
    if _BAD_PATH.match(entry.orig_filename) or "\0" in entry.orig_filename:
        return "its path leads out of the archive (.., /, \\ or a drive), so it was not read; pack it anew"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link; it was not followed"
    if not _wanted(entry.filename):
        return None
    if entry.flag_bits & 0x1:
        return "is encrypted; unpack the archive with its password first"
    if entry.file_size > limits.member:
        return f"would unpack to {size_text(entry.file_size)}, the limit is {size_text(limits.member)}; split it"
    if entry.file_size > _FLOOR and entry.file_size > limits.ratio * entry.compress_size:
        return f"would unpack to {entry.file_size // max(entry.compress_size, 1):,} times its size (a zip bomb?)"
    return None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, left: list[int]) -> bytes:
    most = min(limits.member, left[0])
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as stream:
            while piece := stream.read(_BLOCK):
                size += len(piece)
                if size > most:
                    raise UnreadableFile(f"unpacks to more than the limit of {size_text(most)}; it was given up")
                pieces.append(piece)
    except NotImplementedError:
        raise UnreadableFile("is packed by a method that Isnad does not know; pack it again as a plain zip") from None
    except _DAMAGED as error:
        raise UnreadableFile(f"is damaged in the archive ({error}); download it again") from None
    left[0] -= size
    return b"".join(pieces)
