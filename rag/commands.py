"""The commands of `isnad`: each opens the library, does one thing and prints it, for people or as JSON."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.article import iso_date
from index.errors import QueryError
from rag import upkeep
from rag.interrupting import stopping
from rag.opening import among, encoder_of, existing, fields_of, folder_of, ids_of, is_library, open_library, said
from rag.options import AnyDate, Debug, Gloss, Ids, In, Json, Languages, Model, Outlet, Patience, Rerank, Since, Until
from rag.printing import (
    Sheet,
    clean,
    print_answer,
    print_dates,
    print_hits,
    print_report,
    print_status,
    progress,
    writing,
)

if TYPE_CHECKING:
    from rag.gloss_printing import Aids
    from rag.language_models import LanguageModel
    from rag.library import Library
    from rag.results import Answer

app = typer.Typer(
    name="isnad",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers from your own archive of news articles, each sentence with the words that it rests on.",
)


@dataclass(frozen=True, slots=True)
class _Before:
    """What was said before the name of the command."""

    library: Path | None
    json: bool


@app.callback(invoke_without_command=True)
def before(
    context: typer.Context,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    context.obj = _Before(library, as_json)
    if version:
        from importlib.metadata import version as version_of

        typer.echo(f"isnad {version_of('isnad')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("index")
def index_command(
    context: typer.Context,
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Article files, folders of them, or zips.")
    ] = None,
    encoder: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Model for a new library: a folder or a hub name."),
    ] = None,
    reencode: Annotated[
        bool, typer.Option("--reencode", help="Encode a library that is there anew, if its encoder is another.")
    ] = False,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Field in your JSON or CSV: text=payload.body; may be repeated."),
    ] = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Put articles into the library; what is there already, unchanged, costs nothing."""
    from index.indexing import Report
    from index.reading import Failure, read

    folder, began = folder_of(context, library), time.perf_counter()
    fields, paths = fields_of(field or []), paths or []
    anew = 0
    if reencode and is_library(folder):
        from rag.library import Library

        anew = Library.reencode(folder, encoder_of(folder, encoder))
    elif not paths and reencode:
        existing(context, library)  # says that there is none
    elif not paths:
        raise QueryError("nothing to index; name files, folders or zips: isnad index PATH...")
    out, errors = Sheet(sys.stdout), Sheet(sys.stderr)
    if paths and not is_library(folder) and not any(map(os.path.lexists, paths)):
        # A mistyped path should not leave an empty library behind.
        failed = [found for found in read(paths, fields=fields) if isinstance(found, Failure)]
        report, status = Report(failed=failed), None
    else:
        with open_library(folder, encoder) as lib:
            with progress(sys.stderr) as tell, stopping(complain) as stop:
                report = lib.add_files(paths, fields=fields, progress=tell, stop=stop)
                if stop():
                    raise KeyboardInterrupt
            status = lib.status()
    seconds = time.perf_counter() - began
    if wants_json(context, as_json):
        counts = {"added": report.added, "unchanged": report.unchanged, "updated": report.updated}
        failures = [{"path": failure.path, "why": failure.why} for failure in report.failed]
        totals = {"articles": status.articles if status else 0, "passages": status.passages if status else 0}
        print_json(counts | {"failed": failures, "reencoded": anew} | totals | {"seconds": round(seconds, 3)})
    else:
        if anew:
            out.put(f"encoded anew: {anew:,} passages")
        elif reencode and not paths:
            out.put("nothing to encode anew: the library is that of its encoder")
        if paths:
            print_report(report, status, seconds, out, errors)
    if paths and not report.added + report.unchanged + report.updated:
        raise typer.Exit(1)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In Arabic, English or French.")],
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    language: Languages = None,
    article: Ids = None,
    any_date: AnyDate = False,
    reranker: Rerank = None,
    llm: Model = None,
    llm_timeout: Patience = None,
    keep_unsupported: Annotated[
        bool,
        typer.Option("--keep-unsupported", help="Show also what a language model says and the quotes do not support."),
    ] = False,
    gloss: Gloss = False,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer a question with quotes from the library, or say that it does not answer it."""
    model = model_of(llm, llm_timeout)
    with open_library(existing(context, library), reranker=reranker) as lib:
        filters = among(lib, source, language, article)
        with writing(sys.stderr, model.name if model else None):
            answer = lib.ask(
                said(question),
                since=since,
                until=until,
                dates=not any_date,
                llm=model,
                keep_unsupported=keep_unsupported,
                **filters,
            )
            aids = _aids(answer, lib, model) if gloss else None
    if answer.notice:
        complain(answer.notice)
    if wants_json(context, as_json):
        print_json(aids.added(answer.to_dict()) if aids else answer.to_dict())
    else:
        sheet = Sheet(sys.stdout)
        print_answer(answer, sheet, aids.printer(sheet) if aids else None)


@app.command()
def chat(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    language: Languages = None,
    article: Ids = None,
    any_date: AnyDate = False,
    reranker: Rerank = None,
    llm: Model = None,
    llm_timeout: Patience = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer question after question, a line each; one may lean on those before it ("and why?"). /new forgets them."""
    model = model_of(llm, llm_timeout)
    as_json, sheet, wrong = wants_json(context, as_json), Sheet(sys.stdout), False
    with open_library(existing(context, library), reranker=reranker) as lib:
        filters: dict[str, Any] = {"since": since, "until": until, **among(lib, source, language, article)}
        lib.search("isnad", k=1, **filters)  # a wrong filter is told before the first question
        talk = lib.chat(llm=model or "none")
        for line in _lines("" if as_json else "? "):
            if line == "/new":
                talk.reset()
                continue
            try:
                with writing(sys.stderr, model.name if model else None):
                    answer = talk.ask(line, dates=not any_date, **filters)
            except QueryError as error:
                complain(str(error))
                wrong = True
                continue
            if answer.notice:
                complain(answer.notice)
            if as_json:
                print_json(answer.to_dict())
                continue
            if answer.completed:
                sheet.put(answer.completed, "dim")
            print_answer(answer, sheet)
            sheet.put()
            sys.stdout.flush()
    if wrong and not sys.stdin.isatty():
        raise typer.Exit(2)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, a name or a question.")],
    hits: Annotated[int, typer.Option("--hits", "-k", metavar="N", help="How many passages at the most.")] = 10,
    since: Since = None,
    until: Until = None,
    source: Outlet = None,
    language: Languages = None,
    article: Ids = None,
    any_date: AnyDate = False,
    reranker: Rerank = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the passages nearest to a query, best first."""
    query = said(query)
    with open_library(existing(context, library), reranker=reranker) as lib:
        filters = among(lib, source, language, article)
        found = lib.search(query, k=hits, since=since, until=until, dates=not any_date, **filters)
        understood = lib.period(query) if not (since or until or any_date) else None
    if wants_json(context, as_json):
        first, last = (understood.since, understood.until) if understood else (iso_date(since), iso_date(until))
        about = {"query": query, "since": first, "until": last, "understood": understood.text if understood else None}
        print_json(about | {"hits": [{"rank": n} | asdict(hit) for n, hit in enumerate(found, start=1)]})
    else:
        sheet = Sheet(sys.stdout)
        if understood:
            print_dates(understood.since, understood.until, understood.text, sheet)
        print_hits(found, sheet)


@app.command()
def status(context: typer.Context, library: In = None, as_json: Json = False, debug: Debug = False) -> None:
    """Say what the library holds: articles, passages, outlets, dates, encoder, size."""
    with open_library(existing(context, library)) as lib:
        found = lib.status()
    if wants_json(context, as_json):
        print_json(asdict(found))
    else:
        print_status(found, Sheet(sys.stdout))


@app.command()
def remove(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of articles, or their files.")],
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Take articles out of the library; their files stay."""
    with open_library(existing(context, library)) as lib:
        known = {given: ids_of(given) for given in ids}
        removed = lib.remove(dict.fromkeys(id for several in known.values() for id in several))
    missing = [given for given, several in known.items() if not set(several) & set(removed)]
    if wants_json(context, as_json):
        print_json({"removed": removed, "missing": missing})
    else:
        Sheet(sys.stdout).put(f"removed {len(removed):,}")
    for given in missing:
        complain(f"no article has the id {given!r}; isnad search --json shows the ids")
    if missing:
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Mend all that can be made anew from the articles.")] = False,
    compact: Annotated[bool, typer.Option("--compact", help="Win back the room of articles that are gone.")] = False,
    salvage: Annotated[
        Path | None, typer.Option(metavar="NEW", help="Save what can be read of a damaged library into a new one.")
    ] = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Verify every article and the library's files against one another; exit status 1 if something is wrong."""
    folder = existing(context, library)
    if salvage:
        saved, lost = upkeep.salvage(folder, salvage)
        if wants_json(context, as_json):
            print_json({"saved": saved, "lost": lost})
        else:
            Sheet(sys.stdout).put(f"saved {saved:,} articles in {salvage}")
        for one in lost:
            complain(f"could not save {one}")
        raise typer.Exit(1 if lost else 0)
    faults = upkeep.faults(folder)
    if repair:
        upkeep.repair(folder)
    left = upkeep.faults(folder) if repair else faults
    sizes = upkeep.compact(folder) if compact and not left else None
    if wants_json(context, as_json):
        print_json({"faults": faults, "repaired": repair, "left": left} | upkeep.sizes_of(sizes))
    else:
        sheet = Sheet(sys.stdout)
        for fault in faults:
            sheet.put(fault)
        sheet.put("all is well" if not faults else "rebuilt; all is well" if not left else "not all is well")
        if sizes:
            sheet.put(upkeep.told(*sizes))
    if left:
        complain(f"could not mend: {'; '.join(left)}" if repair else "to mend the library: isnad check --repair")
        raise typer.Exit(1)


@app.command()
def backup(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(metavar="DEST", help="A new folder, for a copy of the library.")],
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Copy the library, as it is at this moment, into a new folder; others may write meanwhile."""
    from index.backup import backup as copy

    articles = copy(existing(context, library), to)
    if wants_json(context, as_json):
        print_json({"backup": str(to), "articles": articles})
    else:
        count = "1 article" if articles == 1 else f"{articles:,} articles"
        Sheet(sys.stdout).put(f"copied {count}; to use the copy: --library {to}")


# -- what the commands share -------------------------------------------------------------------------------------------


def model_of(llm: str | None, timeout: float | None) -> LanguageModel | None:
    """The language model that an option names, else the environment's; None for none."""
    from rag.language_models import load_language_model

    return load_language_model(os.environ.get("ISNAD_LLM") if llm is None else llm, timeout)


def _aids(answer: Answer, lib: Library, model: LanguageModel | None) -> Aids:
    from rag.gloss_printing import Aids

    return Aids.of(answer, lib, model, complain)


def complain(message: str) -> None:
    """Say in one line on stderr what is wrong."""
    print(f"isnad: {clean(message)}", file=sys.stderr)


def _lines(prompt: str) -> Iterator[str]:
    """The lines that are typed, or that come through a pipe, without those that are empty."""
    if not sys.stdin.isatty():
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(encoding="utf-8", errors="replace")
        yield from filter(None, map(str.strip, sys.stdin))
        return
    with suppress(ImportError):
        import readline  # noqa: F401  input() then has arrow keys and what was typed before; nothing goes to disk
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            print()
            return
        if line:
            yield line


def wants_json(context: typer.Context, here: bool) -> bool:
    """Whether --json was given, before the command or behind it."""
    return here or context.obj.json


def print_json(whole: dict[str, Any]) -> None:
    """One object on stdout."""
    print(json.dumps(whole, ensure_ascii=False, allow_nan=False), flush=True)
