"""What one claim says and its quote says otherwise: opposites, names in the place of others, amounts in other units."""

from __future__ import annotations

from importlib.resources import files

import pytest

from index.encoder import load_encoder
from index.normalise import normalise
from rag.amounts import implied, lengths
from rag.checking import Checker
from rag.figures import read
from rag.lexicon import Lexicon
from rag.negation import denials
from rag.numerals import tokens
from rag.opposites import placed, sides
from rag.substitution import MAYBE, likeness
from rag.wordbook import WordBook

LINES = [
    line.removeprefix("=").split("|")
    for line in files("rag").joinpath("data/opposites.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
QUOTE = "انخفض إنتاج القمح في محافظة الرقة إلى 300 ألف طن، وطالب المهندس سامي الكردي بدعم المزارعين في منبج."


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(Lexicon.load(), WordBook(load_encoder()))


def test_every_line_has_two_sides_that_oppose_each_other() -> None:
    for at, line in enumerate(LINES):
        assert len(line) == 2
        both = [{s.side for word in normalise(half).split() for s in sides(word) if s.axis == at} for half in line]
        assert 0 in both[0], line
        assert 1 in both[1], line


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ارتفعت", "سينخفض"),
        ("وارتفاع", "بالهبوط"),
        ("refused", "accepts"),
        ("ألغت", "أيدت"),
        ("augmenté", "baissé"),
        ("rising", "انخفاض"),
    ],
)
def test_forms_of_opposites_are_told(one: str, other: str) -> None:
    mine, theirs = sides(normalise(one)), sides(normalise(other))
    assert any(a.axis == b.axis and a.side != b.side for a in mine for b in theirs)


def test_a_preposition_is_no_form_of_a_verb() -> None:
    assert not any(side.exact for side in sides("قبلت"))
    assert any(side.exact for side in sides("قبل"))


def test_what_is_denied_stands_for_nothing() -> None:
    text = "The union did not accept the offer"
    words = tokens(text)
    assert not placed([word.form for word in words], denials(text, words))
    assert placed([word.form for word in tokens("The union accepted the offer")], [])


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("هبط إنتاج القمح في الرقة إلى 300 ألف طن.", "supported"),
        ("ارتفع إنتاج القمح في الرقة إلى 300 ألف طن.", "unsupported"),
        ("Wheat production in Raqqa fell to 300,000 tonnes.", "supported"),
        ("Wheat production in Raqqa rose to 300,000 tonnes.", "unsupported"),
        ("La production de blé à Raqqa a augmenté à 300 000 tonnes.", "unsupported"),
    ],
)
def test_the_opposite_is_unsupported_in_any_language(checker: Checker, claim: str, verdict: str) -> None:
    assert checker.check(claim, [QUOTE]).verdict == verdict


@pytest.mark.parametrize("other", ["عمان", "الرباط", "الزعتري", "القامشلي", "وليد الزبيدي"])
def test_another_name_is_never_supported(checker: Checker, other: str) -> None:
    claim = "طالب المهندس سامي الكردي بدعم المزارعين في منبج"
    assert checker.check(claim, [QUOTE]).verdict == "supported"
    assert checker.check(claim.replace("منبج", other), [QUOTE]).verdict == "unsupported"
    both = [QUOTE, f"وصل المزارعون إلى {other} صباحا."]  # a quote that has the name takes the reason away
    assert "names" not in checker.check(claim.replace("منبج", other), both).reason


def test_names_in_each_others_place(checker: Checker) -> None:
    claim = "The mayor of Harran met the engineer Sami Kurdi in Manbij."
    quote = "On Sunday the mayor of Harran met the engineer Sami Kurdi in Manbij and praised his work."
    assert checker.check(claim, [quote]).verdict == "supported"
    swapped = "The mayor of Manbij met the engineer Sami Kurdi in Harran."
    assert checker.check(swapped, [quote]).verdict == "unsupported"
    row = "Harran and Manbij were visited by the engineer Sami Kurdi."
    turned = "Manbij and Harran were visited by the engineer Sami Kurdi."
    assert checker.check(turned, [f"Last week {row}"]).verdict != "unsupported"


def test_common_words_are_no_names() -> None:
    lexicon = Lexicon.load()
    assert all(likeness(normalise(form), lexicon) < MAYBE for form in ("بحي", "عقب", "لتبلغ", "ستنخفض", "المزارعين"))
    assert all(likeness(normalise(form), lexicon) >= MAYBE for form in ("الرباط", "القضارف", "دمشق"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("for a week", "خلال سبعة أيام"),
        ("two decades ago", "قبل 20 عاما"),
        ("half a year", "ستة أشهر"),
        ("منذ أسبوعين", "14 days"),
        ("un siècle", "100 ans"),
    ],
)
def test_one_length_of_time_in_two_units(one: str, other: str) -> None:
    assert lengths(read(one)[0], tokens(one)) & lengths(read(other)[0], tokens(other))


def test_another_length_is_another(checker: Checker) -> None:
    quote = "The strike at the mill in Raqqa lasted a week, the union said."
    assert checker.check("The strike at the mill in Raqqa lasted seven days.", [quote]).verdict == "supported"
    assert checker.check("The strike at the mill in Raqqa lasted nine days.", [quote]).verdict == "unsupported"
    assert implied(["threefold"]) == {3.0}


def test_a_fraction_that_is_left_out_is_no_lie_and_no_support(checker: Checker) -> None:
    quote = "Inflation in Egypt slowed to 5.3 percent in March, the office said."
    assert checker.check("Inflation in Egypt slowed to 5 percent in March.", [quote]).verdict == "partly"
    assert checker.check("Inflation in Egypt slowed to 7 percent in March.", [quote]).verdict == "unsupported"


@pytest.mark.parametrize(
    "text", ["لست متأكدا من ذلك", "ألست جائعا؟", "كان الكلب ميتا", "It may last all night", "COVID-19 may be spreading"]
)
def test_words_spelt_like_numbers_and_months(text: str) -> None:
    found, dated = read(text)
    assert not dated
    assert [figure.value for figure in found] in ([], [19.0])


def test_short_years_and_plural_weekdays() -> None:
    assert [f.value for f in read("its 2001–02 season")[0]] == [2001, 2002]
    assert read("closed on Sundays")[1][0].weekday == 6
