"""What whoever serves a page lets its readers do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.language_models import LanguageModel


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page offers beside questions and answers.

    models: language models that may write the answers, the first of them unless a reader chooses otherwise. feedback:
    whether answers may be judged.
    """

    models: Sequence[LanguageModel] = ()
    feedback: bool = True
