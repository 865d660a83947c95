"""What went wrong with a language model, in one line that says what mends it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from index.hub import line
from rag.time_limit import NeverEndingError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is: its name, the address of its server as it may be shown, how that is started, and how the model
    is fetched there; each may be empty."""

    model: str
    address: str
    start: str = "start the server, or mend its address"
    fetch: str = ""

    def __str__(self) -> str:
        return f"the language model {self.model}" + (f" at {self.address}" if self.address else "")


def explain(error: BaseException, place: Place, seconds: float) -> str:
    """One line on `error`, which a client of `place` raised, or one of those that lie behind it.

    Told by status codes and by the names of classes: clients differ, and none is imported here.
    """
    chain = list(_chain(error))
    names = {kind.__name__ for one in chain for kind in type(one).__mro__}
    status = next((code for one in chain if (code := _status(one))), 0)
    if status:
        said = _of_status(status, place, line(error))
    elif any(isinstance(one, socket.gaierror) for one in chain):
        said = "cannot be found: no such host; mend the address, or the network"
    elif any("Timeout" in name for name in names):
        said = f"said nothing for {seconds:g} s; give it longer: ISNAD_LLM_TIMEOUT={2 * seconds:g}"
    elif any(isinstance(one, NeverEndingError) for one in chain):
        said = f"wrote {line(error)} without an end; use another model"
    elif names & {
        "JSONDecodeError",
        "UnicodeDecodeError",
        "APIResponseValidationError",
        "ValidationError",
        "DecodingError",
    }:
        said = (
            "sent what is no text of its protocol; look whether the address is that of its API (it often ends in /v1)"
        )
    elif names & {"RemoteProtocolError", "ReadError", "IncompleteRead", "ConnectionResetError"}:
        said = "broke off in the middle; ask again"
    elif names & {"ConnectError", "ConnectionError", "APIConnectionError"}:
        said = f"cannot be reached; {place.start}"
    else:
        said = f"failed ({type(error).__name__}: {line(error)})"
    return _without_keys(f"{place} {said}")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int:
    found = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return found if isinstance(found, int) and found >= 400 else 0


def _of_status(status: int, place: Place, message: str) -> str:
    if status in (401, 403):
        return f"refuses the key ({status}); set ISNAD_LLM_KEY or OPENAI_API_KEY to one that it takes"
    if status == 404:
        return f"is not there (404); {place.fetch or 'mend its name, or the address (it often ends in /v1)'}"
    if status == 429:
        return "takes no more questions for now (429: too many, or the credit is used up); wait, or look at its account"
    if status >= 500:
        return f"failed in its server ({status}); ask again, or look at the server's log"
    return f"refuses the request ({status}: {message})"


def _without_keys(text: str) -> str:
    """`text` in which no key stands, whatever a server wrote back."""
    for name in ("ISNAD_LLM_KEY", "OPENAI_API_KEY", "OLLAMA_API_KEY"):
        key = os.environ.get(name, "").strip()
        if len(key) > 3:
            text = text.replace(key, "…")
    return text
