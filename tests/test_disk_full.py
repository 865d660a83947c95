"""Writes that fail, each in turn: one clear error, nothing that was acknowledged is lost, and all is well when there is
room again."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import pytest
from conftest import FakeEncoder, add, make_article

from index.article import Article
from index.backup import backup
from index.errors import IsnadError, LibraryDamaged
from index.reencoding import reencode
from index.store import Store

BEFORE = {f"a{n}": make_article(n) for n in range(20)}
LATER = [make_article(n, salt="new") for n in range(10, 16)] + [make_article(n) for n in range(20, 40)]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full") / "library"
    store = Store(folder, FakeEncoder())
    add(store, list(BEFORE.values()))
    store.close()
    return folder


def change(folder: Path) -> tuple[list[dict[str, Article]], list[IsnadError]]:
    """Two calls, an addition with updates and a removal; returns what the library may hold (what was acknowledged, and
    that with the call that failed), and the error."""
    told: list[IsnadError] = []
    held = dict(BEFORE)
    after = held | {article.id: article for article in LATER}
    possible = [held, after]
    store = None
    try:
        store = Store(folder, FakeEncoder())
        add(store, LATER)
        possible = [after, {key: article for key, article in after.items() if key != "a5"}]
        with store.writing():
            store.remove(["a5"])
        possible = possible[1:]
    except IsnadError as error:
        told.append(error)
    finally:
        if store:
            store.close()
    return possible, told


def well(folder: Path, possible: list[dict[str, Article]], told: Sequence[IsnadError] = ()) -> None:
    """The error was one clear line, and the library is one of those that it may be, with all that it needs."""
    for error in told:
        assert "\n" not in str(error)
        assert not isinstance(error, LibraryDamaged)
        assert any(word in str(error) for word in ("disk", "write", "written")), error
    store = Store(folder, FakeEncoder())
    assert store.check() == []
    assert {article.id: article for article in store.articles()} in possible
    add(store, [make_article(90)])
    assert store.check() == []
    store.close()
    assert not list(folder.glob(".*"))


class Failing:
    """Fails at its call number `at`, and at all after it if the disk is full."""

    def __init__(self, plain: Callable[..., object], error: Exception, at: int, lasting: bool) -> None:
        self.plain, self.error, self.at, self.lasting, self.calls = plain, error, at, lasting, 0

    def __call__(self, *a: object, **k: object) -> object:
        self.calls += 1
        if self.calls == self.at or (self.lasting and self.calls > self.at):
            raise self.error
        return self.plain(*a, **k)


SEAMS = [
    (os, "fsync", OSError(errno.EIO, os.strerror(errno.EIO))),
    (os, "replace", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (faiss, "write_index", RuntimeError("Error in write: No space left on device")),
    (Path, "replace", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (Path, "write_text", OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))),
    (Path, "unlink", OSError(errno.EIO, os.strerror(errno.EIO))),
]


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize(("owner", "name", "error"), SEAMS, ids=[name for _, name, _ in SEAMS])
def test_each_call_that_writes_a_file(
    pristine: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    error: Exception,
    lasting: bool,
) -> None:
    for at in range(1, 50):
        folder = Path(shutil.copytree(pristine, tmp_path / str(at)))
        plain = getattr(owner, name)
        failing = Failing(plain, error, at, lasting)
        with monkeypatch.context() as patched:
            patched.setattr(owner, name, lambda *a, f=failing, **k: f(*a, **k))
            possible, told = change(folder)
        if failing.calls < at:
            break
        well(folder, possible, told)
    assert at > 1


def test_the_catalogue_has_no_room(pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from index.database import Database

    connect, failed = Database._connection, 0
    for more in range(0, 30, 3):
        folder = Path(shutil.copytree(pristine, tmp_path / str(more)))
        limit = (folder / "catalogue.sqlite").stat().st_size // 4096 + more

        def limited(self: Database, limit: int = limit):  # type: ignore[no-untyped-def]
            connection = connect(self)
            connection.execute(f"PRAGMA max_page_count = {limit}")
            return connection

        with monkeypatch.context() as patched:
            patched.setattr(Database, "_connection", limited)
            possible, told = change(folder)
        failed += len(told)
        well(folder, possible, told)
    assert failed > 2


@pytest.mark.skipif(sys.platform != "linux", reason="a limit on the size of files, as Linux has it")
def test_files_that_cannot_grow_whoever_writes_them(pristine: Path, tmp_path: Path) -> None:
    """By the kernel: SQLite, FAISS and Tantivy all meet it in their own write()."""
    code = f"""
import resource, shutil, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[1])!r}]
from pathlib import Path
from test_disk_full import change, well
failed = 0
for step in range(26):
    folder = Path(shutil.copytree(sys.argv[1], f"{{sys.argv[2]}}/{{step}}"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(100 * 1.45**step) if step else 0, resource.RLIM_INFINITY))
    try:
        possible, told = change(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    failed += len(told)
    well(folder, possible, told)
print(failed)
"""
    command = [sys.executable, "-c", code, str(pristine), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 5 < int(done.stdout) < 26


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_backup_that_does_not_fit_is_none(
    pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with monkeypatch.context() as patched:
        patched.setattr(os, name, Failing(getattr(os, name), error, 1, True))
        with pytest.raises(IsnadError, match="No space left"):
            backup(pristine, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []
    assert backup(pristine, tmp_path / "copy") == 20


def test_encoding_anew_without_room_leaves_the_library_as_it_was(
    pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.database import Database

    folder = Path(shutil.copytree(pristine, tmp_path / "copy"))
    limit, connect = (folder / "catalogue.sqlite").stat().st_size // 4096, Database._connection

    def limited(self: Database):  # type: ignore[no-untyped-def]
        connection = connect(self)
        connection.execute(f"PRAGMA max_page_count = {limit}")
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(Database, "_connection", limited)
        with pytest.raises(IsnadError, match="full"):
            reencode(folder, FakeEncoder(512, name="wide"))
    well(folder, [BEFORE])
