"""A library inside LlamaIndex: what comes out of its retriever and its query engine is what the library found."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import pytest
from answering_models import ARTICLES, QUESTION, TEXTS, Scripted, about, checking_by_words

from index.article import Article
from rag import QueryError
from rag.library import Library

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def test_nodes_are_hits_with_offsets_and_metadata(tmp_path: Path) -> None:
    from rag.llamaindex import retriever

    text = "زار الوزير مدينة البصرة.\nوقال إن المشروع سيبدأ في آذار المقبل."
    article = Article(id="a", text=text, title="زيارة", date="2020-01-02", source="الصباح", url="https://example.org/a")
    other = Article(id="b", text="فاز الفريق بالكأس بعد مباراة طويلة.", source="الرياضة")
    with Library.open(tmp_path / "library") as lib:
        lib.add([article, other])
        nodes = retriever(lib, k=5).retrieve("Who visited Basra?")
        assert [n.score for n in nodes] == [h.score for h in lib.search("Who visited Basra?", k=5)]
        best = nodes[0].node
        assert text[best.start_char_idx : best.end_char_idx] == best.text
        expected = {"article_id": "a", "title": "زيارة", "source": "الصباح", "date": "2020-01-02"}
        assert best.metadata == expected | {"url": "https://example.org/a"}
        only = retriever(lib, source="الرياضة").retrieve("البصرة")
        assert {n.metadata["article_id"] for n in only} == {"b"}
        assert [n.node for n in asyncio.run(retriever(lib, k=5).aretrieve("Who visited Basra?"))] == [
            n.node for n in nodes
        ]


@pytest.mark.parametrize("written", [False, True])
def test_a_query_engine_answers_as_the_library_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    from llama_index.core import Settings

    from rag.llamaindex import query_engine

    checking_by_words(monkeypatch)
    before = dict(vars(Settings))
    model = Scripted(lambda prompt: f"The dam held [{about(prompt, 'dam held')}]. Nobody believed the new mayor.")
    llm = model if written else None
    with Library.open(tmp_path / "library") as lib:
        lib.add(ARTICLES)
        engine, answer = query_engine(lib, llm), lib.ask(QUESTION, llm=llm)
        for response in (engine.query(QUESTION), asyncio.run(engine.aquery(QUESTION))):
            assert response.response == str(response) == answer.text
            for node, citation in zip(response.source_nodes, answer.citations, strict=True):
                text = TEXTS[node.metadata["article_id"]]
                assert text[node.node.start_char_idx : node.node.end_char_idx] == node.text == citation.quote
                assert node.score == citation.score
                about_it = {name: getattr(citation, name) for name in ("n", "title", "source", "date", "url")}
                assert about_it.items() <= node.metadata.items()
            assert response.metadata["model"] == answer.model == (model.name if written else None)
            assert response.metadata["claims"] == asdict(answer)["claims"]
            assert len(response.metadata["dropped"]) == written
        only = query_engine(lib, source="Gulf Ledger").query("What reopened on Sunday?")
        assert {node.metadata["article_id"] for node in only.source_nodes} == {"trap"}
        refused = query_engine(lib).query("Who conducts the orchestra of Vienna?")
        assert (refused.source_nodes, refused.metadata["answered"]) == ([], False)
        with pytest.raises(QueryError):
            query_engine(lib).query("?")
    assert dict(vars(Settings)) == before
