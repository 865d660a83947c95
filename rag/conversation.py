"""A conversation: questions that lean on those before them ("and when was he killed?", وماذا عن السفير؟) are completed,
and asked of the library like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.errors import IsnadError
from rag.completion import Turn, complete
from rag.language_models import LanguageModel
from rag.leaning import leaning
from rag.lexicon import Lexicon
from rag.results import Answer
from rag.rewriting import accepted, rewriter

if TYPE_CHECKING:
    from rag.library import Library

Rewrite = Callable[[str, Sequence[Turn]], str]
"""Writes a question anew, so that it stands alone, from the turns before it (oldest first); the question itself where
it stands alone already."""


class Chat:
    """One conversation over a library (Library.chat() makes it). Safe for several threads, which ask one at a time; two
    conversations share nothing."""

    def __init__(self, library: Library, *, llm: LanguageModel | None = None, rewrite: Rewrite | None = None) -> None:
        """llm: the model that writes the answers; rewrite: what writes questions anew, in place of the model."""
        self._library = library
        self._llm: object = llm or "none"
        self._rewrite = rewrite or (rewriter(llm) if llm else None)
        self._turns: list[Turn] = []
        self._lock = Lock()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked and answered, oldest first: pairs of the question as it was typed and its answer."""
        return tuple(self._turns)

    def ask(self, question: str, **filters: Any) -> Answer:
        """Answer `question`, completed from the turns before it where it leans on them (Answer.completed says how).

        The filters are those of Library.ask(), for this question alone, and so are the errors; a question that fails is
        no turn.
        """
        return next(piece for piece in self.stream(question, **filters) if isinstance(piece, Answer))

    def stream(self, question: str, **filters: Any) -> Iterator[str | Answer]:
        """What ask() answers, as it comes, in pieces such as Library.stream() gives. Others wait until it has ended."""
        with self._lock:
            completed = self._complete(question)
            for piece in self._library.stream(completed or question, llm=self._llm, **filters):
                if isinstance(piece, Answer):
                    piece = replace(piece, question=question.strip(), completed=completed)
                    self._turns.append(Turn(question.strip(), piece))
                yield piece

    def use(self, llm: LanguageModel | None) -> None:
        """From now on let `llm` write the answers, and the questions anew; None: no model."""
        with self._lock:
            self._llm, self._rewrite = llm or "none", rewriter(llm) if llm else None

    def reset(self) -> None:
        """Forget what was said: the next question is the first."""
        with self._lock:
            self._turns.clear()

    def _complete(self, question: str) -> str | None:
        if not self._turns or leaning(question, Lexicon.load()) is None:
            return None  # what stands alone is not even shown to a model
        if self._rewrite:
            try:
                written = accepted(self._rewrite(question, self.turns), question)
            except (IsnadError, OSError):
                written = None  # a model that cannot be reached is no reason not to answer
            if written:
                return None if written == question.strip() else written
        return complete(question, self._turns)
