"""The store: the catalogue and its two projections behind one small surface."""

from __future__ import annotations

import os
import shlex
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.analysis import Analysed, analysed
from index.article import Article, iso_date
from index.catalogue import FORMAT, HEADLINE, Catalogue, Entry, Filter, Passage, Written, unpack
from index.encoder import Encoder
from index.entries import encoded
from index.errors import EncoderError, EncoderMismatch, LibraryDamaged, LibraryError, LibraryLocked
from index.files import folder_size
from index.lexical import Document, Field, Lexical
from index.listing import Listed
from index.passages import passages
from index.reports import Copies
from index.vectors import Vectors

CATALOGUE = "catalogue.sqlite"
LOCK = "write.lock"

_EMPTY, _SMALL = 1 / 3, 1024
"""Share of empty pages above which the catalogue is compacted by itself, if it has more pages than the second."""

_MENDED = 256
"""Articles whose passages are made anew at a time."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a library holds. size: bytes on disk, all files. first, last: dates of the oldest and the newest article.

    reports: what is left of the articles when copies count once.
    """

    path: str
    articles: int
    passages: int
    sources: Mapping[str, int]
    first: str | None
    last: str | None
    encoder: str
    dimension: int
    fingerprint: str
    format: int
    change: int
    size: int
    reports: int = 0


class Store:
    """One library on disk. Any number of processes may read it; one writes at a time. Safe to use from several threads.

    Raises LibraryError where the folder cannot be used, LibraryDamaged where the catalogue is gone or broken,
    EncoderMismatch where the library was built with another encoder.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.folder = folder
        self._encoder = encoder
        self._agreed = -1  # the change of which it is known that projections and manifest agree
        self._guard = threading.RLock()  # the projections are not thread-safe
        self._writer = threading.RLock()  # the file lock alone would let every thread of this process in
        _prepare(folder)
        self._lock = FileLock(folder / LOCK, thread_local=False)
        self._catalogue = Catalogue(folder / CATALOGUE)
        try:
            self._claim(encoder)
            self._vectors = Vectors(folder, self._catalogue, encoder.dimension)
            self._lexical = Lexical(folder / "terms", self._catalogue)
            self._refuse_the_past()
        except BaseException:
            self._catalogue.close()
            raise

    def _claim(self, encoder: Encoder) -> None:
        """Hold the manifest against `encoder`, or enter it where the library is new."""
        projected = _projected(self.folder)
        meta = self._catalogue.meta()
        if "encoder" not in meta:
            if projected:
                raise LibraryDamaged(
                    f"{self.folder / CATALOGUE} is empty; restore it from a backup, or give an empty folder"
                )
            about = {
                "encoder": encoder.name,
                "fingerprint": encoder.fingerprint,
                "dimension": str(encoder.dimension),
            }
            self._catalogue.claim(about)
        self._require(encoder)

    def _require(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless the library is, still, that of `encoder`."""
        meta = self._catalogue.meta()
        if (meta["fingerprint"], meta["dimension"]) != (encoder.fingerprint, str(encoder.dimension)):
            mend = f"--encoder {shlex.quote(encoder.name)} --library {shlex.quote(str(self.folder))}"
            raise EncoderMismatch(
                f"{self.folder} was built with the encoder {meta['encoder']} ({meta['fingerprint']}), not with"
                f" {encoder.name} ({encoder.fingerprint}); open it with that one, or encode it anew:"
                f" isnad index --reencode {mend}"
            )

    def _refuse_the_past(self) -> None:
        """Raise LibraryDamaged if a projection has seen a change that the catalogue does not have: it is no longer what
        was acknowledged."""
        seen = max(self._vectors.newest, self._lexical.change)
        if seen > (change := self._catalogue.change()):
            raise LibraryDamaged(
                f"{self.folder / CATALOGUE} ends with change {change}, the indexes beside it with {seen}: its last"
                " changes are lost (with the file ending in -wal, perhaps); restore a backup into a new folder, or, if"
                " this one is what you restored, confirm it: isnad check --repair --library"
                f" {shlex.quote(str(self.folder))}"
            )

    def close(self) -> None:
        with self._guard:
            self._catalogue.close()

    # -- writing -----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self, wait: float = 5.0) -> Iterator[None]:
        """Hold the write lock, waiting up to `wait` seconds for it; at the end the projections are brought up and
        saved.

        Raises LibraryLocked, with the process that holds it.
        """
        with self._locked(wait):
            self._require(self._encoder)
            with self._guard:
                self._lexical.refresh()
            try:
                yield
            except BaseException:
                with suppress(LibraryError):  # the first error is the one to be told
                    self._project()
                raise
            self._project()
            self._trim()

    @contextmanager
    def _locked(self, wait: float) -> Iterator[None]:
        if not self._writer.acquire(timeout=wait):
            raise LibraryLocked(f"{self.folder} is being written by another thread of this program; wait until it ends")
        try:
            with write_lock(self.folder, self._lock, wait):
                yield
        finally:
            self._writer.release()

    def compact(self) -> tuple[int, int]:
        """Win back the room of articles that are gone, in catalogue, vectors and terms; searches stay what they are.
        Returns the size on disk before and after, in bytes. Cut short, it leaves all as it was, or to be made anew."""
        with self._locked(5.0), self._guard:
            before = folder_size(self.folder)
            self._project()
            self._catalogue.compact()
            with self._projecting(), self._catalogue.snapshot():
                self._vectors.catch_up()
                self._vectors.save(always=True)
                if self._lexical.gone():
                    self._lexical.rebuild()
                self._lexical.catch_up()
                self._lexical.release()
            return before, folder_size(self.folder)

    def _trim(self) -> None:
        """Compact the catalogue by itself when much of it is empty. (The terms are made anew when a fifth is gone, and
        the vectors are written again when a twentieth has changed.)"""
        empty, pages = self._catalogue.free()
        if pages > _SMALL and empty > _EMPTY * pages:
            with suppress(LibraryError):  # no room for it, perhaps; what was asked for is done
                self._catalogue.compact()

    def _project(self) -> None:
        with self._projecting(), self._catalogue.snapshot():
            self._vectors.catch_up()
            self._vectors.save()
            self._lexical.catch_up()
            self._lexical.release()

    @contextmanager
    def _projecting(self) -> Iterator[None]:
        """Write the projections: where that fails nothing is lost, and the next opening does it."""
        with self._guard:
            try:
                yield
            except BaseException as error:
                self._lexical.abandon()
                if isinstance(error, OSError | ValueError | RuntimeError):  # Python's own, Tantivy's, FAISS's
                    why = str(error).replace("\n", " ")
                    raise LibraryError(
                        f"{self.folder}: the indexes cannot be written ({why}); all articles are kept: check that the"
                        " disk is not full and the folder can be written, and the next command makes them"
                    ) from error
                raise

    def add(self, entries: Sequence[Entry]) -> None:
        """Store articles; each replaces the one of its id. Only within writing(); durable on return.

        Raises EncoderError, and stores nothing, if the vectors are not what the library holds.
        """
        check_vectors(entries, self._vectors.dimension)
        found = [analysed(article.text, article.title, spans) for article, spans, _ in entries]
        written = self._catalogue.write(entries, [one.shingles for one in found])
        if not written.removed:
            documents = self._documents(written, entries, found)
            with self._guard:
                self._lexical.offer(written.change, documents)

    def _documents(self, written: Written, entries: Sequence[Entry], found: Sequence[Analysed]) -> Iterator[Document]:
        """What the lexical index is given of the passages that were stored."""
        ids = iter(written.passages)
        for number, (article, *_), one in zip(written.articles, entries, found, strict=True):
            title, date = article.title[:HEADLINE], iso_date(article.date)
            for terms in one.passages:
                yield Document(next(ids), terms, number, title, date, article.source, article.language)

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Take articles out; return the ids that were there. Only within writing(); durable on return."""
        found = list(self._catalogue.digests(ids))
        if found:
            self._catalogue.write(removed=found)
        return found

    # -- reading -----------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """A view in which all searches and texts belong to one change of the catalogue."""
        with self._guard:
            # Terms first, then the view: they are never ahead of it, and a writer that ends meanwhile does no harm.
            if not self._catalogue.reading() and self._lexical.change != self._catalogue.change():
                self._lexical.reload()
                if self._lexical.change != self._catalogue.change():
                    self._mend_lexical()
            with self._catalogue.snapshot():
                if self._vectors.change != self._catalogue.change():
                    self._require(self._encoder)  # another process may have encoded it anew
                    self._vectors.catch_up()
                self._agree()
                yield

    def _agree(self) -> None:
        """Raise LibraryDamaged if the projections do not hold as many passages as the manifest has."""
        if self._agreed == (change := self._catalogue.change()):
            return
        expected, held = self._catalogue.expected(), self._vectors.sums()
        if held != expected or (self._lexical.change == change and len(self._lexical) != expected[0]):
            raise self._catalogue.damaged(f"it should give {expected[0]:,} passages, and gives {held[0]:,}")
        self._agreed = change

    def _mend_lexical(self) -> None:
        """A writer died between catalogue and projection, or its files are gone: do its work, unless one is at it."""
        try:
            with self._locked(0), self._projecting(), self._catalogue.snapshot():
                self._lexical.refresh()
                self._lexical.catch_up()
                self._lexical.release()
        except LibraryLocked:
            pass  # the writer that holds the lock will bring it up; until then the dense half has all

    def dense(self, vector: np.ndarray, k: int, where: Filter) -> list[tuple[int, float]]:
        """The `k` passages nearest to `vector` (float32, shape (dimension,)): (passage id, cosine), best first."""
        with self.snapshot():
            return self._vectors.search(vector, k, where, self._admitted)

    def _admitted(self, where: Filter) -> np.ndarray:
        """The ids of the passages that a filter admits: by the terms, whose files have checksums, unless they lag."""
        found = self._lexical if self._lexical.change == self._catalogue.change() else self._catalogue
        return found.admitted(where)

    def lexical(
        self, groups: Sequence[Mapping[tuple[Field, str], float]], k: int, where: Filter
    ) -> list[tuple[int, float]]:
        """The `k` passages of the highest BM25 (see Lexical.search): (passage id, score), best first."""
        with self.snapshot():
            return self._lexical.search(groups, k, where)

    def frequencies(self, terms: Iterable[tuple[Field, str]]) -> tuple[int, dict[tuple[Field, str], int]]:
        """(number of passages, (field, term) -> in how many of them it stands)."""
        with self.snapshot():
            return len(self._vectors), {key: self._lexical.frequency(*key) for key in terms}

    def vocabulary(self) -> tuple[int, list[str]]:
        """(change, every stem of the library at that change, the most frequent first)."""
        with self.snapshot():
            return self._lexical.change, self._lexical.vocabulary()

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Passage id -> passage, for those of `ids` that are stored."""
        with self.snapshot():
            wanted = list(ids)
            found = self._catalogue.passages(wanted)
            if missing := self._vectors.holding(set(wanted) - found.keys()):
                raise self._catalogue.damaged(f"passage {missing[0]} is missing")
            return found

    def copies(self, ids: Iterable[str]) -> dict[str, Copies]:
        """Article id -> in how many articles and outlets of the library its report stands, for those of `ids` that are
        stored."""
        with self._catalogue.snapshot():
            return self._catalogue.copies(ids)

    def digests(self, ids: Iterable[str]) -> dict[str, str]:
        """Article id -> digest, for those of `ids` that are stored."""
        with self._catalogue.snapshot():
            return self._catalogue.digests(ids)

    def sources(self) -> dict[str, int]:
        """Outlet -> number of articles."""
        with self._catalogue.snapshot():
            return self._catalogue.sources()

    def languages(self) -> dict[str, int]:
        """Language -> number of articles."""
        with self._catalogue.snapshot():
            return self._catalogue.languages()

    def dates(self, since: str | None = None, until: str | None = None) -> tuple[str | None, str | None]:
        """The first and the last date of all articles, or of those that lie between two days, both included."""
        with self._catalogue.snapshot():
            return self._catalogue.dates(since, until)

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """The stored articles: all, or those of `ids`."""
        return self._catalogue.articles(ids)

    def recent(self, count: int) -> list[Article]:
        """The `count` newest articles, the newest first."""
        with self._catalogue.snapshot():
            return self._catalogue.recent(count)

    def listed(self, where: Filter, title: str, offset: int, count: int) -> Listed:
        """The articles under a filter with the words of `title` in their headlines, the newest first."""
        with self._catalogue.snapshot():
            return self._catalogue.listed(where, title, offset, count)

    def days(self, where: Filter, title: str) -> dict[str, int]:
        """Day -> number of the articles of listed()."""
        with self._catalogue.snapshot():
            return self._catalogue.days(where, title)

    def change(self) -> int:
        """The number of the last change."""
        return self._catalogue.change()

    def status(self) -> Status:
        """What is there, and how large it is."""
        with self._catalogue.snapshot():
            return self._status()

    def _status(self) -> Status:
        meta = self._catalogue.meta()
        articles, passages = self._catalogue.counts()
        first, last = self._catalogue.dates()
        return Status(
            path=str(self.folder),
            articles=articles,
            passages=passages,
            sources=self._catalogue.sources(),
            first=first,
            last=last,
            encoder=meta["encoder"],
            dimension=int(meta["dimension"]),
            fingerprint=meta["fingerprint"],
            format=FORMAT,
            change=int(meta["change"]),
            size=folder_size(self.folder),
            reports=self._catalogue.reports(),
        )

    # -- check and repair --------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """Verify the catalogue, row by row, and hold the projections against it; return what is wrong, a line each."""
        with self._catalogue.snapshot():
            faults = self._catalogue.examine().faults
        try:
            with self.snapshot():
                return faults + self._disagreements()
        except LibraryDamaged as error:
            return [*faults, str(error)]

    def _disagreements(self) -> list[str]:
        """Where the projections hold something else than the catalogue."""
        faults = []
        rows = list(self._catalogue.added_since(0))
        stored = {row[0] for row in rows}
        for name, held in (("vectors", self._vectors.ids().tolist()), ("terms", self._lexical.ids())):
            if missing := len(stored - set(held)):
                faults.append(f"{name}: {missing} passages are missing")
            if strangers := len(set(held) - stored):
                faults.append(f"{name}: {strangers} passages do not belong to the library")
            if repeated := len(held) - len(set(held)):
                faults.append(f"{name}: {repeated} passages stand twice")
        if rows and not faults:
            expected = unpack([row[1] for row in rows], self._vectors.dimension)
            differing = np.abs(expected - self._vectors.reconstruct([row[0] for row in rows])) > 1e-6
            if wrong := int(differing.any(1).sum()):
                faults.append(f"vectors: {wrong} differ from the catalogue's")
        return faults

    def repair(self) -> None:
        """Make anew all that follows from the articles' texts: the catalogue's indexes and reports if they are wrong,
        the passages and vectors of articles where these are damaged, and both projections. What check() says after it
        cannot be mended."""
        with self._locked(5.0), self._guard:
            self._catalogue.mend()
            found = self._catalogue.examine()
            for at in range(0, len(found.spoiled), _MENDED):
                articles = list(self._catalogue.articles(found.spoiled[at : at + _MENDED]))
                entries = encoded([(article, passages(article.text)) for article in articles], self._encoder)
                self._catalogue.write(entries, [analysed(a.text, a.title, spans).shingles for a, spans, _ in entries])
            if not found.lost:  # else there is no text to make the terms from; those that are there may be well
                self._rebuild()

    def _rebuild(self) -> None:
        with self._projecting(), self._catalogue.snapshot():
            self._vectors.rebuild()
            self._vectors.catch_up()
            self._vectors.save(always=True)
            self._lexical.rebuild()
            self._lexical.catch_up()
            self._lexical.release()


def check_vectors(entries: Sequence[Entry], dimension: int) -> None:
    """Raise EncoderError if the vectors of any entry are not finite, at most of length 1, and of this dimension."""
    for article, spans, vectors in entries:
        expected = (len(spans), dimension)
        if vectors.shape != expected or not np.isfinite(vectors).all() or np.abs(vectors).max(initial=0) > 1.001:
            raise EncoderError(
                f"the encoder gave article {article.id!r} vectors of shape {vectors.shape}, not"
                f" {expected} finite unit vectors; mend the model's encode()"
            )


@contextmanager
def write_lock(folder: Path, lock: FileLock, wait: float) -> Iterator[None]:
    """Be the one process that writes to `folder`. Raises LibraryLocked, with the process that is."""
    holder = folder / "write.pid"
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        pid = holder.read_bytes().strip().decode("ascii", "replace") if holder.exists() else "unknown"
        raise LibraryLocked(f"{folder} is being written by process {pid}; wait until it ends, or stop it") from None
    except OSError as error:
        raise LibraryError(
            f"{folder} cannot be written: {error.strerror}; check the disk, and who may write"
        ) from error
    try:
        with suppress(OSError):  # it is only for the message
            holder.write_text(str(os.getpid()))
        yield
    finally:
        lock.release()


def _prepare(folder: Path) -> None:
    """Make the folder; refuse one whose catalogue is gone, for an empty library in its place would hide the loss."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"{folder} cannot be a library: {error.strerror}; choose another folder") from None
    projected = _projected(folder)
    strangers = [path.name for path in folder.iterdir() if not path.name.startswith(("write.", "."))]
    if not (folder / CATALOGUE).exists():  # asked last: another process may be making the library at this moment
        if projected:
            raise LibraryDamaged(f"{folder / CATALOGUE} is missing; restore it from a backup, or give an empty folder")
        if strangers:
            raise LibraryError(f"{folder} is not empty and no library ({strangers[0]!r}); give another folder")


def _projected(folder: Path) -> bool:
    return any(folder.glob("vectors-*.faiss")) or (folder / "terms").exists()
