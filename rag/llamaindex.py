"""A library inside LlamaIndex, as a retriever and as a query engine, so that Isnad can stand in anyone's own chain.

No setting of LlamaIndex is read or changed: a model is used only where it is given.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rag.library import Library
from rag.results import Citation, Hit

if TYPE_CHECKING:
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore


def retriever(library: Library, k: int = 10, **filters: Any) -> BaseRetriever:
    """A retriever of the `k` best passages of `library`, under the filters of Library.search (since, until, source,
    language, articles, dates).

    Each source node holds the passage's text, its score in [0, 1], its character offsets in the article, and the
    article's id, title, source, date and url as metadata.
    """
    # Imported here: LlamaIndex takes seconds to load, and only who calls this needs it.
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import QueryBundle

    class LibraryRetriever(BaseRetriever):
        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            return [_node(hit, hit.text) for hit in library.search(query_bundle.query_str, k=k, **filters)]

        async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            return await asyncio.to_thread(self._retrieve, query_bundle)

    return LibraryRetriever()


def query_engine(
    library: Library, llm: object = None, *, keep_unsupported: bool = False, **filters: Any
) -> BaseQueryEngine:
    """A query engine that answers as Library.ask does, with its `llm`, `keep_unsupported` and filters; without a model
    its answers are quotes.

    The Response has the answer's text, a source node for each citation, in the order of their numbers (the quote, its
    probability in [0, 1], its offsets in the article, the article's id, title, source, date and url, and the number
    `n`), and as metadata what Answer.to_dict() holds beside them: answered, confidence, claims, dropped, model, notice.
    A refusal has no source nodes. Raises QueryError as Library.ask does.
    """
    from llama_index.core.base.base_query_engine import BaseQueryEngine
    from llama_index.core.base.response.schema import Response
    from llama_index.core.schema import QueryBundle

    class LibraryQueryEngine(BaseQueryEngine):
        def __init__(self) -> None:
            super().__init__(callback_manager=None)

        def _get_prompt_modules(self) -> dict[str, Any]:
            return {}

        def _query(self, query_bundle: QueryBundle) -> Response:
            answer = library.ask(query_bundle.query_str, llm=llm, keep_unsupported=keep_unsupported, **filters)
            nodes = [_node(citation, citation.quote, n=citation.n) for citation in answer.citations]
            about = {k: v for k, v in answer.to_dict().items() if k not in ("text", "citations", "nearest")}
            return Response(response=answer.text, source_nodes=nodes, metadata=about)

        async def _aquery(self, query_bundle: QueryBundle) -> Response:
            # Reading a library and waiting for a model are not async; another thread keeps the loop free.
            return await asyncio.to_thread(self._query, query_bundle)

    return LibraryQueryEngine()


def _node(place: Hit | Citation, text: str, **more: int) -> NodeWithScore:
    from llama_index.core.schema import NodeWithScore, TextNode

    about = {name: getattr(place, name) for name in ("article_id", "title", "source", "date", "url")}
    node = TextNode(
        id_=f"{place.article_id}:{place.start}-{place.end}",
        text=text,
        metadata=about | more,
        start_char_idx=place.start,
        end_char_idx=place.end,
    )
    return NodeWithScore(node=node, score=place.score)
