"""Whether a Latin and an Arabic spelling write one name: a joint unit model and its calibration.

A many-to-many alignment of letters as in Jiampojamarn, Kondrak & Sherif (2007), every alignment summed, says how
much likelier the two spellings are as one name than as two words that met by chance. The weights are of letters
alone; index/data/README.md says where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.normalise import normalise
from index.tokens import is_arabic
from index.transliteration import arabic_letters, arabic_readings, latin_letters, latin_readings

SHAPES = ((1, 0), (0, 1), (1, 1), (2, 1), (3, 1), (1, 2))
"""Latin letters x Arabic letters that one step of an alignment may cover."""

_VOWELS = frozenset("aeiou")
_LAST_ARABIC = {"ا": "ى", "ي": "ئ", "ه": "ة"}


def spelled_latin(letters: str) -> str:
    """The letters with the first one, if it is a vowel, and the last one, if a vowel or h after one, as
    capitals.

    Those behave otherwise than the same letters inside a word: a long a or no letter at all, a teh marbuta.

    >>> spelled_latin("osama"), spelled_latin("dandah"), spelled_latin("sheikh")
    ('OsamA', 'dandaH', 'sheikh')
    """
    if letters[-1:] in _VOWELS or letters[-1:] == "y" or (letters[-1:] == "h" and letters[-2:-1] in _VOWELS):
        letters = letters[:-1] + letters[-1:].upper()
    return letters[:1].upper() + letters[1:] if letters[:1] in _VOWELS else letters


def spelled_arabic(letters: str) -> str:
    """The same for an Arabic word, with letters that the search form does not use: أ for the first alef, ى ئ
    ة for the last letter.

    >>> spelled_arabic("اسامه")
    'أسامة'
    """
    if len(letters) > 1 and letters[-1] in _LAST_ARABIC:
        letters = letters[:-1] + _LAST_ARABIC[letters[-1]]
    return "أ" + letters[1:] if letters[:1] == "ا" else letters


class Model(NamedTuple):
    """Weights: joint[l, a] of Latin unit l and Arabic unit a (row and column 0: unknown, 1: nothing), single
    letters' logs.
    """

    latin: dict[str, int]
    arabic: dict[str, int]
    joint: NDArray[np.float64]
    latin_log: NDArray[np.float64]
    arabic_log: NDArray[np.float64]
    calibration: tuple[float, ...]


def units(words: Sequence[str], numbers: dict[str, int], longest: int) -> list[NDArray[np.int64]]:
    """For k = 0..longest, an array [words, positions] of the number of the unit of k letters that begins at
    each position.
    """
    width = max(map(len, words)) + 1
    out = [np.ones((len(words), width), np.int64)]
    for k in range(1, longest + 1):
        ids = np.zeros((len(words), width), np.int64)
        for row, word in enumerate(words):
            for at in range(len(word) - k + 1):
                ids[row, at] = numbers.get(word[at : at + k], 0)
        out.append(ids)
    return out


def evidence(model: Model, latin: Sequence[str], arabic: Sequence[str]) -> NDArray[np.float64]:
    """Log-likelihood ratio [pairs] of latin[i] and arabic[i] (letters only, not empty): one name against two
    words.
    """
    left = units([spelled_latin(word) for word in latin], model.latin, 3)
    right = units([spelled_arabic(word) for word in arabic], model.arabic, 2)
    rows = np.arange(len(latin))
    wide, high = left[0].shape[1], right[0].shape[1]
    alpha = np.zeros((wide, high, len(latin)))
    alpha[0, 0] = 1.0
    for i in range(wide):
        for j in range(high):
            for k, m in SHAPES:
                if i >= k and j >= m:
                    alpha[i, j] += alpha[i - k, j - m] * model.joint[left[k][:, i - k], right[m][:, j - m]]
    ends = np.array([len(w) for w in latin]), np.array([len(w) for w in arabic])
    chance = model.latin_log[left[1]] * (np.arange(wide) < ends[0][:, None])
    other = model.arabic_log[right[1]] * (np.arange(high) < ends[1][:, None])
    return np.asarray(np.log(alpha[ends[0], ends[1], rows] + 1e-300) - chance.sum(1) - other.sum(1))


def features(ratio: NDArray[np.float64], latin: Sequence[str], arabic: Sequence[str]) -> NDArray[np.float64]:
    """What the calibration looks at [pairs, 4]: one, the evidence, the evidence per letter, and how long the
    names are.
    """
    length = np.array([len(x) + len(y) for x, y in zip(latin, arabic, strict=True)], float)
    ratio = np.maximum(ratio, -40)
    return np.stack([np.ones_like(ratio), ratio / 10, ratio / length, length / 10], axis=1)


@cache
def load_model() -> Model:
    """The weights in index/data/names.npz, written by training/names.py."""
    with (
        files("index").joinpath("data/names.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as data,
    ):
        latin = bytes(data["latin"]).decode().split("\n")
        arabic = bytes(data["arabic"]).decode().split("\n")
        joint = np.zeros((len(latin), len(arabic)))
        joint.ravel()[data["entry"]] = np.exp(data["log"].astype(np.float64))
        return Model(
            {unit: i for i, unit in enumerate(latin)},
            {unit: i for i, unit in enumerate(arabic)},
            joint,
            data["latin_log"].astype(np.float64),
            data["arabic_log"].astype(np.float64),
            tuple(data["calibration"].tolist()),
        )


def probabilities(model: Model, latin: Sequence[str], arabic: Sequence[str]) -> NDArray[np.float64]:
    """The calibrated probability [pairs] that latin[i] and arabic[i], taken as they are, write one name."""
    if not latin:
        return np.zeros(0)
    x = features(evidence(model, latin, arabic), latin, arabic) @ np.array(model.calibration)
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


@lru_cache(maxsize=20_000)
def similarity(latin_word: str, arabic_word: str) -> float:
    """How probable it is, in [0, 1], that the two words write the same name; articles and clitics of either
    are no matter.

    Whichever of the two is the Arabic one is found out; two words of one script are the same name when equal
    in search form.
    """
    if is_arabic(latin_word) and not is_arabic(arabic_word):
        latin_word, arabic_word = arabic_word, latin_word
    if is_arabic(latin_word) == is_arabic(arabic_word):
        return float(normalise(latin_word) == normalise(arabic_word))
    left, right = latin_readings(latin_letters(latin_word)), arabic_readings(arabic_letters(arabic_word))
    grid = [(x.form, y.form, x.trust * y.trust) for x in left for y in right if x.form and y.form]
    alike = probabilities(load_model(), [x for x, _, _ in grid], [y for _, y, _ in grid])
    return float((alike * np.array([trust for _, _, trust in grid])).max(initial=0.0))
