"""Reranking: off unless asked for, in the order of the model and with its scores, and clear where there is no model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag import Article, EncoderError, Library
from rag.reranking import CrossEncoderReranker, load_reranker

ARTICLES = [Article(str(n), f"The minister spoke of the camp. Item {n} was told.", title=f"Item {n}") for n in range(9)]


class ByNumber:
    """Scores a text by the number of its item, the highest first; keeps what it was asked."""

    name = "by number"

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def score(self, question: str, texts: Sequence[str]) -> np.ndarray:
        self.asked.append((question, list(texts)))
        return np.array([int(text.split("\n")[0].split()[-1]) / 10 for text in texts], np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reranked") / "library"
    with Library.open(path) as lib:
        lib.add(ARTICLES)
    return path


def test_hits_stand_in_the_order_of_the_reranker_and_have_its_scores(folder: Path) -> None:
    reranker = ByNumber()
    with Library.open(folder, reranker=reranker) as lib:
        hits = lib.search("minister camp", k=4)
        answer = lib.ask("What did the minister speak of?")
    assert [hit.article_id for hit in hits] == ["8", "7", "6", "5"]
    assert [hit.score for hit in hits] == pytest.approx([0.8, 0.7, 0.6, 0.5])
    question, texts = reranker.asked[0]
    assert question == "minister camp"
    assert sorted(texts) == sorted(f"{a.title}\n{a.text}" for a in ARTICLES)
    assert all(c.quote in ARTICLES[int(c.article_id)].text for c in answer.citations)


def test_without_a_name_there_is_none(folder: Path) -> None:
    assert load_reranker(None) is None
    with Library.open(folder) as lib, Library.open(folder, reranker=None) as other:
        assert lib.search("minister camp") == other.search("minister camp")


@pytest.mark.parametrize("name", ["", "  ", "/no/such/folder"])
def test_a_name_of_nothing_is_refused_in_one_line(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EncoderError) as error:
        Library.open(folder, reranker=name)
    assert "\n" not in str(error.value)


def cross_encoder(folder: Path, labels: int) -> Path:
    """A tiny BERT with random weights, as sentence-transformers saves a cross-encoder."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(1)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "minister", "camp", "item", *map(str, range(9))]
    plain = Tokenizer(models.WordLevel({word: n for n, word in enumerate(words)}, "[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    plain.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=plain, **special).save_pretrained(folder)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(words), num_labels=labels, max_position_embeddings=64, **sizes)
    BertForSequenceClassification(config).eval().save_pretrained(folder)
    return folder


def test_a_cross_encoder_scores_as_sentence_transformers_does(folder: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder
    from torch.nn import Sigmoid

    model = cross_encoder(tmp_path / "model", labels=1)
    texts = [f"{a.title}\n{a.text}" for a in ARTICLES]
    expected = CrossEncoder(str(model)).predict([("minister camp", t) for t in texts], activation_fn=Sigmoid())
    assert CrossEncoderReranker(str(model)).score("minister camp", texts) == pytest.approx(expected, abs=1e-6)
    with Library.open(folder, reranker=model) as lib:
        hits = lib.search("minister camp", k=9)
    assert [hit.score for hit in hits] == pytest.approx(sorted(expected, reverse=True), abs=1e-6)


def test_a_classifier_of_several_outputs_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="3 outputs"):
        CrossEncoderReranker(str(cross_encoder(tmp_path / "model", labels=3)))
