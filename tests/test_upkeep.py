"""isnad check, its options, and isnad backup, on libraries that are well and on some that do not open."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import make_article

from rag import Library
from rag.terminal import run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("upkeep") / "library"
    with Library.open(folder) as lib:
        lib.add([make_article(n) for n in range(12)])
        lib.add([make_article(n, salt="new") for n in range(3)])
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "library"))


Told = tuple[int, str, list[str]]


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> Told:
    capsys.readouterr()
    status = run([str(one) for one in arguments])
    out, err = capsys.readouterr()
    return status, out, err.splitlines()


def damage(folder: Path, statement: str) -> None:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_backup_is_a_library(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "backup", tmp_path / "copy", "--library", folder)
    assert (status, err) == (0, [])
    assert "12 articles" in out
    assert call(capsys, "check", "--library", tmp_path / "copy") == (0, "all is well\n", [])
    status, out, err = call(capsys, "backup", tmp_path / "copy", "--library", folder, "--json")
    assert (status, out, len(err)) == (1, "", 1)
    assert "name a new folder" in err[0]
    with Library.open(folder) as lib:
        assert lib.backup(tmp_path / "other") == 12


def test_a_damaged_article_is_named_and_the_rest_can_be_saved(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(folder, "UPDATE article SET text = replace(text, 'a', 'b') WHERE id = 'a7'")
    for options in ([], ["--repair"]):
        status, out, err = call(capsys, "check", *options, "--library", folder)
        assert status == 1
        assert "'a7' ('Report 7')" in out
        assert len(err) == 1
    assert len(list(folder.glob("vectors-*.faiss"))) == len(list(folder.glob("terms/meta.json"))) == 1  # still of use
    status, out, err = call(capsys, "check", "--salvage", tmp_path / "saved", "--library", folder, "--json")
    assert status == 1  # something is lost
    assert json.loads(out) == {"saved": 11, "lost": ["article 'a7'"]}
    assert err == ["isnad: could not save article 'a7'"]
    assert call(capsys, "check", "--library", tmp_path / "saved") == (0, "all is well\n", [])


def test_a_catalogue_that_does_not_open_is_examined_all_the_same(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(folder, "UPDATE meta SET value = '99' WHERE key = 'passages'")
    status, _, err = call(capsys, "search", "مخيم", "--library", folder)
    assert (status, len(err)) == (1, 1)
    assert "isnad check --salvage" in err[0]
    status, out, _ = call(capsys, "check", "--library", folder)
    assert status == 1
    assert "manifest: it is not what was stored" in out
    status, out, _ = call(capsys, "check", "--salvage", tmp_path / "saved", "--library", folder)
    assert (status, out) == (0, f"saved 12 articles in {tmp_path / 'saved'}\n")


def test_changes_that_were_lost_are_told_and_confirmed(
    made: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(capsys, "backup", tmp_path / "copy", "--library", folder)[0] == 0
    with Library.open(folder) as lib:
        lib.add([make_article(n, salt="later") for n in range(9)])
    shutil.copy(tmp_path / "copy" / "catalogue.sqlite", folder)
    status, _, err = call(capsys, "status", "--library", folder)
    assert (status, len(err)) == (1, 1)
    assert "isnad check --repair" in err[0]
    assert call(capsys, "check", "--library", folder)[0] == 1
    status, out, err = call(capsys, "check", "--repair", "--library", folder)
    assert (status, err) == (0, [])
    assert "all is well" in out
    with Library.open(folder) as lib, Library.open(made) as former:
        assert list(lib.articles()) == list(former.articles())


def test_compacting_says_what_it_won(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Library.open(folder) as lib:
        lib.remove(["a3", "a4"])
    status, out, _ = call(capsys, "check", "--compact", "--library", folder, "--json")
    told = json.loads(out)
    assert status == 0
    assert told["size"] < told["size_before"]
    assert "compacted: " in call(capsys, "check", "--compact", "--library", folder)[1]
