"""Damaged files: a library finds what it found, or says in one line what is wrong and what mends it; never anything
else."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from conftest import FakeEncoder, add, make_article

from eval.damage import WAYS, drawn, files, trials
from index.catalogue import Filter
from index.checksums import text_checksum, vector_checksum
from index.errors import LibraryDamaged, LibraryError
from index.mending import salvage
from index.store import Store

QUERIES = FakeEncoder().encode(["ملف مخيم الهول", "heavy rain in the villages"])
WORDS = ("هول", "camp", "rain")
FILTERS = (Filter(), Filter(sources=("Reuters",)), Filter(since="2013-01-01"))


def everything(folder: Path) -> dict[str, object]:
    """All that a library says to a few searches, with what is shown of each passage, and its articles."""
    store = Store(folder, FakeEncoder())
    try:
        found: dict[str, object] = {}
        for where in FILTERS:
            for n, query in enumerate(QUERIES):
                hits = store.dense(query, 12, where)
                passages = store.passages(i for i, _ in hits)
                found[f"dense {n} {where}"] = [(passages[i], round(score, 5)) for i, score in hits]
            for word in WORDS:
                hits = store.lexical([{("stems", word): 1.0}], 9_999, where)
                passages = store.passages(i for i, _ in hits)
                # Without scores: Tantivy counts what is gone until it merges it away, and an index made anew does not.
                found[f"lexical {word} {where}"] = sorted(str(passages[i]) for i, _ in hits)
        found["articles"] = list(store.articles())
        return found
    finally:
        store.close()


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a past; its last change is in SQLite's -wal file alone, as after a kill."""
    folder = tmp_path_factory.mktemp("damage") / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(30)])
    with store.writing():
        store.remove(["a2", "a9"])
    store.repair()
    store.close()
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(30, 36)])
    killed = Path(shutil.copytree(folder, folder.with_name("killed")))
    store.close()
    assert (killed / "catalogue.sqlite-wal").stat().st_size
    return killed


def test_no_damage_gives_a_wrong_answer(pristine: Path) -> None:
    rng = random.Random(7)
    outcomes = list(trials(pristine, everything, drawn(pristine, 4 * len(files(pristine)) + 60, rng), rng))
    assert {(o.file, o.how) for o in outcomes} >= {(str(file), how) for file in files(pristine) for how in WAYS}
    assert [o for o in outcomes if o.what not in ("the same", "refused")] == []
    assert Counter(o.what for o in outcomes)["the same"] > 80  # refusing always would be no art
    for outcome in outcomes:
        assert outcome.what == "the same" or "catalogue" in outcome.file, outcome
        assert outcome.what == "the same" or {"restore", "isnad", "install"} & set(outcome.why.split()), outcome


def shown(folder: Path) -> set[tuple[object, ...]]:
    """The passages of a library with their scores, without their ids."""
    store = Store(folder, FakeEncoder())
    try:
        hits = dict(store.dense(QUERIES[0], 9_999, Filter()))
        return {(*passage[1:], round(hits[passage.id], 5)) for passage in store.passages(hits).values()}
    finally:
        store.close()


@pytest.mark.parametrize(
    "column", ["vector", "start", '"end"', "article", "change", "vector_checksum", "text_checksum"]
)
def test_a_row_that_was_changed_is_noticed_when_it_is_read_and_mended(tmp_path: Path, column: str) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(8)])
    store.close()
    before = shown(folder)
    (terms, vectors) = (folder / "terms", next(folder.glob("vectors-*")))
    shutil.rmtree(terms)
    vectors.unlink()  # so that all is read from the catalogue
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    value = "zeroblob(32)" if column == "vector" else f"{column} + 1"
    connection.execute(f"UPDATE passage SET {column} = {value} WHERE id = 4")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryDamaged, match="is not what was stored"):
        everything(folder)
    store = Store(folder, FakeEncoder())
    faults = store.check()
    assert any("'a" in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)
    store.repair()
    assert store.check() == []
    store.close()

    assert shown(folder) == before


def test_an_article_that_was_changed_is_named_and_the_others_are_saved(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    articles = [make_article(n) for n in range(12)]
    add(store, articles)
    store.close()
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    connection.execute("UPDATE article SET text = replace(text, 'a', 'b') WHERE id = 'a5'")
    connection.execute("UPDATE article SET title = CAST(x'ff41' AS TEXT) WHERE id = 'a7'")
    connection.commit()
    connection.close()
    store = Store(folder, FakeEncoder())
    store.repair()
    left = "\n".join(store.check())
    assert all(named in left for named in ("'a5'", "Report 5", "'a7'"))
    assert "'a6'" not in left
    with pytest.raises(LibraryDamaged, match="is not what was stored"):
        list(store.articles())
    store.close()
    report, lost = salvage(folder, tmp_path / "saved", FakeEncoder())
    assert report.added == 10
    assert len(lost) == 2
    saved = Store(tmp_path / "saved", FakeEncoder())
    assert list(saved.articles()) == [article for article in articles if article.id not in ("a5", "a7")]
    assert saved.check() == []
    saved.close()
    with pytest.raises(LibraryError, match="not empty"):
        salvage(folder, tmp_path / "saved", FakeEncoder())
    store = Store(folder, FakeEncoder())
    with store.writing():
        store.remove(["a5", "a7"])
    add(store, articles)
    assert store.check() == []
    store.close()


def test_of_a_catalogue_with_ruined_pages_the_rest_is_saved(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    articles = [make_article(n) for n in range(200)]
    add(store, articles)
    store.close()
    with open(folder / "catalogue.sqlite", "r+b") as file:
        size, rng = file.seek(0, 2), random.Random(4)
        for page in rng.sample(range(12, size // 4096), 6):
            file.seek(page * 4096)
            file.write(rng.randbytes(4096))
    report, lost = salvage(folder, tmp_path / "saved", FakeEncoder())
    assert report.added > 150
    assert report.added + len(lost) <= 200
    saved = Store(tmp_path / "saved", FakeEncoder())
    known = {article.id: article for article in articles}
    assert all(known[article.id] == article for article in saved.articles())
    assert saved.check() == []
    saved.close()


def test_indexes_of_the_catalogue_that_disagree_are_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n) for n in range(20)])
    store.close()
    before = everything(folder)
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'article_source'").fetchone()
    connection.close()
    with open(folder / "catalogue.sqlite", "r+b") as file:
        file.seek((root - 1) * 4096)
        page = bytearray(file.read(4096))
        at = page.index(b"Reuters")
        page[at : at + 7] = b"Routers"
        file.seek((root - 1) * 4096)
        file.write(page)
    store = Store(folder, FakeEncoder())
    assert any("article_source" in fault for fault in store.check())
    store.repair()
    assert store.check() == []
    store.close()
    assert everything(folder) == before


def test_checksums_tell_places_and_values_apart() -> None:
    vectors = {vector_checksum(p, c, bytes(v)) for p in (1, 2, 12) for c in (1, 2, 21) for v in (b"a", b"b")}
    assert len(vectors) == 18
    shown = [(1, "a", "t", None), (1, "a", "", "t"), (1, "at", "", None), (1, "a", "t", ""), (1, "a", "t", "-")]
    assert len({text_checksum(one) for one in shown}) == len(shown)
