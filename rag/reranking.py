"""Reranking: a cross-encoder that reads question and passage together, for whoever has one; none is needed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from index.catalogue import HEADLINE, Passage
from index.errors import EncoderError
from index.hub import FAILURES, line, load_model


class Reranker(Protocol):
    """What is needed of a model that reads a question and a passage together; anything with this method will do."""

    name: str

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """How relevant each of `texts` is: shape (len(texts),), in [0, 1], higher is better. Raises EncoderError."""
        ...


class CrossEncoderReranker:
    """A CrossEncoder of sentence-transformers with one output, by folder or hub name."""

    def __init__(self, name: str) -> None:
        """Load `name`. Raises EncoderError if there is none that works, or it has several outputs."""
        self.name = name
        self._model = load_model(name, "CrossEncoder")
        if self._model.num_labels != 1:
            raise EncoderError(
                f"the model {name!r} has {self._model.num_labels} outputs; a reranker has one, for example"
                " BAAI/bge-reranker-v2-m3"
            )

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        """As Reranker.score()."""
        from torch.nn import Sigmoid

        pairs = [(question, text) for text in texts]
        try:
            found = self._model.predict(pairs, activation_fn=Sigmoid(), show_progress_bar=False)
        except FAILURES as error:
            raise EncoderError(f"the model {self.name!r} failed on {len(texts)} texts: {line(error)}") from error
        scores = np.asarray(found, np.float32).reshape(-1)
        if scores.shape != (len(texts),) or not np.isfinite(scores).all():
            raise EncoderError(f"the model {self.name!r} gave no {len(texts)} finite scores; its weights are damaged")
        return scores


def load_reranker(name: str | os.PathLike[str] | Reranker | None) -> Reranker | None:
    """The reranker of that name (folder or hub), a reranker as it is, or None for none. Raises EncoderError."""
    if name is None:
        return None
    if not isinstance(name, str | os.PathLike):
        return name
    if not str(name).strip():
        raise EncoderError("a reranker needs a name: a cross-encoder's folder, or one of the hub")
    return CrossEncoderReranker(os.path.expanduser(name))


def reading(passage: Passage) -> str:
    """What a reranker reads of a passage: its text, under its title."""
    return f"{passage.title[:HEADLINE]}\n{passage.text}" if passage.title else passage.text
