"""The timeline: how many articles there are of each day, month or some years, as bars that filter the list."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from rag.page.markup import escape
from rag.page.shelf_wording import SHELF
from rag.page.wording import Tongue, count

Step = Literal["day", "month", "year", "years"]

_DAYS, _MONTHS, _BARS = 92, 96, 100


class Bar(NamedTuple):
    """Articles of some days, 'YYYY-MM-DD', both included."""

    since: str
    until: str
    articles: int


def bars(days: Mapping[str, int]) -> tuple[Step, list[Bar]]:
    """Bars without a gap over all days from the first to the last of `days` (day -> articles), about a hundred at most.

    >>> bars({"2015-07-31": 2, "2015-08-02": 1})[1][1]
    Bar(since='2015-08-01', until='2015-08-01', articles=0)
    """
    if not days:
        return "day", []
    first, last = datetime.date.fromisoformat(min(days)), datetime.date.fromisoformat(max(days))
    years = last.year - first.year + 1
    step: Step
    if (last - first).days < _DAYS:
        step, width = "day", 1
    elif years * 12 <= _MONTHS:
        step, width = "month", 1
    else:
        width = -(-years // _BARS)
        step = "year" if width == 1 else "years"
    found = [Bar(since.isoformat(), until.isoformat(), 0) for since, until in _periods(first, last, step, width)]
    at = 0
    for day in sorted(days):
        while day > found[at].until:
            at += 1
        found[at] = found[at]._replace(articles=found[at].articles + days[day])
    return step, found


def _periods(
    first: datetime.date, last: datetime.date, step: Step, width: int
) -> Iterator[tuple[datetime.date, datetime.date]]:
    if step == "day":
        for n in range((last - first).days + 1):
            day = first + datetime.timedelta(n)
            yield day, day
    elif step == "month":
        for n in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
            year, month = divmod(n, 12)
            yield datetime.date(year, month + 1, 1), _end_of_month(year, month + 1)
    else:
        for year in range(first.year, last.year + 1, width):
            yield datetime.date(year, 1, 1), datetime.date(min(year + width - 1, last.year), 12, 31)


def _end_of_month(year: int, month: int) -> datetime.date:
    following = datetime.date(year, 12, 31) if month == 12 else datetime.date(year, month + 1, 1)
    return following if month == 12 else following - datetime.timedelta(1)


def label(bar: Bar, step: Step) -> str:
    """The days of a bar, as short as they can be said: 2015-07-21, 2015-07, 2015 or 1990–1999."""
    if step == "years" and bar.since[:4] != bar.until[:4]:
        return f"{bar.since[:4]}–{bar.until[:4]}"
    return bar.since[: {"day": 10, "month": 7, "year": 4, "years": 4}[step]]


def timeline(days: Mapping[str, int], since: str | None, until: str | None, language: Tongue) -> str:
    """The bars in HTML, and the same as a table; '' where no article has a date. since, until: the days that the list
    shows, None for no limit."""
    say, (step, found) = SHELF[language], bars(days)
    if not found:
        return ""
    most = max(found, key=lambda bar: bar.articles)
    limited = bool(since or until)
    pieces, rows = [], []
    for bar in found:
        name, number = label(bar, step), count(bar.articles, "article", language)
        chosen = limited and bar.since >= (since or "") and bar.until <= (until or "9999-12-31")
        if not bar.articles:
            pieces.append('<span class="bar"></span>')
            continue
        opens = f"days.{bar.since}.{bar.until}"
        # One bar is on the way of the tabulator, the arrow keys lead to the others (shelf.js).
        pieces.append(
            f'<button type="button" class="bar" data-open="{opens}" aria-pressed="{str(bool(chosen)).lower()}"'
            f' tabindex="-1" title="{name}: {escape(number)}" aria-label="{name}: {escape(number)}"'
            f' style="--share:{bar.articles / most.articles:.4f}"><span></span></button>'
        )
        rows.append(f"<tr><th scope='row'><bdi>{name}</bdi></th><td>{bar.articles:,}</td></tr>")
    ends = (label(found[0], step), label(found[-1], step))
    axis = "".join(f"<bdi>{end}</bdi>" for end in (ends if len(found) > 1 else ends[:1]))
    per = say.per[step]
    told = say.most.format(per=per, articles=count(most.articles, "article", language), days=label(most, step))
    return (
        f'<section class="timeline{" limited" if limited else ""}" dir="{say.direction}" aria-label="{say.timeline}">'
        f'<p class="note">{escape(told)}</p>'
        f'<div class="bars" role="group" aria-label="{say.bars}">{"".join(pieces)}</div>'
        f'<div class="axis" aria-hidden="true">{axis}</div>'
        f'<details><summary>{say.table}</summary><div class="scroll" tabindex="0" role="region"'
        f' aria-label="{say.table}"><table><thead><tr><th scope="col">{say.days}</th>'
        f'<th scope="col">{say.articles}</th></tr></thead><tbody>{"".join(rows)}</tbody></table></div></details>'
        "</section>"
    )
