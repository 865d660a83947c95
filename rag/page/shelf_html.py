"""The library tab as HTML: what the library holds, what adding came to, and the list of its articles."""

from __future__ import annotations

from collections.abc import Collection

from index.indexing import Report
from index.listing import Listed, Row
from index.reading.outcome import size_text
from index.reading.walk import SUFFIXES
from index.store import Status
from rag.page.adding import Adding
from rag.page.markup import escape, line
from rag.page.shelf_wording import SHELF
from rag.page.wording import Tongue, count
from rag.page.writing import MOST_FILES, Writing, shown_name

PAGE = 50
"""Rows of a page of the list."""
_TOLD = 20
"""Failures, or titles, that are named one by one."""


def facts(status: Status, language: Tongue) -> str:
    """What the library holds, in figures."""
    say = SHELF[language]
    told = [
        (say.articles, f"{status.articles:,}"),
        (say.reports, f"{status.reports:,}"),
        (say.passages, f"{status.passages:,}"),
        (say.outlets, f"{len(status.sources):,}"),
        (say.first, status.first or "–"),
        (say.last, status.last or "–"),
        (say.size, size_text(status.size)),
        (say.encoder, status.encoder),
        (say.state, f"{status.change:,}"),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd><bdi>{line(value)}</bdi></dd></div>" for name, value in told)
    empty = "" if status.articles else f'<p class="note">{say.empty}</p>'
    return f'<div dir="{say.direction}"><dl class="facts">{rows}</dl>{empty}</div>'


def drop_zone(writing: Writing | None, language: Tongue) -> str:
    """Where files are dropped or chosen; shelf.js sends them."""
    say = SHELF[language]
    if writing is None:
        return f'<div dir="{say.direction}"><p class="note">{say.read_only}</p></div>'
    most = size_text(writing.limit)
    kinds = ",".join(sorted(SUFFIXES))
    told = {
        "sending": say.sending,
        "large": say.too_large.replace("{limit}", most),
        "many": say.too_many.replace("{limit}", f"{MOST_FILES:,}"),
        "failed": say.not_sent,
        "nothing": say.nothing_chosen,
    }
    data = "".join(f' data-{name}="{escape(text)}"' for name, text in told.items())
    return (
        f'<div class="drop" dir="{say.direction}" data-limit="{writing.limit}" data-most="{MOST_FILES}"{data}>'
        f'<h2>{say.add}</h2><p>{say.drop}</p><label class="choose"><input type="file" multiple accept="{kinds}">'
        f"<span>{say.choose}</span></label>"
        f'<p class="note">{escape(say.kinds.format(limit=most))}</p>'
        f'<div class="sent" hidden><progress max="1" value="0" aria-label="{say.add}"></progress></div>'
        '<p class="told" role="status"></p></div>'
    )


def progress(adding: Adding, language: Tongue) -> str:
    """How far a run is."""
    say, report = SHELF[language], adding.report
    if adding.waiting:
        told = say.waiting
    else:
        told = say.reading.format(done=size_text(adding.done), total=size_text(adding.total))
    stored = report.added + report.updated + report.unchanged
    so_far = say.so_far.format(articles=count(stored, "article", language)) if stored else ""
    share = adding.done / adding.total if adding.total else 0
    return (
        # No live region: a reader of screens would hear every step of it.
        f'<div class="run" dir="{say.direction}"><progress max="1" value="{share:.3f}"'
        f' aria-label="{say.add}"></progress><p>{escape(told)} <span>{escape(so_far)}</span></p></div>'
    )


def outcome(report: Report, problem: str | None, writing: Writing | None, language: Tongue) -> str:
    """What became of the articles of a run, and of each file that could not be read."""
    say = SHELF[language]
    counts = [
        (say.added, report.added),
        (say.updated, report.updated),
        (say.unchanged, report.unchanged),
        (say.failed, len(report.failed)),
    ]
    told = "".join(f"<li><b>{number:,}</b> {name}</li>" for name, number in counts)
    folder = writing.folder if writing else None
    rows = "".join(
        f'<li dir="auto"><bdi class="name">{line(shown_name(one.path, folder))}</bdi>'
        f' <span dir="ltr">{line(one.why)}</span></li>'
        for one in report.failed[:_TOLD]
    )
    if len(report.failed) > _TOLD:
        rows += f"<li>{say.more.format(number=f'{len(report.failed) - _TOLD:,}')}</li>"
    failed = f'<ul class="failures">{rows}</ul>' if rows else ""
    return f'<div class="outcome" dir="{say.direction}" role="status">{_problem(problem)}<ul>{told}</ul>{failed}</div>'


def trouble(problem: str, language: Tongue) -> str:
    """Why something was not done."""
    return f'<div class="outcome" dir="{SHELF[language].direction}" role="status">{_problem(problem)}</div>'


def _problem(problem: str | None) -> str:
    return f'<p class="problem" dir="auto">{line(problem)}</p>' if problem else ""


def listing(
    found: Listed | str, offset: int, removed: int | None, writing: bool, language: Tongue, chosen: str | None
) -> str:
    """A page of the list, beginning at `offset`; a text says why there is none. removed: how many articles were taken
    out just now. chosen: the row that is open."""
    say = SHELF[language]
    opening = f'<section class="shelf" dir="{say.direction}" aria-label="{say.list_}">'
    if isinstance(found, str):
        return f"{opening}{_problem(found)}</section>"
    gone = say.removed.format(articles=count(removed, "article", language)) if removed is not None else ""
    told = f'<p class="gone" role="status" tabindex="-1">{escape(gone)}</p>'
    if not found.rows:
        return f'{opening}{told}<p class="note">{say.none}</p></section>'
    rows = "".join(_row(row, writing, language, chosen) for row in found.rows)
    tick_all = remove = ""
    if writing:
        tick_all = f'<label class="tick"><input type="checkbox" data-tick="all" aria-label="{say.tick_all}"></label>'
        remove = f'<button type="button" class="quiet remove" data-open="remove" disabled>{say.remove_ticked}</button>'
    last = offset + len(found.rows)
    shown = say.shown.format(first=f"{offset + 1:,}", last=f"{last:,}", total=f"{found.total:,}")
    pages = ""
    if found.total > PAGE:
        steps = ((say.previous, offset - PAGE, "‹"), (say.following, offset + PAGE, "›"))
        pages = "".join(
            f'<button type="button" class="quiet step" data-open="from.{at}" title="{name}" aria-label="{name}"'
            f'{"" if 0 <= at < found.total else " disabled"}><span aria-hidden="true">{sign}</span></button>'
            for name, at, sign in steps
        )
    pages = f'<nav class="pages" aria-label="{say.pages}"><span dir="auto">{shown}</span>{pages}</nav>'
    head = f'<div class="bar-of-list">{tick_all}{remove}{pages}</div>'
    return f'{opening}{told}{head}<ol class="entries">{rows}</ol></section>'


def _row(row: Row, writing: bool, language: Tongue, chosen: str | None) -> str:
    say, title = SHELF[language], line(row.headline)
    tick = ""
    if writing:
        named = line(say.tick.format(title=row.headline))
        tick = f'<label class="tick"><input type="checkbox" data-tick="{row.number}" aria-label="{named}"></label>'
    date = f"<bdi>{line(row.date)}</bdi>" if row.date else f"<i>{say.undated}</i>"
    current = ' aria-current="true"' if chosen == f"a.{row.number}" else ""
    return (
        f'<li>{tick}<button type="button" class="entry" data-open="a.{row.number}"{current}>'
        f'<span class="date">{date}</span><span class="headline" dir="auto">{title}</span>'
        f'<span class="outlet"><bdi>{line(row.source or "")}</bdi></span></button></li>'
    )


def opened(article: str, writing: bool, language: Tongue) -> str:
    """An open article, and below it what takes it out. article: its HTML."""
    say = SHELF[language]
    button = f'<button type="button" class="quiet remove" data-open="remove.one">{say.remove_one}</button>'
    foot = f'<footer dir="{say.direction}">{button}</footer>' if writing else ""
    return f'<div class="beside">{article}{foot}</div>'


def confirmation(titles: Collection[str], language: Tongue) -> str:
    """The question whether these articles are to be removed; '' for none."""
    if not titles:
        return ""
    say = SHELF[language]
    rows = [f'<li dir="auto">{line(title)}</li>' for title in list(titles)[:_TOLD]]
    if len(titles) > _TOLD:
        rows.append(f"<li>{say.more.format(number=f'{len(titles) - _TOLD:,}')}</li>")
    sure = say.sure.format(articles=count(len(titles), "article", language))
    return (
        f'<dialog class="sure" dir="{say.direction}" aria-labelledby="sure_title">'
        f'<h2 id="sure_title">{escape(sure)}</h2>'
        f'<ul>{"".join(rows)}</ul><p class="note">{say.sure_hint}</p><div class="answers">'
        f'<button type="button" class="keep" data-open="removal.no">{say.no}</button>'
        f'<button type="button" class="remove" data-open="removal.yes">{say.yes}</button></div></dialog>'
    )
