"""The page in a real browser: what a reader sees and can do, and what hostile text cannot. Skipped without chromium."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import QUIET, serving

from rag import Article, Library

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None, reason="there is no chromium; with it the page is tried: apt-get install chromium"
    ),
    QUIET,
]

ROOT = Path(__file__).parent.parent
SHOTS = ROOT / "build" / "screenshots"
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
ATTACK = "<img src=x onerror=alert(1)><script>alert(2)</script>${alert(3)}{{alert}}`\\\"' \u202eevil\u202c"
HOSTILE = Article(
    id="h1",
    title=f"Vault {ATTACK}",
    text=f"The vault of Ruritania was opened in 1987 by the mayor {ATTACK}.\nNobody was hurt there.",
    date="2001-05-06",
    source=f"Gazette {ATTACK}",
    url="javascript:alert(document.domain)",
)
PHONE, DESKTOP = (390, 844), (1280, 800)


def desk_articles() -> list[Article]:
    rows = map(json.loads, (ROOT / "eval/questions/desk.jsonl").read_text("utf-8").splitlines())
    return [Article(r["id"], r["text"], r["title"], r["date"], r["source"]) for r in rows if "text" in r]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the article of seeds/, the project's own articles, and one that means ill."""
    with Library.open(tmp_path_factory.mktemp("page") / "library") as lib:
        lib.add_files([ROOT / "seeds"])
        lib.add([*desk_articles(), HOSTILE])
        with serving(lib) as served:
            yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


class Reader:
    """One person with a browser of their own; what the page asks of the net, or complains of, is kept."""

    def __init__(
        self, browser: Any, address: str, locale: str, size: tuple[int, int], scheme: str, ready: str = ".start"
    ) -> None:
        self.context = browser.new_context(
            locale=locale,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.address, self.complaints, self.requests = address, [], []
        self.page = self.context.new_page()
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector(ready)

    def ask(self, question: str) -> Any:
        """Type a question, press Enter, and wait; the last exchange."""
        before = self.page.locator(".turn").count()
        self.page.fill("#box textarea", question)
        self.page.press("#box textarea", "Enter")
        turn = self.page.locator(".turn").nth(before)
        turn.locator("footer, .problem").first.wait_for()
        return turn

    def open(self, where: Any) -> Any:
        """Click a button that opens an article, and wait for the article."""
        name = where.get_attribute("data-open")
        where.click()
        self.page.wait_for_selector(f'.opened[data-opened="{name}"]')
        return self.page.locator("#article .opened")

    def direction(self, selector: str) -> str:
        return self.page.locator(selector).first.evaluate("e => getComputedStyle(e).direction")

    def aligned(self, selector: str) -> str:
        """The side at which the text of an element begins, as it is drawn."""
        return self.page.locator(selector).first.evaluate(
            """e => { const r = document.createRange(); r.selectNodeContents(e); const t = r.getClientRects()[0];
            const b = e.getBoundingClientRect(); return t.left - b.left > b.right - t.right + 1 ? "right" : "left"; }"""
        )

    def shot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    def leave(self) -> None:
        """Close the browser; nothing was asked of another machine, and nothing was complained of."""
        self.context.close()
        local = ("data:", "blob:", self.address.rstrip("/"))
        assert self.requests
        assert not [url for url in self.requests if not url.startswith(local)]
        assert not self.complaints


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    visitors: list[Reader] = []

    def come(locale: str = "en-US", size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Reader:
        visitors.append(Reader(browser, address, locale, size, scheme))
        return visitors[-1]

    yield come
    for reader in visitors:
        reader.leave()


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("When was Qassem Soleimani killed?", "وكان الجنرال قاسم سليماني"),
        ("ماذا بحث الجانبان عن مخيم الهول؟", "مخيم الهول"),
    ],
)
def test_a_number_opens_the_article_at_its_quote(visit: Any, question: str, quote: str) -> None:
    reader = visit()
    turn = reader.ask(question)
    claim = turn.locator(".claim").first.inner_text()
    assert quote in claim
    opened = reader.open(turn.locator(".cite").first)
    marked = opened.locator("mark.quote").inner_text()
    assert quote in marked
    assert claim.startswith(marked)
    seed = next((ROOT / "seeds").iterdir()).read_text("utf-8")
    assert marked in seed
    assert opened.locator("h2").inner_text() == seed.splitlines()[0]
    text, mark = opened.locator(".text").bounding_box(), opened.locator("mark.quote").bounding_box()
    assert text["y"] <= mark["y"] < mark["y"] + mark["height"] <= text["y"] + text["height"]
    assert text["y"] + text["height"] <= DESKTOP[1]
    assert "word for word" in opened.locator(".verdict").inner_text()
    if question.startswith("When"):
        assert (
            opened.locator("mark.quote mark.words").inner_text() == turn.locator(".claim mark.words").first.inner_text()
        )


def test_a_refusal_looks_like_one_and_offers_headlines(visit: Any) -> None:
    reader = visit()
    turn = reader.ask("Who invented the bicycle bell in Portugal?")
    assert "Not answered" in turn.locator(".refusal").inner_text()
    assert not turn.locator(".cite").count()
    row = turn.locator(".source").first
    assert reader.open(row).locator("h2").inner_text() == row.locator(".headline").inner_text()


def test_a_question_that_cannot_be_asked_says_why(visit: Any) -> None:
    reader = visit()
    assert "is empty" in reader.ask("؟!").locator(".problem").inner_text()


def test_a_follow_up_is_completed_and_a_new_chat_forgets(visit: Any) -> None:
    reader = visit()
    reader.ask("When was Qassem Soleimani killed?")
    assert "Qassem Soleimani" in reader.ask("and what did he command?").locator(".note").first.inner_text()
    reader.page.click("#new")
    reader.page.wait_for_selector(".start")
    assert not reader.ask("and what did he command?").locator(".note").count()


def test_filters_hold_and_are_shown(visit: Any) -> None:
    reader = visit()
    question = "كم عدد المرشحين الذين استبعدوا في نينوى؟"
    assert "٤١" in reader.ask(question).locator(".claim").first.inner_text()
    reader.page.click("#filters button")
    reader.page.fill("#since input, #since textarea", "2024-01-01")
    turn = reader.ask(question)
    assert "articles since 2024-01-01" in turn.locator(".note").inner_text()
    assert not turn.locator(".source .about", has_text="2023-").count()
    reader.page.fill("#since input, #since textarea", "tomorrow")
    assert "YYYY-MM-DD" in reader.ask(question).locator(".problem").inner_text()
    reader.page.fill("#since input, #since textarea", "")
    reader.page.click("#outlets input")
    reader.page.get_by_role("option", name="بوابة طرابلس").click()
    assert "بوابة طرابلس" in reader.ask(question).locator(".note").inner_text()


def test_dates_in_a_question_are_shown_as_understood(visit: Any) -> None:
    reader = visit()
    note = reader.ask("What happened in Nineveh in November 2023?").locator(".note").inner_text()
    assert "2023-11-01 to 2023-11-30" in note
    assert "in November 2023" in note


def test_the_language_is_the_browsers_first_and_can_be_switched(visit: Any) -> None:
    reader = visit("ar-IQ")
    page = reader.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir].join()") == "ar,rtl"
    turn = reader.ask("Who leads the Popular Mobilization?")
    assert turn.locator(".hidden").inner_text().startswith("السؤال")
    reader.open(turn.locator(".source").first)
    page.click("#tongue")
    page.wait_for_selector("text=New chat")
    assert page.evaluate("document.documentElement.dir") == "ltr"
    assert turn.locator(".hidden").inner_text().startswith("Question")
    assert page.locator("#article .opened").count() == 1
    page.reload()
    page.wait_for_selector("text=New chat")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("locale", ["ar-IQ", "en-US"])
def test_direction_is_that_of_the_content_whatever_the_interface(visit: Any, locale: str) -> None:
    reader = visit(locale)
    reader.ask("When was Qassem Soleimani killed?")
    assert reader.aligned(".asked") == "left"
    assert reader.direction(".asked") == "ltr"
    assert reader.direction(".claim") == "rtl"
    assert reader.aligned(".claim") == "right"
    assert reader.direction(".source") == "rtl"
    reader.open(reader.page.locator(".cite").first)
    for part in (".opened h2", ".opened .text p"):
        assert reader.direction(part) == "rtl"
        assert reader.aligned(part) == "right"
    box = reader.page.locator("#box textarea")
    assert (
        box.evaluate("e => getComputedStyle(e).unicodeBidi + ' ' + getComputedStyle(e).textAlign") == "plaintext start"
    )


def test_arrows_walk_the_sources_and_escape_closes(visit: Any) -> None:
    reader = visit()
    turn = reader.ask("When was Qassem Soleimani killed?")
    rows = turn.locator(".sources [data-open]")
    assert rows.count() == 2
    assert turn.locator(".source").count() == 1
    reader.open(rows.first)
    first = reader.page.locator("mark.quote").inner_text()
    reader.page.keyboard.press("ArrowDown")
    reader.page.wait_for_selector('.opened[data-opened="0.2"]')
    assert rows.nth(1).evaluate("e => e === document.activeElement && e.getAttribute('aria-current') === 'true'")
    assert reader.page.locator("mark.quote").inner_text() != first
    reader.page.keyboard.press("ArrowUp")
    reader.page.wait_for_selector('.opened[data-opened="0.1"]')
    reader.page.keyboard.press("Escape")
    reader.page.wait_for_selector("#article .empty")


def test_hostile_text_stays_text(visit: Any) -> None:
    reader = visit()
    turn = reader.ask(f"In which year was the vault of Ruritania opened? {ATTACK}")
    opened = reader.open(turn.locator(".source").first)
    assert "<script>alert(2)</script>${alert(3)}{{alert}}`\\\"'" in opened.locator("mark.quote").inner_text()
    assert opened.locator("mark.words").inner_text() == "1987"
    for part in ("#talk", "#article"):
        found = reader.page.locator(part)
        assert not found.locator("img, script, [onerror], a[href^='javascript']").count()
        assert "\u202e" not in found.inner_html()
        assert "onerror=alert(1)" in found.inner_text()
    assert "javascript:alert" in opened.locator(".about").inner_text()
    assert not opened.locator("a").count()


def test_answers_are_copied_and_the_chat_saved(visit: Any, browser: Any, tmp_path: Path) -> None:
    reader = visit()
    turn = reader.ask("When was Qassem Soleimani killed?")
    quote = turn.locator(".claim").first.evaluate(
        "e => [...e.childNodes].filter(n => n.tagName != 'BUTTON').map(n => n.textContent).join('').trim()"
    )
    copied = {}
    for kind in ("plain", "markdown"):
        turn.locator(f'[data-copy="{kind}"]').click()
        reader.page.wait_for_function("document.querySelector('.turn').textContent.includes('Copied')")
        copied[kind] = reader.page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n")
    assert f"{quote} [1]\n" in copied["plain"]
    assert f"«{quote}»" in copied["plain"]
    assert copied["markdown"].startswith("## When was Qassem Soleimani killed?\n")
    turn.locator('[data-copy="bibtex"]').click()
    reader.page.wait_for_function("document.querySelector('.turn').textContent.includes('Copied')")
    assert f"«{quote}»" in reader.page.evaluate("navigator.clipboard.readText()")
    reader.ask("Who invented the bicycle bell in Portugal?")
    reader.ask(f"In which year was the vault of Ruritania opened? {ATTACK}")
    saved = {}
    for kind, ending in (("markdown", "md"), ("html", "html")):
        with reader.page.expect_download() as download:
            reader.page.click(f"#save_{kind}")
        assert download.value.suggested_filename.endswith(f".{ending}")
        saved[kind] = Path(download.value.path()).read_text("utf-8")
    assert copied["markdown"] in saved["markdown"]
    assert len(re.findall("^## ", saved["markdown"], re.MULTILINE)) == 3
    opened = Reader(browser, f"file://{write(tmp_path / 'saved.html', saved['html'])}", "en-US", DESKTOP, "light", "h2")
    assert opened.page.locator("section").count() == 3
    assert quote in opened.page.locator("blockquote").first.inner_text()
    opened.page.click("section p a")
    assert opened.page.evaluate("location.hash") == "#q1-1"
    assert not opened.page.locator("img, script, [onerror], a[href^='javascript']").count()
    opened.leave()


def write(file: Path, text: str) -> Path:
    file.write_text(text, "utf-8")
    return file


def test_a_headline_of_the_library_can_be_asked(visit: Any) -> None:
    reader = visit()
    example = reader.page.locator("[data-ask]").first
    headline = example.locator(".headline").inner_text()
    example.click()
    reader.page.wait_for_selector(".turn footer")
    assert headline in reader.page.locator(".asked").inner_text()
    assert reader.page.locator(".source .headline", has_text=headline).count()


@pytest.mark.parametrize(  # each pair of size, language and colours once
    ("size", "locale", "scheme"),
    [
        (DESKTOP, "en-US", "light"),
        (DESKTOP, "ar-IQ", "dark"),
        (PHONE, "ar-IQ", "light"),
        (PHONE, "en-US", "dark"),
    ],
)
def test_the_page_meets_wcag_aa_and_is_drawn(visit: Any, size: tuple[int, int], locale: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reader = visit(locale, size, scheme)
    name = f"{'phone' if size == PHONE else 'desktop'}-{locale[:2]}-{scheme}"
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    reader.page.click("#filters button")
    reader.shot(f"{name}-start")
    refused = reader.ask(
        "Who invented the bicycle bell in Portugal?" if locale[:2] == "en" else "من اخترع جرس الدراجة؟"
    )
    assert refused.locator(".refusal").count()
    reader.shot(f"{name}-refusal")
    ask = "How many candidates were excluded in Nineveh?" if locale[:2] == "en" else "كم مرشحا استبعد في نينوى؟"
    turn = reader.ask(ask)
    reader.open(turn.locator(".cite").first)
    reader.page.wait_for_timeout(200 if size == PHONE else 0)  # until scrolling has come to rest
    reader.shot(f"{name}-article")
    reader.page.click("#filters button")
    found = Axe().run(reader.page, options=rules).response["violations"]
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    told = [(one["id"], node["html"][:150], node["failureSummary"]) for one in found for node in one["nodes"]]
    assert not told
