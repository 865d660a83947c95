"""Records of archives to articles: what real archives call an article's fields, and how they nest them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from index.article import Article
from index.errors import UnreadableFile
from index.reading import language
from index.reading.dates import read_date
from index.reading.outcome import one_line
from index.reading.plain import tidy, title_of

# Names without case, '_', '-' and spaces; for each field the best first.
ALIASES = {
    "id": "id guid articleid newsid docid documentid uuid",
    "title": "title headline titlear titleen heading العنوان titre name",
    "text": "content text body article articlebody articletext articlecontent maintext fulltext bodytext "
    "contentar textar cleanedtext paragraphs contenthtml النص المحتوى نصالخبر texte contenu corps html",
    "date": "datepublished publishedat publicationdate published publishdate publishedon pubdate "
    "firstpublished date articledate newsdate webpublicationdate "
    "تاريخالنشر التاريخ datedepublication datetime createdat created "
    "timestamp time dateextracted extractedat crawledat scrapedat",
    "source": "source outlet publisher sitename newspaper site publication sourcename journal المصدر "
    "الصحيفة الموقع domain hostname",
    "url": "url link canonicalurl articleurl weburl permalink href sourceurl الرابط lien",
    "author": "author authors byline creator writer الكاتب المؤلف auteur auteurs",
    "language": "language lang locale اللغة langue",
}
_ORDER = {name: {alias: rank for rank, alias in enumerate(names.split())} for name, names in ALIASES.items()}
# Taken only where nothing better is there: summaries.
_LAST_RESORT = ("description", "summary", "abstract", "excerpt", "snippet", "الملخص", "résumé")
# An object in place of a value: {"rendered": ...} (WordPress), {"name": ...}, {"$oid": ...} (MongoDB).
_INSIDE = (
    "rendered",
    "name",
    "text",
    "value",
    "body",
    "content",
    "title",
    "$oid",
    "$date",
    "$numberLong",
    "#text",
    "html",
)

_TAG = re.compile(
    r"</(?:p|div|span|a|b|i|em|strong|li|ul|ol|h[1-6]|td|table|blockquote|article|figure|font)\s*>"
    r"|<br\s*/?>|<p[ >]",
    re.I,
)
_ENTITY = re.compile(r"&(?:nbsp|quot|amp|lt|gt|[lr][ds]?quo|[lr]aquo|hellip|[nm]dash|#\d{2,5}|#x[0-9a-f]{2,5});", re.I)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "table",
        "blockquote",
        "article",
        "section",
        "figure",
        "figcaption",
        "hr",
        "pre",
    ]
)
_SILENT = frozenset(["script", "style", "noscript", "iframe", "template", "head", "title"])


@lru_cache(maxsize=512)
def columns(keys: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Field of an article -> those of `keys` that may hold it, best first ('summary' is a poor text)."""
    plain = {key: re.sub(r"[\s_\-:.]+", "", key).casefold() for key in keys}
    found = {}
    for field, order in _ORDER.items():
        known = sorted((order[name], key) for key, name in plain.items() if name in order)
        found[field] = tuple(key for _, key in known)
    found["summary"] = tuple(key for last in _LAST_RESORT for key, name in plain.items() if name == last)
    return found


def dig(record: object, path: str) -> object:
    """The value at a dotted path ('payload.body', 'items.0.text'), or None.

    A key with dots in it is found first.
    """
    if isinstance(record, Mapping):
        if path in record:
            return record[path]
        first, _, rest = path.partition(".")
        return dig(record.get(first), rest) if rest else None
    if isinstance(record, list):
        first, _, rest = path.partition(".")
        if first.isdecimal() and int(first) < len(record):
            return dig(record[int(first)], rest) if rest else record[int(first)]
    return None


def value_text(value: object, joint: str = ", ", depth: int = 4) -> str:
    """The text of a field's value: of a string, a number, an object that wraps one, or a list of these."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool) or depth == 0:
        return ""
    if isinstance(value, Mapping):
        return next((text for key in _INSIDE if (text := value_text(value.get(key), joint, depth - 1))), "")
    if isinstance(value, list):
        return joint.join(text for part in value if (text := value_text(part, joint, depth - 1).strip()))
    return str(value)


def key_of(record: Mapping[str, object], fields: Mapping[str, str]) -> str:
    """What tells this record from the others of its file: its own id, else its url, else ''."""
    for name in ("id", "url"):
        if key := " ".join(_field(record, name, fields, "").split()):
            return one_line(key)[:1000]
    return ""


def _field(record: Mapping[str, object], name: str, fields: Mapping[str, str], joint: str) -> str:
    if name in fields:
        return value_text(dig(record, fields[name]), joint)
    known = columns(tuple(record))
    for key in known["text"] + known["summary"] if name == "text" else known[name]:
        value = record[key]
        if (text := value if isinstance(value, str) else value_text(value, joint)) and not text.isspace():
            return text
    return ""


def article_of(id: str, record: Mapping[str, object], fields: Mapping[str, str]) -> Article:
    """The article that `record` holds. fields: article's field -> dotted path, in place of the usual names.

    Raises UnreadableFile, with the names that were found, if no text is there.
    """
    text = tidy(clean(_field(record, "text", fields, "\n")))
    if not text.strip():
        raise UnreadableFile(_lack(record, fields))
    title = " ".join(clean(_field(record, "title", fields, " ")).split())
    url = _field(record, "url", fields, " ").strip() or None
    return Article(
        id=id,
        text=text,
        title=title or title_of(text),
        date=_date(record, fields),
        source=" ".join(_field(record, "source", fields, ", ").split()) or host(url),
        url=url,
        language=language.choose(_field(record, "language", fields, " "), text),
        author=" ".join(clean(_field(record, "author", fields, ", ")).split()) or None,
    )


def _date(record: Mapping[str, object], fields: Mapping[str, str]) -> str | None:
    keys = (fields["date"],) if "date" in fields else columns(tuple(record))["date"]
    for key in keys:
        value = dig(record, key)
        while isinstance(value, (Mapping, list)) and value:  # {"$date": {"$numberLong": "..."}}, ["2015-07-21"]
            value = value[0] if isinstance(value, list) else next((value[k] for k in _INSIDE if k in value), None)
        if day := read_date(value):
            return day
    return None


def _lack(record: Mapping[str, object], fields: Mapping[str, str]) -> str:
    names = ", ".join(one_line(str(key))[:40] for key in list(record)[:12]) + (", ..." if len(record) > 12 else "")
    if not record:
        return "the record is empty"
    if "text" in fields:
        return f"the record has no text in {fields['text']!r}; its fields: {names}"
    known = columns(tuple(record))
    if empty := known["text"] + known["summary"]:
        return f"the record's text ({', '.join(empty)}) is empty"
    return f"no text found in the record; its fields: {names}; name the one that holds it, as text=FIELD"


def host(url: str | None) -> str | None:
    """'www.example.com' of a link as 'example.com', or None."""
    try:
        name = urlsplit(url or "").hostname
    except ValueError:
        return None
    return name.removeprefix("www.") if name and "." in name else None


def clean(text: str) -> str:
    """`text` without HTML tags and entities if it looks like HTML; otherwise untouched.

    >>> clean("<p>قال &quot;نعم&quot;</p><p>ثم</p>"), clean("a < b and c > d & e")
    ('قال "نعم"\\nثم', 'a < b and c > d & e')
    """
    if "<" in text and _TAG.search(text):
        return _untagged(text)
    if "&" in text and _ENTITY.search(text):
        import html

        return html.unescape(text).replace("\u00a0", " ")
    return text


def _untagged(text: str) -> str:
    from lxml import etree

    # A root of our own: a fragment may begin with text. Comments and declarations say nothing to a reader.
    parser = etree.HTMLParser(remove_comments=True, remove_pis=True, recover=True, encoding="utf-8")
    whole = text.replace("\0", "\ufffd")  # the parser stops at NUL
    data = f"<html><body><div>{whole}</div></body></html>".encode("utf-8", "replace")
    root = etree.fromstring(data, parser)
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if element.tag in _BLOCKS:
            pieces.append("\n")
        if event == "end":
            pieces.append(element.tail or "")
        elif element.tag in _SILENT:
            walk.skip_subtree()
        else:
            pieces.append(element.text or "")
    lines = (" ".join(line.split()) for line in "".join(pieces).splitlines())
    return "\n".join(line for line in lines if line)
