"""The commands of `isnad`: each opens the library, does one thing and prints it, for people or as JSON."""

from __future__ import annotations

import importlib
import io
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from index.article import iso_date
from index.errors import ArticleError, LibraryError, QueryError
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
    from rag.language_models import LanguageModel
    from rag.library import Library

app = typer.Typer(
    name="isnad",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers from your own archive of news articles, each sentence with the words that it rests on.",
)

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

    folder, began = _folder(context, library), time.perf_counter()
    fields, paths = _fields(field or []), paths or []
    anew = 0
    if reencode and _is_library(folder):
        from rag.library import Library

        anew = Library.reencode(folder, _encoder_of(folder, encoder))
    elif not paths and reencode:
        _existing(context, library)  # says that there is none
    elif not paths:
        raise QueryError("nothing to index; name files, folders or zips: isnad index PATH...")
    out, errors = Sheet(sys.stdout), Sheet(sys.stderr)
    if paths and not _is_library(folder) and not any(map(os.path.lexists, paths)):
        # A mistyped path should not leave an empty library behind.
        failed = [found for found in read(paths, fields=fields) if isinstance(found, Failure)]
        report, status = Report(failed=failed), None
    else:
        with _open(folder, encoder) as lib:
            with progress(sys.stderr) as tell:
                report = lib.add_files(paths, fields=fields, progress=tell)
            status = lib.status()
    seconds = time.perf_counter() - began
    if _wants_json(context, as_json):
        counts = {"added": report.added, "unchanged": report.unchanged, "updated": report.updated}
        failures = [{"path": failure.path, "why": failure.why} for failure in report.failed]
        totals = {"articles": status.articles if status else 0, "passages": status.passages if status else 0}
        _print_json(counts | {"failed": failures, "reencoded": anew} | totals | {"seconds": round(seconds, 3)})
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
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Answer a question with quotes from the library, or say that it does not answer it."""
    model = _model(llm, llm_timeout)
    with _open(_existing(context, library), reranker=reranker) as lib:
        among = _among(lib, source, language, article)
        with writing(sys.stderr, model.name if model else None):
            answer = lib.ask(
                _said(question),
                since=since,
                until=until,
                dates=not any_date,
                llm=model,
                keep_unsupported=keep_unsupported,
                **among,
            )
    if answer.notice:
        complain(answer.notice)
    if _wants_json(context, as_json):
        _print_json(answer.to_dict())
    else:
        print_answer(answer, Sheet(sys.stdout))


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
    model = _model(llm, llm_timeout)
    wants_json, sheet, wrong = _wants_json(context, as_json), Sheet(sys.stdout), False
    with _open(_existing(context, library), reranker=reranker) as lib:
        filters: dict[str, Any] = {"since": since, "until": until, **_among(lib, source, language, article)}
        lib.search("isnad", k=1, **filters)  # a wrong filter is told before the first question
        talk = lib.chat(llm=model or "none")
        for line in _lines("" if wants_json else "? "):
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
            if wants_json:
                _print_json(answer.to_dict())
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
    query = _said(query)
    with _open(_existing(context, library), reranker=reranker) as lib:
        among = _among(lib, source, language, article)
        found = lib.search(query, k=hits, since=since, until=until, dates=not any_date, **among)
        said = lib.period(query) if not (since or until or any_date) else None
    if _wants_json(context, as_json):
        first, last = (said.since, said.until) if said else (iso_date(since), iso_date(until))
        about = {"query": query, "since": first, "until": last, "understood": said.text if said else None}
        _print_json(about | {"hits": [{"rank": n} | asdict(hit) for n, hit in enumerate(found, start=1)]})
    else:
        sheet = Sheet(sys.stdout)
        if said:
            print_dates(said.since, said.until, said.text, sheet)
        print_hits(found, sheet)


@app.command()
def status(context: typer.Context, library: In = None, as_json: Json = False, debug: Debug = False) -> None:
    """Say what the library holds: articles, passages, outlets, dates, encoder, size."""
    with _open(_existing(context, library)) as lib:
        found = lib.status()
    if _wants_json(context, as_json):
        _print_json(asdict(found))
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
    with _open(_existing(context, library)) as lib:
        known = {given: _ids(given) for given in ids}
        removed = lib.remove(dict.fromkeys(id for several in known.values() for id in several))
    missing = [given for given, several in known.items() if not set(several) & set(removed)]
    if _wants_json(context, as_json):
        _print_json({"removed": removed, "missing": missing})
    else:
        Sheet(sys.stdout).put(f"removed {len(removed):,}")
    for given in missing:
        complain(f"no article has the id {given!r}; isnad search --json shows the ids")
    if missing:
        raise typer.Exit(1)


@app.command()
def check(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Rebuild the search indexes from the catalogue.")] = False,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Hold the library's files against one another; exit status 1 if something is wrong."""
    with _open(_existing(context, library)) as lib:
        faults = lib.check()
        if repair:
            lib.repair()
        left = lib.check() if repair else faults
    if _wants_json(context, as_json):
        _print_json({"faults": faults, "repaired": repair, "left": left})
    else:
        sheet = Sheet(sys.stdout)
        for fault in faults:
            sheet.put(fault)
        sheet.put("all is well" if not faults else "rebuilt; all is well" if not left else "not all is well")
    if left:
        complain(f"could not mend: {'; '.join(left)}" if repair else "to mend the library: isnad check --repair")
        raise typer.Exit(1)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Port to listen on.", min=0, max=65535)] = 7860,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Open the library as a page in the browser."""
    folder, wants_json = _existing(context, library), _wants_json(context, as_json)

    def announce(url: str) -> None:
        if wants_json:
            _print_json({"url": url})
        else:
            print(f"Isnad is at {url} (Ctrl+C ends it)", flush=True)

    # app.py stands above rag/ and imports it; only the name of the module is known here, and only at this moment.
    importlib.import_module("app").serve(folder, host, port, announce)


@app.command("eval")
def eval_command(
    context: typer.Context,
    dataset: Annotated[
        Path,
        typer.Argument(metavar="DATASET", help="Questions: Isnad's .jsonl, SQuAD's .json; articles with --titles."),
    ],
    split: Annotated[str | None, typer.Option(metavar="SPLIT", help="Only this half: development or test.")] = None,
    articles: Annotated[
        Path | None,
        typer.Option(metavar="DATASET", help="Ask on the articles of this parallel set, of another language."),
    ] = None,
    titles: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Look for N articles by their titles, in an index without any titles."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="PART", help="Leave out names or translations; may be repeated.")
    ] = None,
    library: In = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure answers and ranking on a set of questions, or the search for known articles."""
    if split not in (None, "development", "test"):
        raise QueryError(f"there is no split {split!r}; there are development and test")
    # eval/ stands above rag/ as app.py does.
    run = importlib.import_module("eval.run")
    options = {"split": split, "without": without or (), "as_json": _wants_json(context, as_json)}
    if titles:
        raise typer.Exit(run.find_titles(dataset, titles, **options))
    raise typer.Exit(run.main(dataset, _folder(context, library), articles=articles, **options))


# -- what the commands share -------------------------------------------------------------------------------------------


def _model(llm: str | None, timeout: float | None) -> LanguageModel | None:
    from rag.language_models import load_language_model

    return load_language_model(os.environ.get("ISNAD_LLM") if llm is None else llm, timeout)


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


def _said(argument: str) -> str:
    """An argument as UTF-8, in which it was typed, whatever the locale made of it."""
    return os.fsencode(argument).decode("utf-8", "replace")


def _wants_json(context: typer.Context, here: bool) -> bool:
    return here or context.obj.json


def _print_json(whole: dict[str, Any]) -> None:
    print(json.dumps(whole, ensure_ascii=False, allow_nan=False), flush=True)


def _folder(context: typer.Context, here: Path | None) -> Path:
    """The library that is meant: named after the command, before it, by the environment, or the user's own."""
    named = here or context.obj.library or os.environ.get("ISNAD_LIBRARY")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("isnad", appauthor=False)


def _existing(context: typer.Context, here: Path | None) -> Path:
    folder = _folder(context, here)
    if not _is_library(folder):
        raise LibraryError(
            f"there is no library at {folder}; make one: isnad index PATH... --library {shlex.quote(str(folder))}"
        )
    return folder


def _is_library(folder: Path) -> bool:
    """Whether anything lies there: what is no library, or a damaged one, the library itself can say best."""
    return any(folder.glob("[!.]*"))


def _open(folder: Path, encoder: str | None = None, reranker: str | None = None) -> Library:
    """Open a library with `encoder`, or with the one that it was built with."""
    from rag.library import Library

    return Library.open(folder, _encoder_of(folder, encoder), reranker=reranker or os.environ.get("ISNAD_RERANKER"))


def _encoder_of(folder: Path, encoder: str | None) -> str | None:
    """The name of the encoder that is meant: `encoder`, else that of the library."""
    from index.catalogue import Catalogue
    from index.store import CATALOGUE

    if encoder is None and (folder / CATALOGUE).exists():
        catalogue = Catalogue(folder / CATALOGUE)
        encoder = catalogue.meta().get("encoder")
        catalogue.close()
    elif encoder and os.path.isdir(encoder):
        encoder = os.path.abspath(encoder)  # the library remembers it, and may be opened from another folder
    return encoder


def _fields(options: list[str]) -> dict[str, str]:
    from index.reading import read

    pairs = [option.partition("=") for option in options]
    for ours, equals, theirs in pairs:
        if not (ours.strip() and equals and theirs.strip()):
            raise QueryError(f"--field {ours}{equals}{theirs} names no field; write --field text=payload.body")
    fields = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    try:
        read([], fields=fields)
    except ArticleError as error:
        raise QueryError(str(error)) from None  # here it is the call that is wrong
    return fields


def _among(
    lib: Library, sources: list[str] | None, languages: list[str] | None, articles: list[str] | None
) -> dict[str, list[str] | None]:
    """The filters that name outlets, languages and articles; an article may be named by its file."""
    named = map(_said, articles or [])
    ids = [found for given in named for found in [a.id for a in lib.articles(_ids(given))] or [given]]
    return {
        "source": [_said(name) for name in sources or []],
        "language": [_said(code) for code in languages or []],
        "articles": ids or None,
    }


def _ids(given: str) -> list[str]:
    """The ids that may be meant: itself and, where it is a file, that of the file's article."""
    from index.reading import article_id

    return [given, article_id(os.path.realpath(given))] if os.path.lexists(given) else [given]
