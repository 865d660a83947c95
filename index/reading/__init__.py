"""Files of newspapers' archives to articles: everything that can be read is, and everything else is told.

for found in read(["archive/"]):
    if isinstance(found, Failure): print(found.path, found.why)
    else: ...  # an Article
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from index.article import Article
from index.errors import ArticleError, UnreadableFile
from index.reading.archives import members
from index.reading.names import ALIASES
from index.reading.outcome import Failure, Limits, Source, one_line, size_text
from index.reading.walk import SUFFIXES, Found, find, suffix_of, trouble

__all__ = ["SUFFIXES", "Failure", "Limits", "read"]

Progress = Callable[[int, int], None]

_LEADS = re.compile(r"(?i)(\.(?:zip|jsonl?|ndjson|csv|tsv))([!#])")


def read(
    paths: Iterable[str | os.PathLike[str]] | str | os.PathLike[str],
    *,
    fields: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    names: Mapping[str, str] | None = None,
) -> Iterator[Article | Failure]:
    """Read the articles of files, folders and zips, one at a time, in the order of their names.

    fields: article's field -> name in the files' records, dotted if nested: {"text": "payload.body"}; the
    fields are id, title, text, date, source, url, author, language. progress: called with (bytes done, bytes
    in all) as articles are taken from the iterator, about a thousand times at most; it ends with the two
    equal. names: a file among `paths` -> the name that stands for its path, in ids and failures.

    Whatever cannot be read is a Failure in its place, and the rest goes on.
    Raises ArticleError at once if `fields` names a field that articles do not have.
    """
    if unknown := sorted(set(fields or {}) - set(ALIASES)):
        raise ArticleError(f"{unknown[0]!r} is no field of an article; there are: {', '.join(ALIASES)}")
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    return _read(list(paths), fields or {}, limits or Limits(), progress, names or {})


def _read(
    paths: list[str | os.PathLike[str]],
    fields: Mapping[str, str],
    limits: Limits,
    progress: Progress | None,
    names: Mapping[str, str],
) -> Iterator[Article | Failure]:
    found = [_renamed(item, names) for item in find(paths)]
    meter = _Meter(sum(item.size for item in found if isinstance(item, Found)), progress)
    for item in found:
        if isinstance(item, Failure):
            yield item
            continue
        try:
            yield from _file(item, fields, limits, meter)
        except UnreadableFile as error:
            yield Failure(item.shown, str(error))
        meter.finished(item.size)
    meter.end()


def _file(item: Found, fields: Mapping[str, str], limits: Limits, meter: _Meter) -> Iterator[Article | Failure]:
    suffix, id = suffix_of(item.path), article_id(item.known or item.path)
    if suffix != ".zip":
        source = Source(item.shown, id, suffix, _bytes(item, limits))
        yield from _source(source, item.size, fields, limits, meter)
        return
    packed = 0
    for member, size in members(item.path, item.shown, id, limits):
        if isinstance(member, Failure):
            yield member
        else:
            yield from _source(member, size, fields, limits, meter, packed)
        packed += size


def _renamed(item: Found | Failure, names: Mapping[str, str]) -> Found | Failure:
    """`item` under the name that stands for its path, if there is one."""
    if isinstance(item, Failure):
        return Failure(names[item.path], item.why) if item.path in names else item
    return item._replace(shown=one_line(names[item.shown]), known=names[item.shown]) if item.shown in names else item


def _source(
    source: Source, size: int, fields: Mapping[str, str], limits: Limits, meter: _Meter, before: int = 0
) -> Iterator[Article | Failure]:
    nothing = True
    try:
        for found in _reader(source, fields, limits):
            nothing = False
            yield found
            meter.at(before + source.done * size)
    except (UnreadableFile, ArticleError) as error:
        yield Failure(source.shown, str(error))
    except MemoryError:
        yield Failure(source.shown, "needs more memory than there is; split it")
    else:
        if nothing:
            yield Failure(source.shown, "holds no article, only a header")


def _reader(source: Source, fields: Mapping[str, str], limits: Limits) -> Iterator[Article | Failure]:
    if not source.data:
        raise UnreadableFile("is empty; nothing to index")
    # Imported as they are needed: most archives are of one format.
    if source.suffix == ".json":
        from index.reading.json_files import read_json

        return read_json(source, fields)
    if source.suffix in (".jsonl", ".ndjson"):
        from index.reading.json_files import read_jsonl

        return read_jsonl(source, fields)
    if source.suffix in (".csv", ".tsv"):
        from index.reading.csv_files import read_csv

        return read_csv(source, fields, limits.file)
    if source.suffix in (".html", ".htm", ".xhtml"):
        from index.reading.pages import read_html

        return read_html(source)
    if source.suffix == ".pdf":
        from index.reading.documents import read_pdf

        return read_pdf(source)
    if source.suffix == ".docx":
        from index.reading.documents import read_docx

        return read_docx(source, limits)
    from index.reading.plain import read_plain

    return read_plain(source)


def _bytes(item: Found, limits: Limits) -> bytes:
    if item.size > limits.file:
        raise UnreadableFile(f"has {size_text(item.size)}, the limit is {size_text(limits.file)}; split it")
    try:
        with open(item.path, "rb") as stream:
            data = stream.read(limits.file + 1)  # it may have grown since
    except OSError as error:
        raise UnreadableFile(trouble(error)) from None
    if len(data) > limits.file:
        raise UnreadableFile(f"has more than {size_text(limits.file)}, the limit; split it")
    return data


def article_id(path: str) -> str:
    """The id of the article in the file at the absolute `path`; ids of its members and records begin with it.

    An id says where the article came from, so reading the same file again meets the same article, and two
    files never share one: ids are absolute, '!' leads into an archive and '#' to a record, and names that
    hold these signs after a suffix of an archive, control characters or backslashes are escaped.
    """
    path = path.replace(os.sep, "/")
    return _LEADS.sub(r"\1\\\2", one_line(path))


class _Meter:
    """Bytes done of all bytes, told when a thousandth has been added."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress = total, progress
        self._before = 0  # the files that are done
        self._told = 0

    def at(self, done: float) -> None:
        """`done` bytes of the file at hand have been given out."""
        now = min(self._before + int(done), self._total)
        if self._progress and now - self._told >= max(1, self._total // 1000):
            self._told = now
            self._progress(now, self._total)

    def finished(self, size: int) -> None:
        """The file at hand, of `size` bytes, is done."""
        self._before += size
        self.at(0)

    def end(self) -> None:
        """All is done; told even if there was nothing."""
        if self._progress and (self._told < self._total or not self._total):
            self._progress(self._total, self._total)
