"""CSV and TSV: the first line names the columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping

from index.article import Article
from index.errors import UnreadableFile
from index.reading.encoding import decode
from index.reading.names import columns
from index.reading.outcome import Failure, Source, one_line
from index.reading.records import Record, articles_of


def read_csv(source: Source, fields: Mapping[str, str], largest: int) -> Iterator[Article | Failure]:
    """The articles of a .csv or .tsv file with a header line. Delimiters: comma, semicolon, tab, bar.

    largest: the largest cell, in characters. A row with another number of cells than the header is a failure.
    """
    text = decode(source.data)
    source.data = b""
    if not text.strip():
        raise UnreadableFile("holds only white space; nothing to index")
    yield from articles_of(source, _rows(text, source.suffix, fields, largest), fields)


def _rows(text: str, suffix: str, fields: Mapping[str, str], largest: int) -> Iterator[Record]:
    delimiter, skip = _delimiter(text, suffix)
    # The limit is the process's own; it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), min(largest, 2**31 - 1)))
    stream = io.StringIO(text, newline="")
    stream.seek(skip)
    rows = csv.reader(stream, delimiter=delimiter)
    header: list[str] = []
    line = 1 if not skip else 2
    while True:
        value: object = None
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            row, value = [""], UnreadableFile(f"is a broken row: {error}")
        place, line = f":{line}", rows.line_num + (2 if skip else 1)
        if value is None and not any(cell.strip() for cell in row):
            continue
        if not header:
            header = _header(row, fields)
            continue
        while len(row) > len(header) and not row[-1].strip():
            row.pop()
        if value is None and len(row) != len(header):
            value = UnreadableFile(
                f"the row has {len(row)} cells, the header {len(header)}; is a quotation mark missing, or one too many?"
            )
        yield Record(place, value or dict(zip(header, row, strict=True)), stream.tell() / len(text))


def _delimiter(text: str, suffix: str) -> tuple[str, int]:
    """The delimiter, and how many characters of an Excel line 'sep=;' come before the header."""
    if found := re.match(r"sep=(.)\r?\n", text):
        return found.group(1), found.end()
    unquoted = re.sub(r'"(?:[^"]|"")*"', "", text[:100_000].lstrip())
    first = unquoted.split("\n", 1)[0]
    preferred = "\t" if suffix == ".tsv" else ","
    return max(preferred + "\t;,|", key=lambda sign: first.count(sign)), 0


def _header(row: list[str], fields: Mapping[str, str]) -> list[str]:
    header = [cell.strip().removeprefix("\ufeff") or f"column {n}" for n, cell in enumerate(row, 1)]
    seen: dict[str, int] = {}
    for position, name in enumerate(header):  # a name that comes twice must not hide a column
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            header[position] = f"{name} {seen[name]}"
    wanted, known = fields.get("text"), columns(tuple(header))
    if (wanted is not None and wanted not in header) or (wanted is None and not (known["text"] or known["summary"])):
        what = f"no column {wanted!r}" if wanted else "no column for the text (such as text, content or body)"
        names = ", ".join(one_line(name)[:40] for name in header[:12])
        raise UnreadableFile(f"{what}; the first line has: {names}; name the one that holds it, as text=COLUMN")
    return header
