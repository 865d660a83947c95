"""The tab that answers: the conversation and its text box on one side, the open article on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from rag.library import Library
from rag.page.desk import Desk
from rag.page.markup import line
from rag.page.models import Models
from rag.page.part import PRIVATE, Part
from rag.page.thumbs import listen_to_judgements
from rag.page.wording import WORDING, Tongue, tongue

if TYPE_CHECKING:
    import gradio as gr

# What a button of ours names is told to the server; the rest of the page's own code is page.js.
TELL = "isnad.listen(element, trigger, watch)"


def asking(
    library: Library,
    models: Models,
    language: gr.Textbox,
    desk: gr.State,
    new: gr.Button,
    fresh: Callable[[], Desk],
) -> Part:
    """Build the tab, within a gr.Blocks. language, desk: where the page keeps both; new: begins a new conversation.

    fresh: makes a desk for who asks before the page has loaded to its end, and has none yet.
    """
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
        model: str | None,
        desk: Desk | None,
    ) -> Iterator[tuple[str, str, str, Desk]]:
        desk = desk or fresh()

        def shown() -> tuple[str, str, str, Desk]:
            return "", desk.conversation(tongue(language)), state(model, language), desk

        if question and question.strip():
            desk.begin(question, outlets)
            yield shown()
            days = {"since": (since or "").strip(), "until": (until or "").strip()}
            for _ in desk.answering(models.get(model), **days, dates=not any_date):
                yield shown()
        else:
            yield shown()

    def state(model: str | None, language: str) -> str:
        chosen = models.get(model)
        return f'<p class="note" dir="auto">{line(chosen.state(tongue(language)))}</p>' if chosen else ""

    def tried(model: str | None, language: str) -> Iterator[str]:
        if chosen := models.get(model):
            yield f'<p class="note">{line(WORDING[tongue(language)].trying.format(model=chosen.name))}</p>'
            chosen.try_out()
        yield state(model, language)

    def opened(language: str, model: str | None, desk: Desk, event: gr.EventData) -> str:
        desk.model = models.get(model)
        if event.open == "translate":
            desk.translate(tongue(language))
        else:
            desk.open(str(event.open))
        return desk.article(tongue(language))

    # By this annotation the framework knows what to give; as text it could not find the name.
    opened.__annotations__["event"] = gr.EventData

    def restart(language: str, desk: Desk | None) -> tuple[str, str]:
        desk = desk or fresh()
        desk.clear()
        return both(language, desk)

    sources = list(library.status().sources)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="left"):
            talk = gr.HTML(
                elem_id="talk", js_on_load=f"{TELL}; isnad.judging(element, trigger)", apply_default_css=False
            )
            box = gr.Textbox(elem_id="box", max_lines=4, submit_btn=True, autofocus=True, show_label=False)
            with gr.Accordion(open=False, elem_id="filters") as filters, gr.Row():
                since, until = (
                    gr.Textbox(elem_id=name, placeholder="YYYY-MM-DD", max_lines=1, min_width=120)
                    for name in ("since", "until")
                )
                outlets = gr.Dropdown(sources, multiselect=True, elem_id="outlets", visible=bool(sources))
                any_date = gr.Checkbox(elem_id="any_date")
            with gr.Row(elem_id="models", visible=bool(models.names)):
                model = gr.Dropdown([*models.names, ""], value=next(iter(models.names), None), elem_id="model")
                found = gr.HTML(elem_id="model_state", apply_default_css=False)
        source = gr.HTML(elem_id="article", js_on_load=TELL, apply_default_css=False)
    asked = [box, language, since, until, outlets, any_date, model, desk]
    box.submit(converse, asked, [box, talk, found, desk], **PRIVATE)
    model.input(tried, [model, language], found, **PRIVATE)
    talk.click(opened, [language, model, desk], source, **PRIVATE)
    source.click(opened, [language, model, desk], source, **PRIVATE)
    listen_to_judgements(talk, language, desk)
    new.click(restart, [language, desk], [talk, source], **PRIVATE)

    def say(language: Tongue, desk: Desk) -> list[Any]:
        words = WORDING[language]
        asks = gr.update(label=words.ask, placeholder=words.ask, submit_btn=words.send)
        labels = (words.filters, words.since, words.until, words.outlets, words.any_date)
        writers = [(name, name) for name in models.names] + [(words.no_model, "")]
        chosen = gr.update(label=words.model, choices=writers)
        fields = [gr.update(label=label) for label in labels]
        choices = list(library.status().sources)  # there may be others since the page was built
        fields[3] = gr.update(label=words.outlets, choices=choices, visible=bool(choices))
        return [asks, *fields, chosen, *both(language, desk)]

    return Part([box, filters, since, until, outlets, any_date, model, talk, source], say)
