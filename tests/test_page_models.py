"""Language models on the page, in a real browser: what they write is seen as it comes, and checked before it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from answering_models import ARTICLES, QUESTION, Scripted, about
from serving import QUIET, serving
from test_page_browser import ARGUMENTS, ATTACK, CHROMIUM, DESKTOP, Reader

from index.errors import LanguageModelError
from rag import Library
from rag.language_models import Message
from rag.page.desk import Desk
from rag.page.models import Models
from rag.page.offer import Offer
from rag.page.wording import TONGUES, WORDING

playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
pytestmark = QUIET
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")


class Halting(Scripted):
    """Says its text, but waits before the last letters until it may go on."""

    may_go_on = Event()

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        pieces = list(super().stream(messages))
        yield from pieces[:-2]
        sleep(0.4)  # the page looks now and then
        yield pieces[-2]
        self.may_go_on.wait(20)
        yield pieces[-1]


class Broken:
    name = "broken"

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        raise LanguageModelError("broken at 10.0.0.1 cannot be reached; start it")
        yield ""


def says(prompt: str) -> str:
    if "evidence" not in prompt:
        return "ready"
    held = about(prompt, "The dam held after two days")
    return (
        f"<think>Hm {ATTACK}</think>It cost 9 million {ATTACK} [{held}].\n"
        f"The dam held after two days of heavy rain [{held}]. Nobody spoke."
    )


def library(folder: Path) -> Library:
    lib = Library.open(folder)
    lib.add(ARTICLES)
    return lib


@in_a_browser
def test_words_are_seen_as_they_come_and_only_what_holds_stays(tmp_path: Path) -> None:
    slow = Halting(says, "slow")
    with (
        library(tmp_path / "library") as lib,
        serving(lib, offer=Offer([slow, Broken()])) as address,
        browser() as opened,
    ):
        reader = Reader(opened, address, "en-US", DESKTOP, "light")
        page = reader.page
        page.fill("#box textarea", QUESTION)
        page.press("#box textarea", "Enter")
        draft = page.locator(".draft")
        draft.wait_for()
        page.wait_for_function("document.querySelector('.draft').textContent.includes('heavy rain')")
        assert "not checked yet" in page.locator(".pending").inner_text()
        assert "Hm" not in draft.inner_text()
        assert "<script>alert(2)</script>${alert(3)}{{alert}}" in draft.inner_text()
        slow.may_go_on.set()
        page.wait_for_selector(".turn footer")
        turn = page.locator(".turn")
        assert "heavy rain" in turn.locator(".claim").inner_text()
        assert not draft.count()
        assert "9 million <img src=x onerror=alert(1)>" in turn.locator(".dropped").text_content()
        assert not page.locator("#talk").locator("img, script, [onerror]").count()
        assert "slow" in turn.locator("footer").inner_text()
        page.click("#filters button")
        assert "slow answers" in page.locator("#model_state").inner_text()

        choose(page, "broken")
        page.wait_for_selector("text=cannot be reached; start it")
        again = reader.ask(QUESTION)
        assert "cannot be reached" in again.locator(".note").inner_text()
        assert again.locator(".cite").count()

        choose(page, "nobody: quotes alone")
        page.wait_for_function("!document.querySelector('#model_state').textContent.trim()")
        told = len(slow.told)
        assert "Confidence" in reader.ask(QUESTION).locator("footer").inner_text()
        assert len(slow.told) == told
        reader.shot("desktop-en-light-models")
        reader.leave()


def choose(page: Any, model: str) -> None:
    page.click("#model input")
    page.get_by_role("option", name=model).click()


def browser() -> Any:
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[Any]:
        with playwright.sync_playwright() as started:
            one = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield one
            one.close()

    return opened()


@in_a_browser
def test_without_models_nothing_of_them_is_shown(tmp_path: Path) -> None:
    with library(tmp_path / "library") as lib, serving(lib) as address, browser() as opened:
        reader = Reader(opened, address, "ar-IQ", DESKTOP, "light")
        reader.page.click("#filters button")
        assert not reader.page.locator("#model").is_visible()
        reader.leave()


def test_a_model_is_known_by_how_it_was_found() -> None:
    models = Models([Scripted("ready", "good"), Broken(), Scripted("", "mute")])
    assert models.names == ["good", "broken", "mute"]
    assert models.get(None) is models.get("http://elsewhere/v1#x") is None
    for language in TONGUES:
        assert models.get("good").state(language) == WORDING[language].not_asked.format(model="good")  # type: ignore[union-attr]
    for name, state in (("good", "good answers"), ("broken", "cannot be reached"), ("mute", "mute said nothing")):
        model = models.get(name)
        assert model
        model.try_out()
        assert state in model.state("en")


def test_what_nobody_foresaw_is_told_and_leaves_no_question_pending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the secret of the server")

    with library(tmp_path / "library") as lib:
        monkeypatch.setattr(lib, "stream", fall)
        desk = Desk(lib)
        desk.begin(QUESTION)
        assert list(desk.answering()) == [None]
        for language in TONGUES:
            shown = desk.conversation(language)
            assert WORDING[language].failed in shown
            assert "secret" not in shown
        assert "ZeroDivisionError" in caplog.text


def test_mistakes_of_readers_are_told_in_the_language_of_the_page(tmp_path: Path) -> None:
    with library(tmp_path / "library") as lib:
        desk = Desk(lib)
        days = [{}, {"since": "tomorrow"}, {"since": "2020-02-02", "until": "2020-01-01"}]
        for question, filters in zip(["؟!", QUESTION, QUESTION], days, strict=True):
            desk.begin(question)
            list(desk.answering(**filters))
        for language in TONGUES:
            for told in WORDING[language].problems.values():
                assert told in desk.conversation(language)
