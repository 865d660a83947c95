"""Laws of copies: what is one report whatever its headline and its end, and that each is counted and shown once."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEncoder, add
from hypothesis import given, settings
from hypothesis import strategies as st

from index.analysis import analysed
from index.article import Article
from index.duplicates import SHARE, SLOTS, containment, minhashes, same_report, shingles
from index.passages import passages
from index.reports import NAMED
from index.sentences import Span
from index.store import Store
from index.tokens import forms, terms
from rag import Answer, Citation, Library
from rag.page.answers import exchange
from rag.printing import Sheet, print_hits

_SYLLABLES = "با تو سي مر كل دن قا عي هم شو لا ني ra ko mi ten sul bar".split()


def sentences(story: int, count: int = 12, length: int = 12) -> list[str]:
    """Sentences of words that are made up: the same for the same story, and no two stories have a 3-gram in common."""
    rng = random.Random(story)
    words = (f"{''.join(rng.choices(_SYLLABLES, k=3))}" for _ in range(10**9))
    return [" ".join(next(words) for _ in range(length)) + f" {story}x." for _ in range(count)]


def variants(story: int) -> list[str]:
    """One report as several outlets print it."""
    whole = sentences(story)
    own = sentences(1000 + story, 3)
    return [
        "\n".join(whole),
        " ".join(whole[:-3]),  # a fifth is cut off
        "\n".join(own + whole),
        "\n".join([*whole[:5], own[0], *whole[5:]]),
        "خاص: " + " ".join(whole).replace("ا", "أ"),
    ]


def same(one: str, other: str) -> bool:
    return same_report(shingles(one), shingles(other))


# -- the relation ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", range(5))
def test_a_report_is_itself_however_it_is_printed(story: int) -> None:
    texts = variants(story)
    for one in texts:
        for other in texts:
            assert same(one, other)
    assert not any(same(one, other) for one in texts for other in variants(story + 100))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("a b c d e f g h".split())), st.lists(st.sampled_from("a b c d e f g h".split())))
def test_containment_is_that_of_the_3_grams(left: list[str], right: list[str]) -> None:
    one, other = ({tuple(words[i : i + 3]) for i in range(len(words) - 2)} for words in (left, right))
    found = [shingles(" ".join(words)) for words in (left, right)]
    if min(len(one), len(other)) >= 5:
        assert list(map(len, found)) == [len(one), len(other)]
        assert containment(*found) == pytest.approx(len(one & other) / min(len(one), len(other)))
    assert containment(*found) == containment(*reversed(found))
    assert same_report(*found) == (containment(*found) > SHARE)


def test_shingles_are_those_of_the_search_forms() -> None:
    text = "وصلَ الوَفدُ إلى بَغـداد أمس، لبحث ٣٬٠٠٠ ملفّ (عن) Café de l'Été"
    assert shingles(text).tolist() == shingles(" ".join(forms(text))).tolist()
    assert np.all(np.diff(shingles(text).astype(float)) > 0)


LONG_WORD, JOINED = "كلمة" * 400, "انتهى الاجتماع في البلدين.وقال الوزير إنه مهم!"
printed = st.lists(st.sampled_from([*sentences(7, 9), LONG_WORD, JOINED, "x " * 700, "\n", "  ", "٣.", "؟"])).map(
    "".join
)


@settings(max_examples=200, deadline=None)
@given(printed, st.sampled_from(["", "A headline"]))
def test_the_words_of_an_article_are_those_of_its_passages(text: str, title: str) -> None:
    spans = passages(text)
    found = analysed(text, title, spans)
    assert found.passages == [terms(text[start:end]) for start, end in spans]
    assert found.shingles.tolist() == shingles(text, title).tolist()


@pytest.mark.parametrize("spans", [[], [Span(0, 40)], [Span(0, 11), Span(11, 60)], [Span(5, 90), Span(0, 90)]])
def test_passages_that_leave_words_out_do_not_change_the_shingles(spans: list[Span]) -> None:
    text = " ".join(sentences(8, 1))[:90]
    assert analysed(text, "", spans).shingles.tolist() == shingles(text).tolist()


def test_a_text_of_a_few_words_is_only_like_its_equal_under_the_same_headline() -> None:
    caption, longer = "صورة من الارشيف", "صورة من الارشيف " + " ".join(sentences(1))
    assert same_report(shingles(caption, "a headline"), shingles("صورة من الأرشيف", "a headline"))
    assert not same_report(shingles(caption, "a headline"), shingles(caption, "another"))
    assert not same(caption, longer)
    assert not same("one two three four five six", "one two three four five seven")
    assert not same("x " * 50, "x " * 60 + "y")  # many words, few shingles
    assert len(shingles("")) == len(shingles("؟ … !")) == 1


def test_what_is_stored_is_the_same_in_every_process() -> None:
    """Raise duplicates.VERSION when this has to be changed."""
    found = shingles("the dam north of the town held on monday night")
    assert [int(n) % 1000 for n in found] == [48, 261, 424, 529, 883, 178, 858, 859]
    assert [n % 1000 for n in minhashes(found)[:6]] == [65, 585, 974, 242, 707, 393]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 400), st.integers(0, 2**32))
def test_the_estimate_is_within_its_error(common: int, left: int, right: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, 2**63, common + left + right, dtype=np.uint64)
    one, other = np.sort(numbers[: common + left]), np.sort(np.r_[numbers[:common], numbers[common + left :]])
    exact = common / (common + left + right)
    agreed = sum(a == b for a, b in zip(minhashes(one), minhashes(other), strict=True)) / SLOTS
    assert abs(agreed - exact) <= 5 * (exact * (1 - exact) / SLOTS) ** 0.5 + 1e-9


def test_min_hashes_of_a_very_long_text_are_the_least_of_its_parts() -> None:
    numbers = np.random.default_rng(1).integers(0, 2**63, 10_000, dtype=np.uint64)
    agreed = sum(map(np.equal, minhashes(numbers), minhashes(numbers[::-1].copy())))
    assert agreed == SLOTS


# -- reports in the store ----------------------------------------------------------------------------------------------


def article(story: int, variant: int) -> Article:
    outlet = ("Reuters", "الجزيرة", None, "Le Monde", "Reuters")[variant]
    return Article(f"s{story}v{variant}", variants(story)[variant], title=f"Headline {variant}", source=outlet)


def story_of(id_: str) -> str:
    return id_.partition("v")[0]


def counted(store: Store, ids: list[str]) -> None:
    """What the store says of each of `ids` is what counting gives: articles of one story are one report."""
    stored = {a.id: a for a in store.articles()}
    reports = store.copies(ids)
    assert set(reports) == set(ids) & set(stored)
    for id_, report in reports.items():
        members = [a for a in stored.values() if story_of(a.id) == story_of(id_)]
        assert report.articles == len(members)
        assert report.outlets == len({a.source for a in members if a.source is not None})
        assert set(report.others) == {a.id for a in members} - {id_}
        assert report.first in {a.id for a in members}
    assert store.status().reports == len(set(map(story_of, stored)))


@pytest.mark.parametrize("seed", range(3))
def test_counts_are_those_of_counting_whatever_happens(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    ids = [f"s{story}v{variant}" for story in range(6) for variant in range(5)]
    store = Store(tmp_path / "library", FakeEncoder())
    for _ in range(12):
        some = [article(rng.randrange(6), rng.randrange(5)) for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.3:  # an update that stays the same report
            some = [Article(a.id, a.text, title="Another headline", source=a.source) for a in some]
        add(store, some)
        counted(store, ids)
        with store.writing():
            store.remove(rng.sample(ids, 4))
        counted(store, ids)
        if rng.random() < 0.3:
            store.close()
            store = Store(tmp_path / "library", FakeEncoder())
            counted(store, ids)
    assert store.check() == []
    store.close()


def test_an_update_that_says_something_else_leaves_its_report(store: Store) -> None:
    add(store, [article(1, 0), article(1, 1)])
    add(store, [Article("s1v0", variants(2)[0])])
    assert {id_: report.articles for id_, report in store.copies(["s1v0", "s1v1"]).items()} == {"s1v0": 1, "s1v1": 1}
    assert store.check() == []


def groups(store: Store) -> set[frozenset[str]]:
    ids = [a.id for a in store.articles()]
    return {frozenset((id_, *report.others)) for id_, report in store.copies(ids).items()}


def test_all_at_once_is_one_by_one_in_any_order(tmp_path: Path) -> None:
    articles = [article(story, variant) for story in range(8) for variant in range(5)]
    made = []
    for turn in range(4):
        store = Store(tmp_path / str(turn), FakeEncoder())
        if turn == 1:
            for one in articles:
                add(store, [one])
        else:
            random.Random(turn).shuffle(articles) if turn > 1 else None
            add(store, articles)
        made.append(groups(store))
        store.close()
    assert made[0] == made[1] == made[2] == made[3]
    assert len(made[0]) == 8


def test_no_chain_of_small_steps_makes_one_report_of_two(store: Store) -> None:
    text = sentences(1, 60)
    chain = [Article(f"n{n:02}", " ".join(text[n * 3 : n * 3 + 10])) for n in range(17)]  # each has 0.7 of the last
    assert all(same(a.text, b.text) for a, b in pairwise(chain))
    add(store, chain)
    texts = {a.id: shingles(a.text) for a in chain}
    reports = store.copies(list(texts))
    assert all(same_report(texts[id_], texts[report.first]) for id_, report in reports.items())
    assert max(report.articles for report in reports.values()) <= 3


def test_many_copies_are_counted_and_a_few_named(store: Store) -> None:
    add(store, [Article(f"c{n}", variants(1)[n % 5], source=f"outlet {n % 30}") for n in range(50)])
    report = store.copies(["c7"])["c7"]
    assert (report.first, report.articles, report.outlets) == ("c0", 50, 30)
    assert len(report.others) == NAMED
    assert "c7" not in report.others


def test_nobody_is_in_no_report(store: Store) -> None:
    assert store.copies([]) == store.copies(["nobody", "a\0"]) == {}
    assert store.status().reports == 0


RUINS = {
    "an article without a report": "DELETE FROM report WHERE article = 2",
    "a report that nobody stands first in": "UPDATE report SET first = 2 WHERE article = 3",
    "min-hashes that are gone": "DELETE FROM minhash WHERE article = 1",
    "min-hashes of another text": "UPDATE minhash SET value = value + 1 WHERE article = 1",
    "min-hashes of one that does not stand first": "INSERT INTO minhash VALUES (5, 2)",
}


@pytest.mark.parametrize("ruin", RUINS.values(), ids=RUINS)
def test_ruined_reports_are_noticed_and_mended(store: Store, ruin: str) -> None:
    add(store, [article(story, variant) for story in range(3) for variant in range(5)])
    expected = groups(store)
    with store._catalogue.transaction() as connection:
        connection.execute(ruin)
    assert any(fault.startswith("reports:") for fault in store.check())
    store.repair()
    assert store.check() == []
    assert groups(store) == expected


# -- what people see ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("copies") / "library", FakeEncoder()) as opened:
        opened.add([article(story, variant) for story in range(30) for variant in range(5)])
        yield opened


def grams(text: str) -> set[tuple[str, ...]]:
    return set(zip(*(forms(text)[i:] for i in range(3)), strict=False))


@pytest.mark.parametrize("k", [1, 5, 20, 60])
def test_no_hit_is_a_copy_of_a_better_one(library: Library, k: int) -> None:
    for story in (3, 17):
        hits = library.search(sentences(story)[2], k)
        assert len(hits) == k
        for n, hit in enumerate(hits):
            for better in hits[:n]:
                if better.article_id != hit.article_id and story_of(better.article_id) == story_of(hit.article_id):
                    one, other = grams(hit.text), grams(better.text)
                    assert len(one & other) <= 0.7 * max(len(one), len(other))
        assert (hits[0].articles, hits[0].outlets, len(hits[0].copies)) == (5, 3, 4)


def test_a_paragraph_that_one_of_the_copies_has_is_found(library: Library) -> None:
    own = sentences(1005, 3)[1]
    assert own in library.search(own, 3)[0].text
    assert library.search(own, 3)[0].article_id == "s5v2"


def test_a_filter_holds_for_hits_and_the_counts_are_of_the_whole_library(library: Library) -> None:
    hits = library.search(sentences(4)[2], 5, source="Le Monde")
    assert {hit.source for hit in hits} == {"Le Monde"}
    assert hits[0].article_id == "s4v3"
    assert (hits[0].articles, hits[0].outlets) == (5, 3)
    assert set(hits[0].copies) == {"s4v0", "s4v1", "s4v2", "s4v4"}


def test_an_answer_cites_a_report_once_and_says_where_it_stands(tmp_path: Path) -> None:
    told = "The dam north of Basra held on Monday after two days of rain, the ministry of water said in a statement."
    rest = "\n".join(f"Engineers had opened gate number {n} of the old wall an hour before." for n in range(9))
    with Library.open(tmp_path / "library") as lib:
        for n, outlet in enumerate(["Reuters", "Le Monde", None]):
            lib.add([Article(f"w{n}", f"{told}\n{rest}", title=f"Dam, {n}", source=outlet)])
        answer = lib.ask("Which dam held on Monday?")
        assert answer.answered
        assert [c.quote for c in answer.citations].count(told) == 1
        assert (answer.citations[0].articles, answer.citations[0].outlets) == (3, 2)
        assert len(answer.citations[0].copies) == 2
        assert len(lib.search("dam", 10)) < 10
        lib.remove(["w0", "w1"])
        assert {hit.articles for hit in lib.search("dam", 10)} == {1}


def test_people_are_told_where_a_report_stands(library: Library) -> None:
    hit = library.search(sentences(4)[2], 1)[0]
    out = io.StringIO()
    print_hits(
        [hit, replace(hit, articles=1), replace(hit, outlets=0), replace(hit, articles=2, outlets=1)], Sheet(out)
    )
    lines = [line for line in out.getvalue().splitlines() if "%" in line]
    assert [" · in " in line for line in lines] == [True, False, True, True]
    assert [line.partition(" · in ")[2].partition(" · ")[0] for line in lines] == [
        "5 articles of 3 outlets",
        "",
        "5 articles",
        "2 articles of 1 outlet",
    ]
    citation = Citation(1, hit.article_id, "", None, None, None, hit.text, hit.start, hit.end, 0.5, 5, 3)
    answer = Answer("?", True, "", 0.5, (), (citation,))
    assert "in 5 articles of 3 outlets" in exchange(0, "?", answer, "en", ())
    assert "في 5 مقالات من 3 مصادر إعلامية" in exchange(0, "?", answer, "ar", ())
