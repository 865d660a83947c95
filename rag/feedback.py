"""Feedback: what readers thought of the answers, kept in the library's folder in a file of its own.

Who judges never waits for a writer who indexes, and no fault of this file keeps the library from opening: nothing but
this module reads it, and only when feedback is given or asked for.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from index.article import iso_date
from index.errors import ArticleError, QueryError
from rag.feedback_file import FeedbackFile
from rag.filters import Date
from rag.question import LONGEST
from rag.results import Answer

FEEDBACK = "feedback.sqlite"
Thumb = Literal["up", "down"]
LONGEST_NOTE = 2_000
"""Characters of a note."""

_FIELDS = "time, verdict, note, reader, question, completed, text, answered, confidence, citations, model"
_log = logging.getLogger("isnad")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a judged answer cited: article.text[start:end] == quote, in the article as it was then."""

    article_id: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one reader thought of one answer.

    time: of the judgement, UTC, 'YYYY-MM-DDThh:mm:ss.mmmZ'. reader: login name, None where nobody logged in. The rest
    is that of the Answer.
    """

    time: str
    verdict: Thumb
    note: str
    reader: str | None
    question: str
    completed: str | None
    text: str
    answered: bool
    confidence: float
    citations: tuple[Quoted, ...]
    model: str | None


class Feedback:
    """The judgements of one library (Library.feedback). Safe for several threads and processes; the file is made when
    first something is recorded.

    A damaged file is set aside under another name, not deleted; a line in the log "isnad" (by default on stderr) says
    so, and a new one is begun. Raises LibraryError where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = FeedbackFile(folder / FEEDBACK)

    def record(
        self, answer: Answer, verdict: Thumb, note: str = "", *, reader: str | None = None, visit: str = ""
    ) -> None:
        """Keep what a reader thinks of `answer`, in place of what the same reader thought of the same answer before.

        reader: login name. visit: what tells readers without one apart, if anything does. Durable on return. Raises
        QueryError for another verdict than up or down, and for a note of more than LONGEST_NOTE characters.
        """
        if verdict not in get_args(Thumb):
            raise QueryError(f"{str(verdict)[:40]!r} is no verdict; there are up and down")
        if len(note) > LONGEST_NOTE:
            raise QueryError(f"a note has at most {LONGEST_NOTE:,} characters; this one has {len(note):,}")
        time = datetime.now(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
        places = [asdict(Quoted(c.article_id, c.start, c.end, c.quote)) for c in answer.citations]
        row = (
            *(fingerprint(answer), *_who(reader, visit), time, verdict, _storable(note.strip())),
            *(_storable(answer.question[:LONGEST]), _storable(answer.completed), _storable(answer.text)),
            *(answer.answered, answer.confidence, json.dumps(places), _storable(answer.model)),
        )
        self._file.write(
            "INSERT INTO judgement (answer, reader, visit, time, verdict, note, question, completed, text, answered,"
            f" confidence, citations, model) VALUES ({', '.join('?' * len(row))}) ON CONFLICT (answer, reader, visit)"
            " DO UPDATE SET time = excluded.time, verdict = excluded.verdict, note = excluded.note",
            row,
        )

    def withdraw(self, answer: Answer, *, reader: str | None = None, visit: str = "") -> None:
        """Forget what that reader thought of `answer`."""
        who = (fingerprint(answer), *_who(reader, visit))
        self._file.write("DELETE FROM judgement WHERE (answer, reader, visit) = (?, ?, ?)", who)

    def judgements(self, verdict: Thumb | None = None, since: Date = None) -> list[Judgement]:
        """What was recorded, the newest first; only those of that verdict, and of the day `since` (UTC) or later.

        Raises QueryError for a date that is none.
        """
        try:
            first = iso_date(since) or ""
        except ArticleError as error:
            raise QueryError(str(error)) from None
        rows = self._file.read(
            f"SELECT {_FIELDS} FROM judgement WHERE verdict = ifnull(?, verdict) AND time >= ?"
            " ORDER BY time DESC, id DESC",
            (verdict, first),
        )
        return [found for row in rows if (found := _judgement(*row))]


def fingerprint(answer: Answer) -> str:
    """The same for two answers of the same words and citations to the same question, and in practice for no others."""
    places = [(c.article_id, c.start, c.end) for c in answer.citations]
    whole = json.dumps([answer.question, answer.completed, answer.text, answer.model, places])
    return hashlib.blake2b(whole.encode("ascii"), digest_size=12).hexdigest()


def _who(reader: str | None, visit: str) -> tuple[str, str]:
    """A reader with a login is the same on every visit."""
    return (_storable(reader) or "", "" if reader else visit)


def _storable(text: Any) -> Any:
    # Lone surrogates cannot be written to disk; SQLite ends text at NUL in places.
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8") if isinstance(text, str) else text


def _judgement(*row: Any) -> Judgement | None:
    """A row of the table; None, and a line in the log, for one that somebody has changed by hand."""
    time, verdict, note, reader, question, completed, text, answered, confidence, citations, model = row
    try:
        places = tuple(Quoted(**place) for place in json.loads(citations))
    except (ValueError, TypeError) as error:
        _log.warning("isnad: the feedback of %s cannot be read (%s) and is left out", time, error)
        return None
    return Judgement(
        time, verdict, note, reader or None, question, completed, text, bool(answered), confidence, places, model
    )
