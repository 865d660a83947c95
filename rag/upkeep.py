"""Keeping a library well, for the commands: check, repair, salvage; each works on a library that does not open, too."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from index.errors import LibraryDamaged
from rag.opening import encoder_of, open_library


def faults(folder: Path) -> list[str]:
    """What is wrong with the library in `folder`, a line each."""
    from index.checking import faults_of
    from index.store import CATALOGUE

    try:
        with open_library(folder) as lib:
            return lib.check()
    except LibraryDamaged as error:
        return list(dict.fromkeys([str(error), *faults_of(folder / CATALOGUE)]))


def repair(folder: Path) -> None:
    """Mend what can be mended; what faults() says after it cannot."""
    from index.mending import believe

    with suppress(LibraryDamaged):  # which faults() says again
        try:
            lib = open_library(folder)
        except LibraryDamaged:
            believe(folder)
            lib = open_library(folder)
        with lib:
            lib.repair()


def salvage(folder: Path, to: Path) -> tuple[int, list[str]]:
    """Save what can be read into a new library; returns how many articles were, and what was not."""
    from rag.library import Library

    encoder = None
    with suppress(LibraryDamaged):
        encoder = encoder_of(folder, None)
    report, lost = Library.salvage(folder, to, encoder)
    return report.added, lost + [f"{failure.path}: {failure.why}" for failure in report.failed]


def compact(folder: Path) -> tuple[int, int]:
    """Win back the room of articles that are gone; returns the bytes on disk before and after."""
    with open_library(folder) as lib:
        return lib.compact()


def sizes_of(sizes: tuple[int, int] | None) -> dict[str, int]:
    """What JSON says of a compaction."""
    return {"size_before": sizes[0], "size": sizes[1]} if sizes else {}


def told(before: int, after: int) -> str:
    """What people are told of a compaction."""
    from index.reading.outcome import size_text

    return f"compacted: {size_text(before)} before, {size_text(after)} now"
