"""What the commands of `isnad` are given, as what is meant by it: a folder, a library, articles, filters."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from index.errors import ArticleError, LibraryError, QueryError

if TYPE_CHECKING:
    from rag.library import Library


def said(argument: str) -> str:
    """An argument as UTF-8, in which it was typed, whatever the locale made of it."""
    return os.fsencode(argument).decode("utf-8", "replace")


def folder_of(context: typer.Context, here: Path | None) -> Path:
    """The library that is meant: named after the command, before it, by the environment, or the user's own."""
    named = here or context.obj.library or os.environ.get("ISNAD_LIBRARY")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path("isnad", appauthor=False)


def existing(context: typer.Context, here: Path | None) -> Path:
    folder = folder_of(context, here)
    if not is_library(folder):
        raise LibraryError(
            f"there is no library at {folder}; make one: isnad index PATH... --library {shlex.quote(str(folder))}"
        )
    return folder


def is_library(folder: Path) -> bool:
    """Whether anything lies there: what is no library, or a damaged one, the library itself can say best."""
    return any(folder.glob("[!.]*"))


def open_library(folder: Path, encoder: str | None = None, reranker: str | None = None) -> Library:
    """Open a library with `encoder`, or with the one that it was built with."""
    from rag.library import Library

    return Library.open(folder, encoder_of(folder, encoder), reranker=reranker or os.environ.get("ISNAD_RERANKER"))


def encoder_of(folder: Path, encoder: str | None) -> str | None:
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


def fields_of(options: list[str]) -> dict[str, str]:
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


def among(
    lib: Library, sources: list[str] | None, languages: list[str] | None, articles: list[str] | None
) -> dict[str, list[str] | None]:
    """The filters that name outlets, languages and articles; an article may be named by its file."""
    named = map(said, articles or [])
    ids = [found for given in named for found in [a.id for a in lib.articles(ids_of(given))] or [given]]
    return {
        "source": [said(name) for name in sources or []],
        "language": [said(code) for code in languages or []],
        "articles": ids or None,
    }


def ids_of(given: str) -> list[str]:
    """The ids that may be meant: itself and, where it is a file, that of the file's article."""
    from index.reading import article_id

    return [given, article_id(os.path.realpath(given))] if os.path.lexists(given) else [given]
