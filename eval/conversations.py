"""How well follow-up questions are understood: `python -m eval.conversations`.

Asked of the articles of the desk set and the seed article, as one library. Of the follow-ups that lean on what was said
the share is printed whose gold sentence is cited: completed by the rule, as they stand, and as the question that a person
wrote in their place (the ceiling). Of those that stand alone the share that is left as it was typed; and that of the
desk set's own questions, each asked after a conversation on another article, though nobody wrote them to be follow-ups.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from eval.dataset import Split, load, split_of
from eval.known_item import library_of, read_articles
from eval.measures import holds, mean, places
from rag.completion import Turn, complete
from rag.library import Library
from rag.lexicon import Lexicon

_QUESTIONS = Path(str(files("eval"))) / "questions"
_STRANGERS = 400
"""Questions of the desk set that are asked after a conversation on something else."""


class Said(NamedTuple):
    """A question of a conversation, the quotes that answer it (none: nothing does), and what it would be in full;
    None where it stands alone."""

    text: str
    quotes: tuple[str, ...]
    standalone: str | None


class Conversation(NamedTuple):
    """Questions in the order in which they are asked."""

    id: str
    split: Split
    turns: tuple[Said, ...]


def conversations(path: Path = _QUESTIONS / "conversations.jsonl") -> list[Conversation]:
    """The conversations of a file, one a line."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Conversation(
            row["id"],
            split_of(row["id"]),
            tuple(Said(t["question"], tuple(t["quotes"]), t.get("standalone")) for t in row["turns"]),
        )
        for row in rows
    ]
