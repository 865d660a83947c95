"""Isnad beside LlamaIndex, txtai and bm25s: quality on XQuAD, speed on news, in one run and side by side.

DATA is a folder with eval/xquad.ar.json, eval/xquad.en.json and news/ (files or zips of articles). The report is
Markdown on stdout; what goes on is told on stderr. A system that is not installed, or fails, is named in the report.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from itertools import islice
from pathlib import Path

from eval.dataset import Dataset, DatasetError, load
from eval.passages import QUESTIONS, cross_lingual
from eval.peers.measuring import measure_quality, measure_speed, questions
from eval.peers.peer import SYSTEMS
from eval.peers.table import Report, markdown
from index.article import Article
from index.errors import IsnadError
from index.reading import read


def news(folder: Path, count: int) -> list[Article]:
    """The first `count` articles of a folder. Raises DatasetError if it has none."""
    found = list(islice((one for one in read([folder]) if isinstance(one, Article)), count))
    if not found:
        raise DatasetError(f"{folder} holds no article that can be read; DATA/news holds files or zips of articles")
    return found


def collections(folder: Path) -> list[Dataset]:
    """XQuAD's test questions, Arabic and English, on its Arabic articles without their titles: these are English, and
    would tell an English question its article."""
    arabic, english = load(folder / "xquad.ar.json"), load(folder / "xquad.en.json")
    arabic = replace(arabic, name="ar > ar", articles=tuple(replace(one, title="") for one in arabic.articles))
    across = cross_lingual(english, arabic)
    return [arabic.part("test"), replace(across, name="en > ar").part("test")]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.peers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with eval/ and news/")
    parser.add_argument("--articles", type=int, default=5000, help="articles that are indexed in a round (5000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of speed (3); 0 for quality alone")
    parser.add_argument("--questions", type=int, default=200, help="questions that are timed (200)")
    arguments = parser.parse_args()
    if arguments.articles < 1 or arguments.rounds < 0 or arguments.questions < 1:
        parser.error("--articles and --questions are at least 1, --rounds at least 0")

    def tell(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    try:
        sets = collections(arguments.data / "eval")
        articles = news(arguments.data / "news", arguments.articles)
        asked = questions(articles, [q.text for q in load(QUESTIONS / "desk.jsonl").queries], arguments.questions)
    except IsnadError as error:
        tell(str(error))
        return 1
    report = Report(articles=len(articles), questions=len(asked.timed))
    with tempfile.TemporaryDirectory(prefix="isnad-peers-") as folder:
        measure_quality(report, sets, list(SYSTEMS), Path(folder), tell)
        for _ in range(arguments.rounds):
            measure_speed(report, articles, asked, list(SYSTEMS), Path(folder), tell)
    print(markdown(report), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
