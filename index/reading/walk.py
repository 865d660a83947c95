"""Paths to files: folders are walked in the order of their names, and nothing outside them is followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.reading.outcome import Failure, one_line

SUFFIXES = frozenset(
    [
        ".txt",
        ".text",
        ".md",
        ".markdown",
        ".html",
        ".htm",
        ".xhtml",
        ".json",
        ".jsonl",
        ".ndjson",
        ".csv",
        ".tsv",
        ".pdf",
        ".docx",
        ".zip",
    ]
)
"""What Isnad reads."""

_MEND = {
    ".doc": "save it as .docx",
    ".rtf": "save it as .docx",
    ".odt": "save it as .docx",
    ".xls": "save it as .csv",
    ".xlsx": "save it as .csv",
    ".gz": "unpack it first",
    ".tar": "unpack it first",
    ".7z": "unpack it first",
    ".rar": "unpack it first",
    ".xml": "convert it to .json or .html",
    ".epub": "unpack it: an .epub is a .zip of .html files",
}


class Found(NamedTuple):
    """A regular file that Isnad reads: as it was named, its absolute real path, its size in bytes; and by what its
    articles are known, if not by its path."""

    shown: str
    path: str
    size: int
    known: str | None = None


def suffix_of(name: str) -> str:
    """The suffix of a file name in lower case: '.txt', or ''."""
    return os.path.splitext(name)[1].lower()


def find(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Found | Failure]:
    """The files at and below `paths`, once each.

    Inside folders hidden names and unknown suffixes are passed over.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _named(os.fsdecode(path)):
            if isinstance(found, Found):
                if found.path in seen:
                    continue
                seen.add(found.path)
            yield found


def _named(path: str) -> Iterator[Found | Failure]:
    shown = one_line(path)
    try:
        mode = os.stat(path).st_mode
        real = os.path.realpath(path, strict=True)
    except (OSError, ValueError) as error:
        yield Failure(shown, trouble(error))
        return
    if stat.S_ISDIR(mode):
        nothing = True
        for found in _folder(path, real):
            nothing = False
            yield found
        if nothing:
            yield Failure(shown, f"the folder holds no file that Isnad reads ({' '.join(sorted(SUFFIXES))})")
    elif (suffix := suffix_of(path)) not in SUFFIXES:
        mend = _MEND.get(suffix) or f"Isnad reads {' '.join(sorted(SUFFIXES))}"
        yield Failure(shown, f"{suffix or 'a file without a suffix'} is not a format that Isnad reads; {mend}")
    else:
        yield _file(shown, real)


def _folder(given: str, root: str) -> Iterator[Found | Failure]:
    # A stack of our own: folders may be nested deeper than Python's recursion goes.
    stack = [iter(_entries(given, root))]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, Failure):
            yield item
        else:
            shown, entry = item
            if entry.is_symlink():
                yield from _link(one_line(shown), entry.path, root)
            elif entry.is_dir(follow_symlinks=False):
                stack.append(iter(_entries(shown, entry.path)))
            elif suffix_of(entry.name) in SUFFIXES:
                yield _file(one_line(shown), entry.path)


def _entries(shown: str, path: str) -> list[tuple[str, os.DirEntry[str]] | Failure]:
    try:
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        return [Failure(one_line(shown), trouble(error))]
    return [(os.path.join(shown, entry.name), entry) for entry in entries if not entry.name.startswith(".")]


def _link(shown: str, path: str, root: str) -> Iterator[Failure]:
    """Links are not followed.

    One to a file of the same folder is passed over: the file is read where it lies.
    """
    target = os.path.realpath(path)
    if not os.path.exists(path):
        yield Failure(shown, "is a link to a file that is not there, or to itself")
    elif _within(path, target):
        yield Failure(shown, "is a link to a folder that it lies in (a loop); it was not followed")
    elif _unread(target, root) and (os.path.isdir(target) or suffix_of(target) in SUFFIXES):
        mend = f"to {one_line(target)}; name that path itself to read it"
        yield Failure(shown, f"is a link that leads out of the folder, {mend}")


def _within(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def _unread(target: str, root: str) -> bool:
    """Whether walking through `root` does not come to `target`: it lies outside, or is hidden."""
    inside = os.path.relpath(target, root).split(os.sep)
    return not _within(target, root) or any(part.startswith(".") for part in inside)


def _file(shown: str, path: str) -> Found | Failure:
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        return Failure(shown, trouble(error))
    if not stat.S_ISREG(status.st_mode):
        return Failure(shown, "is not a regular file (a pipe, a socket or a device)")
    return Found(shown, path, status.st_size)


def trouble(error: OSError | ValueError) -> str:
    """Why a path cannot be read, for people."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder; check the path"
    if isinstance(error, PermissionError):
        return "may not be read; check its permissions"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return f"is not a path: {error}"
