"""A library as a LlamaIndex retriever, so that Isnad can stand in anyone's own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.library import Library

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever


def retriever(library: Library, k: int = 10, **filters: Any) -> BaseRetriever:
    """A retriever of the `k` best passages of `library`, under the filters of Library.search (since, until, source,
    language, articles, dates).

    Each source node holds the passage's text, its score in [0, 1], its character offsets in the article, and the
    article's id, title, source, date and url as metadata.
    """
    # Imported here: LlamaIndex takes seconds to load, and only who calls this needs it.
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

    class LibraryRetriever(BaseRetriever):
        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            nodes = []
            for hit in library.search(query_bundle.query_str, k=k, **filters):
                about = {name: getattr(hit, name) for name in ("article_id", "title", "source", "date", "url")}
                node = TextNode(
                    id_=f"{hit.article_id}:{hit.start}-{hit.end}",
                    text=hit.text,
                    metadata=about,
                    start_char_idx=hit.start,
                    end_char_idx=hit.end,
                )
                nodes.append(NodeWithScore(node=node, score=hit.score))
            return nodes

    return LibraryRetriever()
