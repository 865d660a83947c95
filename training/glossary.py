"""Build the glossary that rag/glossary.py reads: English words for Arabic words without their clitics, spellings of
names, and which letters follow one another in English spellings of names.

    python -m training.glossary                # reads ../shared/data/pairs (or $ISNAD_DATA/pairs)

It writes rag/data/glossary.npz. The lexicon (training/lexicon.py) is made for search: light stems on both sides, which
a person cannot read, and which put foreign (خارجية) and outside (خارج) together. Here the same model 1 runs over Arabic
words with only clitics taken off (index/clitics.py) and English content stems; each stem is then shown as the
word that stands beside the Arabic one most often. Deterministic, on the CPU.
"""

from __future__ import annotations

import io
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.clitics import parts
from index.tokens import is_arabic, stem, words
from index.transliteration import arabic_key, arabic_letters, latin_keys
from training.lexicon import LONGEST, OWN, ROOT, SOURCES, Numbers, blob, lines, pairs_folder, triples
from training.model1 import Table, symmetric

NAMES = ("google_transliteration_names", "whosonfirst_places", "cldr_names", "country_lists")
"""Sources of names, later ones weighing more."""
NAME_WEIGHT = {"google_transliteration_names": 2.0, "whosonfirst_places": 0.2, "cldr_names": 3.0, "country_lists": 3.0}

GLOSSED = {
    name: weight for name, weight in SOURCES.items() if name not in NAMES and not name.startswith("arwikicats")
} | {
    "microsoft_courses_mt": 0.15,
    "tldr_pages": 0.1,
    "ui_wagtail_laravel": 0.2,
    "wikipedia_android_strings": 0.2,
    "medical_glossary": 0.1,
    "omw_arabic_wordnet": 0.1,
    "osm_id_presets": 0.1,
    "cldr_emoji_names": 0.1,
}
"""How much a pair counts: as in the lexicon, but that interfaces and courses, whose words mean something else in the
news, count little, and names not at all."""

LEAST, MOST = 0.04, 6
"""Senses of a word that are kept: of at least this probability, the best."""
LEAST_STRENGTH = 0.02
OFTEN, SHORT = 2, 2
"""Pairs in which an Arabic and an English word must stand together; one is enough if neither side has more words."""

# English words that carry grammar; a content word of Arabic is not to be explained by them.
EMPTY = frozenset(
    "a about above after again all also am an and any anyone anything are as at be because been before being"
    " below but by can cannot could d did didn do does doesn doing don done each either else even every everyone"
    " everything for from had has hasn have haven having he her here hers him himself his how i if in into is isn"
    " it its itself just let ll m may me might mine must my myself no nor not of off on once one only onto or"
    " other our ours out over own per re s shall she should so some someone something such t than that the their"
    " theirs them then there these they this those through to too toward up upon us ve very was wasn we were weren"
    " what whatever when where whether which while who whom whose why will with within without won would wouldn"
    " you your yours".split()
)
ARABIC_EMPTY = frozenset(
    "في من الي علي عن مع هذا هذه ذلك تلك الذي التي الذين ما ماذا هل كم كيف لم لن لا ليس ليست كان كانت كانوا يكون"
    " تكون ان انه انها او ام ثم لكن بل قد لقد هو هي هم نحن انا انت كل اي اذا اذ لو حيث به بها له لها فيه فيها منه"
    " منها عليه عليها اليه اليها عنه عنها لدي لي لك لنا هنا هناك يا".split()
)


def pairs(folder: Path) -> Iterator[tuple[str, str, float]]:
    """The pairs that senses come from, each with its weight."""
    for name, weight in GLOSSED.items():
        yield from ((left, right, weight) for left, right in lines(folder / f"{name}.tsv"))
    for name, weight in OWN.items():
        yield from ((left, right, weight) for left, right in lines(ROOT / f"training/{name}.tsv"))
    for path in triples():
        yield from ((left, right, 4.0) for left, right in lines(path))


def arabic_words(text: str) -> list[tuple[str, str]]:
    """The Arabic words of `text` in search form, each with how it is written."""
    return [(w.form, text[w.start : w.end]) for w in words(text) if is_arabic(w.form)][:LONGEST]


OWN_SHARE = 0.9
"""How much of a form's own count is no evidence that it is a word without clitics."""


def counted(texts: list[tuple[str, float]]) -> dict[str, float]:
    """How often each word stands in `texts` without clitics, by three rounds of taking them off."""
    seen: dict[tuple[str, str], float] = defaultdict(float)
    count: dict[str, float] = defaultdict(float)
    for text, weight in texts:
        for form, raw in arabic_words(text):
            seen[form, raw] += min(weight, 1.0)
            count[form] += min(weight, 1.0)
    for _ in range(3):
        count = without_clitics(seen, count)
    return count


def without_clitics(seen: dict[tuple[str, str], float], known: dict[str, float]) -> dict[str, float]:
    """The counts of `seen`, added up by the word that is left of each form, as far as `known` tells."""
    count: dict[str, float] = defaultdict(float)
    for (form, raw), number in seen.items():
        count[parts(form, lambda word: known.get(word, 0.0), raw, OWN_SHARE * number).word] += number
    return count


def senses(folder: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays words, count, number, target, root, english: rag/glossary.py says what they are."""
    rows = list(pairs(folder))
    count = counted([(left, weight) for left, _, weight in rows])
    known: dict[tuple[str, str], str] = {}

    def base(form: str, raw: str) -> str:
        if (form, raw) not in known:
            known[form, raw] = parts(form, lambda word: count.get(word, 0.0), raw).word
        return known[form, raw]

    arabic_numbers, english_numbers = Numbers(), Numbers()
    arabic: list[list[int]] = []
    english: list[list[int]] = []
    weights: list[float] = []
    written: list[dict[int, str]] = []
    seen: set[tuple[tuple[int, ...], tuple[int, ...]]] = set()
    for left, right, weight in rows:
        a = [arabic_numbers[b] for f, m in arabic_words(left) if f not in ARABIC_EMPTY and (b := base(f, m))]
        e: list[int] = []
        shown: dict[int, str] = {}
        for w in words(right):
            if w.form not in EMPTY and w.form.isalpha() and not is_arabic(w.form) and len(e) < LONGEST:
                n = english_numbers[stem(w.form)]
                e.append(n)
                shown[n] = right[w.start : w.end]
        key = (tuple(a), tuple(e))
        if a and e and key not in seen:
            seen.add(key)
            arabic.append(a)
            english.append(e)
            weights.append(weight)
            written.append(shown)
    table = symmetric(arabic, english, weights, (len(arabic_numbers), len(english_numbers))).turned()
    strong = table.value >= LEAST_STRENGTH
    table = Table(table.source[strong], table.target[strong], table.value[strong]).pruned(LEAST, MOST)
    wanted = set(zip(table.source.tolist(), table.target.tolist(), strict=True))
    forms: dict[tuple[int, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    together: Counter[tuple[int, int]] = Counter()
    for a, shown, weight in zip(arabic, written, weights, strict=True):
        for one in set(a):
            for n, word in shown.items():
                if (one, n) in wanted:
                    # A word alone with its translation says best how that is written.
                    forms[one, n][word] += weight / (len(a) * len(shown))
                    together[one, n] += OFTEN if len(a) <= SHORT and len(shown) <= SHORT else 1
    # What one sentence alone says may be any of its words.
    table = kept(table, together)
    listed = sorted(arabic_numbers)
    entries: dict[str, list[tuple[str, float]]] = {word: [] for word in listed}
    names = list(arabic_numbers)
    for source, target, p in zip(table.source.tolist(), table.target.tolist(), table.value.tolist(), strict=True):
        entries[names[source]].append((cased(forms[source, target]), p))
    entries = {word: found for word, found in entries.items() if found or count.get(word, 0.0) >= 1}
    shown_words = sorted({word for found in entries.values() for word, _ in found})
    place = {word: n for n, word in enumerate(shown_words)}
    flat = [one for found in entries.values() for one in found]
    return {
        "words": blob(list(entries)),
        "count": np.array([min(round(4 * count.get(word, 0.0)), 65535) for word in entries], np.uint16),
        "number": np.array([len(found) for found in entries.values()], np.uint8),
        "target": np.array([place[word] for word, _ in flat], np.uint32),
        "root": np.array([int(255 * min(p, 1.0) ** 0.5) for _, p in flat], np.uint8),
        "english": blob(shown_words),
    }


def kept(table: Table, together: Counter[tuple[int, int]]) -> Table:
    """The entries whose words stand together often enough."""
    pairs_of = zip(table.source.tolist(), table.target.tolist(), strict=True)
    enough = np.array([together[pair] >= OFTEN for pair in pairs_of], bool)
    return Table(table.source[enough], table.target[enough], table.value[enough])


def cased(found: dict[str, float]) -> str:
    """The most frequent way to write a word; with a capital only if it mostly has one."""
    lower: dict[str, float] = defaultdict(float)
    for word, weight in found.items():
        lower[word.lower()] += weight
    best = max(lower, key=lambda word: (lower[word], word))
    ways = {word: weight for word, weight in found.items() if word.lower() == best}
    return max(ways, key=lambda word: (ways[word], word[0].islower(), word))


def surfaces(folder: Path) -> NDArray[np.uint8]:
    """`stem TAB word` for each English stem that is no word itself: the word that it mostly stands for."""
    count: dict[str, Counter[str]] = defaultdict(Counter)
    for _, right, _ in pairs(folder):
        for word in words(right):
            if not is_arabic(word.form) and word.form.isalpha():
                count[stem(word.form)][word.form] += 1
    best = {root: max(found, key=lambda word: (found[word], word)) for root, found in count.items()}
    return blob([f"{root}\t{word}" for root, word in sorted(best.items()) if root != word])


def spellings(folder: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays name_forms, name_spelled: Arabic words in search form that write names, with their article
    and without, and the most frequent English spelling of each, without it."""
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for name in NAMES:
        for left, right in lines(folder / f"{name}.tsv"):
            arabic = [w.form for w in words(left)]
            latin = [plain(w) for w in right.replace("-", " ").split() if plain(w).lower() not in PARTICLES]
            if len(arabic) != len(latin):
                continue
            for form, word in zip(arabic, latin, strict=True):
                # What sounds otherwise is a translation (دولار سوداني), or another order of the words.
                bare = form[2:] if (article := form.startswith("ال") and len(form) > 4) else form
                if len(bare) > 1 and arabic_key(arabic_letters(bare)) in latin_keys(word.lower()):
                    found[form][word] += NAME_WEIGHT[name]
                    if article:
                        found[bare][word] += NAME_WEIGHT[name]
    best = {form: max(ways, key=lambda way: (ways[way], way)) for form, ways in sorted(found.items())}
    return {"name_forms": blob(list(best)), "name_spelled": blob(list(best.values()))}


PARTICLES = frozenset("al el as an ad az ar at ash adh ath es en ed ez er et esh".split())


def plain(word: str) -> str:
    """A name in ASCII letters, the first a capital."""
    import unicodedata

    letters = "".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii() and c.isalpha()).lower()
    return letters[:1].upper() + letters[1:]


ORDER = 4


def letters(folder: Path) -> NDArray[np.uint8]:
    """-16 log2 P(letter | the three before it) in spellings of names, uint8 [27, 27, 27, 27], 0 the edge of a word:
    interpolated with shorter contexts (Witten & Bell 1991)."""
    counts = [np.zeros((27,) * n) for n in range(1, ORDER + 1)]
    for name in ("google_transliteration_names", "whosonfirst_places"):
        for left, right in lines(folder / f"{name}.tsv"):
            if not is_arabic(left):
                continue
            for word in right.replace("-", " ").split():
                spelled = plain(word).lower()
                if len(spelled) < 3 or spelled in PARTICLES:
                    continue
                weight = 1.0 if name.startswith("google") else 0.15
                numbers = [0] * (ORDER - 1) + [ord(c) - 96 for c in spelled] + [0]
                for at in range(ORDER - 1, len(numbers)):
                    for n in range(1, ORDER + 1):
                        counts[n - 1][tuple(numbers[at - n + 1 : at + 1])] += weight
    p = np.full(27, 1 / 27)
    for count in counts:
        total = count.sum(-1, keepdims=True)
        kinds = (count > 0).sum(-1, keepdims=True)
        p = (count + kinds * p) / np.maximum(total + kinds, 1e-9) + np.where(total + kinds > 0, 0, p)
    return np.minimum(np.round(-16 * np.log2(np.maximum(p, 2.0**-15.9))), 255).astype(np.uint8)


def main() -> None:
    """Count, train and write the glossary."""
    began, folder, buffer = time.perf_counter(), pairs_folder(), io.BytesIO()
    arrays = senses(folder) | spellings(folder) | {"surfaces": surfaces(folder), "letters": letters(folder)}
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    target = ROOT / "rag/data/glossary.npz"
    target.with_suffix(".part").write_bytes(buffer.getvalue())
    target.with_suffix(".part").replace(target)
    print(
        f"{target.name}: {target.stat().st_size:,} bytes, {len(arrays['count']):,} words, "
        f"{time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
