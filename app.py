"""The page: ask the library in a browser, and see the words, article, outlet and date behind every sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from html import escape as escape_html
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import QueryError
from rag import Answer, Chat, Citation, Claim, Library
from rag.copies import standing
from rag.printing import dates_line

if TYPE_CHECKING:
    import gradio as gr

_CSS = """
.isnad p, .isnad blockquote, textarea { unicode-bidi: plaintext; text-align: start; }
.isnad ol { list-style: none; padding: 0; }
.isnad li { margin-block-start: 1em; }
.isnad blockquote { margin: .25em 0 !important; padding: 0 .75em !important; border: 0 !important; }
.isnad blockquote { border-inline-start: 3px solid var(--border-color-primary) !important; }
.isnad small { opacity: .7; overflow-wrap: anywhere; }
"""


def serve(library: Path, host: str, port: int, started: Callable[[str], None] = print) -> None:
    """Show the library on http://host:port until it is interrupted. started: called with the address, once it answers.

    port 0: the first free one from 7860 on. Raises OSError if the port is taken.
    """
    with Library.open(library) as lib:
        page = build(lib)
        _, address, _ = page.launch(
            server_name=host,
            server_port=port or None,
            css=_CSS,
            quiet=True,
            prevent_thread_lock=True,
            show_error=True,
        )
        try:
            started(address)
            Event().wait()
        except KeyboardInterrupt:
            pass  # that is how a server ends
        finally:
            page.close(verbose=False)


def build(library: Library) -> gr.Blocks:
    """The page over `library`; its one function is also served as /ask (question -> answer in HTML)."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    def ask(question: str) -> str:
        return reply(library, question)

    def converse(question: str, history: list[Any], talk: Chat | None) -> tuple[str, list[Any], Chat | None]:
        if not question.strip():
            return "", history, talk
        talk = talk or library.chat()
        # Components, not text: the chat would read text as Markdown, and what articles say is not ours.
        asked = gr.HTML(f'<p class="isnad" dir="auto">{escape(question)}</p>')
        answer = gr.HTML(reply(talk, question))
        return "", [*history, {"role": "user", "content": asked}, {"role": "assistant", "content": answer}], talk

    with gr.Blocks(title="Isnad", analytics_enabled=False, fill_height=True) as page:
        gr.HTML(f"<h1>Isnad · إسناد</h1><p>{library.status().articles:,} articles; all that is answered is quoted.</p>")
        chat = gr.Chatbot(show_label=False, scale=1, height=None, render_markdown=False)
        box = gr.Textbox(
            show_label=False,
            placeholder="Ask a question · اسأل سؤالا",
            submit_btn=True,
            autofocus=True,
            max_lines=4,
        )
        talk = gr.State()  # the session's conversation, made with its first question
        box.submit(converse, [box, chat, talk], [box, chat, talk], api_visibility="private")
        chat.clear(lambda: None, None, talk, api_visibility="private")
        gr.api(ask, api_name="ask")
    return page


def reply(asked: Library | Chat, question: str) -> str:
    """The answer to `question` in HTML, with nothing in it that an article could have put there but text."""
    try:
        answer = asked.ask(question)
    except QueryError as error:
        return f'<div class="isnad"><p dir="auto">{escape(str(error))}</p></div>'
    notice = f"<p><small>{escape(answer.notice)}</small></p>" if answer.notice else ""
    about = _completed(answer) + _dates(answer) + notice
    return f'<div class="isnad">{about}{_answered(answer) if answer.answered else _refused(answer)}</div>'


def escape(text: str) -> str:
    """`text` for HTML; `$`, `{` and `}` too, which the page's templates read."""
    return escape_html(text).replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;")


def _completed(answer: Answer) -> str:
    """The question as it was completed from the conversation, if it was."""
    return f'<p dir="auto"><small>{escape(answer.completed)}</small></p>' if answer.completed else ""


def _dates(answer: Answer) -> str:
    """The dates that were understood as a filter, if any were."""
    if not answer.understood:
        return ""
    return f"<p><small>{escape(dates_line(answer.since, answer.until, answer.understood))}</small></p>"


def _refused(answer: Answer) -> str:
    return "".join(f'<p dir="auto">{escape(line)}</p>' for line in answer.text.splitlines())


def _answered(answer: Answer) -> str:
    claims = "".join(map(_claim, answer.claims))
    numbers = "".join(f"[{n}]" for n in answer.disagree)
    disagree = f"<p><small>sources disagree: {numbers}</small></p>" if numbers else ""
    return f"{claims}{disagree}<ol>{''.join(map(_citation, answer.citations))}</ol>"


def _claim(claim: Claim) -> str:
    numbers = "".join(f"[{n}]" for n in claim.citations)
    verdict = "" if claim.verdict == "supported" else f" <small>{claim.verdict}: {escape(claim.reason)}</small>"
    return f'<p dir="auto"><strong>{escape(claim.text)}</strong> {numbers}{verdict}</p>'


def _citation(citation: Citation) -> str:
    fields = (citation.source, citation.date, standing(citation))
    about = " · ".join(f"<bdi>{escape(field)}</bdi>" for field in fields if field)
    title = escape(citation.title or "(no headline)")
    context = f'<p dir="auto"><small>{escape(citation.context)} …</small></p>' if citation.context else ""
    return (
        f'<li><p dir="auto">[{citation.n}] {title}</p>{context}'
        f'<blockquote dir="auto">{_quote(citation)}</blockquote><small>{about} {_link(citation)}</small></li>'
    )


def _quote(citation: Citation) -> str:
    """The quote, with the words that answer marked."""
    pieces, at = [], 0
    for mark in citation.marks:
        start, end = mark.start - citation.start, mark.end - citation.start
        pieces += [escape(citation.quote[at:start]), f"<mark>{escape(citation.quote[start:end])}</mark>"]
        at = end
    return "".join([*pieces, escape(citation.quote[at:])])


def _link(citation: Citation) -> str:
    """The article's address as a link, if it is one of the web; a `javascript:` address stays text."""
    address = citation.url or citation.article_id
    try:
        web = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        web = False
    shown = f"<bdi>{escape(address)}</bdi>"
    return (
        f'<a href="{escape(address)}" rel="noopener noreferrer nofollow" target="_blank">{shown}</a>' if web else shown
    )
