"""LlamaIndex with FAISS, after its page on FaissVectorStore: splitter, flat index, storage context, retriever.

The encoder is Isnad's own, in large batches: LlamaIndex's default of 10 texts would only slow it down.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from eval.peers.peer import record
from index.article import Article
from index.encoder import Encoder, load_encoder

_BATCH = 512


class LlamaIndex:
    packages: ClassVar[tuple[str, ...]] = ("llama-index-core", "llama-index-vector-stores-faiss", "faiss-cpu")

    def __init__(self) -> None:
        from llama_index.vector_stores.faiss import FaissVectorStore

        self._vectors = FaissVectorStore
        self._encoder = load_encoder()
        self._model = embedding(self._encoder)
        self._retrievers: dict[int, Any] = {}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        import faiss
        from llama_index.core import Document, StorageContext, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter

        store = self._vectors(faiss_index=faiss.IndexFlatL2(self._encoder.dimension))
        documents = [
            # Embedded with the title, as is LlamaIndex's way; the rest is only kept.
            Document(
                id_=article.id,
                text=article.text,
                metadata=record(article),
                excluded_embed_metadata_keys=["date", "source", "url"],
            )
            for article in articles
        ]
        made = VectorStoreIndex.from_documents(
            documents,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._model,
            transformations=[SentenceSplitter()],
        )
        made.storage_context.persist(persist_dir=str(folder))
        return len(made.index_struct.nodes_dict)

    def open(self, folder: Path) -> None:
        from llama_index.core import StorageContext, load_index_from_storage

        store = self._vectors.from_persist_dir(str(folder))
        context = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder))
        self._index = load_index_from_storage(context, embed_model=self._model)

    def search(self, question: str, k: int) -> list[str]:
        if k not in self._retrievers:
            self._retrievers[k] = self._index.as_retriever(similarity_top_k=k)
        return [found.node.ref_doc_id for found in self._retrievers[k].retrieve(question)]


def embedding(encoder: Encoder) -> Any:
    """An Encoder as an embedding model of LlamaIndex."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Embedding(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return encoder.encode([query], kind="query")[0].tolist()

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return encoder.encode(texts).tolist()

    return Embedding(model_name="isnad", embed_batch_size=_BATCH)
