"""The article: what goes into a library and what every citation points back to."""

from __future__ import annotations

import datetime
import hashlib
import re
from dataclasses import dataclass, fields
from operator import attrgetter

from index.errors import ArticleError

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?\Z")


def iso_date(value: str | datetime.date | None) -> str | None:
    """Return `value` as 'YYYY-MM-DD' (None and '' stay None).

    >>> iso_date("2015-07-21 18:51:33")
    '2015-07-21'

    Raises ArticleError for text that is no ISO date; dates as newspapers write them are read by `index.reading`.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime.date):  # a datetime is a date too
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    found = _ISO.match(value) if isinstance(value, str) else None
    if found:
        try:
            return datetime.date(*map(int, found.groups())).isoformat()
        except ValueError:
            pass
    raise ArticleError(f"{str(value)[:40]!r} is not a date; write it as YYYY-MM-DD, for example 2015-07-21")


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `text` is kept to the character; all offsets of Isnad count in it (Python str indices).

    id: unique in a library; an article with the same id replaces the one that is there.
    date: day of publication, 'YYYY-MM-DD' once stored (a datetime.date is taken too), or None.
    source: the outlet. language: ISO 639-1 code ('ar', 'en', ...), or None if it is not known.

    Raises ArticleError if the id or the text is empty, or the date is no date.
    """

    id: str
    text: str
    title: str = ""
    date: str | datetime.date | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "date" and not isinstance(value, str) and not (value is None and field.default is None):
                raise ArticleError(f"the article's {field.name} must be text, not {type(value).__name__}")
            if isinstance(value, str) and not value.isprintable():
                # Lone surrogates cannot be written to disk; SQLite ends text at NUL in places.
                clean = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
                object.__setattr__(self, field.name, clean) if clean != value else None
        if not self.id.strip():
            raise ArticleError("an article needs an id: Article(id='...', text='...')")
        if not self.text.strip():
            raise ArticleError(f"article {self.id!r} has no text")
        object.__setattr__(self, "date", iso_date(self.date))

    def digest(self) -> str:
        """A fingerprint of all that the article says: equal exactly when an update would change nothing."""
        # No field holds a NUL, so no field can run over into the next.
        content = "\0".join(["-" if value is None else f"={value}" for value in _VALUES(self)])
        return hashlib.blake2b(content.encode("utf-8"), digest_size=16).hexdigest()


_VALUES = attrgetter(*(field.name for field in fields(Article)))
