"""Dates as newspapers write them: the right day, or none."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.dates import read_date

READ = {
    "2015-07-21": "2015-07-21",
    "2015-07-21 18:51:33": "2015-07-21",
    "2015-07-21T23:30:00+03:00": "2015-07-21",
    " 2015-07-21T18:51:33Z ": "2015-07-21",
    "2015/7/21": "2015-07-21",
    "2015.07.21": "2015-07-21",
    "20150721": "2015-07-21",
    "20150721185133": "2015-07-21",
    "201507211851": "2015-07-21",
    "20150721T185133Z": "2015-07-21",
    "1437504693": "2015-07-21",
    "1437504693000": "2015-07-21",
    "Tue, 21 Jul 2015 18:51:33 GMT": "2015-07-21",
    "Tue Jul 21 2015 18:51:33 GMT+0300": "2015-07-21",
    "21/07/2015": "2015-07-21",
    "03/04/2015": "2015-04-03",
    "3-4-2015": "2015-04-03",
    "21.07.2015": "2015-07-21",
    "7/21/2015": "2015-07-21",
    "١٢/٠٧/٢٠١٥": "2015-07-12",
    "٢٠١٥-٠٧-٢١": "2015-07-21",
    "21 يوليو 2015": "2015-07-21",
    "الثلاثاء، 21 يوليو 2015 - 14:30": "2015-07-21",
    "٢٣ كانون الثاني ٢٠٢٠": "2020-01-23",
    "23 كانون الثاني/يناير 2020": "2020-01-23",
    "23 يناير/كانون الثاني 2020": "2020-01-23",
    "23 يناير (كانون الثاني) 2020": "2020-01-23",
    "5 آذار/مارس 2019": "2019-03-05",
    "5 أيلول 2019": "2019-09-05",
    "5 ايلول، 2019": "2019-09-05",
    "1 تشرين الأول 2019": "2019-10-01",
    "1 تشرين الثاني 2019": "2019-11-01",
    "31 كانون الأول 2019": "2019-12-31",
    "20 تموز 2015 10:30 م": "2015-07-20",
    "5 جويلية 2020": "2020-07-05",
    "14 جانفي 2011": "2011-01-14",
    "30 غشت 2012": "2012-08-30",
    "الأربعاء 1 يوليو 2015م": "2015-07-01",
    "الثلاثاء 5 شوال 1436 هـ - 21 يوليو 2015 م": "2015-07-21",
    "5 شوال 1436هـ الموافق 21/7/2015": "2015-07-21",
    "January 23, 2020": "2020-01-23",
    "Published: 3rd May 2020": "2020-05-03",
    "1er juillet 2015": "2015-07-01",
    "mar. 21 juil. 2015": "2015-07-21",
    "15 sept. 2020": "2020-09-15",
    "le 2 août 2017 à 14h30": "2017-08-02",
    "21 Temmuz 2015": "2015-07-21",
    "21. Juli 2015": "2015-07-21",
}

NONE = [
    "",
    "   ",
    "أمس",
    "منذ ساعتين",
    "yesterday",
    "2 hours ago",
    "12",
    "2015",
    "July 2015",
    "تموز 2015",
    "23/01/20",
    "21 Jul 15",
    "1 رمضان 1441",
    "12/09/1436",
    "1436/09/12",
    "12 يوليو 1436",
    "9 محرم 1500 هـ",
    "۱۴۰۳/۰۲/۰۵",
    "31/02/2015",
    "2015-02-30",
    "45 يوليو 2015",
    "00000000",
    "99999999",
    "1815-06-18",
    "2999-01-01",
    "5 آذار/أيلول 2019",
    "not a date",
    "win 2-1 in 2015",
    "١" * 5000,
]


@pytest.mark.parametrize(("text", "day"), READ.items())
def test_a_date_is_read(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_certain_day_gives_none(text):
    assert read_date(text) is None


@pytest.mark.parametrize(
    "value", [None, True, float("nan"), float("inf"), -(10**30), 10**30, 12, 2015, [], {}, b"2015-07-21"]
)
def test_other_values_give_none(value):
    assert read_date(value) is None


@given(st.dates(datetime.date(1974, 1, 1), datetime.date(2099, 12, 31)))
def test_epochs_of_every_unit_give_their_day(day):
    seconds = (day - datetime.date(1970, 1, 1)).days * 86400 + 7
    forms = [
        seconds,
        float(seconds),
        *(seconds * unit for unit in (10**3, 10**6, 10**9)),
        datetime.datetime(*day.timetuple()[:3]),
    ]
    assert {read_date(form) for form in forms} == {day.isoformat()}


MONTHS = [
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
]


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_every_day_in_every_order_and_digits(day):
    arabic = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    forms = [
        f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day:02}/{day.month:02}/{day.year}",
        f"{day.year}/{day.month}/{day.day}",
    ]
    assert {read_date(f) for f in forms} == {day.isoformat()}
    assert {read_date(f.translate(arabic)) for f in forms} == {day.isoformat()}


@given(st.text(max_size=60) | st.from_regex(r"\d{1,4}[-/. ]\d{1,4}[-/. ]\d{1,4}"))
def test_anything_gives_a_day_of_these_centuries_or_none(text):
    found = read_date(text)
    assert found is None or 1900 <= datetime.date.fromisoformat(found).year <= 2100
