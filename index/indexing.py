"""Indexing: articles become entries of the store, in batches of bounded size, and a report says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from index.article import Article
from index.encoder import Encoder
from index.entries import encoded
from index.errors import ArticleError
from index.passages import passages
from index.reading import Failure
from index.sentences import Span
from index.store import Store

_BATCH_ARTICLES = 512
_BATCH_CHARACTERS = 4_000_000


@dataclass(slots=True)
class Report:
    """What became of the articles: how many were added, unchanged and updated, and which failed (path, why)."""

    added: int = 0
    unchanged: int = 0
    updated: int = 0
    failed: list[Failure] = field(default_factory=list)


def index(
    items: Iterable[Article | Failure],
    store: Store,
    encoder: Encoder,
    report: Report | None = None,
    stop: Callable[[], bool] | None = None,
) -> Report:
    """Put every article of `items` into `store`; an article that is there already, unchanged, costs nothing.

    Each batch is durable when the next one begins; on an interruption what was stored stays, and the next run goes on.
    report: an empty one to fill, which another thread may watch meanwhile. stop: asked before each article; True ends
    the run, and leaves what has been read since the last batch for the next.
    """
    report = Report() if report is None else report
    batch: dict[str, Article] = {}
    characters = 0
    with store.writing():
        for item in items:
            if stop and stop():
                return report
            if isinstance(item, Failure):
                report.failed.append(item)
                continue
            batch[item.id] = item  # of two with one id the later wins, as in a later call
            characters += len(item.text)
            if len(batch) >= _BATCH_ARTICLES or characters >= _BATCH_CHARACTERS:
                _store(batch, store, encoder, report)
                batch, characters = {}, 0
        _store(batch, store, encoder, report)
    return report


def _store(batch: dict[str, Article], store: Store, encoder: Encoder, report: Report) -> None:
    stored = store.digests(batch)
    changed: list[tuple[Article, list[Span]]] = []
    for article in batch.values():
        if stored.get(article.id) == article.digest():
            report.unchanged += 1
        elif not (spans := passages(article.text)):
            report.failed.append(
                Failure(article.id, "nothing in it can be read as a sentence; give an article with words")
            )
        else:
            changed.append((article, spans))
            if article.id in stored:
                report.updated += 1
            else:
                report.added += 1
    if not changed:
        return
    store.add(encoded(changed, encoder))


def checked(articles: Iterable[object]) -> Iterable[Article]:
    """`articles`, with a clear error for what is none."""
    for article in articles:
        if not isinstance(article, Article):
            raise ArticleError(
                f"expected an Article, found {type(article).__name__}; write Article(id='...', text='...')"
            )
        yield article
