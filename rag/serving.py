"""`isnad serve`: the library as a page. app.py stands above rag/ and imports it; only its name is known here, and only
when it is called."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from rag.commands import app, model_of, print_json, wants_json
from rag.opening import existing
from rag.options import Debug, In, Json, Patience
from rag.page.offer import Offer
from rag.page.writing import writing


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
    read_only: Annotated[
        bool | None,
        typer.Option(
            "--read-only/--writable",
            help="Whether readers may add and remove; if not said, only on this machine alone and without --auth.",
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The folder of this machine from which readers may add paths."),
    ] = None,
    upload_limit: Annotated[
        int, typer.Option(metavar="MB", help="How much may be uploaded at a time.", min=1, max=65536)
    ] = 256,
    no_feedback: Annotated[
        bool, typer.Option("--no-feedback", help="Let nobody judge answers; else see isnad feedback.")
    ] = False,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Open the library as a page in the browser."""
    place, as_json = existing(context, library), wants_json(context, as_json)
    rights = writing(read_only, folder, upload_limit, host, auth)

    def announce(url: str, tools: str | None) -> None:
        if as_json:
            print_json({"url": url} | ({"mcp": tools} if tools else {}))
        else:
            also = f", its tools at {tools}" if tools else ""
            print(f"Isnad is at {url}{also} (Ctrl+C ends it)", flush=True)

    named: list[str | None] = list(llm) if llm else [None]  # None: what the environment names
    models = [model for spec in named if (model := model_of(spec, llm_timeout))]
    offer = Offer(models=models, feedback=not no_feedback, writing=rights)
    importlib.import_module("app").serve(place, host, port, announce, auth=auth, mcp=mcp, offer=offer)
