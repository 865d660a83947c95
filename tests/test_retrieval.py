"""Retrieval: features of many passages at once are those of each by itself, the order is that of the weights, scores
fall, and hits say which words matched."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalogue import Filter, Passage
from index.encoder import load_encoder
from index.tokens import forms
from rag import Article, Library, Match, QueryError
from rag.alignment import Aligner, closest
from rag.expansion import Expansion
from rag.features import adjacent
from rag.lexicon import Lexicon
from rag.passage_features import ORDER, PASSAGE, RELEVANCE, Candidate, passage_features, relevance_features
from rag.question import understand
from rag.weights import Weights
from rag.wordbook import WordBook

TEXTS = {
    "hol": ("مخيم الهول", "بحث الجانبان ملف مخيم الهول وتبادل المعلومات الأمنية. وقال الوزير إن العائلات ستعود قريبا."),
    "soleimani": ("", "قُتل الجنرال قاسم سليماني في غارة أميركية قرب مطار بغداد. وكان قائد فيلق القدس."),
    "kamal": ("", "تعرضت مدينة البوكمال الحدودية لقصف جوي، وقتل خمسة من المقاتلين."),
    "dam": ("Flood in Basra", "The dam north of Basra held on Monday. Farmers had left their villages."),
    "bank": ("", "The central bank raised its rate by half a point. Borrowers will feel it in spring."),
    "museum": ("", "A farmer found a Bronze Age sword in a ditch, and the museum in Erbil put it on show."),
}
WORDS = "مخيم الهول وزير بغداد the dam held minister camp 2015 قتل farmer bank rate سليماني".split()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("retrieval") / "library") as opened:
        opened.add(Article(id_, text, title=title) for id_, (title, text) in TEXTS.items())
        yield opened


@pytest.fixture(scope="module")
def book() -> WordBook:
    return WordBook(load_encoder())


def _asked(question: str) -> Expansion:
    """A question of words that stand for themselves."""
    read = understand(question, Lexicon.load())
    count = len(read.terms)
    weights = np.linspace(1, 2, count).astype(np.float32)
    telling = np.linspace(9, 30, count).astype(np.float32)
    variants = tuple({term.stem: 1.0} for term in read.terms)
    return Expansion(read, variants, (1.0,) * count, weights / weights.sum(), telling, (), (), 1.0, 1.0)


def _candidate(number: int, article: str, title: str, text: str) -> Candidate:
    passage = Passage(
        number, article, title, None, None, None, None, text, 40 * (number % 2), 40 * (number % 2) + len(text)
    )
    return Candidate(passage, number / 10, number / 20, number / 30)


texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join))
def test_features_of_many_passages_are_those_of_each_by_its_definition(passages: list[str], question: str) -> None:
    book = WordBook(load_encoder())
    asked = _asked(question)
    candidates = [_candidate(n, f"a{n // 2}", "the dam" if n % 3 else "", text) for n, text in enumerate(passages)]
    found = passage_features(asked, Aligner(book, asked.question.terms, asked.variants), candidates)
    aligner = Aligner(book, asked.question.terms, asked.variants)
    for text in (*passages, "the dam"):
        aligner.learn(forms(text))
    best = {c.passage.id: aligner.grid(forms(c.passage.text)).max(axis=0) for c in candidates}
    for row, one in zip(found, candidates, strict=True):
        mates = [c for c in candidates if c.passage.article_id == one.passage.article_id]
        told = float(np.max([best[c.passage.id] for c in mates], axis=0) @ asked.telling)
        grid = aligner.grid(forms(one.passage.text))
        near = adjacent(grid)[0] if grid.shape[1] > 1 else float(grid.max())
        expected = {
            "dense": one.dense,
            "stems": one.stems,
            "grams": one.grams,
            "article": told / 200,
            "article_dense": float(np.mean([c.dense for c in mates])),
            "title": float(aligner.grid(forms(one.passage.title)).max(axis=0) @ asked.weights),
            "near": float((closest(grid, 16) @ asked.weights).max()),
            "soft": float(closest(np.maximum(aligner.nearness(forms(one.passage.text)), 0), 8).mean(axis=1).max()),
            "adjacent": near,
            "first": float(one.passage.start == 0),
            "spoken_share": float(best[one.passage.id].mean()),
            "article_share": told / float(asked.telling.sum()),
        }
        assert dict(zip(PASSAGE, row.tolist(), strict=True)) == pytest.approx(expected, abs=1e-4)


def test_relevance_looks_at_the_best_and_at_what_lies_between() -> None:
    rows = np.arange(2 * len(PASSAGE), dtype=np.float32).reshape(2, -1)
    found = relevance_features(rows, np.array([1.0, 3.5]))
    assert found[:, 0].tolist() == [-2.5, 0.0]
    assert found[0, 1:].tolist() == found[1, 1:].tolist() == [rows[1, PASSAGE.index(n)] for n in RELEVANCE[1:]]


def test_the_shipped_weights_are_those_of_the_features() -> None:
    weights = Weights.load()
    assert weights.features["passage"] == ORDER
    assert weights.features["relevance"] == RELEVANCE
    assert weights.features["candidate"] == ORDER[:3]
    assert weights.of("relevance")[0] > 0  # who lies behind is less probable


def test_many_probabilities_are_each_by_itself() -> None:
    weights = Weights.load()
    rows = np.random.default_rng(0).random((7, 3))
    each = [weights.probability("candidate", row) for row in rows.tolist()]
    assert weights.probabilities("candidate", rows) == pytest.approx(each)


def test_hits_stand_in_the_order_of_the_fitted_sum(library: Library) -> None:
    found = [one for one in library.passages("Which dam held in Basra?") if one.features]
    order = Weights.load().of("passage")
    odds = [float(np.array(one.features[: len(ORDER)]) @ order) for one in found]
    assert odds == sorted(odds, reverse=True)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


@pytest.mark.parametrize(
    ("question", "article", "pairs"),
    [
        ("What was discussed about al-Hol?", "hol", {("Hol", "الهول")}),
        ("Al-Hawl", "hol", {("Hawl", "الهول")}),
        ("Who was Qassem Soleimani?", "soleimani", {("Qassem", "قاسم"), ("Soleimani", "سليماني")}),
        ("What happened in Abu Kamal?", "kamal", {("Abu", "البوكمال"), ("Kamal", "البوكمال")}),
        ("ماذا وجد المزارع قرب أربيل؟", "museum", {("أربيل", "Erbil")}),
        ("ما السد الذي صمد في البصرة؟", "dam", {("البصرة", "Basra")}),
    ],
)
def test_hits_say_which_word_matched_which_name(
    library: Library, question: str, article: str, pairs: set[tuple[str, str]]
) -> None:
    hit = library.search(question, k=3)[0]
    assert hit.article_id == article
    assert {(match.term, match.word) for match in hit.matched} >= pairs
    text = TEXTS[article][1]
    for match in hit.matched:
        assert isinstance(match, Match)
        assert text[match.start : match.end] == match.word
        assert match.term in question


def test_a_part_can_be_left_out_and_an_unknown_one_not(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with Library.open(tmp_path / "library", without=("names",)) as plain:
        plain.add([Article("zq", "زار الوفد بلدة زقنوط أمس.")])
        assert not any(m.word == "زقنوط" for m in plain.search("Zaqnut")[0].matched)
    with Library.open(tmp_path / "library") as whole:
        assert any(m.word == "زقنوط" for m in whole.search("Zaqnut")[0].matched)
    with pytest.raises(QueryError, match="names, translations"):
        Library.open(tmp_path / "library", without=("luck",))


def test_no_candidates_no_hits(library: Library) -> None:
    assert library._retriever.search(*_nothing(library), 5, Filter(articles=())) == []


def _nothing(library: Library) -> tuple[Expansion, Aligner]:
    asked = library._expander.expand(library.understand("dam"))
    return asked, Aligner(library._book, asked.question.terms, asked.variants)


def test_the_word_book_forgets_and_learns_again(book: WordBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.wordbook._MOST", 5)
    first, vectors = book.look_up(WORDS[:4])
    book.look_up(WORDS[4:8])
    again, same = book.look_up(WORDS[:4])
    assert [one[:4] for one in first] == [one[:4] for one in again]
    assert same == pytest.approx(vectors, abs=1e-3)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=2e-3)
    assert book.look_up([])[1].shape == (0, load_encoder().dimension)
