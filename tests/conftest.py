"""What many tests share: an encoder that needs no model, articles by the handful, and a store of them."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from index.article import Article
from index.indexing import Report, index
from index.store import Store
from index.tokens import words

SOURCES = ("الجزيرة", "Reuters", "Le Monde", None)
_VOCABULARY = (
    "وصل الوفد إلى بغداد أمس لبحث ملف مخيم الهول مع الحكومة وقال الوزير إن العائلات ستعود قريبا"
    " هجوم انتحاري اسطنبول قتلى جرحى"
    " the minister said that talks on the camp would resume in Baghdad after heavy rain flooded several villages"
).split()


class FakeEncoder:
    """Each word has a vector that depends on nothing but the word and `seed`; a text has their mean, at length 1."""

    def __init__(self, dimension: int = 16, name: str = "fake", seed: int = 0) -> None:
        self.name, self.dimension, self.seed = name, dimension, seed
        self.fingerprint = f"fake-{seed}-{dimension}"

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage") -> np.ndarray:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in words(text):
                key = hashlib.blake2b(word.form.encode(), digest_size=8, salt=self.seed.to_bytes(8, "little")).digest()
                row += np.random.default_rng(int.from_bytes(key, "little")).standard_normal(self.dimension)
            row /= np.linalg.norm(row) or 1
        return vectors


def make_article(number: int, *, sentences: int = 6, salt: str = "") -> Article:
    """An article of its own words, the same for the same arguments."""
    rng = np.random.default_rng(zlib.crc32(f"{number} {salt}".encode()))
    lines = [" ".join(rng.choice(_VOCABULARY, 14)) + f" رقم{number}." for _ in range(sentences)]
    return Article(
        id=f"a{number}",
        title=f"Report {number}",
        text="\n".join(lines),
        date=f"20{10 + number % 10}-0{1 + number % 9}-1{number % 10}" if number % 7 else None,
        source=SOURCES[number % len(SOURCES)],
    )


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """File -> (size, mtime in ns) of all that makes up a library: two equal ones mean that nothing was written."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".lock", ".pid") and "-shm" not in p.name)
    return {str(p.relative_to(folder)): (p.stat().st_size, p.stat().st_mtime_ns) for p in files}


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def store(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Store]:
    """An empty store in tmp_path / 'library'."""
    opened = Store(tmp_path / "library", encoder)
    yield opened
    opened.close()


def add(store: Store, articles: Sequence[Article], encoder: FakeEncoder | None = None) -> Report:
    """Index `articles` as the library does."""
    return index(articles, store, encoder or FakeEncoder())
