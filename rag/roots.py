"""Roots: the three letters that an Arabic word is built on, so that verb, noun and participle of one thing meet.

Clitics and endings come off, then the word is held against the patterns in which roots are cast (after Taghva,
Elkhoury & Coombs 2005, "Arabic stemming without a root dictionary"). There is no dictionary: a root is a key by
which words are compared, good enough beside better evidence, never the only one. Not for the index.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.tokens import is_arabic

_BEFORE = ("وبال", "وكال", "وال", "بال", "كال", "فال", "ولل", "ال", "لل")
_CLITICS = "وفبلكس"
_BEHIND = tuple(
    "تموها كموها تهما ناهم تمو هما كما تان تين تهم تها يات"
    " ون ات ان ين تم هم هن ها كم كن نا ني وا ته يه تي ه ي ا ت ك".split()
)

# 1, 2, 3 stand for the letters of the root; of one length, what is rarer as an accident comes first.
_PATTERNS = (
    "است12ا3 است123 مست123 يست123 تست123 نست123 است1ا3",
    "م1ا2ي3 ت1ا2ي3 ا1ت2ا3 ان12ا3 مت1ا23 مت123 من123 م1ت23 يت1ا23 يت123 ين123 ي1ت23 تت123 ت1ت23 ا1ا2ي3 1وا2ي3",
    "م12و3 م12ا3 ت12ي3 ت1ا23 ا1ت23 ان123 ا12ا3 م1ا23 1وا23 12ا3ي 1ا23ي ي1ا23 12اي3 ت12ا3 ا12و3 م12ي3 1ا2و3 1ا2ي3",
    "ا123 1ا23 12ا3 12و3 12ي3 م123 ت123 ي123 ن123 1و23",
)
# The patterns of one length as one expression, the first that fits first: it is asked of every word that is read.
_PATTERNS_OF: dict[int, list[str]] = {}
for _pattern in " ".join(_PATTERNS).split():
    _PATTERNS_OF.setdefault(len(_pattern), []).append(re.sub("[123]", "(.)", _pattern))
_SHAPES = {length: re.compile("|".join(patterns)) for length, patterns in _PATTERNS_OF.items()}

_LONGEST = 20


def root(form: str) -> str:
    """The root of an Arabic word in search form; other words, and short ones, are their own.

    >>> [root(form) for form in ("اندلاع", "واندلع", "يندلع")]
    ['دلع', 'دلع', 'دلع']
    >>> [root(form) for form in ("محروسه", "حراسه", "تحقيقات", "التحقيق", "حقق")]
    ['حرس', 'حرس', 'حقق', 'حقق', 'حقق']
    """
    return _root(form) if is_arabic(form) and len(form) <= _LONGEST else form


@lru_cache(maxsize=100_000)
def _root(form: str) -> str:
    word = form
    for beginning in _BEFORE if word.startswith(_BEFORE) else ():
        if word.startswith(beginning) and len(word) - len(beginning) >= 3:
            word = word[len(beginning) :]
            break
    # Endings that are rarely part of the root: plurals in -ā' and -ū, feminine, accusative.
    if len(word) > 4 and word.endswith(("اء", "وا")):
        word = word[:-2]
    elif len(word) > 3 and word[-1] in "هات":
        word = word[:-1]
    tries = [word]
    for ending in _BEHIND if word.endswith(_BEHIND) else ():
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            tries.append(word[: -len(ending)])
            break
    tries += [one[1:] for one in tries if one[0] in _CLITICS and len(one) > 3]
    found = next((letters for one in tries if (letters := _cast(one))), "")
    return _levelled(found) if found else tries[-1]


def _levelled(letters: str) -> str:
    """Roots with a weak letter change it as they are inflected (أصيب, إصابة; وفاة, توفي): one stands for all."""
    middle = "و" if letters[1] in "اوي" else letters[1]
    last = "ي" if letters[2] in "اوي" else letters[2]
    return letters[0] + middle + last


def _cast(word: str) -> str:
    """The root letters of `word` if a pattern fits; "" if none does."""
    if len(word) == 3:
        return word
    shapes = _SHAPES.get(len(word))
    found = shapes.fullmatch(word) if shapes else None
    return "".join(filter(None, found.groups())) if found else ""
