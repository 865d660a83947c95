"""Ctrl-C while articles are indexed: it ends at the border of a batch, says how to go on, and the next run does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from conftest import make_article

import index.indexing
from index.catalogue import Filter
from index.encoder import load_encoder
from index.store import Store
from rag import Library
from rag.interrupting import stopping
from rag.terminal import run

ARTICLES = [make_article(n, sentences=2) for n in range(50)]
BATCH = 8


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    lines = [json.dumps({"id": a.id, "title": a.title, "text": a.text, "date": a.date}) for a in ARTICLES]
    (tmp_path / "archive.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(index.indexing, "_BATCH_ARTICLES", BATCH)
    return tmp_path / "archive.jsonl"


def everything(folder: Path) -> list[object]:
    """Articles, and what the indexes find: of terms all, without scores, which count what a change has replaced."""
    encoder = load_encoder(None)
    store = Store(folder, encoder)
    try:
        assert store.check() == []
        found: list[object] = [list(store.articles())]
        for vector in encoder.encode(["ملف مخيم الهول", "heavy rain in the villages"], kind="query"):
            hits = store.dense(vector, 30, Filter())
            found.append([(store.passages([i])[i], round(score, 5)) for i, score in hits])
        found += [sorted(i for i, _ in store.lexical([{("stems", s): 1.0}], 9_999, Filter())) for s in ("هول", "camp")]
        return found
    finally:
        store.close()


@pytest.mark.parametrize("presses", [1, 2])
@pytest.mark.parametrize("at", [1, 3])
def test_two_runs_with_an_interruption_make_the_library_of_one(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at: int,
    presses: int,
) -> None:
    assert run(["index", str(archive), "--library", str(tmp_path / "one")]) == 0
    stored, store = [], index.indexing._store

    def pressed(*given: object) -> None:
        stored.append(1)
        if len(stored) == at:
            for _ in range(presses):
                signal.raise_signal(signal.SIGINT)
        store(*given)  # type: ignore[arg-type]

    command = ["index", str(archive), "--library", str(tmp_path / "two")]
    with monkeypatch.context() as patched:
        patched.setattr(index.indexing, "_store", pressed)
        capsys.readouterr()
        assert run(command) == 130
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "isnad: stopping when this batch is stored; Ctrl-C again stops at once"
    assert said[1].startswith("isnad: interrupted; what was stored is kept, and the same command goes on from there")
    with Library.open(tmp_path / "two") as lib:
        assert lib.status().articles == BATCH * (at if presses == 1 else at - 1)
        assert lib.check() == []
    assert run([*command, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["unchanged"] == BATCH * (at if presses == 1 else at - 1)
    assert everything(tmp_path / "two") == everything(tmp_path / "one")


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_the_program_itself_ends_with_130(tmp_path: Path) -> None:
    pipe = tmp_path / "endless.jsonl"
    text = "\n".join(
        json.dumps({"id": a.id, "text": a.text}) for a in (make_article(n, sentences=1) for n in range(2000))
    )
    pipe.write_text(text, encoding="utf-8")
    code = """
import os, signal, index.indexing
from rag.terminal import main
store = index.indexing._store
def told(*given):
    store(*given)
    os.write(1, b"stored\\n")
index.indexing._store = told
main()
"""
    command = [sys.executable, "-c", code, "index", str(pipe), "--library", str(tmp_path / "library")]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, cwd=root, stdout=-1, stderr=-1, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "stored\n"
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "Traceback" not in errors
    with Library.open(tmp_path / "library") as lib:
        assert 0 < lib.status().articles < 2000
        assert lib.status().articles % 512 == 0


def test_other_threads_are_left_alone() -> None:
    heard: list[bool] = []

    def work() -> None:
        with stopping(print) as stop:
            heard.append(stop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert heard == [False]
    with stopping(print):
        pass
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
