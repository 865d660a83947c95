"""Backups: a consistent copy while others write, a library of its own; and nothing at all if it is cut short."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FakeEncoder, add, make_article
from test_damage import everything

from index.backup import backup
from index.errors import LibraryError
from index.store import Store
from rag.opening import is_library

PRELUDE = f"""
import os, signal, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[1])!r}]
from pathlib import Path
from conftest import FakeEncoder, add, make_article
from index.backup import backup
from index.store import Store
folder = Path(sys.argv[1])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [make_article(n) for n in range(20)])
    with store.writing():
        store.remove(["a3"])
    store.repair()
    store.close()
    return tmp_path / "library"


def test_the_copy_is_the_library(folder: Path, tmp_path: Path) -> None:
    assert backup(folder, tmp_path / "copy") == 19
    assert [path.name for path in (tmp_path / "copy").iterdir()] == ["catalogue.sqlite"]
    assert everything(tmp_path / "copy") == everything(folder)
    store = Store(tmp_path / "copy", FakeEncoder())
    assert store.check() == []
    add(store, [make_article(50)])
    assert store.check() == []
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
def test_copies_made_while_another_process_writes_are_each_of_one_change(folder: Path, tmp_path: Path) -> None:
    code = """
for turn in range(1000):  # every change replaces all articles of four
    add(store := Store(folder, FakeEncoder()), [make_article(n, salt=str(turn)) for n in range(4)])
    store.close()
    print(turn, flush=True)
"""
    child = subprocess.Popen([sys.executable, "-c", PRELUDE + code, str(folder)], stdout=-1, text=True)
    assert child.stdout is not None
    seen = set()
    try:
        for n in range(6):
            child.stdout.readline()
            backup(folder, tmp_path / f"copy{n}")
            store = Store(tmp_path / f"copy{n}", FakeEncoder())
            texts = {article.id: article.text for article in store.articles()}
            salts = [s for s in range(1000) if make_article(0, salt=str(s)).text == texts["a0"]]
            assert [texts[f"a{i}"] for i in range(4)] == [make_article(i, salt=str(salts[0])).text for i in range(4)]
            assert store.check() == []
            seen.add(store.change())
            store.close()
        assert child.poll() is None  # it was at work all the time
    finally:
        child.kill()
        child.communicate()
    assert len(seen) > 1


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("where", ["os.fsync", "os.replace", "index.backup._articles"])
def test_a_backup_that_was_killed_is_no_library_and_can_be_made_again(folder: Path, tmp_path: Path, where: str) -> None:
    module, _, name = where.rpartition(".")
    code = f"""
import index.backup
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr({module}, {name!r}, die)
backup(folder, Path(sys.argv[2]))
"""
    command = [sys.executable, "-c", PRELUDE + code, str(folder), str(tmp_path / "copy")]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert not is_library(tmp_path / "copy")
    assert everything(folder)
    assert backup(folder, tmp_path / "copy") == 19
    assert everything(tmp_path / "copy") == everything(folder)


def test_folders_that_are_in_use_are_refused_and_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "full", tmp_path / "file", tmp_path / "file" / "below", folder):
        with pytest.raises(LibraryError, match=r"name a new folder|another folder"):
            backup(folder, place)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]
    with pytest.raises(LibraryError, match="nothing to copy"):
        backup(tmp_path / "full", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_kept_beside_the_catalogue_comes_along(folder: Path, tmp_path: Path, whole: bool) -> None:
    beside = folder / "notes.sqlite"
    if whole:
        connection = sqlite3.connect(beside)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE note (text)")
        connection.execute("INSERT INTO note VALUES ('kept')")
        connection.commit()  # and left open: it is in the -wal file
    else:
        beside.write_bytes(b"junk" * 3000)
    assert backup(folder, tmp_path / "copy") == 19
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"catalogue.sqlite", "notes.sqlite"}
    if whole:
        connection.close()
        copy = sqlite3.connect(tmp_path / "copy" / "notes.sqlite")
        assert copy.execute("SELECT text FROM note").fetchall() == [("kept",)]
        copy.close()
    else:
        assert (tmp_path / "copy" / "notes.sqlite").read_bytes() == beside.read_bytes()
