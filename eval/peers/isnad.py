"""Isnad: a Library as it is opened without any option."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from index.article import Article
from rag.library import Library


class Isnad:
    packages: ClassVar[tuple[str, ...]] = ("isnad", "faiss-cpu", "tantivy", "numpy")

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        with Library.open(folder) as lib:
            lib.add(articles)
            return lib.status().passages

    def open(self, folder: Path) -> None:
        self._library = Library.open(folder)

    def search(self, question: str, k: int) -> list[str]:
        return [hit.article_id for hit in self._library.search(question, k)]
