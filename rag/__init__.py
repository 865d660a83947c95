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
from rag.completion import Turn
from rag.conversation import Chat
from rag.feedback import Judgement
from rag.gloss import Gloss
from rag.library import Library
from rag.results import Answer, Citation, Claim, Hit, Mark, Match
from rag.times import Period
from rag.translating import Translation

__all__ = [
    "Answer",
    "Article",
    "ArticleError",
    "Chat",
    "Citation",
    "Claim",
    "EncoderError",
    "EncoderMismatch",
    "Gloss",
    "Hit",
    "IsnadError",
    "Judgement",
    "LanguageModelError",
    "Library",
    "LibraryDamaged",
    "LibraryError",
    "LibraryLocked",
    "Mark",
    "Match",
    "Period",
    "QueryError",
    "Translation",
    "Turn",
    "UnreadableFile",
]
