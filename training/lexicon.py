"""Build the translation lexicon that rag/lexicon.py reads: parallel pairs in, tables of translations out.

    python -m training.lexicon                 # reads ../shared/data/pairs (or $ISNAD_DATA/pairs)

It writes rag/data/lexicon.npz. Model 1 (training/model1.py) says which stems go together; French comes by way of
English (our own lists and sentences). Deterministic, on the CPU.
"""

from __future__ import annotations

import io
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.normalise import normalise
from index.tokens import french_root, stem, words
from training.model1 import Ints, Table, symmetric

ROOT = Path(__file__).resolve().parent.parent

SOURCES: dict[str, float] = {
    "tatoeba_eng_ara": 3.0,
    "tico19_sentences": 3.0,
    "tico19_terms": 2.0,
    "udhr": 6.0,
    "arwikicats_dictionaries": 2.0,
    "arwikicats_categories": 0.1,
    "whosonfirst_places": 0.3,
    "omw_arabic_wordnet": 0.5,
    "omw_wiktionary": 0.3,
    "omw_cldr": 1.0,
    "google_transliteration_names": 0.5,
    "medical_glossary": 0.2,
    "cldr_names": 1.0,
    "cldr_emoji_names": 0.3,
    "cldr_units": 0.5,
    "osm_id_presets": 0.3,
    "microsoft_courses_mt": 0.7,
    "ui_wagtail_laravel": 0.5,
    "wikipedia_android_strings": 0.7,
    "tldr_pages": 0.3,
    "country_lists": 2.0,
}
"""How much one pair of a source counts: people's sentences most; templates, word-net combinations and noisy
places least.
"""

OWN = {"news_politics": 4.0, "news_society": 4.0}
"""Our own lists of news words and sentences, in this folder; clean, and about what questions ask about."""

TRIPLES = Path(__file__).parent / "triples"
"""Our own sentences, Arabic TAB English TAB French."""

TRIPLES_WEIGHT = 4.0

FRENCH = ("french", "french_more")
"""Our own lists of French words with their English, in this folder."""

SENTENCES = (
    "tatoeba_eng_ara",
    "tico19_sentences",
    "udhr",
    "microsoft_courses_mt",
    "wikipedia_android_strings",
)
"""Sources whose lines are sentences: how common a stem is, is counted on these."""

PLACES = ("whosonfirst_places", "country_lists", "cldr_names")
PEOPLE = ("google_transliteration_names",)
"""Sources whose English sides are names."""

VILLAGES, FEW = "whosonfirst_places", 20

LEAST, MOST = 0.01, 15
"""Translations of a stem that are kept: those of at least this probability, and no more than this many."""

LONGEST = 80
"""Words of a pair's side that are looked at."""


class Pairs(NamedTuple):
    """Parallel pairs as stem numbers: pair i has arabic[i] and english[i], and counts weight[i]."""

    arabic: list[list[int]]
    english: list[list[int]]
    weight: list[float]
    arabic_stems: list[str]
    english_stems: list[str]


def pairs_folder() -> Path:
    """Where the pairs lie: $ISNAD_DATA/pairs, by default ../shared/data/pairs beside the repository."""
    return Path(os.environ.get("ISNAD_DATA", ROOT / "../shared/data")) / "pairs"


def lines(path: Path, columns: tuple[int, int] = (0, 1)) -> Iterator[tuple[str, str]]:
    """Two columns of each line of a tab-separated file; lines with fewer are passed over."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            fields = line.rstrip("\n").split("\t")
            if len(fields) > max(columns):
                yield fields[columns[0]], fields[columns[1]]


def triples() -> list[Path]:
    """The files of our own sentences, in order."""
    return sorted(TRIPLES.glob("*.tsv"))


def stems(text: str) -> list[str]:
    """The index stems of `text`, as the lexical index has them.

    >>> stems("Leaders of the camps"), stems("مخيمات الهول")
    (['leader', 'of', 'the', 'camp'], ['مخيم', 'هول'])
    """
    return [stem(word.form) for word in words(text)][:LONGEST]


def french_stems(text: str) -> list[str]:
    """The French roots of `text`; elided and short function words (l', de, d') are left out.

    >>> french_stems("l'ambassadeur de Syrie")
    ['ambassadeur', 'syr']
    """
    return [root for word in words(text) if len(root := french_root(text[word.start : word.end])) > 2][:LONGEST]


class Numbers(dict[str, int]):
    """Numbers its keys in the order in which they are first asked for."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self)
        return self[key]


def read(sources: dict[Path, float]) -> Pairs:
    """The pairs of all `sources`, each once, as stem numbers. A missing file is an error: the result must
    not depend on it.
    """
    arabic_numbers, english_numbers = Numbers(), Numbers()
    arabic: list[list[int]] = []
    english: list[list[int]] = []
    weight: list[float] = []
    seen: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for path, source_weight in sources.items():
        for left, right in lines(path):
            a = [arabic_numbers[s] for s in stems(left)]
            e = [english_numbers[s] for s in stems(right)]
            key = (tuple(a), tuple(e))
            if not a or not e or key in seen:
                continue
            seen.add(key)
            arabic.append(a)
            english.append(e)
            weight.append(source_weight)
    return Pairs(arabic, english, weight, list(arabic_numbers), list(english_numbers))


# English words that a French gloss carries along and that no translation should rest on.
EMPTY = frozenset(
    map(stem, "the of to in a an and for by with on at from about how many much according because".split())
)


def french(lists: Iterable[Path], english: dict[str, int]) -> tuple[list[str], Table]:
    """The French roots of `lists` (FRENCH TAB ENGLISH) and our triples, and their table to the English stem numbers."""
    numbers = Numbers()
    rows: list[list[int]] = []
    glosses: list[list[int]] = []
    weight: list[float] = []

    def add(left: str, right: str, single: float) -> None:
        gloss = [english[s] for s in stems(right) if s in english and s not in EMPTY]
        roots = french_stems(left) or [french_root(left)]
        if gloss:
            rows.append([numbers[s] for s in roots])
            glosses.append(gloss)
            weight.append(single if len(roots) == len(gloss) == 1 else 1.0)

    for path in lists:
        for left, right in lines(path):
            add(left, right, 3.0)
            if (bare := normalise(left)) != left.lower():  # as who types no accents writes it
                add(bare, right, 3.0)
    for path in triples():
        for left, right in lines(path, (2, 1)):
            add(left, right, 1.0)
    used = sorted({e for gloss in glosses for e in gloss})
    small = {e: i for i, e in enumerate(used)}
    table = symmetric([[small[e] for e in gloss] for gloss in glosses], rows, weight, (len(used), len(numbers)))
    return list(numbers), Table(table.source, np.array(used)[table.target], table.value).pruned(0.03, 8)


def background(folder: Path) -> tuple[int, Counter[str]]:
    """How many sentences there are on one side of SENTENCES and of our triples, and in how many of them each stem of
    either language stands.
    """
    count: Counter[str] = Counter()
    total = 0
    for path in [*(folder / f"{name}.tsv" for name in SENTENCES), *triples()]:
        for left, right in lines(path):
            total += 1
            count.update(set(stems(left)))
            count.update(set(stems(right)))
    return total, count


def capitals(folder: Path) -> dict[str, float]:
    """English stem -> the share of its uses that have a capital, not counting the first word of a sentence; a stem of
    no sentence has 1 if it is in a list of names.
    """
    seen: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for path in [*(folder / f"{name}.tsv" for name in SENTENCES), *triples()]:
        for _, right in lines(path):
            for word in words(right):
                if word.start:
                    root = stem(word.form)
                    seen[root] += 1
                    capital[root] += right[word.start].isupper()
    names = {s for name in PLACES + PEOPLE for _, right in lines(folder / f"{name}.tsv") for s in stems(right)}
    return {root: 1.0 for root in names} | {root: capital[root] / seen[root] for root in seen}


def places(folder: Path) -> set[str]:
    """English stems that name a place and no person. Villages are called after people: what stands in several names of
    more than one word is more likely a person.
    """
    sure: set[str] = set()
    villages: set[str] = set()
    inside: Counter[str] = Counter()
    for name in PLACES:
        for _, right in lines(folder / f"{name}.tsv"):
            found = stems(right)
            if len(found) == 1:
                (villages if name == VILLAGES else sure).update(found)
            elif name == VILLAGES:
                inside.update(set(found))
    people = {s for name in PEOPLE for _, right in lines(folder / f"{name}.tsv") for s in stems(right)}
    return sure | {s for s in villages if s not in people and inside[s] < FEW}


def blob(strings: list[str]) -> NDArray[np.uint8]:
    """Strings without line ends, one a line, as bytes."""
    return np.frombuffer("\n".join(strings).encode(), np.uint8)


def laid_out(
    table: Table, rows: Ints, columns: Ints, size: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint32], NDArray[np.uint8]]:
    """A pruned table as shipped: entries of each of `size` sources, targets, and floor(255 sqrt(p)); rows
    and columns renumber.
    """
    order = np.lexsort((np.arange(len(table.value)), rows[table.source]))
    number = np.bincount(rows[table.source], minlength=size).astype(np.uint8)
    root = np.floor(255 * np.sqrt(np.minimum(table.value, 1.0)) + 1e-9).astype(np.uint8)
    return number, columns[table.target][order].astype(np.uint32), root[order]


def ranks(stems_of: list[str]) -> tuple[list[str], Ints]:
    """The stems in order, and the place in it of each."""
    order = np.array(sorted(range(len(stems_of)), key=stems_of.__getitem__), np.int64)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return [stems_of[i] for i in order], place


def train(folder: Path) -> dict[str, NDArray[np.generic]]:
    """All arrays of rag/data/lexicon.npz; rag/lexicon.py says what they are."""
    files = {folder / f"{name}.tsv": weight for name, weight in SOURCES.items()}
    files |= {ROOT / f"training/{name}.tsv": weight for name, weight in OWN.items()}
    pairs = read(files | dict.fromkeys(triples(), TRIPLES_WEIGHT))
    joint = symmetric(pairs.arabic, pairs.english, pairs.weight, (len(pairs.arabic_stems), len(pairs.english_stems)))
    to_arabic, to_english = joint.pruned(LEAST, MOST), joint.turned().pruned(LEAST, MOST)
    french_roots, gloss = french(
        (ROOT / f"training/{name}.tsv" for name in FRENCH), {s: i for i, s in enumerate(pairs.english_stems)}
    )
    french_arabic = gloss.then(to_arabic).pruned(LEAST, MOST)
    stems_of = {"ar": pairs.arabic_stems, "en": pairs.english_stems, "fr": french_roots}
    out: dict[str, NDArray[np.generic]] = {}
    place: dict[str, Ints] = {}
    total, count = background(folder)
    capital = capitals(folder)
    for language, unsorted in stems_of.items():
        ordered, place[language] = ranks(unsorted)
        out[f"{language}_stems"] = blob(ordered)
        out[f"{language}_df"] = np.array([min(count[s], 65535) for s in ordered], np.uint16)
    # A French stem is as common as its translations; its own count in English text means nothing.
    english_df = np.array([count[s] for s in pairs.english_stems], float)
    expected = np.bincount(gloss.source, gloss.value * english_df[gloss.target], minlength=len(french_roots))
    out["fr_df"][place["fr"]] = np.minimum(expected, 65535).astype(np.uint16)
    out["sentences"] = np.array(total)
    english = ranks(pairs.english_stems)[0]
    out["en_capital"] = np.array([round(100 * capital.get(s, 0)) for s in english], np.uint8)
    of_places = places(folder)
    out["en_place"] = np.array([s in of_places for s in english], np.uint8)
    for name, table in (
        ("en_ar", to_arabic),
        ("ar_en", to_english),
        ("fr_ar", french_arabic),
        ("fr_en", gloss),
    ):
        source, target = name.split("_")
        arrays: tuple[NDArray[np.generic], ...] = laid_out(table, place[source], place[target], len(stems_of[source]))
        for kind, array in zip(("number", "target", "root"), arrays, strict=True):
            out[f"{name}_{kind}"] = array
    return out


def main() -> None:
    """Train and write the lexicon."""
    began = time.perf_counter()
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **train(pairs_folder()))  # type: ignore[arg-type]
    target = ROOT / "rag/data/lexicon.npz"
    part = target.with_suffix(".part")
    part.write_bytes(buffer.getvalue())
    part.replace(target)
    print(f"{target.name}: {target.stat().st_size:,} bytes, trained in {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
