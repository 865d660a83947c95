"""A library of an earlier Isnad: opened, it is one of today's, all or nothing, and finds what it found."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FakeEncoder, add, make_article, tree
from test_duplicates import article, groups

from index import normalise
from index.catalogue import Filter
from index.errors import LibraryError
from index.store import Store

FORMAT_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE article (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    title TEXT NOT NULL, date TEXT, source TEXT, url TEXT, language TEXT, author TEXT, text TEXT NOT NULL
);
CREATE INDEX article_date ON article (date);
CREATE INDEX article_source ON article (source);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES article (number) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, change INTEGER NOT NULL
);
CREATE INDEX passage_article ON passage (article);
CREATE INDEX passage_change ON passage (change);
CREATE TABLE removal (passage INTEGER PRIMARY KEY, change INTEGER NOT NULL);
CREATE INDEX removal_change ON removal (change);
"""
ARTICLES = [*(article(story, variant) for story in range(10) for variant in range(5)), *map(make_article, range(30))]


def found(store: Store) -> list[list[tuple[int, float]]]:
    """What a few searches find, by the ids of passages, which a migration leaves as they are."""
    vectors = FakeEncoder().encode([one.text[:80] for one in ARTICLES[::17]])
    dense = [store.dense(vector, 9, Filter()) for vector in vectors]
    return dense + [
        store.lexical([{("stems", word): 1.0}], 9, Filter(sources=("Reuters",))) for word in ("هول", "camp")
    ]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a library as format 1 had it."""
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, ARTICLES)
    with store.writing():
        store.remove(["s3v0", "a3"])
    store.close()
    today, former = folder / "catalogue.sqlite", folder / "former.sqlite"
    connection = sqlite3.connect(former)
    connection.executescript("PRAGMA journal_mode = WAL;" + FORMAT_1)
    connection.execute("ATTACH ? AS today", (str(today),))
    for table in ("meta", "article", "passage", "removal", "sqlite_sequence"):
        columns = ", ".join(f'"{row[1]}"' for row in connection.execute(f"PRAGMA main.table_info({table})"))
        connection.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}")
    connection.execute("DELETE FROM meta WHERE key IN ('reports', 'checksum', 'passages', 'sum')")
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'format'")
    connection.commit()
    connection.close()
    former.replace(today)
    return folder


def format_of(folder: Path) -> tuple[str, set[str]]:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    ((stored,),) = connection.execute("SELECT value FROM meta WHERE key = 'format'")
    connection.close()
    return stored, tables - {"sqlite_sequence"}


def test_it_is_the_library_that_indexing_makes_today(old: Path, tmp_path: Path) -> None:
    fresh = Store(tmp_path / "fresh", FakeEncoder())
    add(fresh, ARTICLES)
    with fresh.writing():
        fresh.remove(["s3v0", "a3"])
    projections = {name: was for name, was in tree(old).items() if "catalogue" not in name}
    store = Store(old, FakeEncoder())
    assert found(store) == found(fresh)
    assert groups(store) == groups(fresh)
    assert (store.status().format, store.change()) == (3, fresh.change())
    assert store.check() == []
    assert {name: was for name, was in tree(old).items() if "catalogue" not in name} == projections
    add(store, [article(50, 0), article(2, 0)])
    assert store.check() == []
    store.close()
    fresh.close()
    assert format_of(old) == ("3", {"meta", "article", "passage", "removal", "report", "minhash"})
    assert not list(old.glob("*format-1*"))
    before = tree(old)
    Store(old, FakeEncoder()).close()
    assert tree(old) == before


DYING = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from conftest import FakeEncoder
import index.migration, index.reports
from index.store import Store
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
setattr({module}, {name!r}, die)
Store(Path({folder!r}), FakeEncoder())
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("os", "fsync"),
        ("os", "replace"),
        ("index.reports", "admit"),
        ("index.reports", "_enter"),
        ("index.reports", "stamp"),
    ],
)
def test_killed_half_way_it_is_as_it_was(old: Path, module: str, name: str) -> None:
    tests = Path(__file__).parent
    code = DYING.format(tests=str(tests), root=str(tests.parent), module=module, name=name, folder=str(old))
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert format_of(old) == ("1", {"meta", "article", "passage", "removal"})
    store = Store(old, FakeEncoder())
    assert store.check() == []
    assert store.copies(["s1v1"])["s1v1"].articles == 5
    store.close()
    assert not list(old.glob("*format-1*")) + list(old.glob(".*"))


def test_an_error_leaves_it_as_it_was_and_its_copy_beside_it(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("index.reports._enter", fail)
        with pytest.raises(LibraryError, match="disk is full"):
            Store(old, FakeEncoder())
    assert format_of(old)[0] == "1"
    copy = sqlite3.connect(old / "catalogue-format-1.sqlite")
    assert copy.execute("SELECT count(*) FROM article").fetchone() == (len(ARTICLES) - 2,)
    copy.close()
    Store(old, FakeEncoder()).close()
    assert format_of(old)[0] == "3"


def test_of_two_that_open_it_at_once_one_migrates_and_readers_read_on(old: Path) -> None:
    reader = sqlite3.connect(old / "catalogue.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    count = reader.execute("SELECT count(*) FROM passage").fetchone()
    code = DYING.replace("setattr({module}, {name!r}, die)", "").replace("Store(Path", "print(Store(Path")
    code = code.rstrip() + ".copies(['s1v1'])['s1v1'].articles)"
    tests = Path(__file__).parent
    code = code.format(tests=str(tests), root=str(tests.parent), folder=str(old))
    children = [subprocess.Popen([sys.executable, "-c", code], stdout=-1, stderr=-1, text=True) for _ in range(4)]
    for child in children:
        assert child.communicate(timeout=120) == ("5\n", "")
    assert reader.execute("SELECT count(*) FROM passage").fetchone() == count
    assert reader.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == ("1",)
    reader.execute("COMMIT")
    assert reader.execute("SELECT value FROM meta WHERE key = 'format'").fetchone() == ("3",)
    reader.close()
    store = Store(old, FakeEncoder())
    assert store.check() == []
    store.close()


def test_other_search_forms_make_the_reports_anew(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(old, FakeEncoder())
    expected = groups(store)
    with store._catalogue.transaction() as connection:
        connection.execute("DELETE FROM minhash")
    store.close()
    monkeypatch.setattr(normalise, "VERSION", normalise.VERSION + 1)
    store = Store(old, FakeEncoder())
    assert groups(store) == expected
    assert store.check() == []
    store.close()


def test_from_format_2_only_what_was_whole_gets_checksums(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    add(store, ARTICLES)
    before = found(store)
    store.close()
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    for column in ("vector_checksum", "text_checksum"):
        connection.execute(f"ALTER TABLE passage DROP COLUMN {column}")
    connection.execute("DELETE FROM meta WHERE key IN ('checksum', 'passages', 'sum')")
    connection.execute("UPDATE meta SET value = '2' WHERE key = 'format'")
    connection.commit()
    connection.close()
    damaged = Path(shutil.copytree(folder, tmp_path / "damaged"))
    store = Store(folder, FakeEncoder())
    assert found(store) == before
    assert store.check() == []
    store.close()
    connection = sqlite3.connect(damaged / "catalogue.sqlite")
    connection.execute("UPDATE article SET text = 'x' || text WHERE id = 'a7'")
    connection.commit()
    connection.close()
    store = Store(damaged, FakeEncoder())
    with store.snapshot():
        mine = [i for i in store._vectors.ids().tolist() if "'a7'" in str(_tried(store, i))]
    assert mine
    assert any("'a7'" in fault for fault in store.check())
    store.close()


def _tried(store: Store, passage: int) -> object:
    try:
        return store.passages([passage])[passage].article_id
    except LibraryError as error:
        return error
