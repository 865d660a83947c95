"""Files of many records: one broken record costs no other, and ids tell the records of a file apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from index.article import Article
from index.errors import ArticleError, UnreadableFile
from index.reading.names import article_of, dig, key_of
from index.reading.outcome import Failure, Source, one_line


class Record(NamedTuple):
    """One parsed record and where it stands: ':17' (a line) or '#3' (in an array)."""

    place: str
    value: object
    done: float


def articles_of(source: Source, records: Iterator[Record], fields: Mapping[str, str]) -> Iterator[Article | Failure]:
    """Records to articles, with ids that tell them apart: FILE#KEY.

    KEY is the record's own id, else its url, else its number. A key that comes again gets '#2', '#3': two
    records of one file never overwrite each other, and a file that has not changed gives the same ids again.
    """
    used: set[str] = set()
    sought = dict(fields)
    withheld: list[Failure] = []
    last: Mapping[str, object] = {}
    for number, (place, value, done) in enumerate(records, 1):
        source.done = done
        if isinstance(value, UnreadableFile):
            yield Failure(source.shown + place, str(value))
            continue
        if not isinstance(value, Mapping):
            yield Failure(source.shown + place, f"is {kind(value)}, not an object with title, text and date")
            continue
        last = record = unwrapped(value)
        for name in [name for name, path in sought.items() if dig(record, path) is not None]:
            del sought[name]
        key = unique = key_of(record, fields) or str(number)
        again = 1
        while unique in used:
            again += 1
            unique = f"{key}#{again}"
        used.add(unique)
        try:
            found: Article | Failure = article_of(f"{source.id}#{unique}", record, fields)
        except (UnreadableFile, ArticleError) as error:
            found = Failure(source.shown + place, str(error))
        if "text" in sought and isinstance(found, Failure):
            withheld.append(found)  # told as one if no record has the field
            continue
        yield from withheld
        withheld.clear()
        yield found
    for name, path in sought.items() if last else ():
        yield Failure(
            source.shown,
            f"no record has a field {path!r}, asked for as {name}; there are: " + ", ".join(map(one_line, last)),
        )


def kind(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "a truth value",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "null")


def unwrapped(record: Mapping[str, object]) -> Mapping[str, object]:
    """An Elasticsearch hit is its '_source'."""
    inner = record.get("_source")
    return {"_id": record.get("_id"), **inner} if isinstance(inner, Mapping) else record
