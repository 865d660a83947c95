"""The evaluation harness: forms of question sets, runs, comparisons, bars, reports. Measures against hand-computed
values and a second implementation."""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from answering_models import Scripted, about
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import Qrel, R, ScoredDoc, nDCG

from eval.asking import Asked
from eval.bars import bars, missed
from eval.compare import bootstrap, changes, compare, randomisation
from eval.configuration import Configuration, sweep
from eval.counting import Counted, Spent, tokens
from eval.dataset import Dataset, DatasetError, Gold, Query
from eval.measuring import measure
from eval.report import report
from eval.runs import Question, Run, load_run, percentile
from eval.scoring import answer_scores, exact_match, rankings
from eval.sources import open_dataset
from eval.support import citation_precision, citation_recall
from index.errors import QueryError
from rag import Answer, Article, Citation, Claim, Library, Mark
from rag.language_models import Message
from rag.terminal import run as isnad

# -- forms of question sets --------------------------------------------------------------------------------------------


def write(path: Path, rows: Iterable[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), "utf-8")
    return path


CORPUS: list[Any] = [
    {"_id": "d1", "title": "Dam", "text": "The dam north of Basra was built in 1987."},
    {"_id": "d2", "title": "Rain", "text": "Rain fell in Mosul on Monday."},
    {"_id": "d3", "title": "A title alone", "text": ""},
]
ASKED: list[Any] = [{"_id": "q1", "text": "When was the dam built?"}, {"_id": "q2", "text": "Where did rain fall?"}]
JUDGED: list[Any] = ["query-id\tcorpus-id\tscore", "q1\td1\t2", "q1\td3\t1", "q1\td2\t0", "q2\td2\t1"]


def beir(folder: Path, corpus: list[Any] = CORPUS, asked: list[Any] = ASKED, judged: list[Any] = JUDGED) -> Path:
    write(folder / "corpus.jsonl", corpus)
    write(folder / "queries.jsonl", asked)
    write(folder / "qrels/test.tsv", judged)
    return folder


def test_a_collection_of_beir_is_read_with_its_grades(tmp_path: Path) -> None:
    write(beir(tmp_path / "b") / "qrels/dev.tsv", ["q2\td2\t1"])
    data = open_dataset(tmp_path / "b")
    assert {article.id: article.text for article in data.articles}["d3"] == "A title alone"
    assert [(q.id, q.split, q.grades) for q in data.queries] == [
        ("q2", "development", (("d2", 1),)),
        ("q1", "test", (("d1", 2), ("d3", 1))),
        ("q2", "test", (("d2", 1),)),
    ]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"corpus": [*CORPUS, "{"]}, r"corpus\.jsonl:4 is no JSON"),
        ({"corpus": [*CORPUS, "[1]"]}, r"corpus\.jsonl:4 is no JSON object"),
        ({"corpus": [*CORPUS, {"_id": "d4", "text": " "}]}, r"corpus\.jsonl:4 \(d4\) has neither text nor title"),
        ({"corpus": [*CORPUS, {"text": "No id."}]}, r"corpus\.jsonl:4 has no '_id'"),
        ({"corpus": [*CORPUS, CORPUS[0]]}, r"corpus\.jsonl:4 has the id 'd1' of an article before it"),
        ({"asked": [*ASKED, {"_id": "q3"}]}, r"queries\.jsonl:3 has no 'text'"),
        ({"asked": []}, r"test\.tsv:2 judges 'q1'"),
        ({"judged": []}, "judges none of its queries"),
        ({"judged": [*JUDGED, "q1\td9\t1"]}, r"test\.tsv:6 names 'd9'"),
        ({"judged": [*JUDGED, "q1 d1 1"]}, r"test\.tsv:6 is no judgement"),
        ({"judged": [*JUDGED, "q1\td1\tmuch"]}, r"test\.tsv:6 is no judgement"),
    ],
)
def test_a_faulty_line_is_named_with_its_file(tmp_path: Path, files: dict[str, list[Any]], told: str) -> None:
    with pytest.raises(DatasetError, match=told) as caught:
        open_dataset(beir(tmp_path / "b", **files))
    assert "\n" not in str(caught.value)


def test_topics_of_trec_are_read_tagged_or_by_lines(tmp_path: Path) -> None:
    tagged = write(
        tmp_path / "topics.txt",
        ["<top>", "<num> Number: 301", "<title> dams of", "Basra", "<desc> Description:", "x", "</top>"],
    )
    lines = write(tmp_path / "topics.tsv", ["301\tdams of Basra"])
    qrels = write(tmp_path / "qrels.txt", ["301 0 d1 2", "301 0 d2 0"])
    for topics in (tagged, lines):
        (query,) = open_dataset(topics, qrels=qrels).queries
        assert (query.id, query.text, query.grades) == ("301", "dams of Basra", (("d1", 2),))
    for row, told in (("301 d1 2", r"qrels\.txt:1 is no judgement"), ("9 0 d1 1", r"qrels\.txt:1 judges the topic")):
        with pytest.raises(DatasetError, match=told):
            open_dataset(lines, qrels=write(qrels, [row]))
    for row, told in (("no tab", r"topics\.tsv:1 is no topic"), ("<top><num>1</top>", "no <title>")):
        with pytest.raises(DatasetError, match=told):
            open_dataset(write(lines, [row]), qrels=qrels)


def test_parallel_sentences_are_questions_and_articles(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path / "s.en", ["One.", "Two.", "Ein."]),
        write(tmp_path / "s.ar", ["واحد.", "اثنان.", "واحد."]),
    )
    data = open_dataset(one, other)
    texts = {article.id: article.text for article in data.articles}
    assert len(texts) == 2
    assert [texts[query.gold[0].article_id] for query in data.queries] == ["واحد.", "اثنان.", "واحد."]
    with pytest.raises(DatasetError, match="has 3 sentences"):
        open_dataset(one, write(other, ["واحد."]))


def test_a_folder_of_question_files_is_one_set(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", [{"id": "1", "question": "Who?", "quotes": []}])
    write(tmp_path / "b.jsonl", [{"id": "2", "question": "When?"}])
    assert [query.id for query in open_dataset(tmp_path).queries] == ["1", "2"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "holds no questions"),
        (['{"id": "1", "question": "x"}', "{"], r"q\.jsonl:2 is no question"),
        (['{"id": "1", "question": " "}'], r"q\.jsonl:1 is no question.*the question is empty"),
        (['{"id": "1"}'], r"q\.jsonl:1 is no question"),
        (['{"id": "a", "text": ""}'], r"q\.jsonl:1"),
    ],
)
def test_faulty_question_files_are_told(tmp_path: Path, rows: list[str], told: str) -> None:
    with pytest.raises((DatasetError, ValueError), match=told):
        open_dataset(write(tmp_path / "q.jsonl", rows))


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no file or folder"):
        open_dataset(tmp_path / "nosuch.json")
    with pytest.raises(DatasetError, match="holds no question set"):
        open_dataset(tmp_path)


# -- measures ----------------------------------------------------------------------------------------------------------

TEXT = "The dam held. It was built in 1987 by the ministry. Nobody was hurt."


def asked(answer: Answer, articles: tuple[tuple[str, float], ...] = ()) -> Asked:
    return Asked(answer, articles, 0.1, Spent())


def answer(*quotes: str, mark: str = "", article: str = "a") -> Answer:
    def cite(n: int, quote: str) -> Citation:
        start, marks = TEXT.index(quote), ()
        if mark and mark in quote:
            marks = (Mark(mark, start + quote.index(mark), start + quote.index(mark) + len(mark)),)
        return Citation(n, article, "", None, None, None, quote, start, start + len(quote), 0.9, marks=marks)

    citations = tuple(cite(n, quote) for n, quote in enumerate(quotes, start=1))
    claims = tuple(Claim(citation.quote, (citation.n,)) for citation in citations)
    return Answer("?", bool(quotes), "", 0.8 if quotes else 0.1, claims, citations)


def same(claim: str, quotes: Iterable[str]) -> bool:
    return claim in " ".join(quotes)


def test_scores_of_an_answer_by_hand() -> None:
    place = (Gold("a", TEXT.index("1987"), TEXT.index("1987") + 4),)
    query = Query("1", "When?", "test", gold=place)
    first, second, third = "The dam held.", "It was built in 1987 by the ministry.", "Nobody was hurt."
    found = answer_scores(query, place, ["1987"], asked(answer(first, second, mark="in 1987")), same)
    assert found == {
        "answered": 1, "cited": 1, "cited@1": 0, "cited@2": 1, "cited@3": 1, "token F1": 2 / 3, "exact match": 0,
        "citation recall": 1, "citation precision": 1,
    }  # fmt: skip
    assert answer_scores(query, place, ["1987"], asked(answer(third)), same)["cited"] == 0
    assert answer_scores(query, place, ["1987"], asked(answer(second, article="b")), same)["cited"] == 0
    refused = answer_scores(query, place, ["1987"], asked(answer()), same)
    assert refused == dict.fromkeys(
        ["answered", "cited", "cited@1", "cited@2", "cited@3", "token F1", "exact match"], 0
    )
    nothing = Query("2", "Who?", "test")
    assert answer_scores(nothing, (), (), asked(answer()), same) == {"refused": 1}
    assert answer_scores(nothing, (), (), asked(answer(first)), same) == {"refused": 0}


def test_exact_match_folds_as_the_search_does() -> None:
    assert exact_match("عام ١٩٩١", "عام 1991") == 1
    assert exact_match("1991", "1992") == exact_match("", "") == 0


def test_citation_recall_and_precision_by_hand() -> None:
    """ALCE: a claim that two quotes support only together, with a third that is of no use; a claim without support."""
    quotes = ["ab", "cd", "zz", "ef"]
    citations = tuple(Citation(n, "a", "", None, None, None, q, 0, 2, 0.5) for n, q in enumerate(quotes, start=1))
    claims = (Claim("ab cd", (1, 2, 3)), Claim("gh", (4,)), Claim("no quote", ()))
    whole = Answer("?", True, "", 0.9, claims, citations)
    assert citation_recall(whole, same) == pytest.approx(1 / 3)
    assert citation_precision(whole, same) == pytest.approx(2 / 4)


@pytest.mark.parametrize("seed", range(5))
def test_ranking_measures_agree_with_a_second_implementation(seed: int) -> None:
    draw = random.Random(seed)
    names = [f"d{n}" for n in range(30)]
    queries, found, grades = [], [], {}
    for n in range(20):
        right = {name: draw.randint(1, 3) for name in draw.sample(names, draw.randint(1, 6))}
        grades[f"q{n}"] = right
        gold = tuple(Gold(name, 0, 1) for name in right)
        queries.append(Query(f"q{n}", "?", "test", gold=gold, grades=tuple(right.items())))
        order = draw.sample(names, draw.choice([0, 5, 10]))
        found.append(asked(answer(), tuple((name, 1 - k / 100) for k, name in enumerate(order))))
    ours = rankings(queries, found)
    for query, one in zip(queries, found, strict=True):
        of = grades[query.id]
        order = [name for name, _ in one.articles][:10]
        gain = sum(of.get(name, 0) / math.log2(k + 2) for k, name in enumerate(order))
        ideal = sum(grade / math.log2(k + 2) for k, grade in enumerate(sorted(of.values(), reverse=True)[:10]))
        ranks = [k for k, name in enumerate(order, start=1) if name in of]
        assert ours[query.id] == pytest.approx({
            "nDCG@10": gain / ideal,
            "R@1": sum(name in of for name in order[:1]) / len(of),
            "R@10": len(ranks) / len(of),
            "RR@10": 1 / ranks[0] if ranks else 0,
            "AP@10": sum((n + 1) / rank for n, rank in enumerate(ranks)) / len(of),
        })  # fmt: skip
    run = [ScoredDoc(q.id, *pair) for q, one in zip(queries, found, strict=True) for pair in one.articles]
    judged = [Qrel(query, name, grade) for query, of in grades.items() for name, grade in of.items()]
    means = ir_measures.calc_aggregate([nDCG @ 10, R @ 10], judged, run)
    assert means[nDCG @ 10] == pytest.approx(sum(one["nDCG@10"] for one in ours.values()) / 20)


def test_percentiles_are_values_that_were_there() -> None:
    assert [percentile([5, 1, 4, 2, 3], share) for share in (0, 20, 21, 50, 95, 100)] == [1, 1, 2, 3, 5, 5]
    assert percentile([], 50) == 0


# -- runs and comparisons ----------------------------------------------------------------------------------------------


def question(name: str, answerable: bool = True, confidence: float = 0.5, **scores: float) -> Question:
    return Question(name, f"{name}?", answerable, confidence >= 0.5, confidence, scores, "gold", "said", 0.2)


def run(*questions: Question, configuration: str = "as shipped") -> Run:
    return Run("set", "test", configuration, questions)


def test_figures_are_means_over_the_questions_that_a_measure_applies_to() -> None:
    figures = run(
        question("1", cited=1.0, confidence=0.9), question("2", cited=0.0, confidence=0.4),
        question("3", answerable=False, confidence=0.4, refused=1.0),
    ).figures()  # fmt: skip
    assert figures["questions"] == 3
    assert (figures["cited"], figures["refused"]) == (0.5, 1.0)
    assert figures["ROC area"] == 0.75
    assert figures["p50 ms"] == 200


def test_a_run_is_kept_whole_and_anything_else_is_no_run(tmp_path: Path) -> None:
    whole = run(question("1", cited=1.0), question("سؤال", answerable=False, refused=0.0))
    whole.save(tmp_path / "run.json")
    assert load_run(tmp_path / "run.json") == whole
    for text in ("", "{}", '{"format": 9}', "[1]", '{"format": 1, "questions": [{}]}'):
        (tmp_path / "other.json").write_text(text)
        with pytest.raises(DatasetError, match=r"other\.json is no run"):
            load_run(tmp_path / "other.json")
    with pytest.raises(DatasetError, match="--save"):
        load_run(tmp_path / "nosuch.json")


def test_a_comparison_by_hand() -> None:
    one = run(*(question(str(n), cited=float(n % 2)) for n in range(10)), question("only here", cited=1.0))
    other = run(*(question(str(n), cited=1.0) for n in range(10)), configuration="better")
    (found,) = compare(one, other)
    assert (found.first, found.second, found.difference) == (0.5, 1.0, 0.5)
    assert (found.better, found.worse, found.questions) == (5, 0, 10)
    assert 0.1 <= found.low < 0.5 < found.high <= 0.9
    assert found.p == pytest.approx(2 / 2**5, abs=0.01)  # all five must fall on one side
    assert [c.first.id for c in changes(one, other, "cited")] == ["0", "2", "4", "6", "8"]
    assert compare(one, one)[0].p == 1.0
    with pytest.raises(DatasetError, match="share no question"):
        compare(one, run(question("x", cited=1.0)))


def test_exchanging_the_runs_turns_the_difference() -> None:
    draw = random.Random(1)
    one = run(*(question(str(n), cited=draw.random()) for n in range(40)))
    other = run(*(question(str(n), cited=draw.random()) for n in range(40)))
    there, back = compare(one, other)[0], compare(other, one)[0]
    assert there.difference == pytest.approx(-back.difference)
    assert there.p == pytest.approx(back.p, abs=0.02)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=0.02)


def test_the_interval_and_p_are_those_of_theory() -> None:
    draw = random.Random(2)
    values = [draw.gauss(0.1, 1.0) for _ in range(400)]
    mean = sum(values) / 400
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / 399 / 400)
    low, high = bootstrap(values)
    assert (low, high) == pytest.approx((mean - 1.96 * deviation, mean + 1.96 * deviation), abs=0.01)
    normal = math.erfc(abs(mean) / deviation / math.sqrt(2))
    assert randomisation(values) == pytest.approx(normal, abs=0.02)


# -- bars, configurations, counting ------------------------------------------------------------------------------------


def test_bars_hold_in_their_direction() -> None:
    figures = {"nDCG@10": 0.9, "p95 ms": 50.0, "calibration error": 0.1}
    assert missed(figures, bars(["nDCG@10=0.9", "p95 ms=50", "calibration error=0.1"])) == []
    assert len(missed(figures, bars(["nDCG@10=0.91", "p95 ms=49", "calibration error=0.09"]))) == 3
    with pytest.raises(QueryError, match="it has nDCG@10"):
        missed(figures, bars(["nDCG@5=0.9"]))
    for wrong in ("nDCG@10", "=0.9", "nDCG@10=high"):
        with pytest.raises(QueryError, match=re.escape(wrong)):
            bars([wrong])


def test_a_sweep_changes_one_thing_at_a_time() -> None:
    found = list(sweep(encoders=["x"], without=["names", "translations"], llms=["openai:m"]))
    assert [one.name for one in found] == [
        "as shipped", "encoder x", "without names", "without translations", "llm openai:m",
    ]  # fmt: skip
    assert found[0] == Configuration()


def test_tokens_read_and_written_are_counted() -> None:
    model = Counted(Scripted("two words"))
    assert "".join(model.stream([Message("user", "three words here")])) == "two words"
    assert model.take() == Spent(tokens("three words here"), tokens("two words"))
    assert model.take() == Spent()


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_a_set_is_measured_alike_by_one_process_and_by_two(tmp_path: Path) -> None:
    data = small()
    one, two = measure(data, jobs=1), measure(data, jobs=2)
    assert [(q.id, q.scores, q.confidence) for q in one.questions] == [
        (q.id, q.scores, q.confidence) for q in two.questions
    ]
    figures = one.figures()
    assert figures["questions"] == 40
    assert figures["R@1"] == figures["cited"] == 1
    assert figures["refused"] == 1
    assert one.articles == 20
    assert one.versions["faiss-cpu"]


def small() -> Dataset:
    towns = (
        "Basra Mosul Erbil Kirkuk Najaf Karbala Tikrit Samarra Fallujah Ramadi Hilla Kut Amarah Nasiriyah Samawah"
        " Diwaniyah Baqubah Dohuk Sinjar Zakho"
    ).split()
    texts = [f"The bridge of {town} was opened in {1950 + n}. Its mayor spoke." for n, town in enumerate(towns)]
    articles = tuple(Article(f"a{n}", text) for n, text in enumerate(texts))
    there = [
        Query(f"q{n}", f"When was the bridge of {town} opened?", "test", quotes=(texts[n].split(". ")[0] + ".",))
        for n, town in enumerate(towns)
    ]
    absent = [Query(f"n{n}", f"Which poet won the chess cup of {n} Lisbon gardens?", "test") for n in range(20)]
    return Dataset("small", (*there, *absent), articles)


def test_a_model_is_measured_on_the_same_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    def says(prompt: str) -> str:
        held = about(prompt, "Basra was opened")
        return f"The bridge of Basra was opened in 1950 [{held}]. It cost nine million [{held}]."

    monkeypatch.setattr("eval.asking.load_language_model", lambda spec: Scripted(says) if spec else None)
    data = small()
    run = measure(Dataset("one", data.queries[:1], data.articles), configuration=Configuration(llm="scripted"))
    figures = run.figures()
    assert figures["tokens read"] > 50
    assert 5 < figures["tokens written"] < 60
    assert figures["cited"] == figures["citation recall"] == 1


class Pictures(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [str(value) for name, value in attributes if name in ("src", "href")]


def test_the_report_shows_failures_as_text_and_loads_nothing() -> None:
    pytest.importorskip("matplotlib")
    hostile = "<script>alert(1)</script> متى؟"
    questions = [
        Question(f"q{n}", hostile, n < 15, n % 3 != 0, n / 20, {}, "ذهب" if n < 15 else "", "x") for n in range(20)
    ]
    whole = report([run(*questions), run(*questions, configuration="without names")])
    shown = Pictures(whole)
    assert "script" not in shown.tags
    assert shown.tags.count("img") == 4
    assert all(source.startswith("data:image/png") for source in shown.sources)
    assert whole.count("ذهب") == 15
    assert whole.count("&lt;script&gt;alert(1)&lt;/script&gt; متى؟") == 15 + 3


def test_the_command_measures_saves_compares_and_fails_under_a_bar(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    data, one, two = str(beir(tmp_path / "b")), str(tmp_path / "one.json"), str(tmp_path / "two.json")
    assert isnad(["eval", data, "--save", one, "--html", str(tmp_path / "r.html"), "--fail-under", "R@10=0.4"]) == 0
    assert "nDCG@10" in capsys.readouterr().out
    assert (tmp_path / "r.html").read_text("utf-8").startswith("<!doctype html>")
    assert isnad(["eval", data, "--save", two, "--without", "names", "--fail-under", "cited@1=1.1", "--json"]) == 1
    told = capsys.readouterr()
    assert "the bar 1.1" in told.err
    assert json.loads(told.out)["configuration"] == "without names"
    assert isnad(["eval", "compare", one, two, "--by", "cited"]) == 0
    assert "as shipped, then without names" in capsys.readouterr().out
    assert isnad(["eval", data, "--sweep", "--without", "names", "--save", str(tmp_path / "s.json")]) == 0
    assert "without names" in capsys.readouterr().out
    assert load_run(tmp_path / "s-2.json").configuration == "without names"
    for wrong in (["eval", "compare", one], ["eval", data, data], ["eval", data, "--encoder", "a", "--encoder", "b"]):
        assert isnad(wrong) == 2
    assert isnad(["eval", "compare", one, two, "--by", "magic"]) == 1
    assert "no measure 'magic'" in capsys.readouterr().err


def test_a_library_that_a_set_was_not_made_for_is_told(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add([Article("a", TEXT)])
    data = Dataset("other", (Query("1", "Who?", "test", quotes=("Not in it.",)),))
    with pytest.raises(DatasetError, match="nothing that answers other is in the library"):
        measure(data, tmp_path / "library")
    with pytest.raises(DatasetError, match="there is no library at"):
        measure(data, tmp_path / "nosuch")
    with pytest.raises(DatasetError, match="no question in the split development"):
        measure(data, tmp_path / "library", split="development")


def test_matplotlib_is_asked_for_before_anything_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    assert isnad(["eval", str(tmp_path / "nosuch"), "--html", "x.html"]) == 2


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_p_is_a_probability_and_is_1_where_nothing_differs(values: list[float]) -> None:
    assert 0 < randomisation([0.0 for _ in values]) == 1.0
