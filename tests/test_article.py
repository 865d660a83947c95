"""Laws of the article: what is taken, what is refused with which words, and when two are the same."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, iso_date
from index.errors import ArticleError, IsnadError

EVERYTHING = {
    "id": "a1",
    "text": "نص",
    "title": "عنوان",
    "date": "2015-07-21",
    "source": "رويترز",
    "url": "https://example.org/1",
    "language": "ar",
    "author": "كاتب",
}
any_text = st.text(st.characters(exclude_categories=()), min_size=1)


@pytest.mark.parametrize(
    ("given", "day"),
    [
        (None, None),
        ("", None),
        ("2015-07-21", "2015-07-21"),
        ("2015-07-21 18:51:33", "2015-07-21"),
        ("2015-07-21T18:51:33Z", "2015-07-21"),
        ("0987-01-02", "0987-01-02"),
        (datetime.date(987, 1, 2), "0987-01-02"),
        (datetime.datetime(2015, 7, 21, 23, 59), "2015-07-21"),
    ],
)
def test_dates_become_days(given: Any, day: str | None) -> None:
    assert iso_date(given) == day


@pytest.mark.parametrize(
    "given", ["2015-13-01", "2015-02-30", "21/07/2015", "2015-7-1", "2015", "2015-07-211", 20150721, b"x", 0]
)
def test_what_is_no_date_is_refused_with_the_form_that_is_wanted(given: Any) -> None:
    with pytest.raises(ArticleError, match="YYYY-MM-DD"):
        Article(id="a", text="b", date=given)


@given(st.dates())
def test_every_day_is_itself(day: datetime.date) -> None:
    assert iso_date(day) == iso_date(day.isoformat()) == day.isoformat()


def test_the_message_on_a_bad_date_is_one_short_line() -> None:
    with pytest.raises(ArticleError) as caught:
        iso_date("x\n" * 100_000)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Article) if f.name != "date"])
@pytest.mark.parametrize("value", [1, 2.5, b"bytes", ["list"], True])
def test_fields_must_be_text(field: str, value: object) -> None:
    with pytest.raises(ArticleError, match=f"{field} must be text, not {type(value).__name__}"):
        Article(**EVERYTHING | {field: value})


@pytest.mark.parametrize("field", ["id", "text", "title"])
def test_none_is_no_text(field: str) -> None:
    with pytest.raises(ArticleError, match=field):
        Article(**EVERYTHING | {field: None})


@pytest.mark.parametrize("blank", ["", " ", "\n\t\u2003"])
@pytest.mark.parametrize("field", ["id", "text"])
def test_id_and_text_must_say_something(field: str, blank: str) -> None:
    with pytest.raises(ArticleError, match=field) as caught:
        Article(**EVERYTHING | {field: blank})
    assert isinstance(caught.value, IsnadError)
    assert isinstance(caught.value, ValueError)


@given(any_text, any_text)
def test_any_text_is_taken_with_its_length_and_can_be_written(before: str, after: str) -> None:
    given = f"{before}\ud800\0x{after}"
    article = Article(id="a", text=given)
    assert len(article.text) == len(given)  # so that offsets into the given text hold
    assert all(a == b for a, b in zip(article.text, given, strict=True) if b != "\0" and not 0xD800 <= ord(b) <= 0xDFFF)
    assert "\0" not in article.text
    article.text.encode("utf-8")


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1).filter(str.strip))
def test_text_is_kept_to_the_character(text: str) -> None:
    assert Article(id="a", text=text).text == text


@pytest.mark.parametrize("field", EVERYTHING)
def test_the_digest_differs_with_each_field(field: str) -> None:
    article = Article(**EVERYTHING)
    assert article.digest() == Article(**EVERYTHING).digest()
    other = "2015-07-22" if field == "date" else f"{EVERYTHING[field]} "
    assert dataclasses.replace(article, **{field: other}).digest() != article.digest()


def test_none_and_empty_are_not_the_same() -> None:
    assert Article("a", "b", source=None).digest() != Article("a", "b", source="").digest()


texts = st.text(st.sampled_from("a\x1f\x00\x01\x1e-=\\"), max_size=4)


@given(*(st.tuples(texts, texts, st.none() | texts, st.none() | texts) for _ in range(2)))
def test_digests_are_equal_only_for_equal_articles(one: tuple, other: tuple) -> None:
    a, b = (Article("id", "t" + text, title=title, source=source, url=url) for text, title, source, url in (one, other))
    assert (a.digest() == b.digest()) == (a == b)


def test_a_separator_inside_a_field_does_not_move_the_border() -> None:
    assert Article("a", "x\x1fy", title="z").digest() != Article("a", "x", title="y\x1fz").digest()


def test_articles_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Article("a", "b").text = "c"  # type: ignore[misc]
