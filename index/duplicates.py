"""Near-duplicates: how much of one text stands in another, by the word 3-grams of both; and MinHash, to find them."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from index.tokens import terms

VERSION = 1
"""Raise it whenever shingles or min-hashes change: libraries store it, and make their reports anew when it differs."""

SHARE = 0.5
"""Share of the shorter text's shingles above which two texts are one report."""

SLOTS = 24
"""Min-hashes of a text."""

_FEWEST = 5
"""Shingles below which a text is too short to stand in another: it is only like its equal."""
_BLOCK = 4096


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Each uint64 with its bits well mixed, by the finaliser of MurmurHash3: no two become one."""
    mixed = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return mixed ^ (mixed >> np.uint64(33))


# Numbers that look random and are the same for ever, as what is stored must be.
_RANDOM = _mixed(np.arange(1, 2 * SLOTS + 4, dtype=np.uint64))[:, None]
_PLACES = _RANDOM[:3, 0] | np.uint64(1)
_FACTORS, _OFFSETS = _RANDOM[3 : 3 + SLOTS] | np.uint64(1), _RANDOM[3 + SLOTS :]


def _numbers(hashes: bytes) -> np.ndarray:
    """Hashes of words as uint64, without those that are 0."""
    found = np.frombuffer(hashes, "<u4").astype(np.uint64)
    return found[found != 0]


def shingles(text: str, title: str = "") -> np.ndarray:
    """The word 3-grams of `text` in search form, as 64-bit hashes: uint64, ascending, none twice.

    Of a text that has fewer than five: one hash for all its words and those of `title`. So little is like another only
    if that is the same under the same headline; the caption under a portrait stands under many reports.
    """
    return shingles_of(terms(text).hashes, title)


def shingles_of(hashes: bytes, title: str) -> np.ndarray:
    """shingles() of a text whose words have these hashes (see index.tokens.Terms)."""
    words = _numbers(hashes)
    if len(words) >= _FEWEST + 2:
        found = _mixed(words[:-2] * _PLACES[0] ^ words[1:-1] * _PLACES[1] ^ words[2:] * _PLACES[2])
        found.sort()
        found = np.concatenate((found[:1], found[1:][found[1:] != found[:-1]]))
        if len(found) >= _FEWEST:
            return found
    whole = blake2b(words.tobytes() + b"|" + _numbers(terms(title).hashes).tobytes(), digest_size=8).digest()
    return np.frombuffer(whole, "<u8").astype(np.uint64)


def minhashes(found: np.ndarray) -> list[int]:
    """The min-hashes of a set of shingles, SLOTS signed 32-bit numbers: two texts agree in each of them with the
    probability of their Jaccard similarity (Broder 1997)."""
    least = np.full(SLOTS, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(found), _BLOCK):
        least = np.minimum(least, (found[start : start + _BLOCK] * _FACTORS + _OFFSETS).min(1))
    # The upper half says which is least, and so is small in all of them; the lower half is as good as random.
    low: list[int] = least.astype(np.uint32).view(np.int32).tolist()
    return low


def containment(one: np.ndarray, other: np.ndarray) -> float:
    """The share of the smaller set of shingles that is in the other, in [0, 1]."""
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / min(len(one), len(other))


def same_report(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two texts, given by their shingles, are one report: more than SHARE of the shorter stands in the other.

    A headline, a shortened end and an added paragraph do not matter. The relation is symmetric, and not transitive.
    """
    return containment(one, other) > SHARE
