"""Options that several commands of `isnad` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

In = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="The library; else $ISNAD_LIBRARY, else one in your user data."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object for machines.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of this day (YYYY-MM-DD) or later.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of this day (YYYY-MM-DD) or earlier.")]
Rerank = Annotated[
    str | None,
    typer.Option(
        "--reranker", metavar="NAME", help="Cross-encoder that puts passages in order: a folder or a hub name."
    ),
]
Outlet = Annotated[list[str] | None, typer.Option(metavar="OUTLET", help="Only of this outlet; may be repeated.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", metavar="CODE", help="Only in this language (ar); may be repeated.")
]
Ids = Annotated[
    list[str] | None, typer.Option("--article", metavar="ID", help="Only this article, or file; may be repeated.")
]
AnyDate = Annotated[bool, typer.Option("--any-date", help='Take no words like "last week" for --since and --until.')]
Model = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="SPEC",
        help="Language model: ollama:NAME, openai:NAME, http://HOST/v1#NAME; else $ISNAD_LLM; none.",
    ),
]
Patience = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="How long a language model may be silent; else $ISNAD_LLM_TIMEOUT, else 60."),
]
Gloss = Annotated[
    bool,
    typer.Option(
        "--gloss", help="Show what each Arabic word of a quote may mean; with a language model, also its translation."
    ),
]
