"""How well follow-up questions are understood: `python -m eval.conversations`.

The conversations of eval/questions/conversations.jsonl are asked of the articles of the desk set and the seed article,
as one library, and figures are printed for both halves:

- follow-ups that lean on what was said: the share with a gold sentence among the citations, completed by the rule, as
  they stand, and as the question that a person wrote in their place (the ceiling); the share that was completed at all;
  of those that no article answers, the share refused;
- follow-ups that stand alone: the share left as typed; and that of the desk set's own questions, each asked after the
  beginning of a conversation on another article, though nobody wrote them to stand there.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from eval.dataset import Gold, Split, load, split_of
from eval.known_item import library_of, read_articles
from eval.measures import holds, mean, places
from rag.completion import Turn, complete
from rag.library import Library
from rag.results import Answer

_QUESTIONS = Path(str(files("eval").joinpath("questions")))
_SEEDS = Path("seeds")


class Said(NamedTuple):
    """A question of a conversation; the quotes that answer it (none: no article does); the same question in full, None
    where it stands alone."""

    text: str
    quotes: tuple[str, ...]
    standalone: str | None


class Conversation(NamedTuple):
    """Questions in the order in which they are asked; `id` names the article that they are about."""

    id: str
    split: Split
    turns: tuple[Said, ...]


class FollowUp(NamedTuple):
    """What became of a follow-up that leans: whether it was completed, whether it was right (a gold sentence cited, or
    refused where nothing answers) completed, as it stands, and in full."""

    answerable: bool
    completed: bool
    right: bool
    raw: bool
    full: bool


def conversations(path: Path = _QUESTIONS / "conversations.jsonl") -> list[Conversation]:
    """The conversations of a file, one a line; a conversation's id decides its half."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Conversation(
            row["id"],
            split_of(row["id"]),
            tuple(Said(t["question"], tuple(t["quotes"]), t.get("standalone")) for t in row["turns"]),
        )
        for row in rows
    ]


def follow(lib: Library, conversation: Conversation, texts: dict[str, str]) -> tuple[list[FollowUp], list[bool]]:
    """Hold a conversation: what became of the follow-ups that lean, and whether those that stand alone were left."""
    chat = lib.chat()
    leaning: list[FollowUp] = []
    alone: list[bool] = []
    for number, said in enumerate(conversation.turns):
        answer = chat.ask(said.text)
        if number and said.standalone is None:
            alone.append(answer.completed is None)
        elif number and said.standalone:
            gold = [place for quote in said.quotes for place in places(quote, texts)]
            three = (answer, lib.ask(said.text), lib.ask(said.standalone))
            right = [_right(one, gold) for one in three]
            leaning.append(FollowUp(bool(gold), answer.completed is not None, *right))
    return leaning, alone


def _right(answer: Answer, gold: Sequence[Gold]) -> bool:
    if not gold:
        return not answer.answered
    return any(holds(gold, c.article_id, c.start, c.end) for c in answer.citations)


def strangers(lib: Library, held: Sequence[Conversation], questions: Iterable[tuple[str, str]]) -> list[bool]:
    """Whether each of the questions, (article id, text), is left as it is after the first turn of a conversation about
    another article."""
    rng = random.Random(0)
    first = {c.id: lib.ask(c.turns[0].text) for c in held}
    left = []
    for article, text in questions:
        before = rng.choice([c for c in held if not c.id.startswith(f"talk-{article}-")])
        turn = Turn(before.turns[0].text, replace(first[before.id], question=before.turns[0].text))
        left.append(complete(text, [turn]) is None)
    return left


def figures(follow_ups: Sequence[FollowUp], alone: Sequence[bool], others: Sequence[bool]) -> list[str]:
    """Lines of a half's figures."""
    asked = [f for f in follow_ups if f.answerable]
    vain = [f for f in follow_ups if not f.answerable]
    right, raw, full = (mean(getattr(f, name) for f in asked) for name in ("right", "raw", "full"))
    refused = (mean(getattr(f, name) for f in vain) for name in ("right", "raw", "full"))
    completed = sum(f.completed for f in follow_ups)
    changed = len(alone) - sum(alone)
    return [
        f"follow-ups that lean         {len(follow_ups):4}, completed {completed / max(len(follow_ups), 1):.3f}",
        f"  cited, completed           {right:.3f} of {len(asked)}, {right / full if full else 0:.0%} of the ceiling",
        f"  cited, as they stand       {raw:.3f}",
        f"  cited, in full (ceiling)   {full:.3f}",
        f"  refused where none answers {' / '.join(f'{share:.3f}' for share in refused)} of {len(vain)}"
        " (completed / as they stand / in full)",
        f"follow-ups that stand alone  {len(alone):4}, left {mean(alone):.3f}",
        f"desk questions out of place  {len(others):4}, left {mean(others):.3f}",
        f"of all completed, rightly    {completed / max(completed + changed, 1):.3f}",
    ]


def main() -> None:
    """Measure both halves."""
    desk = load(_QUESTIONS / "desk.jsonl")
    with library_of([*desk.articles, *read_articles(_SEEDS)]) as lib:
        texts = {article.id: article.text for article in lib.articles()}
        for split in ("development", "test"):
            held = [c for c in conversations() if c.split == split]
            outcomes = [follow(lib, conversation, texts) for conversation in held]
            questions = [(q.id.rpartition("-")[0], q.text) for q in desk.part(split).queries]
            lines = figures(
                [one for leaning, _ in outcomes for one in leaning],
                [one for _, alone in outcomes for one in alone],
                strangers(lib, held, questions),
            )
            print(f"{split}: {len(held)} conversations", *(f"  {line}" for line in lines), sep="\n")


if __name__ == "__main__":
    main()
