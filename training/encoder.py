"""Train the built-in encoder: `python -m training.encoder DATA_DIR --out index/model --seed 7`.

The model is a tokenizer and one matrix; a text's vector is the sum of its pieces', at length 1.
It learns from pairs of texts that mean the same: in a batch each text must find its own partner (symmetric
InfoNCE, van den Oord et al. 2018), and the place that an English sentence encoder gives to the English side.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.encoder import load_encoder
from index.errors import IsnadError
from training import card, folder, measure, pairs, teacher, tokenizer
from training.learning import Bags, Lessons, Recipe, first_matrix, learn

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger("training.encoder")


def prepare(found: list[pairs.Pair], words: Tokenizer, recipe: Recipe, cache: Path) -> Lessons:
    """Tokenise the pairs and fetch the teacher's vectors of the English texts that weigh most."""
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
    return Lessons(Bags.of(words, list(row)), left, english, pairs.drawing(found), taught, target)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description="Train the built-in encoder.")
    parser.add_argument("data", type=Path, help="the folder of the pairs (its subfolder pairs/, if it has one)")
    parser.add_argument("--out", type=Path, required=True, help="the model folder to write")
    parser.add_argument(
        "--french", type=Path, default=Path(__file__).with_name("french.tsv"), help="French TAB English"
    )
    parser.add_argument("--eval", type=Path, help="the folder of Tatoeba and XQuAD (default: eval/ beside the pairs)")
    parser.add_argument(
        "--cache", type=Path, default=Path("build/encoder"), help="where slow steps leave their results"
    )
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--steps", type=int, default=Recipe.steps)
    parser.add_argument("--threads", type=int, default=1, help="of the learning; with 1, the same bits each time")
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    recipe = Recipe(seed=given.seed, steps=given.steps)
    data = given.data / "pairs" if (given.data / "pairs").is_dir() else given.data
    try:
        build(
            data,
            given.french,
            given.eval or data.parent / "eval",
            given.out,
            given.cache,
            recipe,
            given.threads,
        )
    except IsnadError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def build(
    data: Path, french: Path, evaluation: Path, out: Path, cache: Path, recipe: Recipe, threads: int = 1
) -> dict[str, float]:
    """The whole recipe: read, tokenise, teach, train, write, measure. Returns the figures.

    Raises EncoderError for pairs that are missing or malformed, or a teacher that is not installed.
    """
    import torch
    from tokenizers import Tokenizer

    found = pairs.read(data, french)
    log.info("%s pairs, recipe %s", f"{len(found):,}", recipe)
    digest = hashlib.blake2b(repr((found, recipe.pieces, tokenizer.CLITICS)).encode(), digest_size=8).hexdigest()
    kept = cache / f"tokenizer-{digest}.json"
    if not kept.exists():
        cache.mkdir(parents=True, exist_ok=True)
        tokenizer.train(found, recipe.pieces).save(str(kept), pretty=False)
    words = Tokenizer.from_file(str(kept))
    log.info("tokenizer: %s pieces", f"{words.get_vocab_size():,}")
    lessons = prepare(found, words, recipe, cache)
    matrix = first_matrix(lessons, words.get_vocab_size(), recipe)
    folder.write(cache / "first", words, matrix)
    log.info("before training: %s", measure.measure(load_encoder(cache / "first"), evaluation))
    torch.set_num_threads(threads)
    began = time.monotonic()
    matrix = learn(lessons, matrix, recipe)
    spent = time.monotonic() - began
    folder.write(out, words, matrix)
    encoder = load_encoder(out)
    figures = measure.measure(encoder, evaluation)
    rows = measure.words(encoder)
    for name, value in figures.items():
        log.info("%s: %.3f", name, value)
    log.info("words:\n%s", measure.table(rows, measure.WORD_HEAD))
    card.write(out, recipe, len(found), spent, figures, rows, french.exists())
    return figures


if __name__ == "__main__":
    sys.exit(main())
