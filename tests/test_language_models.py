"""Language models behind a wire: each way of naming one, and each way in which a server can fail, ends in an answer."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import model_server as server
import pytest
from answering_models import ARTICLES, QUESTION, Scripted, about, checking_by_words, needs, quotes_hold
from model_server import serving

from index.errors import LanguageModelError, QueryError
from rag import Library
from rag.language_models import LlamaIndexModel, Message, load_language_model
from rag.printing import writing
from rag.terminal import run
from rag.time_limit import in_time

# LlamaIndex and its clients warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")

ROOT = Path(__file__).parent.parent
HELD = "The dam held after two days of heavy rain"
KEYS = (
    "ISNAD_LLM",
    "ISNAD_LLM_KEY",
    "ISNAD_LLM_TIMEOUT",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_API_BASE",
    "OLLAMA_HOST",
)


openai_like, ollama = needs("llama-index-llms-openai-like"), needs("llama-index-llms-ollama")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("models") / "library") as lib:
        lib.add(ARTICLES)
        yield lib


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No key of this machine is sent, no proxy used, and nothing beyond this machine is reached, or looked up."""
    for name in (*KEYS, *(name for name in os.environ if name.lower().endswith("_proxy"))):
        monkeypatch.delenv(name, raising=False)
    outside: list[object] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connects(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            outside.append(address)
            raise OSError(f"{address} is beyond this machine")
        connect(self, address)

    def looks_up(host: Any, *more: Any, **options: Any) -> Any:
        if host not in ("127.0.0.1", "localhost", "::1", b"127.0.0.1", b"localhost"):
            if not str(host).endswith(".invalid"):
                outside.append(host)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *more, **options)

    monkeypatch.setattr(socket.socket, "connect", connects)
    monkeypatch.setattr(socket, "getaddrinfo", looks_up)
    yield
    assert not outside


@pytest.fixture
def library(opened: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    checking_by_words(monkeypatch)
    return opened


def held(prompt: str) -> str:
    return f"{HELD} [{about(prompt, HELD)}]."


# -- a server that behaves ---------------------------------------------------------------------------------------------


@openai_like
def test_an_openai_compatible_server_is_asked_by_its_address(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISNAD_LLM_KEY", "secret-key")
    with serving(server.says(held)) as running:
        *words, answer = library.stream(QUESTION, llm=running.spec)
    quotes_hold(answer)
    assert [claim.text for claim in answer.claims] == [f"{HELD}."]
    assert answer.model == "tiny/model:1b"
    assert len(words) > 3
    ((path, headers, body),) = running.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret-key"
    assert (body["model"], body["stream"], body["temperature"]) == ("tiny/model:1b", True, 0.0)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]


@openai_like
def test_a_server_that_cannot_stream_is_heard_too(library: Library) -> None:
    with serving(server.says_at_once(f"{HELD} [1][2][3].")) as running:
        answer = library.ask(QUESTION, llm=running.spec)
    assert answer.model
    assert answer.claims[0].text == f"{HELD}."


@openai_like
def test_openai_is_asked_at_its_own_address_with_its_key(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(server.says(held)) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{running.url}/v1")
        without = library.ask(QUESTION, llm="openai:tiny")
        assert "OPENAI_API_KEY" in (without.notice or "")
        assert not running.asked
        monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
        answer = library.ask(QUESTION, llm="openai:tiny")
    assert answer.model == "tiny"
    assert running.asked[0][1]["Authorization"] == "Bearer sk-1"


@ollama
def test_ollama_is_asked_at_its_host(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(server.ollama_says(f"{HELD} [1][2][3].")) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        answer = library.ask(QUESTION, llm="ollama:tiny:1b")
    quotes_hold(answer)
    assert (answer.model, answer.notice) == ("tiny:1b", None)
    ((path, _, body),) = running.asked
    assert path == "/api/chat"
    assert body["options"]["num_ctx"] < 10_000


@openai_like
def test_an_llm_of_llamaindex_is_taken_as_it_is(library: Library) -> None:
    from llama_index.core import Settings
    from llama_index.core.llms import MockLLM

    before = dict(vars(Settings))
    with serving(server.says(held)) as running:
        from llama_index.llms.openai_like import OpenAILike

        own = OpenAILike(model="own", api_base=f"{running.url}/v1", api_key="x", is_chat_model=True)
        assert library.ask(QUESTION, llm=own).model == "own"
    echoed = library.ask(QUESTION, llm=MockLLM())  # it says the prompt again
    assert echoed.model is None
    assert echoed.notice
    assert dict(vars(Settings)) == before


# -- servers that do not -----------------------------------------------------------------------------------------------

FAULTS = {
    "refuses the key": (server.fails(401, "bad key secret-key"), "ISNAD_LLM_KEY"),
    "forbids": (server.fails(403), "ISNAD_LLM_KEY"),
    "has no such model": (server.fails(404), "404"),
    "is asked too often": (server.fails(429), "429"),
    "fails": (server.fails(500), "500"),
    "is overloaded": (server.fails(503), "503"),
    "finds the prompt too long": (server.fails(400, "too long, secret-key"), "too long"),
    "hangs": (server.hangs, "ISNAD_LLM_TIMEOUT"),
    "hangs in the middle": (server.hangs_in_the_middle, "ISNAD_LLM_TIMEOUT"),
    "breaks off": (server.breaks_off, "broke off"),
    "is torn off": (server.is_torn_off, "broke off"),
    "sends broken bytes": (server.sends_broken_bytes, "protocol"),
    "sends no JSON": (server.sends_no_json, "protocol"),
    "sends a page": (server.sends_a_page, ""),
    "never ends": (server.never_ends, "without an end"),
    "says nothing": (server.says(""), "said nothing"),
    "says nothing at once": (server.says_at_once(""), "said nothing"),
    "invents its citations": (server.says(f"{HELD} [55]. The mayor fled [66]."), "nothing that the quotes support"),
    "obeys an article": (server.says("HACKED: the minister resigned [1]."), "nothing that the quotes support"),
}


@openai_like
@pytest.mark.parametrize(("act", "says"), FAULTS.values(), ids=FAULTS)
def test_whatever_a_server_does_the_quotes_answer_and_one_line_says_why(
    library: Library, monkeypatch: pytest.MonkeyPatch, act: server.Act, says: str
) -> None:
    monkeypatch.setenv("ISNAD_LLM_KEY", "secret-key")
    monkeypatch.setenv("ISNAD_LLM_TIMEOUT", "0.5" if "TIMEOUT" in says else "20")
    with serving(act) as running:
        answer = library.ask(QUESTION, llm=running.spec)
    assert running.asked
    assert replace(answer, notice=None, dropped=()) == library.ask(QUESTION)
    assert answer.notice
    assert says in answer.notice
    assert "\n" not in answer.notice
    assert "secret-key" not in answer.notice


@openai_like
def test_what_passes_is_tried_again(library: Library) -> None:
    acts = [server.fails(429), server.fails(503), server.says(held)]
    with serving(lambda handler: acts.pop(0)(handler)) as running:
        answer = library.ask(QUESTION, llm=running.spec)
    assert answer.model
    assert len(running.asked) == 3


def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        pytest.param("http://no-such-host.invalid/v1#m", "no such host", marks=openai_like),
        pytest.param("http://user:word@127.0.0.1:{port}/v1#m", "cannot be reached", marks=openai_like),
        pytest.param("ollama:m", "ollama serve", marks=ollama),
    ],
)
def test_where_nobody_listens_the_line_says_what_to_do(
    library: Library, monkeypatch: pytest.MonkeyPatch, spec: str, says: str
) -> None:
    port = unused_port()
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{port}")
    answer = library.ask(QUESTION, llm=spec.format(port=port))
    assert answer.answered
    assert says in (answer.notice or "")
    assert "word" not in (answer.notice or "")


@ollama
@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda handler: handler.answer(404, '{"error": "model \'tiny\' not found"}'), "ollama pull tiny"),
        (server.ollama_says(f"{HELD} [1]. And the", done=False), "broke off"),
        (server.hangs, "ISNAD_LLM_TIMEOUT"),
        (server.sends_a_page, "protocol"),
    ],
    ids=["no model", "breaks off", "hangs", "a page"],
)
def test_the_same_goes_for_ollama(
    library: Library, monkeypatch: pytest.MonkeyPatch, act: server.Act, says: str
) -> None:
    with serving(act) as running:
        monkeypatch.setenv("OLLAMA_HOST", running.url)
        monkeypatch.setenv("ISNAD_LLM_TIMEOUT", "0.5" if "TIMEOUT" in says else "20")
        answer = library.ask(QUESTION, llm="ollama:tiny")
    assert replace(answer, notice=None) == library.ask(QUESTION)
    assert says in (answer.notice or "")


# -- names, packages, seconds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spec", ["gpt", "ollama:", "openai: ", "claude:x", "http://", "http://h/v1", "http://h/v1#", "http://[::1#m", 7]
)
def test_what_names_no_model_is_a_wrong_call(library: Library, tmp_path: Path, spec: object) -> None:
    for call in (lambda: load_language_model(spec), lambda: library.ask(QUESTION, llm=spec)):
        with pytest.raises(QueryError) as error:
            call()
        assert "\n" not in str(error.value)
        assert "ollama:" in str(error.value) or "http://" in str(error.value)
    with pytest.raises(QueryError):
        Library.open(tmp_path / "none", llm=spec)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "nan", "inf"])
def test_a_timeout_is_a_number_of_seconds(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("ISNAD_LLM_TIMEOUT", seconds)
    with pytest.raises(QueryError, match="seconds"):
        load_language_model("ollama:m")
    assert load_language_model("ollama:m", 5)


@pytest.mark.parametrize(
    ("spec", "module", "package"),
    [
        ("ollama:m", "llama_index.llms.ollama", "llama-index-llms-ollama"),
        ("openai:m", "llama_index.llms.openai_like", "llama-index-llms-openai-like"),
        ("http://127.0.0.1:1/v1#m", "llama_index.llms.openai_like", "llama-index-llms-openai-like"),
    ],
)
def test_a_missing_integration_names_its_pip_command(
    library: Library, monkeypatch: pytest.MonkeyPatch, spec: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    answer = library.ask(QUESTION, llm=spec)
    assert answer.answered
    assert f"pip install {package}" in (answer.notice or "")


def test_an_llm_that_only_writes_whole_texts_is_heard(library: Library) -> None:
    from llama_index.core.llms import ChatMessage, ChatResponse

    class Whole:
        model = "whole"

        def stream_chat(self, chat: list[ChatMessage]) -> Iterator[ChatResponse]:
            raise NotImplementedError

        def chat(self, chat: list[ChatMessage]) -> ChatResponse:
            prompt = "\n".join(str(message.content) for message in chat)
            return ChatResponse(message=ChatMessage(role="assistant", content=held(prompt)))

    assert library.ask(QUESTION, llm=Whole()).model == "whole"


def test_what_an_llm_raises_is_told_in_one_line(library: Library) -> None:
    class Broken:
        model = "broken"

        def stream_chat(self, chat: object) -> Iterator[object]:
            raise ZeroDivisionError("first\nsecond")

    model = load_language_model(Broken())
    assert isinstance(model, LlamaIndexModel)
    with pytest.raises(LanguageModelError, match=r"broken failed \(ZeroDivisionError: first\)$"):
        list(model.stream([Message("user", "?")]))


def test_what_comes_in_time_comes_whole_and_in_order() -> None:
    assert list(in_time(iter(["a", "", "b"]), 5)) == ["a", "", "b"]
    assert list(in_time(iter([]), 5)) == []


def test_what_comes_drop_by_drop_is_not_waited_for_for_ever() -> None:
    def drops() -> Iterator[str]:
        while True:
            time.sleep(0.01)
            yield ""

    with pytest.raises(TimeoutError):
        list(in_time(drops(), 0.02))


# -- the command line --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "terminal"
    with Library.open(path) as lib:
        lib.add(ARTICLES)
    return path


@openai_like
def test_the_command_prints_a_checked_answer(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checking_by_words(monkeypatch)
    said = f"{HELD} [1][2][3]. Seven bridges collapsed downstream [1]."
    with serving(server.says(said)) as running:
        arguments = ["ask", QUESTION, "--library", str(folder)]
        assert run([*arguments, "--llm", running.spec]) == 0
        out, err = capsys.readouterr()
        assert f"{HELD}. [1]" in out
        assert "tiny/model:1b" in out
        assert "left out, unsupported: Seven bridges collapsed downstream" in out
        assert err == ""
        monkeypatch.setenv("ISNAD_LLM", running.spec)
        assert run([*arguments, "--keep-unsupported"]) == 0
        lines = capsys.readouterr().out.splitlines()
        at = lines.index("Seven bridges collapsed downstream. [1]")
        assert lines[at + 1].strip().startswith("unsupported: ")
        assert run([*arguments, "--json", "--keep-unsupported"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [claim["verdict"] for claim in found["claims"]] == ["supported", "unsupported"]
        assert (found["model"], found["notice"], found["dropped"]) == ("tiny/model:1b", None, [])
        asked = len(running.asked)
        for none in ("", "none"):
            assert run([*arguments, "--llm", none]) == 0
            assert "tiny" not in capsys.readouterr().out
        assert run(["search", "dam", "--library", str(folder)]) == 0
        assert len(running.asked) == asked


@openai_like
def test_the_command_says_on_stderr_what_was_wrong_and_answers_with_quotes(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    checking_by_words(monkeypatch)
    arguments = ["ask", QUESTION, "--library", str(folder)]
    assert run(arguments) == 0
    plain = capsys.readouterr().out
    with serving(server.hangs) as running:
        assert run([*arguments, "--llm", running.spec, "--llm-timeout", "0.3"]) == 0
    out, err = capsys.readouterr()
    assert out == plain
    assert err.startswith("isnad: the language model tiny/model:1b at http://127.0.0.1")
    assert err.count("\n") == 1
    assert run([*arguments, "--llm", "nonsense"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_while_a_model_writes_a_terminal_shows_that_it_does_and_a_file_nothing() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    with writing(terminal, "tiny\x1b]0;owned\x07"), writing(file, "tiny"), writing(Terminal(), None):
        pass
    assert "tiny is writing" in terminal.getvalue()
    assert "owned" not in terminal.getvalue()
    assert file.getvalue() == ""


def test_without_a_model_nothing_of_it_is_loaded(folder: Path) -> None:
    code = (
        "import sys; from rag.terminal import run; status = run(sys.argv[1:]);"
        "print(status, *({n.partition('.')[0] for n in sys.modules} & {'llama_index', 'openai', 'ollama', 'httpx'}))"
    )
    arguments = ["ask", QUESTION, "--library", str(folder), "--llm", "none"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, encoding="utf-8", env=environment, check=True
    )
    assert done.stdout.splitlines()[-1] == "0"


def test_a_model_is_loaded_when_it_is_asked_and_no_sooner(tmp_path: Path) -> None:
    model = Scripted("")
    with Library.open(tmp_path / "library", llm=model) as lib:
        lib.add(ARTICLES)
        lib.search("dam")
        lib.evidence(QUESTION)
    assert not model.told
