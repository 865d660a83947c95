"""Browsing: what one reader looks for in the library tab, has open, and is about to remove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.errors import IsnadError, QueryError
from index.indexing import Report
from index.listing import Listed, Row
from rag.library import Library
from rag.page.article import article
from rag.page.shelf_html import PAGE, confirmation, listing, opened, outcome, trouble
from rag.page.timeline import timeline
from rag.page.wording import Tongue
from rag.page.writing import Writing


@dataclass(slots=True)
class Browse:
    """One reader's view of the list. Nothing of it is shared, nor kept."""

    library: Library
    writing: Writing | None
    title: str = ""
    since: str = ""
    until: str = ""
    outlets: tuple[str, ...] = ()
    offset: int = 0
    seen: bool = False
    """Whether the tab was opened."""
    last: tuple[Report, str | None] | str | None = None
    """What the last run of adding came to, or why there was none."""
    _rows: dict[str, Row] = field(default_factory=dict)
    _opened: Row | None = None
    _doomed: list[Row] = field(default_factory=list)
    _removed: int | None = None

    def look_for(self, title: str, since: str, until: str, outlets: Sequence[str]) -> None:
        """Show the first page of the articles that are like this; nothing changes if they are shown already."""
        wanted = (title, since.strip(), until.strip(), tuple(outlets))
        if wanted != (self.title, self.since, self.until, self.outlets):
            self.title, self.since, self.until, self.outlets = wanted
            self.offset, self._removed = 0, None

    def rows(self, language: Tongue) -> str:
        """The page of the list that is looked at, in HTML."""
        found: Listed | str
        try:
            found = self._page()
            if not found.rows and self.offset:  # the last page was emptied
                self.offset = max(0, (found.total - 1) // PAGE * PAGE)
                found = self._page()
        except IsnadError as error:
            found = str(error)
        if isinstance(found, Listed):
            self._rows = {_name(row): row for row in found.rows}
        chosen = _name(self._opened) if self._opened else None
        return listing(found, self.offset, self._removed, self.writing is not None, language, chosen)

    def _page(self) -> Listed:
        return self.library.listing(
            self.since, self.until, self.outlets or None, title=self.title, offset=self.offset, count=PAGE
        )

    def timeline(self, language: Tongue) -> str:
        """The days of all articles of these outlets and words, in HTML; those that the list shows are marked."""
        try:
            days = self.library.timeline(source=self.outlets or None, title=self.title)
        except QueryError:
            return ""  # the list says why
        return timeline(days, self.since or None, self.until or None, language)

    def turn(self, offset: str) -> None:
        """Show the page that begins at `offset`."""
        self._removed = None
        if offset.isdecimal() and len(offset) < 10:
            self.offset = int(offset) // PAGE * PAGE

    def open(self, what: str) -> None:
        """Open an article of the page that is shown; anything else closes the one that is open."""
        self._opened = self._rows.get(what)

    @property
    def article_open(self) -> bool:
        """Whether an article is open."""
        return self._opened is not None

    def article(self, language: Tongue) -> str:
        """The open article, in HTML; '' if none is."""
        if self._opened is None:
            return ""
        found, name = next(self.library.articles([self._opened.id]), None), _name(self._opened)
        walk = list(self._rows) if name in self._rows else [name]
        return opened(article(found, None, None, name, walk, language), bool(self.writing and found), language)

    def ask_removal(self, numbers: object) -> None:
        """Ask whether the ticked articles of the page, or with None the open one, are to be removed."""
        if self.writing is None:
            raise QueryError("this page is read-only; nothing is removed")
        if numbers is None:
            self._doomed = [self._opened] if self._opened else []
        else:
            wanted = {f"a.{number}" for number in (numbers if isinstance(numbers, list) else [])}
            self._doomed = [row for name, row in self._rows.items() if name in wanted]

    def confirmation(self, language: Tongue) -> str:
        """The question that was asked, in HTML; '' if none was."""
        return confirmation([row.headline for row in self._doomed], language)

    def remove(self, sure: bool) -> None:
        """Remove what was asked about, or let it be. Raises LibraryLocked while another writes."""
        doomed, self._doomed = self._doomed, []
        if not sure or self.writing is None:
            return
        self._removed = len(self.library.remove([row.id for row in doomed]))
        if self._opened in doomed:
            self._opened = None

    def outcome(self, language: Tongue) -> str:
        """What the last run of adding came to, in HTML."""
        if self.last is None:
            return ""
        if isinstance(self.last, str):
            return trouble(self.last, language)
        return outcome(*self.last, self.writing, language)


def _name(row: Row) -> str:
    return f"a.{row.number}"
