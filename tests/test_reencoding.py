"""Re-encoding: a library under another encoder, all or nothing; nobody reads with one the vectors of another."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import FakeEncoder, add, make_article, tree

from index.catalogue import Filter
from index.entries import encoded
from index.errors import EncoderError, EncoderMismatch, LibraryError
from index.passages import passages
from index.reencoding import reencode
from index.staging import Stage
from index.store import Store

ARTICLES = [make_article(n) for n in range(150)]  # more than a page of the catalogue
OLD, NEW, WIDE = FakeEncoder(), FakeEncoder(name="new", seed=5), FakeEncoder(24, name="wide", seed=6)

WRONG = FakeEncoder(name="wrong", seed=77)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store = Store(tmp_path / "library", OLD)
    add(store, ARTICLES)
    store.close()
    return tmp_path / "library"


def found(store: Store, encoder: FakeEncoder) -> list[list[tuple[str, int, float]]]:
    """What a few queries find: article, start and cosine, without the ids of the passages."""
    out = []
    for article in ARTICLES[::29]:
        hits = store.dense(encoder.encode([article.text[:80]])[0], 5, Filter())
        texts = store.passages([number for number, _ in hits])
        out.append([(texts[n].article_id, texts[n].start, round(score, 5)) for n, score in hits])
    return out


@pytest.mark.parametrize("encoder", [NEW, WIDE])
def test_it_is_the_library_that_indexing_with_the_new_encoder_makes(folder: Path, tmp_path: Path, encoder) -> None:
    fresh = Store(tmp_path / "fresh", encoder)
    add(fresh, ARTICLES, encoder)
    assert reencode(folder, encoder) == fresh.status().passages
    store = Store(folder, encoder)
    assert store.check() == []
    assert found(store, encoder) == found(fresh, encoder)
    assert list(store.articles()) == ARTICLES
    about = store.status()
    assert (about.encoder, about.fingerprint, about.dimension) == (
        encoder.name,
        encoder.fingerprint,
        encoder.dimension,
    )
    add(store, [make_article(900)], encoder)
    assert store.check() == []
    store.close()
    fresh.close()
    with pytest.raises(EncoderMismatch):
        Store(folder, OLD)


def test_the_same_encoder_changes_nothing(folder: Path) -> None:
    before = tree(folder)
    assert reencode(folder, OLD) == 0
    assert tree(folder) == before


def test_no_passage_gets_an_id_that_another_had(folder: Path) -> None:
    store = Store(folder, OLD)
    before = set(store._vectors.ids().tolist())
    store.close()
    reencode(folder, NEW)
    store = Store(folder, NEW)
    with store.snapshot():
        assert not before & set(store._vectors.ids().tolist())
    store.close()


def test_who_has_it_open_reads_it_as_it_was_and_is_then_told(folder: Path) -> None:
    reader = Store(folder, OLD)
    before = found(reader, OLD)
    seen = []

    class Watched(FakeEncoder):
        def encode(self, texts: Sequence[str], *, kind: str = "passage") -> np.ndarray:  # type: ignore[override]
            seen.append(found(reader, OLD))  # another connection, in the middle of it
            return super().encode(texts)

    reencode(folder, Watched(name="new", seed=5))
    assert seen
    assert all(view == before for view in seen)
    with pytest.raises(EncoderMismatch, match="fake"):
        found(reader, OLD)
    with pytest.raises(EncoderMismatch):
        add(reader, [make_article(901)])
    reader.close()


def test_an_encoder_that_fails_half_way_leaves_all_as_it_was(folder: Path) -> None:
    class Broken(FakeEncoder):
        calls = 0

        def encode(self, texts: Sequence[str], *, kind: str = "passage") -> np.ndarray:  # type: ignore[override]
            Broken.calls += 1
            return super().encode(texts) if Broken.calls < 2 else np.full((len(texts), 16), np.nan, np.float32)

    before = Store(folder, OLD)
    was = found(before, OLD)
    before.close()
    with pytest.raises(EncoderError, match="mend the model"):
        reencode(folder, Broken(name="broken", seed=9))
    store = Store(folder, OLD)
    assert store.check() == []
    assert found(store, OLD) == was
    store.close()


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_process_killed_half_way_leaves_all_as_it_was_and_the_next_goes_on(
    folder: Path, tmp_path: Path, call: int
) -> None:
    before = Store(folder, OLD)
    was = found(before, OLD)
    before.close()
    code = f"""
import os, signal, sys
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[1])!r}]
from pathlib import Path
from conftest import FakeEncoder
from index.reencoding import reencode
class Dying(FakeEncoder):
    calls = 0
    def encode(self, texts, *, kind="passage"):
        Dying.calls += 1
        if Dying.calls == {call}: os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)
reencode(Path({str(folder)!r}), Dying(name="new", seed=5))
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    store = Store(folder, OLD)
    assert store.check() == []
    assert found(store, OLD) == was
    add(store, [make_article(950)])  # goes on in between
    store.close()
    counted: list[int] = []

    class Counting(FakeEncoder):
        def encode(self, texts: Sequence[str], *, kind: str = "passage") -> np.ndarray:  # type: ignore[override]
            counted.append(len(texts))
            return super().encode(texts)

    count = reencode(folder, Counting(name="new", seed=5))
    per_article = count / 151
    assert sum(counted) <= count - 64 * (call - 1) * per_article + 5  # pages that were put aside are not encoded again
    fresh = Store(tmp_path / "fresh", NEW)
    add(fresh, [*ARTICLES, make_article(950)], NEW)
    store = Store(folder, NEW)
    assert store.check() == []
    assert found(store, NEW) == found(fresh, NEW)
    store.close()
    fresh.close()
    assert not list(folder.glob("reencoding*"))


@pytest.mark.parametrize("ruin", ["another encoder", "junk", "a byte"])
def test_what_was_put_aside_and_is_not_to_be_used_is_made_again(folder: Path, tmp_path: Path, ruin: str) -> None:
    stage = Stage(folder, OLD.fingerprint if ruin == "another encoder" else NEW.fingerprint, NEW.dimension)
    entries = encoded([(a, passages(a.text)) for a in ARTICLES], WRONG if ruin == "another encoder" else NEW)
    stage.put(entries)
    stage.close()
    if ruin == "junk":
        (folder / "reencoding.sqlite").write_bytes(b"junk" * 5000)
    elif ruin == "a byte":
        connection = sqlite3.connect(folder / "reencoding.sqlite")
        connection.execute("UPDATE staged SET vectors = zeroblob(length(vectors))")
        connection.commit()
        connection.close()
    reencode(folder, NEW)
    fresh = Store(tmp_path / "fresh", NEW)
    add(fresh, ARTICLES, NEW)
    store = Store(folder, NEW)
    assert store.check() == []
    assert found(store, NEW) == found(fresh, NEW)
    store.close()
    fresh.close()


def test_another_process_may_write_while_it_is_encoded(folder: Path) -> None:
    other = Store(folder, OLD)

    class Beside(FakeEncoder):
        done = False

        def encode(self, texts: Sequence[str], *, kind: str = "passage") -> np.ndarray:  # type: ignore[override]
            if not Beside.done:
                Beside.done = True
                add(other, [make_article(700)], OLD)
                with other.writing():
                    other.remove(["a3"])
            return super().encode(texts)

    reencode(folder, Beside(name="new", seed=5))
    other.close()
    store = Store(folder, NEW)
    assert store.check() == []
    held = {article.id for article in store.articles()}
    assert held == {article.id for article in ARTICLES} - {"a3"} | {"a700"}
    store.close()


def test_a_folder_that_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryError):
        reencode(tmp_path / "nothing", NEW)


def test_articles_beside_no_library_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("نص", encoding="utf-8")
    with pytest.raises(LibraryError, match="there is no library"):
        reencode(tmp_path, NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["article.txt"]


def test_a_model_that_was_only_moved_gives_its_new_name(folder: Path) -> None:
    moved = FakeEncoder(name="moved")  # the same fingerprint
    assert reencode(folder, moved) == 0
    store = Store(folder, moved)
    assert store.status().encoder == "moved"
    assert store.check() == []
    store.close()
