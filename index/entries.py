"""Entries: articles cut into passages, each with its vector, as the store takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.article import Article
from index.catalogue import HEADLINE, Entry
from index.encoder import Encoder
from index.sentences import Span


def encoded(articles: Sequence[tuple[Article, list[Span]]], encoder: Encoder) -> list[Entry]:
    """The entries of articles and their passages: vectors added."""
    vectors = encoder.encode([passage_input(a, span) for a, spans in articles for span in spans], kind="passage")
    ends = np.cumsum([len(spans) for _, spans in articles])
    return [
        Entry(article, spans, vectors[end - len(spans) : end])
        for (article, spans), end in zip(articles, ends, strict=True)
    ]


def passage_input(article: Article, span: Span) -> str:
    """The text that stands for a passage before the encoder: its own, under the title, which says what it is about."""
    text = article.text[span.start : span.end]
    return (
        text if not article.title or article.text.startswith(article.title) else f"{article.title[:HEADLINE]}\n{text}"
    )
