"""Aids to reading on the page: words of a quote that show their gloss, and a model's translation on demand.

The words stand in the article as they are; what a gloss says travels in an attribute, as JSON, and page.js shows it as
text. Nothing of it is ever read as HTML.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from rag.gloss import Gloss, gloss, in_words
from rag.page.markup import Show, Span, escape, line
from rag.page.wording import WORDING, Tongue
from rag.translating import Translation, worth_translating


@dataclass(frozen=True, slots=True)
class Words:
    """What the aids say in one language."""

    toggle: str
    hint: str
    label: str
    stem: str
    name: str
    unknown: str
    translate: str
    translating: str
    translated: str


SAYS: dict[Tongue, Words] = {
    "en": Words(
        toggle="Gloss",
        hint="English for each word of the quote. Point at a word or tap it, or walk the words with the arrow keys.",
        label="Dictionary gloss, not a translation",
        stem="Stem",
        name="A name, spelled in Latin letters",
        unknown="Not in the dictionary; only spelled in Latin letters",
        translate="Translate",
        translating="Translating …",
        translated="Translated by {model}, not checked",
    ),
    "ar": Words(
        toggle="معاني الكلمات",
        hint="المعنى الإنجليزي لكل كلمة من الاقتباس. أشر إلى الكلمة أو المسها، أو تنقل بين الكلمات بالأسهم.",
        label="معنى من قاموس، لا ترجمة",
        stem="الكلمة مجردة",
        name="اسم علم بحروف لاتينية",
        unknown="ليست في القاموس، وهذه حروفها اللاتينية فقط",
        translate="ترجم",
        translating="جار الترجمة …",
        translated="ترجمه {model}، ولم تُفحص الترجمة",
    ),
}


def glossed(text: str, quote: Span, language: Tongue) -> tuple[Show, bool]:
    """What shows parts of `text`, each word of the quote that has a gloss in an element that carries it; and whether
    any has."""
    found = {quote[0] + one.start: one for one in gloss(text[quote[0] : quote[1]])}

    def show(text: str, start: int, end: int) -> str:
        pieces, at = [], start
        for first in sorted(place for place in found if start <= place < end):
            one = found[first]
            last = first + len(one.word)
            if first >= at and last <= end:
                told = escape(json.dumps(_rows(one, language), ensure_ascii=False))
                word = f'<span class="gw" tabindex="-1" data-gloss="{told}">{escape(one.word)}</span>'
                pieces += [escape(text[at:first]), word]
                at = last
        return "".join([*pieces, escape(text[at:end])])

    return show, bool(found)


def _rows(one: Gloss, language: Tongue) -> dict[str, str]:
    """What the popover of a word says: its stem, its senses, and how it is known where it is no word of the
    dictionary."""
    say = SAYS[language]
    note = say.name if one.kind == "name" and one.latin else say.unknown if one.kind == "unknown" else ""
    return {"stem": one.stem, "says": in_words(one, bare=True), "note": note}


def aids(
    quote: str, has_gloss: bool, model: str | None, translation: Translation | str | None, language: Tongue
) -> str:
    """The buttons above the article, in HTML, and the translation, if it was asked for, or why there is none (a str).

    model: the name of the language model that may be asked, if there is one.
    """
    say = SAYS[language]
    parts = []
    if has_gloss:
        parts.append(
            f'<button type="button" class="quiet" data-glossing aria-pressed="false" title="{say.hint}"'
            f' data-label="{say.label}" data-stem="{say.stem}">{say.toggle}</button>'
        )
    if model and worth_translating(quote, language) and not isinstance(translation, Translation):
        parts.append(
            f'<button type="button" class="quiet" data-open="translate" data-busy="{say.translating}">'
            f"{say.translate}</button>"
        )
    rows = [f'<div class="aids">{"".join(parts)}</div>'] if parts else []
    if isinstance(translation, Translation):
        rows.append(
            f'<div class="translation"><p class="note">{line(say.translated.format(model=translation.model))}</p>'
            f'<p dir="auto">{line(translation.text)}</p></div>'
        )
    elif translation:
        rows.append(f'<p class="problem" dir="{WORDING[language].direction}">{line(translation)}</p>')
    return "".join(rows)
