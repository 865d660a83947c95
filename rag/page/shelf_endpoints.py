"""What the page offers to programs that add: the functions behind two more named endpoints, with JSON in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from index.article import Article
from index.errors import IsnadError
from index.indexing import Report
from index.reading import Failure
from rag.library import Library
from rag.page.writing import Writing

_FIELDS = tuple(field.name for field in fields(Article))


def endpoints(
    library: Library, writing: Writing | None, wrong: Callable[[str], Exception]
) -> list[Callable[..., dict[str, Any]]]:
    """The functions `add` and `status` over `library`. writing: None where `add` refuses. wrong: makes of an error's
    text what the caller is told."""

    def add(articles: list[dict[str, Any]]) -> dict[str, Any]:
        """Add articles; one whose id is there already replaces it if it differs.

        articles: objects with id and text and, if known, title, date (YYYY-MM-DD), source (the outlet), url, language
        (ISO 639-1) and author, all text. Returns the counts added, unchanged and updated, and failed: a list of {id,
        why}, where id is that of the article or its place in the list. All others are stored, durably. Refused by a
        server that is read-only, or while another writer is at work.
        """
        if writing is None:
            raise wrong("this server is read-only; isnad serve --writable takes articles")
        if not isinstance(articles, list):
            raise wrong("articles must be a list of objects, each with id and text")
        made = [_article(one, number) for number, one in enumerate(articles, start=1)]
        taken = [one for one in made if isinstance(one, Article)]
        failed = [one for one in made if isinstance(one, Failure)]
        try:
            report = library.add(taken) if taken else Report()
        except IsnadError as error:
            raise wrong(str(error)) from None
        # Not "path": the framework's client would take it for a file, and fetch it.
        told = [{"id": one.path, "why": one.why} for one in [*failed, *report.failed]]
        counts = {"added": report.added, "unchanged": report.unchanged, "updated": report.updated}
        return counts | {"failed": told}

    def status() -> dict[str, Any]:
        """Say what the library holds.

        Returns the JSON of `isnad status --json`, without the path: articles, passages, reports, sources (outlet ->
        articles), first and last (days), encoder, dimension, fingerprint, format, change, size (bytes); and writable:
        whether `add` takes articles.
        """
        told = asdict(library.status())
        del told["path"]  # of this machine, which the caller need not know
        return told | {"writable": writing is not None}

    return [add, status]


def _article(given: object, number: int) -> Article | Failure:
    """The article that an object describes, or why it is none."""
    if not isinstance(given, dict):
        return Failure(f"articles[{number}]", f"must be an object with id and text, not {type(given).__name__}")
    named = given.get("id")
    place = named if isinstance(named, str) and named.strip() else f"articles[{number}]"
    if unknown := [key for key in given if key not in _FIELDS]:
        return Failure(place, f"{unknown[0]!r} is no field of an article; there are: {', '.join(_FIELDS)}")
    if lacking := [key for key in ("id", "text") if key not in given]:
        return Failure(place, f"lacks {lacking[0]!r}; an article needs id and text")
    try:
        return Article(**given)
    except IsnadError as error:
        return Failure(place, str(error))
