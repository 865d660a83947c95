import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.encoder import load_encoder
from index.encoder_static import FINGERPRINT, batches, fingerprint
from index.errors import EncoderError
from index.normalise import normalise

MODEL = Path(__file__).parents[1] / "index" / "model"
TEXTS = [
    "بحث السفير الأمريكي ملف مخيم الهول على الحدود السورية",
    "The ambassador discussed the al-Hol camp at the border.",
    "قال Trump إن الاتفاق 'historic' وسيوقّع في ٢٠١٥ و 2016",
    "l'ambassadeur a évoqué la frontière",
    "والإرهابيون، فبالأمن! وللوزراء؛ كالجيش…",
    "ﷲ ﻻ ـــ ٱلْحَمْدُ لِلّٰهِ",
]
ODD = ["", " ", "😀🎉", "\0", "a\0b", "\ud800", "قال\udc00 الوزير", "\u202e\u200f", "٪" * 50, "\n\t"]


@pytest.fixture(scope="module")
def builtin():
    return load_encoder()


def test_vectors_are_unit_rows_of_float32(builtin):
    vectors = builtin.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), builtin.dimension)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_lies_nearer_to_a_text_than_itself(builtin):
    vectors = builtin.encode(TEXTS)
    scores = vectors @ vectors.T
    np.testing.assert_allclose(np.diag(scores), 1, atol=1e-5)
    assert (scores <= 1 + 1e-5).all()
    assert (scores.argmax(axis=1) == np.arange(len(TEXTS))).all()


def test_no_texts_give_no_rows(builtin):
    assert builtin.encode([]).shape == (0, builtin.dimension)
    assert builtin.encode([]).dtype == np.float32


def test_a_text_has_one_vector_whatever_stands_beside_it(builtin):
    texts = [*TEXTS, *ODD] * 40  # more than one batch
    together = builtin.encode(texts)
    alone = np.vstack([builtin.encode([text]) for text in texts[: len(TEXTS) + len(ODD)]])
    np.testing.assert_array_equal(together, np.tile(alone, (40, 1)))
    np.testing.assert_array_equal(builtin.encode(texts[::-1]), together[::-1])


def test_batches_cover_every_text_once_and_are_bounded():
    texts = ["x" * n for n in (0, 5, 150_000, 100_000, 700_000, 1)] + ["y"] * 1500
    slices = list(batches(texts))
    assert [n for start, end in slices for n in range(start, end)] == list(range(len(texts)))
    for start, end in slices:
        assert end - start <= 512
        assert end - start == 1 or sum(map(len, texts[start:end])) <= 200_000


def test_spelling_does_not_matter(builtin):
    written = builtin.encode(["الإِسْلامِيّة في ٢٠١٥", "CAFÉ société", "مدرســــة"])
    plain = builtin.encode(["الاسلاميه في 2015", "cafe societe", "مدرسه"])
    np.testing.assert_allclose(written, plain, atol=1e-6)


def test_the_tokenizer_carries_the_normaliser_of_the_library():
    from tokenizers import Tokenizer

    folding = Tokenizer.from_file(str(MODEL / "tokenizer.json")).normalizer
    # Every character on its own, Hangul syllables aside: they decompose in `normalise` only.
    codes = [n for n in range(1, 0x20000) if not 0xD800 <= n < 0xE000 and not 0xAC00 <= n < 0xD7A4]
    wrong = [chr(n) for n in codes if folding.normalize_str(chr(n)) != normalise(chr(n))]
    assert not wrong
    for text in TEXTS:
        assert folding.normalize_str(text) == normalise(text)


def test_translations_are_nearer_than_other_texts(builtin):
    arabic = builtin.encode(["السفير", "الحدود", "الإرهاب", "الانتخابات", "النفط"])
    english = builtin.encode(["ambassador", "border", "terrorism", "elections", "oil"], kind="query")
    assert ((english @ arabic.T).argmax(axis=1) == np.arange(5)).all()


def test_what_is_unknown_has_the_zero_vector_and_harms_nothing(builtin):
    assert not builtin.encode(["", "ᚠᚢᚦ", "!?"]).any()
    np.testing.assert_allclose(builtin.encode(["الحدود ᚠᚢᚦ"]), builtin.encode(["الحدود"]), atol=1e-6)


@pytest.mark.parametrize("text", ODD)
def test_odd_text_gives_a_finite_vector(builtin, text):
    length = np.linalg.norm(builtin.encode([text])[0])
    assert length == pytest.approx(1, abs=1e-5) or length == 0


def test_a_megabyte_counts_to_its_end(builtin):
    long = "الحدود " * 90_000 + "election " * 90_000
    vector = builtin.encode([long])
    assert vector @ builtin.encode(["الحدود election"]).T > 0.999
    np.testing.assert_array_equal(builtin.encode(["a", long, "b"])[1:2], vector)
    unbroken = builtin.encode(["س" * 100_000])
    assert np.isfinite(unbroken).all()


def test_the_stored_fingerprint_is_that_of_the_files(builtin):
    config = json.loads((MODEL / "config_sentence_transformers.json").read_text())
    assert builtin.fingerprint == config[FINGERPRINT]
    assert fingerprint(MODEL / "model.safetensors", MODEL / "tokenizer.json", {}) == config[FINGERPRINT]


def test_the_model_folder_is_small_enough_for_the_package():
    assert sum(file.stat().st_size for file in MODEL.iterdir()) <= 32 * 2**20


def test_the_builtin_encoder_needs_nothing_heavy():
    code = (
        "import sys, index.encoder; index.encoder.load_encoder().encode(['السلام عليكم'])\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'pandas', 'model2vec', 'gradio'}\n"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & heavy))"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    ran = subprocess.run([sys.executable, "-c", code], cwd=MODEL.parents[1], env=env, capture_output=True, text=True)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


def test_encoding_leaves_no_threads_that_a_fork_would_break(builtin):
    code = (
        "import os, index.encoder as e\ne.load_encoder().encode(['a b c'] * 2000)\n"
        "pid = os.fork()\ne.load_encoder().encode(['a b c'] * 2000)\n"
        "os._exit(0) if pid == 0 else os.waitpid(pid, 0)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=MODEL.parents[1], capture_output=True, text=True, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_model2vec_reads_the_folder_as_we_do(builtin):
    from model2vec import StaticModel

    other = StaticModel.from_pretrained(MODEL, max_length=None).encode(TEXTS, use_multiprocessing=False)
    other = other / np.linalg.norm(other, axis=1, keepdims=True)
    assert ((other * builtin.encode(TEXTS)).sum(axis=1) > 0.999).all()


# -- sentence-transformers: the oracle of the built-in model, and the second way up


@pytest.fixture(scope="module")
def transformers_model(tmp_path_factory):
    """A tiny StaticEmbedding followed by a Dense layer (so that it is no static model), with prompts."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    torch.manual_seed(0)
    words = Tokenizer(
        WordLevel({w: n for n, w in enumerate(["[UNK]", "ask", "tell", "query", "passage", ":", "cat"])}, "[UNK]")
    )
    words.pre_tokenizer = Whitespace()
    modules = [models.StaticEmbedding(words, embedding_dim=8), models.Dense(8, 6)]
    return SentenceTransformer(modules=modules, device="cpu"), tmp_path_factory.mktemp("models")


def saved(pair, name, prompts):
    model, folder = pair
    model.prompts = prompts
    path = folder / name
    model.save(str(path), create_model_card=False)
    return path


def test_sentence_transformers_reads_the_folder_as_we_do(builtin):
    from sentence_transformers import SentenceTransformer

    other = SentenceTransformer(str(MODEL), device="cpu")
    texts = [*TEXTS, "ᚠᚢᚦ", "", "العراق 😀 Iraq", " ".join(TEXTS) * 100]
    theirs = np.asarray(other.encode(texts, show_progress_bar=False), dtype=np.float32)
    ours = builtin.encode(texts)
    known = ours.any(axis=1)
    assert known.sum() == len(texts) - 2
    lengths = np.linalg.norm(theirs, axis=1)
    assert ((theirs * ours).sum(axis=1)[known] > 0.999 * lengths[known]).all()
    assert not theirs[~known].any()


def test_a_model_by_folder_uses_its_saved_prompts(transformers_model):
    path = saved(transformers_model, "plain", {"query": "ask ", "document": "tell "})
    encoder = load_encoder(path)
    model = transformers_model[0]
    for kind, prompt in (("query", "ask "), ("passage", "tell ")):
        expected = model.encode([prompt + "cat"], prompt="", normalize_embeddings=True, show_progress_bar=False)
        np.testing.assert_allclose(encoder.encode(["cat"], kind=kind), expected, atol=1e-6)
    assert encoder.encode(["cat"]).dtype == np.float32
    assert encoder.dimension == 6
    assert encoder.encode([]).shape == (0, 6)
    assert encoder.encode(["\ud800 cat"]).shape == (1, 6)


def test_e5_gets_the_prompts_that_its_folder_does_not_state(transformers_model):
    encoder = load_encoder(saved(transformers_model, "multilingual-e5-small", {}))
    plain = load_encoder(saved(transformers_model, "bge-m3", {}))
    np.testing.assert_allclose(encoder.encode(["cat"], kind="query"), plain.encode(["query: cat"]), atol=1e-6)
    np.testing.assert_allclose(encoder.encode(["cat"]), plain.encode(["passage: cat"]), atol=1e-6)
    assert encoder.fingerprint != plain.fingerprint


def test_the_fingerprint_follows_weights_and_prompts_not_the_folder(transformers_model):
    import torch

    first = load_encoder(saved(transformers_model, "one", {})).fingerprint
    assert load_encoder(saved(transformers_model, "two", {})).fingerprint == first
    assert load_encoder(saved(transformers_model, "three", {"query": "ask "})).fingerprint != first
    with torch.no_grad():
        transformers_model[0][1].linear.weight[0, 0] += 1
    assert load_encoder(saved(transformers_model, "four", {})).fingerprint != first


def test_a_model2vec_folder_is_read_without_torch(builtin, tmp_path):
    from model2vec import StaticModel

    StaticModel.from_pretrained(MODEL, max_length=None).save_pretrained(tmp_path / "m")
    encoder = load_encoder(tmp_path / "m")
    assert type(encoder) is type(builtin)
    np.testing.assert_allclose(encoder.encode(TEXTS), builtin.encode(TEXTS), atol=1e-5)


# -- what goes wrong


def one_line(error) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(EncoderError) as error:
        load_encoder(tmp_path)
    assert "holds no model" in one_line(error)


def test_a_file_is_no_model(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(EncoderError) as error:
        load_encoder(tmp_path / "model.bin")
    assert "folder" in one_line(error)


@pytest.mark.parametrize("name", ["", " ", "./nowhere", "/no/such/folder", "a/b/c"])
def test_a_name_that_is_neither_folder_nor_hub_name(name):
    with pytest.raises(EncoderError) as error:
        load_encoder(name)
    assert "a model's folder, a model of the hub, or 'builtin'" in one_line(error)


def test_an_unknown_name_without_a_network_says_what_was_tried(monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError) as error:
        load_encoder("nobody/no-such-model-at-all")
    assert "nobody/no-such-model-at-all" in one_line(error)
    assert "hub" in str(error.value)
    assert "network" in str(error.value)


@pytest.mark.parametrize("damage", ["weights", "tokenizer", "modules", "missing", "rows", "nan"])
def test_a_damaged_static_model(tmp_path, damage):
    from safetensors.numpy import save_file

    for file in MODEL.iterdir():
        if file.name != "model.safetensors" or damage == "weights":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = tmp_path / "model.safetensors"
    if damage == "weights":
        weights.write_bytes(weights.read_bytes()[:1000])
    elif damage != "missing":
        rows = np.zeros((10 if damage == "rows" else 56_000, 4), dtype=np.float16)
        rows[:] = np.nan if damage == "nan" else 1
        save_file({"embedding.weight": rows}, weights)
    if damage in ("tokenizer", "modules"):
        (tmp_path / f"{damage}.json").write_text("{")
    with pytest.raises(EncoderError) as error:
        load_encoder(tmp_path).encode(["الحدود"])
    assert str(tmp_path) in one_line(error)


@pytest.mark.parametrize("wrong", ["nan", "shape"])
def test_vectors_that_cannot_be_used(transformers_model, monkeypatch, wrong):
    encoder = load_encoder(saved(transformers_model, f"wrong-{wrong}", {}))
    bad = np.full((1, 6), np.nan) if wrong == "nan" else np.ones((1, 5))
    monkeypatch.setattr(encoder._model, "encode_document", lambda *_, **__: bad)
    with pytest.raises(EncoderError) as error:
        encoder.encode(["cat"])
    assert ("finite" if wrong == "nan" else "(1, 5)") in one_line(error)
