"""What a system has to offer to be measured, and those that are."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar, Protocol

from index.article import Article

SYSTEMS = {
    "Isnad": "eval.peers.isnad:Isnad",
    "LlamaIndex": "eval.peers.llamaindex:LlamaIndex",
    "txtai": "eval.peers.txtai:Txtai",
    "bm25s": "eval.peers.bm25s:Bm25s",
}
"""Name -> where its adapter is. The first is what the others are held against."""


class Peer(Protocol):
    """A search engine over articles. Making one imports its packages and loads its encoder; nothing else does."""

    packages: ClassVar[tuple[str, ...]]
    """The distributions that it stands on, by the names under which they are installed."""

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Index `articles` into the empty `folder`, all of them written on return; the passages that they became."""
        ...

    def open(self, folder: Path) -> None:
        """Make what was indexed into `folder` ready to answer."""
        ...

    def search(self, question: str, k: int) -> list[str]:
        """The articles of the `k` best passages (or of as many as there are), best first; an article may stand there
        several times."""
        ...


def load(name: str) -> Peer:
    """Make the system of that name. Raises ImportError if its packages are not installed, KeyError for no system."""
    module, _, adapter = SYSTEMS[name].partition(":")
    made: Peer = getattr(importlib.import_module(module), adapter)()
    return made


def versions(packages: Sequence[str]) -> dict[str, str]:
    """Distribution -> its version, "not installed" if it is not."""
    found = {}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def record(article: Article) -> dict[str, str]:
    """What every system keeps of an article beside its text, so that a hit can be shown."""
    about = {"title": article.title, "date": article.date, "source": article.source, "url": article.url}
    return {name: str(value) for name, value in about.items() if value}


def whole(article: Article) -> str:
    """Title and text as one, for systems that search a single field."""
    return f"{article.title}\n{article.text}" if article.title else article.text
