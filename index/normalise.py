"""Search text: one form for all the ways in which the same word is written. What people see is always the original."""

from __future__ import annotations

import unicodedata

VERSION = 1
"""Raise it whenever a search form changes: libraries store it, and rebuild their projections when it differs."""

_FOLD = {
    **dict.fromkeys("آأإٱٲٳٵ", "ا"),
    **dict.fromkeys("ىیېۍ", "ي"),
    "ئ": "ي",
    "ؤ": "و",
    **dict.fromkeys("ةۀہەھ", "ه"),
    **dict.fromkeys("کڪ", "ك"),
    "ـ": "",  # tatweel
    "٫": ".",
    "٬": ",",
    **dict.fromkeys("ßẞ", "ss"),
    **dict.fromkeys("æÆ", "ae"),
    **dict.fromkeys("œŒ", "oe"),
    **dict.fromkeys("øØ", "o"),
    **dict.fromkeys("łŁ", "l"),
    **dict.fromkeys("ıİ", "i"),
    **dict.fromkeys("ʿʾʼ‘’‛`´", "'"),
}


class _Table(dict[int, str]):
    """A str.translate table that works a character out when it is first seen."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _FOLD.get(char)
        if folded is None:
            # NFKD takes letter and mark apart (é, إ, ﷲ); marks (Mn) and invisible controls (Cf) say nothing to a
            # search.
            parts = unicodedata.normalize("NFKD", char)
            folded = "".join(self._one(part) for part in parts)
        self[code] = folded
        return folded

    @staticmethod
    def _one(char: str) -> str:
        if char in _FOLD:
            return _FOLD[char]
        if unicodedata.category(char) in ("Mn", "Me", "Cf"):
            return ""
        if char.isdecimal():
            return str(unicodedata.decimal(char))
        return char.casefold()


_TABLE = _Table()


def normalise(text: str) -> str:
    """Fold `text` to its search form.

    >>> normalise("الإِسْلامِيّة")
    'الاسلاميه'
    >>> normalise("Café ٢٠١٥")
    'cafe 2015'

    Compatibility forms, case, diacritics of every script, tatweel and invisible controls go; the forms of alef, yeh,
    kaf, teh marbuta and carried hamza become one; digits become ASCII. normalise(normalise(x)) == normalise(x).
    """
    return text.translate(_TABLE)
