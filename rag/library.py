"""The library: the one door to an archive of articles, for the command line, the page, the evaluation and other
programs."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from index.article import Article
from index.backup import backup
from index.catalogue import Filter, Passage
from index.encoder import Encoder, load_encoder
from index.errors import ArticleError, QueryError
from index.indexing import Report, checked, index
from index.listing import Listed
from index.mending import salvage
from index.reading import Limits, read
from index.reencoding import reencode
from index.reports import Copies
from index.store import Status, Store
from rag.alignment import Aligner
from rag.answer_types import AnswerTypes
from rag.answering import compose, refuse
from rag.checking import Checker
from rag.context import context
from rag.conversation import Chat, Rewrite
from rag.disagreement import COUNTED, disagreeing
from rag.evidence import Evidence, EvidenceFinder
from rag.expansion import Expander, Expansion
from rag.feedback import Feedback
from rag.filters import Date, make_filter
from rag.generating import generate
from rag.gloss import Gloss, gloss
from rag.language_models import LanguageModel, load_language_model
from rag.lexicon import Lexicon
from rag.matches import matches
from rag.question import LONGEST, Language, Question, language_of, understand
from rag.reranking import Reranker, load_reranker
from rag.results import Answer, Citation, Hit, Mark
from rag.retrieval import READ, Found, Retriever
from rag.span_features import Spans
from rag.spans import SpanFinder
from rag.times import Period, period
from rag.translating import Translation, translate
from rag.weights import Weights
from rag.wordbook import WordBook

_Place = TypeVar("_Place", Hit, Citation)

QUOTED = 8
"""Passages whose sentences are looked at for an answer."""
_LONG_BEFORE = datetime.timedelta(days=366)
"""Since when an archive would have to begin that "since 1948" is said of its articles, and not of what they tell."""


class _Read(NamedTuple):
    """A question as this library is asked it, its words against those of the passages, the best of these, and the dates
    that were understood."""

    asked: Expansion
    aligner: Aligner
    found: list[Found]
    said: Period | None


class Library:
    """An archive of articles on disk: add, search, ask. Use open(); it is a context manager, and safe for several
    threads."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        *,
        reranker: Reranker | None = None,
        llm: LanguageModel | None = None,
        without: Collection[str] = (),
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._lexicon = Lexicon.load()
        self._weights = Weights.load()
        self._expander = Expander(store, self._lexicon, without)
        self._retriever = Retriever(store, encoder, self._weights, reranker)
        # Words are compared by the built-in encoder, whichever the library has.
        self._book = WordBook(encoder if encoder.name == "builtin" else load_encoder())
        types = AnswerTypes(self._lexicon)
        self._finder = EvidenceFinder(encoder, types, self._weights)
        self._marker = SpanFinder(types, self._lexicon, self._weights)
        self._llm = llm
        self.feedback = Feedback(store.folder)
        """What readers thought of the answers: record, withdraw, judgements."""

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        encoder: str | os.PathLike[str] | Encoder | None = None,
        *,
        reranker: str | os.PathLike[str] | Reranker | None = None,
        llm: object = None,
        without: Collection[str] = (),
    ) -> Self:
        """Open the library in the folder `path`; make one where there is none.

        encoder: None for the built-in one, the name or folder of a sentence-transformers model, or an Encoder.
        reranker: a cross-encoder of sentence-transformers (name or folder), or a Reranker, that puts the passages that
        are read in its own order and gives them its own scores; None for none.
        llm: the language model that ask() writes with: ollama:MODEL, openai:MODEL, http://HOST:PORT/v1#MODEL, an LLM of
        LlamaIndex or a LanguageModel; None for none. It is loaded when it is first asked.
        without: parts of the search to leave out, for measuring what they add: "names", "translations".
        Raises LibraryError (LibraryDamaged, EncoderMismatch), EncoderError or, for what names no language model,
        QueryError, with the mend.
        """
        model, chosen, second = load_language_model(llm), _chosen(encoder), load_reranker(reranker)
        return cls(Store(Path(path), chosen), chosen, reranker=second, llm=model, without=without)

    @staticmethod
    def reencode(path: str | os.PathLike[str], encoder: str | os.PathLike[str] | Encoder | None = None) -> int:
        """Encode the library in the folder `path` anew with `encoder` (as for open()); returns the number of passages,
        0 if it is its encoder's already.

        The articles are read from the library itself. Until it is done others read the library as it was, and if it is
        cut short it stays as it was. Raises LibraryLocked, LibraryDamaged or EncoderError.
        """
        return reencode(Path(path), _chosen(encoder))

    def close(self) -> None:
        """Let go of the files; everything that was added is on disk already."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- writing -----------------------------------------------------------------------------------------------------

    def add(self, articles: Iterable[Article]) -> Report:
        """Add articles. One with an id that is there replaces it if it differs, and costs nothing if it does not.

        Durable on return. Raises ArticleError for what is no Article, LibraryLocked if another process writes.
        """
        if isinstance(articles, Article):
            raise ArticleError("add() takes a list of articles; write lib.add([article])")
        return index(checked(articles), self._store, self._encoder)

    def add_files(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        fields: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        progress: Callable[[int, int], None] | None = None,
        names: Mapping[str, str] | None = None,
        report: Report | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Report:
        """Add the articles of files, folders and zips; what cannot be read is in the report, and the rest goes on.

        fields: Isnad's field names -> those of your JSON or CSV ({"text": "payload.body"}).
        progress: called with (bytes done, bytes in all).
        names: a file among `paths` -> the name that stands for its path, in the ids of its articles and in failures.
        report: an empty one to fill, which another thread may watch meanwhile.
        stop: asked before each article; True ends the run when the last batch is stored, and the same call goes on from
        there.
        """
        paths = [paths] if isinstance(paths, str | os.PathLike) else paths
        return index(
            read(paths, fields=fields, limits=limits or Limits(), progress=progress, names=names),
            self._store,
            self._encoder,
            report,
            stop,
        )

    def remove(self, ids: Iterable[str]) -> list[str]:
        """Take articles out; return the ids of those that were there."""
        with self._store.writing():
            return self._store.remove([ids] if isinstance(ids, str) else ids)

    # -- reading -----------------------------------------------------------------------------------------------------

    def search(
        self,
        query: str,
        k: int = 10,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        articles: str | Iterable[str] | None = None,
        dates: bool = True,
    ) -> list[Hit]:
        """The `k` best passages for `query`, best first. since, until: days, both included. source: outlet or outlets.
        language: ISO code or codes. articles: id or ids; of no ids nothing is found.

        Of copies of one report a passage is given once, and says in how many articles and outlets the report stands.
        dates: where neither since nor until is given, words like "last week" are taken for them, as period() says.
        Raises QueryError for an empty query, k < 1, a date that is none, since after until, or an outlet, a language or
        an id that the library does not have.
        """
        if k < 1:
            raise QueryError(f"k is {k}; ask for at least 1 hit")
        where = make_filter(self._store, since, until, source, language, articles)
        return _hits(self._find(query, k, where, dates))

    def examine(
        self, question: str, k: int = 10, *, llm: object = None, dates: bool = True
    ) -> tuple[list[Hit], Answer]:
        """What search() and ask() give for one question, which is understood and searched but once."""
        read = self._find(question, max(k, QUOTED), Filter(), dates)
        model = self._llm if llm is None else load_language_model(llm)
        few = read._replace(found=read.found[:QUOTED])
        pieces = self._answer(question, few, Filter(), model, keep_unsupported=False)
        answer = next(piece for piece in pieces if isinstance(piece, Answer))
        return _hits(read)[:k], answer

    def ask(
        self,
        question: str,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        articles: str | Iterable[str] | None = None,
        dates: bool = True,
        llm: object = None,
        keep_unsupported: bool = False,
    ) -> Answer:
        """Answer with quotes from the archive, or refuse. The filters are those of search(), and so are the errors.

        llm: as for open(), in place of the library's own; "none" for no model. With a model, the claims are its words,
        each checked against the quotes that it cites: what these do not support is in `dropped` or, with
        keep_unsupported, among the claims with its verdict. A model that fails or says nothing that holds leaves the
        quotes alone to answer, and `notice` says so; it is not asked where the archive says too little.
        """
        pieces = self.stream(
            question,
            since,
            until,
            source,
            language=language,
            articles=articles,
            dates=dates,
            llm=llm,
            keep_unsupported=keep_unsupported,
        )
        return next(piece for piece in pieces if isinstance(piece, Answer))

    def stream(
        self,
        question: str,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        articles: str | Iterable[str] | None = None,
        dates: bool = True,
        llm: object = None,
        keep_unsupported: bool = False,
    ) -> Iterator[str | Answer]:
        """What ask() answers, as it comes: pieces of text (str), and at last the Answer.

        The pieces are a model's own words, unchecked and perhaps dropped later, with its thoughts if it utters them;
        show them as such, and put the Answer in their place. Without a model the text of the answer is the one piece.
        """
        where = make_filter(self._store, since, until, source, language, articles)
        model = self._llm if llm is None else load_language_model(llm)
        return self._answer(question, self._find(question, QUOTED, where, dates), where, model, keep_unsupported)

    def _answer(
        self, question: str, read: _Read, where: Filter, model: LanguageModel | None, keep_unsupported: bool
    ) -> Iterator[str | Answer]:
        asked, aligner, found, said = read
        nearest = [_hit(f) for f in found]
        evidence = self._finder.find(asked, aligner, found)
        answer = compose(asked.question, evidence, self._weights, nearest, said)
        if model:
            refused = refuse(asked.question, answer.confidence, nearest, said)
            check = Checker(self._lexicon, self._book)
            limit = self._weights.threshold
            answer = yield from generate(
                answer, refused, asked.question, evidence, model, check, limit, keep_unsupported
            )
        else:
            yield answer.text
        reports = {f.passage.article_id: f.report for f in found}
        texts = {article.id: article.text for article in self._store.articles({c.article_id for c in answer.citations})}
        citations = tuple(
            _counted(self._explained(c, asked, aligner, texts.get(c.article_id, "")), reports[c.article_id])
            for c in answer.citations
        )
        first, last = (said.since, said.until) if said else (where.since, where.until)
        spoken = said.text if said else None
        asked_ = question[:LONGEST].strip()
        differing = disagreeing(citations) if asked.question.kind in COUNTED else ()
        answer = replace(answer, question=asked_, since=first, until=last, understood=spoken)
        yield replace(answer, citations=citations, disagree=differing)

    def chat(self, *, llm: object = None, rewrite: Rewrite | None = None) -> Chat:
        """A conversation over this library, in which questions may lean on those before them.

        llm: as for ask(); it also writes questions that lean anew, from the turns before them. rewrite: does that in
        its place. Without either they are completed by rule.
        """
        return Chat(self, llm=self._llm if llm is None else load_language_model(llm), rewrite=rewrite)

    def _explained(self, citation: Citation, asked: Expansion, aligner: Aligner, text: str) -> Citation:
        """The citation with the words in it that answer, and what it leans on in the `text` of its article."""
        found = self._marker.find(asked, aligner, citation.quote)
        first = citation.start
        marks = (
            (Mark(citation.quote[found.start : found.end], first + found.start, first + found.end),) if found else ()
        )
        return replace(citation, marks=marks, context=context(text, first, citation.title))

    def understand(self, question: str) -> Question:
        """A question as it is understood: language, kind, terms. Raises QueryError if there is no word in it."""
        return understand(question, self._lexicon)

    def passages(self, question: str, *, dates: bool = True) -> list[Found]:
        """The passages that are read for a question, with their features, best first."""
        return self._find(question, READ, Filter(), dates).found

    def evidence(
        self,
        question: str,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        articles: str | Iterable[str] | None = None,
        dates: bool = True,
    ) -> tuple[Question, list[Found], list[Evidence]]:
        """What ask() answers from: the question as understood, the passages read, and their sentences, best first."""
        where = make_filter(self._store, since, until, source, language, articles)
        read = self._find(question, QUOTED, where, dates)
        return read.asked.question, read.found, self._finder.find(*read[:3])

    def spans(self, question: str, texts: Sequence[str]) -> list[tuple[Spans, Sequence[tuple[int, int]]]]:
        """What the words that answer are chosen from in each of `texts`: its spans, and where its words stand."""
        asked = self._expander.expand(self.understand(question))
        aligner = Aligner(self._book, asked.question.terms, asked.variants)
        return [self._marker.spans(asked, aligner, text) for text in texts]

    def gloss(self, text: str) -> list[Gloss]:
        """What each Arabic word of `text`, for example a quote, may mean in English: a dictionary's words, no
        translation. text[g.start:g.end] == g.word; a text without Arabic has none."""
        return gloss(text)

    def translate(self, text: str, into: Language = "en", *, llm: object = None) -> Translation:
        """`text`, for example a quote, in the words of a language model, unchecked. llm: as for ask().

        Raises QueryError where there is no model, LanguageModelError where it fails.
        """
        model = self._llm if llm is None else load_language_model(llm)
        if model is None:
            raise QueryError("to translate there must be a language model; name one: llm=, --llm or ISNAD_LLM")
        return translate(text, model, into)

    def period(self, question: str) -> Period | None:
        """The dates that the words of `question` name, as search() and ask() take them for a filter, or None.

        Told from the newest article. None too where no article lies in them, or where they only begin, long before the
        oldest one: the words then speak of the event, not of the articles.
        """
        oldest, newest = self._store.dates()
        found = period(question[:LONGEST], newest) if newest else None
        if not found or not oldest or not any(self._store.dates(found.since, found.until)):
            return None
        if found.since and not found.until:
            began = datetime.date.fromisoformat(oldest) - datetime.date.fromisoformat(found.since)
            return None if began > _LONG_BEFORE else found
        return found

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """The stored articles as they were given: all, or those of `ids`."""
        return self._store.articles(ids)

    def recent(self, count: int) -> list[Article]:
        """The `count` articles of the last dates, the newest first; where none has a date, those stored last."""
        return self._store.recent(count)

    def listing(
        self,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        title: str = "",
        offset: int = 0,
        count: int = 50,
    ) -> Listed:
        """The articles under the filters of search(), the newest first and those without a date last: `count` of them
        from the `offset`-th on, without their texts, and `total`, how many there are.

        title: words that the headline must hold, all of them, in any spelling and also as parts of words; an article
        without a title is known by the beginning of its text. The first search within titles reads them all (0.5 s for
        30,000); later ones only what came. Raises QueryError as search() does.
        """
        where = make_filter(self._store, since, until, source, language, None)
        return self._store.listed(where, title, max(offset, 0), max(count, 0))

    def timeline(
        self,
        since: Date = None,
        until: Date = None,
        source: str | Iterable[str] | None = None,
        *,
        language: str | Iterable[str] | None = None,
        title: str = "",
    ) -> dict[str, int]:
        """Day, 'YYYY-MM-DD' -> number of articles of that day, ascending, under the filters of listing(). Articles
        without a date are not counted."""
        return self._store.days(make_filter(self._store, since, until, source, language, None), title)

    def status(self) -> Status:
        """What the library holds, and how large it is."""
        return self._store.status()

    def check(self) -> list[str]:
        """Verify catalogue and projections; the faults, a line each (empty: all is well)."""
        return self._store.check()

    def repair(self) -> None:
        """Make anew all that follows from the articles: the catalogue's indexes and reports, passages and vectors that
        are damaged, the projections. What check() says after it cannot be mended; see salvage()."""
        self._store.repair()

    def compact(self) -> tuple[int, int]:
        """Win back the room of articles that are gone; returns the bytes on disk before and after. Raises
        LibraryLocked, or LibraryError where there is no room to do it in."""
        return self._store.compact()

    def backup(self, to: str | os.PathLike[str]) -> int:
        """Copy the library as it is at this moment into the new folder `to`; returns the number of articles.

        Others may write meanwhile. Opening the copy is the restore. Raises LibraryError.
        """
        return backup(self._store.folder, Path(to))

    @staticmethod
    def salvage(
        path: str | os.PathLike[str],
        to: str | os.PathLike[str],
        encoder: str | os.PathLike[str] | Encoder | None = None,
    ) -> tuple[Report, list[str]]:
        """Save the articles of a damaged library that are still what was stored into a new one in `to`, encoded with
        `encoder` (as for open()); returns the report, and the articles that could not be read. Raises LibraryError."""
        return salvage(Path(path), Path(to), _chosen(encoder))

    def _find(self, question: str, k: int, where: Filter, dates: bool) -> _Read:
        said = self.period(question) if dates and not (where.since or where.until) else None
        if said:
            where = replace(where, since=said.since, until=said.until)
        asked = self._expander.expand(self._understand(question, said))
        aligner = Aligner(self._book, asked.question.terms, asked.variants)
        return _Read(asked, aligner, self._retriever.search(asked, aligner, k, where), said)

    def _understand(self, question: str, said: Period | None) -> Question:
        """Read a question without the words that are its filter, unless they are all that it says."""
        if said:
            rest = question[: said.start] + " " * (said.end - said.start) + question[said.end :]
            try:
                asked = understand(rest, self._lexicon, language_of(question[:LONGEST]))
            except QueryError:  # no word is left
                return understand(question, self._lexicon)
            if not asked.empty:
                return asked
        return understand(question, self._lexicon)


def _chosen(encoder: str | os.PathLike[str] | Encoder | None) -> Encoder:
    return load_encoder(encoder) if encoder is None or isinstance(encoder, str | os.PathLike) else encoder


def _hits(read: _Read) -> list[Hit]:
    return [replace(_hit(f), matched=matches(read.asked.question, read.aligner, f.passage)) for f in read.found]


def _hit(found: Found) -> Hit:
    p: Passage = found.passage
    hit = Hit(p.article_id, p.title, p.source, p.date, p.url, p.text, p.start, p.end, found.score)
    return _counted(hit, found.report)


def _counted(place: _Place, report: Copies | None) -> _Place:
    """`place` with what is known of its article's report."""
    if report is None:
        return place
    return replace(place, articles=report.articles, outlets=report.outlets, copies=report.others)
