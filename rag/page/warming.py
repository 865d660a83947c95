"""Warming up: what the first question would have to load, loaded while its reader still types it."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread

from index.errors import IsnadError
from rag.library import Library

# A name, a date and a verb in each language: spellings, lexicon and the rules of dates are read when first needed.
_QUESTIONS = ("What did Ahmed say in Basra in May 2015?", "ماذا قال أحمد في البصرة؟", "Qu'a dit Ahmed en mai 2015 ?")


def warm_up(library: Library) -> Thread:
    """Ask some questions in the background. The library must stay open until the thread that is returned has ended."""

    def ask() -> None:
        talk = library.chat(llm="none")
        with suppress(IsnadError):  # the first reader is told it
            for question in _QUESTIONS:
                talk.ask(question)

    thread = Thread(target=ask, name="warm-up", daemon=True)
    thread.start()
    return thread
