"""An answer, a refusal or a mistake as HTML: claims with numbers that open their sources."""

from __future__ import annotations

from collections.abc import Sequence

from rag.citations import without_thoughts
from rag.page.bibliography import bibtex
from rag.page.copying import markdown, plain
from rag.page.markup import escape, fields, highlighted, line
from rag.page.wording import WORDING, Tongue, Wording, days, stands, told
from rag.printing import clean
from rag.results import Answer, Citation, Claim, Hit

_DROPPED = 5


def exchange(
    number: int,
    question: str,
    answer: Answer | Exception | None,
    language: Tongue,
    outlets: Sequence[str],
    draft: str = "",
    judging: tuple[str, str] = ("", ""),
) -> str:
    """One question and its answer in HTML. answer: an error says why there is none; None: not yet there.

    number: of the exchange in its conversation; its sources are opened as 'number.n', its nearest headlines as
    'number.hn'. outlets: those that it was asked of. draft: what a model has written so far.
    judging: HTML for its foot, and for below it.
    """
    say = WORDING[language]
    # What only screen readers say has a direction of its own; that of the line is the question's.
    you = f'<span class="hidden" dir="{say.direction}">{say.you}: </span>'
    asked = f'<h3 class="asked" dir="auto">{you}{line(question)}</h3>'
    if answer is None:
        written = without_thoughts(draft).strip()
        state = say.writing if written else say.searching
        shown = f'<div class="draft" dir="auto" aria-hidden="true">{escape(written)}</div>' if written else ""
        return f'<article class="turn">{asked}<p class="pending" role="status">{state}</p>{shown}</article>'
    if isinstance(answer, Exception):
        return f'<article class="turn">{asked}<p class="problem" dir="auto">{line(told(answer, say))}</p></article>'
    body = _answered(number, answer, language) if answer.answered else _refused(number, answer, language)
    copies = {"plain": plain(answer, language), "markdown": markdown(answer, language), "bibtex": bibtex(answer)}
    taken = " ".join(f'data-{kind}="{escape(text)}"' for kind, text in copies.items())
    return (
        f'<article class="turn" {taken}>{asked}{_about(answer, language, outlets)}{body}'
        f"{_dropped(answer, say)}{_foot(answer, say, judging[0])}{judging[1]}</article>"
    )


def _about(answer: Answer, language: Tongue, outlets: Sequence[str]) -> str:
    """How the question was understood, and what it was asked of."""
    say = WORDING[language]
    rows = []
    if answer.completed:
        rows.append(f'<p class="note">{say.completed}: <bdi>{line(answer.completed)}</bdi></p>')
    asked_of = [days(answer.since, answer.until, answer.understood, language), *outlets]
    if any(asked_of):
        rows.append(f'<p class="note">{fields(asked_of)}</p>')
    if answer.notice:
        rows.append(f'<p class="note" dir="auto">{line(answer.notice)}</p>')
    return "".join(rows)


def _answered(number: int, answer: Answer, language: Tongue) -> str:
    say = WORDING[language]
    quoted = {citation.n: citation for citation in answer.citations}
    claims = "".join(_claim(number, claim, quoted, say) for claim in answer.claims)
    disagree = ""
    if answer.disagree:
        buttons = "".join(_number(number, n, say) for n in answer.disagree)
        disagree = f'<p class="disagree">{say.disagree} {buttons}</p>'
    of_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        of_article.setdefault(citation.article_id, []).append(citation)
    sources = "".join(f"<li>{_source(number, cited, language)}</li>" for cited in of_article.values())
    return f'<div class="answer">{claims}{disagree}</div><ol class="sources" aria-label="{say.sources}">{sources}</ol>'


def _claim(number: int, claim: Claim, quoted: dict[int, Citation], say: Wording) -> str:
    text = line(claim.text)
    same = next((quoted[n] for n in claim.citations if n in quoted and quoted[n].quote == claim.text), None)
    if same:
        words = [(mark.start - same.start, mark.end - same.start) for mark in same.marks]
        text = highlighted(same.quote, (0, len(same.quote)), words)
    numbers = "".join(_number(number, n, say) for n in claim.citations)
    verdict = ""
    if claim.verdict != "supported":
        reason = f" <bdi>{line(claim.reason)}</bdi>" if claim.reason else ""
        verdict = f'<p class="verdict {claim.verdict}">{say.verdicts[claim.verdict]}{reason}</p>'
    return f'<p class="claim" dir="auto">{text}&nbsp;{numbers}</p>{verdict}'


def _number(number: int, n: int, say: Wording) -> str:
    label = say.source.format(n=n)
    return f'<button type="button" class="cite" data-open="{number}.{n}" aria-label="{label}">{n}</button>'


def _source(number: int, cited: Sequence[Citation], language: Tongue) -> str:
    """An article that is cited: a row that opens it at its first quote, and the numbers of the others."""
    say, first = WORDING[language], cited[0]
    about = fields((first.source, first.date, stands(first, language)))
    row = _row(f"{number}.{first.n}", first.title or say.untitled, about, str(first.n))
    return row + "".join(_number(number, citation.n, say) for citation in cited[1:])


def _row(opens: str, title: str, about: str, mark: str = "") -> str:
    """A button that opens an article."""
    shown = f'<span class="n">{mark}</span>' if mark else ""
    below = f'<span class="about">{about}</span>' if about else ""
    return (
        f'<button type="button" class="source" dir="auto" data-open="{opens}">{shown}'
        f'<span class="text"><span class="headline">{line(title)}</span>{below}</span></button>'
    )


def _refused(number: int, answer: Answer, language: Tongue) -> str:
    say = WORDING[language]
    sentence = (answer.text.splitlines() or [""])[0]
    rows = "".join(f"<li>{_hit(number, k, answer.nearest[k], language)}</li>" for k in headlines(answer))
    nearest = f'<h4>{say.nearest}</h4><ol class="sources">{rows}</ol>' if rows else ""
    return (
        f'<div class="refusal"><p class="tag">{say.refused}</p><p class="claim" dir="auto">{line(sentence)}</p></div>'
        f"{nearest}"
    )


def headlines(answer: Answer) -> list[int]:
    """Which of the nearest passages of a refusal are offered: the best one of each article."""
    first: dict[str, int] = {}
    for k, hit in enumerate(answer.nearest):
        first.setdefault(hit.article_id, k)
    return list(first.values())


def _hit(number: int, k: int, hit: Hit, language: Tongue) -> str:
    title = hit.title or hit.text.splitlines()[0][:100]
    return _row(f"{number}.h{k}", title, fields((hit.source, hit.date, stands(hit, language))))


def example(title: str, source: str | None, date: str | None) -> str:
    """A button that asks a headline."""
    about = fields((source, date))
    return (
        f'<button type="button" class="source" dir="auto" data-ask="{escape(clean(title))}"><span class="text">'
        f'<span class="headline">{line(title)}</span><span class="about">{about}</span></span></button>'
    )


def _dropped(answer: Answer, say: Wording) -> str:
    rows = "".join(
        f'<li dir="auto">{line(claim.text)}{f" ({line(claim.reason)})" if claim.reason else ""}</li>'
        for claim in answer.dropped[:_DROPPED]
    )
    return f'<details class="dropped"><summary>{say.dropped}</summary><ul>{rows}</ul></details>' if rows else ""


def _foot(answer: Answer, say: Wording, thumbs: str) -> str:
    told = [say.written.format(model=answer.model)] if answer.model else []
    if answer.answered:
        told.append(say.confidence.format(share=f"{answer.confidence:.0%}"))
    buttons = "".join(
        f'<button type="button" class="quiet" data-copy="{what}" data-done="{say.copied}">{label}</button>'
        for what, label in (("plain", say.copy), ("markdown", "Markdown"), ("bibtex", "BibTeX"))
        if answer.answered or what != "bibtex"
    )
    return f"<footer><span>{fields(told)}</span><span>{thumbs}{buttons}</span></footer>"
