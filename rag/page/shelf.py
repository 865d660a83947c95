"""The library tab: what the library holds, adding articles, and the list of them, which filters, opens and removes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import IsnadError, QueryError
from rag.library import Library
from rag.page.adding import Adding
from rag.page.browse import Browse
from rag.page.desk import Desk
from rag.page.header import header
from rag.page.part import PRIVATE, Part
from rag.page.shelf_html import drop_zone, facts, progress
from rag.page.shelf_wording import SHELF
from rag.page.wording import Tongue, tongue
from rag.page.writing import Writing

if TYPE_CHECKING:
    import gradio as gr

TELL = "isnadShelf.listen(element, trigger, watch)"
_GLANCE = 0.3
"""Seconds between two looks at how far a run is."""


def shelf(
    library: Library,
    language: gr.Textbox,
    desk: gr.State,
    brand: gr.HTML,
    tab: gr.Tab,
    writing: Writing | None,
) -> Part:
    """Build the tab, within `tab`. language, desk: where the page keeps both; brand: its head, which says what the
    library holds; writing: None where readers only read."""
    import gradio as gr

    def of(desk: Desk) -> Browse:
        if desk.browse is None:
            desk.browse = Browse(library, writing)
        return desk.browse

    def held(spoken: Tongue) -> list[Any]:
        status = library.status()
        choices = list(status.sources)
        return [header(status, spoken), facts(status, spoken), gr.update(choices=choices, visible=bool(choices))]

    def found(view: Browse, spoken: Tongue) -> list[Any]:
        return [view.timeline(spoken), view.rows(spoken)]

    def whole(view: Browse, spoken: Tongue) -> list[Any]:
        # Not the open article nor the question: a click meanwhile may have changed them, and is answered first.
        return [*held(spoken), *found(view, spoken)]

    def visited(language: str, desk: Desk) -> list[Any]:
        view = of(desk)
        view.seen = True
        return whole(view, tongue(language))

    def filtered(language: str, desk: Desk, title: str, since: str, until: str, outlets: list[str]) -> list[Any]:
        view = of(desk)
        view.look_for(title or "", since or "", until or "", outlets or [])
        return found(view, tongue(language))

    def cleared(language: str, desk: Desk) -> list[Any]:
        return ["", "", "", [], *filtered(language, desk, "", "", "", [])]

    def narrowed(language: str, desk: Desk, event: gr.EventData) -> list[Any]:
        view, parts = of(desk), str(getattr(event, "open", "")).split(".")
        since, until = parts[1:] if len(parts) == 3 else ("", "")
        if (since, until) == (view.since, view.until):  # the bar that is chosen already
            since = until = ""
        view.look_for(view.title, since, until, view.outlets)
        return [since, until, *found(view, tongue(language))]

    def pressed(language: str, desk: Desk, event: gr.EventData) -> list[Any]:
        """A row, a page, an article's neighbour, or a wish to remove: the list, the open article, the question."""
        view, spoken, name = of(desk), tongue(language), str(getattr(event, "open", ""))
        if name.startswith("remove"):
            view.ask_removal(getattr(event, "ticked", None) if name == "remove" else None)
            return [gr.skip(), gr.skip(), view.confirmation(spoken)]
        if name.startswith("from."):
            view.turn(name.removeprefix("from."))
            return [view.rows(spoken), gr.skip(), ""]
        view.open(name)
        return [gr.skip(), view.article(spoken), ""]

    def answered(language: str, desk: Desk, event: gr.EventData) -> list[Any]:
        view, spoken = of(desk), tongue(language)
        sure = getattr(event, "open", "") == "removal.yes"
        view.last = None if sure else view.last
        try:
            view.remove(sure)
        except IsnadError as error:
            view.last = str(error)
        if not sure:
            return [*[gr.skip()] * (len(all_) + 2), ""]
        return [view.outcome(spoken), *whole(view, spoken), gr.skip() if view.article_open else "", ""]

    def watch(view: Browse, run: Adding, spoken: Tongue) -> Iterator[list[Any]]:
        silent = [gr.skip()] * len(all_)
        while not run.ended(_GLANCE):
            yield [progress(run, spoken), *silent]
        view.last = (run.report, run.problem)
        yield [view.outcome(spoken), *whole(view, spoken)]

    def refused(view: Browse, error: IsnadError, spoken: Tongue) -> list[Any]:
        view.last = str(error)
        return [view.outcome(spoken), *[gr.skip()] * len(all_)]

    def sent(language: str, desk: Desk, event: gr.EventData) -> Iterator[list[Any]]:
        view, spoken = of(desk), tongue(language)
        try:
            if writing is None:
                raise QueryError("this page is read-only; nothing is added")
            own, names = writing.take(getattr(event, "files", None))
        except QueryError as error:
            yield refused(view, error, spoken)
            return
        yield from watch(view, Adding(library, list(names), names, limit=writing.limit, litter=own), spoken)

    def named(language: str, desk: Desk, path: str) -> Iterator[list[Any]]:
        view, spoken = of(desk), tongue(language)
        try:
            if writing is None:
                raise QueryError("this page is read-only; nothing is added")
            real: Path = writing.on_this_machine(path or "")
        except QueryError as error:
            yield refused(view, error, spoken)
            return
        yield from watch(view, Adding(library, [real]), spoken)

    for function in (narrowed, pressed, answered, sent):
        # By this annotation the framework knows what to give; as text it could not find the name.
        function.__annotations__["event"] = gr.EventData

    with gr.Column(elem_id="shelf"):
        figures = gr.HTML(elem_id="figures", apply_default_css=False)
        with gr.Column(elem_id="adding"):
            zone = gr.HTML(elem_id="zone", js_on_load=TELL, apply_default_css=False)
            # Also in the browser a path is asked for only where one is taken.
            path = gr.Textbox(
                elem_id="path", max_lines=1, submit_btn=True, visible=bool(writing and writing.folder), show_label=True
            )
            report = gr.HTML(elem_id="report", apply_default_css=False)
        with gr.Row(elem_id="looking"):
            title = gr.Textbox(elem_id="title", max_lines=1, min_width=200, scale=3)
            since, until = (
                gr.Textbox(elem_id=f"shelf_{name}", placeholder="YYYY-MM-DD", max_lines=1, min_width=110)
                for name in ("since", "until")
            )
            outlets = gr.Dropdown(multiselect=True, elem_id="shelf_outlets", visible=False, min_width=180, scale=2)
            clear = gr.Button(elem_id="clear", size="sm", min_width=0)
        time = gr.HTML(elem_id="time", js_on_load=TELL, apply_default_css=False)
        with gr.Row(elem_id="stock"):
            rows = gr.HTML(elem_id="rows", js_on_load=TELL, apply_default_css=False)
            beside = gr.HTML(elem_id="beside", js_on_load=TELL, apply_default_css=False)
        question = gr.HTML(elem_id="question", js_on_load=TELL, apply_default_css=False)

    sought = [title, since, until, outlets]
    all_: Sequence[Any] = [brand, figures, outlets, time, rows]
    tab.select(visited, [language, desk], all_, **PRIVATE)
    for one in (title, since, until, outlets):
        # Also by what is pasted, which is no `input` to the framework.
        one.change(filtered, [language, desk, *sought], [time, rows], trigger_mode="always_last", **PRIVATE)
    clear.click(cleared, [language, desk], [*sought, time, rows], **PRIVATE)
    time.click(narrowed, [language, desk], [since, until, time, rows], **PRIVATE)
    for part in (rows, beside):
        part.click(pressed, [language, desk], [rows, beside, question], **PRIVATE)
    question.click(answered, [language, desk], [report, *all_, beside, question], **PRIVATE)
    zone.click(sent, [language, desk], [report, *all_], **PRIVATE)
    path.submit(named, [language, desk, path], [report, *all_], **PRIVATE)

    def say(language: Tongue, desk: Desk) -> list[Any]:
        words, view = SHELF[language], of(desk)
        told = gr.update(label=f"{words.path} ({words.path_hint})", submit_btn=words.path_send)
        labels = (words.title, words.since, words.until, words.outlet)
        fields = [gr.update(label=label) for label in labels]
        # Until the tab is opened, nothing of it is read.
        seen = ["", "", "", "", ""]
        if view.seen:
            seen = [facts(library.status(), language), *found(view, language), view.article(language), ""]
        return [drop_zone(writing, language), told, view.outcome(language), *fields, words.clear, *seen]

    shown = [zone, path, report, *sought, clear, figures, time, rows, beside, question]
    return Part(shown, say)
