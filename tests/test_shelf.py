"""The library tab without a browser: what may be written and by whom, the timeline, what programs add, what is sent."""

from __future__ import annotations

import datetime
import doctest
import gc
import itertools
import os
import threading
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import FakeEncoder
from hypothesis import given
from hypothesis import strategies as st
from serving import QUIET, serving

import rag.page.timeline
import rag.page.writing
from index.indexing import Report
from index.listing import Listed, Row
from index.reading import Failure
from index.store import Store
from rag import Article, Library, QueryError
from rag.page.adding import Adding
from rag.page.browse import Browse
from rag.page.offer import Offer
from rag.page.shelf_html import confirmation, listing, outcome
from rag.page.shelf_wording import SHELF
from rag.page.timeline import bars, timeline
from rag.page.wording import TONGUES
from rag.page.writing import MOST_FILES, UPLOADS, Writing, file_name, writing

pytestmark = QUIET
TEXT = "The dam north of Basra held on Monday. It was built in 1987 by the ministry."
ATTACK = "<img src=x onerror=alert(1)>${alert(2)}{{x}}`\"' \u202eevil"


class Tags(HTMLParser):
    """The names of all tags, and the text between them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


# -- the timeline ------------------------------------------------------------------------------------------------------


@given(st.dictionaries(st.dates(), st.integers(1, 9999), max_size=30))
def test_bars_cover_all_days_without_a_gap_and_count_every_article(days: dict[datetime.date, int]) -> None:
    step, found = bars({day.isoformat(): number for day, number in days.items()})
    assert sum(bar.articles for bar in found) == sum(days.values())
    assert len(found) <= 101
    for bar in found:
        assert bar.articles == sum(n for day, n in days.items() if bar.since <= day.isoformat() <= bar.until)
    for one, other in itertools.pairwise(found):
        gap = datetime.date.fromisoformat(other.since) - datetime.date.fromisoformat(one.until)
        assert gap == datetime.timedelta(1)
    if days:
        assert found[0].since <= min(days).isoformat()
        assert found[-1].until >= max(days).isoformat()
    shown = timeline({day.isoformat(): number for day, number in days.items()}, None, None, "en")
    assert (
        shown.count('class="bar" data-open')
        == shown.count("<tr><th scope='row'>")
        == len([b for b in found if b.articles])
    )
    assert step in SHELF["ar"].per


def test_the_bars_that_the_list_shows_are_marked() -> None:
    days = {"2015-07-21": 3, "2015-07-22": 2, "2015-07-24": 1}
    assert timeline(days, "2015-07-22", None, "en").count('aria-pressed="true"') == 2
    assert timeline(days, None, None, "ar").count('aria-pressed="true"') == 0
    assert timeline({}, None, None, "en") == ""


# -- hostile text ------------------------------------------------------------------------------------------------------


def test_names_and_titles_stay_text() -> None:
    rows = [Row(1, ATTACK, ATTACK, ATTACK, "2015-07-21", ATTACK)]
    report = Report(failed=[Failure(f"{UPLOADS}{ATTACK}", ATTACK)])
    for language in TONGUES:
        for shown in (
            listing(Listed(rows, 1), 0, None, True, language, None),
            outcome(report, ATTACK, None, language),
            confirmation([ATTACK], language),
        ):
            tags = Tags(shown)
            assert not tags.tags & {"img", "script", "a"}
            assert "onerror=alert(1)" in tags.text
            assert "\u202e" not in shown
            assert "${" not in shown
            assert "{{" not in shown


@given(st.text(st.sampled_from("a./\\:\u202e\n\0 <")))
def test_the_name_of_an_upload_leads_nowhere(given: str) -> None:
    name = file_name(given)
    assert name
    assert not {"..", ".", ""} & set(name.split("/"))
    assert file_name(name.replace("\\", "")) == name.replace("\\", "") or "\\" in name
    assert not set("\n\0\u202e") & set(name)


# -- who may write, and what -------------------------------------------------------------------------------------------


def test_others_write_only_where_it_was_asked_for(tmp_path: Path) -> None:
    assert writing(None, None, 1, "127.0.0.1", None) is not None
    assert writing(None, None, 1, "127.0.0.1", "me:secret") is None
    assert writing(None, None, 1, "0.0.0.0", "me:secret") is None
    assert writing(False, None, 1, "0.0.0.0", "me:secret") is not None
    assert writing(True, None, 1, "127.0.0.1", None) is None
    with pytest.raises(QueryError, match="--writable"):
        writing(True, tmp_path, 1, "127.0.0.1", None)
    with pytest.raises(QueryError, match="no folder"):
        writing(False, tmp_path / "none", 1, "127.0.0.1", None)


def test_a_path_stays_in_its_folder(tmp_path: Path) -> None:
    inside, outside = tmp_path / "offered", tmp_path / "secret"
    (inside / "news").mkdir(parents=True)
    outside.mkdir()
    for folder in (inside / "news", outside):
        (folder / "a.txt").write_text(TEXT)
    (inside / "link").symlink_to(outside)
    (inside / "file.txt").symlink_to(outside / "a.txt")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "within").symlink_to(inside / "news")
    rights = Writing(folder=inside)
    for good in ("news", "news/a.txt", ".", str(inside / "news" / "a.txt"), "within/a.txt", " news/../news "):
        assert rights.on_this_machine(good).is_relative_to(inside)
    bad = ("..", "../secret", "news/../../secret/a.txt", str(outside), "link", "link/a.txt", "file.txt", "loop", "none",
           "/etc/passwd", "a\0b", "~", "", "  ")  # fmt: skip
    for path in bad:
        with pytest.raises(QueryError) as caught:
            rights.on_this_machine(path)
        assert "secret is" not in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
    with pytest.raises(QueryError, match="--folder"):
        Writing().on_this_machine("news")


def put(rights: Writing, folder: str, name: str, text: str) -> str:
    """A file as the framework puts it down."""
    path = rights.uploads / folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


def test_uploads_are_taken_once_and_only_from_their_place(tmp_path: Path) -> None:
    rights = Writing()
    same = put(rights, "abc", "a.txt", TEXT)
    own, names = rights.take([[same, "one/a.txt"], [same, "two/a.txt"], [put(rights, "d", "b.PDF", "x"), "b.PDF"]])
    assert list(names.values()) == [f"{UPLOADS}one/a.txt", f"{UPLOADS}two/a.txt", f"{UPLOADS}b.PDF"]
    assert [Path(path).read_text() for path in names] == [TEXT, TEXT, "x"]
    assert all(Path(path).parent == own for path in names)
    assert not Path(same).exists()
    (tmp_path / "secret.txt").write_text("secret")
    (rights.uploads / "abc").mkdir()
    (rights.uploads / "abc" / "link.txt").symlink_to(tmp_path / "secret.txt")
    own_file = next(iter(names))
    for path in (str(tmp_path / "secret.txt"), "/etc/passwd", f"{rights.uploads}/abc/../../etc", own_file, "a.txt", ""):
        with pytest.raises(QueryError, match="not uploaded here"):
            rights.take([[path, "x.txt"]])
    _, names = rights.take([[str(rights.uploads / "abc" / "link.txt"), "x.txt"], [same, "a.txt"]])
    assert not any(Path(path).exists() for path in names)
    for sent in (None, [], "x", [["only one"]], [[1, 2]]):
        with pytest.raises(QueryError, match="no file was sent"):
            rights.take(sent)
    with pytest.raises(QueryError, match=r"1,001 files .* zip"):
        rights.take([[same, "a"]] * (MOST_FILES + 1))


def test_uploads_have_a_limit_and_what_is_left_behind_is_deleted() -> None:
    rights = Writing(limit=1000_000)
    assert rights.room(900_000) is None
    assert "977 KiB" in (rights.room(2_000_000) or "")
    for n in range(4):
        put(rights, f"d{n}", "a.txt", "x" * 900_000)
    assert "wait" in (rights.room(900_000) or "")
    ago = time.time
    try:
        time.time = lambda: ago() + 4000
        assert rights.room(900_000) is None
    finally:
        time.time = ago
    assert not list(rights.uploads.iterdir())
    place = rights.uploads
    del rights
    gc.collect()
    assert not place.exists()


# -- adding, and what others see ---------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", FakeEncoder()) as lib:
        yield lib


def finished(run: Adding) -> Adding:
    assert run.ended(20)
    return run


def sent(library: Library, rights: Writing, **files: str) -> Adding:
    own, names = rights.take([[put(rights, "sent", f"{n}.txt", text), f"{n}.txt"] for n, text in files.items()])
    run = finished(Adding(library, list(names), names, limit=rights.limit, litter=own))
    assert not list(rights.uploads.iterdir())
    return run


def test_an_upload_is_known_by_its_name_and_leaves_nothing_behind(library: Library) -> None:
    rights = Writing()
    run = sent(library, rights, dam=TEXT, empty="")
    assert (run.report.added, [one.path for one in run.report.failed]) == (1, [f"{UPLOADS}empty.txt"])
    assert [one.id for one in library.articles()] == [f"{UPLOADS}dam.txt"]
    assert sent(library, rights, dam=TEXT).report.unchanged == 1
    assert sent(library, rights, dam=f"{TEXT} Nobody was hurt.").report.updated == 1
    shown = outcome(run.report, run.problem, rights, "en")
    assert "empty.txt" in shown
    assert str(rights.uploads) not in shown
    assert UPLOADS not in shown


def test_while_one_writes_another_reads_and_a_second_writer_waits_or_is_told(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store.writing.__wrapped__, "__defaults__", (0.1,))  # type: ignore[attr-defined]
    (tmp_path / "a.txt").write_text(TEXT)
    library.add([Article("old", "The bridge is closed.")])
    begun, go_on = threading.Event(), threading.Event()

    def writer() -> None:
        with library._store.writing():
            begun.set()
            go_on.wait(60)

    thread = threading.Thread(target=writer)
    thread.start()
    begun.wait(10)
    told = Adding(library, [tmp_path / "a.txt"], patience=0)
    waits = Adding(library, [tmp_path / "a.txt"])
    assert library.search("bridge", 1)[0].article_id == "old"
    assert "is being written by" in (finished(told).problem or "")
    while not waits.waiting:
        assert not waits.ended(0.01)
    go_on.set()
    thread.join()
    assert finished(waits).problem is None
    assert waits.report.added == 1
    assert (waits.done, waits.total) == (len(TEXT), len(TEXT))


def test_a_reader_lists_opens_and_removes(library: Library) -> None:
    library.add([Article(f"a{n}", TEXT, f"Dam {n}", f"2015-07-{n % 28 + 1:02d}", "Wire") for n in range(60)])
    view = Browse(library, Writing())
    assert view.rows("en").count('class="entry"') == 50
    view.turn("50")
    shown = view.rows("ar")
    assert shown.count('class="entry"') == 10
    numbers = [int(row.removeprefix("a.")) for row in view._rows]
    view.open(f"a.{numbers[0]}")
    assert "Dam" in Tags(view.article("en")).text
    view.ask_removal([*numbers, "x", 10**9])
    assert Tags(view.confirmation("en")).text.count("Dam") == 10
    view.remove(False)
    assert library.status().articles == 60
    view.remove(True)  # nothing is asked about any more
    assert library.status().articles == 60
    view.ask_removal(numbers)
    view.remove(True)
    assert library.status().articles == 50
    assert view.article("en") == ""
    assert view.rows("en").count('class="entry"') == 50  # the page that was emptied is left
    view.look_for("dam 7", "", "", ["Wire"])
    assert view.rows("en").count('class="entry"') == len([n for n in range(60) if "7" in str(n)]) - 1  # one was removed
    view.look_for("", "tomorrow", "", [])
    assert "YYYY-MM-DD" in view.rows("en")
    for what in ("a.999999", "x", "", "close", "../etc"):
        view.open(what)
        assert view.article("ar") == ""
        view.turn(what)
    reading = Browse(library, None)
    assert 'type="checkbox"' not in reading.rows("en")
    with pytest.raises(QueryError, match="read-only"):
        reading.ask_removal([1])
    reading._doomed = list(view._rows.values())
    reading.remove(True)
    assert library.status().articles == 50


# -- over HTTP ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, str, Writing]]:
    rights = Writing(limit=2_000_000)
    place = tmp_path_factory.mktemp("shelf") / "library"
    with Library.open(place, FakeEncoder()) as lib, serving(lib, offer=Offer(writing=rights)) as address:
        yield lib, address, rights


def test_programs_add_and_ask_for_the_state(served: tuple[Library, str, Writing]) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    library, address, _ = served
    client = Client(address, verbose=False)
    try:
        told = client.predict(
            [
                {"id": "p1", "text": TEXT, "title": "Dam", "date": "2001-02-03", "source": "Wire"},
                {"id": "p2", "text": TEXT, "date": "yesterday"},
                {"id": "p3"},
                {"text": TEXT},
                {"id": "p4", "text": TEXT, "headline": "x"},
                {"id": 7, "text": TEXT},
                "nonsense",
            ],
            api_name="/add",
        )
        assert (told["added"], told["unchanged"], told["updated"]) == (1, 0, 0)
        assert [one["id"] for one in told["failed"]] == [
            "p2",
            "p3",
            "articles[4]",
            "p4",
            "articles[6]",
            "articles[7]",
        ]
        assert "YYYY-MM-DD" in told["failed"][0]["why"]
        assert [one.id for one in library.articles(["p1"])] == ["p1"]
        again = client.predict([{"id": "p1", "text": TEXT}], api_name="/add")
        assert again == {"added": 0, "unchanged": 0, "updated": 1, "failed": []}
        state = client.predict(api_name="/status")
        assert (state["articles"], state["writable"], state["encoder"]) == (library.status().articles, True, "fake")
        assert "path" not in state
        with pytest.raises(AppError, match="list"):
            client.predict("nonsense", api_name="/add")
    finally:
        client.close()
        del client
        gc.collect()


def test_a_page_that_is_only_read_refuses_programs(library: Library) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    with serving(library) as address:
        client = Client(address, verbose=False)
        try:
            with pytest.raises(AppError, match="read-only"):
                client.predict([{"id": "p1", "text": TEXT}], api_name="/add")
            assert client.predict(api_name="/status")["writable"] is False
        finally:
            client.close()
            del client
            gc.collect()
        assert httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}).status_code == 404
        assert httpx.post(f"{address}gradio_api/queue/join", content=b"x" * 5_000_000).status_code == 413
    assert library.status().articles == 0


def upload(address: str, **more: Any) -> httpx.Response:
    return httpx.post(f"{address}gradio_api/upload", files={"files": ("../../evil.txt", b"x")}, **more)


def test_uploads_stay_in_their_folder_and_are_not_served(served: tuple[Library, str, Writing]) -> None:
    _, address, rights = served
    response = upload(address)
    assert response.status_code == 200
    place = Path(response.json()[0])
    assert place.is_relative_to(rights.uploads)
    assert os.stat(rights.uploads).st_mode & 0o077 == 0
    for path in (f"file={place}", f"file/{place}", "upload_progress?upload_id=1"):
        assert httpx.get(f"{address}gradio_api/{path}").status_code == 404
    assert httpx.get(f"{address}gradio_api/upload").status_code == 404
    assert httpx.post(f"{address}gradio_api/upload/../upload_progress").status_code == 404
    large = httpx.post(f"{address}gradio_api/upload", files={"files": ("a.txt", b"x" * 3_000_000)})
    assert large.status_code == 413
    assert "1.9 MiB" in large.text
    endless = httpx.post(
        f"{address}gradio_api/upload", content=iter([b"x"]), headers={"content-type": "multipart/form-data"}
    )
    assert endless.status_code == 411


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:1"}],
)  # fmt: skip
def test_pages_of_other_sites_write_nothing(served: tuple[Library, str, Writing], headers: dict[str, str]) -> None:
    _, address, rights = served
    before = sorted(rights.uploads.rglob("*"))
    assert upload(address, headers=headers).status_code == 403
    for path in ("queue/join", "call/add", "run/add"):
        assert httpx.post(f"{address}gradio_api/{path}", json={"data": [[]]}, headers=headers).status_code == 403
    assert sorted(rights.uploads.rglob("*")) == before
    own = {"origin": address.rstrip("/"), "sec-fetch-site": "same-origin"}
    assert upload(address, headers=own).status_code == 200
    behind = {"origin": "https://news.example", "x-forwarded-host": "news.example"}
    assert upload(address, headers=behind).status_code == 200


def test_who_is_not_logged_in_sends_nothing(library: Library) -> None:
    rights = Writing()
    with serving(library, [("me", "secret")], offer=Offer(writing=rights)) as address:
        assert upload(address).status_code == 401
        for path in ("call/add", "run/add", "call/status"):
            assert httpx.post(f"{address}gradio_api/{path}", json={"data": [[]]}).status_code == 401
        assert not list(rights.uploads.iterdir())


@pytest.mark.parametrize("module", [rag.page.timeline, rag.page.writing])
def test_doctests_hold(module: Any) -> None:
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted


def test_the_command_says_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from rag.terminal import run

    place = str(tmp_path / "library")
    with Library.open(place) as lib:
        lib.add([Article("a", TEXT)])
    given: list[Writing | None] = []
    monkeypatch.setattr("app.serve", lambda *_, offer, **__: given.append(offer.writing))
    for options in ([], ["--read-only"], ["--folder", str(tmp_path), "--upload-limit", "3"], ["--host", "0.0.0.0"]):
        assert run(["serve", "--library", place, *options]) == 0
    assert [bool(one) for one in given] == [True, False, True, False]
    assert given[2]
    assert (given[2].folder, given[2].limit) == (tmp_path.resolve(), 3 * 1024 * 1024)
    assert run(["serve", "--library", place, "--read-only", "--folder", str(tmp_path)]) == 2
    assert "--writable" in capsys.readouterr().err
