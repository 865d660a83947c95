"""The head of the page: what this is, and what the library holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.page.markup import fields, line
from rag.page.wording import WORDING, Tongue, count

if TYPE_CHECKING:
    from index.store import Status

_NAME = '<h1><bdi lang="en">Isnad</bdi> <bdi lang="ar">إسناد</bdi></h1>'


def header(status: Status, language: Tongue) -> str:
    """Name, number of articles and outlets, and the days they are of."""
    say = WORDING[language]
    span = f"{status.first} – {status.last}" if status.first != status.last else status.first
    outlets = count(len(status.sources), "outlet", language) if status.sources else None
    held = fields((count(status.articles, "article", language), outlets, span))
    return f'<div dir="{say.direction}">{_NAME}<p>{held}</p><p class="tagline">{line(say.tagline)}</p></div>'
