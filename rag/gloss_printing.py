"""Aids to reading a quote on the command line: its gloss, and a model's translation of it, for people and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from rich.cells import cell_len

from index.errors import LanguageModelError
from rag.gloss import Gloss, in_words
from rag.printing import Sheet, clean
from rag.question import language_of
from rag.translating import Translation, worth_translating

if TYPE_CHECKING:
    from rag.language_models import LanguageModel
    from rag.library import Library
    from rag.results import Answer, Citation

LABEL = "dictionary gloss, not a translation:"
_WIDEST = 24


def print_gloss(glosses: Sequence[Gloss], sheet: Sheet, indent: int = 4) -> None:
    """A word a line, and beside it what it may mean; nothing where there is none."""
    if not glosses:
        return
    sheet.put(LABEL, "dim", indent=indent)
    width = min(max(cell_len(clean(one.word)) for one in glosses), _WIDEST)
    for one in glosses:
        sheet.put_row(one.word, in_words(one), width, indent=indent + 2)


def print_translation(translation: Translation, sheet: Sheet, indent: int = 4) -> None:
    """The translation under its label."""
    sheet.put(f"translated by {translation.model}, not checked:", "dim", indent=indent)
    sheet.put(translation.text, indent=indent + 2)


@dataclass(frozen=True, slots=True)
class Aids:
    """Of each citation of an answer, by its number: the gloss of its quote, and its translation where there is one."""

    glosses: dict[int, list[Gloss]]
    translations: dict[int, Translation]

    @classmethod
    def of(cls, answer: Answer, lib: Library, model: LanguageModel | None, complain: Callable[[str], None]) -> Self:
        """Gloss all quotes, and let `model` translate those that are not in the language of the question. complain: is
        told once what failed."""
        translations: dict[int, Translation] = {}
        into = language_of(answer.question)
        foreign = [c for c in answer.citations if worth_translating(c.quote, into)]
        for citation in foreign if model else ():
            try:
                translations[citation.n] = lib.translate(citation.quote, into, llm=model)
            except LanguageModelError as error:
                complain(str(error))
                break
        return cls({c.n: lib.gloss(c.quote) for c in answer.citations}, translations)

    def added(self, answer: dict[str, Any]) -> dict[str, Any]:
        """The JSON of an answer, each citation with `gloss` and, where there is one, `translation`. The offsets of a
        gloss are those within the quote."""
        for citation in answer["citations"]:
            n = citation["n"]
            citation["gloss"] = [asdict(one) for one in self.glosses[n]]
            if n in self.translations:
                citation["translation"] = asdict(self.translations[n])
        return answer

    def printer(self, sheet: Sheet) -> Callable[[Citation], None]:
        """What prints the aids under a citation."""

        def under(citation: Citation) -> None:
            print_gloss(self.glosses[citation.n], sheet)
            if found := self.translations.get(citation.n):
                print_translation(found, sheet)

        return under
