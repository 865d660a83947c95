"""Whether quotes are what articles say, to the character: `python -m eval.quotes LIBRARY [--count 10000]`.

The headlines of the library's own articles are asked as questions, in an order that does not depend on the machine,
until `count` of them are answered.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from pathlib import Path

from index.errors import QueryError
from rag.library import Library


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path, help="a library of articles with headlines")
    parser.add_argument("--count", type=int, default=10_000, help="answers that are looked at")
    arguments = parser.parse_args()
    with Library.open(arguments.library) as lib:
        texts = {article.id: article.text for article in lib.articles()}
        titles = sorted({a.title for a in lib.articles() if a.title}, key=_shuffled)
        asked = answered = quotes = marks = wrong = 0
        seconds: list[float] = []
        for title in titles:
            if answered == arguments.count:
                break
            began = time.perf_counter()
            try:
                answer = lib.ask(title)
            except QueryError:  # no word in it
                continue
            seconds.append(time.perf_counter() - began)
            asked, answered = asked + 1, answered + answer.answered
            for citation in answer.citations:
                text = texts[citation.article_id]
                quotes, marks = quotes + 1, marks + len(citation.marks)
                wrong += text[citation.start : citation.end] != citation.quote
                for mark in citation.marks:
                    within = citation.start <= mark.start < mark.end <= citation.end
                    wrong += text[mark.start : mark.end] != mark.text or not within
    seconds.sort()
    middle, slow = (1000 * seconds[int(share * len(seconds))] for share in (0.5, 0.95))
    print(
        f"{asked:,} questions, {answered:,} answers, {quotes:,} quotes, {marks:,} marks; not as the article has them:"
        f" {wrong}; p50 {middle:.1f} ms, p95 {slow:.1f} ms"
    )
    sys.exit(bool(wrong))


def _shuffled(title: str) -> str:
    return hashlib.md5(title.encode(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    main()
