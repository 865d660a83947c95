"""Re-encoding: another encoder for a library that is there, without its files."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from index.article import Article
from index.catalogue import Catalogue, Entry
from index.encoder import Encoder
from index.entries import encoded
from index.errors import LibraryError
from index.passages import passages
from index.store import CATALOGUE, LOCK, Store, check_vectors, write_lock


def reencode(folder: Path, encoder: Encoder) -> int:
    """Encode the library in `folder` anew with `encoder`; returns the number of passages, 0 if it is its encoder's.

    Of the same model under another name, in a folder that was moved perhaps, only the name is entered.

    Others read the library as it was until all is done, and a process that is killed leaves it as it was. Then a
    program that has it open with the former encoder is told so (EncoderMismatch). Raises LibraryLocked.
    """
    about = {"encoder": encoder.name, "fingerprint": encoder.fingerprint, "dimension": str(encoder.dimension)}

    def entries(articles: list[Article]) -> list[Entry]:
        found = encoded([(article, passages(article.text)) for article in articles], encoder)
        check_vectors(found, encoder.dimension)
        return found

    if not (folder / CATALOGUE).exists():
        raise LibraryError(f"there is no library in {folder}; make one: isnad index PATH... --library {folder}")
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        with write_lock(folder, FileLock(folder / LOCK), wait=5.0):
            meta = catalogue.meta()
            if (meta.get("fingerprint"), meta.get("dimension")) == (about["fingerprint"], about["dimension"]):
                catalogue.rename_encoder(encoder.name)  # the same model, in another folder perhaps
                return 0
            count = catalogue.recast(about, entries)
    finally:
        catalogue.close()
    store = Store(folder, encoder)
    try:
        with store.writing():
            pass  # brings the projections up
    finally:
        store.close()
    return count
