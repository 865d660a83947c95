"""Text as HTML: what articles, questions and models say is shown, and never does anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape as escape_html
from pathlib import PurePath
from urllib.parse import urlsplit

from rag.printing import clean, harmless

Span = tuple[int, int]


def escape(text: str) -> str:
    """`text` for HTML, also in an attribute, without controls and bidi overrides; `$`, `{` and `}` too, which the
    page's templates read."""
    shown = escape_html(harmless(text))
    return shown.replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;").replace("`", "&#96;")


def line(text: str) -> str:
    """`text` for HTML, as one line."""
    return escape(clean(text))


def fields(values: Iterable[str | None]) -> str:
    """Short texts beside one another; none bears upon the direction of another."""
    return " · ".join(f"<bdi>{line(value)}</bdi>" for value in values if value)


def plainly(text: str, start: int, end: int) -> str:
    """text[start:end] in HTML."""
    return escape(text[start:end])


Show = Callable[[str, int, int], str]


def paragraphs(
    text: str, quote: Span | None = None, words: Sequence[Span] = (), at: int = 0, show: Show = plainly
) -> str:
    """`text` from `at` on in HTML, a paragraph for each line that is not empty; text[quote] is a `mark`, and so are
    `words` in it. show: makes HTML of the text within the quote.

    Each paragraph has the direction of its own letters.
    """
    pieces = []
    for row in text[at:].split("\n"):
        if row.strip():
            pieces.append(f'<p dir="auto">{marked(text, (at, at + len(row)), quote, words, show)}</p>')
        at += len(row) + 1
    return "".join(pieces)


def marked(text: str, part: Span, quote: Span | None = None, words: Sequence[Span] = (), show: Show = plainly) -> str:
    """text[part] in HTML, with what of it lies in `quote` in a `mark`, and what of that lies in `words` in another.

    >>> marked("It fell in 1987, they say.", (0, 26), (0, 16), [(11, 15)])
    '<mark class="quote">It fell in <mark class="words">1987</mark>,</mark> they say.'
    """
    start, end = part
    if quote is None:
        return escape(text[start:end])
    first, last = max(quote[0], start), min(quote[1], end)
    if first >= last:
        return escape(text[start:end])
    inside = highlighted(text, (first, last), words, show)
    return f'{escape(text[start:first])}<mark class="quote">{inside}</mark>{escape(text[last:end])}'


def highlighted(text: str, part: Span, words: Sequence[Span], show: Show = plainly) -> str:
    """text[part] in HTML, with `words` (in order, apart from each other) in marks of their own."""
    pieces, at = [], part[0]
    for start, end in words:
        start, end = max(start, at), min(end, part[1])
        if start < end:
            pieces += [show(text, at, start), f'<mark class="words">{show(text, start, end)}</mark>']
            at = end
    return "".join([*pieces, show(text, at, part[1])])


def web_address(address: str | None) -> str | None:
    """`address` if it is one of the web; a `javascript:` address, or a file of this machine, is none."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return None
    return address if address and parts.scheme in ("http", "https") and parts.netloc else None


def link(address: str | None, shown: str) -> str:
    """A link to `address`, or '' if it is none of the web. shown: what it says, in front of the host."""
    web = web_address(address)
    if not web:
        return ""
    host = urlsplit(web).netloc.rpartition("@")[2]
    return (
        f'<a href="{escape(web)}" rel="noopener noreferrer nofollow" target="_blank">{line(shown)}'
        f" <bdi>{line(host)}</bdi></a>"
    )


def name_of(article_id: str) -> str:
    """What a person may know an article by that has no address: its id, of a file only the name."""
    return PurePath(article_id).name if "/" in article_id or "\\" in article_id else article_id
