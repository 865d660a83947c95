"""What may reach the page: who, from where, and which of the addresses that the web framework would serve."""

from __future__ import annotations

import asyncio
import ipaddress
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from hmac import compare_digest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import QueryError

Login = tuple[str, str]
"""User and password."""
_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]
_App = Callable[[_Message, _Receive, _Send], Awaitable[None]]

# What the page and its programs need. All else that the framework would serve (files by their path, a proxy,
# recordings, code) is not there; uploads only where articles are added.
_SERVED = re.compile(
    r"/|/(config|theme\.css|favicon\.ico|robots\.txt|manifest\.json|login|logout)/?|/(static|assets|svelte)/.+"
    r"|/gradio_api/(info|openapi\.json|app_id|startup-events|theme\.css|login_check|user|cancel|reset|token)/?"
    r"|/gradio_api/(queue/(join|data|status)|(run|api|call|call/v2|heartbeat)/[\w/-]+)/?"
)
_UPLOAD = "/gradio_api/upload"
_SMALL = 4 * 1024 * 1024
"""Bytes of a question; more only where articles are taken."""
_HEADERS = {
    # The framework compiles its templates in the browser, hence 'unsafe-eval'; nothing is loaded from elsewhere.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none';"
    " base-uri 'self'; frame-ancestors 'none'; form-action 'self'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def is_local(host: str) -> bool:
    """Whether only programs of this machine reach the address `host`."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def logins(given: str | None, host: str) -> list[Login] | None:
    """Who may log in: of 'user:password', or of a file with a line of that form for each; None for everybody.

    Raises QueryError for what is neither, and where `host` can be reached from other machines and nobody was named.
    """
    if given is None:
        if is_local(host):
            return None
        raise QueryError(
            f"{host} can be reached from other machines; name who may log in: --auth user:password, or a file"
        )
    file = Path(given).expanduser()
    try:
        lines = file.read_text("utf-8").splitlines() if file.is_file() else [given]
    except (OSError, ValueError) as error:
        raise QueryError(f"--auth {given} cannot be read: {error}") from None
    found = [_login(line) for line in lines if line.strip()]
    if not found or None in found:
        # What was given may hold a password, so it is not repeated.
        raise QueryError("--auth takes user:password, or a file with such a line for each user")
    return [login for login in found if login]


def _login(line: str) -> Login | None:
    user, _, password = line.strip().partition(":")
    return (user.strip(), password) if user.strip() and password else None


class Guard:
    """An ASGI middleware: serves what the page needs, and refuses any other path, and a name of the host that is not
    its own, by which a page elsewhere could reach one that listens on this machine alone (DNS rebinding)."""

    def __init__(
        self,
        app: _App,
        host: str,
        *,
        room: Callable[[int], str | None] | None = None,
        tools: str | None = None,
        allowed: Sequence[Login] | None = None,
    ) -> None:
        """room: why a body of so many bytes is not taken, or None; without it no file is taken at all. tools: the path
        of what programs call without the page's login (they send it with each call, HTTP Basic). allowed: who may log
        in; None for everybody."""
        self._app = app
        self._local = is_local(host)
        self._room = room
        self._tools = tools
        self._keys = None if allowed is None else [b64encode(f"{user}:{word}".encode()) for user, word in allowed]

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        called = self._tools is not None and scope["path"] == self._tools
        uploads = scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == _UPLOAD and self._room
        if scope["type"] != "http" or not (called or uploads or _SERVED.fullmatch(scope["path"])):
            await _refuse(send, 404, b"There is nothing here.")
            return
        if self._local and not is_local(_hostname(scope)):
            await _refuse(send, 421, b"This page answers on this machine alone.")
            return
        if called and not self._knows(_header(scope, b"authorization")):
            await _refuse(send, 401, b"Send user and password (HTTP Basic).")
            return

        if scope["method"] == "POST":
            if _foreign(scope):
                await _refuse(send, 403, b"Only the page itself may send this.")
                return
            size = _header(scope, b"content-length")
            if not size.isdecimal() or _header(scope, b"transfer-encoding"):
                await _refuse(send, 411, b"Say how long the body is: Content-Length.")
                return
            room = self._room or _small
            # Deleting what was left behind takes its time.
            if reason := await asyncio.to_thread(room, int(size)) if uploads or int(size) > _SMALL else None:
                await _refuse(send, 413, reason.encode())
                return

        async def guarded(message: _Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in _HEADERS.items())]
            await send(message)

        await self._app(scope, receive, guarded)

    def _knows(self, authorization: str) -> bool:
        scheme, _, key = authorization.encode("latin-1").partition(b" ")
        # All are compared, so that the time tells nothing.
        known = [compare_digest(key.strip(), one) for one in self._keys or ()]
        return self._keys is None or (scheme.lower() == b"basic" and any(known))


def _header(scope: _Message, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


def _hostname(scope: _Message) -> str:
    return re.sub(r":\d*$", "", _header(scope, b"host"))


def _foreign(scope: _Message) -> bool:
    """Whether a page of another site sends this in its reader's name, as far as the reader's browser says so."""
    if site := _header(scope, b"sec-fetch-site"):
        return site in ("cross-site", "same-site")
    origin = _header(scope, b"origin")
    # Without TLS browsers do not name the site, but the origin; a server in front may tell the host in a header.
    own = {_header(scope, b"host"), _header(scope, b"x-forwarded-host")} - {""}
    return bool(origin) and urlsplit(origin).netloc not in own


def _small(size: int) -> str | None:
    return f"A question may have {_SMALL:,} bytes." if size > _SMALL else None


async def _refuse(send: _Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
