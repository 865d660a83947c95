"""A server that speaks the OpenAI and the Ollama protocol from a script: what it says, and how it misbehaves."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request: its body as JSON, and ways to answer it."""

    server: Server
    request_body: dict[str, Any]

    def do_POST(self) -> None:
        self.request_body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, dict(self.headers), self.request_body))
        self.server.act(self)

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def answer(self, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        data = body.encode()
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def open_stream(self, kind: str = "text/event-stream") -> None:
        """A body without a length: it ends where the connection does."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()

    def event(self, data: object) -> None:
        self.wfile.write(b"data: " + (data if isinstance(data, str) else json.dumps(data)).encode() + b"\n\n")
        self.wfile.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, act: Act) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.act = act
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def spec(self) -> str:
        return f"{self.url}/v1#tiny/model:1b"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that has gone is part of the script


@contextmanager
def serving(act: Act) -> Iterator[Server]:
    """A server on a free port that acts so on each request."""
    server = Server(act)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def chunk(text: str, end: str | None = None) -> dict[str, Any]:
    """One piece of a text as OpenAI streams it."""
    choice = {"index": 0, "delta": {"content": text} if end is None else {}, "finish_reason": end}
    return {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "tiny", "choices": [choice]}


def prompt_of(handler: Handler) -> str:
    """All that the model is told."""
    return "\n".join(message["content"] for message in handler.request_body["messages"])


def says(text: str | Callable[[str], str]) -> Act:
    """Streams a text in small pieces, as OpenAI does; text: or what makes it of the prompt."""

    def act(handler: Handler) -> None:
        said = text if isinstance(text, str) else text(prompt_of(handler))
        assert handler.request_body["stream"] is True
        handler.open_stream()
        for at in range(0, len(said), 7):
            handler.event(chunk(said[at : at + 7]))
        handler.event(chunk("", end="stop"))
        handler.event("[DONE]")

    return act


def says_at_once(text: str) -> Act:
    """Answers in one piece, whether it was asked to stream or not."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    whole = {"id": "x", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice]}
    return lambda handler: handler.answer(200, json.dumps(whole))


def ollama_says(text: str, done: bool = True) -> Act:
    """Streams lines of JSON, as Ollama does."""

    def act(handler: Handler) -> None:
        handler.open_stream("application/x-ndjson")
        for at in range(0, len(text), 9):
            piece = {"model": "tiny", "message": {"role": "assistant", "content": text[at : at + 9]}, "done": False}
            handler.wfile.write(json.dumps(piece).encode() + b"\n")
        if done:
            last = {"model": "tiny", "message": {"role": "assistant", "content": ""}, "done": True}
            handler.wfile.write(json.dumps(last).encode() + b"\n")

    return act


def fails(status: int, message: str = "no") -> Act:
    """Answers with an error; a client that tries again need not wait."""
    body = json.dumps({"error": {"message": message, "type": "x", "code": None}})
    return lambda handler: handler.answer(status, body, retry_after_ms="1")


def hangs(handler: Handler) -> None:
    """Takes the question and says nothing."""
    handler.server.over.wait(30)


def hangs_in_the_middle(handler: Handler) -> None:
    handler.open_stream()
    handler.event(chunk("The dam held [1]. And the"))
    handler.server.over.wait(30)


def breaks_off(handler: Handler) -> None:
    """Closes as if all were said, in the middle of a sentence."""
    handler.open_stream()
    handler.event(chunk("The dam held [1]. And the"))


def is_torn_off(handler: Handler) -> None:
    """Resets the connection in the middle of a chunk."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    data = b"data: " + json.dumps(chunk("The dam held [1].")).encode() + b"\n\n"
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n400\r\nda")
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def sends_broken_bytes(handler: Handler) -> None:
    handler.open_stream()
    handler.event(chunk("The dam "))
    handler.wfile.write(b'data: {"id": "x", "choices": [{"delta": {"content": "\xff\xfe\x80"\n\n')


def sends_no_json(handler: Handler) -> None:
    handler.open_stream()
    handler.event("this is not JSON {")


def sends_a_page(handler: Handler) -> None:
    handler.answer(200, "<html>Welcome</html>", "text/html")


def never_ends(handler: Handler) -> None:
    handler.open_stream()
    while not handler.server.over.is_set():
        handler.event(chunk("on and on " * 200))
