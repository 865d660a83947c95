"""The page: ask the library in a browser, and see the words, article, outlet and date behind every sentence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from rag import Library
from rag.page.desk import Desk
from rag.page.endpoints import endpoints
from rag.page.guard import Guard, logins
from rag.page.header import header
from rag.page.wording import WORDING, tongue

if TYPE_CHECKING:
    import gradio as gr

_WAITING = 1000
_AT_ONCE = 8


def serve(library: Path, host: str, port: int, started: Callable[[str], None] = print, auth: str | None = None) -> None:
    """Show the library on http://host:port until it is interrupted. started: called with the address, once it answers.

    port 0: the first free one from 7860 on. auth: user:password, or a file with such lines; needed where other machines
    reach `host`. Raises OSError if the port is taken, QueryError for what is no such auth, or where it lacks.
    """
    allowed = logins(auth, host)
    with Library.open(library) as lib:
        page = build(lib)
        address = launch(page, host, port, allowed)
        try:
            started(address)
            Event().wait()
        except KeyboardInterrupt:
            pass  # that is how a server ends
        finally:
            page.close(verbose=False)


def launch(page: gr.Blocks, host: str, port: int, allowed: list[tuple[str, str]] | None = None) -> str:
    """Serve `page` in the background; returns its address."""
    from gradio.themes import Base
    from starlette.middleware import Middleware

    look = files("rag.page")
    _, address, _ = page.launch(
        server_name=host,
        server_port=port or None,
        auth=allowed,
        share=False,
        quiet=True,
        prevent_thread_lock=True,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=[],
        theme=Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css=look.joinpath("page.css").read_text("utf-8"),
        head=f"<script>{look.joinpath('page.js').read_text('utf-8')}</script>",
        app_kwargs={"middleware": [Middleware(Guard, host=host)]},
    )
    return address


def build(library: Library) -> gr.Blocks:
    """The page over `library`. For programs it has the endpoints /ask and /search (rag/page/endpoints.py)."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    def translate(preferred: str, desk: Desk | None) -> list[Any]:
        language, desk = tongue(preferred), desk or Desk(library)
        say = WORDING[language]
        labels = [gr.update(label=label) for label in (say.filters, say.since, say.until, say.outlets, say.any_date)]
        names = [gr.update(value=name) for name in (say.new, say.export, say.theme, say.other)]
        asks = gr.update(label=say.ask, placeholder=say.ask, submit_btn=say.send)
        return [language, desk, header(library.status(), language), asks, *labels, *names, *both(language, desk)]

    def both(language: str, desk: Desk) -> tuple[str, str]:
        return desk.conversation(tongue(language)), desk.article(tongue(language))

    def converse(
        question: str | None,
        language: str,
        since: str | None,
        until: str | None,
        outlets: list[str],
        any_date: bool,
        desk: Desk,
    ) -> Iterator[tuple[str, str]]:
        if not (question and question.strip()):
            yield "", desk.conversation(tongue(language))
            return
        desk.begin(question, outlets)
        yield "", desk.conversation(tongue(language))
        desk.finish(since=(since or "").strip(), until=(until or "").strip(), dates=not any_date)
        yield "", desk.conversation(tongue(language))

    def opened(language: str, desk: Desk, event: gr.EventData) -> str:
        desk.open(str(event.open))
        return desk.article(tongue(language))

    # By this annotation the framework knows what to give; as text it could not find the name.
    opened.__annotations__["event"] = gr.EventData

    def restart(language: str, desk: Desk) -> tuple[str, str]:
        desk.clear()
        return both(language, desk)

    sources = list(library.status().sources)
    # What a button of ours names is told to the server; the rest of the page's own code is page.js.
    tell = "isnad.listen(element, trigger, watch)"
    with gr.Blocks(title="Isnad · إسناد", analytics_enabled=False, fill_width=True) as page:
        desk, language = gr.State(), gr.Textbox(visible=False)
        with gr.Row(elem_id="top"):
            brand = gr.HTML(elem_id="brand")
            buttons = [gr.Button(size="sm", elem_id=name, min_width=0) for name in ("new", "export", "theme", "tongue")]
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="left"):
                talk = gr.HTML(elem_id="talk", js_on_load=tell, apply_default_css=False)
                box = gr.Textbox(elem_id="box", max_lines=4, submit_btn=True, autofocus=True, show_label=False)
                with gr.Accordion(open=False, elem_id="filters") as filters, gr.Row():
                    since, until = (
                        gr.Textbox(elem_id=name, placeholder="YYYY-MM-DD", max_lines=1, min_width=120)
                        for name in ("since", "until")
                    )
                    outlets = gr.Dropdown(sources, multiselect=True, elem_id="outlets", visible=bool(sources))
                    any_date = gr.Checkbox(elem_id="any_date")
            source = gr.HTML(elem_id="article", js_on_load=tell, apply_default_css=False)
        new, export, theme, other = buttons
        mine: Any = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": _AT_ONCE}
        shown = [language, desk, brand, box, filters, since, until, outlets, any_date, *buttons, talk, source]
        page.load(translate, [language, desk], shown, js="(l, d) => [isnad.language(), d]", **mine)
        other.click(translate, [language, desk], shown, js="(l, d) => [isnad.switchLanguage(), d]", **mine)
        box.submit(converse, [box, language, since, until, outlets, any_date, desk], [box, talk], **mine)
        talk.click(opened, [language, desk], source, **mine)
        source.click(opened, [language, desk], source, **mine)
        new.click(restart, [language, desk], [talk, source], **mine)
        export.click(None, js="() => isnad.exportChat()")
        theme.click(None, js="() => isnad.switchTheme()")
        for function in endpoints(library, lambda text: gr.Error(text, print_exception=False)):
            gr.api(function, api_name=function.__name__, concurrency_limit=_AT_ONCE)
    page.queue(max_size=_WAITING, default_concurrency_limit=_AT_ONCE)
    return page
