"""The gloss in a browser: pointing, tapping, keys, copying, both directions, hostile words, and a translation on
demand. Skipped without chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from answering_models import Scripted
from hypothesis import given
from hypothesis import strategies as st
from serving import QUIET, serving
from test_page_browser import ATTACK, CHROMIUM, DESKTOP, PHONE, Reader, browser  # noqa: F401  browser is a fixture

from rag import Article, Library
from rag.page.glossing import glossed
from rag.page.markup import paragraphs
from rag.page.offer import Offer
from rag.printing import harmless

pytestmark = QUIET
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt-get install chromium")

ARTICLES = [
    Article(
        id="camp",
        title="مباحثات حول مخيم الهول",
        text="وصل الوفد أمس.\nبحث الوزير فالح الفياض مع السفير في بغداد ملف مخيم الهول وإعادة العائلات إلى مدينتهم.\n"
        "انتهى الاجتماع.",
        date="2021-05-04",
        source="صوت الرافدين",
    ),
    Article(
        id="evil",
        title="خزنة روريتانيا",
        text=f"فتح العمدة خزنة روريتانيا في عام 1987 بحضور قطمزوف {ATTACK} والحراس.",
        date="2001-05-06",
        source="Gazette",
    ),
]
ASK = "What did the minister discuss about al-Hol camp?"


class Shown(HTMLParser):
    """The text of HTML, that of its marked quote, and the data of the words in it."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.quote, self.tags, self.depth, self.kinds = "", set(), [], []
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.depth.append(dict(attributes).get("class") or tag)

    def handle_endtag(self, tag: str) -> None:
        self.depth.pop()

    def handle_data(self, data: str) -> None:
        if "quote" in self.depth:
            self.quote += data


TEXT = st.text(st.sampled_from("وبالكتاب في المدينة. «»<>&\"'${}`"), max_size=60)


@given(TEXT, st.integers(0, 60), st.integers(0, 60))
def test_a_glossed_quote_is_the_quote_to_the_character(text: str, a: int, b: int) -> None:
    quote = (min(a, b, len(text)), min(max(a, b), len(text)))
    inner = (quote[0] + (quote[1] - quote[0]) // 3, quote[1] - (quote[1] - quote[0]) // 4)
    show, _ = glossed(text, quote, "en")
    shown = Shown(paragraphs(text, quote, [inner] if inner[0] < inner[1] else [], 0, show))
    assert shown.tags <= {"p", "mark", "span"}
    if text.strip():
        assert shown.quote == harmless(text[slice(*quote)])


def says(prompt: str) -> str:
    return "The minister discussed <b>al-Hol</b> ${1} camp." if "Translate it" in prompt else "NO_ANSWER"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, str]]:
    """The page over two articles, without a language model and with one."""
    folder = tmp_path_factory.mktemp("glossing") / "library"
    with Library.open(folder) as lib:
        lib.add(ARTICLES)
        with serving(lib) as bare:
            model = Scripted(says)
            with Library.open(folder) as second, serving(second, offer=Offer([model])) as modelled:
                yield {False: bare, True: modelled}


@pytest.fixture
def visit(browser: Any, addresses: dict[bool, str]) -> Iterator[Any]:  # noqa: F811
    visitors: list[Reader] = []

    def come(
        locale: str = "en-US", size: tuple[int, int] = DESKTOP, scheme: str = "light", model: bool = False
    ) -> Reader:
        visitors.append(Reader(browser, addresses[model], locale, size, scheme))
        return visitors[-1]

    yield come
    for reader in visitors:
        reader.leave()


def opened(reader: Reader, question: str = ASK) -> Any:
    return reader.open(reader.ask(question).locator(".source").first)


def word(reader: Reader, written: str) -> Any:
    return reader.page.locator("mark.quote .gw", has_text=re.compile(f"^{written}$")).first


@needs_chromium
def test_pointing_at_a_word_shows_its_gloss_and_the_quote_stays_the_quote(visit: Any) -> None:
    reader = visit()
    article = opened(reader)
    assert article.locator("mark.quote").evaluate("e => e.textContent") in ARTICLES[0].text
    assert not article.locator(".gw[role], .gw[tabindex='0']").count()  # no stop in the way
    word(reader, "مخيم").hover()
    box = reader.page.locator("#gloss")
    box.wait_for()
    told = box.inner_text()
    assert "camp" in told
    assert "Dictionary gloss, not a translation" in told
    box.hover()
    reader.page.wait_for_timeout(400)
    assert box.is_visible()  # it can be pointed at
    reader.page.keyboard.press("Escape")
    assert box.is_hidden()
    assert article.is_visible()
    word(reader, "الفياض").hover()
    box.wait_for()
    assert "al-Fayad" in box.inner_text()
    assert "A name" in box.inner_text()
    reader.page.mouse.move(2, 2)
    box.wait_for(state="hidden")


@needs_chromium
@pytest.mark.parametrize("locale", ["en-US", "ar-IQ"])
def test_one_tab_stop_for_all_words_arrows_walk_them_escape_closes(visit: Any, locale: str) -> None:
    reader = visit(locale)
    article = opened(reader)
    toggle, page = article.locator("[data-glossing]"), reader.page
    toggle.focus()
    page.keyboard.press("Enter")
    assert toggle.get_attribute("aria-pressed") == "true"
    words = article.locator("mark.quote .gw")
    assert words.count() > 8
    assert article.locator(".gw[tabindex='0']").count() == 1
    seen = []
    for _ in range(3):
        seen.append(page.evaluate("document.activeElement.textContent"))
        assert page.locator("#gloss").is_visible()
        assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "gloss"
        page.keyboard.press("ArrowLeft")  # the quote runs from right to left, whatever the interface
    assert seen == [words.nth(k).inner_text() for k in range(3)]
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == words.last.inner_text()
    assert article.locator(".gw[tabindex='0']").count() == 1
    label = "Dictionary gloss, not a translation" if locale == "en-US" else "معنى من قاموس، لا ترجمة"
    assert label in page.locator("#gloss").inner_text()
    assert reader.direction("#gloss") == ("ltr" if locale == "en-US" else "rtl")
    assert reader.direction("#gloss .says") == "ltr"
    page.keyboard.press("Escape")
    assert page.locator("#gloss").is_hidden()
    toggle.click()
    assert not article.locator(".gw[role], .gw[tabindex='0']").count()
    page.keyboard.press("Escape")
    page.wait_for_selector("#article .empty")


@needs_chromium
def test_the_quote_is_copied_as_it_stands(visit: Any) -> None:
    reader = visit()
    opened(reader)
    reader.page.locator("[data-glossing]").click()
    copied = reader.page.evaluate(
        """() => { const r = document.createRange(); r.selectNodeContents(document.querySelector("mark.quote"));
        getSelection().removeAllRanges(); getSelection().addRange(r); return getSelection().toString(); }"""
    )
    assert copied in ARTICLES[0].text
    assert "مخيم الهول" in copied


@needs_chromium
def test_hostile_words_stay_words(visit: Any) -> None:
    reader = visit()
    article = opened(reader, "متى فتح العمدة خزنة روريتانيا؟")
    assert "<script>alert(2)</script>${alert(3)}{{alert}}`" in article.locator("mark.quote").inner_text()
    for k in range(article.locator(".gw").count()):
        article.locator(".gw").nth(k).hover()
        reader.page.wait_for_selector("#gloss:not([hidden])")
    assert not reader.page.locator("#gloss :not(p), #article img, #article script").count()
    word(reader, "قطمزوف").hover()
    reader.page.wait_for_selector("#gloss:has-text('Not in the dictionary')")


@needs_chromium
def test_a_model_translates_on_demand_and_only_where_there_is_one(visit: Any) -> None:
    reader = visit()
    assert not opened(reader).locator("[data-open=translate]").count()
    reader = visit(model=True)
    article = opened(reader)
    assert not article.locator(".translation").count()
    article.locator("[data-open=translate]").click()
    told = reader.page.locator(".translation")
    told.wait_for()
    assert "Translated by scripted, not checked" in told.inner_text()
    assert "The minister discussed <b>al-Hol</b> ${1} camp." in told.inner_text()
    assert not told.locator("b").count()
    assert article.locator("mark.quote", has_text="مخيم الهول").count()


@needs_chromium
@pytest.mark.parametrize(
    ("size", "locale", "scheme"), [(PHONE, "ar-IQ", "dark"), (PHONE, "en-US", "light"), (DESKTOP, "en-US", "dark")]
)
def test_a_shown_gloss_meets_wcag_aa_and_lies_within_the_screen(
    visit: Any, size: tuple[int, int], locale: str, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reader = visit(locale, size, scheme)
    article = opened(reader)
    article.locator("[data-glossing]").click()
    if size == PHONE:
        reader.page.wait_for_timeout(300)
        word(reader, "ملف").click()
    box = reader.page.locator("#gloss")
    box.wait_for()
    reader.shot(f"gloss-{'phone' if size == PHONE else 'desktop'}-{locale[:2]}-{scheme}")
    place = box.bounding_box()
    assert 0 <= place["x"] <= place["x"] + place["width"] <= size[0]
    assert 0 <= place["y"] <= place["y"] + place["height"] <= size[1]
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    found = Axe().run(reader.page, options=rules).response["violations"]
    told = [(one["id"], node["html"][:150], node["failureSummary"]) for one in found for node in one["nodes"]]
    assert not told
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= size[0]
