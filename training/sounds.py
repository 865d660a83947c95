"""Names by sound: pairs of one word in two scripts, cut at random into short pieces.

A name that no pair holds is the sum of its pieces, and the best cut of an unknown word is an accident: Khamenei may
be kham + enei or kha + menei. Names are therefore learnt in several cuts (subword regularisation, Kudo 2018), so
that a piece of one to three letters lies where the letters lie that write its sound in the other script.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.name_model import load_model, probabilities
from training import folder
from training.bags import Bags
from training.names import longer_names, one_word_names

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LENGTHS = {1: 0.15, 2: 0.4, 3: 0.45}
"""How likely a piece of so many letters is, where the vocabulary has it."""

SURE = 0.8
"""Of the words of longer names those are taken that write one name with at least this probability."""


@dataclass(frozen=True)
class Names:
    """Names to learn: name i is the texts latin[i] and arabic[i]; cut c of text t is row t * cuts + c of bags."""

    bags: Bags
    latin: np.ndarray
    arabic: np.ndarray
    chance: np.ndarray
    cuts: int

    def draw(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`count` names: their Latin and Arabic texts, and a row of bags for each of either."""
        drawn = rng.choice(len(self.chance), count, p=self.chance)
        latin, arabic = self.latin[drawn], self.arabic[drawn]
        rows = (side * self.cuts + rng.integers(self.cuts, size=count) for side in (latin, arabic))
        return latin, arabic, *rows  # type: ignore[return-value]


def pairs_of_names(data: Path) -> list[tuple[str, str, float]]:
    """(Latin, Arabic, weight) of the one-word names and the words of longer ones; none of those held out."""
    names, held = one_word_names(data)
    found = {pair: 1.0 for pair in names}
    more = [pair for pair in longer_names(data, {latin for latin, _ in held}) if pair not in found]
    for start in range(0, len(more), 5000):
        part = more[start : start + 5000]
        sure = probabilities(load_model(), [x for x, _ in part], [y for _, y in part])
        found |= {pair: 0.4 for pair, p in zip(part, sure.tolist(), strict=True) if p >= SURE}
    return [(latin, arabic, weight) for (latin, arabic), weight in found.items()]


def names(data: Path, tokenizer: Tokenizer, cuts: int, seed: int) -> Names:
    """The names of the pairs in `data`, each word in `cuts` cuts: the tokenizer's own and random ones."""
    pairs = pairs_of_names(data)
    row: dict[str, int] = {}
    for latin, arabic, _ in pairs:
        row.setdefault(latin, len(row))
        row.setdefault(arabic, len(row))
    rng = np.random.default_rng(seed)
    mute = set(folder.silent(tokenizer))
    vocabulary = tokenizer.get_vocab()
    bags = []
    for word in row:
        bags.append([n for n in tokenizer.encode(word, add_special_tokens=False).ids if n not in mute])
        parts = [part for part, _ in tokenizer.pre_tokenizer.pre_tokenize_str(word)]
        bags += [[n for part in parts for n in cut(part, vocabulary, rng) if n not in mute] for _ in range(cuts - 1)]
    weight = np.array([w for _, _, w in pairs])
    return Names(
        Bags.from_rows(bags),
        np.array([row[latin] for latin, _, _ in pairs]),
        np.array([row[arabic] for _, arabic, _ in pairs]),
        weight / weight.sum(),
        cuts,
    )


def cut(word: str, vocabulary: dict[str, int], rng: np.random.Generator) -> list[int]:
    """A random cut of `word` ("▁name") into pieces of `vocabulary`, by LENGTHS; a letter that is none is left out.

    "▁omar" may become ▁o + mar, ▁om + ar, ▁oma + r and so on.
    """
    out, at = [], 0
    while at < len(word):
        mark = 1 if word[at] == "▁" else 0
        fitting = [n for n in LENGTHS if word[at : at + mark + n] in vocabulary and at + mark + n <= len(word)]
        if not fitting:
            at += mark + 1
            continue
        odds = np.cumsum([LENGTHS[n] for n in fitting])
        size = mark + fitting[int(np.searchsorted(odds, rng.random() * odds[-1]))]
        out.append(vocabulary[word[at : at + size]])
        at += size
    return out
