"""How well claims are checked: `python -m eval.checking [DATA_DIR] [--split SPLIT] [--wrong KIND]`.

True restatements of real sentences, and false ones that rules make of them (eval/claim_changes.py): another number,
date or name, swapped roles, an added denial; and claims beside a sentence of another article, or the next one. The
sentences are those of eval/questions/claims.jsonl and, in DATA_DIR, those of XQuAD-r, in English beside Arabic.

For each kind of change: precision and recall of "unsupported" among the changed claims and the true ones that they were
made of. Opposites (rose for fell) are no rule's: they are written beside our claims.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from eval import names
from eval.claim_changes import capitalised, change_date, change_name, change_number, deny, swap_names
from eval.dataset import Split, split_of
from index.encoder import load_encoder
from index.sentences import sentences
from rag.checking import Checker
from rag.lexicon import Lexicon
from rag.question import language_of
from rag.wordbook import WordBook

TRUE, PARTS = "true", ("number", "date", "name", "roles", "denial", "opposite", "other", "next")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and the quote that it cites. kind: "true" or what was changed; base: the true claim that it was made of;
    source: own or xquad."""

    base: str
    split: Split
    source: str
    kind: str
    claim: str
    quote: str

    @property
    def languages(self) -> str:
        """Those of claim and quote, as far as they are told apart in the report."""
        claim, quote = language_of(self.claim), language_of(self.quote)
        return f"{claim} beside {quote}" if claim == quote else "across languages"


@dataclass(frozen=True, slots=True)
class Restatement:
    """A true claim. others: names that the article does not hold; elsewhere: a sentence of another article; following:
    one of the same, opposite: what is said the other way round, both "" where there is none."""

    id: str
    split: Split
    source: str
    claim: str
    quote: str
    names: tuple[str, ...]
    others: tuple[str, ...]
    elsewhere: str
    following: str
    opposite: str = ""


def own() -> Iterator[Restatement]:
    """Our claims on sentences of the desk set, and on sentences that stand alone."""
    lines = files("eval").joinpath("questions/claims.jsonl").read_text("utf-8").splitlines()
    desk = files("eval").joinpath("questions/desk.jsonl").read_text("utf-8").splitlines()
    articles = {row["id"]: row["text"] for row in map(json.loads, desk) if "text" in row}
    rows = [json.loads(line) for line in lines]
    for row in rows:
        alike = [other for other in rows if language_of(other["quote"]) == language_of(row["quote"])]
        away = alike[(alike.index(row) + 7) % len(alike)]
        text = articles.get(row.get("article_id"), "")
        near = [text[a:b] for a, b in sentences(text) if text[a:b] != row["quote"] and b - a > 60]
        for language, claim in row["claims"].items():
            others = [
                name
                for other in rows
                if _article(other) != _article(row) and split_of(other["id"]) == split_of(row["id"])
                for name in other["names"].get(language, ())
                if name not in claim and not name[0].islower()
            ]
            yield Restatement(
                f"{row['id']}.{language}",
                split_of(row["id"]),
                "own",
                claim,
                row["quote"],
                tuple(row["names"][language]),
                tuple(others),
                away["quote"],
                near[-1] if near else "",
                row.get("opposites", {}).get(language, ""),
            )


def _article(row: dict[str, Any]) -> str:
    return str(row.get("article_id", row["id"]))


def parallel(folder: Path) -> Iterator[Restatement]:
    """English sentences of XQuAD-r beside their Arabic ones, where a paragraph has as many of both, and beside
    themselves with a few words before them."""
    both = [json.loads((folder / "eval" / "xquad-r" / f"{name}.json").read_text("utf-8")) for name in ("ar", "en")]
    paragraphs = [
        [(p["context"], p["sentence_breaks"]) for article in data["data"] for p in article["paragraphs"]]
        for data in both
    ]
    aligned = []
    for (arabic, ar), (english, en) in zip(*paragraphs, strict=True):
        pairs = [(english[c:d].strip(), arabic[a:b].strip()) for (a, b), (c, d) in zip(ar, en, strict=False)]
        if len(ar) == len(en):
            aligned.append((english, [(one, other) for one, other in pairs if len(one) > 40 and len(other) > 30]))
    aligned = [(text, pairs) for text, pairs in aligned if len(pairs) > 1]
    known = {split: _known_names(split) for split in ("development", "test")}
    common = {word for text, _ in aligned for word in re.findall(r"(?<!\w)[a-z]+", text)}
    for at, (text, pairs) in enumerate(aligned):
        split = split_of(text)
        _, away = aligned[(at + 31) % len(aligned)]
        others = [name for name in known[split] if not set(name.split()) & set(text.split())]
        for number, (english, arabic) in enumerate(pairs):
            after, other = pairs[(number + 1) % len(pairs)], away[number % len(away)]
            here = tuple(capitalised(english, common))
            stem = f"{split_of(text)}.{at}.{number}"
            yield Restatement(f"{stem}.en-ar", split, "xquad", english, arabic, here, tuple(others), other[1], after[1])
            yield Restatement(f"{stem}.ar-en", split, "xquad", arabic, english, (), (), other[0], after[0])
            yield Restatement(
                f"{stem}.en-en",
                split,
                "xquad",
                f"According to one report, {english}",
                english,
                here,
                tuple(others),
                other[0],
                after[0],
            )


def _known_names(split: Split) -> list[str]:
    """English names of the news: those of eval/questions/names.tsv and of our claims."""
    rows = map(json.loads, files("eval").joinpath("questions/claims.jsonl").read_text("utf-8").splitlines())
    ours = [name for row in rows if split_of(row["id"]) == split for name in row["names"].get("en", ())]
    return sorted({*ours, *(name.english[0] for name in names.load(split))})


def pairs_of(true: Iterable[Restatement]) -> Iterator[Pair]:
    """Each restatement, and what the rules make of it."""
    for one in true:
        rng = random.Random(one.id)

        def pair(kind: str, claim: str, quote: str, one: Restatement = one) -> Pair:
            return Pair(one.id, one.split, one.source, kind, claim, quote)

        yield pair(TRUE, one.claim, one.quote)
        changed = {
            "number": change_number(one.claim, one.quote, rng),
            "date": change_date(one.claim, one.quote, rng),
            "name": change_name(one.claim, one.names, one.others, rng),
            "roles": swap_names(one.claim, one.names, rng),
            "denial": deny(one.claim),
            "opposite": one.opposite,
        }
        for kind, claim in changed.items():
            if claim:
                yield pair(kind, claim, one.quote)
        yield pair("other", one.claim, one.elsewhere)
        if one.following:
            yield pair("next", one.claim, one.following)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="the folder that holds eval/xquad-r")
    parser.add_argument("--split", choices=("development", "test"), default="test")
    parser.add_argument("--wrong", help="print the claims of this kind that are judged wrongly")
    parser.add_argument("--source", help="own or xquad, for --wrong")
    options = parser.parse_args()
    true = [*own(), *(parallel(options.data) if options.data else ())]
    pairs = [pair for pair in pairs_of(true) if pair.split == options.split]
    checker = Checker(Lexicon.load(), WordBook(load_encoder()))
    times = []
    verdicts: dict[tuple[str, str], str] = {}
    for pair in pairs:
        began = time.perf_counter()
        found = checker.check(pair.claim, [pair.quote])
        times.append(1e3 * (time.perf_counter() - began))
        verdicts[pair.base, pair.kind] = found.verdict
        wrong = (found.verdict == "unsupported") == (pair.kind == TRUE)
        if wrong and pair.kind == options.wrong and options.source in (None, pair.source):
            print(f"{found.verdict}: {found.reason}\n  {pair.claim}\n  {pair.quote}")
    report(pairs, verdicts)
    print(f"a claim takes {np.median(times):.1f} ms, of a hundred 95 at most {np.quantile(times, 0.95):.1f} ms")


def report(pairs: Sequence[Pair], verdicts: dict[tuple[str, str], str]) -> None:
    """Print a line for each kind of change, by source and by whether claim and quote are in one language."""
    groups: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.source, pair.languages].append(pair)
    for (source, languages), group in sorted(groups.items()):
        print(f"{source}, {languages}")
        count = Counter(verdicts[pair.base, pair.kind] for pair in group if pair.kind == TRUE)
        total = sum(count.values())
        print(
            "  true     "
            + ", ".join(f"{v} {count[v] / total:.3f}" for v in ("supported", "partly", "unsupported"))
            + f"  of {total}"
        )
        for kind in PARTS:
            changed = [pair for pair in group if pair.kind == kind]
            if not changed:
                continue
            hit = sum(verdicts[pair.base, kind] == "unsupported" for pair in changed)
            false = sum(verdicts[pair.base, TRUE] == "unsupported" for pair in changed)
            caught = sum(verdicts[pair.base, kind] != "supported" for pair in changed)
            print(
                f"  {kind:<8} {len(changed):>5}  precision {hit / max(hit + false, 1):.3f}"
                f"  recall {hit / len(changed):.3f}  not supported {caught / len(changed):.3f}"
            )


if __name__ == "__main__":
    main()
