"""A part of the page: its controls, and what they say in the language of the interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rag.page.desk import Desk
from rag.page.wording import Tongue

AT_ONCE = 8
"""Questions that are answered at the same time; further ones wait their turn."""
PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": AT_ONCE}
"""How an event of the page is handled: by the page itself, and no program may call it."""


class Part(NamedTuple):
    """Components of the framework, and what each is given, in order, when the page is opened or its language changes.

    say: (language, the reader's desk) -> a value or an update for each of `shown`.
    """

    shown: Sequence[Any]
    say: Callable[[Tongue, Desk], Sequence[Any]]
