"""The measures of retrieval: known items, copies of them, questions across languages, rank fusion, the fits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.dataset import Dataset, DatasetError, Gold, Query, load
from eval.known_item import best_articles, containment, found_items, known_items, library_of
from eval.measures import holds
from eval.passages import Ranked, cross_lingual, fit_order, fit_relevance, placed, qrels
from eval.retrieval import named, rank_fusion
from eval.run import find_titles, main
from index.article import Article
from rag.passage_features import ORDER, PASSAGE

NEWS = [
    Article("1", "Rivers burst their banks after three days of rain and hundreds left.", title="Floods in the north"),
    Article("2", "The central bank raised its key rate by half a point on Monday.", title="Rates go up"),
    Article("3", "Nurses began to immunise children against measles in the south.", title="Vaccines for the young"),
    Article("4", "The goalkeeper saved two penalties and lifted the cup again.", title=""),
]


def test_containment_counts_the_shorter_text() -> None:
    assert containment("one two three four", "zero one two three four five") == 1.0
    assert containment("one two three four", "one two three five six seven") == 0.5
    assert containment("one two three", "three two one") == 0.0
    assert containment("one", "one") == 0.0  # too short to tell


def test_known_items_are_titled_articles_in_a_collection_without_titles() -> None:
    data = known_items(NEWS, 9)
    assert {(q.id, q.text) for q in data.queries} == {(a.id, a.title) for a in NEWS[:3]}
    assert [a.title for a in data.articles] == [""] * 4
    assert [a.text for a in data.articles] == [a.text for a in NEWS]
    assert known_items(NEWS, 2) == known_items(NEWS, 2)
    assert len(known_items(NEWS, 2).queries) == 2
    with pytest.raises(DatasetError, match="title"):
        known_items(NEWS[3:], 1)


def test_an_item_is_found_by_itself_or_by_a_copy() -> None:
    text = "The ministers of both countries met on Sunday and spoke of water and of the border for five hours."
    pair = [
        Article("a", text + " They will meet again.", title="Ministers speak of water"),
        Article("b", "Today: " + text),
    ]
    data = known_items(pair, 1)
    with library_of([*data.articles, *NEWS]) as lib:
        assert found_items(lib, data) == {"questions": 1, "R@1": 1.0, "R@10": 1.0}
        lib.remove(["b"])
        assert found_items(lib, data)["R@1"] == 1.0
    lost = Dataset("x", (Query("1", "goalkeeper penalties cup", "test", gold=(Gold("1", 0, 9),)),))
    with library_of(NEWS) as lib:
        assert best_articles(lib, "goalkeeper penalties cup")[0][0] == "4"
        assert found_items(lib, lost)["R@1"] == 0.0


def _squad(path: Path, language: str, ids: list[str]) -> Path:
    text = {"ar": "وصل الوفد إلى بغداد.", "en": "The delegation arrived in Baghdad."}[language]
    asked = {"ar": "أين وصل الوفد؟", "en": "Where did the delegation of Ankara arrive?"}[language]
    answers = [{"answer_start": 0, "text": text}]
    rows = [{"id": id_, "question": asked, "answers": answers} for id_ in ids]
    file = path / f"{language}.json"
    file.write_text(json.dumps({"data": [{"title": "t", "paragraphs": [{"context": text, "qas": rows}]}]}), "utf-8")
    return file


def test_questions_of_one_language_on_articles_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    english, arabic = _squad(tmp_path, "en", ["q1", "q2"]), _squad(tmp_path, "ar", ["q1", "q2", "q3"])
    data = cross_lingual(load(english), load(arabic))
    assert [q.text[:5] for q in data.queries] == ["Where"] * 2
    assert [a.text for a in data.articles] == ["وصل الوفد إلى بغداد."]
    assert [q.split for q in data.queries] == [q.split for q in load(english).queries]
    assert qrels(data.queries)[0].doc_id == data.articles[0].id
    with pytest.raises(DatasetError, match="q3"):
        cross_lingual(load(arabic), load(english))
    assert main(english, None, articles=arabic, jobs=1, as_json=True) == 0
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert (figures["questions"], figures["R@1"], figures["nDCG@10"]) == (2, 1.0, 1.0)
    assert [q.text for q in named(data).queries] == ["ankara"] * 2


def test_titles_are_looked_for_from_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{"id": a.id, "title": a.title, "text": a.text} for a in NEWS]
    (tmp_path / "news.json").write_text(json.dumps(rows), "utf-8")
    assert find_titles(tmp_path, 3) == 0
    assert "R@10" in capsys.readouterr().out
    with pytest.raises(DatasetError, match="nowhere"):
        find_titles(tmp_path / "nowhere", 3)


def test_quotes_become_places() -> None:
    queries = (Query("q", "?", "test", quotes=("a point",)), Query("none", "?", "test"))
    (found,) = placed(Dataset("d", queries, tuple(NEWS))).queries
    assert found.gold == (Gold("2", 45, 52),)
    assert NEWS[1].text[45:52] == "a point"
    assert holds(found.gold, "2", 40, 60)
    assert not holds(found.gold, "1", 40, 60)
    assert not holds(found.gold, "2", 0, 48)


def _ranked(rows: np.ndarray, right: int) -> Ranked:
    whole = np.zeros((len(rows), len(PASSAGE)))
    whole[:, : rows.shape[1]] = rows
    mark = np.arange(len(rows)) == right
    return Ranked(Query("q", "?", "development"), whole, tuple(map(str, range(len(rows)))), mark, mark)


def test_rank_fusion_is_its_formula() -> None:
    rows = np.array([[0.9, 0.0, 0.1], [0.5, 0.7, 0.2], [0.1, 0.3, 0.3]])
    ranks = np.array([[1, 3, 3], [2, 1, 2], [3, 2, 1]])
    assert rank_fusion(_ranked(rows, 0)) == pytest.approx((1 / (60 + ranks)).sum(axis=1))


def test_the_fit_finds_what_decides_and_gives_it_a_probability() -> None:
    random = np.random.default_rng(0)
    groups = []
    for _ in range(200):
        rows = random.random((6, len(ORDER)))
        groups.append(_ranked(rows, int(rows[:, 3].argmax())))
    order = fit_order({"all": groups}, range(len(ORDER)))
    assert order.argmax() == 3
    assert order[3] > 5 * np.abs(np.delete(order, 3)).max()
    assert np.mean([one.right[(one.rows[:, : len(ORDER)] @ order).argmax()] for one in groups]) > 0.9
    relevance = fit_relevance({"all": groups}, order)
    assert relevance[1] > 0
