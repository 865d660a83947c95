"""A report of runs as one page of HTML: tables, plots and the worst failures; it needs nothing else and loads
nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from eval.plots import ablation, calibration, latency, refusal
from eval.runs import Question, Run
from eval.tables import shown
from rag.page.markup import line

_WORST = 20
_STYLE = (
    "body{max-width:64rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 system-ui,'Noto Sans','Noto Sans Arabic',"
    "sans-serif;color:#1d1b18;background:#fffefb}table{border-collapse:collapse}th,td{padding:.2rem .8rem;"
    "border-bottom:1px solid #dcd6c8;text-align:start;vertical-align:top}td.n,th.n{text-align:end}"
    "figure{display:inline-block;margin:0 1rem 1rem 0;max-width:100%}img{max-width:100%}.note{color:#5d574d}"
    "blockquote{margin:.2rem 0;padding-inline-start:.8rem;border-inline-start:3px solid #0d5561}"
    ".said{border-color:#8a3b12}article{margin-bottom:1.4rem}"
)


def write_report(runs: Sequence[Run], path: Path) -> None:
    """Write the report of `runs`, which are of one question set, to `path`. The first run is looked at closely."""
    path.write_text(report(runs), "utf-8")


def report(runs: Sequence[Run]) -> str:
    """The report as HTML."""
    first = runs[0]
    plots = [plot for draw in (refusal, calibration, latency) if (plot := draw(first))]
    if len(runs) > 1:
        plots.append(ablation(runs))
    about = f"{first.split} questions · {first.articles:,} articles · {first.passages:,} passages · {first.date}"
    machine = " · ".join(f"{key} {value}" for key, value in {**first.versions, **first.hardware}.items())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="content-security-policy" content="default-src \'none\'; img-src data:;'
        f" style-src 'unsafe-inline'\"><title>{line(first.dataset)}</title><style>{_STYLE}</style></head><body>"
        f'<h1><bdi>{line(first.dataset)}</bdi></h1><p class="note">{line(about)}</p>{_figures(runs)}'
        f"{''.join(plots)}<h2>Answers that miss what answers</h2>{_failures(_missed(first))}"
        f"<h2>Answers where there is none</h2>{_failures(_invented(first))}"
        f'<p class="note">{line(machine)}</p></body></html>\n'
    )


def _figures(runs: Sequence[Run]) -> str:
    found = [run.figures() for run in runs]
    head = "".join(f'<th class="n">{line(run.configuration)}</th>' for run in runs)
    rows = "".join(
        f"<tr><th>{line(name)}</th>"
        + "".join(f'<td class="n">{shown(name, figures.get(name))}</td>' for figures in found)
        + "</tr>"
        for name in dict.fromkeys(name for figures in found for name in figures)
    )
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _missed(run: Run) -> list[Question]:
    """Questions whose answer does not stand in a citation: the surest first, refusals behind."""
    wrong = [one for one in run.questions if one.answerable and not one.scores.get("cited")]
    return sorted(wrong, key=lambda one: (not one.answered, -one.confidence))[:_WORST]


def _invented(run: Run) -> list[Question]:
    """Questions without an answer that were answered, the surest first."""
    wrong = [one for one in run.questions if not one.answerable and one.answered]
    return sorted(wrong, key=lambda one: -one.confidence)[:_WORST]


def _failures(questions: Iterable[Question]) -> str:
    return "".join(map(_failure, questions)) or '<p class="note">None.</p>'


def _failure(one: Question) -> str:
    right = f'<p class="note">What answers:</p><blockquote dir="auto">{line(one.gold)}</blockquote>' if one.gold else ""
    said = line(one.said) if one.answered else "(refused)"
    return (
        f'<article><h3 dir="auto">{line(one.text)}</h3>'
        f'<p class="note">{line(one.id)} · confidence {one.confidence:.2f}</p><p class="note">What was quoted:</p>'
        f'<blockquote class="said" dir="auto">{said}</blockquote>{right}</article>'
    )
