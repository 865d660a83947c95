"""Topics and judgements as TREC writes them: tagged topics (or lines: number, tab, question) and qrels files."""

from __future__ import annotations

import re
from pathlib import Path

from eval.dataset import Dataset, DatasetError, Gold, Query, split_of
from eval.lines import lines

_TOPIC = re.compile(r"<top>(.*?)</top>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title>\s*(?:Topic:)?\s*([^<]+)", re.IGNORECASE)
_WHOLE = 10**9
"""An end behind that of any article: all of it answers."""


def load_trec(topics: Path, qrels: Path) -> Dataset:
    """Read topics and what is judged right for each. The articles are those of a library, by their ids.

    A topic without a judgement is left out; a grade of 0 or less says that the article does not answer. Raises
    DatasetError, with file and line, for what cannot be used.
    """
    asked = _topics(topics)
    grades: dict[str, dict[str, int]] = {}
    for place, line in lines(qrels):
        cells = line.split()
        try:
            topic, _, article, grade = cells
            judged = int(grade)
        except ValueError:
            raise DatasetError(f"{place} is no judgement; a line is: topic, 0, article, grade") from None
        if topic not in asked:
            raise DatasetError(f"{place} judges the topic {topic!r}, which {topics.name} does not have")
        grades.setdefault(topic, {})[article] = judged
    queries = []
    for topic, of_topic in grades.items():
        right = {article: grade for article, grade in of_topic.items() if grade > 0}
        gold = tuple(Gold(article, 0, _WHOLE) for article in right)
        queries.append(Query(topic, asked[topic], split_of(topic), gold=gold, grades=tuple(right.items())))
    if not queries:
        raise DatasetError(f"{qrels} holds no judgements")
    return Dataset(topics.stem, tuple(queries))


def _topics(path: Path) -> dict[str, str]:
    """Number -> question."""
    rows = list(lines(path))
    text = "\n".join(line for _, line in rows)
    tagged = _TOPIC.findall(text)
    if not tagged:
        return dict(_row(place, line) for place, line in rows)
    found = {}
    for topic in tagged:
        number, title = _NUMBER.search(topic), _TITLE.search(topic)
        if not number or not title or not title[1].strip():
            raise DatasetError(f"{path}: the topic {topic.strip()[:40]!r} has no <num> or no <title>")
        found[number[1]] = " ".join(title[1].split())
    return found


def _row(place: str, line: str) -> tuple[str, str]:
    number, tab, question = line.partition("\t")
    if not tab or not number.strip() or not question.strip():
        raise DatasetError(f"{place} is no topic; a line is a number, a tab and a question, or tag topics as TREC does")
    return number.strip(), question.strip()
