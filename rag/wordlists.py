"""The word lists of rag/data/words.txt: stop words, and words by which kinds of answers are told."""

from __future__ import annotations

from functools import cache
from importlib import resources

from index.normalise import normalise


@cache
def wordlist(name: str) -> frozenset[str]:
    """The words of the list `name`, in search form. Raises KeyError if there is no such list."""
    return _read()[name]


@cache
def _read() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    words: set[str] = set()
    for line in resources.files("rag").joinpath("data/words.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            words.update(normalise(line).split())
    return {name: frozenset(held) for name, held in found.items()}
