"""One data set, one configuration: a library is made or opened, its questions are asked, and all are scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.asking import Asked, ask_all
from eval.configuration import Configuration
from eval.dataset import Dataset, DatasetError, Gold, Query
from eval.measures import places
from eval.runs import Question, Run, surroundings
from eval.scoring import answer_scores, rankings
from eval.spans import answers
from eval.support import Supports
from index.encoder import load_encoder
from rag.checking import Checker
from rag.lexicon import Lexicon
from rag.library import Library
from rag.question import understand
from rag.spans import MODELS
from rag.wordbook import WordBook

JOBS = 2
_SHOWN = 500
"""Characters of a gold text and of a quote that a run keeps."""


def measure(
    data: Dataset,
    library: Path | None = None,
    configuration: Configuration | None = None,
    *,
    split: str | None = None,
    jobs: int = JOBS,
) -> Run:
    """Ask the questions of `data`, of one split (None: all), and score them.

    A set that brings its articles is asked of a library of these alone, made for the run; another one of `library`.
    jobs: processes that ask. Raises DatasetError where there is no question or no library, and as Library.open().
    """
    configuration, data = configuration or Configuration(), data.part(split)
    if not data.queries:
        raise DatasetError(f"{data.name} has no question in the split {split}; leave --split out")
    with _folder(data, library, configuration) as folder:
        with Library.open(folder, **configuration.opening) as lib:
            texts, status = {article.id: article.text for article in lib.articles()}, lib.status()
        queries = [_placed(query, texts) for query in data.queries]
        wanted = [query for query in queries if query.answerable]
        if wanted and not any(place.article_id in texts for query in wanted for place in query.gold):
            raise DatasetError(f"nothing that answers {data.name} is in the library; give the one that it was made for")
        asked = ask_all(folder, [query.text for query in queries], configuration, jobs=jobs)
    found = _scored(queries, asked, texts)
    return Run(
        dataset=data.name,
        split=split or "all",
        configuration=configuration.name,
        questions=tuple(found),
        articles=status.articles,
        passages=status.passages,
        encoder=status.encoder,
        **surroundings(),
    )


@contextmanager
def _folder(data: Dataset, library: Path | None, configuration: Configuration) -> Iterator[Path]:
    if not data.articles:
        if library is None or not library.exists():
            raise DatasetError(
                f"{data.name} brings no articles, and there is no library at {library}; give --library DIR"
            )
        yield library
        return
    with TemporaryDirectory(prefix="isnad-eval-") as folder:
        with Library.open(folder, **configuration.opening) as lib:
            lib.add(data.articles)
        yield Path(folder)


def _placed(query: Query, texts: Mapping[str, str]) -> Query:
    """The query with its quotes as gold places too, these within their texts, and the exact words that answer, if it
    is of a kind whose words are marked: who, when, where, how many."""
    every = [*query.gold, *(place for quote in query.quotes for place in places(quote, texts))]
    gold = tuple(Gold(g.article_id, g.start, min(g.end, len(texts.get(g.article_id, "")))) for g in every)
    there = replace(query, gold=tuple(g for g in gold if g.article_id in texts))
    marked = understand(query.text, Lexicon.load()).kind in MODELS
    return replace(query, gold=gold, words=tuple(answers(there, texts)) if marked else ())


def _scored(queries: Sequence[Query], asked: Sequence[Asked], texts: Mapping[str, str]) -> Iterator[Question]:
    ranked, supports = rankings(queries, asked), _supports()
    for query, one in zip(queries, asked, strict=True):
        scores = {**ranked.get(query.id, {}), **answer_scores(query, query.gold, query.words, one, supports)}
        first = query.gold[0] if query.gold else None
        yield Question(
            id=query.id,
            text=query.text,
            answerable=query.answerable,
            answered=one.answer.answered,
            confidence=one.answer.confidence,
            scores=scores,
            gold=texts.get(first.article_id, "")[first.start : first.end][:_SHOWN] if first else "",
            said=next((citation.quote for citation in one.answer.citations), "")[:_SHOWN],
            seconds=one.seconds,
            tokens_read=one.spent.read,
            tokens_written=one.spent.written,
        )


def _supports() -> Supports:
    check = Checker(Lexicon.load(), WordBook(load_encoder()))
    return lambda claim, quotes: check.check(claim, quotes).verdict == "supported"
