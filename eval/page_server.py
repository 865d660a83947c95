"""Servers to measure, each a process of its own: the page over a library, and an empty page of the framework."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

_PATIENCE = 120
_ISNAD = "from rag.terminal import main; main()"
_EMPTY = """
import sys, gradio
with gradio.Blocks(analytics_enabled=False) as page: pass
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True, ssr_mode=False)
"""


class Server:
    """A process that serves a page on a free port of this machine; `began` is when it was started."""

    def __init__(self, code: str, *arguments: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}/"
        command = [sys.executable, "-c", code, *(port if one == "PORT" else one for one in arguments)]
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env=os.environ | {"GRADIO_ANALYTICS_ENABLED": "False"}
        )

    @classmethod
    def of_library(cls, library: Path) -> Self:
        """`isnad serve` over a library."""
        return cls(_ISNAD, "serve", "--port", "PORT", "--library", str(library))

    @classmethod
    def of_nothing(cls) -> Self:
        """The framework with an empty page."""
        return cls(_EMPTY, "PORT")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self) -> None:
        """Return when the page and its configuration are answered."""
        for path in ("", "config"):
            while True:
                try:
                    with urllib.request.urlopen(self.address + path, timeout=_PATIENCE) as response:
                        response.read()
                    break
                except (urllib.error.URLError, ConnectionError):
                    if self._process.poll() is not None or time.perf_counter() - self.began > _PATIENCE:
                        raise
                    time.sleep(0.02)

    def ask(self, question: str) -> dict[str, Any]:
        """The answer of the endpoint `/ask`, as a program gets it. Raises OSError or ValueError where there is none."""
        call = f"{self.address}gradio_api/call/ask"
        body = json.dumps({"data": [question, None, None, None, False]}).encode()
        request = urllib.request.Request(call, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=_PATIENCE) as response:
            event = json.load(response)["event_id"]
        kind = ""
        with urllib.request.urlopen(f"{call}/{event}", timeout=_PATIENCE) as stream:
            for line in stream:
                name, _, value = line.decode().partition(":")
                if name == "event":
                    kind = value.strip()
                elif name == "data" and kind == "complete":
                    answer: dict[str, Any] = json.loads(value)[0]
                    return answer
                elif name == "data" and kind == "error":
                    raise ValueError(f"the server says {value.strip()}")
        raise ValueError("the server broke off")
