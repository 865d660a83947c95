"""What the page may write: whether articles are added and removed, what an upload may be, and the one folder from which
a path is taken."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
import unicodedata
import weakref
from contextlib import suppress
from itertools import count
from pathlib import Path

from index.errors import QueryError
from index.files import folder_size
from index.reading.outcome import one_line, size_text
from index.reading.walk import suffix_of
from rag.page.guard import is_local

MOST_FILES = 1000
"""Files of one upload; more belong into a zip."""
UPLOADS = "uploads/"
"""What the id of an uploaded file's article begins with, before the name of the file."""

_LONGEST_NAME = 300
_ABANDONED = 3600
"""Seconds after which a file that was sent and never added is deleted."""
_WAITING = 4
"""How many times the limit of one upload may lie on the disk, sent and not yet added."""
_MIB = 1024 * 1024


class Writing:
    """The rights to write that the readers of a page have. limit: bytes of one upload. folder: from which paths on
    this machine may be added; None for no path at all."""

    def __init__(self, limit: int = 256 * _MIB, folder: Path | None = None) -> None:
        self.limit = limit
        self.folder = folder.resolve() if folder else None
        # Its own folder, that only this user may look into, and that goes when the page does.
        self.uploads = Path(tempfile.mkdtemp(prefix="isnad-"))
        self._number = count()
        weakref.finalize(self, shutil.rmtree, self.uploads, ignore_errors=True)

    def room(self, size: int) -> str | None:
        """Why an upload of `size` bytes is not taken, or None."""
        if size > self.limit + _MIB // 4:  # what is around the files
            return f"An upload may have {size_text(self.limit)}; send less at a time."
        now = time.time()
        for path in list(self.uploads.iterdir()):
            try:
                if not path.name.startswith("run-") and now - path.stat().st_ctime > _ABANDONED:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            except OSError:
                continue  # another upload took it away
        if folder_size(self.uploads) + size > _WAITING * self.limit:
            return "Too many uploads are under way; wait until they have been added."
        return None

    def take(self, sent: object) -> tuple[Path, dict[str, str]]:
        """The files of an upload, moved into a folder of their own; returns it, and path -> id of its article.

        sent: pairs of the path that the server gave the file, and the name that its sender knows it by; both come from
        the browser. Raises QueryError, and takes none, if anything was not uploaded here.
        """
        pairs = _pairs(sent)
        given = [self._uploaded(path) for path, _ in pairs]
        own = self.uploads / f"run-{next(self._number)}"
        own.mkdir()
        names: dict[str, str] = {}
        # Two files of one name and content are one file of the framework's: first all are linked, then it goes.
        try:
            for number, (path, (_, name)) in enumerate(zip(given, pairs, strict=True)):
                known = file_name(name)
                suffix = suffix_of(known)
                place = own / f"{number}{suffix if re.fullmatch(r'[.][a-z0-9]{1,12}', suffix) else ''}"
                if path:
                    _link(path, place)
                names[str(place)] = UPLOADS + known
        finally:
            for path in filter(None, given):
                path.unlink(missing_ok=True)
                with suppress(OSError):  # it holds others, or has gone with one of the same content
                    path.parent.rmdir()
        return own, names

    def _uploaded(self, path: str) -> Path | None:
        """The file that was uploaded to `path`; None if it has gone. Raises QueryError for any other path."""
        try:
            parts = Path(path).relative_to(self.uploads).parts
        except ValueError:
            parts = ()
        if len(parts) != 2 or ".." in parts or parts[0].startswith("run-"):
            raise QueryError("this file was not uploaded here; choose it again")
        found = self.uploads.joinpath(*parts)
        return found if found.is_file() and not found.is_symlink() else None

    def on_this_machine(self, path: str) -> Path:
        """The real path of what a reader names, absolute or from `folder` on. Raises QueryError if it is not there, or
        leads out of the folder."""
        if self.folder is None:
            raise QueryError("this server takes no paths; it would with: isnad serve --folder DIR")
        if not path.strip():
            raise QueryError("name a file or a folder; a dot stands for all that the server offers")
        try:
            found = (self.folder / path.strip()).resolve(strict=True)
        except (OSError, ValueError, RuntimeError):  # the last: a loop of links
            found = None
        # What lies outside is not told from what is not there.
        if found is None or not found.is_relative_to(self.folder):
            raise QueryError(f"there is no {one_line(path.strip())!r} in the folder of this server; check the path")
        return found


def _link(path: Path, place: Path) -> None:
    """Give a file a second name; where it has gone, the reader will say so."""
    try:
        os.link(path, place)
    except FileNotFoundError:
        return
    except OSError:  # no links on this file system
        shutil.copyfile(path, place)


def _pairs(sent: object) -> list[tuple[str, str]]:
    pairs = [
        (pair[0], pair[1])
        for pair in (sent if isinstance(sent, list) else [])
        if isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
    ]
    if not pairs:
        raise QueryError("no file was sent; choose files first")
    if len(pairs) > MOST_FILES:
        raise QueryError(f"{len(pairs):,} files were sent, the most is {MOST_FILES:,}; put them into a zip")
    return pairs


def file_name(given: str) -> str:
    r"""The name by which an uploaded file is known, with the folders in which it lay: it leads nowhere.

    >>> file_name("news/july.txt"), file_name("C:\\news\\..\\..\\july.txt"), file_name("../..")
    ('news/july.txt', 'C:/news/july.txt', 'unnamed')
    """
    given = unicodedata.normalize("NFC", given)  # systems differ in how they write é
    parts = [part for part in given.replace("\\", "/").split("/") if part.strip() not in ("", ".", "..")]
    return one_line("/".join(parts))[-_LONGEST_NAME:] or "unnamed"


def shown_name(path: str, folder: Path | None) -> str:
    """A path or an id as the reader knows it: the name of an upload, or the path within `folder`."""
    if path.startswith(UPLOADS):
        return path.removeprefix(UPLOADS)
    return path.removeprefix(f"{folder}{os.sep}") if folder else path


def writing(read_only: bool | None, folder: Path | None, limit: int, host: str, auth: str | None) -> Writing | None:
    """The rights that `isnad serve` was asked for; None where nothing is written.

    read_only: None to decide by host and auth: where others than the user of this machine may come in, nothing is
    written unless it was asked for. limit: of an upload, in MiB. Raises QueryError for a folder that is none, or that
    nobody could add from.
    """
    if read_only is None:
        read_only = auth is not None or not is_local(host)
    if folder and read_only:
        raise QueryError("--folder is for adding articles, and this server would be read-only; add --writable")
    if folder and not folder.is_dir():
        raise QueryError(f"--folder {folder} is no folder; give one that is there")
    return None if read_only else Writing(limit * _MIB, folder)
