"""Encoders: from texts to vectors whose inner product says how near two texts are, 1 the nearest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from index.encoder_static import StaticEncoder, layout
from index.errors import EncoderError

BUILTIN = "builtin"
_MODEL = Path(__file__).with_name("model")


class Encoder(Protocol):
    """What a library needs of a model; anything with this one method and three names will do.

    name: what `load_encoder` takes to load it again. dimension: numbers in a vector. fingerprint: differs
    whenever the vectors could (other weights, other tokenizer, other prompts).
    """

    name: str
    dimension: int
    fingerprint: str

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage") -> np.ndarray:
        """Vectors of `texts`: float32, C-contiguous, shape (len(texts), dimension), rows of length 1.

        A text in which the model knows nothing may have the zero vector. kind: the side a text stands on, for
        models that tell questions from passages. Raises EncoderError when the model fails, or its vectors are
        no use.
        """
        ...


def load_encoder(name: str | os.PathLike[str] | None = None) -> Encoder:
    """Load an encoder: the built-in one (None, "builtin"), or any of sentence-transformers (folder or hub).

    Static models (model2vec, StaticEmbedding) in a folder are loaded without torch.
    Raises EncoderError, in one line, if there is no such model or it cannot be loaded.
    """
    if name is None or name == BUILTIN:
        return _builtin()
    if not str(name).strip():
        raise EncoderError(f"an encoder needs a name: a model's folder, a model of the hub, or {BUILTIN!r}")
    folder = Path(name).expanduser()
    if folder.is_dir():
        if files := layout(folder):
            return StaticEncoder(str(folder), files)
        if not any((folder / file).exists() for file in ("modules.json", "config.json")):
            raise EncoderError(f"{folder} holds no model; name the folder in which modules.json or config.json lies")
    elif folder.exists():
        raise EncoderError(f"{folder} is a file; name the folder of the model, or {BUILTIN!r}")
    elif str(name).count("/") > 1 or str(name)[0] in "./~\\":
        raise EncoderError(
            f"there is no folder {str(name)!r}; name a model's folder, a model of the hub, or {BUILTIN!r}"
        )
    from index.encoder_transformer import TransformerEncoder

    return TransformerEncoder(str(name))


@cache
def _builtin() -> Encoder:
    files = layout(_MODEL) if _MODEL.is_dir() else None
    if files is None:
        raise EncoderError(f"the built-in model is missing from {_MODEL}; install Isnad again")
    return StaticEncoder(BUILTIN, files)
