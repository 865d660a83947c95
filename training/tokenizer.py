"""The tokenizer of the built-in encoder: fold, part words from their article, cut into unigram pieces."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

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


def train(pairs: Iterable[Pair], size: int) -> Tokenizer:
    """Unigram pieces (Kudo 2018), `size` of them, from both sides of `pairs`, each as often as it weighs."""

    def texts() -> Iterator[str]:
        for pair in pairs:
            for _ in range(math.ceil(pair.weight)):
                yield pair.left
                yield pair.english

    tokenizer = untrained()
    trainer = trainers.UnigramTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], unk_token=UNKNOWN, max_piece_length=16, show_progress=False
    )
    tokenizer.train_from_iterator(texts(), trainer)
    return tokenizer
