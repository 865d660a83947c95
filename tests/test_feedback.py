"""Feedback: what was judged is kept through kills, threads and damage, is printed harmlessly, and becomes questions."""

from __future__ import annotations

import csv
import doctest
import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.judgements
from eval.dataset import load
from eval.measuring import measure
from rag import Answer, Article, Citation, Judgement, Library, LibraryError, QueryError
from rag.feedback import LONGEST_NOTE, Feedback, Quoted
from rag.judgements import as_csv, questions, write_lines
from rag.terminal import run

ROOT = Path(__file__).parent.parent
TEXT = "The dam north of Basra held on Monday. It was built in 1987 by the ministry."
QUOTE = "It was built in 1987 by the ministry."
START = TEXT.index(QUOTE)
CITED = Citation(1, "dam", "Dam", None, None, None, QUOTE, START, START + len(QUOTE), 0.9)
GOOD = Answer("When was the dam built?", True, QUOTE, 0.9, citations=(CITED,))
REFUSED = Answer("Who painted the dam?", False, "No article in this library answers that.", 0.1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of one article."""
    path = tmp_path / "library"
    with Library.open(path) as lib:
        lib.add([Article("dam", TEXT, "Dam")])
    return path


@pytest.fixture
def feedback(folder: Path) -> Feedback:
    return Feedback(folder)


def verdicts(feedback: Feedback) -> list[tuple[str, str]]:
    return [(one.question, one.verdict) for one in feedback.judgements()]


# -- what is kept ------------------------------------------------------------------------------------------------------


def test_all_of_a_judgement_is_kept_the_newest_first(feedback: Feedback) -> None:
    feedback.record(GOOD, "up", " exact \n", reader="amal")
    feedback.record(replace(REFUSED, completed="Who painted it? (the dam)", model="m"), "down")
    second, first = feedback.judgements()
    assert (first.verdict, first.note, first.reader, first.question) == ("up", "exact", "amal", GOOD.question)
    assert (first.text, first.answered, first.confidence) == (GOOD.text, True, 0.9)
    assert first.citations == (Quoted("dam", START, START + len(QUOTE), QUOTE),)
    assert (second.completed, second.model, second.reader, second.answered) == (
        "Who painted it? (the dam)", "m", None, False,
    )  # fmt: skip
    assert first.time <= second.time
    assert second.time.endswith("Z")
    assert [one.verdict for one in feedback.judgements("up")] == ["up"]
    assert len(feedback.judgements(since=first.time[:10])) == 2
    assert feedback.judgements(since="2999-01-01") == []


def test_who_judges_again_changes_their_own_mind_and_no_other(feedback: Feedback) -> None:
    feedback.record(GOOD, "up", "yes", reader="amal", visit="1")
    feedback.record(GOOD, "down", "no", visit="2")
    feedback.record(GOOD, "down", "on second thoughts", reader="amal", visit="3")
    assert [(one.reader, one.verdict, one.note) for one in feedback.judgements()] == [
        ("amal", "down", "on second thoughts"),
        (None, "down", "no"),
    ]
    feedback.record(replace(GOOD, text="In 1987."), "up", reader="amal")  # another answer to the question
    assert len(feedback.judgements()) == 3
    feedback.withdraw(GOOD, reader="amal", visit="4")
    feedback.withdraw(GOOD, visit="1")
    assert [one.reader for one in feedback.judgements()] == ["amal", None]


def test_what_is_no_judgement_is_refused(feedback: Feedback) -> None:
    with pytest.raises(QueryError, match="up and down"):
        feedback.record(GOOD, "sideways")  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="2,000"):
        feedback.record(GOOD, "up", "x" * (LONGEST_NOTE + 1))
    with pytest.raises(QueryError, match="YYYY-MM-DD"):
        feedback.judgements(since="yesterday")
    assert feedback.judgements() == []


@given(st.text(st.characters(exclude_categories=()), max_size=50))
def test_any_note_is_kept(tmp_path_factory: pytest.TempPathFactory, note: str) -> None:
    kept = Feedback(tmp_path_factory.mktemp("notes"))
    kept.record(replace(GOOD, question=note), "down", note)
    (one,) = kept.judgements()
    stored = note.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    assert (one.note, one.question) == (stored.strip(), stored)


CHILD = """
import sys
from pathlib import Path
from rag import Answer
from rag.feedback import Feedback
feedback = Feedback(Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    feedback.record(Answer(f"question {sys.argv[2]}-{n}", True, "text", 0.5), "up")
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def children(folder: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that record twenty judgements each, say so, and wait."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), name, "20"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for name in "ab"
    ]
    yield started
    for child in started:
        with child:
            child.kill()


def test_processes_and_threads_record_at_once_and_a_kill_takes_nothing(
    feedback: Feedback, children: list[subprocess.Popen[str]]
) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: feedback.record(replace(GOOD, question=f"thread-{n}"), "down"), range(20)))
        while any(child.poll() is None for child in children) and len(feedback.judgements("up")) < 40:
            pass  # reading all the while
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "done\n"
        child.kill()
    names = {f"question {name}-{n}" for name in "ab" for n in range(20)}
    assert {one.question for one in feedback.judgements("up")} == names
    assert len(feedback.judgements("down")) == 20


def test_who_judges_does_not_wait_for_who_indexes(folder: Path) -> None:
    with Library.open(folder) as lib, lib._store.writing(), lib._store._catalogue.transaction():
        lib.feedback.record(GOOD, "up")
        assert len(lib.feedback.judgements()) == 1


# -- the file ----------------------------------------------------------------------------------------------------------


def test_the_library_opens_and_is_well_with_feedback_and_reading_makes_no_file(folder: Path) -> None:
    with Library.open(folder) as lib:
        before = lib.status().size
        assert lib.feedback.judgements() == []
        assert not list(folder.glob("feedback*"))
        lib.feedback.record(GOOD, "up")
        assert lib.status().size > before
    with Library.open(folder) as lib:
        assert lib.check() == []
        assert verdicts(lib.feedback) == [(GOOD.question, "up")]
        lib.repair()
        assert lib.check() == []
    Library.reencode(folder)
    assert verdicts(Feedback(folder)) == [(GOOD.question, "up")]


def damage(file: Path, how: str) -> None:
    if how == "no database":
        file.write_bytes(b"not a database, but long enough to be looked at " * 100)
    elif how == "cut":
        file.write_bytes(file.read_bytes()[:6000])
    else:  # every page but the first
        whole = file.read_bytes()
        file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


@pytest.mark.parametrize("how", ["no database", "cut", "overwritten"])
@pytest.mark.parametrize("first", ["read", "write"])
def test_a_damaged_file_is_told_of_and_set_aside(
    folder: Path, caplog: pytest.LogCaptureFixture, how: str, first: str
) -> None:
    for n in range(30):
        Feedback(folder).record(replace(GOOD, question=f"question {n}"), "up", "note " * 100)
    file = folder / "feedback.sqlite"
    damage(file, how)
    damaged = file.read_bytes()
    with Library.open(folder) as lib, caplog.at_level(logging.WARNING):
        assert lib.check() == []
        assert lib.search("dam")
        if first == "read":
            assert lib.feedback.judgements() == []
        lib.feedback.record(GOOD, "down")
        assert verdicts(lib.feedback) == [(GOOD.question, "down")]
    (aside,) = folder.glob("feedback-damaged-*.sqlite")
    assert aside.read_bytes() == damaged
    (told,) = [record.getMessage() for record in caplog.records]
    assert aside.name in told
    assert "\n" not in told


def test_a_file_that_is_damaged_while_it_is_in_use(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    feedback = Feedback(folder)
    for n in range(30):
        feedback.record(replace(GOOD, question=f"question {n}"), "up", "note " * 100)
    damage(folder / "feedback.sqlite", "overwritten")
    assert feedback.judgements() == []
    feedback.record(GOOD, "up")
    assert verdicts(feedback) == [(GOOD.question, "up")]
    assert len(caplog.records) == 1


def test_a_row_changed_by_hand_costs_no_other(
    folder: Path, feedback: Feedback, caplog: pytest.LogCaptureFixture
) -> None:
    import sqlite3

    feedback.record(GOOD, "up")
    feedback.record(REFUSED, "up")
    connection = sqlite3.connect(folder / "feedback.sqlite")
    connection.execute("UPDATE judgement SET citations = '[{' WHERE answered")
    connection.commit()
    connection.close()
    assert verdicts(feedback) == [(REFUSED.question, "up")]
    assert "left out" in caplog.text


def test_feedback_of_a_newer_isnad_is_left_alone(folder: Path, feedback: Feedback) -> None:
    import sqlite3

    feedback.record(GOOD, "up")
    connection = sqlite3.connect(folder / "feedback.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    for call in (feedback.judgements, lambda: feedback.record(GOOD, "down")):
        with pytest.raises(LibraryError, match="newer"):
            call()  # type: ignore[operator]
    assert [path.name for path in folder.glob("feedback*.sqlite")] == ["feedback.sqlite"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="to root no folder is closed")
def test_a_folder_that_cannot_be_written_is_told_in_a_line(folder: Path, feedback: Feedback) -> None:
    folder.chmod(0o500)
    try:
        with pytest.raises(LibraryError, match="can be written"):
            feedback.record(GOOD, "up")
    finally:
        folder.chmod(0o700)


# -- what is printed ---------------------------------------------------------------------------------------------------

HOSTILE = '=HYPERLINK("http://evil.example")\x1b]0;owned\x07\x1b[31m \u202eevil\x9b2J\n+1'


def test_the_command_prints_hostile_notes_harmlessly(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feedback = Feedback(folder)
    for at, note in enumerate((HOSTILE, "@SUM(A1)", "fine")):
        feedback.record(replace(GOOD, question=f"{at}? {HOSTILE}"), "down", note, reader=HOSTILE)
    feedback.record(REFUSED, "up")
    call = ["feedback", "--library", str(folder)]
    for more in ([], ["--csv"]):
        assert run([*call, *more]) == 0
        out = capsys.readouterr().out
        assert "fine" in out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 4
    assert not [value for row in rows for value in row.values() if value[:1] in "=+-@" and value]
    assert [row["note"] for row in rows if row["note"].startswith("'@")] == ["'@SUM(A1)"]
    assert run([*call, "--down", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["feedback"]
    assert [one["verdict"] for one in told] == ["down"] * 3
    assert told[-1]["note"] == HOSTILE
    assert told[0]["citations"] == [{"article_id": "dam", "start": START, "end": START + len(QUOTE), "quote": QUOTE}]
    assert run([*call, "--up", "--since", "2999-01-01"]) == 0
    assert capsys.readouterr().out == "no answer was judged\n"


@given(st.text())
def test_no_cell_is_a_formula_or_more_than_a_line(text: str) -> None:
    judged = Judgement("t", "up", text, text, text, None, text, True, 0.5, (Quoted(text, 0, 1, text),), text)
    head, row = csv.reader(io.StringIO(as_csv([judged])))
    assert len(head) == len(row)
    assert not [value for value in row if value and value[0] in "=+-@\t\r\n"]
    assert not [value for value in row if "\n" in value or "\x1b" in value]


@pytest.mark.parametrize(
    "options", [["--up", "--down"], ["--csv", "--json"], ["--questions", "x.jsonl", "--down"], ["--since", "soon"],
                ["--questions", "nowhere/x.jsonl"], ["--questions", "x.jsonl"]],
)  # fmt: skip
def test_a_wrong_call_is_told_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert run(["feedback", "--library", str(folder), *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert not (folder.parent / "x.jsonl").exists()


# -- questions ---------------------------------------------------------------------------------------------------------


def test_good_answers_become_questions_that_eval_measures(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library.open(folder) as lib:
        answer = lib.ask("When was the dam of Basra built?")
        assert answer.answered
        lib.feedback.record(answer, "up")
        lib.feedback.record(REFUSED, "up")
        lib.feedback.record(replace(GOOD, question="Did the dam hold?"), "down")
        gone = replace(CITED, article_id="gone", quote="It fell.")
        lib.feedback.record(Answer("What fell?", True, "It fell.", 0.8, citations=(gone,)), "up")
        written = tmp_path / "judged.jsonl"
        assert run(["feedback", "--library", str(folder), "--questions", str(written)]) == 0
        told = capsys.readouterr()
        assert "2 questions" in told.out
        assert "1 left out" in told.err
        data = load(written)
        assert {(query.text, query.quotes) for query in data.queries} == {
            (answer.question, tuple(c.quote for c in answer.citations)),
            (REFUSED.question, ()),
        }
        # What was judged good is right by the measure, for the library has not changed since.
        figures = measure(data, folder, jobs=1).figures()
        assert (figures["cited"], figures["refused"]) == (1.0, 1.0)
    before = written.read_text("utf-8")
    assert run(["feedback", "--library", str(folder), "--questions", str(written)]) == 0
    assert written.read_text("utf-8") == before


def test_readers_who_disagree_make_no_question_and_good_answers_outdo_refusals() -> None:
    def judged(verdict: str, answer: Answer) -> Judgement:
        places = tuple(Quoted(c.article_id, c.start, c.end, c.quote) for c in answer.citations)
        return Judgement(
            "t", verdict, "", None, answer.question, answer.completed, answer.text, answer.answered, 0.5, places, None
        )  # type: ignore[arg-type]

    texts = {"dam": TEXT}
    assert questions([judged("up", GOOD), judged("down", GOOD)], texts) == ([], 0)
    rows, gone = questions([judged("up", GOOD), judged("down", GOOD), judged("up", GOOD)], texts)
    assert [row["quotes"] for row in rows] == [[QUOTE]]
    refusal = replace(REFUSED, question=GOOD.question)
    rows, gone = questions([judged("up", refusal), judged("up", GOOD)], texts)
    assert ([row["quotes"] for row in rows], gone) == ([[QUOTE]], 0)
    follow = replace(GOOD, completed="When was it built? (the dam)")
    assert questions([judged("up", follow)], texts)[0][0]["question"] == "When was it built? (the dam)"


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1))
def test_any_question_and_quote_survives_the_file(
    tmp_path_factory: pytest.TempPathFactory, question: str, quote: str
) -> None:
    file = tmp_path_factory.mktemp("lines") / "x.jsonl"
    judged = Judgement("t", "up", "", None, question, None, quote, True, 0.5, (Quoted("a", 0, 1, quote),), None)
    write_lines(questions([judged], {"a": f"{quote} and more"})[0], file)
    (query,) = load(file).queries
    assert (query.text, query.quotes) == (question, (quote,))


def test_doctests_hold() -> None:
    assert doctest.testmod(rag.judgements).failed == 0
