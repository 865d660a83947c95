"""One word against many of the other script: index.name_model.probabilities for a whole batch in few array operations.

The word of the question is the same for all candidates, so the weights of its letters are laid out once: what a letter
group of a candidate adds is then a row of a small table, and all candidates go forward together, a letter at a time.
Chance is divided out of the weights beforehand (odds), which also keeps them within the range of float32.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from index.name_model import SHAPES, Model, load_model, spelled_arabic, spelled_latin

LONGEST_WORD = 26
"""Letters of a candidate: a name has at most 24 of them, and its Arabic spelling is hardly longer."""

_ARABIC = 0x0600
_FLOOR = 1e-30

Letters = NDArray[np.uint8]
Weights = NDArray[np.float32]


def letters_of(words: str, arabic: bool) -> Letters:
    """The letters of words that were joined, a number each: code point - 0x600 for Arabic, 1..26 for Latin; what is no
    letter of the script is 0 in Arabic and 27 in Latin.

    >>> letters_of("abz", False).tolist(), letters_of("ءي", True).tolist()
    ([1, 2, 26], [33, 74])
    """
    points = np.frombuffer(words.encode("utf-32-le", "surrogatepass"), np.uint32)
    if arabic:
        return np.where(points - np.uint32(_ARABIC) < 256, points - np.uint32(_ARABIC), 0).astype(np.uint8)
    return np.where(points - np.uint32(97) < 26, points - np.uint32(96), 27).astype(np.uint8)


class _Side:
    """The letters of one script as the model spells them, and the numbers of its letter groups.

    codes: [256] letter -> code; last[after a vowel, code], first[code]: what it becomes at the ends of a word.
    groups: k -> the units of k letters; local: k -> their places, from 1, at [code, ... k times]; 0: no such unit.
    """

    def __init__(self, numbers: dict[str, int], longest: int, arabic: bool) -> None:
        spell = spelled_arabic if arabic else spelled_latin
        code = {letter: i for i, letter in enumerate([u for u in numbers if len(u) == 1 and u != "?"], 1)}
        self.groups = {k: [u for u in numbers if len(u) == k and u != "?"] for k in range(1, longest + 1)}
        self.local = {}
        for k, units in self.groups.items():
            places = np.zeros((len(code) + 1,) * k, np.int32)
            for i, unit in enumerate(units, 1):
                places[tuple(code.get(letter, 0) for letter in unit)] = i
            self.local[k] = places
        plain = [chr(_ARABIC + i) if arabic else chr(96 + i) for i in range(256)]
        self.codes = np.array([code.get(c, 0) if i else 0 for i, c in enumerate(plain)], np.uint8)
        self.first = np.arange(len(code) + 1, dtype=np.uint8)
        self.last = np.tile(self.first, (2, 1))
        vowel = "و" if arabic else "a"
        for letter, at in code.items():
            self.first[at] = code.get(spell(letter + "بب" if arabic else letter + "bb")[0], at)
            for i, before in enumerate(("ب" if arabic else "b", vowel)):
                self.last[i, at] = code.get(spell(before + letter)[-1], at)
        self.vowel = np.isin(np.arange(256), [ord(v) - 96 for v in "aeiou"]) & (not arabic)

    def spelled(self, letters: Letters, lengths: NDArray[np.intp]) -> Letters:
        """The codes [words, width] of words of `lengths` letters (two at least), with their ends as the model spells
        them; 0 beyond.
        """
        rows = np.arange(len(letters))
        codes = self.codes[letters]
        end = lengths - 1
        codes[rows, end] = self.last[self.vowel[letters[rows, end - 1]].astype(np.intp), codes[rows, end]]
        codes[:, 0] = self.first[codes[:, 0]]
        codes[np.arange(codes.shape[1]) >= lengths[:, None]] = 0
        return codes


class Scorer:
    """A model laid out for comparing one word with many."""

    def __init__(self, model: Model) -> None:
        self._calibration = model.calibration
        self._numbers = model.latin, model.arabic
        self._sides = _Side(model.latin, 3, False), _Side(model.arabic, 2, True)
        self._steps = tuple(
            [(m, [shape[1 - side] for shape in SHAPES if shape[side] == m]) for m in range(1, 4 - side)]
            for side in (0, 1)
        )
        logs = model.latin_log, model.arabic_log
        chance = [
            np.array([sum(log[numbers.get(letter, 0)] for letter in unit) for unit in numbers])
            for numbers, log in zip(self._numbers, logs, strict=True)
        ]
        odds = model.joint * np.exp(-chance[0])[:, None] * np.exp(-chance[1])
        # By the script of the candidates and the letters of their unit: [units of the other script, 1 + such units].
        self._odds: tuple[dict[int, Weights], ...] = ({}, {})
        for varied, table in ((0, odds.T), (1, odds)):
            side, numbers = self._sides[varied], self._numbers[varied]
            self._odds[varied][0] = table[:, [1]].astype(np.float32)
            for k, units in side.groups.items():
                self._odds[varied][k] = table[:, [0, *(numbers[u] for u in units)]].astype(np.float32)

    def evidence(self, word: str, letters: Letters, lengths: NDArray[np.intp], arabic: bool) -> NDArray[np.float64]:
        """What index.name_model.evidence says of `word` and each candidate, never below -40: float64 [candidates].

        letters: [candidates, width] of letters_of(), lengths: of each, in [2, width], none longer than the one
        before. arabic: whether the candidates are; the word is of the other script.
        """
        side, odds = self._sides[arabic], self._odds[arabic]
        numbers = self._numbers[not arabic]
        spelt = spelled_latin(word) if arabic else spelled_arabic(word)
        wide = len(word) + 1
        unit = {k: [numbers.get(spelt[i : i + k], 0) for i in range(wide - k)] for k in range(1, 4)}
        unit[0] = [1] * wide
        # skipped[p, q]: the letters p..q of the word stand for nothing.
        skipped = np.eye(wide, dtype=np.float32)
        for q, odd in enumerate(odds[0][unit[1], 0].tolist(), 1):
            skipped[:q, q] = skipped[:q, q - 1] * odd
        codes = side.spelled(letters, lengths).T
        longest = int(lengths[0])
        left = np.cumsum(np.bincount(lengths, minlength=longest + 1)[::-1])[::-1].tolist()  # of at least t letters
        # How m letters of a candidate go on: the places [letters, candidates] of these units, and what each is worth
        # [steps, place in the word, units], a step being how many letters of the word it stands for.
        moves: list[tuple[int, list[int], NDArray[np.int32], Weights]] = []
        for m, steps in self._steps[arabic]:
            if m <= longest:
                places = side.local[m][tuple(codes[i : longest - m + 1 + i] for i in range(m))]
                table = np.zeros((len(steps), wide, odds[m].shape[1]), np.float32)
                for i, k in enumerate(steps):
                    table[i, k:] = odds[m][unit[k]]
                moves.append((m, [k for k in steps if k < wide], places, table))
        before: list[Weights] = [np.repeat(skipped[0][:, None], len(letters), axis=1)]
        out = np.zeros(len(letters), np.float32)
        for t in range(1, longest + 1):
            rows = left[t]
            now = np.zeros((wide, rows), np.float32)
            for m, steps, places, table in moves:
                if m <= t:
                    worth = table.take(places[t - m, :rows], axis=2)
                    old = before[t - m]
                    for i, k in enumerate(steps):
                        now[k:] += old[: wide - k, :rows] * worth[i, k:]
            now = np.einsum("pq,pr->qr", skipped, now)  # no BLAS: its threads wait for one another, for milliseconds
            before.append(now)
            done = left[t + 1] if t < longest else 0
            out[done:rows] = now[-1, done:]
        return np.maximum(np.log(out + _FLOOR), -40.0)

    def probabilities(
        self, word: str, letters: Letters, lengths: NDArray[np.intp], arabic: bool
    ) -> NDArray[np.float64]:
        """The calibrated probability that `word` and each candidate write one name, as evidence() takes them.

        It is that of index.name_model.probabilities to about six digits.
        """
        ratio = self.evidence(word, letters, lengths, arabic)
        length = lengths + len(word)
        one, whole, each, long = self._calibration
        x = one + whole * ratio / 10 + each * ratio / length + long * length / 10
        return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))


@cache
def scorer() -> Scorer:
    """The shipped model."""
    return Scorer(load_model())
