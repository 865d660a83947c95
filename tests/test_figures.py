"""Numbers, spelt and in digits, and dates of a text: laws, and a small table of our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import Figure, figures, read

UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split()
)
UNITS += ["eighteen", "nineteen"]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def english(n: int) -> str:
    """An independent speller, below a billion."""
    if n < 20:
        return UNITS[n - 1]
    if n < 100:
        return TENS[n // 10 - 2] + (f"-{UNITS[n % 10 - 1]}" if n % 10 else "")
    for size, name in ((10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            joint = "" if not rest else " and " if rest < 100 else " "
            return f"{english(n // size)} {name}{joint}{english(rest) if rest else ''}"
    raise AssertionError(n)


ARABIC_UNITS = "واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة".split()
ARABIC_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split()
ARABIC_HUNDREDS = "مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split()


def arabic(n: int) -> str:
    """An independent speller, below a million."""
    if n <= 10:
        return ARABIC_UNITS[n - 1]
    if n < 20:
        return ("أحد" if n == 11 else "اثنا" if n == 12 else ARABIC_UNITS[n - 11]) + " عشر"
    if n < 100:
        return (f"{ARABIC_UNITS[n % 10 - 1]} و" if n % 10 else "") + ARABIC_TENS[n // 10 - 2]
    if n < 1000:
        return ARABIC_HUNDREDS[n // 100 - 1] + (f" و{arabic(n % 100)}" if n % 100 else "")
    thousands, rest = divmod(n, 1000)
    if thousands == 1:
        head = "ألف"
    elif thousands == 2:
        head = "ألفان"
    else:
        head = f"{arabic(thousands)} {'آلاف' if thousands <= 10 else 'ألفا'}"
    return head + (f" و{arabic(rest)}" if rest else "")


FRENCH = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
FRENCH += ["dix-sept", "dix-huit", "dix-neuf"]
FRENCH_TENS = "vingt trente quarante cinquante soixante".split()


def french(n: int) -> str:
    """An independent speller, below a million."""
    if n < 20:
        return FRENCH[n - 1]
    if n < 70:
        one = n % 10
        return FRENCH_TENS[n // 10 - 2] + ("" if not one else " et un" if one == 1 else f"-{FRENCH[one - 1]}")
    if n < 80:
        return "soixante et onze" if n == 71 else f"soixante-{FRENCH[n - 61]}"
    if n < 100:
        return "quatre-vingts" if n == 80 else f"quatre-vingt-{FRENCH[n - 81]}"
    size, name = (1000, "mille") if n >= 1000 else (100, "cent")
    many, rest = divmod(n, size)
    head = name if many == 1 else f"{french(many)} {name}"
    return head + (f" {french(rest)}" if rest else "")


def values(text: str) -> list[float]:
    return [figure.value for figure in figures(text)]


@pytest.mark.parametrize(("spell", "most"), [(english, 10**8), (arabic, 10**6), (french, 10**6)])
def test_what_is_spelt_is_read_again(spell, most) -> None:  # type: ignore[no-untyped-def]
    steps = [*range(2, 130), *range(190, 1300, 37), *range(1990, most, most // 211)]
    wrong = {n: (spell(n), values(spell(n))) for n in steps if values(spell(n)) != [n]}
    assert not wrong


@given(st.integers(2, 10**9))
def test_digits_are_one_number_however_they_are_grouped_and_in_whatever_digits(n: int) -> None:
    eastern = str(n).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    grouped = f"{n:,}"
    thin = grouped.replace(",", "\u202f")
    assert values(f"x {n} y") == values(f"x {grouped} y") == values(f"x {eastern} y") == values(f"x {thin} y") == [n]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("بـ400 ميغاوات و90 ألف برميل", [400, 90_000]),
        ("مئة وخمسين ألفا", [150_000]),
        ("مليون ونصف المليون", [1_500_000]),
        ("1.5 million, £30m, 2,5 milliards", [1_500_000, 30_000_000, 2_500_000_000]),
        ("half a million", [500_000]),
        ("22،338،618", [22_338_618]),
        ("dozens of people, thousands, آلاف الناس، كمية", []),
        ("A380, إنترنت2, U2", []),
    ],
)
def test_numbers_as_news_writes_them(text: str, wanted: list[float]) -> None:
    assert values(text) == wanted


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("11 في المئة", "percent", 11),
        ("بستين بالمائة", "percent", 60),
        ("4 pour cent", "percent", 4),
        ("in 2015", "year", 2015),
        ("في سبعينيات القرن العشرين", "decade", 1970),
        ("the 1970s", "decade", 1970),
        ("الخامسة والعشرون", "ordinal", 25),
        ("Louis XIV", "ordinal", 14),
        ("the 21st", "ordinal", 21),
    ],
)
def test_kinds(text: str, kind: str, value: float) -> None:
    assert [(f.kind, f.value) for f in figures(text)] == [(kind, value)]


@pytest.mark.parametrize(
    ("text", "sense"),
    [
        ("نحو 600 لاجئ", "about"),
        ("at least 38", "least"),
        ("لا يقل عن 38", "least"),
        ("moins de 400", "most"),
        ("38", "exact"),
    ],
)
def test_senses(text: str, sense: str) -> None:
    assert [f.sense for f in figures(text)] == [sense]


@pytest.mark.parametrize(
    "text",
    [
        "4 November 2019",
        "November 4, 2019",
        "الرابع من تشرين الثاني 2019",
        "4 نوفمبر 2019",
        "٤ نونبر ٢٠١٩",
        "4 novembre 2019",
        "2019-11-04",
    ],
)
def test_one_day_in_many_ways(text: str) -> None:
    found, (date,) = read(text)
    assert (date.year, date.months, date.day, date.hijri, found) == (2019, {11}, 4, False, [])


def test_words_that_are_no_dates() -> None:
    assert not read("They may march on; sept morts; il est né; تويوتا ونيسان")[1]
    assert [d.weekday for d in read("Wednesday, الأربعاء, mercredi")[1]] == [2, 2, 2]


@given(st.text(alphabet="0123456789,.،٫ abcوالف مئة%٣-\u200f\u202eé½²VX", max_size=60))
def test_whatever_is_read_lies_in_the_text_in_order(text: str) -> None:
    found = figures(text)
    assert all(0 <= f.start < f.end <= len(text) and isinstance(f, Figure) for f in found)
    assert [f.start for f in found] == sorted({f.start for f in found})


def test_hostile_texts_are_read_in_time() -> None:
    for text in (
        "9" * 100_000,
        "1,000" * 20_000,
        "مئة و" * 20_000,
        "twenty-" * 15_000,
        "\u202e" * 100_000,
        "1 000 " * 16_000,
    ):
        figures(text)
