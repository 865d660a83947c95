"""Re-encoding: another encoder for a library that is there, without its files."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from filelock import FileLock

from index.article import Article
from index.catalogue import Catalogue, Entry
from index.encoder import Encoder
from index.entries import encoded
from index.errors import LibraryError
from index.passages import passages
from index.staging import Stage, clear
from index.store import CATALOGUE, LOCK, Store, check_vectors, write_lock

_PAGE = 64
"""Articles that are encoded at a time, and put aside before the next."""


def reencode(folder: Path, encoder: Encoder) -> int:
    """Encode the library in `folder` anew with `encoder`; returns the number of passages, 0 if it is its encoder's.

    Of the same model under another name, in a folder that was moved perhaps, only the name is entered.

    Others read and write the library as it was while it is encoded: the vectors are put aside, and enter the library in
    one transaction at the end. A process that is killed leaves it as it was, and the next call encodes only what is not
    put aside yet. Then a program that has it open with the former encoder is told so (EncoderMismatch). Raises
    LibraryLocked if another process still writes when all is encoded; the next call has only the end to do.
    """
    about = {"encoder": encoder.name, "fingerprint": encoder.fingerprint, "dimension": str(encoder.dimension)}
    if not (folder / CATALOGUE).exists():
        raise LibraryError(f"there is no library in {folder}; make one: isnad index PATH... --library {folder}")
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        meta = catalogue.meta()
        same = (meta.get("fingerprint"), meta.get("dimension")) == (about["fingerprint"], about["dimension"])
        count = 0
        if not same:
            stage = Stage(folder, encoder.fingerprint, encoder.dimension)
            try:
                count = _encode(folder, catalogue, stage, encoder, about)
            finally:
                stage.close()
        with write_lock(folder, FileLock(folder / LOCK), wait=5.0):
            if same:
                catalogue.rename_encoder(encoder.name)  # the same model, in another folder perhaps
            clear(folder)
    finally:
        catalogue.close()
    if not same:
        store = Store(folder, encoder)
        try:
            with store.writing():
                pass  # brings the projections up
        finally:
            store.close()
    return count


def _encode(folder: Path, catalogue: Catalogue, stage: Stage, encoder: Encoder, about: dict[str, str]) -> int:
    """Put all vectors aside, then let them enter the library; returns the number of passages."""

    def entries(articles: list[Article]) -> list[Entry]:
        """The entries of some articles; vectors that are not put aside yet are made, and put aside."""
        cut = [(article, passages(article.text)) for article in articles]
        ready = {
            article.id: vectors
            for article, spans in cut
            if (vectors := stage.get(article.digest(), len(spans))) is not None
        }
        found = encoded([(article, spans) for article, spans in cut if article.id not in ready], encoder)
        check_vectors(found, encoder.dimension)
        stage.put(found)
        ready |= {entry.article.id: entry.vectors for entry in found}
        whole = [Entry(article, spans, ready[article.id]) for article, spans in cut]
        check_vectors(whole, encoder.dimension)
        return whole

    articles = catalogue.articles()
    while page := list(islice(articles, _PAGE)):
        entries(page)
    with write_lock(folder, FileLock(folder / LOCK), wait=60.0):
        return catalogue.recast(about, entries)
