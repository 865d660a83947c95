"""Whatever holds a question set, by what it is: a file, a folder, a pair of files, or a name on the hub."""

from __future__ import annotations

import re
from pathlib import Path

from eval.beir import load_beir
from eval.bitext import load_bitext
from eval.dataset import Dataset, DatasetError, load
from eval.passages import cross_lingual
from eval.trec import load_trec

_HUB = re.compile(r"[\w.-]+/[\w.-]+")
_KEPT = ("*.json", "*.jsonl", "*.tsv")


def open_dataset(path: Path, articles: Path | None = None, qrels: Path | None = None) -> Dataset:
    """The question set that `path` names.

    path: a `.jsonl` of Isnad's, a `.json` in SQuAD's format or a folder of such, a folder in BEIR's layout, topics of
    TREC (with qrels), a file of sentences (with articles, their translations), or OWNER/NAME on the hub. articles: the
    set of another language that is parallel to it, whose articles are asked. Raises DatasetError, with the mend.
    """
    if not path.exists():
        path = _from_hub(str(path))
    if qrels:
        return load_trec(path, qrels)
    if articles and not articles.exists():
        raise DatasetError(f"there is no file or folder {articles}; name the set whose articles are asked")
    if articles and path.is_file() and path.suffix not in (".json", ".jsonl"):
        return load_bitext(path, articles)
    data = _folder(path) if path.is_dir() else load(path)
    if articles:
        data = cross_lingual(data, _folder(articles) if articles.is_dir() else load(articles))
    return data


def _folder(path: Path) -> Dataset:
    if (path / "corpus.jsonl").exists():
        return load_beir(path)
    files = sorted([*path.glob("*.json"), *path.glob("*.jsonl")])
    if not files:
        raise DatasetError(
            f"{path} holds no question set; a folder holds corpus.jsonl, queries.jsonl and qrels/ (BEIR), or files of"
            " questions (.json, .jsonl)"
        )
    parts = [load(file) for file in files]
    articles = {article.id: article for part in parts for article in part.articles}
    return Dataset(path.name, tuple(query for part in parts for query in part.queries), tuple(articles.values()))


def _from_hub(name: str) -> Path:
    if not _HUB.fullmatch(name):
        raise DatasetError(
            f"there is no file or folder {name}; give a question set (docs/evaluation.md lists the forms)"
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, repo_type="dataset", allow_patterns=list(_KEPT)))
    except Exception as error:  # of the hub and of the network, of many kinds
        raise DatasetError(
            f"there is no file or folder {name}, and the hub does not give a data set of that name"
            f" ({type(error).__name__}); give a path, or try where there is a network"
        ) from error
