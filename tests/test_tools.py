"""The page's functions as MCP tools, called by the protocol's own client."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import QUIET, serving

from rag import Article, Library, QueryError
from rag.page.endpoints import endpoints
from rag.page.tools import PATH, toolbox

pytest.importorskip("mcp", reason="the Python package mcp is not installed")
pytestmark = QUIET
TEXT = "The dam north of Basra held on Monday. It was built in 1987 by the ministry.\nNobody was hurt."
USER = ("me", "pass:word")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("tools") / "library") as lib:
        lib.add([Article("w1", TEXT, "Dam", "2001-02-03", "Wire"), Article("w2", "Rain fell in Mosul.", "Rain")])
        yield lib


def tools(library: Library) -> Any:
    return toolbox(endpoints(library, ValueError))


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library, tools=tools(library)) as served:
        yield served


def session(address: str, work: Callable[[Any], Awaitable[Any]], auth: tuple[str, str] | None = None) -> Any:
    """What `work` gives in a session of the protocol's client."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        async with (
            httpx.AsyncClient(auth=auth) as http,
            streamable_http_client(address.rstrip("/") + PATH, http_client=http) as (read, write, _),
            ClientSession(read, write) as opened,
        ):
            await opened.initialize()
            return await work(opened)

    return asyncio.run(run())


def test_a_client_lists_the_tools_and_gets_what_the_library_says(library: Library, address: str) -> None:
    async def work(opened: Any) -> tuple[Any, ...]:
        listed = (await opened.list_tools()).tools
        calls = [
            opened.call_tool("ask", {"question": "When was the dam built?"}),
            opened.call_tool("search", {"query": "rain", "k": 1}),
            opened.call_tool("ask", {"question": "Who?", "since": "yesterday"}),
            opened.call_tool("ask", {"quest": "Who?"}),
        ]
        return listed, *await asyncio.gather(*calls)

    listed, asked, found, wrong, misnamed = session(address, work)
    functions = {function.__name__: function for function in endpoints(library, ValueError)}
    assert {tool.name for tool in listed} == set(functions)
    for tool in listed:
        assert tool.description == inspect.getdoc(functions[tool.name])
    schema = next(tool for tool in listed if tool.name == "ask").inputSchema
    assert schema["required"] == ["question"]
    told, own = asked.structuredContent, library.ask("When was the dam built?").to_dict()
    assert told == json.loads(json.dumps(own))
    citation = told["citations"][0]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"]
    assert [hit["article_id"] for hit in found.structuredContent["hits"]] == ["w2"]
    assert wrong.isError
    assert "YYYY-MM-DD" in wrong.content[0].text
    assert misnamed.isError


def test_the_tools_keep_the_page_and_its_guard(address: str) -> None:
    assert httpx.get(address).status_code == 200
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answered = {"accept": "application/json, text/event-stream"}
    assert httpx.post(address + PATH[1:], json=call, headers=answered).status_code == 200
    foreign = answered | {"host": "evil.example:7860"}
    assert httpx.post(address + PATH[1:], json=call, headers=foreign).status_code == 421
    assert httpx.post(address + "mcp/else", json=call, headers=answered).status_code == 404


def test_who_is_not_named_calls_no_tool(library: Library) -> None:
    async def work(opened: Any) -> Any:
        return await opened.call_tool("search", {"query": "rain"})

    with serving(library, [USER], tools(library)) as address:
        assert session(address, work, USER).structuredContent["hits"]
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        answered = {"accept": "application/json, text/event-stream"}
        for wrong in (None, ("me", "pass"), ("you", "pass:word"), ("", "")):
            assert httpx.post(address + PATH[1:], json=call, headers=answered, auth=wrong).status_code == 401


def test_without_asking_for_them_there_are_none(library: Library) -> None:
    with serving(library) as address:
        assert httpx.post(address + PATH[1:], json={}).status_code == 404


def test_a_missing_package_is_named(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server.fastmcp", None)
    with pytest.raises(QueryError, match=r"pip install 'isnad\[mcp\]'"):
        tools(library)


def test_the_command_says_where_they_are(tmp_path: Path) -> None:
    folder = str(tmp_path / "library")
    with Library.open(folder) as lib:
        lib.add([Article("w1", TEXT, "Dam")])
    isnad = "from rag.terminal import main; main()"
    command = [sys.executable, "-c", isnad, "serve", "--mcp", "--port", "0", "--library", folder, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
        finally:
            process.terminate()
    assert '"mcp"' in line
    assert PATH in line
