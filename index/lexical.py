"""The lexical projection: stems and character n-grams in Tantivy, searched by BM25."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import tantivy

from index import normalise
from index.catalogue import Catalogue, Filter
from index.errors import LibraryDamaged
from index.segments import META, seal, segments, unseal, verify
from index.tokens import Terms, terms

Field = Literal["stems", "grams", "title"]

SCHEMA = 2
"""Raise it whenever a field is added or means something else: an index of another schema is made again."""

_HEAP = 64 << 20
_WORN = 0.2


class Document(NamedTuple):
    """A passage as the index takes it; `title` is cut at HEADLINE."""

    passage: int
    terms: Terms
    article: int
    title: str
    date: str | None
    source: str | None
    language: str | None


@lru_cache(maxsize=1)  # it comes with each passage of the article, one after the other
def _headline(title: str) -> str:
    return terms(title).stems


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    for field in ("stems", "grams", "title"):
        # The project's own analyser has made the terms: one for both sides.
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("language", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("article", indexed=True)
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(passage: int) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("passage", passage)
    return document


def _day(date: str | None) -> int:
    """'2015-07-21' -> 20150721; 0 where there is no date."""
    return int(date.replace("-", "")) if date else 0


class Lexical:
    """The terms of one library. Its stamp, the catalogue's change, is a document of the index: both are committed at
    once.

    Only the holder of the library's write lock may call catch_up() and rebuild(). Not thread-safe.
    """

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._writer: tantivy.IndexWriter | None = None
        self._reached = 0  # the change up to which the writer holds all, committed or not
        self._verified: set[str] = set()
        self._owner = f"{catalogue.uuid}:{normalise.VERSION}.{SCHEMA}"
        self._index: tantivy.Index | None = None
        self.change = -1  # nothing readable is there
        self.reload()

    def reload(self) -> None:
        """See what has been committed since."""
        try:
            if self._index is None:
                if not (self._folder / META).exists():
                    return
                verify(self._folder, self._verified)  # Tantivy panics on files that were cut short
                self._index = tantivy.Index.open(str(self._folder))
                # OnCommit would start a thread that watches the folder; a search reloads when the catalogue has
                # changed.
                self._index.config_reader("Manual", 0)
            self._index.reload()
            verify(self._folder, self._verified)
            self._searcher = self._index.searcher()
            owner, change = self._stamp()
        except (ValueError, OSError, LookupError):
            self._index, self.change = None, -1
            return
        if owner != self._owner:
            # Made anew by another process, it may have another schema: it is opened again, not only read again.
            self._index, change = None, -1
        self.change = change

    def _stamp(self) -> tuple[str, int]:
        found = self._searcher.search(tantivy.Query.term_query(self._schema, "passage", 0), 2).hits
        if not found:  # nothing has been put in yet
            return (self._owner if self._schema == _schema() else ""), 0
        if len(found) > 1:
            raise ValueError("two stamps: what was deleted has come back")
        owner, _, change = self._searcher.doc(found[0][1])["stamp"][0].rpartition("@")
        return owner, int(change)

    @property
    def _schema(self) -> tantivy.Schema:
        if self._index is None:
            raise LibraryDamaged(f"{self._folder} is not readable; run: isnad check --repair")
        return self._index.schema

    def __len__(self) -> int:
        return max(self._searcher.num_docs - 1, 0) if self.change >= 0 else 0

    def ids(self) -> list[int]:
        """The ids of all passages that are held."""
        if self.change < 0:
            return []
        found = self._searcher.search(tantivy.Query.all_query(), self._searcher.num_docs or 1).hits
        return [int(i) for i in self._searcher.fast_field_values("passage", [address for _, address in found]) if i]

    # -- writing -----------------------------------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Start from nothing; the next catch_up() reads everything from the catalogue."""
        self._index = self._writer = None
        if self._folder.exists():
            # Moved aside at once, then emptied: a reader may be putting its lock file into it at this moment.
            self._folder.rename(self._folder.with_name(f".terms-{uuid.uuid4().hex}.old"))
        self._folder.mkdir()
        for old in self._folder.parent.glob(".terms-*.old"):
            if old.is_dir():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.unlink(missing_ok=True)
        self._index = tantivy.Index(_schema(), path=str(self._folder))
        self._index.config_reader("Manual", 0)
        self._index.reload()
        self._searcher = self._index.searcher()
        self.change = 0

    def refresh(self) -> None:
        """Take up what other writers have done; to be called under the write lock, before anything is written."""
        self.reload()
        if self.change > self._catalogue.change():  # the catalogue has been restored from a backup
            self.rebuild()

    def offer(self, change: int, documents: Iterable[Document]) -> None:
        """Give the writer the passages of a change that was just written and took none out: catch_up(), which commits
        them, need not read them back, and a thread of Tantivy's is at them meanwhile.

        What lags, or goes wrong, is left to catch_up(): all that is in the catalogue is safe.
        """
        try:
            if self.change < 0 and change == 1:
                self.rebuild()
            if (self.change if self._writer is None else self._reached) == change - 1:
                self._put(self._opened(), documents)
                self._reached = change
        except (ValueError, OSError):  # as in catch_up()
            self._writer = None
        except BaseException:
            self._writer = None
            raise

    def gone(self) -> int:
        """How many passages the files hold that are gone: Tantivy's statistics still count them."""
        dead = [segment["deletes"] for segment in segments(self._folder) if segment.get("deletes")]
        return sum(one["num_deleted_docs"] for one in dead)

    def _worn(self) -> bool:
        """Whether so many passages are gone that the scores suffer."""
        gone = self.gone() + len(self._catalogue.removed_since(self.change))
        return bool(gone > _WORN * self._searcher.num_docs)

    def catch_up(self) -> None:
        """Apply every change of the catalogue since the last one applied, and commit; call it within a snapshot."""
        if self.change < 0:
            self.rebuild()
        latest = self._catalogue.change()
        if self.change == latest:
            return
        if self.change and (self.change < self._catalogue.pruned() or self._worn()):
            self.rebuild()
        try:
            try:
                self._apply(latest)
            except (ValueError, OSError):  # files of a writer that was killed stand in the way
                self.rebuild()
                self._apply(latest)
        except BaseException:
            self._writer = None  # and with it all that it has not committed
            raise
        self.reload()

    def _apply(self, latest: int) -> None:
        writer = self._opened()
        for passage in self._catalogue.removed_since(self._reached):
            self._delete(writer, passage)
        rows = self._catalogue.texts_since(self._reached)
        self._put(writer, (Document(row[0], terms(row[1]), *row[2:]) for row in rows))
        self._delete(writer, 0)  # passage ids begin at 1; 0 is the stamp's
        stamp = _document(0)
        stamp.add_text("stamp", f"{self._owner}@{latest}")
        writer.add_document(stamp)
        writer.commit()  # the only one: a catch-up that is cut short leaves nothing
        self._reached = latest

    def _opened(self) -> tantivy.IndexWriter:
        if self._writer is None:
            if self._index is None:
                raise LibraryDamaged(f"{self._folder} is not readable; run: isnad check --repair")
            unseal(self._folder)
            self._writer = self._index.writer(_HEAP, 1)
            self._writer.garbage_collect_files()  # what a writer that was killed has left
            self._reached = self.change
        return self._writer

    def _put(self, writer: tantivy.IndexWriter, documents: Iterable[Document]) -> None:
        for passage, found, article, title, date, source, language in documents:
            document = _document(passage)
            document.add_text("stems", found.stems)
            document.add_text("grams", found.grams)
            document.add_text("title", _headline(title))
            document.add_unsigned("day", _day(date))
            if source is not None:
                document.add_text("source", source)
            if language is not None:
                document.add_text("language", language)
            document.add_unsigned("article", article)
            writer.add_document(document)

    def _delete(self, writer: tantivy.IndexWriter, passage: int) -> None:
        # delete_documents_by_term() takes the number for a signed one, and finds nothing in an unsigned field.
        writer.delete_documents_by_query(tantivy.Query.term_query(self._schema, "passage", passage))

    def release(self) -> None:
        """Let go of the writer, and with it of its memory, its threads and its lock file."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None
            seal(self._folder)

    def abandon(self) -> None:
        """Let go of a writer that failed, and of what it has not committed."""
        self._writer = None

    # -- reading -----------------------------------------------------------------------------------------------------

    def frequency(self, field: Field, term: str) -> int:
        """In how many passages `term` stands."""
        return self._searcher.doc_freq(field, term) if self.change >= 0 else 0

    def vocabulary(self) -> list[str]:
        """Every stem of the library, the most frequent first."""
        if self.change < 0:
            return []
        return [term for term, _ in self._searcher.terms_with_prefix("stems", "")]

    def search(
        self, groups: Sequence[Mapping[tuple[Field, str], float]], k: int, where: Filter
    ) -> list[tuple[int, float]]:
        """The `k` best passages that `where` admits: (passage id, score), best first.

        A group is one idea of the question, (field, term) -> weight: its spellings, stems and translations, of which
        a passage
        gets the best (weight x BM25), so that five synonyms do not count five times. The score is the sum over the
        groups.
        """
        if self.change < 0 or k < 1:
            return []
        query, clauses = tantivy.Query, []
        for group in groups:
            parts = [
                query.boost_query(query.term_query(self._schema, field, term, index_option="freq"), weight)
                for (field, term), weight in group.items()
            ]
            if parts:
                clauses.append((tantivy.Occur.Should, query.disjunction_max_query(parts, 0.1)))
        if not clauses:
            return []
        whole = query.boolean_query(clauses)
        if where:
            must = [(tantivy.Occur.Must, whole)]
            must += [(tantivy.Occur.Must, query.boost_query(part, 0.0)) for part in self._conditions(where)]
            whole = query.boolean_query(must)
        # Tantivy makes room for k hits beforehand, and aborts where there is none.
        hits = self._searcher.search(whole, min(k, self._searcher.num_docs or 1), count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return [(int(passage or 0), score) for passage, (score, _) in zip(ids, hits, strict=True)]

    def admitted(self, where: Filter) -> np.ndarray:
        """The ids of all passages that `where`, which is not empty, lets through, int64."""
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in self._conditions(where)])
        hits = self._searcher.search(query, self._searcher.num_docs or 1, count=False).hits
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        return np.fromiter((passage or 0 for passage in ids), np.int64, len(ids))

    def _conditions(self, where: Filter) -> list[tantivy.Query]:
        conditions = []
        if where.since or where.until:
            first, last = _day(where.since) or 1, _day(where.until) or 99_999_999
            conditions.append(tantivy.Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, first, last))
        if where.sources:
            conditions.append(tantivy.Query.term_set_query(self._schema, "source", list(where.sources)))
        if where.languages:
            conditions.append(tantivy.Query.term_set_query(self._schema, "language", list(where.languages)))
        if where.articles is not None:
            numbers = self._catalogue.numbers(where.articles)
            conditions.append(tantivy.Query.term_set_query(self._schema, "article", numbers))
        return conditions
