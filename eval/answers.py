"""What the answers of Isnad are worth, in one run: `python -m eval.answers DATA_DIR [--split test]`.

Which sentence is cited, which words in it are marked, and what is refused. DATA_DIR holds eval/ with XQuAD, XQuAD-r,
ARCD and AQAD; nothing is fitted on the halves that are reported, and nothing of AQAD at all.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.dataset import Dataset, Query, load
from eval.known_item import library_of
from eval.measures import calibration_error, holds, mean, roc_area
from eval.passages import QUESTIONS, cross_lingual
from eval.spans import agreement
from rag.answering import MOST, select
from rag.library import Library
from rag.results import Answer


def sentences(name: str, data: Dataset) -> None:
    """Print how often a sentence that answers is cited, and is the first: as answered, and if nothing were refused."""
    rows: list[tuple[bool, bool, bool, bool]] = []
    with library_of(data.articles) as lib:
        for query in data.queries:
            cited = [holds(query.gold, c.article_id, c.start, c.end) for c in lib.ask(query.text).citations]
            question, _, evidence = lib.evidence(query.text)
            shown = [holds(query.gold, e.passage.article_id, e.start, e.end) for e in select(evidence, question.kind)]
            rows.append((any(cited), cited[:1] == [True], any(shown), shown[:1] == [True]))
    columns = [mean(column) for column in zip(*rows, strict=True)]
    print(
        f"{name}: {len(rows)} questions; cited {columns[0]:.3f}, first {columns[1]:.3f};"
        f" if none were refused {columns[2]:.3f}, {columns[3]:.3f}, among at most {MOST}",
        flush=True,
    )


def words(name: str, data: Dataset) -> None:
    """Print how well the words that are marked agree with the answers of the set."""
    with library_of(data.articles) as lib:
        scores = agreement(lib, data.queries)
    whole = [one for several in scores.values() for one in several]
    given = [one for one in whole if one is not None]
    kinds = ", ".join(f"{kind} {mean(one or 0.0 for one in of):.3f} ({len(of)})" for kind, of in scores.items())
    print(
        f"{name}: {len(whole)} questions; token F1 {mean(one or 0.0 for one in whole):.3f};"
        f" of the {len(given)} with a mark {mean(given):.3f}; {kinds}",
        flush=True,
    )


def refusals(name: str, answered: Sequence[Answer], refused: Sequence[Answer]) -> None:
    """Print how well confidence tells what can be answered (`answered`) from what cannot (`refused`)."""
    right, wrong = [a.confidence for a in answered], [a.confidence for a in refused]
    error = calibration_error(right + wrong, [True] * len(right) + [False] * len(wrong))
    print(
        f"{name}: {len(right)} with an answer, {len(wrong)} without; ROC area {roc_area(right, wrong):.3f};"
        f" answered {mean(a.answered for a in answered):.3f}, refused {mean(not a.answered for a in refused):.3f};"
        f" expected calibration error {error:.3f}",
        flush=True,
    )


def with_and_without(data: Dataset) -> tuple[list[Answer], list[Answer]]:
    """Each question asked of the whole library, and of the library from which its paragraph was taken out."""
    by_article: dict[str, list[Query]] = defaultdict(list)
    for query in data.queries:
        by_article[query.gold[0].article_id].append(query)
    articles = {article.id: article for article in data.articles}
    there, gone = [], []
    with library_of(data.articles) as lib:
        for name, queries in by_article.items():
            there += _ask(lib, queries)
            lib.remove([name])
            gone += _ask(lib, queries)
            lib.add([articles[name]])
    return there, gone


def impossible(folder: Path, split: str | None) -> tuple[list[Answer], list[Answer]]:
    """The questions of AQAD that have an answer, and those that have none, asked of one library of all paragraphs."""
    parts = [load(path) for path in sorted(folder.glob("*.json"))]
    articles = {article.id: article for part in parts for article in part.articles}
    queries = [query for part in parts for query in part.part(split).queries]
    with library_of(articles.values()) as lib:
        return _ask(lib, [q for q in queries if q.answerable]), _ask(lib, [q for q in queries if not q.answerable])


def _ask(lib: Library, queries: Sequence[Query]) -> list[Answer]:
    return [lib.ask(query.text) for query in queries]


def sets(folder: Path, split: str | None) -> Iterator[tuple[str, Dataset]]:
    """XQuAD-r in Arabic, and its English questions on the Arabic paragraphs."""
    arabic, english = load(folder / "xquad-r/ar.json"), load(folder / "xquad-r/en.json")
    yield "XQuAD-r ar > ar", arabic.part(split)
    yield "XQuAD-r en > ar", cross_lingual(english, arabic).part(split)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder that holds eval/")
    parser.add_argument("--split", default="test", help="development or test")
    parser.add_argument("--fast", action="store_true", help="leave out AQAD, which takes minutes")
    arguments = parser.parse_args()
    folder, split = arguments.data / "eval", arguments.split
    for name, data in sets(folder, split):
        sentences(name, data)
    for name, data in sets(folder, split):
        words(name, data)
    words("ARCD", load(folder / "arcd-train.json").part(split))
    words("desk", load(QUESTIONS / "desk.jsonl").part(split))
    for name, data in sets(folder, split):
        refusals(f"{name}, paragraph there or taken out", *with_and_without(data))
    if not arguments.fast:
        refusals("AQAD, answerable or not", *impossible(folder / "aqad", split))


if __name__ == "__main__":
    main()
