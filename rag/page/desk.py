"""A desk: one reader's conversation with a library, and the article that lies open beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from index.article import Article
from index.errors import IsnadError
from rag.conversation import Chat
from rag.library import Library
from rag.page.answers import exchange, headline, headlines
from rag.page.article import article, nothing
from rag.page.browse import Browse
from rag.page.wording import WORDING, Tongue
from rag.results import Answer, Citation, Hit

_RECENT = 4


@dataclass(slots=True)
class _Exchange:
    question: str
    outlets: tuple[str, ...]
    answer: Answer | str | None = None


@dataclass(slots=True)
class Desk:
    """What one reader has asked and opened. Nothing of it is shared with another desk, nor kept."""

    library: Library
    browse: Browse | None = None
    """What this reader looks at in the library tab; that tab sets it."""
    _talk: Chat | None = None
    _exchanges: list[_Exchange] = field(default_factory=list)
    _recent: Sequence[Article] | None = None
    _opened: str | None = None

    def begin(self, question: str, outlets: Sequence[str] = ()) -> None:
        """Put a question down, to be answered by finish()."""
        self._exchanges.append(_Exchange(question, tuple(outlets)))

    def finish(self, **filters: Any) -> None:
        """Answer the question that was put down last, with the filters of Library.ask()."""
        last = self._exchanges[-1]
        self._talk = self._talk or self.library.chat()
        try:
            last.answer = self._talk.ask(last.question, source=last.outlets or None, **filters)
        except IsnadError as error:
            last.answer = str(error)

    def clear(self) -> None:
        """Begin a new conversation."""
        self._talk, self._opened = None, None
        self._exchanges.clear()

    def conversation(self, language: Tongue) -> str:
        """All that was asked and answered, in HTML; before the first question, some headlines of the library."""
        toward = WORDING[language].direction
        if not self._exchanges:
            return f'<div class="talk" dir="{toward}">{self._start(language)}</div>'
        turns = (exchange(k, e.question, e.answer, language, e.outlets) for k, e in enumerate(self._exchanges))
        return f'<div class="talk" dir="{toward}" role="log" aria-live="polite">{"".join(turns)}</div>'

    def open(self, what: str) -> None:
        """Open what a button of the page names: a citation 'turn.n', a headline near a refusal 'turn.hn', a recent
        article 'r.n'; anything else closes the article."""
        self._opened = what if self._found(what) else None

    def article(self, language: Tongue) -> str:
        """The article that is open, in HTML."""
        opened = self._opened
        found = self._found(opened) if opened else None
        if opened is None or found is None:
            return nothing(language)
        id_, place, answer, walk = found
        return article(next(self.library.articles([id_]), None), place, answer, opened, walk, language)

    def _found(self, what: str) -> tuple[str, Citation | Hit | None, Answer | None, list[str]] | None:
        """The article that `what` names, the place in it, the answer that it belongs to, and its neighbours."""
        where, _, which = what.partition(".")
        if where == "r":
            names = [f"r.{k}" for k in range(len(self._recent or ()))]
            return (self._recent[names.index(what)].id, None, None, names) if self._recent and what in names else None
        answer = next((e.answer for k, e in enumerate(self._exchanges) if str(k) == where), None)
        if not isinstance(answer, Answer):
            return None
        places: dict[str, Citation | Hit] = {str(citation.n): citation for citation in answer.citations}
        if not answer.answered:
            places = {f"h{k}": answer.nearest[k] for k in headlines(answer)}
        place = places.get(which)
        return (place.article_id, place, answer, [f"{where}.{name}" for name in places]) if place else None

    def _start(self, language: Tongue) -> str:
        say = WORDING[language]
        if self._recent is None:
            self._recent = self.library.recent(_RECENT)
        rows = "".join(f"<li>{_headline(k, one)}</li>" for k, one in enumerate(self._recent))
        recent = f'<h3>{say.recent}</h3><ol class="sources">{rows}</ol>' if rows else ""
        return f'<div class="start"><h2>{say.start}</h2><p class="note">{say.keys}</p>{recent}</div>'


def _headline(k: int, one: Article) -> str:
    title = one.title or one.text.strip().splitlines()[0][:100]
    return headline(f"r.{k}", title, one.source, str(one.date) if one.date else None)
