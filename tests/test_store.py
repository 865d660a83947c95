"""Laws of the store: its searches against plain numpy and plain Python, and the life of an article in it."""

from __future__ import annotations

import math
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import tantivy
from conftest import FakeEncoder, add, make_article, tree

import index.store
from index import normalise
from index.article import Article
from index.catalogue import Entry, Filter, pack, unpack
from index.entries import encoded
from index.errors import EncoderError, EncoderMismatch, IsnadError, LibraryDamaged, LibraryError
from index.lexical import Field
from index.mending import believe
from index.passages import passages
from index.sentences import Span
from index.store import CATALOGUE, Store
from index.tokens import terms

FILTERS = [
    Filter(),
    Filter(since="2013-01-01"),
    Filter(until="2016-06-30"),
    Filter("2012-01-01", "2017-12-31"),
    Filter(sources=("Reuters",)),
    Filter(sources=("Reuters", "الجزيرة")),
    Filter("2012-01-01", "2018-01-01", ("Le Monde",)),
    Filter(since="2099-01-01"),
    Filter(sources=("nobody",)),
]
WORDS = "هول مخيم بغداد minist camp وزير قال".split()


def passes(article: Article, where: Filter) -> bool:
    if where.sources and article.source not in where.sources:
        return False
    if where.since or where.until:
        return article.date is not None and (where.since or "") <= str(article.date) <= (where.until or "9999")
    return True


@pytest.fixture
def articles() -> list[Article]:
    return [make_article(n, sentences=1 + n % 9) for n in range(60)]


@pytest.fixture
def full(store: Store, articles: list[Article]) -> Store:
    add(store, articles)
    return store


def stored(store: Store) -> dict[int, tuple[str, str]]:
    """Passage id -> (article id, text) of all there is."""
    return {i: (p.article_id, p.text) for i, p in store.passages(range(1, 10_000)).items()}


def results(store: Store) -> list[list[tuple[str, int, float]]]:
    """What a set of searches finds, without passage ids: a library and its copy give the same."""
    vectors = FakeEncoder().encode(["ملف مخيم الهول", "heavy rain in the villages", "رقم7"])
    found = [store.dense(v, 15, where) for v in vectors for where in FILTERS[::3]]
    # Tantivy counts passages that are gone in its statistics until it merges them away: its scores may differ a little.
    found += [
        [(i, 0.0) for i, _ in store.lexical([{("stems", w): 1.0}], 9_999, where)]
        for w in WORDS
        for where in FILTERS[:5]
    ]
    out = []
    for hits in found:
        passages = store.passages(i for i, _ in hits)
        out.append(sorted((passages[i].article_id, passages[i].start, round(score, 5)) for i, score in hits))
    return out


# -- search, against an oracle -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", FILTERS, ids=str)
@pytest.mark.parametrize("k", [1, 7, 10_000])
def test_dense_search_is_brute_force(full: Store, articles: list[Article], where: Filter, k: int) -> None:
    by_id = {a.id: a for a in articles}
    inputs = {i: f"{by_id[a].title}\n{text}" for i, (a, text) in stored(full).items() if passes(by_id[a], where)}
    matrix = FakeEncoder().encode(list(inputs.values()))
    for query in FakeEncoder().encode(["ملف مخيم الهول", "the minister said", "غير موجود"]):
        exact = dict(zip(inputs, (matrix @ query).tolist(), strict=True))
        found = full.dense(query, k, where)
        assert len(found) == len({i for i, _ in found}) == min(k, len(exact))
        assert [s for _, s in found] == pytest.approx(sorted(exact.values(), reverse=True)[:k], abs=1e-3)
        assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
        for i, score in found:
            assert score == pytest.approx(exact[i], abs=1e-3)  # float16


def test_equal_vectors_are_all_found(store: Store) -> None:
    add(store, [Article(f"same{n}", "مخيم الهول في الحسكة") for n in range(20)])
    add(store, [make_article(n) for n in range(20)])
    query = FakeEncoder().encode(["مخيم الهول في الحسكة"])[0]
    found = store.dense(query, 20, Filter())
    assert {store.passages([i])[i].article_id for i, _ in found} == {f"same{n}" for n in range(20)}
    assert [s for _, s in found] == pytest.approx([1.0] * 20, abs=1e-3)


def test_a_stored_vector_finds_itself(full: Store) -> None:
    numbers = list(stored(full))
    for number, vector in zip(numbers, full._vectors.reconstruct(numbers), strict=True):
        found = dict(full.dense(vector, 5, Filter()))
        assert found[number] == pytest.approx(1.0, abs=1e-6)


def test_packing_keeps_length_and_direction() -> None:
    vectors = FakeEncoder(256).encode([f"كلمة {n}" for n in range(50)] + [""])
    back = unpack([pack(v) for v in vectors], 256)
    assert np.linalg.norm(back[:-1], axis=1) == pytest.approx(np.ones(50), abs=1e-6)
    assert not back[-1].any()
    assert np.abs(back - vectors).max() < 1e-3
    with pytest.raises(LibraryDamaged):
        unpack([pack(vectors[0])], 255)


def bm25(texts: dict[int, str], term: str) -> dict[int, float]:
    """Robertson & Zaragoza (2009), k1 = 1.2, b = 0.75, with Lucene's idf; no smaller than it is."""
    counts = {i: Counter(terms(text).stems.split()) for i, text in texts.items()}
    mean = sum(c.total() for c in counts.values()) / len(counts)
    found = {i: c for i, c in counts.items() if c[term]}
    idf = math.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
    return {i: idf * c[term] * 2.2 / (c[term] + 1.2 * (0.25 + 0.75 * c.total() / mean)) for i, c in found.items()}


@pytest.mark.parametrize("where", FILTERS, ids=str)
@pytest.mark.parametrize("k", [3, 10_000])
def test_lexical_search_is_bm25(full: Store, articles: list[Article], where: Filter, k: int) -> None:
    by_id = {a.id: a for a in articles}
    kept = stored(full)
    # The title has a field of its own. Scores come from the statistics of all passages, filtered or not.
    texts = {i: text for i, (_, text) in kept.items()}
    expected: Counter[int] = Counter()
    for word, weight in (("هول", 1.0), ("camp", 0.5), ("villag", 2.0), ("nowhere", 1.0)):
        for i, score in (
            bm25(texts, word) if any(word in terms(t).stems.split() for t in texts.values()) else {}
        ).items():
            expected[i] += weight * score
    expected = Counter({i: s for i, s in expected.items() if passes(by_id[kept[i][0]], where)})
    groups = [{("stems", w): weight} for w, weight in (("هول", 1.0), ("camp", 0.5), ("villag", 2.0), ("nowhere", 1.0))]
    found = full.lexical(groups, k, where)
    assert len(found) == len({i for i, _ in found}) == min(k, len(expected))
    # Tantivy keeps a passage's length in one byte: exact up to 40 terms, about 6 % off beyond.
    for (i, score), best in zip(found, sorted(expected.values(), reverse=True), strict=False):
        assert score == pytest.approx(expected[i], rel=0.08)
        assert score == pytest.approx(best, rel=0.08)
    assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_of_synonyms_the_best_counts(full: Store) -> None:
    one, other = (dict(full.lexical([{("stems", w): 1.0}], 999, Filter())) for w in ("هول", "camp"))
    for i, score in full.lexical([{("stems", "هول"): 1.0, ("stems", "camp"): 1.0}], 999, Filter()):
        high, low = max(one.get(i, 0), other.get(i, 0)), min(one.get(i, 0), other.get(i, 0))
        assert score == pytest.approx(high + 0.1 * low, rel=1e-4)


def test_grams_and_titles_are_found(full: Store) -> None:
    assert full.lexical([{("grams", "الهو"): 1.0}], 5, Filter())
    ((number, _), *_) = full.lexical([{("title", "59"): 1.0}], 1, Filter())
    assert stored(full)[number][0] == "a59"


def test_no_query_finds_nothing(full: Store) -> None:
    assert full.lexical([], 5, Filter()) == full.lexical([{}], 5, Filter()) == []
    assert full.lexical([{("stems", "هول"): 1.0}], 0, Filter()) == []


def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert store.dense(FakeEncoder().encode(["x"])[0], 5, Filter(since="2015-01-01")) == []
    assert store.lexical([{("stems", "x"): 1.0}], 5, Filter()) == []
    assert store.frequencies([("stems", "x")]) == (0, {("stems", "x"): 0})
    assert store.check() == []
    assert (store.status().articles, store.status().first) == (0, None)


def test_filters_come_before_the_cut(store: Store) -> None:
    add(store, [Article(f"many{n}", "مخيم الهول مخيم الهول", source="many", date="2015-01-01") for n in range(500)])
    add(store, [Article("one", "ملف مخيم الهول بين أشياء أخرى كثيرة", source="one", date="2016-01-01")])
    query = FakeEncoder().encode(["مخيم الهول"])[0]
    for where in (Filter(sources=("one",)), Filter(since="2015-06-01"), Filter("2016-01-01", "2016-01-01")):
        for found in (store.dense(query, 5, where), store.lexical([{("stems", "هول"): 1.0}], 5, where)):
            assert [store.passages([i])[i].article_id for i, _ in found] == ["one"]


@pytest.mark.parametrize("k", [1, 5])
def test_an_outlet_with_a_strange_name_is_found(store: Store, k: int) -> None:
    names = ["a b", "A B", "", "x" * 5000, "«الجزيرة نت»", "' OR 1=1 --", "\U0001f4f0"]
    add(store, [Article(f"{n}", "مخيم الهول", source=name) for n, name in enumerate(names)])
    query = FakeEncoder().encode(["مخيم"])[0]
    for n, name in enumerate(names):
        where = Filter(sources=(name,))
        for found in (store.dense(query, k, where), store.lexical([{("stems", "هول"): 1.0}], k, where)):
            assert [store.passages([i])[i].article_id for i, _ in found] == [str(n)]


# -- the life of an article --------------------------------------------------------------------------------------------


def test_the_same_again_costs_nothing(full: Store, articles: list[Article]) -> None:
    before, change = tree(full.folder), full.change()
    report = add(full, articles)
    assert (report.added, report.updated, report.unchanged) == (0, 0, len(articles))
    assert full.change() == change
    assert tree(full.folder) == before


def test_articles_come_back_as_they_were(full: Store, articles: list[Article]) -> None:
    assert list(full.articles()) == articles
    assert list(full.articles(["a5", "a3", "nobody"])) == [articles[3], articles[5]]
    assert list(full.articles([])) == []


def test_passages_are_the_text_they_stand_at(full: Store) -> None:
    texts = {a.id: a.text for a in full.articles()}
    for passage in full.passages(range(1, 10_000)).values():
        assert passage.text == texts[passage.article_id][passage.start : passage.end]


def test_what_was_removed_is_nowhere(full: Store) -> None:
    gone = {i for i, (a, _) in stored(full).items() if a in ("a3", "a8")}
    with full.writing():
        assert sorted(full.remove(["a8", "a3", "nobody", "a3"])) == ["a3", "a8"]
        assert full.remove(["a8"]) == []
    assert not gone & set(stored(full))
    assert not gone & set(full._vectors.ids().tolist())
    assert not gone & set(full._lexical.ids())
    assert full.lexical([{("stems", "رقم8"): 1.0}], 5, Filter()) == []
    assert full.check() == []


def test_an_id_with_a_nul_removes_nobody(full: Store) -> None:
    with full.writing():
        assert full.remove(["a1\0", "a1\ud800", "a\x001", "%", ""]) == []
    assert full.status().articles == 60


def test_ids_are_never_used_again(full: Store, articles: list[Article]) -> None:
    before = set(stored(full))
    with full.writing():
        full.remove(a.id for a in articles)
    assert stored(full) == {}
    add(full, articles)
    assert min(stored(full)) > max(before)


def test_an_update_replaces(full: Store) -> None:
    report = add(full, [Article("a3", "خبر جديد عن زلزال", source="Reuters"), Article("new", "خبر آخر")])
    assert (report.added, report.updated, report.unchanged) == (1, 1, 0)
    assert [text for a, text in stored(full).values() if a == "a3"] == ["خبر جديد عن زلزال"]
    assert full.lexical([{("stems", "رقم3"): 1.0}], 5, Filter()) == []
    assert full.check() == []


def test_of_two_with_one_id_the_later_stays(store: Store) -> None:
    add(store, [Article("a", "الأول"), Article("a", "الثاني")])
    assert [a.text for a in store.articles()] == ["الثاني"]


def test_what_a_library_has_been_through_does_not_show(tmp_path: Path, articles: list[Article]) -> None:
    worn, fresh = Store(tmp_path / "worn", FakeEncoder()), Store(tmp_path / "fresh", FakeEncoder())
    for n in range(12):
        add(worn, [make_article(a, salt=str(n)) for a in range(70)])
    add(worn, articles)
    with worn.writing():
        worn.remove(f"a{n}" for n in range(60, 70))
    add(fresh, articles)
    assert worn.check() == fresh.check() == []
    asked: list[tuple[Field, str]] = [("stems", word) for word in WORDS]
    (count, worn_counts), (fresh_count, fresh_counts) = worn.frequencies(asked), fresh.frequencies(asked)
    assert count == fresh_count
    # Up to a fifth of the passages that Tantivy counts may be gone ones.
    assert all(fresh_counts[t] <= worn_counts[t] <= fresh_counts[t] + 0.2 * count for t in asked)
    assert results(worn) == results(fresh)
    worn.close()
    fresh.close()


def test_reading_articles_while_writing_them(store: Store) -> None:
    full = store
    add(full, [make_article(n) for n in range(70)])  # more than a page of the catalogue's
    seen = 0
    for article in full.articles():
        seen += 1
        if seen % 10 == 1:
            add(full, [Article(article.id, article.text + " تحديث")])
        assert full.status().articles == 70
    assert seen == 70
    assert sum(a.text.endswith(" تحديث") for a in full.articles()) == 7


def test_a_half_read_iterator_holds_nothing_back(full: Store) -> None:
    half = full.articles()
    next(half)
    other = Store(full.folder, FakeEncoder())
    add(other, [Article("later", "خبر لاحق")])
    other.close()
    assert full.status().articles == 61
    add(full, [Article("last", "خبر أخير")])
    assert full.status().articles == 62


@pytest.mark.parametrize(
    "vectors",
    [
        np.zeros((1, 15), np.float32),
        np.zeros((2, 16), np.float32),
        np.full((1, 16), np.nan, np.float32),
        np.full((1, 16), np.inf, np.float32),
        np.full((1, 16), 1e6, np.float32),
    ],
    ids=["dimension", "rows", "nan", "inf", "length"],
)
def test_vectors_that_are_none_never_get_in(full: Store, vectors: np.ndarray) -> None:
    before = results(full)
    with pytest.raises(EncoderError), full.writing():
        full.add([Entry(Article("bad", "text"), [Span(0, 4)], vectors)])
    assert full.check() == []
    assert results(full) == before


def test_an_encoder_that_fails_loses_nothing_that_was_stored(full: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(FakeEncoder):
        def encode(self, texts, *, kind="passage"):  # type: ignore[no-untyped-def]
            raise EncoderError("no")

    with pytest.raises(EncoderError):
        add(full, [Article("new", "text")], Failing())
    assert full.status().articles == 60
    assert full.check() == []
    add(full, [Article("new", "text")])
    assert full.status().articles == 61


# -- opening -----------------------------------------------------------------------------------------------------------


def test_another_encoder_is_refused_with_the_mend(full: Store) -> None:
    for other in (FakeEncoder(name="other", seed=1), FakeEncoder(8, name="other")):
        with pytest.raises(EncoderMismatch) as caught:
            Store(full.folder, other)
        for part in ("fake", "other", "isnad index --reencode", "--encoder other"):
            assert part in str(caught.value)
        assert "\n" not in str(caught.value)


def _spoil(path: Path, how: str) -> None:
    if how == "delete":
        path.unlink()
    elif how == "truncate":
        os.truncate(path, path.stat().st_size // 2)
    elif how == "empty":
        os.truncate(path, 0)
    else:
        data = bytearray(path.read_bytes())
        data[len(data) * int(how) // 100] ^= 0x10
        path.write_bytes(data)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list]:
    folder = tmp_path_factory.mktemp("pristine") / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(20)])
    add(store, [make_article(n, salt="x") for n in range(5, 25)])
    with store.writing():
        store.remove(["a2"])
    found = results(store)
    store.close()
    return folder, found


@pytest.mark.parametrize("how", ["empty", "50"])
def test_damaged_projections_are_made_again(pristine: tuple[Path, list], tmp_path: Path, how: str) -> None:
    folder, expected = pristine
    projections = [
        p.relative_to(folder)
        for p in folder.rglob("*")
        if p.is_file() and "catalogue" not in p.name and "write" not in p.name
    ]
    projections = [p for p in projections if (folder / p).stat().st_size]
    assert len(projections) > 8
    for n, name in enumerate(projections):
        copy = tmp_path / str(n)
        shutil.copytree(folder, copy)
        _spoil(copy / name, how)
        store = Store(copy, FakeEncoder())
        assert results(store) == expected, name
        assert store.check() == [], name
        if how == "50":
            store.repair()
            assert store.check() == [], name
            assert results(store) == expected, name
        add(store, [Article("after", "خبر بعد الضرر")])
        assert store.check() == [], name
        store.close()
        shutil.rmtree(copy)


def test_projections_that_are_gone_are_made_again(pristine: tuple[Path, list], tmp_path: Path) -> None:
    folder, expected = pristine
    shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "terms")
    for path in (tmp_path / "copy").glob("vectors-*"):
        path.unlink()
    (tmp_path / "copy" / "terms").write_text("a file where a folder should be")
    store = Store(tmp_path / "copy", FakeEncoder())
    assert results(store) == expected
    store.close()


def test_projections_of_another_library_are_not_taken(pristine: tuple[Path, list], tmp_path: Path) -> None:
    folder, expected = pristine
    other = Store(tmp_path / "other", FakeEncoder())
    add(other, [make_article(n, salt="other") for n in range(9)])
    other.close()
    shutil.copytree(folder, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "terms")
    shutil.copytree(tmp_path / "other" / "terms", tmp_path / "copy" / "terms")
    for path in (tmp_path / "other").glob("vectors-*"):
        shutil.copy(path, tmp_path / "copy")
    store = Store(tmp_path / "copy", FakeEncoder())
    assert results(store) == expected
    assert store.check() == []
    store.close()


def test_a_catalogue_that_lost_changes_is_refused_until_it_is_confirmed(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(5)])
    expected = results(store)
    store.close()
    shutil.copy(folder / "catalogue.sqlite", tmp_path / "backup")
    store = Store(folder, FakeEncoder())
    for n in range(3):
        add(store, [make_article(n, salt="later")])
    store.close()
    shutil.copy(tmp_path / "backup", folder / "catalogue.sqlite")
    with pytest.raises(LibraryDamaged, match=r"change 1.*with 4.*isnad check --repair"):
        Store(folder, FakeEncoder())
    believe(folder)
    store = Store(folder, FakeEncoder())
    assert results(store) == expected
    assert store.check() == []
    with store.writing():  # five changes under one lock: past the change that the projections had seen
        for n in range(5):
            entry = make_article(n, salt="new")
            vectors = FakeEncoder().encode([entry.text])
            store.add([Entry(entry, [Span(0, len(entry.text))], vectors)])
    assert store.check() == []
    store.close()


def test_backup_then_many_changes_before_any_search(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(0)])
    store.close()
    shutil.copy(folder / "catalogue.sqlite", tmp_path / "backup")
    store = Store(folder, FakeEncoder())
    for n in range(3):
        add(store, [make_article(n, salt="later")])
    store.close()
    shutil.copy(tmp_path / "backup", folder / "catalogue.sqlite")
    believe(folder)
    store = Store(folder, FakeEncoder())
    with store.writing():
        for n in range(5):
            entry = make_article(n, salt="new")
            store.add([Entry(entry, [Span(0, len(entry.text))], FakeEncoder().encode([entry.text]))])
    assert store.check() == []
    store.close()


def _closed_copy(pristine: tuple[Path, list], tmp_path: Path) -> Path:
    shutil.copytree(pristine[0], tmp_path / "copy")
    return tmp_path / "copy"


@pytest.mark.parametrize(
    "ruin",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b"junk " * 5000),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.write_bytes(path.read_bytes()[:4096].ljust(40_000, b"\0")),
    ],
    ids=["deleted", "junk", "emptied", "cut", "zeroed"],
)
def test_a_ruined_catalogue_is_never_taken_for_an_empty_one(
    pristine: tuple[Path, list], tmp_path: Path, ruin: Callable[[Path], object]
) -> None:
    folder = _closed_copy(pristine, tmp_path)
    ruin(folder / "catalogue.sqlite")
    for _ in range(2):
        with pytest.raises(LibraryDamaged) as caught:
            Store(folder, FakeEncoder())
        assert "\n" not in str(caught.value)
        assert "restore" in str(caught.value)


def test_damage_inside_the_catalogue_is_said_clearly(pristine: tuple[Path, list], tmp_path: Path) -> None:
    folder = _closed_copy(pristine, tmp_path)
    size = (folder / "catalogue.sqlite").stat().st_size
    with open(folder / "catalogue.sqlite", "r+b") as file:
        file.seek(size // 3)
        file.write(np.random.default_rng(0).bytes(size // 3))
    try:
        store = Store(folder, FakeEncoder())
    except LibraryError:
        return
    try:
        noticed = store.check() != []
    except LibraryError:
        noticed = True
    store.close()
    assert noticed


def test_a_text_that_was_tampered_with_is_noticed(pristine: tuple[Path, list], tmp_path: Path) -> None:
    folder = _closed_copy(pristine, tmp_path)
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    connection.execute("UPDATE article SET text = 'x' || text WHERE id = 'a7'")
    connection.execute('UPDATE passage SET "end" = 999999 WHERE id = (SELECT max(id) FROM passage)')
    connection.commit()
    connection.close()
    store = Store(folder, FakeEncoder())
    faults = store.check()
    assert any("a7" in fault for fault in faults)
    assert len(faults) >= 2
    store.close()


def test_folders_that_are_no_library(tmp_path: Path) -> None:
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(LibraryError, match=r"holiday\.jpg"):
        Store(tmp_path / "strange", FakeEncoder())
    assert [p.name for p in (tmp_path / "strange").iterdir()] == ["holiday.jpg"]
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(LibraryError, match="choose another folder"):
            Store(path, FakeEncoder())


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "catalogue.sqlite")
    connection.execute("CREATE TABLE holiday (x)")
    connection.commit()
    connection.close()
    before = (tmp_path / "catalogue.sqlite").read_bytes()
    with pytest.raises(LibraryDamaged, match="not the catalogue"):
        Store(tmp_path, FakeEncoder())
    assert b"CREATE TABLE meta" not in (tmp_path / "catalogue.sqlite").read_bytes()
    assert b"holiday" in before


def test_a_newer_format_is_refused(pristine: tuple[Path, list], tmp_path: Path) -> None:
    folder = _closed_copy(pristine, tmp_path)
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match=r"format 99.*newer Isnad"):
        Store(folder, FakeEncoder())


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_folder_that_cannot_be_written_is_one_clear_error(pristine: tuple[Path, list]) -> None:
    public = Path(tempfile.mkdtemp())  # pytest's own folders are private
    public.chmod(0o755)
    folder = Path(shutil.copytree(pristine[0], public / "library"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    code = (
        "import os, sys, pathlib; sys.path[:0] = [sys.argv[2], sys.argv[3]]\n"
        "from conftest import *\nfrom index.errors import LibraryError\n"
        "os.getuid() or os.setuid(65534)\n"  # root may write everywhere
        "try: Store(pathlib.Path(sys.argv[1]), FakeEncoder())\n"
        "except LibraryError as error: print('LibraryError', error)\n"
    )
    tests = Path(__file__).parent
    command = [sys.executable, "-c", code, str(folder), str(tests), str(tests.parent)]
    out = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(public)
    assert out.stdout.startswith("LibraryError"), out.stderr
    assert "can be written" in out.stdout


def test_a_new_text_version_makes_the_terms_again(
    pristine: tuple[Path, list], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _closed_copy(pristine, tmp_path)
    before = {p.name for p in (folder / "terms").iterdir()}
    monkeypatch.setattr(normalise, "VERSION", normalise.VERSION + 1)
    store = Store(folder, FakeEncoder())
    assert results(store) == pristine[1]
    store.close()
    after = {p.name for p in (folder / "terms").iterdir()}
    assert len(before & after) < len(before)
    assert {name for name in before & after if name.endswith(".term")} == set()


def test_after_closing_the_error_is_clear(full: Store) -> None:
    full.close()
    full.close()
    with pytest.raises(LibraryError, match="closed"):
        full.status()
    with pytest.raises(LibraryError, match="closed"):
        full.dense(FakeEncoder().encode(["x"])[0], 5, Filter())


# -- threads -----------------------------------------------------------------------------------------------------------


def test_threads_search_while_one_adds(full: Store) -> None:
    done, failures = threading.Event(), []

    def search() -> None:
        query = FakeEncoder().encode(["مخيم الهول"])[0]
        try:
            while not done.is_set():
                with full.snapshot():
                    dense = full.dense(query, 10, Filter())
                    lexical = full.lexical([{("stems", "هول"): 1.0}], 10, Filter())
                    known = full.passages(i for i, _ in dense)
                    assert len(known) == len(dense) == 10
                    assert lexical
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(12):
        add(full, [make_article(m, salt=str(n)) for m in range(n, n + 10)])
    done.set()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert full.check() == []


def test_threads_that_come_and_go_leave_no_connection(full: Store) -> None:
    def look() -> None:
        full.status()

    for _ in range(30):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert len(full._catalogue._open) < 5


def test_two_threads_write_one_after_the_other(full: Store) -> None:
    failures = []

    def write(n: int) -> None:
        try:
            add(full, [make_article(100 + n)])
        except IsnadError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert full.status().articles == 66
    assert full.check() == []


def test_a_library_that_another_process_makes_at_this_moment_is_no_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    projected = index.store._projected

    def meanwhile(folder: Path) -> bool:
        monkeypatch.undo()
        for name in (CATALOGUE, f"{CATALOGUE}-journal"):
            (folder / name).touch()
        return projected(folder)

    monkeypatch.setattr(index.store, "_projected", meanwhile)
    made = Store(tmp_path / "library", FakeEncoder())
    assert made.check() == []
    made.close()


def every_term(store: Store) -> dict[tuple[str, str], dict[int, float]]:
    """(field, term) -> the passages that have it, with their scores, for every term of the library's texts."""
    found = {}
    for article in store.articles():
        listed = terms(f"{article.title} {article.text}")
        for field, term in [
            *(("stems", stem) for stem in listed.stems.split()),
            *(("title", stem) for stem in listed.stems.split()),
            *(("grams", gram) for gram in listed.grams.split()),
        ]:
            if (field, term) not in found:
                hits = store.lexical([{(field, term): 1.0}], 10_000, Filter())  # type: ignore[dict-item]
                found[field, term] = {i: round(score, 4) for i, score in hits}
    return found


@pytest.mark.parametrize("trouble", ["none", "an update", "a removal", "a search", "a failure", "an interruption"])
def test_what_is_given_to_the_index_meanwhile_is_what_it_reads_back(
    store: Store, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = FakeEncoder()
    read_back: list[int] = []
    texts_since = store._catalogue.texts_since

    def counting(change: int) -> Iterator[tuple[int, str, int, str, str | None, str | None, str | None]]:
        for row in texts_since(change):
            read_back.append(row[0])
            yield row

    def put(articles: list[Article]) -> None:
        store.add(encoded([(a, passages(a.text)) for a in articles], encoder))

    monkeypatch.setattr(store._catalogue, "texts_since", counting)
    with store.writing():
        for turn in range(4):
            if turn == 2 and trouble in ("a failure", "an interruption"):
                error = ValueError if trouble == "a failure" else KeyboardInterrupt
                with monkeypatch.context() as patched:
                    patched.setattr(tantivy, "Document", Mock(side_effect=error))
                    with suppress(KeyboardInterrupt):
                        put([make_article(n) for n in range(6, 9)])
                continue
            put([make_article(n) for n in range(3 * turn, 3 * turn + 3)])
            if turn == 1 and trouble == "an update":
                put([make_article(4, salt="new")])
            if turn == 1 and trouble == "a removal":
                store.remove(["a4"])
            if turn == 1 and trouble == "a search":
                assert store.lexical([{("stems", "رقم4"): 1.0}], 3, Filter())
    assert bool(read_back) == (trouble not in ("none", "a search"))
    assert store.check() == []
    given = every_term(store)
    assert given
    store.repair()
    again = every_term(store)
    assert {key: set(hits) for key, hits in again.items()} == {key: set(hits) for key, hits in given.items()}
    if trouble in ("none", "a failure", "an interruption"):  # after others Tantivy counts documents that were deleted
        assert again == given


def test_a_long_title_does_not_outweigh_the_text(store: Store) -> None:
    counted: list[int] = []

    class Counting(FakeEncoder):
        def encode(self, texts, *, kind="passage"):  # type: ignore[no-untyped-def]
            counted.append(sum(map(len, texts)))
            return super().encode(texts, kind=kind)

    article = Article("a", "وصل الوفد إلى بغداد. " * 500, title="عنوان " * 50_000)
    add(store, [article], Counting())
    assert sum(counted) < 2 * len(article.text)
    assert next(store.articles()) == article
