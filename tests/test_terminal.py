"""The command line: what it promises to scripts, what it shows to people, and what it says when something is wrong."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import FakeEncoder
from hypothesis import given
from hypothesis import strategies as st

from rag import Article, Library
from rag.printing import Sheet, clean, print_answer, print_hits, wrap
from rag.terminal import run

ROOT = Path(__file__).parent.parent
SEED = ROOT / "seeds" / "000_3b60c38ddd2c929d.txt"
HOSTILE = (
    "The [bold]minister[/bold]\x1b[31m said\x1b]8;;http://evil.example\x07 in Basra\x1b]8;;\x07"
    " that\u202e the \x9b2Jdam held."
)
ARTICLES = [
    Article(
        id="hol",
        title="مباحثات حول مخيم الهول",
        text="بحث الجانبان أمس في بغداد ملف مخيم الهول وإعادة العائلات. وقال الوزير إن العمل يستمر حتى نهاية العام.",
        date="2021-05-04",
        source="الجزيرة",
        url="https://news.example/hol",
    ),
    Article(
        id="dam",
        title="The \x1b]0;owned\x07dam\u202e of Basra",
        text=HOSTILE,
        date="2019-01-02",
        source="Reuters\x1b[5m",
    ),
]
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two articles, for tests that only read."""
    path = tmp_path_factory.mktemp("terminal") / "library"
    with Library.open(path) as lib:
        lib.add(ARTICLES)
    return path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Run one command in this process: (exit status, stdout, stderr)."""

    def run_it(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        return status, *capsys.readouterr()

    return run_it


def program(*arguments: object, env: dict[str, str] | None = None, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run `isnad` as a process of its own, `code` before it."""
    start = f"import sys; sys.argv[0] = 'isnad'\n{code}\nfrom rag.terminal import main; main()"
    return subprocess.run(
        [sys.executable, "-c", start, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | (env or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def only_object(out: str) -> dict[str, Any]:
    """What --json printed: one object on one line, Arabic as it is, and nothing else."""
    assert out.endswith("\n")
    assert out.count("\n") == 1
    assert "\\u06" not in out
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


# -- JSON --------------------------------------------------------------------------------------------------------------


def test_an_answer_in_json_has_the_promised_fields_and_quotes_to_the_character(call: Call, folder: Path) -> None:
    status, out, err = call("ask", "ماذا بحث الجانبان حول مخيم الهول؟", "--json", "--library", folder)
    assert (status, err) == (0, "")
    answer = only_object(out)
    assert list(answer)[:6] == ["question", "answered", "text", "confidence", "claims", "citations"]
    assert answer["answered"] is True
    assert 0 <= answer["confidence"] <= 1
    for citation in answer["citations"]:
        fields = ["n", "article_id", "title", "source", "date", "url", "quote", "start", "end", "score"]
        assert list(citation) == [*fields, "articles", "outlets", "copies", "marks", "context"]
        text = next(article.text for article in ARTICLES if article.id == citation["article_id"])
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    numbers = {citation["n"] for citation in answer["citations"]}
    assert all(claim["text"] and set(claim["citations"]) <= numbers for claim in answer["claims"])


def test_hits_in_json_have_the_promised_fields(call: Call, folder: Path) -> None:
    status, out, _ = call("search", "minister", "--hits", 5, "--json", "--library", folder)
    found = only_object(out)
    assert status == 0
    assert list(found) == ["query", "since", "until", "understood", "hits"]
    assert [hit["rank"] for hit in found["hits"]] == list(range(1, len(found["hits"]) + 1))
    fields = ["rank", "score", "article_id", "title", "source", "date", "url", "text", "start", "end"]
    fields += ["matched", "articles", "outlets", "copies"]
    assert all(sorted(hit) == sorted(fields) for hit in found["hits"])
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_json_keeps_what_articles_say_to_the_letter(call: Call, folder: Path) -> None:
    _, out, _ = call("search", "dam", "--json", "--library", folder)
    assert only_object(out)["hits"][0]["text"] in HOSTILE


def test_filters_reach_the_library(call: Call, folder: Path) -> None:
    def ids(*options: str) -> set[str]:
        _, out, _ = call("search", "بغداد Basra", "--json", "--library", folder, *options)
        return {hit["article_id"] for hit in only_object(out)["hits"]}

    assert ids() == {"hol", "dam"}
    assert ids("--since", "2020-01-01") == {"hol"}
    assert ids("--until", "2020-01-01") == {"dam"}
    assert ids("--source", "الجزيرة") == {"hol"}


def test_a_question_without_an_answer_is_no_failure(call: Call, folder: Path) -> None:
    status, out, err = call("ask", "Who won the chess tournament in Reykjavik?", "--json", "--library", folder)
    assert (status, err) == (0, "")
    assert only_object(out)["answered"] is False


def test_index_counts_and_reports(call: Call, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "a.txt").write_text(SEED.read_text("utf-8"), "utf-8")
    for number in range(25):
        (archive / f"bad{number}.json").write_text("{")
    status, out, err = call("index", archive, "--json", "--library", tmp_path / "library")
    report = only_object(out)
    assert (status, err) == (0, "")
    assert (report["added"], report["unchanged"], report["updated"], report["articles"]) == (1, 0, 0, 1)
    assert report["passages"] > 1
    assert report["seconds"] >= 0
    assert sorted(Path(failure["path"]).name for failure in report["failed"]) == sorted(
        f"bad{n}.json" for n in range(25)
    )
    assert all(failure["why"] for failure in report["failed"])
    status, out, err = call("index", archive, "--library", tmp_path / "library")
    assert status == 0
    assert "unchanged 1" in out
    assert "failed 25" in out
    assert len(err.splitlines()) == 21
    assert "5 more" in err


def test_a_field_can_be_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"x": {"y": "The bridge over the river was closed on Friday."}}\n')
    at = ("--library", tmp_path / "library")
    assert call("index", tmp_path / "a.jsonl", "--field", "text=x.y", *at)[0] == 0
    _, out, _ = call("search", "bridge", "--json", *at)
    assert only_object(out)["hits"][0]["text"].startswith("The bridge")


def test_articles_go_by_id_or_by_file(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ISNAD_LIBRARY", str(tmp_path / "library"))
    Path("one.txt").write_text("The bridge was closed on Friday.")
    with Library.open("library") as lib:
        lib.add(ARTICLES)
    assert call("index", "one.txt")[0] == 0
    status, out, err = call("remove", "one.txt", "nobody", "hol", "--json")
    assert only_object(out) == {"removed": [str(tmp_path / "one.txt"), "hol"], "missing": ["nobody"]}
    assert status == 1
    assert "'nobody'" in err
    assert only_object(call("status", "--json")[1])["articles"] == 1


def test_check_and_repair(call: Call, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add(ARTICLES)
    at = ("--json", "--library", tmp_path / "library")
    assert only_object(call("check", *at)[1]) == {"faults": [], "repaired": False, "left": []}
    assert call("check", "--repair", *at)[0] == 0


def test_faults_are_a_failure(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Library, "check", lambda self: ["vectors: 3 passages are missing"])
    status, out, err = call("check", "--library", folder)
    assert status == 1
    assert "3 passages are missing" in out
    assert "--repair" in err


# -- which library -----------------------------------------------------------------------------------------------------


def test_the_library_is_named_after_the_command_before_it_or_by_the_environment(
    call: Call, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = tmp_path / "nowhere"
    monkeypatch.setenv("ISNAD_LIBRARY", str(nowhere))
    assert call("status")[0] == 1
    assert call("--library", folder, "status")[0] == 0
    assert call("--library", nowhere, "status", "--library", folder)[0] == 0
    monkeypatch.setenv("ISNAD_LIBRARY", str(folder))
    assert call("status")[0] == 0
    assert only_object(call("--json", "status")[1])["path"] == str(folder)
    monkeypatch.delenv("ISNAD_LIBRARY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    status, _, err = call("status")
    assert status == 1
    assert str(tmp_path) in err


@pytest.mark.parametrize("command", [["ask", "x"], ["search", "x"], ["status"], ["check"], ["remove", "x"], ["serve"]])
def test_reading_never_makes_a_library(call: Call, tmp_path: Path, command: list[str]) -> None:
    for missing in (tmp_path / "none", tmp_path / "empty"):
        if missing.name == "empty":
            missing.mkdir()
        status, out, err = call(*command, "--library", missing)
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert f"isnad index PATH... --library {missing}" in err
        assert not missing.exists() or not list(missing.iterdir())


def test_a_mistyped_path_leaves_no_library_behind(call: Call, tmp_path: Path) -> None:
    status, out, _ = call("index", tmp_path / "nope.txt", "--json", "--library", tmp_path / "library")
    assert status == 1
    assert [Path(failure["path"]).name for failure in only_object(out)["failed"]] == ["nope.txt"]
    assert not (tmp_path / "library").exists()


# -- wrong calls and failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "QUESTION"),
        (["index"], "PATH"),
        (["nosuch"], "nosuch"),
        (["ask", "x", "--nosuch"], "--nosuch"),
        (["ask", "x", "--library"], "--library"),
        (["search", "x", "-k", "many"], "--hits"),
        (["search", "x", "-k", "0"], "at least 1"),
        (["ask", " "], "empty"),
        (["ask", "x", "--since", "yesterday"], "YYYY-MM-DD"),
        (["ask", "x", "--since", "2020-01-02", "--until", "2020-01-01"], "after"),
        (["ask", "x", "--source", "Nobody"], "Nobody"),
        (["index", "seeds", "--field", "text"], "text=payload.body"),
        (["index", "seeds", "--field", "txt=body"], "txt"),
        (["eval", "x.jsonl", "--split", "dev"], "development"),
        (["serve", "--port", "99999"], "--port"),
        (["serve", "--host", "0.0.0.0"], "--auth"),
    ],
)
def test_a_wrong_call_gets_one_line_and_status_2(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.setenv("ISNAD_LIBRARY", str(folder))
    status, out, err = call(*arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("isnad: ")
    assert said in err
    assert call(*arguments[:1], "--debug", *arguments[1:])[0] == 2


def test_a_failure_gets_one_line_and_status_1(call: Call, tmp_path: Path) -> None:
    (tmp_path / "stranger.txt").write_text("x")
    status, out, err = call("index", SEED, "--library", tmp_path)
    assert (status, out, err.count("\n")) == (1, "", 1)
    status, out, err = call("eval", tmp_path / "nosuch.jsonl", "--library", tmp_path)
    assert (status, out, err.count("\n")) == (1, "", 1)


def test_what_nobody_foresaw_gets_one_line_too_and_a_traceback_only_when_asked_for(folder: Path) -> None:
    boom = "import rag\ndef boom(self): raise RuntimeError('two\\nlines')\nrag.Library.status = boom"
    done = program("status", "--library", folder, code=boom)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "RuntimeError" in done.stderr
    done = program("status", "--debug", "--library", folder, code=boom)
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_an_interruption_is_told(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(self: Library) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "status", interrupt)
    status, out, err = call("status", "--library", folder)
    assert (status, out, err.count("\n")) == (130, "", 1)
    assert "interrupted" in err


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    start = "import sys; from rag.terminal import main; main()"
    command = [sys.executable, "-c", start, "search", "الهول", "--library", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""  # as of programs that a signal ends, but for the status
    assert process.returncode == 1


# -- what people see ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(folder: Path) -> Callable[[bool], str]:
    """An answer and the hits for both articles as they are printed: on a terminal (True) or into a pipe."""
    with Library.open(folder) as lib:
        answer = lib.ask("ماذا بحث الجانبان حول مخيم الهول؟")
        hits = lib.search("minister dam بغداد")

    def show(terminal: bool) -> str:
        stream = io.StringIO()
        sheet = Sheet(stream, terminal=terminal)
        print_answer(answer, sheet)
        print_hits(hits, sheet)
        return stream.getvalue()

    assert answer.answered
    return show


_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_ISOLATE = re.compile("[\u2066\u2067]([^\u2066-\u2069]*)\u2069")


def test_articles_cannot_steer_the_terminal(shown: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for terminal in (True, False):
        bare = _STYLE.sub("", shown(terminal)) if terminal else shown(terminal)
        bare = _ISOLATE.sub(r"\1", bare) if terminal else bare
        assert not [c for c in bare if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", bare)
        assert "evil.example" not in bare
        assert "owned" not in bare
        assert "[bold]minister[/bold] said in Basra" in " ".join(bare.split())


def test_on_a_terminal_every_line_of_arabic_is_isolated_and_keeps_its_number(
    shown: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    lines = _STYLE.sub("", shown(True)).splitlines()
    arabic = [line for line in lines if re.search("[\u0621-\u064a]", line)]
    assert arabic
    for line in arabic:
        assert not re.search("[\u0621-\u064a]", _ISOLATE.sub("", line))
    assert any("[1]\u2069" in line for line in arabic)  # after the sentence, within its direction
    assert all(len(_ISOLATE.sub(r"\1", line)) <= 40 for line in arabic)
    monkeypatch.setenv("TERM", "linux")
    assert "\u2067" not in shown(True)


def test_a_pipe_gets_whole_sentences_and_nothing_else(
    shown: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    bare = shown(False)
    assert "\x1b" not in bare
    assert "\u2067" not in bare
    assert "بحث الجانبان أمس في بغداد ملف مخيم الهول وإعادة العائلات. [1]\n" in bare
    assert "[1] مباحثات حول مخيم الهول\n" in bare
    assert "الجزيرة · 2021-05-04\n" in bare
    assert "https://news.example/hol" in bare


def test_no_color_means_none(shown: Callable[[bool], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    coloured = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|9[0-7])")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert coloured.search(shown(True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured.search(shown(True))


def test_arabic_goes_in_and_out_whatever_the_locale(folder: Path) -> None:
    plain = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
    done = program("ask", "ماذا بحث الجانبان حول مخيم الهول؟", "--library", folder, env=plain)
    assert (done.returncode, done.stderr) == (0, "")
    assert "مخيم الهول" in done.stdout


@given(st.text() | st.text(st.sampled_from("\x1b[]()0;31mAB\x07\\\x9b\x9d\u202e\u2066\n\r\t ا\U000e0041\ud800")))
def test_clean_leaves_nothing_that_acts(text: str) -> None:
    found = clean(text)
    assert not [c for c in found if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", found)
    found.encode("utf-8")
    assert clean(found) == found


@given(st.text(st.characters(categories=["L", "N", "P", "Mn", "Zs"])))
def test_clean_loses_nothing_that_is_read(text: str) -> None:
    assert clean(text) == " ".join(text.split())


@given(st.lists(st.text(st.sampled_from("abcاله.\u0651"), min_size=1)), st.integers(1, 30))
def test_lines_are_broken_between_words_only(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert " ".join(lines) == " ".join(words)
    bare = [line.replace("\u0651", "") for line in lines]  # a combining sign takes no room
    assert all(len(line) <= width or " " not in line.strip() for line in bare)


# -- the program as a whole --------------------------------------------------------------------------------------------


def test_ask_imports_nothing_heavy(folder: Path) -> None:
    at_exit = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n'.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr))"
    )
    done = program("ask", "What about the dam?", "--library", folder, code=at_exit)
    assert done.returncode == 0
    heavy = {"torch", "transformers", "sentence_transformers", "llama_index", "gradio", "pandas", "matplotlib", "scipy"}
    heavy |= {"trafilatura", "pypdf", "docx", "dateparser", "sklearn", "nltk"}
    modules = set(done.stderr.split())
    assert "rag" in modules
    assert not modules & heavy


def test_the_page_answers_and_ends_quietly(folder: Path) -> None:
    start = "from rag.terminal import main; main()"
    command = [sys.executable, "-c", start, "serve", "--json", "--port", "0", "--library", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["url"]
            assert address.startswith("http://127.0.0.1:")
            assert "Isnad · إسناد" in httpx.get(address, timeout=20).text
            ask = f"{address}gradio_api/call/ask"
            given = {"data": ["ماذا بحث الجانبان حول مخيم الهول؟", None, None, None, False]}
            asked = httpx.post(ask, json=given, timeout=20).json()
            told = httpx.get(f"{ask}/{asked['event_id']}", timeout=20).text
            answer = json.loads(told.partition("data: ")[2])[0]
            assert "مخيم الهول" in answer["citations"][0]["quote"]
            assert answer["citations"][0]["url"] == "https://news.example/hol"
        finally:
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (0, "", "")


# -- another encoder ---------------------------------------------------------------------------------------------------


def test_a_library_of_an_earlier_built_in_model_is_encoded_anew_on_request(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, FakeEncoder(name="builtin", seed=3)) as lib:
        lib.add(ARTICLES)
    status, _, err = call("search", "الهول", "--library", folder)
    assert status == 1
    assert "isnad index --reencode --encoder builtin" in err
    status, out, err = call("index", "--reencode", "--library", folder)
    assert (status, err) == (0, "")
    assert out.startswith("encoded anew: ")
    assert call("search", "الهول", "--library", folder)[0] == 0
    status, out, _ = call("index", "--reencode", "--library", folder, "--json")
    assert status == 0
    assert only_object(out)["reencoded"] == 0


def test_nothing_to_index_is_a_wrong_call(call: Call, tmp_path: Path) -> None:
    status, out, err = call("index", "--library", tmp_path / "library")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "isnad index PATH..." in err
    assert not (tmp_path / "library").exists()
