"""Every error that Isnad raises on purpose.

    IsnadError
    ├── ArticleError        an article that cannot be taken as it is (no id, no text, a date that is none)
    ├── UnreadableFile      a file, or one record of it, that cannot be read; the rest of the run goes on
    ├── EncoderError        a model that cannot be loaded, or that answers with vectors of the wrong shape
    ├── LanguageModelError  a language model that cannot be reached, or that breaks off; ask() answers without it
    ├── QueryError          a question, query or filter that cannot be served as it was asked
    └── LibraryError        a library on disk that cannot be opened, read or written
        ├── LibraryLocked       another process is writing to it
        ├── EncoderMismatch     it was built with another encoder
        └── LibraryDamaged      its catalogue cannot be trusted

The message is one line that says what is wrong and what mends it; it is shown to the user as it stands.
"""

from typing import Literal

Problem = Literal["empty", "date", "order"]
"""No word in a question, a date that is none, since after until."""


class IsnadError(Exception):
    """Base of all errors that a user of Isnad can cause or mend."""


class ArticleError(IsnadError, ValueError):
    """An article that cannot be taken as it is."""


class UnreadableFile(IsnadError):
    """A file, or one record of it, that cannot be read."""


class EncoderError(IsnadError):
    """A model that cannot be loaded, or that gives vectors of the wrong shape."""


class LanguageModelError(IsnadError):
    """A language model that is not installed, cannot be reached, refuses, or breaks off."""


class QueryError(IsnadError, ValueError):
    """A question, query or filter that cannot be served as it was asked.

    problem: which of the mistakes of readers it is, for who says it in words of their own; None for any other.
    """

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        super().__init__(message)
        self.problem = problem


class LibraryError(IsnadError):
    """A library on disk that cannot be opened, read or written."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class EncoderMismatch(LibraryError):
    """The library was built with another encoder."""


class LibraryDamaged(LibraryError):
    """The library's catalogue cannot be trusted."""
