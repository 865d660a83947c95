"""Compacting: the room of what is gone is won back, searches stay equal, and nothing is lost if it is cut short."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FakeEncoder, add, make_article
from test_damage import everything

import index.store
from index.errors import LibraryError
from index.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of which most is gone."""
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [make_article(n, sentences=12) for n in range(120)])
    with store.writing():
        store.remove([f"a{n}" for n in range(100)])
    add(store, [make_article(n, salt="new") for n in range(110, 115)])
    with store.writing():
        store.remove(["a101"])  # too little for the terms to be made anew by themselves
    store.close()
    return tmp_path / "library"


def size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def test_room_is_won_back_and_searches_stay_equal(folder: Path, tmp_path: Path) -> None:
    before, large = everything(folder), size(folder)
    fresh = Store(tmp_path / "fresh", FakeEncoder())
    store = Store(folder, FakeEncoder())
    add(fresh, list(store.articles()))
    fresh.close()
    was, now = store.compact()
    assert (store.check(), store._lexical.gone()) == ([], 0)
    assert now < was
    store.close()
    assert everything(folder) == before
    assert size(folder) < 1.3 * size(tmp_path / "fresh") < 0.8 * large
    again = Store(folder, FakeEncoder())
    add(again, [make_article(200)])
    assert again.check() == []
    assert min(p for p, _ in again.dense(FakeEncoder().encode(["x"])[0], 999, index.store.Filter())) > 100
    again.close()


def test_a_reader_that_lags_behind_a_compaction_sees_what_is_there(folder: Path) -> None:
    reader, writer = Store(folder, FakeEncoder()), Store(folder, FakeEncoder())
    assert reader.check() == []
    with writer.writing():
        writer.remove(["a105", "a106"])
    writer.compact()
    assert reader.check() == []  # its vectors are of before, and the removals are forgotten
    assert reader.status().articles == 17
    add(reader, [make_article(300)])
    assert writer.check() == []
    reader.close()
    writer.close()


def test_it_happens_by_itself_when_much_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.store, "_SMALL", 20)
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [make_article(n) for n in range(100)])
    full = store._catalogue.free()
    with store.writing():
        store.remove([f"a{n}" for n in range(90)])
    empty, pages = store._catalogue.free()
    assert empty == 0
    assert pages < full[1] / 2
    assert store.check() == []
    store.close()


def test_no_room_to_compact_in_fails_no_removal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: object) -> None:
        raise LibraryError("no room")

    monkeypatch.setattr(index.store, "_SMALL", 20)
    monkeypatch.setattr("index.catalogue.Catalogue.vacuum", full)
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [make_article(n) for n in range(100)])
    with store.writing():
        store.remove([f"a{n}" for n in range(90)])
    assert store.status().articles == 10
    assert store.check() == []
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize(
    "where", ["Catalogue.vacuum", "Vectors.save", "Lexical.rebuild", "Lexical._apply", "Lexical.release"]
)
def test_killed_half_way_it_loses_nothing(folder: Path, where: str) -> None:
    before = everything(folder)
    code = f"""
import os, signal, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[1])!r}]
from pathlib import Path
from conftest import FakeEncoder
from index.catalogue import Catalogue
from index.lexical import Lexical
from index.store import Store
from index.vectors import Vectors
store = Store(Path(sys.argv[1]), FakeEncoder())
plain = Catalogue.compact
def compact(self):
    def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
    name, method = {where!r}.split('.')
    setattr(globals()[name], method, die)
    plain(self)
Catalogue.compact = compact
store.compact()
"""
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == -signal.SIGKILL
    assert everything(folder) == before
    store = Store(folder, FakeEncoder())
    assert store.check() == []
    store.compact()
    assert store.check() == []
    store.close()
    assert everything(folder) == before
