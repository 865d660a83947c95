"""A library inside LlamaIndex: what comes out of its retriever is what the library found."""

from pathlib import Path

import pytest

from index.article import Article
from rag.library import Library


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
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
