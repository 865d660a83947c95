"""Changes that make a true claim false, by rule: another number, date or name, swapped roles, an added denial."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Sequence

from index.calendars import MONTHS, Language
from rag.figures import figures, read
from rag.numerals import tokens
from rag.question import language_of
from rag.wordlists import wordlist

_WEEKDAYS: dict[Language, list[str]] = {
    "ar": "الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
}
_AUXILIARY = re.compile(
    r"\b(was|were|is|are|will|has|have|had|can|could|would|should|did|may|must)\b(?! not\b)", re.IGNORECASE
)
_ARABIC_DENIALS = (
    (re.compile(r"(?<!\w)كان(?!\w)"), "لم يكن"),
    (re.compile(r"(?<!\w)كانت(?!\w)"), "لم تكن"),
    (re.compile(r"(?<!\w)تم(?!\w)"), "لم يتم"),
    (re.compile(r"(?<!\w)تمت(?!\w)"), "لم تتم"),
    (re.compile(r"(?<!\w)س(?=[يت]\w{3,})"), "لن "),
    (re.compile(r"(?<!\w)(?=(?:يوجد|توجد|يمكن|يعتبر|تعتبر|يعد|تعد|يقع|تقع)(?!\w))"), "لا "),
    (re.compile(r"(?<!\w)هو(?!\w)"), "ليس"),
    (re.compile(r"(?<!\w)هي(?!\w)"), "ليست"),
)
_FRENCH_AUXILIARY = re.compile(r"\b(est|sont|a|ont|était|étaient|avait|avaient|sera|seront|fut|présidera|compterait)\b")


def change_number(claim: str, quote: str, rng: random.Random) -> str | None:
    """Another number for one of the claim's, that neither states; None if it has none from 2 on."""
    found = [f for f in figures(claim) if f.kind in ("number", "percent") and f.value >= 2]
    if not found:
        return None
    one = rng.choice(found)
    there = {f.value for f in (*figures(claim), *figures(quote))}
    value = one.value
    if value != int(value):
        other = round(value + rng.choice((1.1, 2.3)), 1)
    else:
        choices = [value + 1, value + 3, value - 1, value * 2, value * 10, value + 10 ** (len(str(int(value))) - 1)]
        fresh = [v for v in choices if v not in there and v > 2 and abs(v - value) > 0.45 * value * (value > 10)]
        if not fresh:
            return None
        other = int(rng.choice(fresh))
    sign = re.search(r"\D*$", claim[one.start : one.end]).group() if one.kind == "percent" else ""  # type: ignore[union-attr]
    return f"{claim[: one.start]}{other}{sign}{claim[one.end :]}"


def change_date(claim: str, quote: str, rng: random.Random) -> str | None:
    """Another year, month, day or weekday for one of the claim's; None if it says none."""
    language = language_of(claim)
    found, dated = read(claim)
    there = {f.value for f in read(quote)[0]} | {d.year for d in read(quote)[1]}
    ways = []
    for figure in found:
        if figure.kind == "year":
            ways.append((figure.start, figure.end, [str(int(figure.value) + d) for d in (-11, -3, 2, 7)]))
    for one in dated:
        text = claim[one.start : one.end]
        if one.weekday is not None:
            ways.append((one.start, one.end, [d for d in _WEEKDAYS[language] if d.lower() != text.lower()][:6]))
            continue
        if one.hijri or len(one.months) != 1:
            continue
        (month,) = one.months
        names = [names.split()[0].replace("_", " ") for names in MONTHS[language]]
        for word in tokens(text):
            if word.form.isdigit() and one.day == int(word.form):
                days = [str(d) for d in range(2, 28) if abs(d - one.day) > 1]
                ways.append((one.start + word.start, one.start + word.end, days))
            elif word.form.isdigit() and one.year == int(word.form):
                ways.append((one.start + word.start, one.start + word.end, [str(one.year + d) for d in (-9, -2, 1, 4)]))
        written = [n for names_ in MONTHS[language][month - 1 : month] for n in names_.split()]
        for name in sorted((n.replace("_", " ") for n in written), key=len, reverse=True):
            at = text.lower().find(name)
            if at >= 0:
                others = [n if language != "en" else n.title() for i, n in enumerate(names, 1) if i != month]
                ways.append((one.start + at, one.start + at + len(name), others))
                break
    if not ways:
        return None
    start, end, options = rng.choice(ways)
    fresh = [option for option in options if not (option.isdigit() and float(option) in there)]
    return f"{claim[:start]}{rng.choice(fresh)}{claim[end:]}" if fresh else None


def change_name(claim: str, names: Sequence[str], pool: Sequence[str], rng: random.Random) -> str | None:
    """One of the claim's names replaced by one of `pool`, of as many words if there are such."""
    here = [name for name in names if name in claim]
    if not here or not pool:
        return None
    name = rng.choice(here)
    alike = [other for other in pool if len(other.split()) == len(name.split())]
    at = claim.index(name)
    return f"{claim[:at]}{rng.choice(alike or list(pool))}{claim[at + len(name) :]}"


def swap_names(claim: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Two of the claim's names in each other's place."""
    here = sorted({name for name in names if claim.count(name) == 1}, key=claim.index)
    here = [name for name in here if not any(name in other and name != other for other in here)]
    if len(here) < 2:
        return None
    at = rng.randrange(len(here) - 1)
    one, other = here[at : at + 2]
    first, second = claim.index(one), claim.index(other)
    return f"{claim[:first]}{other}{claim[first + len(one) : second]}{one}{claim[second + len(other) :]}"


def deny(claim: str) -> str:
    """The claim denied: its auxiliary if it has one, else the whole."""
    language = language_of(claim)
    if language == "en":
        if found := _AUXILIARY.search(claim):
            return f"{claim[: found.end()]} not{claim[found.end() :]}"
        return f"It is not true that {claim}"
    if language == "fr":
        if found := _FRENCH_AUXILIARY.search(claim):
            elided = "n'" if found[1][0] in "aeiouéê" else "ne "
            return f"{claim[: found.start()]}{elided}{found[1]} pas{claim[found.end() :]}"
        return f"Il n'est pas vrai que {claim}"
    for pattern, denial in _ARABIC_DENIALS:
        if found := pattern.search(claim):
            return f"{claim[: found.start()]}{denial}{claim[found.end() :]}"
    return f"ليس صحيحا أن {claim}"


def capitalised(sentence: str, common: Collection[str]) -> list[str]:
    """Runs of words with capitals inside an English sentence of which none is among `common`, the words that are
    written without a capital somewhere: mostly names.
    """
    run = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?:[ -][A-Z][a-z]{2,})*(?![\w'’-])")
    found = (match.group() for match in run.finditer(sentence))
    return [name for name in found if not any(_is_common(word, common) for word in re.split("[ -]", name))]


def _is_common(word: str, common: Collection[str]) -> bool:
    return word.lower() in common or word.lower() in wordlist("days")
