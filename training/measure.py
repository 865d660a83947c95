"""What an encoder is worth: sentences, paragraphs, names and single words found by their vectors alone; speed.

python -m training.measure index/model DATA_DIR                 # every figure of the card
python -m training.measure index/model DATA_DIR --development   # on the halves that numbers are chosen on
python -m training.measure index/model DATA_DIR --speed         # sentences of DATA_DIR/news a second, one core
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.encoder import Encoder, load_encoder
from index.errors import IsnadError
from index.sentences import sentences
from training.pairs import Triple, held_out_names

# English, the Arabic that a newspaper would write for it, and an Arabic word that it must not be taken for.
WORDS = [
    ("ambassador", "السفير", "الحدود"),
    ("border", "الحدود", "السفير"),
    ("killed", "قتل", "قال"),
    ("terrorism", "الإرهاب", "الأمن"),
    ("security", "الأمن", "الصحة"),
    ("president", "الرئيس", "المدينة"),
    ("election", "الانتخابات", "الجيش"),
    ("camp", "مخيم", "اتفاق"),
    ("refugees", "اللاجئين", "الوزير"),
    ("agreement", "اتفاق", "مخيم"),
    ("war", "الحرب", "السلام"),
    ("oil", "النفط", "الماء"),
    ("Iraq", "العراق", "سوريا"),
    ("Washington", "واشنطن", "موسكو"),
    ("frontière", "الحدود", "السفير"),
    ("élections", "الانتخابات", "الجيش"),
]


def ndcg10(scores: np.ndarray, relevant: np.ndarray) -> float:
    """Mean nDCG@10 with one relevant text per question: 1 / log2(1 + rank), 0 below rank 10.

    scores: shape (questions, texts), higher is better; relevant: shape (questions,), the right text's column.
    """
    own = scores[np.arange(len(scores)), relevant][:, None]
    rank = 1 + (scores > own).sum(axis=1)
    return float(np.where(rank <= 10, 1 / np.log2(1 + rank), 0).mean())


def tatoeba(encoder: Encoder, folder: Path, development: bool = False) -> dict[str, float]:
    """The share of the 1,000 sentences whose nearest in the other language is their own translation.

    For development: the odd lines alone, still among all 1,000.
    """
    one, other = (
        encoder.encode((folder / f"tatoeba.ara-eng.{end}").read_text(encoding="utf-8").splitlines())
        for end in ("ara", "eng")
    )
    scores, right = one @ other.T, np.arange(len(one))
    asked = slice(0, None, 2 if development else 1)
    return {
        "Tatoeba accuracy, ar -> en": float((scores.argmax(axis=1) == right)[asked].mean()),
        "Tatoeba accuracy, en -> ar": float((scores.argmax(axis=0) == right)[asked].mean()),
    }


def xquad(encoder: Encoder, folder: Path, development: bool = False) -> dict[str, float]:
    """nDCG@10 of finding a question's paragraph among the 240 of XQuAD, by the vectors alone.

    For development: the questions with an even md5 of their id.
    """
    questions, paragraphs = {}, {}
    right: list[int] = []
    for language in ("ar", "en"):
        data = json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        places = [paragraph for article in data for paragraph in article["paragraphs"]]
        asked = [
            (qa["question"], n)
            for n, place in enumerate(places)
            for qa in place["qas"]
            if not development or int(hashlib.md5(qa["id"].encode()).hexdigest(), 16) % 2 == 0
        ]
        right = [n for _, n in asked]
        questions[language] = encoder.encode([question for question, _ in asked], kind="query")
        paragraphs[language] = encoder.encode([place["context"] for place in places])
    return {
        f"XQuAD nDCG@10, {asked} -> {held}": ndcg10(questions[asked] @ paragraphs[held].T, np.array(right))
        for asked, held in (("en", "ar"), ("ar", "ar"), ("en", "en"), ("ar", "en"))
    }


def names(encoder: Encoder, folder: Path) -> dict[str, float]:
    """The share of the held-out Latin names whose nearest among all held-out Arabic ones is a spelling of theirs."""
    gold: dict[str, set[str]] = {}
    for latin, arabic in sorted(held_out_names(folder)):
        gold.setdefault(latin, set()).add(arabic)
    spellings = sorted(set().union(*gold.values()))
    nearest = (encoder.encode(list(gold), kind="query") @ encoder.encode(spellings).T).argmax(axis=1)
    right = [spellings[n] in own for n, own in zip(nearest, gold.values(), strict=True)]
    return {"names held out, accuracy@1, en -> ar": float(np.mean(right))}


def news(encoder: Encoder, held: Sequence[Triple], others: Sequence[Triple]) -> dict[str, float]:
    """The share of the held-out news sentences whose nearest Arabic is their own, among all the Arabic there is."""
    if not held:
        return {}
    arabic = encoder.encode([triple.arabic for triple in (*held, *others)])
    right = np.arange(len(held))
    figures = {}
    for language in ("english", "french"):
        asked = encoder.encode([getattr(triple, language) for triple in held], kind="query")
        found = (asked @ arabic.T).argmax(axis=1) == right
        figures[f"news accuracy, {language[:2]} -> ar, {len(held)} among {len(arabic):,}"] = float(found.mean())
    return figures


def speed(encoder: Encoder, folder: Path, most: int = 50_000) -> dict[str, float]:
    """Sentences a second of the news in `folder` (zips of JSON), twice: words still unknown, and words known.

    Of processor time: the encoder has one thread, and other work on the machine shall not count.
    """
    texts: list[str] = []
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                for article in json.loads(archive.read(name).decode("utf-8-sig")):
                    content = article["content"]
                    texts += [content[start:end] for start, end in sentences(content)]
        if len(texts) >= most:
            break
    texts = texts[:most]
    if not texts:
        raise IsnadError(f"{folder} holds no zips of news articles")
    figures = {}
    for run in ("first time", "again"):
        began = time.process_time()
        encoder.encode(texts)
        figures[f"news sentences a second, {run}"] = len(texts) / (time.process_time() - began)
    return figures


def words(encoder: Encoder) -> list[tuple[str, str, float, str, float]]:
    """For each of WORDS: word, its Arabic, their cosine, another Arabic word, its cosine."""
    own, arabic, other = (encoder.encode(column) for column in zip(*WORDS, strict=True))
    near, far = (own * arabic).sum(axis=1), (own * other).sum(axis=1)
    return [(a, b, float(x), c, float(y)) for (a, b, c), x, y in zip(WORDS, near, far, strict=True)]


def measure(encoder: Encoder, data: Path, development: bool = False) -> dict[str, float]:
    """All figures that the files in `data` (its folders eval/ and pairs/) allow, by name."""
    figures: dict[str, float] = {}
    if (data / "eval" / "tatoeba.ara-eng.ara").exists():
        figures |= tatoeba(encoder, data / "eval", development)
    if (data / "eval" / "xquad.ar.json").exists():
        figures |= xquad(encoder, data / "eval", development)
    if (data / "pairs").is_dir():
        figures |= names(encoder, data / "pairs")
    return figures


def table(rows: Sequence[tuple[object, ...]], head: Sequence[str]) -> str:
    """A Markdown table; floats with three decimals."""
    shown = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in [list(head), ["---"] * len(head), *shown])


WORD_HEAD = ("word", "its Arabic", "cosine", "another word", "cosine")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m training.measure", description="Measure an encoder.")
    parser.add_argument("model", help="a model folder, or a name that index.encoder knows")
    parser.add_argument("data", type=Path, help="the folder of eval/, pairs/ and news/")
    parser.add_argument("--development", action="store_true", help="only the halves that numbers are chosen on")
    parser.add_argument("--speed", action="store_true", help="only how fast it is")
    given = parser.parse_args(arguments)
    try:
        encoder = load_encoder(given.model)
        if given.speed:
            figures = speed(encoder, given.data / "news")
        else:
            figures = measure(encoder, given.data, given.development)
    except IsnadError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(table(list(figures.items()), ("measure", "value")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
