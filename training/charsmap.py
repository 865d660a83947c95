"""`index.normalise` as a table that a tokenizer carries: SentencePiece's "precompiled character map".

The map is a double array over UTF-8 bytes (darts-clone's layout: Yata et al. 2007) that leads from a
character to its replacement. With it in tokenizer.json every reader of the model (this project, model2vec,
sentence-transformers) sees the same search form, without knowing of this project.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from typing import Any

from index.normalise import normalise

_LEAF = 1 << 31
_HAS_LEAF = 1 << 8


def folding() -> dict[str, str]:
    """Every character that `normalise` changes, with what it becomes; Hangul syllables are left out."""
    changed = {}
    for code in range(sys.maxunicode + 1):
        if 0xD800 <= code < 0xE000 or 0xAC00 <= code < 0xD7A4:
            continue
        char = chr(code)
        if (form := normalise(char)) != char:
            changed[char] = form
    return changed


def charsmap(mapping: Mapping[str, str]) -> bytes:
    """`mapping` (key -> replacement, keys free of NUL) in SentencePiece's binary form.

    Layout: length of the array in bytes (u32, little-endian), the array, the replacements, each ended by NUL.
    """
    strings = bytearray()
    start: dict[str, int] = {}
    trie: dict[int, Any] = {}
    for key, value in mapping.items():
        if value not in start:
            start[value] = len(strings)
            strings += value.encode() + b"\0"
        node = trie
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = start[value]  # 0 never occurs inside a key: it stands for "a key ends here"
    array = _double_array(trie)
    packed = struct.pack(f"<{len(array)}I", *array)
    return struct.pack("<I", len(packed)) + packed + bytes(strings)


def _double_array(trie: Mapping[int, Any]) -> list[int]:
    """Lay `trie` out: the child of a node with base b along byte c stands at b ^ c, the node's value at b."""
    units: dict[int, int] = {0: 0}
    used_bases = {0}
    first_free = 1
    waiting = [(trie, 0)]  # node, where its own unit stands
    while waiting:
        node, at = waiting.pop()
        labels = sorted(node)
        while first_free in units:
            first_free += 1
        # A unit holds base ^ its own place in 21 bits; first fit keeps that small.
        spot = first_free
        while True:
            base = spot ^ labels[0]
            if base not in used_bases and all(base ^ label not in units for label in labels) and base:
                break
            spot += 1
        used_bases.add(base)
        offset = base ^ at
        if offset >= 1 << 21:
            raise ValueError(f"the character map is too large: offset {offset} does not fit 21 bits")
        units[at] |= offset << 10
        for label in labels:
            if label == 0:
                units[at] |= _HAS_LEAF
                units[base] = _LEAF | node[0]
            else:
                units[base ^ label] = label
                waiting.append((node[label], base ^ label))
    size = (max(units) | 0xFF) + 1
    # An empty place must match no byte: its label has the leaf bit set.
    return [units.get(place, _LEAF) for place in range(size)]
