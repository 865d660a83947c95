"""Processes that die, write at once, or read meanwhile: nothing acknowledged is lost, nobody sees half a change."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FakeEncoder, add, make_article

from eval.crashes import crashes
from eval.sharing import group, share
from index.article import Article
from index.catalogue import Filter
from index.errors import LibraryLocked
from index.indexing import index
from index.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
TESTS = Path(__file__).parent
PRELUDE = f"""
import os, signal, sys, time
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent)!r}]
from pathlib import Path
from conftest import FakeEncoder, add, make_article
from index.catalogue import Catalogue, Filter
from index.lexical import Lexical
from index.store import Store
from index.vectors import Vectors
store = Store(Path(sys.argv[1]), FakeEncoder())
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


Child = subprocess.Popen[str]


@pytest.fixture
def start(folder: Path) -> Iterator[object]:
    """Start a Python process on the library; killed at the end of the test."""
    children: list[Child] = []

    def run(code: str) -> Child:
        command = [sys.executable, "-c", PRELUDE + code, str(folder)]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        children.append(child)
        return child

    yield run
    for child in children:
        with child:
            child.kill()


def _said(child: Child, word: str) -> None:
    assert child.stdout is not None
    assert child.stdout.readline().strip() == word


def _texts(store: Store) -> set[str]:
    return {a.text for a in store.articles()}


def _whole(folder: Path, ids: set[str]) -> None:
    """The library opens, has just these articles in catalogue and projections, can be searched and written."""
    store = Store(folder, FakeEncoder())
    try:
        assert {a.id for a in store.articles()} == ids
        assert store.check() == []
        for one in ids:
            found = store.lexical([{("stems", f"رقم{one[1:]}"): 1.0}], 3, Filter())
            assert {store.passages([i])[i].article_id for i, _ in found} == {one}
        add(store, [Article("after", "خبر بعد الضرر")])
        assert store.check() == []
        fresh = {p for p in folder.iterdir() if p.name.startswith(".")}
        assert fresh == set(), "temporary files are left"
    finally:
        store.close()


def test_killed_after_add_returned(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    child = start("add(store, [make_article(n) for n in range(8)]); print('done', flush=True); time.sleep(60)")
    _said(child, "done")
    child.kill()
    child.wait()
    _whole(folder, {f"a{n}" for n in range(8)})


@pytest.mark.parametrize(
    "where",
    [
        "Vectors.catch_up",
        "Vectors.save",
        "Lexical.catch_up",
        "Lexical._apply",
        "Lexical.release",
    ],
)
def test_killed_between_catalogue_and_projections(folder: Path, start, where: str) -> None:  # type: ignore[no-untyped-def]
    child = start(
        f"""
add(store, [make_article(n) for n in range(4)])
name, method = {where!r}.split('.')
setattr(globals()[name], method, die)
add(store, [make_article(n, salt='new') for n in range(2, 8)])
"""
    )
    assert child.wait(60) == -signal.SIGKILL
    _whole(folder, {f"a{n}" for n in range(8)})


@pytest.mark.parametrize("where", ["Lexical.offer", "Lexical._put", "Lexical.catch_up"])
def test_killed_while_the_index_is_given_what_is_new(folder: Path, start, where: str) -> None:  # type: ignore[no-untyped-def]
    child = start(
        f"""
add(store, [make_article(n) for n in range(4)])
name, method = {where!r}.split('.')
setattr(globals()[name], method, die)
add(store, [make_article(n) for n in range(4, 8)])
"""
    )
    assert child.wait(60) == -signal.SIGKILL
    _whole(folder, {f"a{n}" for n in range(8)})


@pytest.mark.parametrize("target", ["os.replace", "os.fsync", "faiss.write_index", "Path.replace"])
def test_killed_while_a_file_is_replaced(folder: Path, start, target: str) -> None:  # type: ignore[no-untyped-def]
    child = start(
        f"""
import faiss
add(store, [make_article(n) for n in range(4)])
name, method = {target!r}.split('.')
if name == 'faiss':
    def die(index, path):
        open(path, 'wb').write(b'half')
        os.kill(os.getpid(), signal.SIGKILL)
setattr(globals()[name], method, die)
add(store, [make_article(n) for n in range(8)])
"""
    )
    assert child.wait(60) == -signal.SIGKILL
    _whole(folder, {f"a{n}" for n in range(8)})


def test_killed_within_the_transaction(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    child = start(
        """
add(store, [make_article(n) for n in range(4)])
import index.catalogue
pack, packed = index.catalogue.pack, []
def late(vector):
    packed.append(1)
    return pack(vector) if len(packed) < 9 else die()
index.catalogue.pack = late
add(store, [make_article(n, salt='new', sentences=20) for n in range(8)])
"""
    )
    assert child.wait(60) == -signal.SIGKILL
    _whole(folder, {f"a{n}" for n in range(4)})


def test_killed_at_any_moment_and_in_each_phase(tmp_path: Path) -> None:
    code = """
from eval.crashes import PHASES, child
deadly = sys.argv[3] if sys.argv[3] in PHASES else None
child(Path(sys.argv[1]), [make_article(n) for n in range(60)], int(sys.argv[2]), 6, deadly, FakeEncoder())
"""
    folder, archive = tmp_path / "library", [make_article(n) for n in range(60)]
    command = [sys.executable, "-c", PRELUDE.replace("store = Store(", "later = lambda: Store(") + code, str(folder)]
    runs = crashes(folder, archive, FakeEncoder(), 10, 11, 6, command, longest=0.2)
    assert [fault for run in runs for fault in run.faults] == []
    assert len({run.phase for run in runs}) > 2
    assert sum(run.acknowledged for run in runs) > 10


def test_killed_while_the_library_is_made(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    for statement in (1, 2, 4, 6, 9):
        code = PRELUDE.replace("store = Store(", "make = lambda: Store(") + (
            f"""
import sqlite3
left = [{statement}]
def count(statement):
    left[0] -= 1
    left[0] or die()
connect = sqlite3.connect
def traced(*a, **k):
    connection = connect(*a, **k)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = traced
make()
"""
        )
        place = folder.parent / f"library{statement}"
        child = subprocess.run([sys.executable, "-c", code, str(place)], timeout=60, check=False)
        assert child.returncode == -signal.SIGKILL
        store = Store(place, FakeEncoder())
        assert store.check() == []
        store.close()


def test_a_second_writer_is_told_who_writes(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    child = start("with store.writing():\n    print('writing', flush=True); time.sleep(60)")
    _said(child, "writing")
    store = Store(folder, FakeEncoder())
    with pytest.raises(LibraryLocked, match=rf"process {child.pid}\b"), store.writing(wait=0.2):
        pass
    assert store.status().articles == 0  # reading goes on
    assert store.lexical([{("stems", "x"): 1.0}], 3, Filter()) == []
    child.kill()
    child.wait()
    add(store, [make_article(1)])  # the lock of the dead is free
    assert store.check() == []
    store.close()


def test_a_reader_sees_what_another_process_adds(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    store = Store(folder, FakeEncoder())
    add(store, [make_article(1)])
    child = start(
        """
for n in (2, 3):
    add(store, [make_article(n)])
    print('added', flush=True)
    sys.stdin.readline()
with store.writing():
    store.remove(['a2'])
print('removed', flush=True)
"""
    )
    for n, word in ((2, "added"), (3, "added"), (None, "removed")):
        _said(child, word)
        if n:
            hit = store.lexical([{("stems", f"رقم{n}"): 1.0}], 9, Filter())[0][0]
            assert store.passages([hit])[hit].article_id == f"a{n}"
            child.stdin.write("\n")
            child.stdin.flush()
    assert store.lexical([{("stems", "رقم2"): 1.0}], 9, Filter()) == []
    assert {p.article_id for p in store.passages(range(100)).values()} == {"a1", "a3"}
    assert store.check() == []
    store.close()


def test_two_processes_write_in_turn(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    store = Store(folder, FakeEncoder())
    child = start(
        """
for line in sys.stdin:
    add(store, [make_article(int(line))])
    print('added', flush=True)
"""
    )
    for n in range(0, 8, 2):
        add(store, [make_article(n)])
        child.stdin.write(f"{n + 1}\n")
        child.stdin.flush()
        _said(child, "added")
    assert store.check() == []
    store.close()
    child.stdin.close()
    child.wait(30)
    _whole(folder, {f"a{n}" for n in range(8)})


def test_a_reader_during_writes_sees_whole_changes(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    store = Store(folder, FakeEncoder())
    add(store, [make_article(n, salt="0") for n in range(4)])
    child = start(
        """
for turn in range(1, 15):
    add(store, [make_article(n, salt=str(turn)) for n in range(4)])
print('done', flush=True)
"""
    )
    versions = [{make_article(n, salt=str(turn)).text for n in range(4)} for turn in range(15)]
    query = FakeEncoder().encode(["مخيم"])[0]
    seen = set()
    while child.poll() is None:
        with store.snapshot():
            assert _texts(store) in versions
            seen.add(store.change())
            found = store.passages(i for i, _ in store.dense(query, 50, Filter()))
            texts = "\n".join(_texts(store))
            assert {p.article_id for p in found.values()} == {f"a{n}" for n in range(4)}
            assert all(p.text in texts for p in found.values())
    assert len(seen) > 1
    assert store.check() == []
    assert _texts(store) == versions[-1]
    store.close()


def test_readers_beside_a_writer_see_every_change_whole_and_none_fails(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    store = Store(folder, FakeEncoder())
    index([make_article(n) for n in range(60)] + group(0), store, FakeEncoder())
    store.close()
    prelude = PRELUDE.replace("store = Store(", "later = lambda: Store(") + "import json\nfrom eval import sharing\n"
    reading = """
questions, times = ["مخيم الهول", "heavy rain in the villages"], map(float, sys.argv[2:])
print(json.dumps(sharing.read(Path(sys.argv[1]), questions, FakeEncoder(), *times)))
"""
    writing = (
        "sharing.write(Path(sys.argv[1]), [make_article(n) for n in range(200)], FakeEncoder(), float(sys.argv[2]), 5)"
    )
    commands = [[sys.executable, "-c", prelude + code, str(folder)] for code in (reading, writing)]
    seen, written = share(*commands, readers=3, seconds=3)
    assert [error for one in seen for error in one.errors] == []
    assert sum(one.torn for one in seen) == 0
    assert written > 2
    assert all(one.beside and one.changes > 1 for one in seen)
    last = Store(folder, FakeEncoder())
    assert last.check() == []
    last.close()


def test_many_open_a_new_library_at_once(folder: Path, start) -> None:  # type: ignore[no-untyped-def]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", PRELUDE + "print(store.status().articles)", str(folder)], stdout=-1, text=True
        )
        for _ in range(4)
    ]
    for child in children:
        out, _ = child.communicate(timeout=60)
        assert (child.returncode, out.strip()) == (0, "0")
