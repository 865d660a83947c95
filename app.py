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
from rag.page.judging import Judging
from rag.page.models import Models
from rag.page.offer import Offer
from rag.page.part import AT_ONCE, PRIVATE
from rag.page.shelf import shelf
from rag.page.tools import PATH, Tools, running, toolbox
from rag.page.warming import warm_up
from rag.page.wording import WORDING, tongue

if TYPE_CHECKING:
    import gradio as gr
    from mcp.server.fastmcp import FastMCP

_SCRIPTS = ("gloss.js", "page.js", "shelf.js")
_STYLES = ("page.css", "shelf.css")
_BUTTONS = ("new", "save_markdown", "save_html", "theme", "tongue")
_WAITING = 1000
"""Questions that may wait; who asks beyond that is told to come back."""


def serve(
    library: Path,
    host: str,
    port: int,
    started: Callable[[str, str | None], None],
    *,
    auth: str | None = None,
    mcp: bool = False,
    offer: Offer | None = None,
) -> None:
    """Show the library on http://host:port until it is interrupted. started: called with the address, once it answers,
    and the address of the tools, if there are any.

    port 0: the first free one from 7860 on. auth: user:password, or a file with such lines; needed where other machines
    reach `host`. mcp: serve the endpoints as MCP tools too. Raises OSError if the port is taken, QueryError for what is
    no such auth, or where it lacks, and for mcp where the package is missing.
    """
    allowed, offer = logins(auth, host), offer or Offer()
    with Library.open(library) as lib:
        page, server = build(lib, offer), toolbox(_functions(lib, offer, ValueError)) if mcp else None
        address = launch(page, host, port, allowed, server, offer)
        warming = warm_up(lib)
        try:
            started(address, address.rstrip("/") + PATH if server else None)
            Event().wait()
        except KeyboardInterrupt:
            pass  # that is how a server ends
        finally:
            page.close(verbose=False)
            warming.join()


def launch(
    page: gr.Blocks,
    host: str,
    port: int,
    allowed: list[tuple[str, str]] | None = None,
    tools: FastMCP | None = None,
    offer: Offer | None = None,
) -> str:
    """Serve `page`, which was built with the same `offer`, in the background, and `tools` beside it; returns its
    address."""
    from gradio.themes import Base
    from starlette.middleware import Middleware

    look = files("rag.page")
    writing = offer.writing if offer else None
    room = writing.room if writing else None
    middleware = [Middleware(Guard, host=host, room=room, tools=PATH if tools else None, allowed=allowed)]
    settings: dict[str, Any] = {"middleware": middleware}
    if tools:
        middleware.append(Middleware(Tools, server=tools))
        settings["lifespan"] = running(tools)
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
        css="\n".join(look.joinpath(name).read_text("utf-8") for name in _STYLES),
        head="".join(f"<script>{look.joinpath(name).read_text('utf-8')}</script>" for name in _SCRIPTS),
        app_kwargs=settings,
    )
    if writing:
        served.uploaded_file_dir = str(writing.uploads)
    return address


def build(library: Library, offer: Offer | None = None) -> gr.Blocks:
    """The page over `library`. For programs it has named endpoints (rag/page/endpoints.py)."""
    offer = offer or Offer()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    def fresh() -> Desk:
        return Desk(library, Judging(library.feedback) if offer.feedback else None)

    with gr.Blocks(title="Isnad · إسناد", analytics_enabled=False, fill_width=True) as page:
        desk, language, document = gr.State(), gr.Textbox(visible=False), gr.Textbox(visible=False)
        with gr.Row(elem_id="top"):
            brand = gr.HTML(elem_id="brand")
            buttons = [gr.Button(size="sm", elem_id=name, min_width=0) for name in _BUTTONS]
        new, to_markdown, to_html, theme, other = buttons
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(elem_id="tab_ask") as tab_ask:
                parts = [asking(library, Models(offer.models), language, desk, new, fresh)]
            with gr.Tab(elem_id="tab_library") as tab_library:
                parts.append(shelf(library, language, desk, brand, tab_library, offer.writing))

        def exported(html: bool, language: str, desk: Desk) -> str:
            return desk.exported(tongue(language), html)

        def translate(preferred: str, desk: Desk | None) -> list[Any]:
            language, desk = tongue(preferred), desk or fresh()
            say = WORDING[language]
            saves = (say.save.format(kind=kind) for kind in ("Markdown", "HTML"))
            names = [gr.update(value=name) for name in (say.new, *saves, say.theme, say.other)]
            tabs = [gr.update(label=say.tab_ask), gr.update(label=say.tab_library)]
            rest = [one for part in parts for one in part.say(language, desk)]
            return [language, desk, header(library.status(), language), *names, *tabs, *rest]

        shown = [language, desk, brand, *buttons, tab_ask, tab_library, *(one for part in parts for one in part.shown)]
        page.load(translate, [language, desk], shown, js="(l, d) => [isnad.language(), d]", **PRIVATE)
        other.click(translate, [language, desk], shown, js="(l, d) => [isnad.switchLanguage(), d]", **PRIVATE)
        for button, kind in ((to_markdown, "md"), (to_html, "html")):
            saved = button.click(exported, [gr.State(kind == "html"), language, desk], document, **PRIVATE)
            saved.then(None, document, js=f"(text) => isnad.save(text, '{kind}')")
        theme.click(None, js="() => isnad.switchTheme()")
        for function in _functions(library, offer, partial(gr.Error, print_exception=False)):
            gr.api(function, api_name=function.__name__, concurrency_limit=AT_ONCE)
    page.queue(max_size=_WAITING, default_concurrency_limit=AT_ONCE)
    return page


def _functions(
    library: Library, offer: Offer, wrong: Callable[[str], Exception]
) -> list[Callable[..., dict[str, Any]]]:
    """What programs may call. wrong: makes of what is wrong with a call the error that they get."""
    return [*endpoints(library, wrong), *shelf_endpoints.endpoints(library, offer.writing, wrong)]
