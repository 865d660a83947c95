"""Answers to take along: as plain text and as Markdown, each with all that it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from rag.page.markup import name_of, web_address
from rag.page.wording import WORDING, Tongue, days, stands
from rag.printing import clean
from rag.results import Answer, Citation, Claim

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$]|^(?:[-+=]|\d+[.)]))")


def markdown_text(text: str) -> str:
    r"""`text` as one line of Markdown that says it, and does nothing else.

    >>> markdown_text("<b>[a](b) 1_000")
    '\\<b\\>\\[a\\](b) 1\\_000'
    """
    return _SPECIAL.sub(lambda found: found[0][:-1] + "\\" + found[0][-1], clean(text))


def plain(answer: Answer, language: Tongue) -> str:
    """The answer, then its sources by number: headline, outlet, date, address and quote."""
    lines = [clean(answer.question), *about(answer, language), ""]
    if not answer.answered:
        return "\n".join([*lines, *map(clean, answer.text.splitlines())])
    lines += [f"{clean(claim.text)} {_numbers(claim)}{_verdict(claim, language)}" for claim in answer.claims]
    if answer.disagree:
        lines += [f"{WORDING[language].disagree}: " + "".join(f"[{n}]" for n in answer.disagree)]
    for citation in answer.citations:
        told = [title(citation, language), *where(citation, language), address(citation)]
        lines += ["", f"[{citation.n}] {' · '.join(map(clean, told))}", f"    «{clean(citation.quote)}»"]
    return "\n".join(lines)


def markdown(answer: Answer, language: Tongue) -> str:
    """The answer as a section of Markdown, its sources as a list."""
    parts = [f"## {markdown_text(answer.question)}", *(f"*{markdown_text(one)}*" for one in about(answer, language))]
    if not answer.answered:
        sentence, *headlines = answer.text.splitlines()
        listed = "\n".join(
            f"- {markdown_text(one[2:])}" if one.startswith("- ") else f"{markdown_text(one)}\n" for one in headlines
        )
        return "\n\n".join(filter(None, [*parts, markdown_text(sentence), listed]))
    for claim in answer.claims:
        parts.append(f"{markdown_text(claim.text)} {_numbers(claim)}{markdown_text(_verdict(claim, language))}")
    if answer.disagree:
        parts.append(f"**{WORDING[language].disagree}**: " + "".join(f"[{n}]" for n in answer.disagree))
    parts.append("\n".join(_listed(citation, language) for citation in answer.citations))
    return "\n\n".join(parts)


def _listed(citation: Citation, language: Tongue) -> str:
    web, headline = web_address(citation.url), markdown_text(title(citation, language))
    named = f"[{headline}](<{percent_encode(web, safe=':/?#@!$&*+,;=%~')}>)" if web else headline
    rest = [*where(citation, language), *([] if web else [address(citation)])]
    told = " · ".join([named, *map(markdown_text, rest)])
    return f"{citation.n}. {told}\n   > {markdown_text(citation.quote)}"


def about(answer: Answer, language: Tongue) -> list[str]:
    """How the question was understood, of which days it was asked, and what the reader should know of the answer."""
    completed = f"{WORDING[language].completed}: {answer.completed}" if answer.completed else ""
    notice = answer.notice or ""
    return list(filter(None, [completed, days(answer.since, answer.until, answer.understood, language), notice]))


def _verdict(claim: Claim, language: Tongue) -> str:
    if claim.verdict == "supported":
        return ""
    return f" ({' '.join(filter(None, [WORDING[language].verdicts[claim.verdict], clean(claim.reason)]))})"


def title(citation: Citation, language: Tongue) -> str:
    """The headline, or that there is none."""
    return citation.title or WORDING[language].untitled


def where(citation: Citation, language: Tongue) -> Sequence[str]:
    """Outlet, date, and in how many articles the report stands; what is known of them."""
    return [one for one in (citation.source, citation.date, stands(citation, language)) if one]


def address(citation: Citation) -> str:
    """Where the article is to be found: its address, else its id, of a file only the name."""
    return citation.url or name_of(citation.article_id)


def _numbers(claim: Claim) -> str:
    return "".join(f"[{n}]" for n in claim.citations)
