"""A desk: one reader's conversation with a library, and the article that lies open beside it."""

from __future__ import annotations

import datetime
import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from index.article import Article
from index.errors import IsnadError
from rag.conversation import Chat
from rag.language_models import LanguageModel
from rag.library import Library
from rag.page.answers import example, exchange, headlines
from rag.page.article import article, nothing
from rag.page.browse import Browse
from rag.page.exporting import export_html, export_markdown
from rag.page.judging import Judging
from rag.page.wording import WORDING, Tongue
from rag.results import Answer, Citation, Hit
from rag.translating import Translation

_RECENT = 4
_REFRESH = 0.25
"""Seconds between two looks at what a model is writing."""
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Exchange:
    question: str
    outlets: tuple[str, ...]
    answer: Answer | Exception | None = None
    draft: str = ""
    """What a model has written so far."""


@dataclass(slots=True)
class Desk:
    """What one reader has asked and opened. Nothing of it is shared with another desk, nor kept but what is judged.

    judging: None where answers cannot be judged.
    """

    library: Library
    judging: Judging | None = None
    browse: Browse | None = None
    """What this reader looks at in the library tab; that tab sets it."""
    _talk: Chat | None = None
    _exchanges: list[_Exchange] = field(default_factory=list)
    _recent: Sequence[Article] | None = None
    _opened: str | None = None
    _translation: Translation | str | None = None
    model: LanguageModel | None = None
    """What the reader lets write the answers, and translate."""

    def begin(self, question: str, outlets: Sequence[str] = ()) -> None:
        """Put a question down, to be answered by answering()."""
        self._exchanges.append(_Exchange(question, tuple(outlets)))

    def answering(self, model: LanguageModel | None = None, **filters: Any) -> Iterator[None]:
        """Answer the question that was put down last, with the filters of Library.ask().

        Each step leaves something new to be shown: what `model` has written so far, and at last the answer.
        """
        last = self._exchanges[-1]
        self._talk = self._talk or self.library.chat()
        self._talk.use(model)
        self.model = model
        shown = -math.inf
        try:
            for piece in self._talk.stream(last.question, source=last.outlets or None, **filters):
                if isinstance(piece, Answer):
                    last.answer = piece
                elif model:
                    last.draft += piece
                    if time.monotonic() - shown > _REFRESH:
                        shown = time.monotonic()
                        yield
        except IsnadError as error:
            last.answer = error
        except Exception as error:  # whatever it is, the reader is told, and the question does not stand unanswered
            _logger.exception("a question could not be answered")
            last.answer = error
        yield

    def exported(self, language: Tongue, html: bool) -> str:
        """The conversation as a document of HTML or Markdown; '' before the first answer."""
        said = [(one.question, one.answer) for one in self._exchanges if one.answer is not None]
        export = export_html if html else export_markdown
        return export(said, language, datetime.date.today()) if said else ""

    def clear(self) -> None:
        """Begin a new conversation."""
        self._talk = self._opened = self._translation = None
        self._exchanges.clear()

    def conversation(self, language: Tongue) -> str:
        """All that was asked and answered, in HTML; before the first question, some headlines of the library."""
        toward = WORDING[language].direction
        if not self._exchanges:
            return f'<div class="talk" dir="{toward}">{self._start(language)}</div>'
        turns = (
            exchange(k, e.question, e.answer, language, e.outlets, e.draft, self._judging(e.answer, language))
            for k, e in enumerate(self._exchanges)
        )
        return f'<div class="talk" dir="{toward}" role="log" aria-live="polite">{"".join(turns)}</div>'

    def answers(self) -> list[Answer]:
        """The answers and refusals of this conversation."""
        return [e.answer for e in self._exchanges if isinstance(e.answer, Answer)]

    def translate(self, language: Tongue) -> None:
        """Have the quote that is open translated by the reader's language model, or keep why it is not."""
        found = self._found(self._opened) if self._opened else None
        place = found[1] if found else None
        if not place:
            return
        try:
            quote = place.quote if isinstance(place, Citation) else place.text
            self._translation = self.library.translate(quote, language, llm=self.model)
        except IsnadError as error:
            self._translation = str(error)

    def open(self, what: str) -> None:
        """Open what a button of the page names: a citation 'turn.n', a headline near a refusal 'turn.hn'; anything else
        closes the article."""
        self._opened, self._translation = what if self._found(what) else None, None

    def article(self, language: Tongue) -> str:
        """The article that is open, in HTML."""
        opened = self._opened
        found = self._found(opened) if opened else None
        if opened is None or found is None:
            return nothing(language)
        id_, place, answer, walk = found
        stored = next(self.library.articles([id_]), None)
        model = self.model.name if self.model else None
        return article(stored, place, answer, opened, walk, language, model, self._translation)

    def _found(self, what: str) -> tuple[str, Citation | Hit, Answer, list[str]] | None:
        """The article that `what` names, the place in it, the answer that it belongs to, and its neighbours."""
        where, _, which = what.partition(".")
        answer = next((e.answer for k, e in enumerate(self._exchanges) if str(k) == where), None)
        if not isinstance(answer, Answer):
            return None
        places: dict[str, Citation | Hit] = {str(citation.n): citation for citation in answer.citations}
        if not answer.answered:
            places = {f"h{k}": answer.nearest[k] for k in headlines(answer)}
        place = places.get(which)
        return (place.article_id, place, answer, [f"{where}.{name}" for name in places]) if place else None

    def _judging(self, answer: Answer | Exception | None, language: Tongue) -> tuple[str, str]:
        return self.judging.html(answer, language) if self.judging and isinstance(answer, Answer) else ("", "")

    def _start(self, language: Tongue) -> str:
        say = WORDING[language]
        if self._recent is None:
            self._recent = self.library.recent(_RECENT)
        rows = "".join(f"<li>{_example(one)}</li>" for one in self._recent)
        recent = f'<h3>{say.recent}</h3><ol class="sources">{rows}</ol>' if rows else ""
        return f'<div class="start"><h2>{say.start}</h2><p class="note">{say.keys}</p>{recent}</div>'


def _example(one: Article) -> str:
    title = one.title or one.text.strip().splitlines()[0][:100]
    return example(title, one.source, str(one.date) if one.date else None)
