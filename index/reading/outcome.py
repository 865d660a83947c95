"""What reading gives beside articles: failures, and the limits that keep hostile files in bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MIB = 1024 * 1024
# What breaks a line or turns its direction: controls, separators, bidi marks, lone surrogates, and the escape
# itself.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff\\\\]")


def one_line(text: str) -> str:
    r"""Escape what could break a line or turn its direction; different texts stay different.

    >>> one_line("a\nb")
    'a\\nb'
    """
    if text.isprintable() and "\\" not in text:
        return text
    return _UNSAFE.sub(lambda found: _escape(found.group()), text)


def _escape(char: str) -> str:
    return {"\n": r"\n", "\t": r"\t", "\r": r"\r", "\\": r"\\"}.get(char) or (
        f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
    )


def size_text(size: float) -> str:
    """A number of bytes for people: '3.2 MiB'."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be read, and why. Both are one line, whatever the file is called.

    path: the path as it was given, 'a.zip!inner/b.json' in an archive, 'file.jsonl:17' for a line,
    'file.json#3' for the third record of an array. why: what is wrong and what mends it.
    """

    path: str
    why: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", _UNSAFE.sub(_readable, self.path))
        object.__setattr__(self, "why", _UNSAFE.sub(_readable, " ".join(self.why.split())))

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


def _readable(found: re.Match[str]) -> str:
    char = found.group()
    return char if char == "\\" else _escape(char)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one input may ask for. Sizes in bytes; all zip limits hold for what lies inside the archive.

    file: one file outside an archive (a zip itself may be larger: it is read member by member).
    member, unpacked: one unpacked member, and all members together. ratio: unpacked to packed size, from 1
    MiB on. members: files in one archive. depth: how many zips may lie inside one another, the outermost
    counted.
    """

    file: int = 256 * _MIB
    member: int = 256 * _MIB
    unpacked: int = 8 * 1024 * _MIB
    ratio: float = 200.0
    members: int = 200_000
    depth: int = 2


@dataclass(slots=True)
class Source:
    """The bytes of one file or zip member on their way to a reader.

    shown: where it lies, for failures. id: the article id that it has, or that its records begin with.
    done: how much of it has been given out, 0 to 1; a reader of many records keeps it up to date.
    """

    shown: str
    id: str
    suffix: str
    data: bytes
    done: float = 0.0
