"""Write a model folder that this project, model2vec and sentence-transformers all read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder_static import FINGERPRINT, WORDS_APART, fingerprint

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# No Normalize after it: in float16, sentence-transformers would make the zero vector of an unknown text NaN.
_MODULES = [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}]


def silent(tokenizer: Tokenizer) -> list[int]:
    """The pieces that say nothing, the unknown and the bare mark of a word: their rows are zero."""
    vocabulary = tokenizer.get_vocab()
    return [vocabulary[piece] for piece in ("[UNK]", "▁") if piece in vocabulary]


def write(out: Path, tokenizer: Tokenizer, matrix: np.ndarray) -> None:
    """Write tokenizer, matrix (as float16) and configs to `out`; the model card is training/card.py's."""
    from safetensors.numpy import save_file

    out.mkdir(parents=True, exist_ok=True)
    matrix = matrix.copy()
    matrix[silent(tokenizer)] = 0
    weights, words = out / "model.safetensors", out / "tokenizer.json"
    save_file({"embedding.weight": np.ascontiguousarray(matrix, dtype=np.float16)}, weights)
    weights.chmod(0o644)  # safetensors leaves it readable to its owner alone
    words.write_text(tokenizer.to_str(pretty=False), encoding="utf-8")
    (out / "modules.json").write_text(json.dumps(_MODULES, indent=2) + "\n", encoding="utf-8")
    config = {
        "model_type": "SentenceTransformer",
        "prompts": {"query": "", "document": ""},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
        WORDS_APART: True,
        FINGERPRINT: fingerprint(weights, words, {}),
    }
    path = out / "config_sentence_transformers.json"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
