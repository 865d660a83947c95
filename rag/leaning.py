"""Whether a question leans on the conversation before it, and in which way; told by its words alone.

A question that can be asked as it stands must never be changed, so in doubt it stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.errors import QueryError
from index.normalise import normalise
from index.tokens import is_arabic, words
from rag.lexicon import Lexicon
from rag.mentions import ASKING, bare, is_name, said
from rag.pronouns import PERSON, is_definite, unexplained
from rag.question import Term, understand

Way = Literal["pronoun", "elided", "instead", "perhaps"]
"""How a question leans: by a pronoun that it does not explain; by what it leaves unsaid ("why?", "how many were
hurt?"); by a name that takes the place of another ("what about Basra?"); perhaps: it speaks of common things ("when
does the truce begin?"), which may be those of the conversation."""

_MOST = 3
"""Words of content beyond which a question without a pronoun is complete."""
_LONGEST = 300
"""Characters beyond which a question is complete."""

_ABOUT = re.compile(
    r"(?:(?:and|but|so|ok|okay|now|well)\s+)?(?:what|how) (?:about|of)\s+(?:in\s+)?"
    r"|(?:et\s+)?(?:qu'en est-il|quid) (?:de |du |des |d')?"
    r"|و?(?:ماذا|ما|شو|ايش) عن\s+|و?(?:بالنسبه|نسبه) (?:الي |ل)"
)
_AND = re.compile(
    r"(?:and|but|so|then|or|also|et|mais|alors|puis|donc)\b[\s,]*|(?:ثم|طيب|طب|لكن|بعدين)\s+"
    r"|و(?=ال|لل|بال|(?:في|من|الي|عن|علي|بعد|قبل|مع|ل?ماذا|متي|اين|كيف|كم|هل|ما|منذ|بكم|بماذا|لمن|ليش|وين|مين|شو)\b)"
)
_OTHER = re.compile(r"(?i)\b(?:else|others?|same|autres?)\b|(?<!\w)(?:ال)?(?:آخر|آخرون|آخرين|أخرى|غيره)(?!\w)")
_MEANT = re.compile(r"\([^()]*\w[^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Leaning:
    """A question that leans: in which way, its terms, where the words begin that follow its "and" or "what about", and
    whether its pronoun can only stand for a person."""

    way: Way
    terms: tuple[Term, ...]
    start: int = 0
    personal: bool = False


def leaning(text: str, lexicon: Lexicon) -> Leaning | None:
    """In which way the question `text` leans on what was said before it; None where it stands alone, as it does too
    where it says in brackets what it means."""
    if len(text) > _LONGEST or _MEANT.search(text):
        return None
    try:
        question = understand(text, lexicon)
    except QueryError:
        return None
    found = list(words(text))
    start, about = _lead(text)
    terms = tuple(said(text, lexicon))
    content = [term for term in terms if not term.asked]
    names = [term for term in content if is_name(term, text, lexicon)]
    asks = question.kind != "other" or any({word.form, bare(word.form)} & ASKING for word in found)
    # "Basra?" takes the place of another name; "Basra" is looked for.
    alone = text.rstrip().endswith(("?", "؟")) and len(content) == len(question.terms) < _MOST
    if 0 < len(content) <= _MOST and (about or (not asks and len(content) < _MOST and (start or alone))):
        return Leaning("instead", terms, start)
    if unexplained(text, found, content, names):
        return Leaning("pronoun", terms, start, any(word.form in PERSON for word in found))
    if not content:
        return Leaning("elided", terms, start)
    if names or len(content) > _MOST or not asks:
        return None
    # An Arabic verb may hold its subject: كم برميلا نقلت
    held = is_arabic(text) and len(content) == 2 and not any(is_definite(term.form) for term in content)
    if len(content) == 1 or start or held or _OTHER.search(text):
        return Leaning("elided", terms, start)
    return Leaning("perhaps", terms, start)


def _lead(text: str) -> tuple[int, bool]:
    """Where the words begin that follow an "and" or a "what about", and whether it was the latter."""
    plain = "".join(normalise(char)[:1] or char for char in text)  # place for place that of the text
    if found := _ABOUT.match(plain):
        return found.end(), True
    found = _AND.match(plain)
    return (found.end(), False) if found else (0, False)
