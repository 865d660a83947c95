"""Texts as bags of word pieces: all that the model sees of a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from training import folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class Bags:
    """Texts as bags of pieces: text i holds pieces[start[i] : start[i + 1]]."""

    pieces: np.ndarray
    start: np.ndarray

    @classmethod
    def of(cls, tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
        """Tokenise `texts`; pieces that say nothing are left out."""
        mute = set(folder.silent(tokenizer))
        ids = [
            [piece for piece in encoding.ids if piece not in mute]
            for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]
        return cls.from_rows(ids)

    @classmethod
    def from_rows(cls, rows: Sequence[Sequence[int]]) -> Bags:
        """The bags that `rows` list."""
        start = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        return cls(np.array([piece for row in rows for piece in row], dtype=np.int64), start)

    def take(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(pieces, start) of the texts `rows`, in their order."""
        lengths = self.start[rows + 1] - self.start[rows]
        start = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(start[-1]) + np.repeat(self.start[rows] - start[:-1], lengths)
        return self.pieces[places], start
