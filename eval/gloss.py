"""How good the gloss is: `python -m eval.gloss [DATA] [--split SPLIT] [--missed]`.

On eval/questions/gloss.jsonl: of the content words those that have a sense (coverage), and of these those whose first
sense is right, and whose any of three is; of the names those that are spelled as somebody spells them. DATA: a folder
with eval/xquad.ar.json and eval/xquad.en.json, whose paragraphs are parallel: of the content words with a gloss those
of which a sense stands in the English paragraph, beside the same for the senses of other words.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from index.tokens import stem, words
from rag.gloss import Gloss, gloss


class Figures(NamedTuple):
    """Of content words: how many there are, have a sense, have the first one right, have any right."""

    words: int
    glossed: int
    first: int
    any: int

    def line(self, title: str) -> str:
        """The figures in a line."""
        told = max(self.glossed, 1)
        return (
            f"{title:<28} {self.words:>6} words, coverage {self.glossed / max(self.words, 1):.3f}, "
            f"first sense right {self.first / told:.3f}, any of three {self.any / told:.3f}"
        )


def load(split: str | None = None) -> list[dict[str, Any]]:
    """The sentences of one split or of both."""
    lines = files("eval").joinpath("questions/gloss.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if split in (None, row["split"])]


def stems(text: str) -> set[str]:
    """The index stems of a text."""
    return {stem(word.form) for word in words(text)}


def alike(english: str, accepted: Iterable[str]) -> bool:
    """Whether a sense is one of those that are accepted, or has it among its words, whatever its inflection."""
    return any(stems(one) <= stems(english) for one in accepted)


def asked(rows: Sequence[dict[str, Any]], kind: str) -> Iterator[tuple[Gloss, list[str]]]:
    """Each word that the set asks for, as it is glossed in its sentence, with what is accepted."""
    for row in rows:
        found = {one.word: one for one in reversed(gloss(row["text"]))}
        for word, accepted in row.get(kind, {}).items():
            yield found[word], accepted


def own(rows: Sequence[dict[str, Any]], missed: bool = False) -> tuple[Figures, float]:
    """The figures on our own set, and the share of names that are spelled right."""
    total = glossed = first = several = 0
    for one, accepted in asked(rows, "words"):
        total += 1
        right = [alike(sense.english, accepted) for sense in one.senses]
        glossed += bool(right)
        first += right[:1] == [True]
        several += any(right)
        if missed and not (right and right[0]):
            print(f"{'any' if any(right) else 'none'} {one.word} ({one.stem}) {_shown(one)} not {', '.join(accepted)}")
    spelled = []
    for one, accepted in asked(rows, "names"):
        shown = {way for way in (one.latin, *(s.english for s in one.senses)) if way}
        low = {_bare(way) for way in shown}
        spelled.append(bool(low & {_bare(way) for way in accepted}))
        if missed and not spelled[-1]:
            print(f"name {one.word} {one.kind} {_shown(one)} {one.latin!r} not {', '.join(accepted)}")
    return Figures(total, glossed, first, several), sum(spelled) / max(len(spelled), 1)


def _bare(name: str) -> str:
    return name.lower().replace("-", "").replace(" ", "").removeprefix("al").removeprefix("el")


def _shown(one: Gloss) -> str:
    return ", ".join(f"{sense.english} {sense.weight:.2f}" for sense in one.senses) or "-"


def paragraphs(data: Path) -> list[tuple[str, str]]:
    """The parallel paragraphs of XQuAD, Arabic and English."""
    sides = []
    for language in ("ar", "en"):
        whole = json.loads((data / f"eval/xquad.{language}.json").read_text("utf-8"))
        sides.append([p["context"] for article in whole["data"] for p in article["paragraphs"]])
    return list(zip(*sides, strict=True))


def parallel(pairs: Sequence[tuple[str, str]], chance: bool = False) -> Figures:
    """How often a sense stands in the English paragraph. chance: with the senses of other words of the same texts."""
    rows = [([one for one in gloss(arabic) if one.kind in ("word", "name", "unknown")], stems(english))
            for arabic, english in pairs]  # fmt: skip
    pool = [one.senses for found, _ in rows for one in found if one.senses]
    draw = random.Random(5)
    total = glossed = first = several = 0
    for found, english in rows:
        for one in found:
            meant = draw.choice(pool) if chance and one.senses else one.senses
            right = [bool(stems(sense.english) & english) for sense in meant]
            total += 1
            glossed += bool(right)
            first += right[:1] == [True]
            several += any(right)
    return Figures(total, glossed, first, several)


def speed(rows: Sequence[dict[str, Any]]) -> float:
    """Milliseconds of processor time for 40 words, the median of sentences that are read for the first time, once all
    is loaded."""
    gloss("بنغلخار استوقفتهم")
    times = []
    for row in rows:
        began = time.process_time()
        number = len(gloss(row["text"]))
        times.append(1e3 * (time.process_time() - began) / number * 40)
    return sorted(times)[len(times) // 2]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", metavar="DATA", help="folder with eval/xquad.ar.json")
    parser.add_argument("--split", choices=("development", "test"), help="only this half of our own set")
    parser.add_argument("--missed", action="store_true", help="print what is not right, of the development half")
    options = parser.parse_args()
    print(f"40 words take {speed(load()):.2f} ms of processor time")
    for split in (options.split,) if options.split else ("development", "test"):
        figures, names = own(load(split), options.missed and split == "development")
        print(figures.line(f"own sentences, {split}") + f", names {names:.3f}")
    if options.data:
        pairs = paragraphs(options.data)
        print(parallel(pairs).line("XQuAD, English paragraph"))
        print(parallel(pairs, chance=True).line("the same, other words' senses"))


if __name__ == "__main__":
    main()
