"""Judging: two thumbs below each answer, a box for a note, and a line that says that both are kept in the library."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from secrets import token_hex
from typing import NamedTuple, cast

from index.errors import IsnadError, QueryError
from rag.feedback import LONGEST_NOTE, Feedback, Thumb, fingerprint
from rag.page.markup import escape, line
from rag.page.wording import Tongue
from rag.results import Answer

_log = logging.getLogger("isnad")
# A thumb up in a square of 20; turned round it is one down.
_THUMB = (
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" class="thumb-{0}"><path fill="none"'
    ' stroke="currentColor" stroke-width="1.6" stroke-linejoin="round"'
    ' d="M2 9h3v9H2zM5 10l4-8q2 0 2 2l-.6 4H17l-1.6 9.5H5"/></svg>'
)


@dataclass(frozen=True, slots=True)
class _Words:
    question: str
    thumbs: dict[Thumb, str]
    why: dict[Thumb, str]
    keep: str
    kept: str
    kept_with_note: str
    withdrawn: str
    failed: str


_SAY: dict[Tongue, _Words] = {
    "en": _Words(
        question="Is this answer good?",
        thumbs={"up": "Good answer", "down": "Bad answer"},
        why={"up": "What is good about it? (optional)", "down": "What is wrong with it? (optional)"},
        keep="Keep the note",
        kept="Kept in the library.",
        kept_with_note="Kept in the library, with your note.",
        withdrawn="Taken back.",
        failed="This could not be kept; the log of the server says why.",
    ),
    "ar": _Words(
        question="هل هذا الجواب جيد؟",
        thumbs={"up": "جواب جيد", "down": "جواب سيئ"},
        why={"up": "ما الجيد فيه؟ (اختياري)", "down": "ما الخطأ فيه؟ (اختياري)"},
        keep="حفظ الملاحظة",
        kept="حُفظ في المكتبة.",
        kept_with_note="حُفظ في المكتبة مع ملاحظتك.",
        withdrawn="سُحب التقييم.",
        failed="تعذّر الحفظ، والسبب في سجل الخادم.",
    ),
}


class _Given(NamedTuple):
    """What the reader thinks of an answer; no verdict: it was taken back."""

    verdict: Thumb | None = None
    note: str = ""


@dataclass(slots=True)
class Judging:
    """What one reader thinks of the answers of their conversation."""

    feedback: Feedback
    _visit: str = field(default_factory=lambda: token_hex(8))
    _given: dict[str, _Given] = field(default_factory=dict)
    _told: int = 0

    def judge(
        self, answers: Iterable[Answer], name: str, verdict: str, note: str, reader: str | None, language: Tongue
    ) -> str:
        """Keep what the reader thinks of the one of `answers` that `name` means, and say so in HTML, for page.js to
        show below it; '' if it means none.

        verdict: up, down or '' (neither any more). reader: login name.
        """
        answer = next((one for one in answers if fingerprint(one) == name), None)
        if answer is None:
            return ""
        say, problem = _SAY[language], ""
        try:
            if verdict:
                # It may come from anywhere; what is neither up nor down is refused there.
                self.feedback.record(answer, cast(Thumb, verdict), note, reader=reader, visit=self._visit)
                self._given[name] = _Given(cast(Thumb, verdict), note.strip())
            else:
                self.feedback.withdraw(answer, reader=reader, visit=self._visit)
                self._given[name] = _Given()
        except QueryError as error:
            problem = line(str(error))
        except IsnadError as error:
            _log.error("isnad: feedback could not be kept: %s", error)
            problem = say.failed
        self._told += 1  # or the page would not notice a second one that says the same
        given = self._given.get(name, _Given())
        return (
            f'<p data-answer="{name}" data-verdict="{given.verdict or ""}" data-told="{self._told}">'
            f"{problem or _kept(given, say)}</p>"
        )

    def html(self, answer: Answer, language: Tongue) -> tuple[str, str]:
        """The two thumbs for the foot of an answer, and what stands below it: the box for a note, and what is kept."""
        say, name = _SAY[language], fingerprint(answer)
        given = self._given.get(name)
        verdict, note = given or _Given()
        thumbs = "".join(
            f'<button type="button" class="quiet" data-thumb="{thumb}" aria-pressed="{str(thumb == verdict).lower()}"'
            f' aria-label="{label}" title="{label}">{_THUMB.format(thumb)}</button>'
            for thumb, label in say.thumbs.items()
        )
        why = "".join(
            f'<span data-for="{thumb}"{"" if thumb == verdict else " hidden"}>{asked}</span>'
            for thumb, asked in say.why.items()
        )
        return (
            f'<span class="judge" role="group" aria-label="{say.question}" data-answer="{name}">{thumbs}</span>',
            f'<p class="kept" role="status" data-answer="{name}">{_kept(given, say) if given else ""}</p>'
            f'<div class="why" data-answer="{name}"{"" if verdict else " hidden"}><label>{why}'
            f'<textarea rows="2" maxlength="{LONGEST_NOTE}" dir="auto">\n{escape(note)}</textarea></label>'
            f'<button type="button" class="quiet" data-keep>{say.keep}</button></div>',
        )


def _kept(given: _Given, say: _Words) -> str:
    return say.withdrawn if not given.verdict else say.kept_with_note if given.note else say.kept
