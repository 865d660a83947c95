"""The article beside the answer: all of its text, with the quote highlighted and the words that answer marked in it."""

from __future__ import annotations

from collections.abc import Sequence

from index.article import Article
from rag.page.glossing import aids, glossed
from rag.page.markup import fields, line, link, name_of, paragraphs, plainly, web_address
from rag.page.wording import WORDING, Tongue, Wording, stands
from rag.printing import direction
from rag.results import Answer, Citation, Hit
from rag.translating import Translation


def nothing(language: Tongue) -> str:
    """What stands in the place of the article until one is opened."""
    say = WORDING[language]
    return f'<div class="empty" dir="{say.direction}"><p>{say.nothing_open}</p></div>'


def article(
    found: Article | None,
    place: Citation | Hit | None,
    answer: Answer | None,
    opened: str,
    walk: Sequence[str],
    language: Tongue,
    model: str | None = None,
    translation: Translation | str | None = None,
) -> str:
    """`found` in HTML, with the words of `place` highlighted. opened: what was opened; walk: all that its neighbours
    are among, in order. found is None where the article was taken out of the library meanwhile. model, translation: as
    for aids()."""
    say = WORDING[language]
    opening = f'<div class="opened" dir="{say.direction}" data-opened="{opened}">{_controls(opened, walk, say)}'
    if found is None:
        return f'{opening}<p class="problem">{say.gone}</p></div>'
    text = found.text
    quote = words = None
    # The article may have been replaced by another text since.
    said = place.quote if isinstance(place, Citation) else place.text if place else None
    if place and text[place.start : place.end] == said:
        quote = (place.start, place.end)
        words = [(mark.start, mark.end) for mark in place.marks] if isinstance(place, Citation) else []
    # A text often begins with its headline, which stands above it already.
    first = len(text) - len(text.lstrip())
    behind = first + len(found.title)
    repeated = found.title and text.startswith(f"{found.title}\n", first) and (not quote or quote[0] >= behind)
    show, any_gloss = glossed(text, quote, language) if quote else (plainly, False)
    body = paragraphs(text, quote, words or (), behind if repeated else 0, show)
    helps = aids(text[slice(*quote)], any_gloss, model, translation, language) if quote else ""
    return (
        f'{opening}<h2 dir="auto">{line(found.title or say.untitled)}</h2>{_about(found, place, say, language)}'
        f"{_check(place, answer, say)}{helps}"
        f'<div class="text" tabindex="0" role="region" aria-label="{say.panel}">{body}</div></div>'
    )


def _controls(opened: str, walk: Sequence[str], say: Wording) -> str:
    at = walk.index(opened) if opened in walk else 0
    parts = [f'<span class="place">{say.place.format(at + 1, len(walk))}</span>'] if len(walk) > 1 else []
    for label, step, sign in ((say.previous, -1, "‹"), (say.next, 1, "›")):
        if len(walk) > 1:
            other = walk[(at + step) % len(walk)]
            parts.append(
                f'<button type="button" class="quiet step" data-open="{other}" data-step="{step}" title="{label}"'
                f' aria-label="{label}"><span aria-hidden="true">{sign}</span></button>'
            )
    close = f'<button type="button" class="quiet" data-open="close" aria-label="{say.close}">✕</button>'
    return f'<div class="controls">{"".join(parts)}{close}</div>'


def _about(found: Article, place: Citation | Hit | None, say: Wording, language: Tongue) -> str:
    date = str(found.date) if found.date else None
    told = fields((found.source, date, found.author, stands(place, language) if place else None))
    address = link(web_address(found.url) or found.id, say.read_at)
    shown = address or f"<bdi>{line(found.url or name_of(found.id))}</bdi>"
    return f'<p class="about" dir="{direction(found.title) or "auto"}">{told}{" · " if told else ""}{shown}</p>'


def _check(place: Citation | Hit | None, answer: Answer | None, say: Wording) -> str:
    """The verdicts of the check of what rests on the quote, what it leans on, and who states it differently."""
    if not answer or not isinstance(place, Citation):
        return ""
    rows = []
    for claim in answer.claims:
        if place.n not in claim.citations:
            continue
        verdict = say.word_for_word if claim.text == place.quote else say.verdicts[claim.verdict]
        reason = f" <bdi>{line(claim.reason)}</bdi>" if claim.reason else ""
        rows.append(f'<p class="verdict {claim.verdict}"><strong>{say.verdict}:</strong> {verdict}{reason}</p>')
    if place.n in answer.disagree:
        others = "".join(f"[{n}]" for n in answer.disagree if n != place.n)
        rows.append(f'<p class="disagree">{say.disagree_here.format(numbers=f"<bdi>{others}</bdi>")}</p>')
    if place.context:
        rows.append(f'<p class="note">{say.before}: <bdi>{line(place.context)}</bdi></p>')
    return "".join(rows)
