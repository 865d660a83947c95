"""Isnad's Python interface: questions in, answers with checked quotes out."""

from index.article import Article
from index.errors import (
    ArticleError,
    EncoderError,
    EncoderMismatch,
    IsnadError,
    LanguageModelError,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    QueryError,
    UnreadableFile,
)
from rag.library import Library
from rag.results import Answer, Citation, Claim, Hit, Mark, Match
from rag.times import Period

__all__ = [
    "Answer",
    "Article",
    "ArticleError",
    "Citation",
    "Claim",
    "EncoderError",
    "EncoderMismatch",
    "Hit",
    "IsnadError",
    "LanguageModelError",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "Mark",
    "Match",
    "Period",
    "QueryError",
    "UnreadableFile",
]
