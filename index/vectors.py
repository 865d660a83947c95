"""The dense projection: passage vectors in FAISS, searched exactly by inner product (cosine: all have length 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import faiss
import numpy as np

from index.catalogue import Catalogue, Filter, unpack
from index.files import checksum, replace_file, sync_folder

_NAME = re.compile(r"vectors-(?P<catalogue>[0-9a-f]{8})-(?P<change>\d+)-(?P<crc>[0-9a-f]{8})\.faiss")
_BATCH = 20_000
_WORTH_SAVING = 0.05


class Vectors:
    """The vectors of one library, in memory; the file on disk only spares the next opening the reading of the
    catalogue.

    The file's name is its stamp: the catalogue that it belongs to, the change that it holds, its checksum. A file
    that is
    missing, damaged or another catalogue's is passed over, and the vectors come from the catalogue. Not thread-safe.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, dimension: int) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self.dimension = dimension
        self._admitted: tuple[int, Filter, np.ndarray] | None = None
        self._load()

    def _load(self) -> None:
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        self.change = self._saved = self.newest = 0
        for change, crc, path in sorted(self._files(), reverse=True):
            self.newest = max(self.newest, change)
            try:
                if change > self._catalogue.change() or checksum(path) != crc:
                    continue
                index = faiss.read_index(str(path))
            except (OSError, RuntimeError):  # a writer has put a newer one in its place
                continue
            if isinstance(index, faiss.IndexIDMap2) and index.d == self.dimension:
                self._index = index
                self.change = self._saved = change
                return

    def _files(self) -> list[tuple[int, int, Path]]:
        """(change, checksum, path) of the files of this catalogue."""
        found = []
        for path in self._folder.glob("vectors-*.faiss"):
            name = _NAME.fullmatch(path.name)
            if name and name["catalogue"] == self._catalogue.uuid[:8]:
                found.append((int(name["change"]), int(name["crc"], 16), path))
        return found

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def sums(self) -> tuple[int, int]:
        """(how many passages are held, the sum of their ids)."""
        return len(self), int(self.ids().sum())

    def ids(self) -> np.ndarray:
        """The ids of all passages that are held, int64."""
        return faiss.vector_to_array(self._index.id_map) if len(self) else np.empty(0, np.int64)

    def holding(self, ids: Iterable[int]) -> list[int]:
        """Those of `ids` that are held."""
        wanted = np.array(sorted(ids), np.int64)
        found: list[int] = wanted[np.isin(wanted, self.ids())].tolist()
        return found

    def reconstruct(self, ids: list[int]) -> np.ndarray:
        """The vectors of `ids` as they are held, float32 of shape (len(ids), dimension)."""
        return np.stack([self._index.reconstruct(i) for i in ids])

    def catch_up(self) -> None:
        """Apply every change of the catalogue since the last one applied; to be called within a snapshot."""
        latest = self._catalogue.change()
        if latest == self.change:
            return
        try:
            if self.change < self._catalogue.pruned():  # what was removed since is no longer known
                self._index, self.change = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension)), 0
            removed = self._catalogue.removed_since(self.change)
            if removed and len(self):
                self._index.remove_ids(np.array(removed, np.int64))  # type: ignore[arg-type]  # SWIG takes arrays
            added = self._catalogue.added_since(self.change)
            while rows := list(islice(added, _BATCH)):
                ids = np.array([row[0] for row in rows], np.int64)
                self._index.add_with_ids(unpack([row[1] for row in rows], self.dimension), ids)
        except BaseException:  # cut short half-way, by Ctrl-C perhaps: what is in memory is of no change
            self._load()
            raise
        self.change = latest

    def save(self, *, always: bool = False) -> None:
        """Write the file if enough has changed to be worth it, and drop the files that it replaces."""
        if self.change == self._saved:
            return
        if not always and self._saved and self._catalogue.changed_since(self._saved) < _WORTH_SAVING * len(self):
            return
        for litter in self._folder.glob(".vectors-*.tmp"):  # of a writer that was killed at this
            litter.unlink()
        stale = [path for _, _, path in self._files()]
        draft = self._folder / f"vectors-{self._catalogue.uuid[:8]}.draft"
        replace_file(draft, lambda path: faiss.write_index(self._index, str(path)))
        stamp = f"vectors-{self._catalogue.uuid[:8]}-{self.change}-{checksum(draft):08x}.faiss"
        draft.replace(self._folder / stamp)
        sync_folder(self._folder)
        for path in stale:
            if path.name != stamp:
                path.unlink(missing_ok=True)
        self._saved = self.change

    def rebuild(self) -> None:
        """Forget file and memory; the next catch_up() reads everything from the catalogue."""
        for _, _, path in self._files():
            path.unlink(missing_ok=True)
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))
        self.change = self._saved = 0

    def search(
        self, vector: np.ndarray, k: int, where: Filter, admit: Callable[[Filter], np.ndarray]
    ) -> list[tuple[int, float]]:
        """The `k` nearest passages that `where` admits: (passage id, cosine), best first.

        vector: float32 of shape (dimension,), length 1. admit: gives the ids, int64, of what a filter admits.
        """
        parameters = None
        if where:
            admitted = self._admitted_ids(where, admit)
            k = min(k, len(admitted))
            if k:
                parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(admitted))  # type: ignore[call-arg]
        k = min(k, len(self))
        if k < 1:
            return []
        # One vector is soon compared; threads that wait for one another cost more than they spare (index/products.py).
        faiss.omp_set_num_threads(1)
        scores, ids = self._index.search(vector.reshape(1, -1).astype(np.float32), k, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def _admitted_ids(self, where: Filter, admit: Callable[[Filter], np.ndarray]) -> np.ndarray:
        if self._admitted is None or self._admitted[:2] != (self.change, where):
            self._admitted = (self.change, where, admit(where))
        return self._admitted[2]
