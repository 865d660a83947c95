"""Language models: the one seam through which Isnad speaks to them, and LlamaIndex behind it.

SPEC, how a model is named in one line:

    ollama:MODEL            a model of the Ollama that runs here, or at OLLAMA_HOST
    openai:MODEL            a model of OpenAI, or of OPENAI_BASE_URL; the key from ISNAD_LLM_KEY or OPENAI_API_KEY
    http://HOST/v1#MODEL    a model of any server that speaks the OpenAI protocol; a key, if it wants one, as for OpenAI

Nothing is loaded, and nobody is contacted, before a model is first asked.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple, Protocol
from urllib.parse import urlsplit, urlunsplit

from index.errors import LanguageModelError, QueryError
from rag.model_failures import Place, explain
from rag.time_limit import in_time

TIMEOUT = 60.0
"""Seconds until a model's first word, and between any two."""
_WINDOW = 8_192
"""Tokens that Ollama makes room for: our prompts take about half. Left free, it would be told to hold the longest
context that the model can, gigabytes of it."""
_RETRIES = 2
"""After 429, 5xx and broken connections, of the OpenAI client, with its own growing pauses."""
_OPENAI = "https://api.openai.com/v1"
_OLLAMA = "http://localhost:11434"
_FORMS = "write ollama:MODEL, openai:MODEL or http://HOST:PORT/v1#MODEL"


class Message(NamedTuple):
    """What is said to a model: its instructions (system), or what is asked of it (user)."""

    role: Literal["system", "user"]
    content: str


class LanguageModel(Protocol):
    """What is needed of a language model; anything with these two will do."""

    name: str

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The pieces of its text, as they come. Raises LanguageModelError, one line with the mend."""
        ...


def load_language_model(llm: object, timeout: float | None = None) -> LanguageModel | None:
    """The model that is meant by a SPEC (see the module), an LLM object of LlamaIndex or a LanguageModel of your own;
    None for None, "" and "none".

    timeout: seconds until its first word and between any two; None for $ISNAD_LLM_TIMEOUT, else 60. A LanguageModel of
    your own keeps its own time. Raises QueryError for what names no model.
    """
    if llm is None or (isinstance(llm, str) and llm.strip().lower() in ("", "none")):
        return None
    seconds = _seconds(timeout)
    if isinstance(llm, str):
        return _by_name(llm.strip(), seconds)
    if hasattr(llm, "stream_chat"):
        name = str(getattr(llm, "model", None) or getattr(llm, "model_name", None) or type(llm).__name__)
        return LlamaIndexModel(Place(name, ""), lambda: llm, seconds, ends=False)
    if hasattr(llm, "stream") and hasattr(llm, "name"):
        return llm
    raise QueryError(f"{type(llm).__name__} is no language model; {_FORMS}, or give an LLM of LlamaIndex")


class LlamaIndexModel:
    """An LLM of LlamaIndex, made when it is first asked."""

    def __init__(self, place: Place, make: Callable[[], Any], timeout: float, *, ends: bool = True) -> None:
        """ends: whether the last piece of a whole text says that it is the last, so that a torn one is told apart."""
        self.name = place.model
        self._place, self._make, self._timeout, self._ends = place, make, timeout, ends
        self._llm: Any = None
        self._guard = threading.Lock()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """As LanguageModel.stream()."""
        try:
            with self._guard:
                self._llm = self._llm or self._make()
            yield from in_time(self._pieces(messages), self._timeout)
        except LanguageModelError:
            raise
        except Exception as error:  # the errors of whatever client the integration uses
            raise LanguageModelError(explain(error, self._place, self._timeout)) from error

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        """The text in pieces; empty ones too, which are a sign of life (a model that thinks)."""
        from llama_index.core.llms import ChatMessage

        chat = [ChatMessage(role=message.role, content=message.content) for message in messages]
        whole, heard, ended = "", False, False
        try:
            for event in self._llm.stream_chat(chat):
                heard = True
                ended = ended or _is_last(event.raw)
                # Not every integration fills in `delta`; all have the text so far.
                piece = (event.message.content or "")[len(whole) :] if event.delta is None else event.delta
                whole += piece
                yield piece
        except NotImplementedError:
            heard = False
        if not heard:  # it cannot stream, or its server answered in one piece, which is not heard as a stream
            yield self._llm.chat(chat).message.content or ""
        elif self._ends and not ended:
            raise LanguageModelError(f"{self._place} broke off in the middle; ask again")


def _is_last(raw: Any) -> bool:
    """Whether a piece, as OpenAI's or Ollama's protocol has it, ends the text."""
    if isinstance(raw, dict):
        return bool(raw.get("done"))
    return any(getattr(choice, "finish_reason", None) for choice in getattr(raw, "choices", None) or ())


def _seconds(timeout: float | None) -> float:
    given = os.environ.get("ISNAD_LLM_TIMEOUT") or TIMEOUT if timeout is None else timeout
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < threading.TIMEOUT_MAX:
        raise QueryError(f"a timeout of {given!r} is none; give seconds, for example 60")
    return seconds


def _by_name(spec: str, timeout: float) -> LanguageModel:
    kind, _, model = spec.partition(":")
    if kind in ("http", "https"):
        return _of_server(spec, timeout)
    if kind not in ("ollama", "openai") or not model.strip():
        raise QueryError(f"{spec!r} names no language model; {_FORMS}")
    model = model.strip()
    if kind == "ollama":
        host = os.environ.get("OLLAMA_HOST") or _OLLAMA
        place = Place(model, _shown(host), "start it: ollama serve", f"ollama pull {model}")
        return LlamaIndexModel(place, lambda: _ollama(place, host, timeout), timeout)
    base = os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE") or _OPENAI
    place = Place(model, _shown(base))
    return LlamaIndexModel(place, lambda: _openai(place, base, timeout, keyed=True), timeout)


def _of_server(spec: str, timeout: float) -> LanguageModel:
    base, _, model = spec.partition("#")
    try:
        host = urlsplit(base).hostname
        shown = _shown(base)
    except ValueError:
        host = None
    if not host or not model.strip():
        lacking = "names no model behind #" if host else "is no address of a server"
        raise QueryError(f"{_shown(base) if host else spec!r} {lacking}; write http://HOST:PORT/v1#MODEL")
    place = Place(model.strip(), shown)
    return LlamaIndexModel(place, lambda: _openai(place, base, timeout), timeout)


def _shown(address: str) -> str:
    """An address without the name and password that may stand in it."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _key() -> str:
    """The key for a server. An empty ISNAD_LLM_KEY keeps OPENAI_API_KEY from being sent."""
    return os.environ.get("ISNAD_LLM_KEY", os.environ.get("OPENAI_API_KEY", "")).strip()


def _openai(place: Place, base: str, timeout: float, keyed: bool = False) -> Any:
    try:
        from llama_index.llms.openai_like import OpenAILike
    except ImportError as error:
        raise _not_installed(place, "llama-index-llms-openai-like") from error
    key = _key()
    if keyed and not key:
        raise LanguageModelError(f"{place} needs a key; set OPENAI_API_KEY or ISNAD_LLM_KEY")
    return OpenAILike(
        model=place.model,
        api_base=base,
        api_key=key or "none",
        is_chat_model=True,
        temperature=0.0,
        timeout=timeout,
        max_retries=_RETRIES,
    )


def _ollama(place: Place, host: str, timeout: float) -> Any:
    try:
        from llama_index.llms.ollama import Ollama
    except ImportError as error:
        raise _not_installed(place, "llama-index-llms-ollama") from error
    return Ollama(model=place.model, base_url=host, temperature=0.0, context_window=_WINDOW, request_timeout=timeout)


def _not_installed(place: Place, package: str) -> LanguageModelError:
    return LanguageModelError(f"{place} needs a package that is not installed: pip install {package}")
