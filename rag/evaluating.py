"""`isnad eval`: measure the library, or compare what was measured. eval/ stands above rag/, as app.py does, so only its
names are known here, and only when it is called."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Annotated

import typer

from index.errors import QueryError
from rag.commands import app, wants_json
from rag.opening import folder_of
from rag.options import Debug, In, Json

_SPLITS = ("development", "test")


@app.command("eval")
def eval_command(
    context: typer.Context,
    dataset: Annotated[
        list[Path],
        typer.Argument(
            metavar="DATASET",
            help="Questions: Isnad's .jsonl, SQuAD's .json, a folder of BEIR, topics of TREC, sentences, a name on the"
            " hub; articles with --titles; or: compare RUN RUN.",
        ),
    ],
    split: Annotated[str | None, typer.Option(metavar="SPLIT", help="Only this half: development or test.")] = None,
    articles: Annotated[
        Path | None,
        typer.Option(metavar="DATASET", help="Ask on the articles of this parallel set, of another language."),
    ] = None,
    qrels: Annotated[Path | None, typer.Option(metavar="FILE", help="What is right for topics of TREC.")] = None,
    titles: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Look for N articles by their titles, in an index without any titles."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="Leave out names or translations; may be repeated.")
    ] = None,
    encoder: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Encoder to measure; with --sweep repeatable.")
    ] = None,
    reranker: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Cross-encoder to measure; with --sweep repeatable.")
    ] = None,
    llm: Annotated[
        list[str] | None, typer.Option(metavar="SPEC", help="Model that writes the answers; with --sweep repeatable.")
    ] = None,
    sweep: Annotated[
        bool,
        typer.Option("--sweep", help="Measure what is shipped, and beside it each part left out and each model."),
    ] = False,
    save: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the run there, to be compared.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a report there, with plots.")] = None,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE=VALUE", help="Exit with 1 if the first run misses this; may be repeated."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="MEASURE", help="Of compared runs, list the questions that this one changed.")
    ] = None,
    jobs: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that ask.")] = 2,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure answers and ranking on a set of questions, or the search for known articles; compare two runs."""
    if split not in (None, *_SPLITS):
        raise QueryError(f"there is no split {split!r}; there are development and test")
    run, json = importlib.import_module("eval.run"), wants_json(context, as_json)
    first, *rest = dataset
    if str(first) == "compare":
        if len(rest) != 2:
            raise QueryError("two runs are compared; write isnad eval compare RUN RUN, with files of --save")
        raise typer.Exit(run.compare_runs(*rest, measure=by, as_json=json))
    if rest:
        raise QueryError(f"one question set is measured at a time; {rest[0]} is one too many")
    if titles:
        raise typer.Exit(run.find_titles(first, titles, split=split, without=without or (), as_json=json))
    parts = importlib.import_module("eval.configuration")
    if sweep:
        found = list(parts.sweep(encoder or (), reranker or (), llm or (), without or ()))
    else:
        chosen = {
            name: _one(name, given) for name, given in (("encoder", encoder), ("reranker", reranker), ("llm", llm))
        }
        found = [parts.Configuration(**chosen, without=tuple(without or ()))]
    options = {"split": split, "save": save, "html": html, "fail_under": fail_under or (), "jobs": jobs}
    raise typer.Exit(
        run.main(first, folder_of(context, library), found, articles=articles, qrels=qrels, as_json=json, **options)
    )


def _one(name: str, given: list[str] | None) -> str | None:
    if given and len(given) > 1:
        raise QueryError(f"--{name} is given {len(given)} times; with --sweep each is measured beside what is shipped")
    return given[0] if given else None
