"""The articles behind an answer as a bibliography, for who writes with BibTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote as percent_encode

from rag.page.markup import name_of, web_address
from rag.printing import clean
from rag.results import Answer, Citation

_SPECIAL = re.compile(r"[\\{}%#$&_~^]")
_INSTEAD = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # BibTeX counts braces behind a backslash too, so one alone would end the value.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}


def bibtex(answer: Answer) -> str:
    """An entry of BibTeX for each article that is cited, in UTF-8, with the quotes as its note; '' for a refusal."""
    of_article: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        of_article.setdefault(citation.article_id, []).append(citation)
    return "\n\n".join(_entry(cited) for cited in of_article.values())


def bibtex_text(text: str) -> str:
    r"""`text` as a value of BibTeX: its special characters stand for themselves, and nothing in it ends the value.

    >>> print(bibtex_text("50% of A_B }"))
    50\% of A\_B \textbraceright{}
    """
    return _SPECIAL.sub(lambda found: _INSTEAD.get(found[0], "\\" + found[0]), clean(text))


def _entry(cited: Sequence[Citation]) -> str:
    one = cited[0]
    known = {
        "title": bibtex_text(one.title),
        "howpublished": bibtex_text(one.source or ""),
        "year": (one.date or "")[:4],
        "date": one.date,
        "url": percent_encode(web_address(one.url) or "", safe=":/?#@!$&*+,;=%~"),
        "note": bibtex_text("; ".join(f"[{citation.n}] «{clean(citation.quote)}»" for citation in cited)),
    }
    rows = "".join(f",\n  {name} = {{{value}}}" for name, value in known.items() if value)
    key = "-".join(["isnad", *re.findall("[a-z0-9]+", f"{one.date or ''} {name_of(one.article_id)}".lower())])
    return f"@misc{{{key}{rows}\n}}"
