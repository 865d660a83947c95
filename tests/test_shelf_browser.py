"""The library tab in a real browser: adding, asking about what was added, finding, removing, and hostile names."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import test_page_browser as pages
from serving import serving

from rag import Library
from rag.page.offer import Offer
from rag.page.shelf_wording import SHELF
from rag.page.wording import Tongue
from rag.page.writing import Writing

pytestmark = pages.pytestmark
browser = pages.browser
DESKTOP, PHONE, ROOT = pages.DESKTOP, pages.PHONE, pages.ROOT
DIM = {
    "en": (
        "Lighthouse of Karvella lit again\n\nThe lighthouse of Karvella was lit again on 3 May 2019 after eleven years."
        "\nThe harbour master thanked the engineers who had mended its lamp.",
        "When was the lighthouse of Karvella lit again?",
        "3 May 2019",
    ),
    "ar": (
        "إعادة تشغيل منارة كرفيلا\n\nأُعيد تشغيل منارة كرفيلا في 3 أيار 2019 بعد انقطاع دام أحد عشر عاما.\n"
        "وشكر مدير الميناء المهندسين الذين أصلحوا المصباح.",
        "متى أعيد تشغيل منارة كرفيلا؟",
        "2019",
    ),
}


class Librarian(pages.Reader):
    """A reader who opened the library tab."""

    def __init__(self, browser: Any, address: str, locale: str, size: tuple[int, int], scheme: str) -> None:
        super().__init__(browser, address, locale, size, scheme)
        self.tongue: Tongue = "ar" if locale.startswith("ar") else "en"
        self.visit()

    def visit(self) -> None:
        self.page.click("#tab_library-button")
        self.page.wait_for_selector("#rows section")

    def send(self, *files: Path | dict[str, Any]) -> Any:
        """Choose files, and wait for the report."""
        self.page.evaluate("document.querySelector('#report .outcome')?.remove()")
        self.page.set_input_files("#zone input[type=file]", list(files))
        return self.report()

    def report(self) -> Any:
        self.page.wait_for_selector("#report .outcome")
        return self.page.locator("#report .outcome")

    def counts(self) -> list[int]:
        """added, updated, unchanged, not read."""
        return [int(one.replace(",", "")) for one in self.page.locator("#report .outcome b").all_inner_texts()]

    def find(self, title: str, number: int) -> Any:
        """Type words of a headline, and wait until so many rows are left."""
        self.page.fill("#title input, #title textarea", title)
        self.rows(number)
        return self.page.locator("#rows .entry")

    def rows(self, number: int) -> None:
        self.page.wait_for_function(f"document.querySelectorAll('#rows .entry').length === {number}")


def text_file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


@pytest.fixture(scope="module")
def rights(tmp_path_factory: pytest.TempPathFactory) -> Writing:
    folder = tmp_path_factory.mktemp("offered")
    (folder / "news").mkdir()
    (folder / "news" / "one.txt").write_text("Ferry to Osmira\n\nThe ferry to Osmira sails on Fridays.")
    (folder / "news" / "two.pdf").write_bytes(b"no pdf")
    (folder.parent / "outside.txt").write_text("The code of the safe is 4711.")
    return Writing(limit=8 * 1024 * 1024, folder=folder)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("shelf") / "library") as lib:
        lib.add_files([ROOT / "seeds"])
        lib.add([*pages.desk_articles(), pages.HOSTILE])
        yield lib


@pytest.fixture(scope="module")
def address(library: Library, rights: Writing) -> Iterator[str]:
    with serving(library, offer=Offer(writing=rights)) as served:
        yield served


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Any]:
    visitors: list[Librarian] = []

    def come(locale: str = "en-US", size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Librarian:
        visitors.append(Librarian(browser, address, locale, size, scheme))
        return visitors[-1]

    yield come
    for reader in visitors:
        reader.leave()


@pytest.mark.parametrize(("locale", "tongue"), [("en-US", "en"), ("ar-IQ", "ar")])
def test_what_is_added_is_cited_and_what_is_removed_is_gone(
    visit: Any, library: Library, rights: Writing, locale: str, tongue: str
) -> None:
    reader, (text, question, quote), before = visit(locale), DIM[tongue], library.status().articles
    page, say, name = reader.page, SHELF[reader.tongue], f"منارة {tongue}.txt"
    reader.send(text_file(name, text), text_file("empty.txt", ""), text_file("notes.exe", "x"))
    assert reader.counts() == [1, 0, 0, 2]
    failures = page.locator("#report .failures").inner_text()
    assert "empty.txt" in failures
    assert "notes.exe" in failures or ".exe" in failures
    assert str(rights.uploads) not in page.content()
    assert not list(rights.uploads.iterdir())
    assert [one.id for one in library.articles([f"uploads/{name}"])]
    for place in ("#brand", "#figures"):
        page.wait_for_function(f"document.querySelector('{place}').textContent.includes('{before + 1}')")
    reader.send(text_file(name, text))
    assert reader.counts() == [0, 0, 1, 0]
    reader.send(text_file(name, f"{text}\n{text.splitlines()[-1]}"))
    assert reader.counts() == [0, 1, 0, 0]

    page.click("#tab_ask-button")
    turn = reader.ask(question)
    assert quote in turn.locator(".claim").first.inner_text()
    opened = reader.open(turn.locator(".cite").first)
    assert opened.locator("h2").inner_text() == text.splitlines()[0]

    page.click("#tab_library-button")
    row = reader.find(text.split()[2], 1)
    page.locator("#rows [data-tick]:not([data-tick=all])").first.check()
    page.click("#rows .remove")
    dialog = page.locator("#question dialog")
    assert text.splitlines()[0] in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert library.status().articles == before + 1
    row.click()
    page.click("#beside .remove")
    dialog.locator(".remove").click()
    reader.rows(0)
    assert say.removed.split("{")[0].strip(" :") in page.locator("#rows .gone").inner_text()
    assert not page.locator("#beside .opened").count()
    assert library.status().articles == before
    page.wait_for_function(f"document.querySelector('#brand').textContent.includes('{before}')")
    page.click("#tab_ask-button")
    assert quote not in " ".join(reader.ask(question).locator(".claim").all_inner_texts())


def test_titles_are_found_in_any_spelling_and_bars_filter_the_list(visit: Any, library: Library) -> None:
    reader = visit()
    page = reader.page
    title = "انتهاء حصار فندق الساحل في مقديشو ومقتل المهاجمين الخمسة"
    assert reader.find("إنتهاءُ حِصار", 1).locator(".headline").inner_text() == title
    reader.find("لا عنوان كهذا", 0)
    page.click("#clear")
    reader.rows(50)
    page.click("#rows [data-open='from.50']")
    reader.rows(library.status().articles - 50)
    bar = page.locator("#time button.bar[data-open='days.2022-01-01.2022-12-31']")
    number = int(bar.get_attribute("aria-label").split(": ")[1].split()[0])
    bar.click()
    reader.rows(number)
    assert all(day.startswith("2022") for day in page.locator("#rows .date").all_inner_texts())
    assert page.input_value("#shelf_since input, #shelf_since textarea") == "2022-01-01"
    assert bar.get_attribute("aria-pressed") == "true"
    # The bars are walked by the arrow keys, from the one that was chosen.
    assert bar.evaluate("e => e === document.activeElement")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#time [aria-pressed=true]')?.dataset.open.includes('2023')")
    page.locator("#time summary").click()
    assert str(number) in page.locator("#time tr", has_text="2022").inner_text()
    page.click("#time [aria-pressed=true]")  # a second click lets all through again
    reader.rows(50)
    page.click("#shelf_outlets input")
    page.get_by_role("option", name="بوابة طرابلس").click()
    reader.rows(library.listing(source="بوابة طرابلس").total)
    page.click("#tongue")  # what was looked for stays
    page.wait_for_selector(f"#zone >> text={SHELF['ar'].drop}")
    assert reader.direction("#rows section") == "rtl"
    reader.rows(library.listing(source="بوابة طرابلس").total)
    page.click("#clear")
    reader.rows(50)
    page.fill("#shelf_since input, #shelf_since textarea", "tomorrow")
    page.wait_for_selector("#rows .problem")
    assert "YYYY-MM-DD" in page.locator("#rows .problem").inner_text()


def test_hostile_names_and_titles_stay_text(visit: Any) -> None:
    reader = visit()
    page, name = reader.page, "<img src=x onerror=alert(1)>.txt"
    reader.send(text_file(name, ""), text_file("${alert(1)}{{x}}`.html", f"<title>{name}</title><p></p>"))
    assert name in page.locator("#report .failures").inner_text()
    row = reader.find("vault", 1)
    row.click()
    page.wait_for_selector("#beside .opened")
    page.locator("#rows [data-tick=all]").check()
    page.click("#rows .remove")
    page.wait_for_selector("#question dialog[open]")
    for part in ("#report", "#rows", "#beside", "#question", "#time"):
        found = page.locator(part)
        assert not found.locator("img, script, [onerror], a[href^='javascript']").count()
        assert "\u202e" not in found.inner_html()
    for part in ("#report", "#rows", "#beside", "#question"):
        assert "onerror=alert(1)" in page.locator(part).inner_text()
    page.click("#question .keep")


def test_a_path_on_the_server_is_added_and_one_that_leads_out_refused(visit: Any, library: Library) -> None:
    reader = visit()
    page, path = reader.page, "#path input, #path textarea"
    for wrong in ("../outside.txt", "news/../../outside.txt", "/etc/passwd", "gone", ""):
        page.evaluate("document.querySelector('#report .outcome')?.remove()")
        page.fill(path, wrong)
        page.press(path, "Enter")
        assert reader.report().locator(".problem").count()
    page.evaluate("document.querySelector('#report .outcome')?.remove()")
    page.fill(path, "news")
    page.press(path, "Enter")
    reader.report()
    assert reader.counts() == [1, 0, 0, 1]
    assert page.locator("#report .name").inner_text() == "news/two.pdf"
    added = [row.id for row in library.listing(title="osmira").rows]
    assert len(added) == 1
    library.remove(added)
    assert not library.listing(title="safe").rows


def test_what_is_too_large_or_dropped_or_zipped(visit: Any, tmp_path: Path, library: Library) -> None:
    reader = visit()
    page = reader.page
    (tmp_path / "large.txt").write_bytes(b"x" * 9_000_000)
    page.set_input_files("#zone input[type=file]", tmp_path / "large.txt")
    page.wait_for_function("document.querySelector('#zone .told').textContent.includes('8.6 MiB')")
    with zipfile.ZipFile(tmp_path / "news.zip", "w") as archive:
        for n in range(30):
            archive.writestr(f"{n}.txt", f"Bulletin {n} of Tarsova\n\nIn Tarsova {n} boats came in today.")
        archive.writestr("../out.txt", "x")
    reader.send(tmp_path / "news.zip")
    assert reader.counts() == [30, 0, 0, 1]
    assert "news.zip!../out.txt" in page.locator("#report .name").inner_text()
    page.evaluate("document.querySelector('#report .outcome')?.remove()")
    page.evaluate(
        """() => { const given = new DataTransfer();
        given.items.add(new File(["Bulletin 99 of Tarsova\\n\\nIn Tarsova 99 boats came in."], "dropped.txt"));
        document.querySelector("#zone .drop").dispatchEvent(
            new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true })); }"""
    )
    reader.report()
    assert reader.counts() == [1, 0, 0, 0]
    reader.find("bulletin tarsova", 31)
    page.locator("#rows [data-tick=all]").check()
    page.click("#rows .remove")
    page.click("#question .remove")
    reader.rows(0)
    assert not library.listing(title="tarsova").rows


def test_a_page_that_is_only_read_shows_no_way_to_write(browser: Any, library: Library) -> None:
    with serving(library) as address:
        reader = Librarian(browser, address, "en-US", DESKTOP, "light")
        page = reader.page
        assert SHELF["en"].read_only in page.locator("#zone").inner_text()
        reader.find("vault", 1).click()
        page.wait_for_selector("#beside .opened")
        assert not page.locator("#shelf :is(input[type=file], [type=checkbox], .remove, #path)").count()
        reader.leave()


@pytest.mark.parametrize(
    ("size", "locale", "scheme"),
    [
        (DESKTOP, "en-US", "light"),
        (DESKTOP, "ar-IQ", "dark"),
        (PHONE, "ar-IQ", "light"),
        (PHONE, "en-US", "dark"),
    ],
)
def test_the_tab_meets_wcag_aa_and_is_drawn(visit: Any, size: tuple[int, int], locale: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    reader = visit(locale, size, scheme)
    page, name = reader.page, f"library-{'phone' if size == PHONE else 'desktop'}-{locale[:2]}-{scheme}"
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

    def hold(state: str, axe: bool = True) -> None:
        page.wait_for_timeout(300)  # until colours and scrolling have come to rest
        reader.shot(f"{name}-{state}")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if not axe:
            return
        found = Axe().run(page, options=rules).response["violations"]
        told = [(one["id"], node["html"][:150], node["failureSummary"]) for one in found for node in one["nodes"]]
        assert not told

    assert reader.direction("#rows section") == ("rtl" if locale[:2] == "ar" else "ltr")
    hold("start", axe=False)
    page.click("#time summary")
    reader.send(text_file("empty.txt", ""), text_file("تقرير.pdf", "x"))
    page.locator("#time button.bar").last.click()
    page.wait_for_selector("#time [aria-pressed=true]")
    hold("report", axe=size == PHONE)
    page.locator("#rows .entry").first.click()
    page.wait_for_selector("#beside .opened")
    page.wait_for_timeout(200)
    hold("article", axe=size == DESKTOP)  # on a phone it stands in the place of the list
    page.click("#beside .remove")
    page.wait_for_selector("#question dialog[open]")
    hold("question")
    page.click("#question .keep")
