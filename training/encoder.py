"""Train the built-in encoder: `python -m training.encoder DATA_DIR --out index/model --seed 7`.

The model is a tokenizer and one matrix; a text's vector is the sum of its pieces', at length 1.
It learns from pairs of texts that mean the same: in a batch each text must find its own partner (symmetric
InfoNCE, van den Oord et al. 2018), and the place that an English sentence encoder gives to the English side.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder import load_encoder
from index.errors import IsnadError
from training import card, checkpoint, folder, measure, pairs, sounds, teacher, tokenizer
from training.bags import Bags
from training.learning import Lessons, Recipe, first_matrix, learn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger("training.encoder")


def prepare(found: list[pairs.Pair], data: Path, words: Tokenizer, recipe: Recipe, cache: Path) -> Lessons:
    """Tokenise the pairs, and the names in `data`; fetch the teacher's vectors of the texts that weigh most."""
    weight: dict[str, float] = {}
    for pair in found:
        if pair.taught:
            weight[pair.english] = max(weight.get(pair.english, 0.0), pair.weight)
    lessons = sorted(sorted(weight), key=lambda text: -weight[text])[: recipe.taught_texts]
    log.info("teacher: %s texts", f"{len(lessons):,}")
    target = teacher.reduce(teacher.embed(lessons, cache), recipe.dimension)
    row: dict[str, int] = {}
    for pair in found:
        row.setdefault(pair.left, len(row))
        row.setdefault(pair.english, len(row))
    taught = np.full(len(row), -1)
    for n, text in enumerate(lessons):
        taught[row[text]] = n
    left = np.array([row[pair.left] for pair in found])
    english = np.array([row[pair.english] for pair in found])
    bags = Bags.of(words, list(row))
    heard = sounds.names(data, words, recipe.cuts, recipe.seed)
    log.info("names: %s", f"{len(heard.chance):,}")
    return Lessons(bags, left, english, pairs.drawing(found), taught, target, heard)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description="Train the built-in encoder.")
    parser.add_argument("data", type=Path, help="the folder that holds pairs/ and, to measure on, eval/")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument("--triples", type=Path, default=pairs.TRIPLES_FOLDER, help="Arabic TAB English TAB French")
    parser.add_argument(
        "--cache", type=Path, default=Path("build/encoder"), help="where slow steps leave their results"
    )
    parser.add_argument("--hold-out", type=int, default=0, help="triples to measure on, for a trial")
    parser.add_argument("--threads", type=int, default=1, help="of the learning; with 1, the same bits each time")
    for field in fields(Recipe):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    recipe = Recipe(**{field.name: getattr(given, field.name) for field in fields(Recipe)})
    try:
        build(given.data, given.triples, given.out, given.cache, recipe, given.hold_out, given.threads)
    except IsnadError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def build(
    data: Path,
    folder_of_triples: Path,
    out: Path,
    cache: Path,
    recipe: Recipe,
    hold_out: int = 0,
    threads: int = 1,
) -> dict[str, float]:
    """The whole recipe: read, tokenise, teach, train, write, measure. Returns the figures.

    Raises EncoderError for pairs that are missing or malformed, or a teacher that is not installed.
    """
    import torch

    triples = pairs.triples(folder_of_triples)
    held, kept_triples = triples[:hold_out], triples[hold_out:]
    found = pairs.read(data / "pairs", kept_triples)
    log.info("%s pairs, %s triples, recipe %s", f"{len(found):,}", f"{len(kept_triples):,}", recipe)
    surplus = recipe.surplus, recipe.surplus_by_weight
    words = tokenizer.train(found, recipe.pieces, recipe.short, recipe.inner, recipe.least, surplus)
    log.info("tokenizer: %s pieces", f"{words.get_vocab_size():,}")
    lessons = prepare(found, data / "pairs", words, recipe, cache)
    torch.set_num_threads(threads)
    began = time.monotonic()
    matrix = learn(lessons, first_matrix(lessons, words.get_vocab_size(), recipe), recipe, cache)
    spent = time.monotonic() - began
    folder.write(out, words, matrix)
    checkpoint.drop(cache)
    encoder = load_encoder(out)
    for title, development in (("development halves", True), ("whole", False)):
        figures = measure.measure(encoder, data, development) | measure.news(encoder, held, kept_triples)
        log.info("%s:\n%s", title, measure.table(list(figures.items()), ("measure", "value")))
    rows = measure.words(encoder)
    log.info("words:\n%s", measure.table(rows, measure.WORD_HEAD))
    card.write(out, recipe, len(found), spent, figures, rows)
    return figures


if __name__ == "__main__":
    sys.exit(main())
