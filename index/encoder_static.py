"""Static models: a tokenizer and one matrix. A text's vector is the sum of its pieces', at length 1."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from index.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FINGERPRINT = "isnad_fingerprint"
"""The key in config_sentence_transformers.json under which training leaves the fingerprint."""

WORDS_APART = "isnad_words_apart"
"""The key that says: the tokenizer cuts at white space first; a text's pieces are those of its words."""

_TEXTS, _CHARACTERS = 512, 100_000  # of one batch
_LONG = 20_000  # characters; in a longer text the distinct pieces are counted, so that its rows fit in memory
_KEPT_WORDS, _KEPT_CHARACTERS = 98_304, 4_000_000  # of a generation of words whose sums are kept (1 kB each)
_FEW_PIECES = 16
_EDGES = ".,:;!?\"'()[]{}«»،؛؟“”‘’…-–—"  # the tokenizer drops these: a word is kept once, whatever stands around it


class Layout(NamedTuple):
    """The files of a static model."""

    weights: Path
    tokenizer: Path
    config: Path


def layout(folder: Path) -> Layout | None:
    """The files of the static model in `folder`; None if it holds no such model.

    Known are sentence-transformers' StaticEmbedding, alone or with Normalize after it, and model2vec's form.
    """
    modules = folder / "modules.json"
    if modules.exists():
        try:
            steps = [(step["type"].rpartition(".")[2], step["path"]) for step in _json(modules)]
        except (KeyError, TypeError, AttributeError) as error:
            raise EncoderError(f"{modules} is no list of a model's modules") from error
        if not steps or steps[0][0] != "StaticEmbedding" or any(kind != "Normalize" for kind, _ in steps[1:]):
            return None
        inner = folder / steps[0][1]
        found = Layout(
            inner / "model.safetensors",
            inner / "tokenizer.json",
            folder / "config_sentence_transformers.json",
        )
    else:
        found = Layout(folder / "model.safetensors", folder / "tokenizer.json", folder / "config.json")
        if not found.config.exists() or _json(found.config).get("model_type") != "model2vec":
            return None
    for path in (found.weights, found.tokenizer):
        if not path.exists():
            raise EncoderError(f"{folder} is a static model without its {path.name}; copy the whole folder again")
    return found


def fingerprint(weights: Path, tokenizer: Path, prompts: dict[str, str]) -> str:
    """What tells one static model from another: 32 hexadecimal digits over its two files and its prompts."""
    digest = hashlib.blake2b(digest_size=16)
    for path in (weights, tokenizer):
        content = path.read_bytes()
        digest.update(len(content).to_bytes(8, "little"))
        digest.update(content)
    digest.update(json.dumps(prompts, sort_keys=True).encode())
    return digest.hexdigest()


class StaticEncoder:
    """An encoder that needs no torch; safe to use from several threads.

    A text without any known piece (empty, emoji, a script that the model never saw) has the zero vector: its
    score with everything is 0. Nothing is cut off: the whole text counts, however long.
    """

    def __init__(self, name: str, files: Layout) -> None:
        """Load the model. Raises EncoderError if its files cannot be read or do not belong together."""
        from safetensors import SafetensorError, safe_open
        from tokenizers import Tokenizer

        self.name = name
        config: dict[str, Any] = _json(files.config) if files.config.exists() else {}
        self._prompts: dict[str, str] = {k: v for k, v in (config.get("prompts") or {}).items() if v}
        try:
            with safe_open(files.weights, framework="numpy") as tensors:
                held = {key: tensors.get_tensor(key) for key in tensors.keys()}  # noqa: SIM118 (no mapping)
        except (SafetensorError, OSError) as error:
            raise EncoderError(f"{files.weights} cannot be read ({error}); copy the model again") from error
        try:
            self._tokenizer: Tokenizer = Tokenizer.from_file(str(files.tokenizer))
        except Exception as error:  # tokenizers raises no narrower class
            raise EncoderError(f"{files.tokenizer} cannot be read ({error}); copy the model again") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._weights = files.weights
        self._matrix = _matrix(held, files.weights)
        if len(self._matrix) < self._tokenizer.get_vocab_size():
            raise EncoderError(
                f"{files.weights} has {len(self._matrix)} rows for {self._tokenizer.get_vocab_size()} tokens;"
                " its tokenizer is another model's"
            )
        self.dimension = int(self._matrix.shape[1])
        self._apart = bool(config.get(WORDS_APART))
        self._lock = threading.Lock()
        self._young, self._old = _Sums(self.dimension), _Sums(self.dimension)
        stored = config.get(FINGERPRINT)
        self.fingerprint: str = stored or fingerprint(files.weights, files.tokenizer, self._prompts)

    def encode(self, texts: Sequence[str], *, kind: Literal["query", "passage"] = "passage") -> np.ndarray:
        """Vectors of `texts`: float32, (len(texts), dimension), rows of length 1 (0: nothing known)."""
        prompt = self._prompts.get("query" if kind == "query" else "document", "")
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start, end in batches(texts):
            batch = [prompt + text for text in texts[start:end]] if prompt else list(texts[start:end])
            usual = [n for n, text in enumerate(batch) if len(text) <= _LONG]
            sums = self._by_word if self._apart else self._sums
            if usual:
                out[[start + n for n in usual]] = sums([batch[n] for n in usual])
            for n, text in enumerate(batch):
                if len(text) > _LONG:
                    out[start + n] = self._long(text)
        norms = np.sqrt(np.einsum("ij,ij->i", out, out))
        if not np.isfinite(norms).all():
            raise EncoderError(f"{self._weights} holds numbers that are not finite; copy or train the model again")
        out /= np.where(norms > 0, norms, 1)[:, None]
        return out

    def _pieces(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """(pieces of all `texts` in a row, how many each has). Where words are apart, `texts` are words."""
        try:
            if self._apart:
                one = self._tokenizer.encode(texts, is_pretokenized=True, add_special_tokens=False)
                owner = np.array(one.word_ids, dtype=np.intp)
                return np.array(one.ids, dtype=np.intp), np.bincount(owner, minlength=len(texts))
            # One by one: a batch would start threads, and these do not survive a fork.
            rows = [self._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
        except (UnicodeEncodeError, TypeError):
            clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
            if clean == list(texts):
                raise
            return self._pieces(clean)  # without the lone surrogates
        count = np.array([len(row) for row in rows], dtype=np.intp)
        return np.fromiter(chain.from_iterable(rows), dtype=np.intp, count=int(count.sum())), count

    def _rows(self, pieces: np.ndarray) -> np.ndarray:
        return self._matrix.take(pieces, axis=0).astype(np.float32, copy=False)

    def _sums(self, texts: Sequence[str]) -> np.ndarray:
        """The sum of each text's rows, shape (len(texts), dimension); zero for a text without pieces."""
        pieces, count = self._pieces(texts)
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        start = np.cumsum(count) - count
        # Words have a piece or three: all first pieces, all second ones and so on, at once. A text's many, by itself.
        few = count <= _FEW_PIECES
        for nth in range(int(count[few].max(initial=0))):
            having = np.flatnonzero(few & (count > nth))
            out[having] += self._rows(pieces[start[having] + nth])
        for text in np.flatnonzero(~few):
            np.add.reduce(self._rows(pieces[start[text] : start[text] + count[text]]), axis=0, out=out[text])
        return out

    def _by_word(self, texts: Sequence[str]) -> np.ndarray:
        """As `_sums`, through the sums of the words: news repeats its words, so that most are there already."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            if self._young.full():
                self._young, self._old = self._old, self._young
                self._young.clear()
            try:
                places = [self._young.places(text.split()) for text in texts]
                new = self._young.unknown()
                known = [word for word in new if word in self._old.place]
                self._young.set(known, self._old.rows(self._old.places(known)))
                new = [word for word in new if word not in self._old.place]
                if new:
                    self._young.set(new, self._sums(new))
            except BaseException:  # some words may have a place and no sum
                self._young.clear()
                raise
            for n, those in enumerate(places):
                if those:
                    np.add.reduce(self._young.rows(those), axis=0, out=out[n])
        return out

    def _long(self, text: str) -> np.ndarray:
        """The sum of a long text's rows, by its distinct words or pieces and how often each occurs."""
        out = np.zeros(self.dimension, dtype=np.float32)
        if self._apart:
            found = Counter(text.split())
            words, times = list(found), np.fromiter(found.values(), dtype=np.float32)
            for start in range(0, len(words), 1024):
                part = slice(start, start + 1024)
                out += times[part] @ self._sums(words[part])
            return out
        distinct, count = np.unique(self._pieces([text])[0], return_counts=True)
        return np.asarray(count.astype(np.float32) @ self._rows(distinct))


class _Sums:
    """Words and the sums of their rows. A word is held once, and found by each way in which it stands in a text."""

    def __init__(self, dimension: int) -> None:
        self.place = _Places()
        self._held = np.empty((1024, dimension), dtype=np.float32)

    def clear(self) -> None:
        """Forget all words; the memory is kept for others."""
        self.place = _Places()

    def full(self) -> bool:
        place = self.place
        return place.words > _KEPT_WORDS or len(place) > 2 * _KEPT_WORDS or place.characters > _KEPT_CHARACTERS

    def places(self, chunks: list[str]) -> list[int]:
        """The place of each of these words; one that is not held yet gets one, and is unknown() until it is set()."""
        return list(map(self.place.__getitem__, chunks))

    def unknown(self) -> list[str]:
        """The words that have a place and no sum yet; they are given out once."""
        self.place.new, new = [], self.place.new
        if len(self._held) < self.place.words:
            wider = np.empty((2 * self.place.words, self._held.shape[1]), dtype=np.float32)
            wider[: len(self._held)] = self._held
            self._held = wider
        return new

    def set(self, words: list[str], sums: np.ndarray) -> None:
        self._held[self.places(words)] = sums

    def rows(self, places: list[int]) -> np.ndarray:
        return self._held.take(places, axis=0)


class _Places(dict[str, int]):
    """A word as it stands in a text, edges and all -> its place among the sums, the next free one if it has none."""

    def __init__(self) -> None:
        super().__init__()
        self.words = self.characters = 0
        self.new: list[str] = []

    def __missing__(self, chunk: str) -> int:
        word = chunk.strip(_EDGES)
        if word != chunk:
            place = self[word]
        else:
            place = self.words
            self.words += 1
            self.new.append(word)
        self[chunk] = place
        self.characters += len(chunk)
        return place


def batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Slices of `texts` with a bounded number of texts and, save for a single long text, of characters."""
    start = held = 0
    for n, text in enumerate(texts):
        if n > start and (n - start >= _TEXTS or held + len(text) > _CHARACTERS):
            yield start, n
            start, held = n, 0
        held += len(text)
    if start < len(texts):
        yield start, len(texts)


def _matrix(held: dict[str, np.ndarray], path: Path) -> np.ndarray:
    """The matrix as it is stored, one row a token; model2vec may hold it by clusters (mapping), with weights."""
    matrix = held.get("embedding.weight", held.get("embeddings"))
    if matrix is None or matrix.ndim != 2:
        raise EncoderError(f"{path} holds no matrix named embedding.weight or embeddings")
    if "mapping" in held:
        matrix = matrix[held["mapping"]]
    if "weights" in held:
        matrix = matrix.astype(np.float32) * held["weights"].astype(np.float32)[:, None]
    return matrix


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} cannot be read as JSON ({error}); copy the model again") from error
