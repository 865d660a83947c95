"""Calendars: the names of months in three languages, and the days of the Hijri months."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

from hijridate import Gregorian, Hijri

Language = Literal["ar", "en", "fr"]

MONTHS: Mapping[Language, tuple[str, ...]] = {
    # Egyptian and Gulf, Levantine and Iraqi, Maghrebi names; `_` joins the words of one name.
    "ar": (
        "يناير كانون_الثاني كانون_ثاني جانفي",
        "فبراير فبرائر شباط فيفري",
        "مارس آذار",
        "أبريل إبريل نيسان أفريل",
        "مايو أيار آيار ماي",
        "يونيو يونيه حزيران جوان",
        "يوليو يوليه تموز جويلية يوليوز",
        "أغسطس آب أوت غشت",
        "سبتمبر أيلول شتنبر",
        "أكتوبر أوكتوبر تشرين_الأول تشرين_أول",
        "نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
        "ديسمبر كانون_الأول كانون_أول دجنبر",
    ),
    "en": tuple("january february march april may june july august september october november december".split()),
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
}
"""The Gregorian months by language, January first."""

SHORT: Mapping[Language, tuple[str, ...]] = {
    "ar": ("",) * 12,
    "en": ("jan", "feb", "mar", "apr", "", "jun", "jul", "aug", "sept sep", "oct", "nov", "dec"),
    "fr": ("janv", "févr fév", "", "avr", "", "", "juil", "", "sept", "oct", "nov", "déc"),
}
"""The same, shortened: some of them are words too."""

HIJRI_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "ar": (
        "محرم",
        "صفر",
        "ربيع_الأول ربيع_أول",
        "ربيع_الآخر ربيع_الثاني ربيع_آخر ربيع_ثاني",
        "جمادى_الأولى جمادى_الأول جمادى_أولى",
        "جمادى_الآخرة جمادى_الثانية جمادى_الآخر جمادى_الثاني",
        "رجب",
        "شعبان",
        "رمضان",
        "شوال",
        "ذو_القعدة ذي_القعدة",
        "ذو_الحجة ذي_الحجة",
    ),
    "en": (
        "muharram",
        "safar",
        "rabi_al-awwal",
        "rabi_al-thani rabi_al-akhir",
        "jumada_al-awwal jumada_al-ula",
        "jumada_al-thani jumada_al-akhirah",
        "rajab",
        "shaban sha'ban shaaban",
        "ramadan ramadhan",
        "shawwal",
        "dhu_al-qadah dhu_al-qidah dhul-qadah",
        "dhu_al-hijjah dhu_al-hijja dhul-hijjah dhul-hijja",
    ),
    "fr": (
        "mouharram",
        "safar",
        "rabi_al-awwal",
        "rabi_al-thani",
        "joumada_al-oula",
        "joumada_al-thania",
        "rajab",
        "chaabane",
        "ramadan",
        "chawwal",
        "dhou_al-qi'da",
        "dhou_al-hijja",
    ),
}
"""The Hijri months by language, Muharram first."""


def hijri_month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a Hijri month by the Umm al-Qura calendar.

    >>> hijri_month(1436, 9)
    (datetime.date(2015, 6, 18), datetime.date(2015, 7, 16))

    Raises OverflowError outside the years 1343 to 1500, which the calendar's tables hold (1924 to 2077).
    """
    start = Hijri(year, month, 1)
    first = datetime.date.fromisoformat(start.to_gregorian().isoformat())
    return first, first + datetime.timedelta(days=start.month_length() - 1)


def hijri_day(day: datetime.date) -> tuple[int, int, int]:
    """The Hijri (year, month, day) of a day, the inverse of hijri_month(). Raises OverflowError as it does."""
    year, month, of_month = Gregorian.fromdate(day).to_hijri().datetuple()
    return year, month, of_month
