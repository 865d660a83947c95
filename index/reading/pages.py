"""HTML pages: the article without its frame, and what the page says of itself. Nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.article import Article
from index.errors import UnreadableFile
from index.reading import language
from index.reading.dates import read_date
from index.reading.encoding import decode
from index.reading.names import host
from index.reading.outcome import Source
from index.reading.plain import tidy, title_of
from index.reading.quiet import quiet

_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding=["']([\w.-]{2,40})""",
    re.I,
)
_XML = re.compile(r"\s*<\?xml[^>]*\?>")
_LANG = re.compile(r"<html\b[^>]{0,500}?\slang\s*=\s*[\"']?([\w-]{2,20})", re.I)
# What the structured search for a date may take; a date from the running text could be any day.
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1900-01-01"}
_LOGGERS = ("trafilatura", "htmldate", "readability", "justext", "courlan", "charset_normalizer")


def read_html(source: Source) -> Iterator[Article]:
    """The one article of a page. Raises UnreadableFile if the page holds no article text."""
    declared = _DECLARED.search(source.data[:4096])
    name = next((group.decode("ascii") for group in declared.groups() if group), None) if declared else None
    page = _unmarked(decode(source.data, name))
    if not page.strip():
        raise UnreadableFile("holds only white space; nothing to index")
    yield article_of_page(source.id, page)


def _unmarked(page: str) -> str:
    # lxml refuses text that still names its encoding.
    found = _XML.match(page)
    return page[found.end() :] if found else page


def article_of_page(id: str, page: str) -> Article:
    """The article of an HTML page given as text. Raises UnreadableFile if there is none."""
    import trafilatura
    from trafilatura.settings import Document

    with quiet(*_LOGGERS):
        try:
            found = trafilatura.bare_extraction(
                page, with_metadata=True, include_comments=False, date_extraction_params=dict(_DATES)
            )
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError) as error:
            raise UnreadableFile(f"the page cannot be parsed: {error}") from None
    text = tidy(found.text or "").strip() if isinstance(found, Document) else ""
    if not isinstance(found, Document) or not text:
        raise UnreadableFile("no article text was found in the page (only a frame, or a script that loads it)")
    lang = _LANG.search(page[:20_000])
    return Article(
        id=id,
        text=text,
        title=" ".join((found.title or "").split()) or title_of(text),
        date=read_date(found.date),
        source=found.sitename or found.hostname or host(found.url),
        url=found.url,
        language=language.choose(lang.group(1) if lang else found.language, text),
        author=found.author,
    )
