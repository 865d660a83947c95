"""The page: ask the library in a browser, and see the words, article, outlet and date behind every sentence."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from rag import Library
from rag.page import shelf_endpoints
from rag.page.asking import asking
from rag.page.desk import Desk
from rag.page.endpoints import endpoints
from rag.page.guard import Guard, logins
from rag.page.header import header
from rag.page.part import AT_ONCE, PRIVATE
from rag.page.shelf import shelf
from rag.page.wording import WORDING, tongue
from rag.page.writing import Writing

if TYPE_CHECKING:
    import gradio as gr

_LOOK = ("page", "shelf")
_WAITING = 1000
"""Questions that may wait; who asks beyond that is told to come back."""


def serve(
    library: Path,
    host: str,
    port: int,
    started: Callable[[str], None] = print,
    auth: str | None = None,
    writing: Writing | None = None,
) -> None:
    """Show the library on http://host:port until it is interrupted. started: called with the address, once it answers.

    port 0: the first free one from 7860 on. auth: user:password, or a file with such lines; needed where other machines
    reach `host`. writing: what may be added and removed; None for a page that is only read. Raises OSError if the port
    is taken, QueryError for what is no such auth, or where it lacks.
    """
    allowed = logins(auth, host)
    with Library.open(library) as lib:
        page = build(lib, writing)
        address = launch(page, host, port, allowed, writing)
        try:
            started(address)
            Event().wait()
        except KeyboardInterrupt:
            pass  # that is how a server ends
        finally:
            page.close(verbose=False)


def launch(
    page: gr.Blocks,
    host: str,
    port: int,
    allowed: list[tuple[str, str]] | None = None,
    writing: Writing | None = None,
) -> str:
    """Serve `page`, which was built with the same `writing`, in the background; returns its address."""
    from gradio.themes import Base
    from starlette.middleware import Middleware

    look = files("rag.page")
    css, js = ("\n".join(look.joinpath(name + kind).read_text("utf-8") for name in _LOOK) for kind in (".css", ".js"))
    served, address, _ = page.launch(
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
        css=css,
        head=f"<script>{js}</script>",
        app_kwargs={"middleware": [Middleware(Guard, host=host, room=writing.room if writing else None)]},
    )
    if writing:
        served.uploaded_file_dir = str(writing.uploads)
    return address


def build(library: Library, writing: Writing | None = None) -> gr.Blocks:
    """The page over `library`, with what `writing` lets its readers add and remove. For programs it has named endpoints
    (rag/page/endpoints.py, rag/page/shelf_endpoints.py)."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    with gr.Blocks(title="Isnad · إسناد", analytics_enabled=False, fill_width=True) as page:
        desk, language = gr.State(), gr.Textbox(visible=False)
        with gr.Row(elem_id="top"):
            brand = gr.HTML(elem_id="brand")
            buttons = [gr.Button(size="sm", elem_id=name, min_width=0) for name in ("new", "export", "theme", "tongue")]
        new, export, theme, other = buttons
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(elem_id="tab_ask") as tab_ask:
                parts = [asking(library, language, desk, new)]
            with gr.Tab(elem_id="tab_library") as tab_library:
                parts.append(shelf(library, language, desk, brand, tab_library, writing))

        def translate(preferred: str, desk: Desk | None) -> list[Any]:
            language, desk = tongue(preferred), desk or Desk(library)
            say = WORDING[language]
            names = [gr.update(value=name) for name in (say.new, say.export, say.theme, say.other)]
            tabs = [gr.update(label=say.tab_ask), gr.update(label=say.tab_library)]
            rest = [one for part in parts for one in part.say(language, desk)]
            return [language, desk, header(library.status(), language), *names, *tabs, *rest]

        shown = [language, desk, brand, *buttons, tab_ask, tab_library, *(one for part in parts for one in part.shown)]
        page.load(translate, [language, desk], shown, js="(l, d) => [isnad.language(), d]", **PRIVATE)
        other.click(translate, [language, desk], shown, js="(l, d) => [isnad.switchLanguage(), d]", **PRIVATE)
        export.click(None, js="() => isnad.exportChat()")
        theme.click(None, js="() => isnad.switchTheme()")
        wrong = partial(gr.Error, print_exception=False)
        for function in (*endpoints(library, wrong), *shelf_endpoints.endpoints(library, writing, wrong)):
            gr.api(function, api_name=function.__name__, concurrency_limit=AT_ONCE)
    page.queue(max_size=_WAITING, default_concurrency_limit=AT_ONCE)
    return page
