"""Filters: what a question is asked of, checked against what the library has."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from index.article import iso_date
from index.catalogue import Filter
from index.errors import ArticleError, QueryError
from index.store import Store

Date = str | datetime.date | None


def make_filter(
    store: Store,
    since: Date,
    until: Date,
    source: str | Iterable[str] | None,
    language: str | Iterable[str] | None,
    articles: str | Iterable[str] | None,
) -> Filter:
    """The filter of Library.search()'s arguments. Raises QueryError for a date that is none, since after until, or an
    outlet, a language or an id that `store` does not have."""
    try:
        first, last = iso_date(since), iso_date(until)
    except ArticleError as error:
        raise QueryError(str(error), "date") from None
    if first and last and first > last:
        raise QueryError(f"since ({first}) is after until ({last}); exchange them", "order")
    sources, languages, ids = _several(source), _several(language), _several(articles)
    _check("outlet", "is from", sources, store.sources() if sources else {})
    _check("language", "is in", languages, store.languages() if languages else {})
    if unknown := _unknown(ids, store.digests(ids)):
        raise QueryError(f"no article has the id {unknown[0]!r}; isnad search --json and lib.articles() show the ids")
    return Filter(first, last, sources, languages, ids if articles is not None else None)


def _check(what: str, relation: str, wanted: Iterable[str], known: Mapping[str, object]) -> None:
    """Raises QueryError, with those that there are, if one that is wanted is not known."""
    if unknown := _unknown(wanted, known):
        some = ", ".join(list(known)[:20]) or f"none: its articles name no {what}"
        raise QueryError(f"no article {relation} {unknown[0]!r}; the {what}s of this library are: {some}")


def _several(wanted: str | Iterable[str] | None) -> tuple[str, ...]:
    return () if wanted is None else (wanted,) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))


def _unknown(wanted: Iterable[str], known: Mapping[str, object]) -> list[str]:
    return [one for one in wanted if one not in known]
