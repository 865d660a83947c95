"""bm25s over Arabic Snowball stems; English words have no stems in it, and none are stopped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from eval.peers.peer import record, whole
from index.article import Article


class Bm25s:
    packages: ClassVar[tuple[str, ...]] = ("bm25s", "PyStemmer")

    def __init__(self) -> None:
        import bm25s
        import Stemmer

        self._bm25s = bm25s
        self._stemmer = Stemmer.Stemmer("arabic")

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        retriever = self._bm25s.BM25()
        retriever.index(self._tokens([whole(one) for one in articles]), show_progress=False)
        corpus = [{"id": one.id, "text": one.text} | record(one) for one in articles]
        retriever.save(str(folder), corpus=corpus, show_progress=False)
        return len(corpus)

    def open(self, folder: Path) -> None:
        self._retriever = self._bm25s.BM25.load(str(folder), load_corpus=True)

    def search(self, question: str, k: int) -> list[str]:
        k = min(k, self._retriever.scores["num_docs"])  # more is an error
        found, scores = self._retriever.retrieve(self._tokens([question]), k=k, show_progress=False)
        return [one["id"] for one, score in zip(found[0], scores[0], strict=True) if score > 0]

    def _tokens(self, texts: list[str]) -> Any:
        return self._bm25s.tokenize(texts, stopwords=None, stemmer=self._stemmer, show_progress=False)
