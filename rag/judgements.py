"""Judgements of answers for people, for spreadsheets, and as a question set of `isnad eval`."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index.files import replace_file
from rag.feedback import Judgement
from rag.printing import Sheet, clean
from rag.question import language_of

_COLUMNS = "time verdict question completed answered text confidence model reader note citations".split()
_FORMULA = tuple("=+-@＝＋－＠|%")
_EXCERPT = 200
# What JSON lets stand in a line, and a reader of lines may take for its end, or a screen for an order.
_ODD = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def print_judgements(found: Sequence[Judgement], sheet: Sheet) -> None:
    """A block for each: when, the verdict and the question; below it the answer, the note and who judged."""
    for one in found:
        sheet.put(one.completed or one.question, "bold", head=f"{clean(one.time)[:16]}  {one.verdict:4}  ")
        told = clean(one.text)
        sheet.put(told if len(told) <= _EXCERPT else f"{told[:_EXCERPT]} …", "dim", indent=4)
        if one.note:
            sheet.put(one.note, head="    note: ")
        sheet.put_fields([f"confidence {one.confidence:.0%}", one.model, one.reader], "dim", head="    ")
    good = sum(one.verdict == "up" for one in found)
    sheet.put(f"{len(found):,} judged: {good:,} up, {len(found) - good:,} down" if found else "no answer was judged")


def as_csv(found: Iterable[Judgement]) -> str:
    """A table with a head line; no cell is a formula to a spreadsheet, and none holds a control or a line end."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(_COLUMNS)
    for one in found:
        row = {name: getattr(one, name) for name in _COLUMNS}
        row["answered"], row["confidence"] = ("yes" if one.answered else "no"), f"{one.confidence:.3f}"
        row["citations"] = " · ".join(f"{c.article_id} [{c.start}:{c.end}] «{c.quote}»" for c in one.citations)
        sheet.writerow([cell(row[name] or "") for name in _COLUMNS])
    return out.getvalue()


def cell(text: str) -> str:
    """`text` for a cell of a CSV file: one line, and an apostrophe before what a spreadsheet would reckon (OWASP, CSV
    injection).

    >>> cell("=1+1"), cell(" 1+1")
    ("'=1+1", '1+1')
    """
    shown = clean(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def questions(found: Sequence[Judgement], texts: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """The questions whose answers were judged good more often than bad, as rows of Isnad's question files, and how many
    were left out because nothing that they quote stands in the library any more.

    texts: article id -> text. The quotes of a question are those that its good answers cite; a refusal that was judged
    good has none: nothing answers. Where both were, the quotes count. The same judgements give the same ids.
    """
    votes: Counter[tuple[str, str]] = Counter()
    quotes: dict[str, dict[str, None]] = defaultdict(dict)
    for one in found:
        votes[one.completed or one.question, one.text] += 1 if one.verdict == "up" else -1
    good: dict[str, bool] = {}
    for one in found:
        asked = one.completed or one.question
        if votes[asked, one.text] > 0:
            good[asked] = good.get(asked, False) or one.answered
            standing = [c.quote for c in one.citations if c.quote in texts.get(c.article_id, "")]
            quotes[asked] |= dict.fromkeys(standing)
    rows = [
        {"id": _name(asked), "language": language_of(asked), "question": asked, "quotes": list(quotes[asked])}
        for asked, answered in good.items()
        if quotes[asked] or not answered
    ]
    return rows, len(good) - len(rows)


def write_lines(rows: Iterable[Mapping[str, Any]], file: Path) -> None:
    """Write rows as JSON Lines, in the place of what may be there."""
    texts = (json.dumps(row, ensure_ascii=False) for row in rows)
    lines = "".join(_ODD.sub(lambda odd: f"\\u{ord(odd[0]):04x}", text) + "\n" for text in texts)

    def write(path: Path) -> None:
        path.write_text(lines, "utf-8")

    replace_file(file, write)


def _name(asked: str) -> str:
    return f"feedback-{hashlib.blake2b(asked.encode(), digest_size=6).hexdigest()}"
