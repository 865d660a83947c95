"""Pronouns of a question that nothing before them in it explains, told by its words and their order alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.tokens import Word, is_arabic
from rag.question import Term
from rag.wordlists import wordlist

PERSON = frozenset("he she him her his hers himself herself".split())
_THING = frozenset("it its they them their theirs itself themselves".split())
_SUBJECT = frozenset("he she it they".split())
_OBJECT = frozenset("him her it them".split())
_AUXILIARY = frozenset("is are was were did does do has have had can could will would should may might s".split())
_JOINING = frozenset("and but when after while if".split())
_ARTICLES = frozenset("the le la les l du des au aux".split())
_ENGLISH = frozenset("the of was did is what who how does".split())
_EXPLETIVE = re.compile(
    r"\b(?:is|was|does|did|will|would) it (?:true|possible|likely|take|known|mean|legal|safe|the case|rain)"
    r"|\bhow long (?:does|did|will) it take to\b"
    r"|\b(?:y a t il|il y a|s agit il|faut il|se passe t il|est il vrai|est il possible)\b"
)
"""An "it" or "il" that stands for nothing."""
_FRENCH = re.compile(
    r"\b(?:(?:t|est|a|ont|sont|etait|dit|fait|vit|peut|doit|avait) )?(?:il|elle|ils|elles)\b"
    r"|\b(?:lui|son|sa|ses|leur|leurs)\b"
)
_THAT = re.compile(
    r"\b(?:about|after|before|of|by|for|with|to|did|does|do|is|was|why|how|in|from|than) (?:that|this|these|those)$"
    r"|^(?:is|was|did|does|why|how|when|where) (?:that|this)\b|\bthere$|\bfrom there\b"
    r"|\b(?:de cela|de ca|cela|ca|la bas)$|\b(?:y|en) (?:est|sont|a|ont|etait|habite|vit|travaille)\b(?! t il)"
    r"|\b(?:هناك|فيه|ذلك|هذا|هذه|تلك)$|\b(?:من|الي) هناك\b"
)
_THESE = re.compile(
    r"\b(?:in|of|by|for|to|at|from|after|before|about|during|on|with) that"
    r" (?!year|month|week|day|time|it|he|she|they|the)\w+"
    r"|\b(?:this|these|those|ce|cet|cette|ces)"
    r" (?!year|month|week|day|time|morning|evening|mois|an|annee|semaine|jour|qui|que|qu)\w+"
    r"|\b(?:هذا|هذه|ذلك|تلك|هؤلاء|هذان|هذين) ال(?!عام|سنه|شهر|اسبوع|يوم|مساء|صباح)\w+"
)
_ATTACHED = re.compile(
    "(?:و?(?:عن|من|في|ب|ل|علي|الي|لدي|مع|بين|ضد|حول|بعد|قبل|عند|خلال|نحو|بشان|بحق|منذ)|.{3,})(?:هما|هم|هن|ها|ه)"
)
_NO_PRONOUN = frozenset(
    "الله عبدالله وجه مياه اتجاه شبه فقه طه نزيه نبيه وجيه انتباه تنبيه كره رفاه شفاه افواه اشباه فواكه مكروه متجه سفيه"
    " هذه سوريه مهم سهم فهم رهم درهم دراهم تهم متهم اسهم اهم مها سها انتها".split()
)
"""Arabic words whose last letters are their own."""
_STANDING = frozenset("هو هي هم هما".split())
_DEFINITE = re.compile("[وفبك]?ال...|لل...")
_MOST = 3
"""Words of content beyond which an Arabic pronoun mostly stands for one of them."""


def has_pronoun(form: str, written: str) -> bool:
    """Whether an Arabic word, in search form and as written, ends in a pronoun, as far as letters tell.

    >>> has_pronoun("قتله", "قتله"), has_pronoun("مدينه", "مدينة")
    (True, False)
    """
    if not is_arabic(form) or form.startswith("ال") or form in _NO_PRONOUN or _ATTACHED.fullmatch(form) is None:
        return False
    return not re.sub("[\u064b-\u065f\u0670]", "", written).endswith("ة")


def is_definite(form: str) -> bool:
    """Whether an Arabic word in search form has its article."""
    return _DEFINITE.match(form) is not None and form not in wordlist("stop")


def unexplained(text: str, found: Sequence[Word], content: Sequence[Term], names: Sequence[Term]) -> bool:
    """Whether `text` has a pronoun that nothing before it in the text explains.

    found: the words of the text; content: those that say something of the subject; names: those of them that are names.
    """
    plain = " ".join(word.form for word in found)
    if _arabic(text, found, content, names) if is_arabic(text) else _latin(plain, found, content, names):
        return True
    existential = plain.startswith(("هل هناك", "وهل هناك"))
    return not names and not existential and bool(_THAT.search(plain) or _THESE.search(plain))


def _latin(plain: str, found: Sequence[Word], content: Sequence[Term], names: Sequence[Term]) -> bool:
    if _EXPLETIVE.search(plain):
        return False
    forms = [word.form for word in found]
    for at, word in enumerate(found):
        if word.form not in PERSON | _THING or _explained(found[:at], content, names):
            continue
        before = any(term.start < word.start for term in content)
        if before and _JOINING & set(forms[:at]):
            continue
        asked = at > 0 and forms[at - 1] in _AUXILIARY and word.form in _SUBJECT
        if asked or not before or word.form in _OBJECT:
            return True
    french = None if names or _ENGLISH & set(forms) else _FRENCH.search(plain)
    return french is not None and not _explained(found[: plain[: french.end()].count(" ")], content, ())


def _explained(before: Sequence[Word], content: Sequence[Term], names: Sequence[Term]) -> bool:
    """Whether a name or a definite noun stands among the words before a pronoun."""
    starts = {term.start for term in content}
    named = {term.start for term in names}
    return any(word.start in named for word in before) or any(
        word.form in _ARTICLES and any(near.start in starts for near in before[at + 1 : at + 4])
        for at, word in enumerate(before)
    )


def _arabic(text: str, found: Sequence[Word], content: Sequence[Term], names: Sequence[Term]) -> bool:
    if len(content) > _MOST:
        return False
    for at, word in enumerate(found):
        last = at + 1 == len(found)
        if any(t.start < word.start for t in names) or any(is_definite(w.form) for w in found[:at]):
            return False
        if any(t.end < word.start for t in content) and any(t.start > word.end for t in content):
            return False  # "how many trips that it made": it stands for the word before
        if word.form.removeprefix("و") in _STANDING and (last or (at > 0 and found[at - 1].form == "هل")):
            return True
        asks = word.form in wordlist("asked") and len(content) > 1 and not last
        if has_pronoun(word.form, text[word.start : word.end]) and not asks:
            return True
    return False
