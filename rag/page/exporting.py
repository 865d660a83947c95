"""A whole conversation to take along: a document of Markdown, or of HTML that loads nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from rag.page.copying import about, address, markdown, markdown_text, title, where
from rag.page.markup import fields, highlighted, line, link
from rag.page.wording import WORDING, Tongue, Wording, told
from rag.results import Answer, Citation, Claim

Said = tuple[str, Answer | Exception]
"""A question as it was typed, and its answer or why there is none."""

_STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.8 Georgia,'Noto Naskh Arabic','Geeza Pro',"
    "serif;color:#1d1b18;background:#fffefb}h1,h2{line-height:1.4}section{border-top:1px solid #dcd6c8;margin-top:2rem}"
    "blockquote{margin:.3rem 0 1rem;padding-inline-start:1rem;border-inline-start:3px solid #0d5561}a{color:#0d5561}"
    "mark{background:#fdecb4}small,.note{color:#5d574d}.warn{color:#8a3b12}ol{padding-inline-start:1.6rem}"
)


def export_markdown(said: Sequence[Said], language: Tongue, day: datetime.date) -> str:
    """The conversation as a document of Markdown."""
    say = WORDING[language]
    parts = [f"# Isnad, {day}"]
    for question, answer in said:
        if isinstance(answer, Answer):
            parts.append(markdown(answer, language))
        else:
            parts.append(f"## {markdown_text(question)}\n\n{markdown_text(told(answer, say))}")
    return "\n\n".join(parts) + "\n"


def export_html(said: Sequence[Said], language: Tongue, day: datetime.date) -> str:
    """The conversation as a page of HTML on its own; its numbers lead to the quotes below."""
    say = WORDING[language]
    body = "".join(_section(number, question, answer, language) for number, (question, answer) in enumerate(said, 1))
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{say.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"content-security-policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Isnad, {day}</title><style>{_STYLE}</style></head><body><h1>Isnad, {day}</h1>{body}</body></html>\n"
    )


def _section(number: int, question: str, answer: Answer | Exception, language: Tongue) -> str:
    say = WORDING[language]
    asked = f'<section><h2 dir="auto">{line(question)}</h2>'
    if not isinstance(answer, Answer):
        return f'{asked}<p class="warn" dir="auto">{line(told(answer, say))}</p></section>'
    notes = "".join(f'<p class="note" dir="auto">{line(one)}</p>' for one in about(answer, language))
    if not answer.answered:
        rows = "".join(f'<p dir="auto">{line(row)}</p>' for row in answer.text.splitlines())
        return f'{asked}{notes}<p class="warn"><strong>{say.refused}</strong></p>{rows}</section>'
    claims = "".join(_claim(number, claim, say) for claim in answer.claims)
    if answer.disagree:
        claims += f'<p class="warn">{say.disagree}: {_numbers(number, answer.disagree)}</p>'
    sources = "".join(_source(number, citation, language) for citation in answer.citations)
    return f"{asked}{notes}{claims}<ol>{sources}</ol></section>"


def _claim(number: int, claim: Claim, say: Wording) -> str:
    doubt = ""
    if claim.verdict != "supported":
        doubt = f'<p class="warn">{say.verdicts[claim.verdict]} <bdi>{line(claim.reason)}</bdi></p>'
    return f'<p dir="auto">{line(claim.text)} {_numbers(number, claim.citations)}</p>{doubt}'


def _numbers(number: int, cited: Iterable[int]) -> str:
    return "".join(f'<a href="#q{number}-{n}">[{n}]</a>' for n in cited)


def _source(number: int, citation: Citation, language: Tongue) -> str:
    at = link(citation.url, WORDING[language].read_at) or f"<bdi>{line(address(citation))}</bdi>"
    told_of = fields(where(citation, language))
    words = [(mark.start - citation.start, mark.end - citation.start) for mark in citation.marks]
    quote = highlighted(citation.quote, (0, len(citation.quote)), words)
    return (
        f'<li id="q{number}-{citation.n}" value="{citation.n}"><strong dir="auto">{line(title(citation, language))}'
        f"</strong> <small>{told_of}{' · ' if told_of else ''}{at}</small>"
        f'<blockquote dir="auto">{quote}</blockquote></li>'
    )
