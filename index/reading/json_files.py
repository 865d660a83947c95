"""JSON and JSON lines: one object, an array, an object that holds an array, or an object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from index.article import Article
from index.errors import UnreadableFile
from index.reading.encoding import decode
from index.reading.names import article_of, columns, dig
from index.reading.outcome import Failure, Source
from index.reading.records import Record, articles_of, kind, unwrapped

_CONTAINERS = (
    "articles",
    "data",
    "items",
    "results",
    "documents",
    "docs",
    "records",
    "news",
    "entries",
    "posts",
)
_WRAPPERS = ("response", "hits", "data", "result", "feed", "channel", "rss")


def _integer(digits: str) -> int | str:
    # Python refuses to convert thousands of digits; nobody counts so far, so the digits stay as they are.
    return int(digits) if len(digits) < 400 else digits


_DECODER = json.JSONDecoder(parse_int=_integer)


def read_json(source: Source, fields: Mapping[str, str]) -> Iterator[Article | Failure]:
    """The articles of a .json file: one object, an array, an object that holds one, or lines of objects."""
    text = decode(source.data)
    if not text.strip():
        raise UnreadableFile("holds only white space; nothing to index")
    try:
        value = _DECODER.decode(text)
    except ValueError as error:
        yield from articles_of(source, _salvage(text, error), fields)
        return
    except RecursionError:
        raise UnreadableFile("is nested too deeply to be read as JSON") from None
    del text
    if isinstance(value, dict) and (held := _held(value, fields)) is None:
        yield article_of(source.id, unwrapped(value), fields)
        return
    array = value if isinstance(value, list) else held if isinstance(value, dict) else None
    if array is None:
        raise UnreadableFile(f"holds {kind(value)}, not articles; an array of objects is expected")
    if not array:
        raise UnreadableFile("holds an empty array; nothing to index")
    source.data = b""
    records = (Record(f"#{n}", value, n / len(array)) for n, value in enumerate(array, 1))
    yield from articles_of(source, records, fields)


def _held(value: dict[str, object], fields: Mapping[str, str], depth: int = 3) -> list[object] | None:
    """The array of records inside an object; None if the object is an article itself."""
    by_name = {key.casefold(): inner for key, inner in value.items()}
    if "text" in fields:
        if dig(value, fields["text"]) is not None:
            return None
    elif any(isinstance(value[key], str) for key in columns(tuple(value))["text"]):
        return None
    for name in _CONTAINERS:
        inner = by_name.get(name)
        if isinstance(inner, list) and (not inner or isinstance(inner[0], dict)):
            return inner
    for name in _WRAPPERS if depth else ():
        inner = by_name.get(name)
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            return inner
        if isinstance(inner, dict) and (found := _held(inner, fields, depth - 1)) is not None:
            return found
    return None


def _salvage(text: str, error: ValueError) -> Iterator[Record]:
    """What a broken file still gives: lines of objects under the name .json, or the array up to the fault."""
    if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data" and text.lstrip()[:1] == "{":
        yield from _lines(text)
        return
    position = re.match(r"\s*\[\s*", text)
    number = 0
    at = position.end() if position else None
    while at is not None:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        following = re.compile(r"\s*,\s*").match(text, end)
        number += 1
        yield Record(f"#{number}", value, end / len(text))
        at = following.end() if following else None
    where = (
        f"line {error.lineno}, column {error.colno}: {error.msg}"
        if isinstance(error, json.JSONDecodeError)
        else str(error)
    )
    kept = f"; the {number} records before it were read" if number else ""
    raise UnreadableFile(f"is broken JSON at {where}{kept}; download or export it again")


def read_jsonl(source: Source, fields: Mapping[str, str]) -> Iterator[Article | Failure]:
    """The articles of a .jsonl file, one object a line. A broken line is a failure with its number."""
    text = decode(source.data)
    source.data = b""
    if not text.strip():
        raise UnreadableFile("holds only white space; nothing to index")
    yield from articles_of(source, _lines(text), fields)


def _lines(text: str) -> Iterator[Record]:
    start = number = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].strip("\x1e \t\r")
        start, number = end + 1, number + 1
        if not line:
            continue
        value: object
        try:
            value = _DECODER.decode(line)
        except json.JSONDecodeError as error:
            value = UnreadableFile(f"is broken JSON at column {error.colno}: {error.msg}")
        except (ValueError, RecursionError):
            value = UnreadableFile("is nested too deeply, or holds a number that is too long")
        yield Record(f":{number}", value, start / len(text))
