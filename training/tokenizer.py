"""The tokenizer of the built-in encoder: fold, part words from their article, cut into words, stems and sounds.

The pieces are whole words, for what they mean, and pieces of one to three letters, for how a name sounds. A piece
in between ("ddleston") would stand for neither: half the names found with the vocabulary that a unigram trainer
makes are twice as many with this one.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from training.charsmap import charsmap, folding
from training.pairs import Pair

UNKNOWN = "[UNK]"
"""Token 0. Its vector is zero, so that readers which keep it and readers which drop it agree."""

# The article with what is written before it: بالهول is بال + هول, so that it shares هول with الهول.
# "and" comes off too (وقال is و + قال), but not from the common words that begin with that letter.
_OWN_WAW = (
    "زي|زا|زر|قت|ك[اي]ل|اشنطن|لاي|حد|صل|صو|ضع|ضح|ج[دوه]|لد|ث[يا]|فد|فا|فق|س[طيا]|اقع|اج|ارد|احد|اسع|الد"
    "|طن|ر[قد]|ز[نع]|ع[دي]|ق[عفو]|ظ"
)
CLITICS = rf"^[وف]?(?:[بك]?ال|لل)(?=\w{{2}})|^و(?!{_OWN_WAW})(?=\w{{3}})"


def untrained() -> Tokenizer:
    """A tokenizer with everything but its pieces. Punctuation is dropped: a mean says nothing by it."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Precompiled(charsmap(folding()))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("removed"),
            pre_tokenizers.Split(Regex(CLITICS), "isolated"),
            pre_tokenizers.Metaspace(prepend_scheme="always", split=False),
        ]
    )
    return tokenizer


_PARTICLES = "بلكفس"  # written together with the next word
_LONGEST = 16


def train(
    pairs: Iterable[Pair], size: int, short: int, inner: int, least: int, surplus: tuple[float, float]
) -> Tokenizer:
    """Unigram pieces (Kudo 2018), `size` of them, for both sides of `pairs`; heavy words are pieces of their own.

    short, inner: how many pieces of at most three letters there are, and stems that may follow a particle.
    least: of how many pairs a word must be part; what is rarer is cut, so that its stem can say something.
    surplus: by how much a word's log odds are above those of its cut into short pieces: a constant, and a factor
    of the log of its weight. The higher, the more a word is also used as a stem, and the fewer unknown names are
    cut into short pieces alone.
    """
    tokenizer = untrained()
    weight, count = word_weights(tokenizer, pairs)
    pieces = short_pieces(weight, short)
    sounds = dict(pieces)

    def add(piece: str, heavy: float) -> None:
        if len(pieces) < size - 1 and piece not in pieces and len(piece) <= _LONGEST + 1:
            pieces[piece] = cost(piece, sounds) + surplus[0] + surplus[1] * math.log1p(heavy)

    for stem, heavy in heaviest(stems_after_particles(weight))[:inner]:
        add(stem, heavy)
    for word, heavy in heaviest(weight):
        if count[word] >= least:
            add(word, heavy)
    state = json.loads(tokenizer.to_str())
    state["model"] |= {"vocab": [(UNKNOWN, 0.0), *pieces.items()], "unk_id": 0}
    return Tokenizer.from_str(json.dumps(state))


def word_weights(tokenizer: Tokenizer, pairs: Iterable[Pair]) -> tuple[dict[str, float], Counter[str]]:
    """The words of `pairs` as the tokenizer parts them ("▁word"): their pairs' weights summed, how many these are."""
    written: dict[str, float] = {}
    times: Counter[str] = Counter()
    for pair in pairs:
        words = {*pair.left.split(), *pair.english.split()}
        times.update(words)
        for word in words:
            written[word] = written.get(word, 0) + pair.weight
    weight: dict[str, float] = {}
    count: Counter[str] = Counter()
    for word in sorted(written):
        for part, _ in tokenizer.pre_tokenizer.pre_tokenize_str(word):
            weight[part] = weight.get(part, 0) + written[word]
            count[part] += times[word]
    return weight, count


def short_pieces(words: Iterable[str], count: int) -> dict[str, float]:
    """The `count` most common strings of one to three letters inside `words`, and single letters; their log odds.

    A word's mark belongs to the piece at its beginning, and counts as no letter.
    """
    seen: Counter[str] = Counter()
    for word in words:
        for start in range(len(word)):
            first = start + (start == 0)  # behind the mark
            if first == 1 == start:
                continue
            seen.update(word[start:end] for end in range(first + 1, min(first + 3, len(word)) + 1))
    total = seen.total()
    common = heaviest(seen)
    kept = common[:count] + [(piece, n) for piece, n in common[count:] if len(piece) == 1 and n > 2]
    return {piece: math.log(n / total) for piece, n in kept}


def heaviest(weight: Mapping[str, float]) -> list[tuple[str, float]]:
    """The entries of `weight`, the heaviest first, by name where they weigh the same."""
    return sorted(weight.items(), key=lambda item: (-item[1], item[0]))


def stems_after_particles(weight: dict[str, float]) -> dict[str, float]:
    """Arabic words that stand behind a particle more rarely than alone, without the mark: مجلس for ▁لمجلس."""
    found: dict[str, float] = {}
    for word, heavy in weight.items():
        stem = word[2:]
        if len(stem) > 3 and word[1] in _PARTICLES and weight.get(f"▁{stem}", 0) > heavy:
            found[stem] = found.get(stem, 0) + heavy
    return found


def cost(word: str, pieces: dict[str, float]) -> float:
    """The log odds of the best cut of `word` into `pieces`, far below any where a letter is no piece."""
    best = [0.0]
    for end in range(1, len(word) + 1):
        cuts = (best[at] + pieces[word[at:end]] for at in range(max(0, end - 4), end) if word[at:end] in pieces)
        best.append(max(cuts, default=best[-1] - 20))
    return best[-1]
