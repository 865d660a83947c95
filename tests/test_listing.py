"""Laws of the list: its pages are a partition of it, its filters are what one would count by hand, its days add up."""

from __future__ import annotations

import doctest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SOURCES, FakeEncoder, make_article
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import index.catalogue
import index.listing
from index.indexing import Report
from index.normalise import normalise
from rag import Article, Library, QueryError

TITLES = (
    "وصول الوفد إلى بغداد",
    "الأُسرة في الموصل",
    "Café de Beyrouth",
    "CAFE society",
    "",
    "Résumé: إسلامية",
    "100%_off",
)


def article(n: int, salt: str = "") -> Article:
    made = make_article(n, sentences=1, salt=salt)
    return Article(f"a{n}", made.text, TITLES[n % len(TITLES)], made.date, made.source)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("listing") / "library", FakeEncoder()) as opened:
        opened.add([article(n) for n in range(60)])
        opened.remove([f"a{n}" for n in range(0, 60, 9)])
        opened.add([article(n, "anew") for n in range(3, 60, 11)])  # replaced ones are numbered anew
        yield opened


days = st.sampled_from([None, "2011-01-01", "2013-05-14", "2016-08-17", "2019-09-19"])
filters = st.fixed_dictionaries(
    {
        "since": days,
        "until": days,
        "source": st.one_of(st.none(), st.lists(st.sampled_from([s for s in SOURCES if s]), max_size=2)),
        "title": st.sampled_from(
            ["", " ", "الاسره", "الأسرة", "cafe", "CAFÉ be", "وفد بغداد", "مخيم", "%", "_", "zzz", "'"]
        ),
    }
)


def by_hand(
    library: Library, since: str | None, until: str | None, source: list[str] | None, title: str
) -> list[Article]:
    """The articles that a filter means, told by their texts."""
    found = []
    for one in library.articles():
        headline = normalise(one.title or one.text.strip()[:120])
        if not all(word in headline for word in normalise(title).split()):
            continue
        date = str(one.date or "")
        if (
            (since and not date >= since)
            or (until and not (date and date <= until))
            or (source and one.source not in source)
        ):
            continue
        found.append(one)
    return found


@given(filters, st.integers(1, 25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_partition_what_the_filter_means_and_the_days_add_up(library: Library, where: dict, size: int) -> None:
    if where["since"] and where["until"] and where["since"] > where["until"]:
        with pytest.raises(QueryError, match="exchange"):
            library.listing(**where)
        return
    meant = by_hand(library, **where)
    rows, total, offset = [], 1, 0
    while offset < total:
        page = library.listing(**where, offset=offset, count=size)
        total, offset = page.total, offset + size
        assert len(page.rows) == max(0, min(size, total - offset + size))
        rows += page.rows
    assert total == len(rows) == len(meant)
    assert {(r.id, r.title, r.date, r.source) for r in rows} == {(a.id, a.title, a.date, a.source) for a in meant}
    assert len({r.number for r in rows}) == len(rows)
    order = [(r.date or "", r.number) for r in rows]
    assert order == sorted(order, reverse=True)
    counted = library.timeline(**where)
    assert counted == Counter(a.date for a in meant if a.date)
    assert list(counted) == sorted(counted)
    assert sum(counted.values()) + sum(a.date is None for a in meant) == total


def test_a_search_within_titles_follows_every_change(tmp_path: Path) -> None:
    with (
        Library.open(tmp_path / "library", FakeEncoder()) as lib,
        Library.open(tmp_path / "library", FakeEncoder()) as other,
    ):
        ids = lambda title: [row.id for row in lib.listing(title=title).rows]  # noqa: E731
        text = "The dam held on Monday."
        lib.add(
            [
                Article("a", text, "Dam at Basra"),
                Article("b", text, "Bridge"),
                Article("c", "\n\t  Untitled dam words."),
            ]
        )
        assert ids("dam") == ["c", "a"]
        lib.remove(["c"])
        assert ids("dam") == ["a"]
        other.add([Article("a", text, "Weir at Basra"), Article("d", text, "Two dams")])
        assert ids("DAM") == ["d"]
        assert ids("basra weir") == ["a"]
        assert lib.listing(offset=-5, count=-1) == ([], 3)


def test_the_newest_page_is_read_by_the_index_without_sorting(library: Library) -> None:
    catalogue = library._store._catalogue
    steps: list[str] = []
    with catalogue.snapshot() as connection:
        traced: list[str] = []
        connection.set_trace_callback(traced.append)
        catalogue.listed(index.catalogue.Filter(), "", 0, 5)
        connection.set_trace_callback(None)
        select = next(one for one in traced if "ORDER BY" in one)
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {select}")]
    assert any("article_date" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


def test_files_are_known_by_the_names_that_are_given(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("The dam north of Basra held on Monday.")
    (tmp_path / "2.txt").write_text("")
    names = {
        str(tmp_path / "1.txt"): "news/dam.txt",
        str(tmp_path / "2.txt"): "news/empty.txt",
        str(tmp_path / "3"): "x",
    }
    watched = Report()
    with Library.open(tmp_path / "library", FakeEncoder()) as lib:
        report = lib.add_files(list(names), names=names, report=watched)
        assert [one.id for one in lib.articles()] == ["news/dam.txt"]
        assert report is watched
        assert (report.added, {one.path for one in report.failed}) == (1, {"news/empty.txt", "x"})
        assert str(tmp_path) not in str(report)
        assert lib.add_files(list(names), names=names).unchanged == 1


def test_doctests_hold() -> None:
    result = doctest.testmod(index.listing)
    assert result.failed == 0
    assert result.attempted
