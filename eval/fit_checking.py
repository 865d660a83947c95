"""Fits the weights of rag/data/checking.json: `python -m eval.fit_checking DATA_DIR`, from development halves alone.

Two small logistic models, each for quotes in the claim's language and in others: whether a name of the claim is that of
the quotes (names of true claims against names put in their place), and whether the quotes speak of what the claim does
(true claims against sentences of other articles, and the next of the same). What another quote can only raise has no
negative weight, so that more quotes never take support away (rag/claim_features.py).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.checking import TRUE, Pair, own, pairs_of, parallel
from eval.fitting import Floats, logistic, sigmoid
from index.encoder import load_encoder
from rag.answer_types import AnswerTypes
from rag.checking import Checker, Limits
from rag.claim_features import MEANING_FEATURES, NAME_FEATURES, OF_THE_CLAIM
from rag.lexicon import Lexicon
from rag.statements import state
from rag.weights import Weights
from rag.wordbook import WordBook

OWN = 4.0
"""What one of our news sentences counts beside one of an encyclopedia."""
NEXT = 0.3
"""What a sentence of the same article counts beside one of another."""
LOST, PARTLY = 0.003, 0.1
"""Shares of true claims that may be taken for something else, and for said in part."""
SPOKEN = 0.3
VERBATIM = 0.1
"""What a claim counts that repeats its quote in the same words."""
HIGHEST = 0.5
"""The highest limit of a name: names that stand in the quote to the letter leave a wide gap to choose from."""
MARGIN = 1.5
"""Log-odds by which limits that rest on a few paraphrases alone are lowered."""


def main() -> None:
    """Fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds eval/xquad-r")
    options = parser.parse_args()
    pairs = [p for p in pairs_of([*own(), *parallel(options.data)]) if p.split == "development"]
    reader = Reader()
    rows = [row for pair in pairs if pair.kind in (TRUE, "name", "other", "next") for row in reader.rows(pair)]
    models: dict[str, dict[str, float]] = {}
    limits: dict[str, float] = {"spoken": SPOKEN}
    for ending, across in (("", False), ("_across", True)):
        chosen = [row for row in rows if row.across == across]
        meant = [row for row in chosen if row.kind != "name"]
        models["meaning" + ending] = _model(
            MEANING_FEATURES,
            [row.meaning for row in meant],
            [row.kind == TRUE for row in meant],
            [row.counts * (NEXT if row.kind == "next" else VERBATIM if row.verbatim else 1.0) for row in meant],
        )
        named = [(name, label, row.counts) for row in chosen for name, label in row.names]
        models["name" + ending] = _model(
            NAME_FEATURES, [n for n, _, _ in named], [label for _, label, _ in named], [c for _, _, c in named]
        )
        weights = Weights(models, 0.0)
        sure = [
            weights.probability("meaning" + ending, row.meaning)
            for row in chosen
            if row.kind == TRUE and not row.verbatim
        ]
        true = np.log(np.array(sure) / (1 - np.array(sure)))
        limits["other" + ending], limits["part" + ending] = (
            float(sigmoid(np.quantile(true, q) - (0 if across else MARGIN))) for q in (LOST, PARTLY)
        )
        limits["name" + ending] = min(_name_limit(weights, "name" + ending, chosen), HIGHEST)
    Limits(**limits)
    data = {
        "limits": {name: round(value, 4) for name, value in sorted(limits.items())},
        "models": {name: {k: round(v, 4) for k, v in model.items()} for name, model in models.items()},
    }
    Path("rag/data/checking.json").write_text(json.dumps(data, indent=2) + "\n", "utf-8")
    print(json.dumps(data, indent=1))


class Row:
    """The features of one pair; names: those of its names, and whether each is that of the quote."""

    def __init__(
        self, pair: Pair, across: bool, meaning: tuple[float, ...], names: list[tuple[tuple[float, ...], bool]]
    ):
        self.kind, self.across, self.meaning, self.names = pair.kind, across, meaning, names
        self.counts = OWN if pair.source == "own" else 1.0
        self.base, self.verbatim = pair.base, pair.source == "xquad" and not across


class Reader:
    """Reads the features of pairs; the true claims of a base must come first, as pairs_of() gives them."""

    def __init__(self) -> None:
        self._lexicon = Lexicon.load()
        self._checker = Checker(self._lexicon, WordBook(load_encoder()))
        self._types = AnswerTypes(self._lexicon)
        self._true: dict[str, str] = {}

    def rows(self, pair: Pair) -> list[Row]:
        """The features of a pair, for each way in which its quote may be taken."""
        statement = state(pair.claim, self._lexicon, self._types)
        if pair.kind == TRUE:
            self._true[pair.base] = pair.claim
        if not statement.terms:
            return []
        first, last = _changed(self._true[pair.base], pair.claim) if pair.kind == "name" else (0, 0)
        found = []
        for one in self._checker.weigh(statement, [pair.quote], ())[0]:
            names = []
            for (a, b), features in zip(statement.names, one.names, strict=True):
                inside = statement.terms[a].start < last and first < statement.terms[b - 1].end
                if pair.kind in (TRUE, "name"):
                    names.append((features, not inside))
            found.append(Row(pair, one.across, one.meaning, names))
        return found


def _changed(one: str, other: str) -> tuple[int, int]:
    """The stretch of `other` that differs from `one`."""
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    behind = next((i for i, (a, b) in enumerate(zip(one[::-1], other[::-1], strict=False)) if a != b), 0)
    return start, max(len(other) - behind, start + 1)


def _model(
    names: Sequence[str], rows: Sequence[Sequence[float]], labels: Sequence[bool], counts: Sequence[float]
) -> dict[str, float]:
    """Logistic regression in which features that quotes raise have no negative weight: those that get one go."""
    table, kept = np.array(rows, float), list(range(len(names)))
    even: Floats = np.array(counts, float)
    right = np.array(labels, float)
    for label in (0.0, 1.0):  # as much of either
        even[right == label] *= even.sum() / 2 / max(even[right == label].sum(), 1e-9)
    while True:
        fit = logistic(table[:, kept], right, even * len(even) / even.sum(), ridge=1.0)
        low = [(w, at) for w, at in zip(fit[1:], kept, strict=True) if w < 0 and names[at] not in OF_THE_CLAIM]
        if not low:
            break
        kept.remove(min(low)[1])
    found = dict.fromkeys(("bias", *names), 0.0)
    found["bias"] = float(fit[0])
    found |= {names[at]: float(w) for at, w in zip(kept, fit[1:], strict=True)}
    return found


def _name_limit(weights: Weights, model: str, rows: Sequence[Row]) -> float:
    """The limit at which the worse of precision and recall of changed names is best."""
    changed = [row for row in rows if row.kind == "name"]
    bases = {row.base for row in changed}

    def least(row: Row) -> float:
        return min((weights.probability(model, name) for name, _ in row.names), default=1.0)

    false = np.array([least(row) for row in changed])
    true = np.array([least(row) for row in rows if row.kind == TRUE and row.base in bases])
    n_false = np.array([row.counts for row in changed])
    n_true = np.array([row.counts for row in rows if row.kind == TRUE and row.base in bases])

    def worth(limit: float) -> float:
        hit, wrong = n_false[false < limit].sum(), n_true[true < limit].sum()
        return float(min(hit / n_false.sum(), hit / max(hit + wrong, 1e-9)))

    values = np.unique(np.concatenate([[0.0], false, true]))
    middles = ((values[1:] + values[:-1]) / 2).tolist()  # far from either, so that rounding does no harm
    best = max(middles, key=worth)
    print(model, "worse of precision and recall", round(worth(best), 3))
    return float(best)


if __name__ == "__main__":
    main()
