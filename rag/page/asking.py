"""The tab that answers: the conversation and its text box on one side, the open article on the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rag.library import Library
from rag.page.desk import Desk
from rag.page.part import PRIVATE, Part
from rag.page.wording import WORDING, Tongue, tongue

if TYPE_CHECKING:
    import gradio as gr

# What a button of ours names is told to the server; the rest of the page's own code is page.js.
TELL = "isnad.listen(element, trigger, watch)"


def asking(library: Library, language: gr.Textbox, desk: gr.State, new: gr.Button) -> Part:
    """Build the tab, within a gr.Blocks. language, desk: where the page keeps both; new: begins a new conversation."""
    import gradio as gr

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
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="left"):
            talk = gr.HTML(elem_id="talk", js_on_load=TELL, apply_default_css=False)
            box = gr.Textbox(elem_id="box", max_lines=4, submit_btn=True, autofocus=True, show_label=False)
            with gr.Accordion(open=False, elem_id="filters") as filters, gr.Row():
                since, until = (
                    gr.Textbox(elem_id=name, placeholder="YYYY-MM-DD", max_lines=1, min_width=120)
                    for name in ("since", "until")
                )
                outlets = gr.Dropdown(sources, multiselect=True, elem_id="outlets", visible=bool(sources))
                any_date = gr.Checkbox(elem_id="any_date")
        source = gr.HTML(elem_id="article", js_on_load=TELL, apply_default_css=False)
    box.submit(converse, [box, language, since, until, outlets, any_date, desk], [box, talk], **PRIVATE)
    talk.click(opened, [language, desk], source, **PRIVATE)
    source.click(opened, [language, desk], source, **PRIVATE)
    new.click(restart, [language, desk], [talk, source], **PRIVATE)

    def say(language: Tongue, desk: Desk) -> list[Any]:
        words = WORDING[language]
        asks = gr.update(label=words.ask, placeholder=words.ask, submit_btn=words.send)
        labels = (words.filters, words.since, words.until, words.outlets, words.any_date)
        fields = [gr.update(label=label) for label in labels]
        choices = list(library.status().sources)  # there may be others since the page was built
        fields[3] = gr.update(label=words.outlets, choices=choices, visible=bool(choices))
        return [asks, *fields, *both(language, desk)]

    return Part([box, filters, since, until, outlets, any_date, talk, source], say)
