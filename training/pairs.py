"""The pairs that the encoder learns from: who says so, under which licence, and how much each counts."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.errors import EncoderError
from index.normalise import normalise
from index.transliteration import arabic_letters, latin_letters
from training.names import one_word_names


class Source(NamedTuple):
    """One file of pairs: how often each is drawn, whether a sentence encoder can teach it, who made it."""

    weight: float
    taught: bool
    licence: str


# Sentences up; templates, synonym tables and villages down (the weights of the second trial, refined).
SOURCES = {
    "tatoeba_eng_ara": Source(10, True, "Tatoeba, CC-BY 2.0 FR"),
    "tico19_sentences": Source(8, True, "TICO-19, CC0"),
    "tico19_terms": Source(4, True, "TICO-19, CC0"),
    "udhr": Source(8, True, "Universal Declaration of Human Rights, United Nations"),
    "microsoft_courses_mt": Source(1.5, True, "Microsoft course translations, MIT"),
    "ui_wagtail_laravel": Source(2, True, "Wagtail, BSD-3; Laravel, MIT"),
    "wikipedia_android_strings": Source(2, True, "Wikipedia for Android, Apache-2.0"),
    "tldr_pages": Source(1, True, "tldr-pages, CC-BY 4.0"),
    "arwikicats_categories": Source(0.8, True, "ArWikiCats, MIT; labels from Arabic Wikipedia, CC-BY-SA"),
    "arwikicats_dictionaries": Source(1, True, "ArWikiCats, MIT; labels from Arabic Wikipedia, CC-BY-SA"),
    "omw_arabic_wordnet": Source(2, True, "Arabic WordNet through the Open Multilingual Wordnet, CC-BY-SA 3.0"),
    "omw_wiktionary": Source(2, True, "Wiktionary through the Open Multilingual Wordnet, CC-BY-SA 3.0"),
    "omw_cldr": Source(1, True, "CLDR through the Open Multilingual Wordnet, CC-BY 4.0 and Unicode-3.0"),
    "medical_glossary": Source(0.7, True, "medical glossary, MIT"),
    "cldr_names": Source(1, True, "Unicode CLDR, Unicode-3.0"),
    "cldr_emoji_names": Source(0.5, True, "Unicode CLDR, Unicode-3.0"),
    "cldr_emoji_keyword_bags": Source(1, True, "Unicode CLDR, Unicode-3.0"),
    "cldr_units": Source(0.3, False, "Unicode CLDR, Unicode-3.0"),
    "country_lists": Source(2, True, "country lists, MIT and CC-BY-SA 4.0"),
    "osm_id_presets": Source(0.5, True, "OpenStreetMap iD presets, ISC"),
    "google_transliteration_names": Source(0.5, False, "Google transliteration data, Apache-2.0"),
    "whosonfirst_places": Source(0.15, False, "Who's On First, CC-BY, CC0 and public domain"),
}
# Our own lists, in this folder: clean, and about what questions ask about.
OWN = {
    "news_politics": Source(6, True, "our own list of news words and sentences, Apache-2.0"),
    "news_society": Source(6, True, "our own list of news words and sentences, Apache-2.0"),
    "french": Source(6, True, "our own list of French news words, Apache-2.0"),
    "french_more": Source(3, True, "our own list of French news words, Apache-2.0"),
}
TRIPLES = Source(5, True, "our own sentences in Arabic, English and French, Apache-2.0")
TRIPLES_FOLDER = Path(__file__).with_name("triples")
"""The folder of our own triples: Arabic TAB English TAB French."""


class Pair(NamedTuple):
    """Two texts that mean the same, in search form, and how often the pair is drawn against others."""

    left: str
    english: str
    weight: float
    taught: bool


class Triple(NamedTuple):
    """One sentence in three languages, as it is written."""

    arabic: str
    english: str
    french: str


def columns(path: Path, count: int) -> Iterator[list[str]]:
    """The lines of one file, `count` columns each with tabs between, UTF-8; # begins a comment.

    Raises EncoderError, with the line, for a file that is not of that form, and for one without any.
    """
    some = False
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EncoderError(f"{path}: cannot be read as UTF-8 pairs ({error})") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        found = line.rstrip("\r").split("\t")
        if len(found) != count or not all(column.strip() for column in found):
            raise EncoderError(
                f"{path}, line {number}: expected {count} texts with a tab between them, found {line[:80]!r}"
            )
        some = True
        yield found
    if not some:
        raise EncoderError(f"{path} holds no pairs; copy the file again")


def lines(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of one file. Raises EncoderError as `columns` does."""
    return ((left, right) for left, right in columns(path, 2))


def triples(folder: Path = TRIPLES_FOLDER) -> list[Triple]:
    """Our own news sentences, each once, in the order of the md5 of their Arabic: a trial holds out the first."""
    found = {Triple(*line) for path in sorted(folder.glob("*.tsv")) for line in columns(path, 3)}
    return sorted(found, key=lambda triple: (hashlib.md5(triple.arabic.encode()).hexdigest(), triple))


def held_out_names(folder: Path) -> set[tuple[str, str]]:
    """The names that no model is trained on, (Latin, Arabic) in letters alone: those of training/names.py."""
    return set(one_word_names(folder)[1])


def read(folder: Path, news: Iterable[Triple] = ()) -> list[Pair]:
    """All pairs of `folder` (the files named in SOURCES), of our own lists and of `news`, without repeats.

    A pair counts its source's weight over the root of how many translations its sides have in that source:
    the synonym tables of WordNet list every combination. Held-out names are left out of every source.

    Raises EncoderError where a file is missing or malformed.
    """
    files = [(folder / f"{name}.tsv", source) for name, source in SOURCES.items()]
    files += [(Path(__file__).with_name(f"{name}.tsv"), source) for name, source in OWN.items()]
    for path, _ in files:
        if not path.exists():
            raise EncoderError(f"{path} is missing; name the folder that holds pairs/")
    apart = held_out_names(folder)
    best: dict[tuple[str, str], Pair] = {}
    for path, source in files:
        _add(best, lines(path), source, apart)
    news = list(news)
    _add(best, ((t.arabic, t.english) for t in news), TRIPLES, apart)
    _add(best, ((t.french, t.english) for t in news), TRIPLES, apart)
    # French and Arabic meet directly too: that is how they are searched. No teacher knows either.
    _add(best, ((t.french, t.arabic) for t in news), TRIPLES._replace(taught=False), apart)
    return list(best.values())


def _add(
    best: dict[tuple[str, str], Pair],
    found: Iterable[tuple[str, str]],
    source: Source,
    apart: Container[tuple[str, str]],
) -> None:
    """Put the pairs `found` of one source into `best`, by their search form, save for the names `apart`."""
    kept = {pair for left, right in found if all(pair := (normalise(left).strip(), normalise(right).strip()))}
    kept = {(left, right) for left, right in kept if (latin_letters(right), arabic_letters(left)) not in apart}
    lefts, rights = Counter(a for a, _ in kept), Counter(b for _, b in kept)
    for left, right in sorted(kept):
        weight = source.weight / math.sqrt(max(lefts[left], rights[right]))
        if (left, right) not in best or best[left, right].weight < weight:
            best[left, right] = Pair(left, right, weight, source.taught)


def drawing(pairs: list[Pair]) -> np.ndarray:
    """The probability of each pair to be drawn. shape (len(pairs),), float64, sums to 1."""
    weights = np.array([pair.weight for pair in pairs])
    return np.asarray(weights / weights.sum())
