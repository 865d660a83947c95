"""Any sentence-transformers model as an encoder, by hub name or folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from index.errors import EncoderError
from index.hub import FAILURES, line, load_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# The E5 models were trained with these words before each text, but say so only in their papers and cards
# (Wang et al. 2022, 2024).
_E5 = re.compile(r"(?:^|[-_/\\])e5(?:[-_]|$)", re.IGNORECASE)
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}
_E5_INSTRUCT = {
    "query": "Instruct: Given a question, retrieve passages that answer it\nQuery: ",
    "document": "",
}


class TransformerEncoder:
    """A sentence-transformers model. Long texts are cut off where the model does (max_seq_length)."""

    def __init__(self, name: str) -> None:
        """Load `name`, a folder or a hub name. Raises EncoderError if there is none that works."""
        self.name = name
        self._model = load_model(name, "SentenceTransformer")
        prompts = {key: text for key, text in self._model.prompts.items() if text}
        if not prompts:
            prompts = _unwritten_prompts(name)
            self._model.prompts = {**self._model.prompts, **prompts}
        self.dimension = 0
        self.dimension = self.encode(["isnad"]).shape[1]
        self.fingerprint = _fingerprint(self._model, prompts)

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage") -> np.ndarray:
        """Vectors of `texts`: float32, (len(texts), dimension), rows of length 1. Raises EncoderError."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]  # lone surrogates
        encode = self._model.encode_query if kind == "query" else self._model.encode_document
        try:
            found = encode(clean, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        except FAILURES as error:
            raise EncoderError(f"the model {self.name!r} failed on {len(texts)} texts: {line(error)}") from error
        vectors = np.ascontiguousarray(found, dtype=np.float32)
        expected = (len(texts), self.dimension or vectors.shape[-1])
        if vectors.shape != expected:
            raise EncoderError(f"the model {self.name!r} gave vectors of shape {vectors.shape}, not {expected}")
        if not np.isfinite(vectors).all():
            raise EncoderError(f"the model {self.name!r} gave vectors that are not finite; its weights are damaged")
        return vectors


def _unwritten_prompts(name: str) -> dict[str, str]:
    """The prompts of a model whose folder does not state them: those of E5, else none."""
    names = [Path(name).name if os.path.isdir(name) else name]
    config = Path(name) / "config.json"
    if config.is_file():
        # The model has loaded; if this fails, the folder's name decides.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            names.append(str(json.loads(config.read_text(encoding="utf-8")).get("_name_or_path", "")))
    if not any(_E5.search(one) for one in names):
        return {}
    return _E5_INSTRUCT if any("instruct" in one.lower() for one in names) else _E5_PROMPTS


def _fingerprint(model: SentenceTransformer, prompts: dict[str, str]) -> str:
    """32 hexadecimal digits over the weights, the vocabulary, the kinds of modules and the prompts."""
    import torch

    digest = hashlib.blake2b(digest_size=16)
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(f"{key} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    get_vocab = getattr(model.tokenizer, "get_vocab", None)
    vocabulary = sorted(get_vocab().items()) if get_vocab else []
    kinds = [type(module).__name__ for module in model]
    digest.update(json.dumps([vocabulary, kinds, str(model.max_seq_length), sorted(prompts.items())]).encode())
    return digest.hexdigest()
