"""What is measured: the parts that a library is opened with, by the names that the command line gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Configuration:
    """How a library is opened, and who writes its answers. None: as it is shipped."""

    encoder: str | None = None
    reranker: str | None = None
    llm: str | None = None
    without: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """It in a few words.

        >>> Configuration(encoder="minilm", without=("names",)).name
        'encoder minilm, without names'
        """
        parts = [f"{part} {value}" for part in ("encoder", "reranker", "llm") if (value := getattr(self, part))]
        parts += [f"without {part}" for part in self.without]
        return ", ".join(parts) or "as shipped"

    @property
    def opening(self) -> dict[str, Any]:
        """The arguments of Library.open()."""
        return {"encoder": self.encoder, "reranker": self.reranker, "without": self.without}


def sweep(
    encoders: Sequence[str] = (), rerankers: Sequence[str] = (), llms: Sequence[str] = (), without: Sequence[str] = ()
) -> Iterator[Configuration]:
    """What is shipped, and one configuration for each thing that is to differ from it."""
    shipped = Configuration()
    yield shipped
    yield from (replace(shipped, encoder=one) for one in encoders)
    yield from (replace(shipped, reranker=one) for one in rerankers)
    yield from (replace(shipped, without=(one,)) for one in without)
    yield from (replace(shipped, llm=one) for one in llms)
