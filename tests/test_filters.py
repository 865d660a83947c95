"""Laws of the filters: every hit passes, none that passes is lost, and dates in a question are one of them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tantivy
from conftest import FakeEncoder, add, make_article

from index import lexical, normalise
from index.article import Article
from index.catalogue import Filter
from index.store import Store
from index.tokens import terms
from rag import Library, QueryError
from rag.page.answers import exchange
from rag.page.wording import Tongue
from rag.printing import dates_line
from rag.terminal import run

LANGUAGES = ("ar", "en", "fr", None)
FILTERS = [
    Filter(languages=("ar",)),
    Filter(languages=("ar", "fr")),
    Filter(languages=("xx",)),
    Filter(articles=("a3", "a17", "a40")),
    Filter(articles=("a3", "nobody", "a\0b", "\ud800")),
    Filter(articles=("nobody",)),
    Filter(articles=()),
    Filter("2012-01-01", "2018-12-31", ("Reuters",), ("en", "fr"), tuple(f"a{n}" for n in range(0, 60, 2))),
]


def speaking(number: int, **about: Any) -> Article:
    """An article of its own words, in one of LANGUAGES."""
    a = make_article(number, sentences=1 + number % 9)
    return Article(a.id, a.text, a.title, a.date, a.source, language=LANGUAGES[number % 4], **about)


def passes(article: Article, where: Filter) -> bool:
    if (where.since or where.until) and not (where.since or "") <= str(article.date or "") <= (where.until or "9"):
        return False
    return (
        (not where.sources or article.source in where.sources)
        and (not where.languages or article.language in where.languages)
        and (where.articles is None or article.id in where.articles)
    )


@pytest.fixture
def articles() -> list[Article]:
    return [speaking(n) for n in range(60)]


@pytest.fixture
def full(store: Store, articles: list[Article]) -> Store:
    add(store, articles)
    return store


# -- the store ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", FILTERS, ids=range(len(FILTERS)))
@pytest.mark.parametrize("k", [1, 7, 10_000])
def test_filtered_search_is_brute_force_over_what_passes(
    full: Store, articles: list[Article], where: Filter, k: int
) -> None:
    by_id = {a.id: a for a in articles}
    texts = {i: p for i, p in full.passages(range(1, 10_000)).items() if passes(by_id[p.article_id], where)}
    query = FakeEncoder().encode(["ملف مخيم الهول camp"])[0]
    matrix = FakeEncoder().encode([f"{p.title}\n{p.text}" for p in texts.values()])
    exact = sorted((matrix @ query).tolist(), reverse=True)
    found = full.dense(query, k, where)
    assert {i for i, _ in found} <= set(texts)
    assert [score for _, score in found] == pytest.approx(exact[:k], abs=1e-3)
    found = full.lexical([{("stems", "هول"): 1.0}], 10_000, where)
    assert {i for i, _ in found} == {i for i, p in texts.items() if "هول" in terms(p.text).stems.split()}
    assert full.lexical([{("stems", "هول"): 1.0}], k, where) == found[:k]


def test_a_filter_says_whether_it_is_one() -> None:
    assert not Filter()
    assert Filter(languages=("ar",))
    assert Filter(articles=())


def test_a_replaced_article_is_found_by_its_id(full: Store) -> None:
    add(full, [Article("a3", "خبر جديد عن مخيم الهول", language="fr")])
    query = FakeEncoder().encode(["مخيم"])[0]
    for where in (Filter(articles=("a3",)), Filter(languages=("fr",), articles=("a3", "a4"))):
        for found in (full.dense(query, 5, where), full.lexical([{("stems", "هول"): 1.0}], 5, where)):
            assert [full.passages([i])[i].text for i, _ in found] == ["خبر جديد عن مخيم الهول"]
    assert full.languages()["fr"] == 16


def test_dates_are_told_within_days(full: Store, articles: list[Article]) -> None:
    known = sorted(str(a.date) for a in articles if a.date)
    assert full.dates() == (known[0], known[-1])
    within = [d for d in known if "2013-02-01" <= d <= "2015-12-31"]
    assert full.dates("2013-02-01", "2015-12-31") == (within[0], within[-1])
    assert full.dates("2099-01-01") == full.dates(until="1999-01-01") == (None, None)


def test_thousands_of_ids_are_a_quick_filter(store: Store) -> None:
    add(store, [Article(f"id{n}", f"مخيم الهول {n}", date="2015-01-01") for n in range(6_000)])
    wanted = tuple(f"id{n}" for n in random.Random(0).sample(range(6_000), 5_000))
    where, query = Filter(articles=wanted), FakeEncoder().encode(["مخيم الهول"])[0]
    began = time.perf_counter()
    dense, words = store.dense(query, 50, where), store.lexical([{("stems", "هول"): 1.0}], 50, where)
    assert time.perf_counter() - began < 2
    assert len(dense) == len(words) == 50
    assert {p.article_id for p in store.passages(i for i, _ in [*dense, *words]).values()} <= set(wanted)


def test_one_percent_of_an_archive_still_gives_k_hits(tmp_path: Path) -> None:
    rare = {f"id{n}" for n in range(0, 4_000, 100)}
    with Library.open(tmp_path / "library", FakeEncoder()) as library:
        # The others match far better: whatever was cut before it was filtered would leave nothing.
        library.add(
            Article(
                f"id{n}",
                f"تقرير عن مدينة رقم {n} وفيه ذكر المخيم" if n % 100 == 0 else "مخيم الهول مخيم الهول",
                date="2015-07-21" if n % 100 == 0 else "2014-01-01",
            )
            for n in range(4_000)
        )
        for filters in ({"since": "2015-07-01"}, {"since": "2015-07-21", "until": "2015-07-21"}):
            hits = library.search("مخيم الهول", 20, **filters)
            assert len(hits) == 20
            assert {hit.article_id for hit in hits} <= rare
        hits = library.search("مخيم الهول في يوليو 2015", 40)
        assert {hit.article_id for hit in hits} == rare


# -- an index of an earlier schema -------------------------------------------------------------------------------------


def _earlier_index(folder: Path, store: Store, stamp: str | None) -> None:
    """The index of terms as it was before languages and articles were in it."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", indexed=True, fast=True)
    for field in ("stems", "grams", "title"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("day", indexed=True, fast=True)
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    for file in folder.iterdir():
        file.unlink()
    index = tantivy.Index(builder.build(), path=str(folder))
    writer = index.writer(15 << 20, 1)
    for number, passage in store.passages(range(1, 10_000)).items():
        document = tantivy.Document()
        document.add_unsigned("passage", number)
        document.add_text("stems", terms(passage.text).stems)
        writer.add_document(document)
    if stamp:
        document = tantivy.Document()
        document.add_unsigned("passage", 0)
        document.add_text("stamp", stamp)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


@pytest.mark.parametrize("articles", [[], [speaking(n) for n in range(30)]], ids=["empty", "full"])
def test_an_index_of_an_earlier_schema_is_made_again_without_encoding(tmp_path: Path, articles: list[Article]) -> None:
    class Forbidden(FakeEncoder):
        def encode(self, texts, *, kind="passage"):  # type: ignore[no-untyped-def]
            raise AssertionError("nothing has to be encoded again")

    store = Store(tmp_path / "library", FakeEncoder())
    add(store, articles)
    expected = store.lexical([{("stems", "هول"): 1.0}], 99, Filter(languages=("ar",)))
    stamp = f"{store._catalogue.uuid}:{normalise.VERSION}@{store.change()}"
    _earlier_index(tmp_path / "library" / "terms", store, stamp if articles else None)
    store.close()
    store = Store(tmp_path / "library", Forbidden())
    found = store.lexical([{("stems", "هول"): 1.0}], 99, Filter(languages=("ar",)))
    assert [i for i, _ in found] == [i for i, _ in expected]
    assert bool(found) == bool(articles)
    assert store.check() == []
    store.close()
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [Article("later", "مخيم الهول", language="ku")])
    assert len(store.lexical([{("stems", "هول"): 1.0}], 99, Filter(languages=("ku",)))) == 1
    store.close()


def test_who_has_an_index_of_an_earlier_schema_open_sees_it_made_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [speaking(n) for n in range(30)])
    stamp = f"{store._catalogue.uuid}:{normalise.VERSION}@{store.change()}"
    _earlier_index(tmp_path / "library" / "terms", store, stamp)
    store.close()
    one, other = (Store(tmp_path / "library", FakeEncoder()) for _ in range(2))  # both open before either searches
    asked = [{("stems", "هول"): 1.0}], 99, Filter(languages=("ar",))
    assert one.lexical(*asked) == other.lexical(*asked) != []
    one.close()
    other.close()


def test_a_new_schema_version_makes_the_terms_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "library", FakeEncoder())
    add(store, [speaking(n) for n in range(5)])
    store.close()
    before = {p.name for p in (tmp_path / "library" / "terms").glob("*.term")}
    monkeypatch.setattr(lexical, "SCHEMA", lexical.SCHEMA + 1)
    store = Store(tmp_path / "library", FakeEncoder())
    assert store.lexical([{("stems", "هول"): 1.0}], 99, Filter())
    assert not before & {p.name for p in (tmp_path / "library" / "terms").glob("*.term")}
    store.close()


# -- the library -------------------------------------------------------------------------------------------------------

NEWS = [
    ("dam", "2015-07-06", "Reuters", "en", "The dam north of Basra held on Monday after three days of heavy rain."),
    ("bridge", "2015-07-20", "Reuters", "en", "The minister opened the new bridge over the Tigris in Basra."),
    ("hol", "2015-07-14", "الجزيرة", "ar", "بحث الوزير في بغداد ملف مخيم الهول وإعادة العائلات."),
    ("camp", "2014-08-02", "الجزيرة", "ar", "وصلت عائلات جديدة إلى مخيم الهول بعد المعارك."),
    ("pont", "2014-11-03", "Le Monde", "fr", "Le ministre a inauguré le pont de Bassora devant la foule."),
    ("newest", "2015-07-21", "الجزيرة", "ar", "افتتح الرئيس معرض الكتاب في دمشق أمام الزوار."),
    ("undated", None, None, None, "The camp of al-Hol lies in the desert near the border."),
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("filters") / "library") as opened:
        opened.add(Article(id, text, date=day, source=s, language=code) for id, day, s, code, text in NEWS)
        yield opened


def _ids(library: Library, query: str, **filters: Any) -> set[str]:
    return {hit.article_id for hit in library.search(query, 50, **filters)}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"language": "ar"}, {"hol", "camp", "newest"}),
        ({"language": ["ar", "fr"]}, {"hol", "camp", "newest", "pont"}),
        ({"language": []}, {row[0] for row in NEWS}),
        ({"articles": "hol"}, {"hol"}),
        ({"articles": (id for id in ("dam", "undated", "dam"))}, {"dam", "undated"}),
        ({"articles": []}, set()),
        ({"articles": ["dam"], "language": "ar"}, set()),
        ({"articles": ["dam"], "since": "2015-07-07"}, set()),
        ({"since": "2099-01-01"}, set()),
        ({"source": "الجزيرة", "language": "ar", "until": "2015-01-01"}, {"camp"}),
    ],
    ids=str,
)
def test_languages_and_articles_are_filters(library: Library, filters: dict[str, Any], expected: set[str]) -> None:
    filters = {name: list(v) if not isinstance(v, str | list) else v for name, v in filters.items()}
    assert _ids(library, "مخيم الهول dam", **filters) == expected
    answer = library.ask("مخيم الهول dam", **filters)
    assert {c.article_id for c in answer.citations} <= expected
    assert {e.passage.article_id for e in library.evidence("مخيم الهول dam", **filters)[2]} <= expected
    assert answer.answered or answer.text


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"language": "de"}, r"'de'.*are: ar, en, fr"),
        ({"language": ["ar", "AR"]}, r"'AR'.*ar, en, fr"),
        ({"articles": "nobody"}, "'nobody'.*isnad search --json"),
        ({"articles": ["hol", "hol\0", "x"]}, r"hol\\x00"),
        ({"articles": ""}, "''"),
    ],
)
def test_what_the_library_does_not_have_is_named(library: Library, filters: dict[str, Any], message: str) -> None:
    for method in (library.search, library.ask, library.evidence):
        with pytest.raises(QueryError, match=message) as caught:
            method("مخيم", **filters)
        assert "\n" not in str(caught.value)


def test_a_library_without_languages_says_so(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", FakeEncoder()) as library, pytest.raises(QueryError, match="none: "):
        library.search("x", language="ar")


# -- dates in questions ------------------------------------------------------------------------------------------------

ASKED = [
    ("What was opened in Basra last week?", "2015-07-13", "2015-07-19", "last week", {"hol"}),
    ("ماذا حدث أمس؟", "2015-07-20", "2015-07-20", "أمس", {"bridge"}),
    (
        "ما أخبار مخيم الهول في يوليو 2015؟",
        "2015-07-01",
        "2015-07-31",
        "في يوليو 2015",
        {"dam", "bridge", "hol", "newest"},
    ),
    ("مخيم الهول منذ تموز", "2015-07-01", None, "منذ تموز", {"dam", "bridge", "hol", "newest"}),
    ("Qu'a inauguré le ministre avant 2015 ?", None, "2014-12-31", "avant 2015", {"camp", "pont"}),
    ("yesterday", "2015-07-20", "2015-07-20", "yesterday", {"bridge"}),
    ("What happened to it yesterday?", "2015-07-20", "2015-07-20", "yesterday", {"bridge"}),
]


@pytest.mark.parametrize(("question", "since", "until", "words", "expected"), ASKED, ids=range(len(ASKED)))
def test_dates_in_a_question_are_a_filter(
    library: Library, question: str, since: str | None, until: str | None, words: str, expected: set[str]
) -> None:
    found = library.period(question)
    assert found is not None
    assert (found.since, found.until, found.text) == (since, until, words)
    assert _ids(library, question) == expected
    answer = library.ask(question)
    assert (answer.since, answer.until, answer.understood) == (since, until, words)
    assert answer.question == question
    assert {c.article_id for c in answer.citations} <= expected
    whole = answer.to_dict()
    assert (whole["since"], whole["until"], whole["understood"]) == (since, until, words)
    if not answer.answered:
        assert all(day in answer.text for day in (since, until) if day)


@pytest.mark.parametrize("question", [row[0] for row in ASKED])
def test_dates_are_switched_off_or_given_instead(library: Library, question: str) -> None:
    everything = {row[0] for row in NEWS}
    assert _ids(library, question, dates=False) == everything
    assert library.evidence(question, dates=False)[0].text == question
    answer = library.ask(question, dates=False)
    assert (answer.since, answer.until, answer.understood) == (None, None, None)
    answer = library.ask(question, until="2014-08-31")
    assert (answer.since, answer.until, answer.understood) == (None, "2014-08-31", None)
    assert _ids(library, question, until="2014-08-31") == {"camp"}


@pytest.mark.parametrize(
    "question",
    [
        "What was decided in July 1991?",  # no article of those days: the event's
        "ماذا حدث في رمضان 1400؟",
        "Who has lived in the camp since 1948?",
        "Which dam held?",
        "",
    ],
)
def test_words_on_the_event_are_no_filter(library: Library, question: str) -> None:
    assert library.period(question) is None
    if question:
        assert {row[0] for row in NEWS} == _ids(library, question)


def test_the_words_of_a_filter_are_no_terms(library: Library) -> None:
    question = library.evidence("Which bridge was opened in July 2015?")[0]
    assert {term.form for term in question.terms} == {"bridge", "opened"}
    assert question.language == "en"
    assert library.evidence("Où est le pont de Bassora en novembre 2014 ?")[0].language == "fr"


def test_an_archive_without_dates_has_no_periods(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", FakeEncoder()) as library:
        for question, *_ in ASKED:
            assert library.period(question) is None
            assert library.search(question) == []
        library.add([Article("a", "خبر بلا تاريخ")])
        assert library.period("ماذا حدث أمس؟") is None
        assert len(library.search("ماذا حدث أمس؟")) == 1


def test_a_filter_in_words_finds_what_the_same_filter_finds(library: Library) -> None:
    said = library.search("مخيم الهول في يوليو 2015", 5)
    given = library.search("مخيم الهول", 5, since="2015-07-01", until="2015-07-31")
    assert [(h.article_id, h.start) for h in said] == [(h.article_id, h.start) for h in given]
    assert np.allclose([h.score for h in said], [h.score for h in given], atol=1e-4)


# -- the command line --------------------------------------------------------------------------------------------------

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], library: Library, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run one command on the library: (exit status, stdout, stderr)."""
    monkeypatch.setenv("ISNAD_LIBRARY", library.status().path)

    def run_it(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        return run(list(arguments)), *capsys.readouterr()

    return run_it


def test_a_search_in_json_says_what_was_understood(call: Call) -> None:
    found = json.loads(call("search", "ماذا حدث أمس؟", "--json")[1])
    assert list(found) == ["query", "since", "until", "understood", "hits"]
    assert (found["since"], found["until"], found["understood"]) == ("2015-07-20", "2015-07-20", "أمس")
    assert [hit["article_id"] for hit in found["hits"]] == ["bridge"]
    found = json.loads(call("search", "ماذا حدث أمس؟", "--any-date", "--json")[1])
    assert (found["since"], found["until"], found["understood"], len(found["hits"])) == (None, None, None, len(NEWS))
    found = json.loads(call("search", "ماذا حدث أمس؟", "--until", "2014-08-31T10:00", "--json")[1])
    assert (found["since"], found["until"], found["understood"], len(found["hits"])) == (None, "2014-08-31", None, 1)
    answer = json.loads(call("ask", "ماذا حدث أمس؟", "--json")[1])
    assert (answer["since"], answer["until"], answer["understood"]) == ("2015-07-20", "2015-07-20", "أمس")
    assert json.loads(call("ask", "ماذا حدث أمس؟", "--any-date", "--json")[1])["understood"] is None


def test_people_are_told_what_was_understood_and_how_to_switch_it_off(call: Call) -> None:
    line = "articles of 2015-07-01 to 2015-07-31 (“in July 2015”; --any-date to search all)"
    for command in ("ask", "search"):
        assert call(command, "Who opened the bridge in July 2015?")[1].splitlines()[0] == line
        assert line not in call(command, "Who opened the bridge in July 2015?", "--any-date")[1]
    _, told, _ = call("ask", "من ألف الأوبرا عن القمر في يوليو 2015؟")
    assert "مقال من 2015-07-01 إلى 2015-07-31" in told
    _, told, _ = call("ask", "Qui a composé l'opéra sur la lune depuis juillet 2015 ?")
    assert "depuis le 2015-07-01" in told


def test_the_page_says_what_was_understood(library: Library) -> None:
    def page(question: str, language: Tongue = "en") -> str:
        return exchange(0, question, library.ask(question), language, ())

    assert "<bdi>articles of 2015-07-20 (“أمس”)</bdi>" in page("ماذا حدث أمس؟")
    assert "<bdi>مقالات بتاريخ 2015-07-20 (“أمس”)</bdi>" in page("ماذا حدث أمس؟", "ar")
    assert "<bdi>articles since 2015-07-01 (“since July”)</bdi>" in page("<b>since\nJuly</b> dam")
    assert "articles of" not in page("Which dam held?")


def test_the_line_of_dates() -> None:
    assert dates_line("2015-07-21", "2015-07-21", "today") == "articles of 2015-07-21 (“today”)"
    assert dates_line("2015-07-21", None, "since\x1b[31m x") == "articles since 2015-07-21 (“since x”)"
    assert dates_line(None, "2015-07-21", "until x", "!") == "articles until 2015-07-21 (“until x”!)"


def test_languages_and_articles_are_options(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Library
) -> None:
    def ids(*options: str) -> set[str]:
        return {hit["article_id"] for hit in json.loads(call("search", "dam", "--json", *options)[1])["hits"]}

    assert ids("--language", "fr") == {"pont"}
    assert ids("--language", "fr", "--language", "ar") == {"pont", "hol", "camp", "newest"}
    assert ids("--article", "hol", "--article", "dam") == {"hol", "dam"}
    assert call("ask", "dam", "--article", "hol", "--language", "ar", "--json")[0] == 0
    monkeypatch.setenv("ISNAD_LIBRARY", str(tmp_path / "files"))
    monkeypatch.chdir(tmp_path)
    for name in ("one.txt", "two.txt"):
        Path(name).write_text(f"The bridge of {name} was closed on Friday.")
    assert call("index", "one.txt", "two.txt")[0] == 0
    assert ids("--article", "one.txt") == {str(tmp_path / "one.txt")}


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x", "--language", "de"], "ar, en, fr"),
        (["x", "--article", "nobody"], "'nobody'"),
        (["x", "--source", "CNN"], "Reuters"),
        (["x", "--since", "last week"], "YYYY-MM-DD"),
        (["x", "--since", "2015-02-30"], "YYYY-MM-DD"),
        (["x", "--since", "2015-07-21", "--until", "2015-07-20"], "after"),
        ([""], "empty"),
        (["؟!.,"], "empty"),
        (["\x00\x07\x7f"], "empty"),
    ],
    ids=range(9),
)
def test_what_cannot_be_served_is_said_in_a_line(call: Call, command: str, arguments: list[str], said: str) -> None:
    status, out, err = call(command, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    "query", ["the of in", "من في على", "x" * 100_000, "أمس " * 25_000, "\x1b[31mdam\x07 yesterday"]
)
def test_what_can_be_served_is(call: Call, command: str, query: str) -> None:
    status, out, err = call(command, query, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)
    assert call(command, query)[0] == 0


@pytest.mark.parametrize("k", ["0", "-1", "-99999999999"])
def test_no_hits_cannot_be_asked_for(call: Call, k: str) -> None:
    status, _, err = call("search", "dam", "-k", k)
    assert (status, err.count("\n")) == (2, 1)
    assert "at least 1" in err
