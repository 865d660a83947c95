"""The benchmark of the page measures what it says, and the page is warm when it is first asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.page import many_users
from index.errors import IsnadError
from rag import Article, Library
from rag.page.warming import _QUESTIONS, warm_up
from rag.question import language_of
from rag.times.words import grammar

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "library"
    with Library.open(path) as lib:
        lib.add_files([ROOT / "seeds"])
        lib.add([Article("dam", "The dam of Basra held on Monday.", date="2020-05-04")])
    return path


def test_users_at_once_all_get_their_answers_and_errors_are_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = ["Who leads the Popular Mobilization?", "When was Qassem Soleimani killed?", "أين مخيم الهول؟", "؟!"]
    many_users(folder, questions, 2)
    told = capsys.readouterr().out
    assert "2 users at once, 4 questions to /ask: 1 errors" in told
    p50, p95 = map(float, re.findall(r"p\d\d (\d+\.\d\d) s", told))
    assert 0 < p50 <= p95


def test_warming_up_loads_all_languages_and_fails_silently_where_questions_would_say_why(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {language_of(question) for question in _QUESTIONS} == {"ar", "en", "fr"}
    with Library.open(folder) as lib, Library.open(tmp_path / "empty") as empty:
        grammar.cache_clear()
        for one in (lib, empty):
            warm_up(one).join()
        loaded = grammar.cache_info().misses
        assert loaded
        assert lib._expander._matcher is not None
        for question in ("Who was killed in May?", "من قتل في أيار؟", "Qui est mort en mai ?"):
            lib.ask(question)
        assert grammar.cache_info().misses == loaded

        def broken(*_: object, **__: object) -> None:
            raise IsnadError("the disk is full")

        monkeypatch.setattr(Library, "ask", broken)
        warm_up(lib).join()  # an error in a thread would fail this test
