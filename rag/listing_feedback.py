"""`isnad feedback`: what readers of the page thought of its answers."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from index.errors import QueryError
from rag import judgements
from rag.commands import app, complain, print_json, wants_json
from rag.opening import existing, open_library
from rag.options import Debug, In, Json
from rag.printing import Sheet


@app.command("feedback")
def feedback_command(
    context: typer.Context,
    up: Annotated[bool, typer.Option("--up", help="Only answers that were judged good.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Only answers that were judged bad.")] = False,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only what was judged on this day (YYYY-MM-DD, UTC) or later.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
    questions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the good answers as a question set for isnad eval (.jsonl)."),
    ] = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List what readers of the page thought of its answers, the newest first."""
    as_json = wants_json(context, as_json)
    if up + down + bool(questions) > 1 or as_csv + as_json + bool(questions) > 1:
        raise QueryError("of --up, --down and --questions one can be given, and so of --csv, --json and --questions")
    if questions and not questions.parent.is_dir():
        raise QueryError(f"{questions.parent} is no folder; make it, or name another file")
    with open_library(existing(context, library)) as lib:
        found = lib.feedback.judgements("up" if up else "down" if down else None, since)
        texts = {a.id: a.text for a in lib.articles({c.article_id for j in found for c in j.citations})}
    if questions:
        rows, gone = judgements.questions(found, texts)
        if gone:
            complain(f"{gone:,} left out: what they quote no longer stands in the library")
        if not rows:
            raise QueryError(f"no answer was judged good, so {questions} is not written")
        judgements.write_lines(rows, questions)
        Sheet(sys.stdout).put(f"{len(rows):,} questions written to {questions}")
    elif as_json:
        print_json({"feedback": [asdict(one) for one in found]})
    elif as_csv:
        print(judgements.as_csv(found), end="")
    else:
        judgements.print_judgements(found, Sheet(sys.stdout))
