"""The library: the one door to an archive of articles, for the command line, the page, the evaluation and other
programs."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self, TypeVar

from index.article import Article, iso_date
from index.catalogue import Filter, Passage
from index.encoder import Encoder, load_encoder
from index.errors import ArticleError, QueryError
from index.indexing import Report, checked, index
from index.reading import Limits, read
from index.reencoding import reencode
from index.reports import Copies
from index.store import Status, Store
from rag.answering import compose
from rag.copies import distinct
from rag.evidence import Evidence, EvidenceFinder
from rag.expansion import Expander, Expansion
from rag.lexicon import Lexicon
from rag.question import Question, understand
from rag.results import Answer, Citation, Hit
from rag.retrieval import Found, Retriever
from rag.weights import Weights

Date = str | datetime.date | None
_Place = TypeVar("_Place", Hit, Citation)

_READ = 8
"""Passages whose sentences are looked at for an answer."""
_NEAREST = 5


class Library:
    """An archive of articles on disk: add, search, ask. Use open(); it is a context manager, and safe for several
    threads."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        self._store = store
        self._encoder = encoder
        self._lexicon = Lexicon.load()
        self._weights = Weights.load()
        self._expander = Expander(store, self._lexicon)
        self._retriever = Retriever(store, encoder, self._weights)
        builtin = encoder if encoder.name == "builtin" else load_encoder()
        self._finder = EvidenceFinder(encoder, builtin, self._lexicon, self._weights)

    @classmethod
    def open(cls, path: str | os.PathLike[str], encoder: str | os.PathLike[str] | Encoder | None = None) -> Self:
        """Open the library in the folder `path`; make one where there is none.

        encoder: None for the built-in one, the name or folder of a sentence-transformers model, or an Encoder.
        Raises LibraryError (LibraryDamaged, EncoderMismatch) or EncoderError, with the mend.
        """
        chosen = _chosen(encoder)
        return cls(Store(Path(path), chosen), chosen)

    @staticmethod
    def reencode(path: str | os.PathLike[str], encoder: str | os.PathLike[str] | Encoder | None = None) -> int:
        """Encode the library in the folder `path` anew with `encoder` (as for open()); returns the number of passages,
        0 if it is its encoder's already.

        The articles are read from the library itself. Until it is done others read the library as it was, and if it is
        cut short it stays as it was. Raises LibraryLocked, LibraryDamaged or EncoderError.
        """
        return reencode(Path(path), _chosen(encoder))

    def close(self) -> None:
        """Let go of the files; everything that was added is on disk already."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing -----------------------------------------------------------------------------------------------------

    def add(self, articles: Iterable[Article]) -> Report:
        """Add articles. One with an id that is there replaces it if it differs, and costs nothing if it does not.

        Durable on return. Raises ArticleError for what is no Article, LibraryLocked if another process writes.
        """
        if isinstance(articles, Article):
            raise ArticleError("add() takes a list of articles; write lib.add([article])")
        return index(checked(articles), self._store, self._encoder)

    def add_files(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        fields: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Add the articles of files, folders and zips; what cannot be read is in the report, and the rest goes on.

        fields: Isnad's field names -> those of your JSON or CSV ({"text": "payload.body"}).
        progress: called with (bytes done, bytes in all).
        """
        paths = [paths] if isinstance(paths, str | os.PathLike) else paths
        return index(
            read(paths, fields=fields, limits=limits or Limits(), progress=progress),
            self._store,
            self._encoder,
        )

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Take articles out; return the ids of those that were there."""
        with self._store.writing():
            return self._store.remove([ids] if isinstance(ids, str) else ids)

    # -- reading -----------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        k: int = 10,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
    ) -> list[Hit]:
        """The `k` best passages for `query`, best first. since, until: days, both included. source: outlet or outlets.

        Of copies of one report a passage is given once, and says in how many articles and outlets the report stands.
        Raises QueryError for an empty query, k < 1, a date that is none, since after until, or an unknown outlet.
        """
        if k < 1:
            raise QueryError(f"k is {k}; ask for at least 1 hit")
        asked = self._expander.expand(understand(query, self._lexicon))
        return self._hits(self._passages(asked, k, self._filter(since, until, source)))

    def ask(
        self, question: str, since: Date = None, until: Date = None, source: str | Iterable[str] | None = None
    ) -> Answer:
        """Answer with quotes from the archive, or refuse. The filters are those of search(), and so are the errors."""
        asked, found, evidence = self.evidence(question, since, until, source)
        answer = compose(asked, evidence, self._weights, self._hits(found[:_NEAREST]))
        reports = self._store.copies({c.article_id for c in answer.citations})
        return replace(answer, citations=tuple(_counted(c, reports) for c in answer.citations))

    def evidence(
        self, question: str, since: Date = None, until: Date = None, source: str | Iterable[str] | None = None
    ) -> tuple[Question, list[Found], list[Evidence]]:
        """What ask() answers from: the question as understood, the passages read, and their sentences, best first."""
        asked = self._expander.expand(understand(question, self._lexicon))
        found = self._passages(asked, _READ, self._filter(since, until, source))
        return asked.question, found, self._finder.find(asked, found)

    def _passages(self, asked: Expansion, k: int, where: Filter) -> list[Found]:
        """The `k` best passages, none a copy of a better one; where copies make them fewer, it is looked deeper."""
        depth = k
        while True:
            found = self._retriever.search(asked, depth, where)
            kept = distinct(found, self._store.copies({f.passage.article_id for f in found}))
            if len(kept) >= k or len(found) < depth:
                return kept[:k]
            depth *= 4

    def _hits(self, found: Sequence[Found]) -> list[Hit]:
        reports = self._store.copies({f.passage.article_id for f in found})
        return [_counted(_hit(f), reports) for f in found]

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """The stored articles as they were given: all, or those of `ids`."""
        return self._store.articles(ids)

    def status(self) -> Status:
        """What the library holds, and how large it is."""
        return self._store.status()

    def check(self) -> list[str]:
        """Verify catalogue and projections; the faults, a line each (empty: all is well)."""
        return self._store.check()

    def repair(self) -> None:
        """Rebuild the projections from the catalogue, and the reports if they are wrong; nothing is encoded again."""
        self._store.repair()

    def _filter(self, since: Date, until: Date, source: str | Iterable[str] | None) -> Filter:
        try:
            first, last = iso_date(since), iso_date(until)
        except ArticleError as error:
            raise QueryError(str(error)) from None
        if first and last and first > last:
            raise QueryError(f"since ({first}) is after until ({last}); exchange them")
        wanted = () if source is None else (source,) if isinstance(source, str) else tuple(source)
        if wanted:
            known = self._store.sources()
            if unknown := [s for s in wanted if s not in known]:
                some = ", ".join(list(known)[:20]) or "none: its articles name no outlet"
                raise QueryError(f"no article is from {unknown[0]!r}; the outlets of this library are: {some}")
        return Filter(first, last, wanted)


def _chosen(encoder: str | os.PathLike[str] | Encoder | None) -> Encoder:
    return load_encoder(encoder) if encoder is None or isinstance(encoder, str | os.PathLike) else encoder


def _counted(place: _Place, reports: Mapping[str, Copies]) -> _Place:
    """`place` with what is known of its article's report."""
    report = reports.get(place.article_id)
    if report is None:  # removed a moment ago
        return place
    return replace(place, articles=report.articles, outlets=report.outlets, copies=report.others)


def _hit(found: Found) -> Hit:
    p: Passage = found.passage
    return Hit(p.article_id, p.title, p.source, p.date, p.url, p.text, p.start, p.end, found.score)
