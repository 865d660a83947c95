"""A question that leans on a conversation, completed from what came before by carrying names and words over.

What is carried stands in brackets behind the question, whose own words all remain: "and when was he killed? (Qassem
Soleimani)". Only where a name takes the place of another is the question before said again, with the new name in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.tokens import is_arabic, stem, words
from rag.kinds import kind_of
from rag.leaning import Leaning, leaning
from rag.lexicon import Lexicon
from rag.mentions import ASKING, Stretch, bare, content, is_known, is_name, is_place, persons, stretches
from rag.question import LONGEST, language_of
from rag.results import Answer
from rag.wordlists import wordlist

_BACK = 8
"""Turns that are looked back upon."""
_LONGEST = 200
"""Characters that are carried over at the most."""
_RARE = 4.0
"""Rarity (Lexicon.rarity) from which a common word tells that two questions speak of one thing."""
_LIKELY = 0.05
_ARTICLES = frozenset("the a an le la les l un une du des d".split())


class Turn(NamedTuple):
    """A question of a conversation, as it was typed, and its answer."""

    question: str
    answer: Answer

    @property
    def asked(self) -> str:
        """The question as it was asked of the library."""
        return self.answer.completed or _one_line(self.question)

    @property
    def carried(self) -> str:
        """What stood in brackets behind the question when it was asked; '' if nothing did."""
        whole, head = self.answer.completed or "", f"{_one_line(self.question)} ("
        found = whole[len(head) : -1] if whole.startswith(head) and whole.endswith(")") else ""
        return "" if "(" in found else found


def _one_line(question: str) -> str:
    return " ".join(question[:LONGEST].split())


def complete(question: str, before: Sequence[Turn], lexicon: Lexicon | None = None) -> str | None:
    """`question` completed from the turns `before` it (oldest first).

    None where it stands alone, and where nothing that was said would complete it. No word of content of the question is
    lost, and a completed question stands alone: complete(complete(q)) is None.
    """
    lexicon = lexicon or Lexicon.load()
    question, before = _one_line(question), before[-_BACK:]
    lean = leaning(question, lexicon) if before else None
    if lean is None or (lean.way == "perhaps" and not _spoken_of(lean, question, before, lexicon)):
        return None
    if lean.way == "instead":
        return _instead(question, lean, before[-1], lexicon)
    return _with(question, _carried(lean, before, lexicon))


def _with(question: str, carried: str) -> str | None:
    """The question with `carried` in brackets, without brackets of its own and words that would ask for something
    else."""
    carried = " ".join(re.sub(r"[()]", " ", carried).split())
    kept = carried[:_LONGEST].rsplit(" ", 1)[0] if len(carried) > _LONGEST else carried
    if kind_of(f"{question} ({kept})") != (kind := kind_of(question)):
        kept = " ".join(word for word in kept.split() if kind_of(f"{question} ({word})") == kind)
    return f"{question} ({kept})" if any(words(kept)) else None


def _carried(lean: Leaning, before: Sequence[Turn], lexicon: Lexicon) -> str:
    last = before[-1]
    if lean.way == "elided" and not any(not term.asked for term in lean.terms):
        text = _one_line(last.question)
        every = _read_out(text, [(s.start, s.end) for s in stretches(text, lexicon)])
        return ", ".join(part for part in dict.fromkeys([every, last.carried]) if part)
    if lean.personal:
        last = next((turn for turn in reversed(before) if _of_a_person(turn, lexicon)), last)
    return last.carried or subject(last.asked, lexicon)


def _of_a_person(turn: Turn, lexicon: Lexicon) -> bool:
    """Whether a turn asks for a person, or names one; a single name may be that of a group or a place."""
    named = (turn.asked[start:end] for start, end in persons(turn.asked, lexicon))
    return kind_of(turn.question) == "who" or any(" " in name for name in named)


def subject(text: str, lexicon: Lexicon) -> str:
    """What a question speaks of, in its own words: its names and the things that it takes for known, or all its words
    of content where there are none; a verb before a name is left out."""
    every = stretches(text, lexicon)
    known = [s for s in every if is_known(text, s, lexicon)] or every
    return _read_out(text, [_without_verbs(text, s, lexicon) for s in known])


def _read_out(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The places of a question as one text, with the small words between them where there are no others."""
    out, last = "", 0
    for start, end in places:
        between = text[last:start]
        small = re.fullmatch(r"[\w\s'’-]*", between) and not any(
            word.form in ASKING or word.form not in wordlist("stop") for word in words(between)
        )
        out += (between if out and small else " ") + text[start:end]
        last = end
    return out.strip()


def _without_verbs(text: str, stretch: Stretch, lexicon: Lexicon) -> tuple[int, int]:
    """A stretch without a verb before the name in it ("fled el-Obeid") or after it ("Soleimani killed")."""
    names = [term for term in stretch.terms if is_name(term, text, lexicon)]
    if not names or is_arabic(text):
        return stretch.start, stretch.end
    article = re.search(r"\b[AEae]l-$", text[: names[0].start])
    end = names[-1].end if stretch.terms[-1].form.endswith("ed") else stretch.end
    return article.start() if article else names[0].start, end


# -- one thing in the place of another ---------------------------------------------------------------------------------


def _instead(question: str, lean: Leaning, last: Turn, lexicon: Lexicon) -> str | None:
    """The question before, with the new name in the place of that of its sort."""
    new, base = question[lean.start :].strip(" ?؟!.,،"), last.asked
    old = _of_its_sort(new, base, lexicon)
    if old and is_arabic(new) == is_arabic(base):
        whole = base[: old[0]] + new + base[old[1] :]
        if leaning(whole, lexicon) is None:
            return whole
    if old:
        rest = re.sub(r"\s*[(),]\s*", " ", f"{base[: old[0]]}… {base[old[1] :]}").strip(" ?؟")
        return f"{question} ({rest})"  # what that one asks for is asked for again
    names = [base[t.start : t.end] for t in content(base, lexicon) if is_name(t, base, lexicon)]
    return _with(question, " ".join(names) or subject(base, lexicon))


def _of_its_sort(new: str, base: str, lexicon: Lexicon) -> tuple[int, int] | None:
    """The place in `base` of what `new` stands for: what shares a word with it, or stands behind the same preposition,
    or is a name as it is one, of a place or not."""
    own, every = content(new, lexicon), stretches(base, lexicon)
    stems = {term.stem for term in own}
    for stretch in every:
        shared = [term for term in stretch.terms if term.stem in stems]
        if shared and shared[0].stem == own[0].stem:  # the noun first: الوفد السوري
            return shared[0].start, stretch.end
        if shared:
            return stretch.start, stretch.end
    first = next((word.form for word in words(new)), "")
    for stretch in every:
        before = list(words(base[: stretch.start]))
        if before and before[-1].form == first in wordlist("stop") - _ARTICLES:
            return before[-1].start, stretch.end
    if any(is_name(term, new, lexicon) for term in own) or (new[:1].isupper() and not is_arabic(new)):
        for stretch in reversed(every):
            start = next((term.start for term in stretch.terms if is_name(term, base, lexicon)), None)
            if start is not None and is_place(base[start : stretch.end], lexicon) == is_place(new, lexicon):
                return start, stretch.end
    return None


def _spoken_of(lean: Leaning, question: str, before: Sequence[Turn], lexicon: Lexicon) -> bool:
    """Whether a thing that the question names stands in the last questions, or in what was quoted for them."""
    texts = [text for turn in before[-2:] for text in (turn.asked, *(c.quote for c in turn.answer.citations))]
    stems = {stem(form) for text in texts for word in words(text) for form in (word.form, bare(word.form))}
    for term in lean.terms:
        source = language_of(question)
        found = lexicon.translate(term.root, to="en" if is_arabic(term.root) else "ar", source=source)
        ways = {way for way, p in found if p > _LIKELY}
        if not term.asked and term.weight >= _RARE and stems & {term.stem, *ways}:
            return True
    return False
