"""The language models that a page may ask, as whoever serves it has named them, and how each was found last."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import closing

from index.errors import LanguageModelError
from rag.language_models import LanguageModel, Message
from rag.page.wording import WORDING, Tongue

_TRIAL = [Message("user", "Reply with the one word: ready")]


class Watched:
    """A language model, and what came of asking it last. Several readers may ask at once."""

    def __init__(self, model: LanguageModel) -> None:
        self.name = model.name
        self._model = model
        self._seconds: float | None = None
        self._failure = ""

    def stream(self, messages: Sequence[Message]) -> Generator[str, None, None]:
        """As LanguageModel.stream()."""
        began, heard = time.monotonic(), False
        try:
            for piece in self._model.stream(messages):
                if piece and not heard:
                    heard, self._seconds, self._failure = True, time.monotonic() - began, ""
                yield piece
        except LanguageModelError as error:
            self._failure = str(error)
            raise

    def try_out(self) -> None:
        """Ask it for a word, and listen no longer than to the first."""
        try:
            with closing(self.stream(_TRIAL)) as pieces:
                heard = any(pieces)
            if not heard:
                self._failure = f"{self.name} said nothing"
        except LanguageModelError:
            pass  # what it was is kept

    def state(self, language: Tongue) -> str:
        """How it was found, in a sentence."""
        say = WORDING[language]
        if self._failure:
            return self._failure
        if self._seconds is None:
            return say.not_asked.format(model=self.name)
        return say.answered_in.format(model=self.name, seconds=f"{self._seconds:.1f}")


class Models:
    """Models by the names that readers choose from; the first is the one that is asked unless they choose."""

    def __init__(self, models: Sequence[LanguageModel] = ()) -> None:
        self._watched = {model.name: Watched(model) for model in models}

    @property
    def names(self) -> list[str]:
        """What there is to choose from."""
        return list(self._watched)

    def get(self, name: str | None) -> Watched | None:
        """The model of that name; None for none, and for a name that nobody gave."""
        return self._watched.get(name or "")
