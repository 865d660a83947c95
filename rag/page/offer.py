"""What whoever serves a page lets its readers do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language_models import LanguageModel
from rag.page.writing import Writing


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page offers beside questions and answers.

    models: language models that may write the answers, the first of them unless a reader chooses otherwise. feedback:
    whether answers may be judged. writing: what may be added and removed; None for a page that is only read.
    """

    models: Sequence[LanguageModel] = ()
    feedback: bool = True
    writing: Writing | None = None
