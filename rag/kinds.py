"""Kinds of questions: what sort of thing would answer, told by the question's words."""

from __future__ import annotations

import re
from typing import Literal

from index.normalise import normalise

Kind = Literal["who", "when", "where", "age", "number", "why", "other"]

_LEAD = r"(?:^|\s)[وف]?"  # what an Arabic question word may carry
_KIND_WORDS: tuple[tuple[Kind, str, str], ...] = (
    (
        "age",
        r"how old|what age|at what age|quel age|a quel age",
        r"(?:ب?كم|ما|بلغ) (?:كان |يبلغ |هو |بلغ )?(?:عمر(?:ه|ها|هم|ك)?|سن)",
    ),
    (
        "number",
        r"how (?:many|much|long|far|often|large|big|tall|high|deep)|number of|what percentage|combien|nombre de"
        r"|(?:what|which|quel(?:le)?) (?:(?:is|was|were|are|est|etait) )?(?:the |la |le |l )?"
        r"(?:price|cost|value|amount|capacity|population|budget|size|toll|score|length|total|montant|cout|prix|valeur|volume|somme"
        r"|capacite|taille|longueur|bilan)",
        r"[بلو]?(?:كم|كام)|[أا]?ديش|قد[اي]ش|عدد|نسبه|(?:ما|ماهي|شو|ايش) (?:هو |هي |كانت )?"
        r"(?:قيمه|مبلغ|ثمن|سعر|تكلفه|كلفه|مساحه|ميزانيه|حجم|طول|ارتفاع|سرعه|حصيله|نتيجه)",
    ),
    (
        "when",
        r"when|(?:what|which) (?:year|date|day|month)|since when|quand"
        r"|quelle (?:date|annee)|quel (?:jour|mois)|en quelle annee",
        r"متي|امتي|امته|في اي (?:عام|سنه|يوم|شهر|تاريخ)|ما تاريخ",
    ),
    (
        "where",
        r"where|(?:(?:in|to|from|at) )?(?:what|which) (?:city|town|country|village|place|province)"
        r"|(?:^|d)ou(?!i)|(?:dans |de |vers |a )?quel(?:le)? (?:ville|pays|region|village|province|lieu)",
        r"(?:من |الي )?(?:اين|وين|فين)"
        r"|(?:في |من |الي )?اي (?:مدينه|بلد|دوله|مكان|منطقه|قريه|محافظه)",
    ),
    (
        "why",
        r"why|what (?:is|was|were|are) the (?:reasons?|causes?)|for what reason|pourquoi"
        r"|quelle (?:est|etait) la (?:raison|cause)",
        r"لماذا|ليش|ليه|علاش|ما (?:هو |هي |كان )?(?:سبب|اسباب|السبب)|ايش سبب|بسبب ماذا",
    ),
    (
        "who",
        r"(?<!the )who|whom|whose|names?|qui|noms?",
        # Inside a question من is "from" more often than "who".
        r"^[وف]?من|[ولبع]?من(?= (?:هو|هي|هم|هن|الذي|التي|الذين|اللي|كان|كانت)(?!\w))|[ولبع]?مين|منو|لمن"
        r"|(?:ما|شو|ايش) (?:هو |هي |كان )?(?:اسم|اسماء)|اسم|اسماء",
    ),
)
"""Question words by kind, on the folded question: Latin script, Arabic. The first kind that matches holds."""
_KINDS = tuple((kind, re.compile(rf"\b(?:{latin})\b|{_LEAD}(?:{arabic})(?!\w)")) for kind, latin, arabic in _KIND_WORDS)


def kind_of(text: str) -> Kind:
    """What sort of thing would answer."""
    folded = normalise(text)
    for kind, pattern in _KINDS:
        if pattern.search(folded):
            return kind
    return "other"
