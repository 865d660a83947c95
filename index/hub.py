"""Models by name: a folder, one that was downloaded before, or one of the hub; with errors that say what to do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, overload

from index.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder, SentenceTransformer

FAILURES = (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError, ImportError)
"""What loading and running a model raise when files are missing, broken, of an unknown kind, or out of reach."""


@overload
def load_model(name: str, kind: Literal["SentenceTransformer"]) -> SentenceTransformer: ...
@overload
def load_model(name: str, kind: Literal["CrossEncoder"]) -> CrossEncoder: ...
def load_model(name: str, kind: str) -> object:
    """A model of sentence-transformers: from this machine, else from the hub, once it has said that it has the model.

    kind: the class of sentence-transformers. Raises EncoderError if there is none that works.
    """
    try:
        import sentence_transformers
    except ImportError as error:
        raise EncoderError(
            f"{name!r} needs sentence-transformers ({line(error)}): pip install sentence-transformers"
        ) from error
    make = getattr(sentence_transformers, kind)
    try:
        # What is on this machine is taken as it is, without asking the hub.
        return make(name, local_files_only=True)
    except FAILURES as error:
        if os.path.isdir(name):
            raise EncoderError(f"the model in {name} cannot be loaded: {line(error)}; copy it again") from error
    _ask_hub(name)
    try:
        return make(name)
    except FAILURES as error:
        raise EncoderError(f"the model {name!r} of the hub cannot be loaded: {line(error)}") from error


def _ask_hub(name: str) -> None:
    """Raise EncoderError unless the hub has the model: at once, where a download would try again for minutes."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, timeout=10)
    except Exception as error:  # the errors of whatever client the hub's package uses
        raise EncoderError(
            f"no model {name!r}: tried a folder of that name, the models downloaded before, and the model hub"
            f" ({line(error)}); check the name and the network, or name a model's folder"
        ) from error


def line(error: BaseException) -> str:
    """The first line of an error, short enough for one line."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return (text if len(text) <= 200 else text[:199] + "…").rstrip(".")
