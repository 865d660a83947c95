"""Judging answers on the page: in a real browser what a reader sees, and without one what nobody else can do."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import serving
from test_page_browser import ATTACK, DESKTOP, PHONE, Reader, browser, desk_articles, pytestmark, visit

import app
from rag import Library
from rag.feedback import LONGEST_NOTE
from rag.page.offer import Offer

__all__ = ["browser", "pytestmark", "visit"]  # what pytest finds here by its name

ROOT = Path(__file__).parent.parent
ASK, VAIN = "When was Qassem Soleimani killed?", "Who invented the bicycle bell in Portugal?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("judged") / "library") as lib:
        lib.add_files([ROOT / "seeds"])
        lib.add(desk_articles()[:10])
        yield lib


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as served:
        yield served


@pytest.fixture(autouse=True)
def nothing_judged_before(library: Library) -> None:
    for file in library._store.folder.glob("feedback*"):
        file.unlink()


def thumb(turn: Any, which: str) -> Any:
    return turn.locator(f"[data-thumb={which}]")


def pressed(turn: Any) -> list[str]:
    return [b.get_attribute("data-thumb") for b in turn.locator("[data-thumb][aria-pressed=true]").all()]


def judge(turn: Any, which: str, said: str = "Kept in the library") -> None:
    """Press a thumb, and wait until the page says that it is kept."""
    before = pressed(turn)
    thumb(turn, which).click()
    turn.locator(f"[data-thumb={which}][aria-pressed={str(before != [which]).lower()}]").wait_for()
    turn.locator(".kept", has_text=said).wait_for()


def test_a_judgement_with_a_note_is_kept_and_can_be_changed_and_taken_back(visit: Any, library: Library) -> None:
    reader = visit()
    turn = reader.ask(ASK)
    assert (pressed(turn), turn.locator(".why").is_visible(), turn.locator(".kept").inner_text()) == ([], False, "")
    judge(turn, "up")
    assert pressed(turn) == ["up"]
    assert "good about it" in turn.locator(".why label").inner_text()
    turn.locator("textarea").fill(f"exact {ATTACK}")
    turn.locator("[data-keep]").click()
    turn.locator(".kept", has_text="with your note").wait_for()
    (kept,) = library.feedback.judgements()
    assert (kept.verdict, kept.note, kept.question, kept.reader) == ("up", f"exact {ATTACK}", ASK, None)
    own = library.ask(ASK)
    assert (kept.text, kept.confidence) == (own.text, pytest.approx(own.confidence))
    assert [(c.start, c.quote) for c in kept.citations] == [(c.start, c.quote) for c in own.citations]
    judge(turn, "down")
    assert pressed(turn) == ["down"]
    assert "wrong with it" in turn.locator(".why label").inner_text()
    assert [(one.verdict, one.note) for one in library.feedback.judgements()] == [("down", f"exact {ATTACK}")]
    judge(turn, "down", "Taken back")
    assert (pressed(turn), turn.locator(".why").is_visible()) == ([], False)
    assert library.feedback.judgements() == []


def test_what_was_judged_stays_on_the_page_in_both_languages(visit: Any, library: Library) -> None:
    reader = visit()
    first = reader.ask(VAIN)
    judge(first, "down")
    first.locator("textarea").fill(f"a bell {ATTACK}")
    reader.ask(ASK)  # who goes on has said what they wanted to say
    assert pressed(first) == ["down"]
    assert "a bell" in first.locator("textarea").input_value()
    reader.page.click("#tongue")
    first.locator(".kept", has_text="حُفظ في المكتبة مع ملاحظتك").wait_for()
    assert pressed(first) == ["down"]
    assert reader.direction(".why label") == "rtl"
    assert not reader.page.locator("#talk").locator("img, script, [onerror]").count()
    assert [(one.answered, one.verdict) for one in library.feedback.judgements()] == [(False, "down")]
    reader.page.click("#new")
    reader.page.wait_for_selector(".start")
    assert not reader.page.locator("[data-thumb]").count()


def test_thumbs_are_reached_and_pressed_by_the_keyboard_and_the_page_stays_where_it_is(
    visit: Any, library: Library
) -> None:
    reader = visit()
    for question in (ASK, VAIN):
        reader.ask(question)
    turn = reader.page.locator(".turn").first
    reader.page.locator(".talk").evaluate("e => { e.scrollTop = 0; }")
    thumb(turn, "up").focus()
    reader.page.keyboard.press("Space")
    turn.locator(".kept", has_text="Kept").wait_for()
    assert reader.page.evaluate("document.activeElement.dataset.thumb") == "up"
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Tab")
    assert turn.locator("[data-copy]").count() == 3
    assert reader.page.locator(".talk").evaluate("e => e.scrollTop") < 200
    assert [one.question for one in library.feedback.judgements()] == [ASK]


def test_two_readers_judge_for_themselves_and_each_only_their_own(visit: Any, library: Library) -> None:
    one, other = visit(), visit()
    mine, yours = one.ask(ASK), other.ask(ASK)
    judge(mine, "up")
    judge(yours, "down")
    assert (pressed(mine), pressed(yours)) == (["up"], ["down"])
    assert {judged.verdict for judged in library.feedback.judgements()} == {"up", "down"}
    # An answer of somebody else, and one that nobody was given.
    asked = one.ask(VAIN).locator(".judge").get_attribute("data-answer")
    for name in (asked, "0", "../x", ATTACK):
        yours.locator(".judge").evaluate("(e, name) => { e.dataset.answer = name; }", name)
        thumb(yours, "up").click()
    other.ask("Who leads the Popular Mobilization?")  # by then the others have been dealt with
    other.page.wait_for_timeout(200)
    assert len(library.feedback.judgements()) == 2


def test_a_forged_verdict_or_note_is_refused(visit: Any, library: Library) -> None:
    reader = visit()
    turn = reader.ask(ASK)
    thumb(turn, "up").evaluate("e => { e.dataset.thumb = 'sideways'; }")
    thumb(turn, "sideways").click()
    turn.locator(".kept", has_text="up and down").wait_for()
    turn.locator("textarea").evaluate("(e, n) => { e.value = 'x'.repeat(n); }", LONGEST_NOTE + 1)
    thumb(turn, "down").click()
    turn.locator(".kept", has_text="2,000 characters").wait_for()
    assert pressed(turn) == []
    assert library.feedback.judgements() == []


def test_what_cannot_be_kept_is_told_and_the_log_says_why(
    visit: Any, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    reader = visit()
    turn = reader.ask(ASK)
    (library._store.folder / "feedback.sqlite").mkdir()
    try:
        thumb(turn, "up").click()
        turn.locator(".kept", has_text="could not be kept").wait_for()
        assert pressed(turn) == []
        assert str(library._store.folder) not in reader.page.content()
        assert "feedback.sqlite" in caplog.text
    finally:
        (library._store.folder / "feedback.sqlite").rmdir()


@pytest.mark.parametrize(("size", "locale", "scheme"), [(DESKTOP, "en-US", "dark"), (PHONE, "ar-IQ", "light")])
def test_judging_meets_wcag_aa_and_is_drawn(visit: Any, size: tuple[int, int], locale: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reader = visit(locale, size, scheme)
    turn = reader.ask(ASK)
    judge(turn, "down", "" if locale == "en-US" else "حُفظ")
    turn.locator("textarea").fill("The year is missing." if locale == "en-US" else "السنة ناقصة.")
    reader.shot(f"judging-{locale[:2]}-{scheme}")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(reader.page, options=rules).response["violations"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not [(one["id"], node["html"][:150]) for one in found for node in one["nodes"]]


def test_without_feedback_there_is_nothing_to_press(browser: Any, library: Library) -> None:
    page = app.build(library, Offer(feedback=False))
    try:
        reader = Reader(browser, app.launch(page, "127.0.0.1", 0), "en-US", DESKTOP, "light")
        turn = reader.ask(ASK)
        assert turn.locator("[data-copy]").count() == 3
        assert not turn.locator("[data-thumb], .why, .kept").count()
        reader.leave()
    finally:
        page.close(verbose=False)
        gc.collect()
    assert library.feedback.judgements() == []


def test_a_login_is_the_name_of_the_reader(browser: Any, library: Library) -> None:
    page = app.build(library)
    try:
        address = app.launch(page, "127.0.0.1", 0, [("amal", "secret")])
        context = browser.new_context()
        assert context.request.post(f"{address}login", form={"username": "amal", "password": "secret"}).ok
        tab = context.new_page()
        tab.goto(address)
        tab.wait_for_selector(".start")
        tab.fill("#box textarea", ASK)
        tab.press("#box textarea", "Enter")
        tab.click("[data-thumb=up]")
        tab.wait_for_selector(".kept:has-text('Kept')")
        context.close()
    finally:
        page.close(verbose=False)
        gc.collect()
    assert [one.reader for one in library.feedback.judgements()] == ["amal"]
    assert "secret" not in json.dumps([one.note for one in library.feedback.judgements()])
