"""`isnad serve`: the library as a page. app.py stands above rag/ and imports it; only its name is known here, and only
when it is called."""

from __future__ import annotations

import importlib
from typing import Annotated

import typer

from rag.commands import app, model_of, print_json, wants_json
from rag.opening import existing
from rag.options import Debug, In, Json, Patience
from rag.page.offer import Offer


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Port to listen on.", min=0, max=65535)] = 7860,
    auth: Annotated[
        str | None,
        typer.Option(metavar="LOGIN", help="Who may log in: user:password, or a file with such a line for each."),
    ] = None,
    llm: Annotated[
        list[str] | None,
        typer.Option(metavar="SPEC", help="Language model that readers may choose, as for ask; may be repeated."),
    ] = None,
    llm_timeout: Patience = None,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Serve its functions to programs too, as MCP tools (streamable HTTP).")
    ] = False,
    no_feedback: Annotated[
        bool, typer.Option("--no-feedback", help="Let nobody judge answers; else see isnad feedback.")
    ] = False,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Open the library as a page in the browser."""
    folder, as_json = existing(context, library), wants_json(context, as_json)

    def announce(url: str, tools: str | None) -> None:
        if as_json:
            print_json({"url": url} | ({"mcp": tools} if tools else {}))
        else:
            also = f", its tools at {tools}" if tools else ""
            print(f"Isnad is at {url}{also} (Ctrl+C ends it)", flush=True)

    named: list[str | None] = list(llm) if llm else [None]  # None: what the environment names
    models = [model for spec in named if (model := model_of(spec, llm_timeout))]
    offer = Offer(models=models, feedback=not no_feedback)
    importlib.import_module("app").serve(folder, host, port, announce, auth=auth, mcp=mcp, offer=offer)
