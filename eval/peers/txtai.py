"""txtai's hybrid search: dense vectors by Isnad's encoder, BM25 beside them, texts kept (content).

A row is an article, as in the first example of its documentation; txtai cuts no texts by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from eval.peers.peer import record, whole
from index.article import Article
from index.encoder import load_encoder


class Txtai:
    packages: ClassVar[tuple[str, ...]] = ("txtai", "faiss-cpu", "torch", "transformers")

    def __init__(self) -> None:
        from txtai import Embeddings

        encoder = load_encoder()

        def transform(texts: Sequence[str]) -> np.ndarray:  # txtai takes a function only, no method
            return encoder.encode(list(texts))

        self._config: dict[str, Any] = {"method": "external", "transform": transform, "hybrid": True, "content": True}
        self._embeddings = Embeddings(self._config)

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        self._embeddings.index((one.id, {"text": whole(one)} | record(one), None) for one in articles)
        self._embeddings.save(str(folder))
        return int(self._embeddings.count())

    def open(self, folder: Path) -> None:
        self._embeddings.load(str(folder), config={"transform": self._config["transform"]})

    def search(self, question: str, k: int) -> list[str]:
        return [found["id"] for found in self._embeddings.search(question, k)]
