"""A real server, a real model (with random weights): it writes what nobody can make sense of, and the quotes answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from answering_models import ARTICLES, QUESTION, checking_by_words, needs, quotes_hold

from rag import Answer, Library
from rag.language_models import LlamaIndexModel
from rag.model_failures import Place

pytestmark = [
    needs("llama-index-llms-openai-like", "accelerate"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning"),
]

START = "import sys; sys.argv[0] = 'transformers'; from transformers.cli.transformers import main; main()"
PATIENCE = 120.0
"""Seconds in which a server should be ready; on two cores at rest it takes five."""


def random_llama(folder: Path) -> Path:
    """A Llama of one layer that reads and writes bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(1)
    vocabulary = {word: n for n, word in enumerate(["<s>", "</s>", *sorted(pre_tokenizers.ByteLevel.alphabet())])}
    plain = Tokenizer(models.BPE(vocabulary, []))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "</s>"}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=plain, **special)
    tokenizer.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
    tokenizer.save_pretrained(folder)
    sizes = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    ends = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
    config = LlamaConfig(vocab_size=len(vocabulary), max_position_embeddings=16_384, **sizes, **ends)
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a running server, and the name of its model."""
    folder = random_llama(tmp_path_factory.mktemp("llama"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder.parent / "log.txt"
    quiet = {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder.parent / "hub"),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    command = [sys.executable, "-c", START, "serve", str(folder), "--device", "cpu"]
    with (
        log.open("w") as out,
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=out, stderr=out, env=os.environ | quiet
        ) as process,
    ):
        try:
            wait_until_ready(process, port, log)
            yield f"http://127.0.0.1:{port}/v1", str(folder)
        finally:
            process.kill()


def wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with direct.open(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"transformers serve did not start: {log.read_text('utf-8', 'replace')[-2000:]}")


def test_a_real_server_is_asked_and_what_it_babbles_is_no_answer(
    model: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llama_index.llms.openai_like import OpenAILike

    checking_by_words(monkeypatch)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    address, name = model
    llm = OpenAILike(model=name, api_base=address, api_key="none", is_chat_model=True, max_tokens=40)
    with Library.open(tmp_path / "library") as lib:
        lib.add(ARTICLES)
        plain = lib.ask(QUESTION)
        *words, answer = lib.stream(QUESTION, llm=LlamaIndexModel(Place(name, address), lambda: llm, PATIENCE))
        missing = lib.ask(QUESTION, llm=f"{address}/nowhere#{name}")
    assert "".join(map(str, words)).strip()
    assert isinstance(answer, Answer)
    quotes_hold(answer)
    assert (answer.text, answer.citations, answer.model) == (plain.text, plain.citations, None)
    assert "said nothing" in (answer.notice or "")
    assert missing.claims == plain.claims
    assert "404" in (missing.notice or "")
