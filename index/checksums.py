"""Checksums of what the catalogue holds: of a passage's vector, of what is shown of it, and of the manifest.

A byte that a disk has changed is noticed when it is read, before anybody sees it. CRC-32 finds every change of up to 32
bits in a row, and misses one in four thousand million of the others. (An article has a digest of its own.)
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

MANIFEST = "checksum"
"""The manifest's own line for its checksum."""


def _crc(values: Iterable[object]) -> int:
    # No text holds a NUL, so none can run over into the next.
    return zlib.crc32("\0".join(["-" if value is None else f"={value}" for value in values]).encode("utf-8", "replace"))


def vector_checksum(passage: int, change: int, packed: bytes) -> int:
    """That of a packed vector in its place: another passage's vector is noticed, too."""
    # What is no blob has been damaged: its checksum shall differ, not fail.
    content = packed if isinstance(packed, bytes) else repr(packed).encode()
    return zlib.crc32(content, zlib.crc32(f"{passage}:{change}:".encode()))


def text_checksum(shown: Iterable[object]) -> int:
    """That of all that is shown of a passage: the fields of index.catalogue.Passage, in their order."""
    return _crc(shown)


def manifest_checksum(meta: Mapping[str, str]) -> str:
    """That of all lines of the manifest but its own."""
    return f"{_crc(f'{key}={value}' for key, value in sorted(meta.items()) if key != MANIFEST):08x}"
