"""PDF and Word documents: the text, in paragraphs.

Their own date fields tell of the file, not of the article.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from index.article import Article
from index.errors import UnreadableFile
from index.reading.encoding import plausibility
from index.reading.outcome import Failure, Limits, Source, size_text
from index.reading.plain import article
from index.reading.quiet import quiet

# What parsers of damaged documents raise beside errors of their own.
_DAMAGED = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError, AssertionError,
    EOFError, OSError, struct.error, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
# A title that a program made of the file's name.
_MADE = re.compile(
    r"\.(docx?|pdf|indd|qxd|rtf|txt|odt)\Z|^(microsoft|untitled|document\d*\Z|word document|python-docx)",
    re.I,
)
_PRESENTATION = re.compile("[\ufb50-\ufdfb\ufe70-\ufefc]+")
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
# What runs from left to right within Arabic, and line ends.
_LEFT = re.compile("([0-9A-Za-z\u00c0-\u024f\u0660-\u0669\n]+)")
_ENDS = re.compile(r"[.!?؟…:؛»”\"')\]]\s*\Z")


def read_pdf(source: Source) -> Iterator[Article | Failure]:
    """The one article of a PDF; pages that cannot be read are failures of their own.

    Raises UnreadableFile if it is damaged, needs a password, or holds no text (a scan).
    """
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    damaged = (PyPdfError, DependencyError, *_DAMAGED)
    pages: list[str] = []
    with quiet("pypdf", "fontTools", "PIL"):
        try:
            reader = pypdf.PdfReader(io.BytesIO(source.data))
            # Many files need no password to be read, only to be changed.
            if reader.is_encrypted and not reader.decrypt(""):
                raise FileNotDecryptedError
            count = len(reader.pages)
            title = _title(reader.metadata.title if reader.metadata else None)
        except FileNotDecryptedError:
            raise UnreadableFile("is protected by a password; save a copy without it first") from None
        except damaged as error:
            raise UnreadableFile(f"is a damaged PDF ({_named(error)}); download it again") from None
    failures: list[Failure] = []
    for number in range(count):
        with quiet("pypdf", "fontTools", "PIL"):
            try:
                pages.append(paragraphs(reader.pages[number].extract_text()))
            except damaged as error:
                failures.append(Failure(f"{source.shown}#page={number + 1}", f"the page is damaged ({_named(error)})"))
        source.done = (number + 1) / count
    text = "\n\n".join(page for page in pages if page)
    if text.strip():
        yield article(source.id, text, title=title)
    elif not failures:
        pages_are = f"its {count} pages hold" if count > 1 else "it holds"
        raise UnreadableFile(f"{pages_are} no text, only images; run text recognition (OCR) on it first")
    yield from failures


def paragraphs(page: str) -> str:
    """The lines of a PDF page joined to paragraphs: a line that fills the column, with no end in it, goes on.

    Letters that were stored in their printed forms (ﻢﻠﻋ) become letters again. Arabic that comes out backwards
    is turned: the parser takes every line as stored from left to right, and not every program does that.
    """
    page = _PRESENTATION.sub(lambda found: unicodedata.normalize("NFKC", found.group()), page)
    turned = "".join(map(_turned, _LEFT.split(page))) if _ARABIC.search(page) else page
    if plausibility(turned[:4000]) > plausibility(page[:4000]):
        page = turned
    lines = [" ".join(line.split()) for line in page.splitlines()]
    longest = max(map(len, lines), default=0)
    joined: list[str] = []
    runs_on = False
    for line in lines:
        if runs_on and line:
            hyphen = joined[-1].endswith("-") and line[0].islower()
            joined[-1] = joined[-1][:-1] + line if hyphen else f"{joined[-1]} {line}"
        else:
            joined.append(line)
        runs_on = bool(line) and len(line) >= 0.6 * longest and len(line) > 30 and not _ENDS.search(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(joined)).strip()


def _turned(run: str) -> str:
    if not _ARABIC.search(run):
        return run
    text = run.strip()
    space = " " if text != run else ""  # on which side it belongs is lost; too many are taken out later
    return space + text[::-1] + space


def read_docx(source: Source, limits: Limits) -> Iterator[Article]:
    """The one article of a .docx: paragraphs and tables in their order.

    Raises UnreadableFile if there is none.
    """
    if source.data[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFile("is protected by a password, or an old .doc; save it as a plain .docx first")
    _check(source.data, limits)
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with quiet("docx"):
        try:
            document = docx.Document(io.BytesIO(source.data))
            text = "\n".join(_blocks(document))
            title = _title(document.core_properties.title)
        except (OpcError, LxmlError, *_DAMAGED) as error:
            raise UnreadableFile(f"is a damaged .docx ({_named(error)}); save it again") from None
    if not text.strip():
        raise UnreadableFile("holds no text; if it holds images, run text recognition (OCR) first")
    yield article(source.id, text.strip("\n"), title=title)


def _check(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except _DAMAGED:
        raise UnreadableFile("is no whole .docx; it may be cut off, download or save it again") from None
    if size > limits.member or (size > 1 << 20 and size > limits.ratio * len(data)):
        raise UnreadableFile(f"would unpack to {size_text(size)} (a zip bomb?); it was not opened")


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for block in container.iter_inner_content():
        if not isinstance(block, Table):
            yield block.text
            continue
        for row in block.rows:
            cells = dict.fromkeys(row.cells)  # a merged cell stands in its row once for each column
            yield " | ".join(" ".join(cell.text.split()) for cell in cells if cell.text.strip())


def _title(title: Any) -> str:
    """A document's own title, unless its maker program put it there."""
    text = " ".join(str(title or "").split())
    made = _MADE.search(text)
    return "" if made or len(text) < 4 or not re.search(r"[^\W\d_]{2}", text) else text


def _named(error: BaseException) -> str:
    return (str(error) or type(error).__name__)[:200]
