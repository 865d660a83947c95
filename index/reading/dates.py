"""Dates as newspapers write them, to 'YYYY-MM-DD'. Rather no date than a wrong one."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from index.calendars import HIJRI_MONTHS, MONTHS, SHORT
from index.normalise import normalise

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""A year outside is no publication date; the years of the Hijri and Persian calendars lie outside as well."""

_ISO = re.compile(r"\s*((?:19|20|21)\d\d)-(\d\d)-(\d\d)(?![\d-])")
_YEAR_FIRST = re.compile(r"(?<![\d/.-])(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d|[-/]\d)")
_YEAR_LAST = re.compile(r"(?<![\d/.-])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})(?!\d|[-/]\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:T?(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?z?)?\Z", re.I)
_EPOCH = re.compile(r"-?\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}|\d{18,19}")
_YEAR = re.compile(r"(?<!\d)(?:19\d\d|20\d\d|2100)(?!\d)")


def _fold(text: str) -> str:
    """ASCII digits, no marks, no tatweel, one case: 'كَانون الثّاني ٢٠١٥' -> 'كانون_الثاني 2015'."""
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    text = re.sub("[\u064b-\u0652\u0640\u200c-\u200f\u202a-\u202e\u2066-\u2069]", "", text).casefold()
    text = re.sub("[إأآ]", "ا", unicodedata.normalize("NFC", text))
    return re.sub(r"\b(كانون|تشرين)\s+(ال)", r"\1_\2", text)


# Accents are left out at times, and ه stands for ة.
_MONTH = {
    form: number
    for table in (MONTHS, SHORT)
    for months in table.values()
    for number, names in enumerate(months, 1)
    for name in names.split()
    for form in (_fold(name), normalise(name))
}
_HIJRI = {word for names in HIJRI_MONTHS["ar"] for word in re.split("[ _]", _fold(names))} | {"ه"}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
# One month, or its two names with a bar, a dash or brackets between: 'يناير/كانون الثاني', 'آب (أغسطس)'.
_NAMED = rf"(?<![^\W\d_])({_NAMES})(?:\s?[/\-(]\s?({_NAMES})\)?)?(?![^\W\d_])\.?"
_DAY_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:er|st|nd|rd|th)?[\s,،./-]*(?:من|of|de)?\s*{_NAMED}[\s,،./-]*(\d{{4}})(?!\d)"
)
_NAMED_DAY = re.compile(rf"{_NAMED}\s*(\d{{1,2}})(?:st|nd|rd|th)?\s*[,،]?\s*(\d{{4}})(?!\d)")


def read_date(value: object) -> str | None:
    """The day that `value` names, or None.

    >>> read_date("الثلاثاء ٢٣ كانون الثاني/يناير ٢٠٢٠"), read_date("03/04/2015"), read_date(1437504693)
    ('2020-01-23', '2015-04-03', '2015-07-21')

    Takes ISO and RFC 822 forms, epoch seconds to nanoseconds (the day in UTC; else the day as written,
    whatever the time zone), and dates in words. 03/04/2015 is the third of April; 7/21/2015 can only be July.
    None for what needs today's date ('yesterday'), lacks day, month or a four-digit year, is of another
    calendar, or is not a day at all.
    """
    if isinstance(value, str):
        found = _ISO.match(value)
        return _day(*found.groups()) if found else _written(value[:200])
    if isinstance(value, datetime.date):
        return _day(value.year, value.month, value.day)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value)
    return None


def _day(year: str | int, month: str | int, day: str | int) -> str | None:
    try:
        found = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found.isoformat() if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _number(value: float) -> str | None:
    if value != value or abs(value) >= 1e19:
        return None
    # 20150721 and 20150721185133 are no epochs; twelve digits are (201507211851 in text is not, see _written).
    if len(str(value)) in (8, 14) and (compact := _COMPACT.match(str(value))):
        return _day(*compact.groups())
    # Seconds, milli-, micro- or nanoseconds, by size: the ranges lie far apart.
    for unit in (1, 1e3, 1e6, 1e9):
        if 1e8 <= abs(value) / unit < 5e9:
            moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=value / unit)
            return _day(moment.year, moment.month, moment.day)
    return None


@lru_cache(maxsize=4096)
def _written(text: str) -> str | None:
    text = _fold(text.strip())
    if (compact := _COMPACT.match(text)) and (date := _day(*compact.groups())):
        return date
    if _EPOCH.fullmatch(text):
        return _number(float(text) if "." in text else int(text))
    for found in _DAY_NAMED.finditer(text):
        day, first, second, year = found.groups()
        if _same_month(first, second) and (date := _day(year, _MONTH[first], day)):
            return date
    for found in _NAMED_DAY.finditer(text):
        first, second, day, year = found.groups()
        if _same_month(first, second) and (date := _day(year, _MONTH[first], day)):
            return date
    for found in _YEAR_FIRST.finditer(text):
        if date := _day(*found.groups()):
            return date
    for found in _YEAR_LAST.finditer(text):
        day, month, year = found.groups()
        if date := _day(year, month, day) or _day(year, day, month):
            return date
    return _other_language(text)


def _same_month(first: str, second: str | None) -> bool:
    return second is None or _MONTH[first] == _MONTH[second]


@cache
def _parser() -> DateDataParser:
    from dateparser.date import DateDataParser

    settings = {"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    # Without try_previous_locales the answer would depend on what was read before.
    return DateDataParser(settings=settings, try_previous_locales=False)


def _other_language(text: str) -> str | None:
    # dateparser costs a second to load and milliseconds a call: only for what holds a year, a day and a word.
    year = _YEAR.search(text)
    if not year or len(text) > 60 or not re.search(r"[^\W\d_]{3}", text) or set(re.findall(r"\w+", text)) & _HIJRI:
        return None
    found = _parser().get_date_data(text).date_obj
    if found is None or str(found.year) != year.group() or not re.search(rf"(?<!\d)0?{found.day}(?!\d)", text):
        return None
    return _day(found.year, found.month, found.day)
