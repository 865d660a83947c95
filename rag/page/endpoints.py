"""What the page offers to other programs: the functions behind its named endpoints, with JSON in and out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from index.errors import QueryError
from rag.library import Library

_MOST = 100


def endpoints(library: Library, wrong: Callable[[str], Exception]) -> list[Callable[..., dict[str, Any]]]:
    """The functions `ask` and `search` over `library`. wrong: makes of a QueryError's text what the caller is told."""

    def ask(
        question: str,
        since: str | None = None,
        until: str | None = None,
        source: list[str] | None = None,
        any_date: bool = False,
    ) -> dict[str, Any]:
        """Answer a question with quotes from the library, or refuse.

        Returns the JSON of `isnad ask --json`: question, answered, text, confidence, claims, citations (article.text[
        start:end] == quote), nearest. since, until: days, YYYY-MM-DD, both included. source: names of outlets.
        any_date: take no words of the question ("last week") for dates.
        """
        try:
            return library.ask(question, since, until, source, dates=not any_date).to_dict()
        except QueryError as error:
            raise wrong(str(error)) from None

    def search(
        query: str,
        k: int = 10,
        since: str | None = None,
        until: str | None = None,
        source: list[str] | None = None,
        any_date: bool = False,
    ) -> dict[str, Any]:
        """Find the k passages (100 at the most) nearest to a query, best first.

        Returns the query and its hits as `isnad search --json` has them: rank, score (a probability), article_id,
        title, source, date, url, text, start, end, matched. The filters are those of ask.
        """
        try:
            found = library.search(query, min(k, _MOST), since, until, source, dates=not any_date)
        except QueryError as error:
            raise wrong(str(error)) from None
        return {"query": query, "hits": [{"rank": n} | asdict(hit) for n, hit in enumerate(found, start=1)]}

    return [ask, search]
