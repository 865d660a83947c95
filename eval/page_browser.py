"""A browser to measure with: when a page is usable, and when the first words of an answer stand on it."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
# From the key to the frame that follows the words; all of it is measured within the page.
_WATCH = """(count) => new Promise((done, fail) => {
  let began;
  setTimeout(() => fail(new Error("no answer within a minute")), 60000);
  document.querySelector("#box textarea").addEventListener(
    "keydown", (event) => { if (event.key === "Enter") began = performance.now(); }, { capture: true, once: true });
  const words = () => document.querySelectorAll("#talk .turn")[count]?.querySelector(".claim, .problem");
  const watch = new MutationObserver(() => {
    if (began === undefined || !words()) return;
    watch.disconnect();
    requestAnimationFrame(() => done([performance.now() - began, !words().closest(".refusal, .problem")]));
  });
  watch.observe(document.querySelector("#talk"), { childList: true, subtree: true });
})"""


class Browser:
    """Chromium; each visit is that of somebody who was never there."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def visit(self, address: str, usable: str) -> Iterator[Visit]:
        """Open a page, and wait until the element `usable` can be seen."""
        context = self._chromium.new_context(locale="en-US", viewport={"width": 1280, "height": 800})
        try:
            page = context.new_page()
            page.goto(address, wait_until="commit")
            page.wait_for_selector(usable, state="visible")
            yield Visit(page)
        finally:
            context.close()


class Visit:
    """A reader with the page open."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def ask(self, question: str) -> tuple[float, bool]:
        """Type a question and press Enter: the seconds until its first words are drawn, and whether it is answered."""
        count = self._page.locator("#talk .turn").count()
        self._page.fill("#box textarea", question)
        self._page.evaluate(f"(count) => {{ window.measured = ({_WATCH})(count); }}", count)
        self._page.press("#box textarea", "Enter")
        milliseconds, answered = self._page.evaluate("() => window.measured")
        return milliseconds / 1000, answered

    def begin_anew(self) -> None:
        """Begin a new conversation."""
        self._page.click("#new")
        self._page.wait_for_selector(".start")


@contextmanager
def browser() -> Iterator[Browser | None]:
    """Chromium by playwright; None where either is missing."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    try:
        # Of the tests' packages; the program itself does without.
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError:
        chromium = None
    if not chromium:
        yield None
        return
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=_FLAGS)
        try:
            yield Browser(opened)
        finally:
            opened.close()
