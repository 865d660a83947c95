"""How well names are found across scripts, and how fast: `python -m eval.names [--library DIR] [--split SPLIT]`.

Asked for are the names of eval/questions/names.tsv, in a library's vocabulary or, without one, among the stems of the
lexicon and the names themselves. Of a library only the names count that stand in it.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.encoder import load_encoder
from index.store import Store
from index.tokens import stem, words
from rag.lexicon import Lexicon
from rag.names import NameMatcher

MOST = 12
"""Spellings of a word that a question asks for."""
PARTICLE = 5
"""Letters of a first word that is tried together with the second, as rag.expansion does."""
_PARTS = frozenset(["الله", "عبد", "ابو", "abd", "abdel", "abdul", "abu", "abou", "al", "el", "as", "ar", "az", "ez"])


class Name(NamedTuple):
    """A name of the set. kind: person, place or group; split: development or test; a spelling may be several words."""

    kind: str
    split: str
    arabic: tuple[str, ...]
    english: tuple[str, ...]
    french: tuple[str, ...]


class Outcome(NamedTuple):
    """Of one spelling: whether the name was found, and how many other terms stand before the right one, and in all."""

    found: bool
    before: int
    others: int


def load(split: str | None = None) -> list[Name]:
    """The names of one split or of both; a name is for testing if the md5 of its first Arabic spelling is odd."""
    out = []
    for line in files("eval").joinpath("questions/names.tsv").read_text("utf-8").splitlines():
        kind, *columns = line.split("\t")
        arabic, english, french = (tuple(column.split(" | ")) for column in columns)
        odd = int(hashlib.md5(arabic[0].encode()).hexdigest(), 16) % 2
        out.append(Name(kind, "test" if odd else "development", arabic, english, french))
    return [name for name in out if split in (None, name.split)]


def stems(spelling: str) -> list[str]:
    """The index stems of the words of a spelling, without parts of a name that say little where they stand alone."""
    found = [word.form for word in words(spelling)]
    return [stem(form) for form in found if len(found) == 1 or form not in _PARTS]


def ask(matcher: NameMatcher, spelling: str, right: Iterable[Sequence[str]]) -> Outcome:
    """Look `spelling` up; `right` holds the ways to write it in the other script, each as stems. One of them must be
    found whole, by any word of the spelling or by two that are tried as one.
    """
    forms = [word.form for word in words(spelling)]
    forms += [one + other for one, other in pairwise(forms) if len(one) <= PARTICLE]
    lists = [[term for term, _ in matcher.match(form, limit=MOST)] for form in forms]
    wanted = {term for way in right for term in way}
    found = any(all(any(term in terms for terms in lists) for term in way) for way in right)
    before = min((i for terms in lists for i, term in enumerate(terms) if term in wanted), default=MOST)
    return Outcome(found, before, sum(term not in wanted for terms in lists for term in terms))


def report(title: str, outcomes: Sequence[Outcome]) -> None:
    """Print a line of figures."""
    found = [outcome for outcome in outcomes if outcome.found]
    print(
        f"{title:<20} {len(outcomes):>4} spellings, found {len(found) / max(len(outcomes), 1):.3f}, first "
        f"{np.mean([o.before == 0 for o in outcomes]):.3f}, others {np.mean([o.others for o in outcomes]):.1f}"
    )


def main() -> None:
    """Measure, and print what is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, help="ask this library's vocabulary")
    parser.add_argument("--split", choices=("development", "test"), default="development")
    parser.add_argument("--missed", action="store_true", help="print the spellings that are not found")
    options = parser.parse_args()
    names = load(options.split)
    if options.library:
        store = Store(options.library, load_encoder("builtin"))
        vocabulary = store.vocabulary()[1]
        store.close()
    else:
        lexicon = Lexicon.load()
        own = [term for name in load() for s in (*name.arabic, *name.english, *name.french) for term in stems(s)]
        vocabulary = sorted({*lexicon.stems("ar"), *lexicon.stems("en"), *own})
    known = set(vocabulary)
    began = time.perf_counter()
    matcher = NameMatcher(vocabulary)
    print(f"{len(vocabulary)} terms, built in {time.perf_counter() - began:.2f} s")
    missed: list[str] = []
    times: list[float] = []
    for title in ("english", "french", "arabic"):
        outcomes = []
        for name in names:
            latin = name.english + name.french
            asked = name.arabic if title == "arabic" else getattr(name, title)
            right = [way for s in (latin if title == "arabic" else name.arabic) if known.issuperset(way := stems(s))]
            for spelling in asked if right else ():
                began = time.perf_counter()
                outcomes.append(ask(matcher, spelling, right))
                times.append(1e3 * (time.perf_counter() - began))
                if not outcomes[-1].found:
                    missed.append(spelling)
        if outcomes:
            report(title, outcomes)
    print(f"a spelling takes {np.median(times):.2f} ms, of a hundred 95 at most {np.quantile(times, 0.95):.2f} ms")
    if options.missed:
        print("missed: " + " | ".join(missed))


if __name__ == "__main__":
    main()
