"""Isnad beside its peers: each finds, results come back whole, ratios are those of a round, and a failure is told."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path

import pytest

from eval.dataset import Dataset, Gold, Query
from eval.peers import __main__ as command
from eval.peers import measuring, processes
from eval.peers.figures import BARS, SPEED, Bar, held, leads, queried, ratio
from eval.peers.measuring import Asked, measure_quality, measure_speed, quality, questions
from eval.peers.peer import SYSTEMS
from eval.peers.processes import Failed, finished, run
from eval.peers.table import FIRST, Report, markdown
from eval.peers.tasks import written
from index.article import Article

NEEDS = {"Isnad": "rag", "LlamaIndex": "llama_index.vector_stores.faiss", "txtai": "txtai", "bm25s": "bm25s"}
NEWS = (
    Article("a/../1", "فاض نهر دجلة بعد أمطار غزيرة وغمرت المياه قرى كثيرة في الشمال.", title="فيضان في الشمال"),
    Article('"2"\u2028|\n', "رفع البنك المركزي سعر الفائدة نصف نقطة لكبح التضخم.", title="الفائدة ترتفع"),
    Article("٣", "بدأت الممرضات حملة لتطعيم الأطفال ضد الحصبة في الجنوب.", title="حملة تطعيم"),
    Article("4", "تصدى حارس المرمى لركلتي جزاء وفاز الفريق بالكأس مرة أخرى.", title="الكأس للفريق"),
)
ASKED = ("أمطار غزيرة على نهر دجلة", "البنك المركزي سعر الفائدة", "تطعيم الأطفال ضد الحصبة", "حارس المرمى ركلتي جزاء")


def tell(_: str) -> None:
    """What goes on is of no interest here."""


def installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(NEEDS[name]) is not None
    except ModuleNotFoundError:  # of a package around it
        return False


@pytest.mark.parametrize("name", SYSTEMS)
def test_each_system_finds_and_its_result_comes_back_whole(name: str, tmp_path: Path) -> None:
    if not installed(name):
        pytest.skip(f"{name} is not installed; pip install -e '.[peers]'")
    # More articles than the four, that share no word with the questions: a question may ask for 30 passages.
    articles = [*NEWS, *(Article(f"x{n}", f"nothing of interest happened on day {n}") for n in range(40))]
    work = {"articles": str(written(articles, tmp_path / "articles.json")), "questions": [*ASKED, "zzzz qqqq"]}
    done = run("rank", name, tmp_path / "made", work)
    assert [found[0] for found in done["ranked"][:4]] == [article.id for article in NEWS]
    assert len(done["ranked"]) == 5
    ids = {article.id for article in articles}
    for found in done["ranked"]:
        assert len(found) == len(set(found)) <= 10
        assert set(found) <= ids
    assert all(number != "not installed" for number in done["versions"].values())


def test_a_system_that_fails_is_told_and_the_rest_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "bm25s.py").write_text(
        "import sys\nprint('chatter')\nprint('| chatter |', file=sys.stderr)\nraise RuntimeError('no \\x1b luck')\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", f"{broken}:{Path(__file__).parent.parent}")
    monkeypatch.setattr(measuring, "_COLD_STARTS", 1)
    report = Report(articles=len(NEWS), questions=2)
    systems = ["bm25s", "Isnad"]
    data = Dataset("tiny", (Query("q", ASKED[0], "test", gold=(Gold(NEWS[0].id, 0, 1),)),), NEWS)
    measure_quality(report, [data], systems, tmp_path, tell)
    measure_speed(report, NEWS, Asked([ASKED[0]], list(ASKED[1:])), systems, tmp_path, tell)
    assert [(name, what) for name, what, _ in report.failed] == [
        ("bm25s", "quality"),
        ("bm25s", "indexing of round 1"),
    ]
    assert report.quality == {"Isnad": {"tiny, nDCG@10": 1.0, "tiny, R@1": 1.0}}
    (one,) = report.rounds
    assert one["bm25s"] == {}
    assert set(one["Isnad"]) == {row.name for row in SPEED}
    assert all(value > 0 for value in one["Isnad"].values())
    told = markdown(report)
    assert "- FAILED: bm25s, quality: RuntimeError: no   luck\n" in told
    assert len(report.loads) == 1
    # A table stays a table: each of its lines has as many cells as there are systems, and the name.
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in rows} == {len(SYSTEMS) + 2}


def test_a_process_that_does_nothing_or_complains_is_a_failure() -> None:
    with pytest.raises(Failed, match=r"^ModuleNotFoundError.*; pip install -e '.\[peers\]'"):
        finished([sys.executable, "-c", "import there_is_no_such_package"])
    with pytest.raises(Failed, match="status 3"):
        finished([sys.executable, "-c", "import os; os._exit(3)"])
    held = "import os; print(os.environ.get('OMP_NUM_THREADS'), os.environ.get('OPENBLAS_NUM_THREADS'))"
    assert finished([sys.executable, "-c", held], 1) == "1 1\n"


def test_a_result_that_is_not_there_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "finished", lambda command, threads: "")
    with pytest.raises(Failed, match="without a result"):
        run("rank", "Isnad", tmp_path, {})


def test_quality_counts_every_question_and_the_rank_of_its_article() -> None:
    queries = tuple(Query(f"q{n}", "?", "test", gold=(Gold("right", 0, 1),)) for n in range(4))
    data = Dataset("tiny", queries)
    found = quality(data, [["right", "b"], ["a", "right"], ["a", "b"], []])
    assert found == {"nDCG@10": pytest.approx((1 + 1 / math.log2(3)) / 4), "R@1": 0.25}
    assert quality(data, [[]] * 4) == {"nDCG@10": 0.0, "R@1": 0.0}


def test_questions_are_titles_and_our_own_and_none_is_asked_twice() -> None:
    articles = [Article(str(n), "text", title=f"title {n}") for n in range(50)]
    own = [f"own {n}" for n in range(50)]
    asked = questions(articles, own, 40)
    assert (len(asked.first), len(asked.timed)) == (20, 40)
    every = [*asked.first, *asked.timed]
    assert len(set(every)) == 60
    assert sum(one.startswith("title") for one in every) == 30
    assert questions(articles, own, 40) == asked
    few = questions(articles[:2], own[:2], 40)  # as many as there are, and some are timed
    assert len(few.timed) == 2


def test_ratios_are_those_of_a_round() -> None:
    """A machine that is ten times as slow in one round, and a round that a system did not end, change no ratio."""
    name = "articles/s indexed"
    rounds = [{"Isnad": {name: 100.0 / slow}, "txtai": {name: 20.0 / slow}} for slow in (1, 10, 3)]
    rounds.append({"Isnad": {name: 7.0}, "txtai": {}})
    assert ratio(rounds, name, "txtai", FIRST) == pytest.approx(0.2)
    assert held(Bar(name, "txtai", 5.01), rounds, FIRST) == (False, pytest.approx(5))
    assert held(Bar(name, "txtai", 4.99), rounds, FIRST) == (True, pytest.approx(5))
    slower = [{"Isnad": {"cold question, s": 1.0}, "LlamaIndex": {"cold question, s": 0.5}}]
    assert held(Bar("cold question, s", "LlamaIndex", 1), slower, FIRST) == (False, 0.5)  # of times less is better
    assert held(BARS[0], [], FIRST) is None
    assert {bar.row for bar in BARS} <= {row.name for row in SPEED}


def test_being_level_is_not_being_ahead() -> None:
    figures = {"Isnad": {"R@1": 0.5, "nDCG": 0.9}, "txtai": {"R@1": 0.5, "nDCG": 0.8}}
    assert leads(figures, FIRST) == [("R@1", "txtai", False), ("nDCG", "txtai", True)]
    assert leads({"txtai": {"R@1": 0.5}}, FIRST) == []


def test_times_are_percentiles_in_milliseconds() -> None:
    found = queried(0.25, [n / 1000 for n in range(101)])
    assert found == {
        "load to first answer, ms": 250.0,
        "question p50, ms": pytest.approx(50),
        "question p95, ms": pytest.approx(95),
    }


def test_data_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["eval.peers", str(tmp_path)])
    assert command.main() == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "xquad" in said.err
