"""Printing: answers, hits and reports for people; what articles say cannot steer the terminal.

On a terminal, lines that hold right-to-left letters are put between Unicode isolates, so that numbers and brackets stay
with the sentence that they belong to. The letters themselves keep their order: turning them is the terminal's work.
In a pipe or a file nothing is added and nothing is wrapped: a sentence is a line, ready to be searched and copied.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from index.tokens import is_arabic
from rag.copies import standing

if TYPE_CHECKING:
    from index.indexing import Report
    from index.store import Status
    from rag.results import Answer, Citation, Hit

_LRI, _RLI, _PDI = "\u2066", "\u2067", "\u2069"
_WIDEST = 100
_EXCERPT = 400
_FAILURES = 20
_DROPPED = 5

# CSI and OSC/DCS sequences as a whole, then any two-byte escape; what is not closed loses only its head.
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_HIDDEN = re.compile(  # controls that are no white space, bidi overrides and isolates, tags
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONE = re.compile("[\ud800-\udfff]")


def harmless(text: str) -> str:
    """`text` without escape sequences, controls that are no white space, and bidi overrides."""
    return _LONE.sub("\ufffd", _HIDDEN.sub("", _SEQUENCES.sub("", text)))


def clean(text: str) -> str:
    r"""`text` as one line that a terminal only shows: no escape sequences, controls or bidi overrides.

    >>> clean("a\x1b[31mb\u202e\n c")
    'ab c'
    """
    return " ".join(harmless(text).split())


def direction(text: str) -> str:
    """'rtl' or 'ltr', by the first letter that has a direction; '' if none has."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return ""


def isolate(text: str, toward: str | None = None) -> str:
    """`text` between isolates of its direction (or `toward`), if it holds right-to-left letters; otherwise as it is."""
    if not any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return text
    return (_RLI if (toward or direction(text)) == "rtl" else _LRI) + text + _PDI


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` cells, broken at spaces; a longer word stands alone, unbroken."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


class Sheet:
    """Lines for one stream: coloured, wrapped and isolated for a terminal, bare for everything else.

    terminal: None finds out. NO_COLOR, TERM and COLUMNS are respected.
    """

    def __init__(self, stream: TextIO, terminal: bool | None = None) -> None:
        self._stream = stream
        self._console = Console(
            file=stream, force_terminal=terminal, soft_wrap=True, markup=False, emoji=False, highlight=False
        )
        self.terminal = stream.isatty() if terminal is None else terminal
        # Dumb terminals and the Linux console would draw the isolates.
        self._isolates = self.terminal and os.environ.get("TERM", "") not in ("dumb", "unknown", "linux")
        self.width = min(self._console.width, _WIDEST)

    def put(self, text: str = "", style: str = "", *, head: str = "", indent: int = 0) -> None:
        """Print one text of an article or of ours; `head` stands before its first line, the others are indented."""
        text = clean(text)
        indent += len(head)
        toward = direction(text)
        lines = wrap(text, max(self.width - indent, 20)) if self.terminal else [text]
        for line in lines:
            shown = isolate(line, toward) if self._isolates else line
            self._write(Text(head.rjust(indent) if head else " " * indent if line else "").append(shown, style))
            head = ""

    def put_fields(self, fields: Sequence[str | None], style: str = "", *, head: str = "") -> None:
        """Print short fields beside one another on one line; none bears upon the direction of another."""
        texts = [clean(field) for field in fields if field]
        if texts:
            shown = " · ".join(map(isolate, texts) if self._isolates else texts)
            self._write(Text(head).append(shown, style))

    def put_row(self, left: str, right: str, width: int, *, indent: int = 0) -> None:
        """Print two short texts, the second in a column that begins `width` cells and two behind the first; neither
        bears upon the direction of the other."""
        left, right = clean(left), clean(right)
        gap = " " * (max(width - cell_len(left), 0) + 2)
        shown = [isolate(left), isolate(right)] if self._isolates else [left, right]
        self._write(Text(" " * indent + shown[0] + gap).append(shown[1], "dim"))

    def _write(self, text: Text) -> None:
        # By way of a string: rich would end the program itself when a pipe closes.
        with self._console.capture() as captured:
            self._console.print(text)
        self._stream.write(captured.get())


def dates_line(since: str | None, until: str | None, understood: str, hint: str = "") -> str:
    """The dates that were understood, and the words that said them.

    >>> dates_line("2015-07-01", "2015-07-31", "in July 2015")
    'articles of 2015-07-01 to 2015-07-31 (“in July 2015”)'
    """
    both = f"of {since}" if since == until else f"of {since} to {until}"
    days = both if since and until else f"since {since}" if since else f"until {until}"
    return f"articles {days} (“{clean(understood)}”{hint})"


def print_dates(since: str | None, until: str | None, understood: str, sheet: Sheet) -> None:
    """One line on the dates that were understood as a filter, and what switches it off."""
    sheet.put(dates_line(since, until, understood, "; --any-date to search all"), "dim")


def print_answer(answer: Answer, sheet: Sheet, under: Callable[[Citation], None] | None = None) -> None:
    """The sentences, each with its numbers, then what they rest on; or the refusal. under: prints more under quotes."""
    if answer.understood:
        print_dates(answer.since, answer.until, answer.understood, sheet)
    if not answer.answered:
        for line in answer.text.splitlines():
            sheet.put(line)
        _print_dropped(answer, sheet)
        return
    for claim in answer.claims:
        # The number belongs to the line's own direction, so it stands where the sentence ends.
        sheet.put(f"{claim.text} " + "".join(f"[{n}]" for n in claim.citations), "bold")
        if claim.verdict != "supported":
            verdict = "partly supported" if claim.verdict == "partly" else "unsupported"
            sheet.put(f"{verdict}: {claim.reason}" if claim.reason else verdict, "yellow", indent=4)
    if answer.disagree:
        sheet.put("sources disagree: " + "".join(f"[{n}]" for n in answer.disagree), "yellow")
    for citation in answer.citations:
        sheet.put()
        _print_place(citation, f"[{citation.n}] ", sheet)
        if citation.context:
            sheet.put(f"{clean(citation.context)} …", "dim", indent=4)
        sheet.put(f"«{clean(citation.quote)}»", indent=4)
        sheet.put_fields([mark.text for mark in citation.marks], "green", head="    » ")
        if under:
            under(citation)
        sheet.put(_address(citation), "dim", indent=4)
    sheet.put()
    if answer.model:
        sheet.put(f"written by {answer.model}, each sentence checked against its quotes", "dim")
    _print_dropped(answer, sheet)
    sheet.put(f"confidence {answer.confidence:.0%}", "dim")


def _print_dropped(answer: Answer, sheet: Sheet) -> None:
    """What a model said and the quotes do not support, named as such."""
    for claim in answer.dropped[:_DROPPED]:
        sheet.put(
            f"{claim.text} ({claim.reason})" if claim.reason else claim.text, "dim", head="left out, unsupported: "
        )


def print_hits(hits: Sequence[Hit], sheet: Sheet) -> None:
    """Numbered passages, best first."""
    if not hits:
        sheet.put("Nothing was found.")
    for rank, hit in enumerate(hits, start=1):
        if rank > 1:
            sheet.put()
        _print_place(hit, f"{rank}. ", sheet, f"{hit.score:.0%}")
        text = clean(hit.text)
        if len(text) > _EXCERPT:
            text = text[:_EXCERPT].rsplit(" ", 1)[0] + " …"
        sheet.put(text, indent=4)
        # In one script everybody sees which words match.
        across = {f"{m.term} = {m.word}" for m in hit.matched if is_arabic(m.term) != is_arabic(m.word)}
        sheet.put_fields(sorted(across), "dim", head="    ")
        sheet.put(_address(hit), "dim", indent=4)


def _print_place(place: Citation | Hit, head: str, sheet: Sheet, *more: str) -> None:
    sheet.put(place.title or "(no headline)", "bold cyan", head=head.ljust(4))
    sheet.put_fields([place.source, place.date, standing(place), *more], head="    ")


def _address(place: Citation | Hit) -> str:
    """Where the article lies: its url, or its id; below the current folder as a relative path."""
    return place.url or place.article_id.removeprefix(os.path.join(os.getcwd(), ""))


def print_report(report: Report, status: Status | None, seconds: float, sheet: Sheet, errors: Sheet) -> None:
    """One line on what was done; what failed, path and reason, goes to `errors`."""
    for failure in report.failed[:_FAILURES]:
        errors.put(f"{failure.path}: {failure.why}")
    if (more := len(report.failed) - _FAILURES) > 0:
        errors.put(f"... and {more:,} more; isnad index --json names them all")
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    done = ", ".join(f"{name} {count:,}" for name, count in (counts | {"failed": len(report.failed)}).items())
    holds = f"{_count(status.articles, 'article')}, {_count(status.passages, 'passage')}" if status else "nothing yet"
    sheet.put(f"{done} in {seconds:.1f} s; the library holds {holds}")


def print_status(status: Status, sheet: Sheet) -> None:
    """What a library holds."""
    from index.reading.outcome import size_text

    outlets = [f"{name or '(unnamed)'} {count:,}" for name, count in status.sources.items()]
    more = [f"and {len(outlets) - 10:,} more"] if len(outlets) > 10 else []
    rows: dict[str, list[str]] = {
        "library": [status.path],
        "articles": [f"{status.articles:,}", *([_count(status.reports, "report")] if status.articles else [])],
        "passages": [f"{status.passages:,}"],
        "outlets": [*outlets[:10], *more],
        "dates": [f"{status.first} to {status.last}"] if status.first else [],
        "encoder": [status.encoder, f"{status.dimension} dimensions", status.fingerprint],
        "size": [size_text(status.size)],
    }
    for name, values in rows.items():
        sheet.put_fields(values or ["none known"], head=f"{name:10}")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


@contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[int, int], None] | None]:
    """A bar of bytes done on `stream`, fed by the function that is given; None where nobody would see it."""
    if not stream.isatty():
        yield None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def writing(stream: TextIO, model: str | None) -> Iterator[None]:
    """A line on `stream` as long as a language model writes, where somebody would see it.

    What it writes is not shown: nobody should read as an answer what is not checked yet.
    """
    if model is None or not stream.isatty():
        yield
        return
    with Console(file=stream).status(Text(f"{clean(model)} is writing; what it says is checked first", "dim")):
        yield
