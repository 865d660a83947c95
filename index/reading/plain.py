"""Plain text and Markdown: the text as it is; title, date and outlet where its first lines give them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.article import Article
from index.errors import UnreadableFile
from index.reading import language
from index.reading.dates import read_date
from index.reading.encoding import decode
from index.reading.outcome import Source

LONGEST_TITLE = 150
"""Characters; a longer first line is the first paragraph."""

# What a line 'Name: value' at the head of an article may be called.
_NAMES = {
    "title": ("title", "headline", "العنوان", "titre"),
    "date": (
        "date",
        "published",
        "published on",
        "publication date",
        "التاريخ",
        "تاريخ النشر",
        "نشر في",
        "publié le",
    ),
    "source": ("source", "outlet", "publisher", "newspaper", "المصدر", "الصحيفة", "journal"),
    "author": ("author", "byline", "by", "الكاتب", "بقلم", "المؤلف", "auteur", "par"),
    "url": ("url", "link", "canonical_url", "الرابط", "lien"),
    "language": ("language", "lang", "اللغة", "langue"),
}
_FIELD = {name: field for field, names in _NAMES.items() for name in names}
_HEADER = re.compile(r"[ \t*_]*([^\W\d_][^:\n]{1,20}?)[ \t*_]*:[*_]*[ \t]*([^\s*_].{0,400}?)[ \t*_]*\Z")
_FRONT = re.compile(r"\s*---[ \t]*\n((?:.*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_HEADING = re.compile(r"#{1,3}[ \t]+(.+?)[ \t#]*\Z")
_UNDERLINE = re.compile(r"[=-]{3,}\s*\Z")
_HEAD_LINES = 12


def read_plain(source: Source) -> Iterator[Article]:
    """The one article of a .txt or .md file. Raises UnreadableFile if it holds no text."""
    text = tidy(decode(source.data))
    if not text.strip():
        raise UnreadableFile("holds only white space; nothing to index")
    yield article(source.id, text, markdown=source.suffix in (".md", ".markdown"))


def tidy(text: str) -> str:
    r"""Line ends as '\n'; nothing else changes."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def article(id: str, text: str, *, title: str = "", markdown: bool = False) -> Article:
    """An article from text alone: what its first lines say of title, date, outlet, author, url and language.

    A front-matter block ('---', lines 'name: value', '---') is taken off, all other lines stay part of the
    text.
    """
    values: dict[str, str] = {}
    front = _FRONT.match(text)
    if front and (values := _headers(front.group(1).splitlines(), strict=False)) and text[front.end() :].strip():
        text = text[front.end() :].lstrip("\n")
    else:
        values = {}
    lines = text[:8000].splitlines()
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    values = _headers(lines[first : first + _HEAD_LINES], strict=True) | values
    title = title or values.get("title") or title_of(text, markdown=markdown)
    values = _headers(lines[first + 1 : first + 1 + _HEAD_LINES], strict=True) | values if title else values
    return Article(
        id=id,
        text=text,
        title=title,
        date=read_date(values.get("date")),
        source=values.get("source"),
        author=values.get("author"),
        url=values.get("url"),
        language=language.choose(values.get("language"), text),
    )


def _headers(lines: list[str], *, strict: bool) -> dict[str, str]:
    """The leading lines 'name: value' with a name that is known; strict: the first other line ends them."""
    values: dict[str, str] = {}
    for line in lines:
        found = _HEADER.match(line)
        field = _FIELD.get(found.group(1).strip().casefold()) if found else None
        if found and field and (field != "date" or read_date(found.group(2))):
            values.setdefault(field, found.group(2).strip("\"' "))
        elif strict and line.strip():
            break
    return values


def title_of(text: str, *, markdown: bool = False) -> str:
    """The first line of `text` if it is a title, else ''.

    A title is short, does not end like a sentence, and is followed by more text that does not just run on.
    """
    lines = [line.strip() for line in text[:8000].splitlines()]
    first = next((i for i, line in enumerate(lines) if line), None)
    if first is None:
        return ""
    line, below = lines[first], lines[first + 1 :]
    if markdown and (heading := _HEADING.match(line)):
        return heading.group(1).strip(" *_`")[:LONGEST_TITLE]
    if markdown and below and _UNDERLINE.match(below[0]):
        return line.strip(" *_`")[:LONGEST_TITLE]
    more = [other for other in below if other]
    if not more or len(line) > LONGEST_TITLE or line[-1] in ".,;:،؛…" or not re.search(r"[^\W\d_]{2}", line):
        return ""
    header = _HEADER.match(line)
    if header and header.group(1).strip().casefold() in _FIELD:
        return ""
    if below[0] and (below[0][0].islower() or _wrapped(lines[first : first + 4])):
        return ""
    return line.strip(" *_`") if markdown else line


def _wrapped(lines: list[str]) -> bool:
    """Whether these lines are one paragraph that was broken at a fixed width."""
    inner = [len(line) for line in lines[:-1]] if len(lines) > 2 else []
    return len(inner) > 1 and min(inner) > 40 and max(inner) - min(inner) <= 15
