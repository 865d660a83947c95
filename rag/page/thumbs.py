"""What the thumbs of the page tell the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.page.desk import Desk
from rag.page.part import PRIVATE
from rag.page.wording import tongue

if TYPE_CHECKING:
    import gradio as gr


def listen_to_judgements(talk: gr.HTML, language: gr.Textbox, desk: gr.State) -> None:
    """Take what is thought of the answers in `talk`, within a gr.Blocks; nothing where the desk has no Judging."""
    import gradio as gr

    told = gr.HTML(elem_id="judged", js_on_load="isnad.judged(element, watch)", apply_default_css=False)

    def judged(language: str, desk: Desk | None, event: Any, request: Any) -> str:
        if desk is None or desk.judging is None:
            return ""
        answer, verdict, note = (str(getattr(event, name, "")) for name in ("answer", "verdict", "note"))
        return desk.judging.judge(desk.answers(), answer, verdict, note, request.username, tongue(language))

    # By these the framework knows what to give; as text it could not find the names.
    judged.__annotations__ |= {"event": gr.EventData, "request": gr.Request}
    # One after the other: of two quick clicks the second has to be the last word.
    one_by_one = {**PRIVATE, "concurrency_limit": 1, "trigger_mode": "multiple"}
    talk.submit(judged, [language, desk], told, **one_by_one)
