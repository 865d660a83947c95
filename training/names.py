"""Train the unit model and the calibration that index/name_model.py reads, on pairs of names; measure it on
names held out.

    python -m training.names              # reads ../shared/data/pairs (or $ISNAD_DATA/pairs)
    python -m training.names --measure    # only the figures, of the weights that are there

It writes index/data/names.npz.

The joint unit model is trained by expectation maximisation over all alignments (Jiampojamarn, Kondrak &
Sherif 2007); the calibration is a logistic regression of "one name" on the evidence. Names are held out by
md5; nothing here is random.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import time
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.name_model import (
    SHAPES,
    Model,
    evidence,
    features,
    load_model,
    probabilities,
    similarity,
    spelled_arabic,
    spelled_latin,
    units,
)
from index.tokens import is_arabic, words
from index.transliteration import (
    arabic_key,
    arabic_letters,
    arabic_readings,
    latin_keys,
    latin_letters,
    latin_readings,
)
from training.lexicon import ROOT, lines, pairs_folder

TARGET = ROOT / "index/data/names.npz"
HELD_OUT = 2_000
Names = list[tuple[str, str]]


def digest(*parts: str) -> str:
    """The order in which names are held out."""
    return hashlib.md5("\t".join(parts).encode()).hexdigest()


def one_word_names(folder: Path) -> tuple[Names, Names]:
    """(training, held out) pairs (Latin, Arabic) of one-word names: the 2,000 distinct pairs of least md5
    are held out.
    """
    pairs = {
        (latin_letters(right), arabic_letters(left))
        for left, right in lines(folder / "google_transliteration_names.tsv")
    }
    ordered = sorted((p for p in pairs if min(map(len, p)) > 1), key=lambda p: digest(*p))
    return ordered[HELD_OUT:], ordered[:HELD_OUT]


def longer_names(folder: Path, apart: set[str]) -> Names:
    """Word pairs of names of people and places whose two sides have as many words, articles aside; none that
    is held out.

    Translated words ("river", "ministry") come along: the caller keeps those that its model finds alike.
    """
    out: set[tuple[str, str]] = set()
    for name in ("whosonfirst_places", "arwikicats_dictionaries"):
        for left, right in lines(folder / f"{name}.tsv"):
            arabic = [w for w in (arabic_letters(x.form) for x in words(left)) if w]
            latin = [w for w in (latin_letters(x.form) for x in words(right)) if w and w not in _ARTICLES]
            if len(arabic) == len(latin) <= 4:
                out.update(
                    (x, y) for x, y in zip(latin, arabic, strict=True) if len(x) > 2 and len(y) > 1 and x not in apart
                )
    return sorted(out)


_ARTICLES = frozenset(["al", "el", "ad", "ar", "as", "at", "an", "az", "ash", "adh", "ath", "the"])


def bare(pairs: Names) -> Names:
    """Pairs to learn letters from: an Arabic article that the Latin side does not write is taken off."""
    out = []
    for latin, arabic in pairs:
        if arabic.startswith("ال") and len(arabic) > 4 and not latin.startswith(("al", "el")):
            arabic = arabic[2:]
        out.append((latin, arabic))
    return out


def inventory(pairs: Names, least: int) -> tuple[dict[str, int], dict[str, int]]:
    """The numbers of the units: unknown, nothing, every letter, and every longer unit that occurs `least`
    times.
    """
    out = []
    for side, longest in ((0, 3), (1, 2)):
        count: Counter[str] = Counter()
        for pair in pairs:
            word = pair[side]
            for k in range(1, longest + 1):
                count.update(word[i : i + k] for i in range(len(word) - k + 1))
        kept = sorted(u for u, n in count.items() if len(u) == 1 or n >= least)
        out.append({u: i for i, u in enumerate(["?", "", *kept])})
    return out[0], out[1]


def fit(pairs: Names, weight: NDArray[np.float64], rounds: int, least: int) -> Model:
    """The joint unit model of `pairs`; calibration is still empty."""
    pairs = [(spelled_latin(latin), spelled_arabic(arabic)) for latin, arabic in pairs]
    latin, arabic = inventory(pairs, least)
    columns = len(arabic)
    left, right = units([x for x, _ in pairs], latin, 3), units([y for _, y in pairs], arabic, 2)
    # Long units explain a name in fewer steps and would win for that alone: they start, and stay, at a price.
    price = {(1, 0): 0.05, (0, 1): 0.05, (1, 1): 1.0, (2, 1): 0.1, (3, 1): 0.01, (1, 2): 0.01}
    joint = np.zeros((len(latin), columns))
    sizes_l, sizes_a = np.array([len(u) for u in latin]), np.array([len(u) for u in arabic])
    for (k, m), value in price.items():
        joint[np.ix_((sizes_l == k) & (np.arange(len(latin)) > 0), (sizes_a == m) & (np.arange(columns) > 0))] = value
    joint /= joint.sum()
    ends_l, ends_a = np.array([len(x) for x, _ in pairs]), np.array([len(y) for _, y in pairs])
    wide, high, rows = left[0].shape[1], right[0].shape[1], np.arange(len(pairs))
    for _ in range(rounds):
        alpha = np.zeros((wide, high, len(pairs)))
        alpha[0, 0] = 1.0
        steps = [(i, j, k, m) for i in range(wide) for j in range(high) for k, m in SHAPES if i >= k and j >= m]
        for i, j, k, m in steps:
            alpha[i, j] += alpha[i - k, j - m] * joint[left[k][:, i - k], right[m][:, j - m]]
        total = alpha[ends_l, ends_a, rows]
        beta = np.zeros_like(alpha)
        beta[ends_l, ends_a, rows] = np.where(total > 0, weight / np.maximum(total, 1e-300), 0.0)
        counts = np.zeros(joint.size)
        for i, j, k, m in reversed(steps):
            flat = left[k][:, i - k] * columns + right[m][:, j - m]
            flow = joint.ravel()[flat] * beta[i, j]
            beta[i - k, j - m] += flow
            counts += np.bincount(flat, alpha[i - k, j - m] * flow, minlength=joint.size)
        joint = counts.reshape(joint.shape)
        joint[sizes_l > 1] = np.maximum(joint[sizes_l > 1] - 1.0, 0)
        joint[:, sizes_a > 1] = np.maximum(joint[:, sizes_a > 1] - 1.0, 0)
        joint /= joint.sum()
    joint[joint < 2e-6] = 0
    # Every letter may be left out or stand for any other, at a price: a slip does not make two names.
    singles = np.ix_(sizes_l == 1, sizes_a <= 1), np.ix_(sizes_l <= 1, sizes_a == 1)
    for block in singles:
        joint[block] = np.maximum(joint[block], 2e-6)
    joint[0], joint[:, 0], joint[1, 1] = 0, 0, 0
    joint[joint > 0] /= joint.sum()
    logs = []
    for side, numbers in ((0, latin), (1, arabic)):
        letters = Counter(letter for pair in pairs for letter in pair[side])
        sums = sum(letters.values()) + len(pairs)
        logs.append(
            np.array([np.log((letters[u] + 0.5) / sums) if len(u) == 1 and i else -9.0 for u, i in numbers.items()])
        )
    return Model(latin, arabic, joint, logs[0], logs[1], ())


def negatives(pairs: Names, each: int) -> Names:
    """Pairs that are no names of one another: half by chance, half of the same consonant key (the confusable
    ones).
    """
    by_key: dict[str, list[str]] = {}
    for _, arabic in pairs:
        by_key.setdefault(arabic_key(arabic_readings(arabic)[-1].form), []).append(arabic)
    gold: dict[str, set[str]] = {}
    for latin, arabic in pairs:
        gold.setdefault(latin, set()).add(arabic)
    out: set[tuple[str, str]] = set()
    for latin, _ in pairs:
        alike = [w for key in latin_keys(latin) for w in by_key.get(key, ()) if w not in gold[latin]]
        alike.sort(key=lambda w: digest(latin, w))
        out.update((latin, w) for w in alike[:each])
        for n in range(each):
            other = pairs[int(digest(latin, str(n)), 16) % len(pairs)][1]
            if other not in gold[latin]:
                out.add((latin, other))
    return sorted(out)


def best_evidence(model: Model, pairs: Names) -> Names:
    """Each pair with the Arabic form (clitics on or off) that the model finds likeliest."""
    grid = [(i, x, w) for i, (x, y) in enumerate(pairs) for w, _ in arabic_readings(y)]
    ratio = evidence(model, [x for _, x, _ in grid], [w for _, _, w in grid])
    best: dict[int, tuple[float, str]] = {}
    for (i, _, w), r in zip(grid, ratio.tolist(), strict=True):
        best[i] = max(best.get(i, (-1e9, "")), (r, w))
    return [(x, best[i][1]) for i, (x, _) in enumerate(pairs)]


def calibrate(model: Model, positive: Names, negative: Names) -> tuple[float, ...]:
    """Weights of `index.name_model.features` by logistic regression (Newton's method); both kinds count the same in
    sum.
    """
    both = best_evidence(model, positive + negative)
    latin, arabic = [x for x, _ in both], [y for _, y in both]
    x = features(evidence(model, latin, arabic), latin, arabic)
    y = np.array([1.0] * len(positive) + [0.0] * len(negative))
    count = np.where(y == 1, 1 / len(positive), 1 / len(negative)) * len(y) / 2
    weights = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (count * (y - p)) - 1e-2 * weights
        hessian = (x * (count * p * (1 - p))[:, None]).T @ x + 1e-2 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, gradient)
    return tuple(weights.tolist())


def train(folder: Path) -> Model:
    """The model of all names that are not held out."""
    pairs, held = one_word_names(folder)
    first = fit(bare(pairs), np.ones(len(pairs)), rounds=6, least=30)
    more = bare(longer_names(folder, {x for x, _ in held}))
    more = [p for p in more if set(p[0]) <= set(first.latin) and set(p[1]) <= set(first.arabic)]
    ratio = evidence(first, [x for x, _ in more], [y for _, y in more])
    length = np.array([len(x) + len(y) for x, y in more])
    more = [p for p, keep in zip(more, ratio > 0.9 * length, strict=True) if keep]
    weight = np.concatenate([np.ones(len(pairs)), np.full(len(more), 0.3)])
    model = fit(bare(pairs) + more, weight, rounds=6, least=60)
    print(f"{len(pairs)} one-word names and {len(more)} words of longer ones")
    return model._replace(calibration=calibrate(model, pairs, negatives(pairs, 3)))


def save(model: Model, path: Path) -> None:
    """Write the weights as index.name_model.load_model reads them."""
    entry = np.flatnonzero(model.joint.ravel())
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        latin=np.frombuffer("\n".join(model.latin).encode(), np.uint8),
        arabic=np.frombuffer("\n".join(model.arabic).encode(), np.uint8),
        entry=entry.astype(np.uint32),
        log=np.log(model.joint.ravel()[entry]).astype(np.float16),
        latin_log=model.latin_log.astype(np.float16),
        arabic_log=model.arabic_log.astype(np.float16),
        calibration=np.array(model.calibration),
    )
    path.write_bytes(buffer.getvalue())


Shelf = dict[str, list[tuple[str, str, float]]]


def shelved(terms: list[str]) -> Shelf:
    """The readings of Arabic words by consonant key: (reading, word, trust)."""
    shelf: Shelf = {}
    for term in terms:
        for form, trust in arabic_readings(term):
            shelf.setdefault(arabic_key(form), []).append((form, term, trust))
    return shelf


def ranked(latin: str, shelf: Shelf) -> list[tuple[str, float]]:
    """The words of a key of a Latin name and their similarity to it, best first.

    Whole words alone: how a library's stems are matched is rag/names.py's own, and held by its tests.
    """
    grid = [
        (form, word, term, sure * trust)
        for form, sure in latin_readings(latin)
        for key in latin_keys(form)
        if key
        for word, term, trust in shelf.get(key, ())
    ]
    found = probabilities(load_model(), [x for x, _, _, _ in grid], [y for _, y, _, _ in grid])
    best: dict[str, float] = {}
    for (_, _, term, trust), p in zip(grid, found.tolist(), strict=True):
        best[term] = max(best.get(term, 0.0), p * trust)
    return sorted(best.items(), key=lambda item: (-item[1], item[0]))


LEVELS = (0.3, 0.5, 0.7, 0.9)


def measure(folder: Path) -> None:
    """Print the figures of the shipped weights: names held out, and words that are no names."""
    _, held = one_word_names(folder)
    terms = sorted({arabic for _, arabic in held})
    gold: dict[str, set[str]] = {}
    for latin, arabic in held:
        gold.setdefault(latin, set()).add(arabic)
    shelf = shelved(terms)
    found = {latin: ranked(latin, shelf)[:10] for latin in gold}
    at_1 = np.mean([bool(f) and f[0][0] in gold[x] for x, f in found.items()])
    at_10 = np.mean([any(t in gold[x] for t, _ in f) for x, f in found.items()])
    print(f"{len(gold)} names held out among {len(terms)} Arabic ones: accuracy@1 {at_1:.3f}, found@10 {at_10:.3f}")
    right = np.array([max((s for t, s in f if t in gold[x]), default=-1.0) for x, f in found.items()])
    print("found among ten with a similarity: " + rates(right, 3))
    english, crowd = dictionary_words(folder)
    n = 20_000
    pick = [int(digest("pair", str(i)), 16) for i in range(n)]
    grid = [(english[p % len(english)], crowd[(p >> 64) % len(crowd)]) for p in pick]
    print("dictionary words by chance: " + rates(np.array([similarity(x, y) for x, y in grid]), 5))
    shelf = shelved(crowd)
    answers = [ranked(x, shelf) for x in english[:: max(1, len(english) // 1000)]]
    top = np.array([a[0][1] if a else 0.0 for a in answers])
    print(f"dictionary words that match any of {len(crowd)} Arabic words: " + rates(top, 3))


def rates(score: NDArray[np.float64], digits: int) -> str:
    """The share of scores from each of LEVELS on."""
    return ", ".join(f"{np.mean(score >= level):.{digits}f} at {level}" for level in LEVELS)


def dictionary_words(folder: Path) -> tuple[list[str], list[str]]:
    """English and Arabic words of the word net (one-word entries, lower case), in the order of their md5."""
    english: set[str] = set()
    arabic: set[str] = set()
    for left, right in lines(folder / "omw_arabic_wordnet.tsv"):
        if right.isalpha() and right.islower() and len(right) > 3 and right.isascii():
            english.add(right)
        if left.isalpha() and is_arabic(left) and len(arabic_letters(left)) > 2:
            arabic.add(arabic_letters(left))
    return sorted(english, key=digest), sorted(arabic, key=digest)


def main() -> None:
    """Train, write and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--measure", action="store_true", help="do not train; measure the weights that are there")
    options = parser.parse_args()
    folder = pairs_folder()
    if not options.measure:
        began = time.perf_counter()
        save(train(folder), TARGET)
        load_model.cache_clear()
        print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, trained in {time.perf_counter() - began:.0f} s")
    measure(folder)


if __name__ == "__main__":
    main()
