"""What a language model reads and writes, counted, so that its cost is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, NamedTuple

from rag.language_models import LanguageModel, Message

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Spent(NamedTuple):
    """Tokens, as the built-in encoder's tokenizer counts them: a model's own may be a third more or fewer."""

    read: int = 0
    written: int = 0


class Counted:
    """A language model that counts. Ask it from one thread."""

    def __init__(self, model: LanguageModel) -> None:
        self.name = model.name
        self._model = model
        self._spent = Spent()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """As LanguageModel.stream()."""
        pieces = []
        try:
            for piece in self._model.stream(messages):
                pieces.append(piece)
                yield piece
        finally:
            read = sum(tokens(message.content) for message in messages)
            self._spent = Spent(self._spent.read + read, self._spent.written + tokens("".join(pieces)))

    def take(self) -> Spent:
        """What was spent since this was asked last."""
        spent, self._spent = self._spent, Spent()
        return spent


def tokens(text: str) -> int:
    """The number of tokens of `text`."""
    return len(_tokenizer().encode(text, add_special_tokens=False).ids)


@cache
def _tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    with as_file(files("index").joinpath("model/tokenizer.json")) as path:
        return Tokenizer.from_file(str(path))
