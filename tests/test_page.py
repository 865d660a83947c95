"""What the page is made of, without a browser: escaping, who may come in, what is served, and what programs get."""

from __future__ import annotations

import doctest
import gc
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from serving import QUIET, serving

import rag.page.bibliography
import rag.page.copying
import rag.page.markup
import rag.page.wording
from rag import Answer, Article, Citation, Claim, Library, Mark, QueryError
from rag.page.answers import exchange
from rag.page.bibliography import bibtex
from rag.page.copying import markdown, markdown_text, plain
from rag.page.desk import Desk
from rag.page.guard import is_local, logins
from rag.page.markup import paragraphs, web_address
from rag.page.wording import TONGUES, WORDING
from rag.printing import clean, harmless

pytestmark = QUIET
TEXT = "The dam north of Basra held on Monday. It was built in 1987 by the ministry.\nNobody was hurt."


class Shown(HTMLParser):
    """What a browser would show of HTML: its text, and its tags with the text in each."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.text, self.tags, self.open = "", [], []
        self.within: dict[str, str] = {}
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(" ".join([tag, dict(attributes).get("class") or ""]).strip())

    def handle_endtag(self, tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for one in self.open:
            self.within[one] = self.within.get(one, "") + data


@given(st.text(), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_all_of_an_article_is_shown_and_only_the_quote_is_marked(text: str, a: int, b: int, c: int, d: int) -> None:
    quote = (min(a, b), max(a, b))
    words = (max(quote[0], min(c, d)), min(quote[1], max(c, d)))
    shown = Shown(paragraphs(text, quote, [words] if words[0] < words[1] else []))
    assert set(shown.tags) <= {"p", "mark"}
    same = lambda one: "".join(harmless(one).split())  # noqa: E731  paragraphs are not lines
    rows = [row for row in text.split("\n") if row.strip()]
    if not any("\x1b" <= char <= "\x9f" for char in text):  # an escape sequence may end in another piece
        assert same(shown.text) == same("".join(rows))
        assert same(shown.within.get("mark quote", "")) == same(text[slice(*quote)])
        assert same(shown.within.get("mark words", "")) == (same(text[slice(*words)]) if words[0] < words[1] else "")


@given(st.text(st.sampled_from("a1[](){}<>*_#`~|\\!&$-+=. \n:/")))
def test_markdown_says_what_the_text_says(text: str) -> None:
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parseInline(markdown_text(text))[0].children or []
    assert {token.type for token in tokens} <= {"text", "text_special"}
    assert "".join(token.content for token in tokens).strip() == clean(text)


def braces(text: str) -> list[int]:
    """How deep each character of a file of BibTeX stands in braces; BibTeX knows no escape."""
    depth, depths = 0, []
    for char in text:
        depth += (char == "{") - (char == "}")
        depths.append(depth)
    return depths


@given(st.text(st.sampled_from('a{}\\%#@,= \n"')), st.text(st.sampled_from('a{}\\%#@,= \n"')))
def test_no_text_ends_a_value_of_bibtex(title: str, quote: str) -> None:
    cited = [Citation(n, "w/ä b.txt", title, None, "2001-02-03", "https://a.org/{x", quote, 0, 1, 0.5) for n in (1, 2)]
    entries = bibtex(Answer("?", True, "", 0.9, (), tuple(cited)))
    depths = braces(entries)
    assert depths[-1] == 0
    assert 0 not in depths[entries.index("{") : -1]
    form = re.compile(r"@misc\{isnad-[-\w]+,|  (title|date|year|url|note) = \{.*\},?|\}")
    assert all(form.fullmatch(row) for row in entries.split("\n"))


def test_a_bibliography_has_each_article_once() -> None:
    full = answer()
    entries = bibtex(full)
    assert entries.count("@misc{") == 2
    assert "howpublished = {Wire}" in entries
    assert "year = {2001}" in entries
    assert not bibtex(Answer("?", False, "No.", 0.1))


@pytest.mark.parametrize(
    ("address", "web"),
    [
        ("https://example.org/a?b=1", True),
        ("http://[", False),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT://example.org/%0aalert(1)", False),
        ("data:text/html,x", False),
        ("/etc/passwd", False),
        ("file:///etc/passwd", False),
        (None, False),
    ],
)
def test_only_addresses_of_the_web_are_links(address: str | None, web: bool) -> None:
    assert (web_address(address) is not None) is web


def answer(**more: Any) -> Answer:
    start = TEXT.index("It was")
    quote = TEXT[start : TEXT.index("\n")]
    year = TEXT.index("1987")
    cited = Citation(
        1,
        "a",
        "Dam",
        "Wire",
        "2001-02-03",
        None,
        quote,
        start,
        start + len(quote),
        0.9,
        marks=(Mark("1987", year, year + 4),),
    )
    other = Citation(2, "b", "", None, None, None, TEXT[:10], 0, 10, 0.5)
    claims = (Claim(quote, (1,)), Claim("In 1988.", (1, 2), "partly", "the quote says 1987, the claim 1988"))
    return Answer("When?", True, "", 0.9, claims, (cited, other), **more)


def test_verdicts_disagreement_and_completed_questions_are_shown_and_copied() -> None:
    full = answer(disagree=(1, 2), completed="When? (the dam)", model="m", dropped=(Claim("No.", (), "unsupported"),))
    for language in TONGUES:
        say, page = WORDING[language], exchange(0, "When?", full, language, ())
        told = Shown(page).text
        for text in (say.disagree, "When? (the dam)", say.verdicts["partly"], "the claim 1988", say.dropped, "No."):
            assert text in told
        assert Shown(page).within["mark words"] == "1987"
        for copied in (plain(full, language), markdown(full, language)):
            assert "[1][2]" in copied
            assert say.disagree in copied
            assert "the claim 1988" in copied
            assert "Wire · 2001" in copied.replace("\\", "")


def test_an_article_shows_the_verdict_of_each_claim_and_who_says_otherwise(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add([Article("a", TEXT, "Dam"), Article("b", TEXT.replace("1987", "1988"), "Other dam")])
        desk = Desk(lib)
        desk.begin("When?")
        desk._exchanges[-1].answer = answer(disagree=(1, 2))
        desk.open("0.1")
        shown = Shown(desk.article("en"))
        assert "word for word" in shown.text
        assert "the quote says 1987, the claim 1988" in shown.text
        assert "[2]" in shown.within["p disagree"]
        assert shown.within["mark words"] == "1987"
        for nothing in ("0.3", "9.1", "x", "close", "r.0", "0.h0", "../../etc/passwd"):
            desk.open(nothing)
            assert "mark" not in Shown(desk.article("en")).tags
        desk.open("0.1")
        lib.remove(["a"])
        assert WORDING["ar"].gone in Shown(desk.article("ar")).text


def test_recent_articles_are_those_of_the_last_days_else_those_stored_last(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add([Article(f"a{n}", TEXT) for n in range(5)])
        assert [one.id for one in lib.recent(2)] == ["a4", "a3"]
        lib.add([Article("new", TEXT, date="2020-01-02"), Article("old", TEXT, date="2019-01-02")])
        assert [one.id for one in lib.recent(3)] == ["new", "old"]


# -- who comes in, and to what -----------------------------------------------------------------------------------------


def test_other_machines_need_a_login(tmp_path: Path) -> None:
    assert logins(None, "127.0.0.1") is None
    assert logins("me:pass:word", "0.0.0.0") == [("me", "pass:word")]
    (tmp_path / "users").write_text("a:b\n\nc:d\n")
    assert logins(str(tmp_path / "users"), "0.0.0.0") == [("a", "b"), ("c", "d")]
    for host in ("0.0.0.0", "192.168.1.2", "::", "example.org", "127.0.0.1.example.org"):
        assert not is_local(host)
        with pytest.raises(QueryError, match="--auth"):
            logins(None, host)
    for wrong in ("secret", ":secret", "user:", ""):
        with pytest.raises(QueryError) as caught:
            logins(wrong, "127.0.0.1")
        assert "secret" not in str(caught.value)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("page") / "library") as lib:
        lib.add_files([Path(__file__).parent.parent / "seeds"])
        lib.add([Article("w1", TEXT, "Dam", "2001-02-03", "Wire")])
        yield lib


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as served:
        yield served


def test_programs_ask_and_search(library: Library, address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False)
    try:
        named = client.view_api(return_format="dict")["named_endpoints"]
        assert set(named) == {"/ask", "/search", "/add", "/status"}
        assert [one["parameter_name"] for one in named["/ask"]["parameters"]] == [
            "question", "since", "until", "source", "any_date",
        ]  # fmt: skip
        question = "When was Qassem Soleimani killed?"
        told, own = client.predict(question, api_name="/ask"), library.ask(question).to_dict()
        assert told["confidence"] == pytest.approx(own["confidence"])
        assert [(c["quote"], c["start"], c["end"]) for c in told["citations"]] == [
            (c["quote"], c["start"], c["end"]) for c in own["citations"]
        ]
        assert set(told) == set(own)
        told = client.predict("When was the dam built?", "2001-02-03", "2001-02-03", ["Wire"], api_name="/ask")
        assert {c["article_id"] for c in told["citations"]} == {"w1"}
        found = client.predict("dam", 1, api_name="/search")
        assert [(hit["rank"], hit["article_id"]) for hit in found["hits"]] == [(1, "w1")]
        for call in (("dam", "yesterday"), ("dam", None, None, ["Nobody"])):
            with pytest.raises(AppError, match=r"YYYY-MM-DD|Nobody"):
                client.predict(*call, api_name="/ask")
        with pytest.raises(ValueError, match="api_name"):
            client.predict("x", api_name="/converse")
    finally:
        client.close()
        del client
        gc.collect()


@pytest.mark.parametrize(
    "path",
    ["file=/etc/passwd", "file=app.py", "file/etc/passwd", "proxy=http://example.org/", "upload_progress?upload_id=1",
     "deep_link?session_hash=1", "runs", "vibe-code", "dev/reload", "stream/a/b/1/playlist.m3u8",
     "custom_component/1/a/b/c",
     "info/../file=/etc/passwd", "run/../file=/etc/passwd"],
)  # fmt: skip
def test_nothing_but_the_page_is_served(address: str, path: str) -> None:
    for verb in (httpx.get, httpx.post):
        response = verb(f"{address}gradio_api/{path}", timeout=5)
        assert response.status_code == 404
        assert "root:" not in response.text


def test_files_are_not_taken_and_foreign_names_of_the_host_are_refused(address: str) -> None:
    assert httpx.post(f"{address}gradio_api/upload", files={"files": b"x"}).status_code == 404
    assert httpx.get(address, headers={"host": "evil.example:7860"}).status_code == 421
    page = httpx.get(address)
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_who_is_not_logged_in_reads_nothing(library: Library) -> None:
    with serving(library, [("me", "secret")]) as address, httpx.Client(base_url=address) as client:
        call = {"data": ["When was the dam built?", None, None, None, False]}
        for path in ("config", "gradio_api/info", "gradio_api/openapi.json"):
            assert client.get(path).status_code == 401
        for path in ("gradio_api/call/ask", "gradio_api/run/ask"):
            assert client.post(path, json=call).status_code == 401
        assert "dam" not in client.get("/").text
        assert client.post("login", data={"username": "me", "password": "wrong"}).status_code == 400
        assert client.post("login", data={"username": "me", "password": "secret"}).status_code == 200
        assert client.get("config").status_code == 200


@pytest.mark.parametrize("module", [rag.page.markup, rag.page.wording, rag.page.copying, rag.page.bibliography])
def test_doctests_hold(module: Any) -> None:
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted


def test_an_unknown_browser_language_is_english() -> None:
    from rag.page.wording import tongue

    assert [tongue(tag) for tag in ("ar-IQ", "AR", "en", "fr-FR", "", None)] == ["ar", "ar", "en", "en", "en", "en"]


def test_who_asks_before_the_page_has_loaded_is_answered_at_a_desk_of_their_own(address: str) -> None:
    with httpx.Client(base_url=f"{address}gradio_api/", timeout=30) as client:
        config = httpx.get(f"{address}config").json()
        box = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "box")
        submit = next(d["id"] for d in config["dependencies"] if [box, "submit"] in d["targets"])
        for reader in ("one", "other"):
            data = ["When was the dam built?", "en", "", "", [], False, None, None]
            call = {"data": data, "fn_index": submit, "session_hash": reader}
            assert client.post("queue/join", json=call).status_code == 200
            told = ""
            with client.stream("GET", "queue/data", params={"session_hash": reader}) as stream:
                for row in stream.iter_lines():
                    if "process_completed" in row:
                        told = row
                        break
            assert "1987" in told
            assert told.count("<article") == 1
