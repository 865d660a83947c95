"""Laws of the text: search forms, words, sentences and passages, on what newspapers write and on what nobody would."""

from __future__ import annotations

import gc
import itertools
import random
import sys
import time
import unicodedata
from collections.abc import Callable
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.normalise import normalise
from index.passages import TARGET, passages
from index.sentences import LONGEST, Span, sentences
from index.tokens import Terms, _Chunks, grams, light10, stem, terms, words, written

any_text = st.text(st.characters(exclude_categories=("Cs",)))
NEWS = "اأإآبتثجحدرسعفقكلمنهويىةئؤ ًَُّـABCdefghéÉß0123٣٥۷ \n\t.!?؟…؛،:«»\"'”()[]{}-_/=&%#\u200c\u200f\u00a0\u2028\x85"
news_text = st.text(st.sampled_from(NEWS), max_size=300)
pieces = st.lists(
    st.sampled_from(
        'قال الوزير|د.|م.|2015 م.|3.5|٣٫٥|site.com|Dr.|U.S.|«نعم»|.|. |؟»|".|!| |\n|\n\n|،|؛|…|كلمة '.split("|")
    ),
    max_size=60,
).map("".join)
texts = st.one_of(any_text, news_text, pieces)


# -- normalise ---------------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=())))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_normalising_all_characters_there_are() -> None:
    once = normalise("".join(map(chr, range(0x110000))))  # character by character: their order does not matter
    assert normalise(once) == once


@pytest.mark.parametrize(
    "forms",
    [
        "الإسلامية الاسلامية الأسلاميه الإِسْلامِيَّة الـإسـلامـيـة ٱلإسلامیة",
        "مسؤول مسوول مسؤُول",
        "هيئة هيية هيئه",
        "على علي علی عليّ",
        "مكتب مکتب مڪتب",
        "ﻣﺤﻤﺪ محمد مُحَمَّد",
        "CAFÉ café Cafe\u0301 cafe",
        "٢٠١٥ ۲۰۱۵ 2015 ２０１５",
        "STRASSE Straße strasse",
        "ﬁn fin FIN",
        "İstanbul istanbul ISTANBUL",
        "don’t don't don`t",
    ],
)
def test_ways_of_writing_a_word_become_one(forms: str) -> None:
    assert len({normalise(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("one", "other"), [("كلب", "قلب"), ("علم", "عالم"), ("so", "su"), ("١", "٢"), ("دار", "دارت")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


# -- words -------------------------------------------------------------------------------------------------------------


@given(texts)
def test_words_stand_in_order_where_they_say(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        last = word.end
        written = [c for c in normalise(text[word.start : word.end]) if c.isalnum()]
        assert [c for c in word.form if c.isalnum()] == written


@given(texts)
def test_terms_hold_no_white_space_and_are_never_empty(text: str) -> None:
    found = terms(text)
    for term in (word.form for word in words(text)):
        assert term.split() == [term]
    for listed in (found.stems, found.grams):
        assert listed == " ".join(listed.split())
    assert 4 * len(found.stems.split()) == len(found.hashes) == 4 * len(list(words(text)))


@given(texts)
def test_no_letter_and_no_digit_is_lost(text: str) -> None:
    kept = "".join(text[word.start : word.end] for word in words(text))
    letters = [c for c in text if c.isalnum() and normalise(c)]
    assert [c for c in kept if c.isalnum() and normalise(c)] == letters


@given(texts)
def test_terms_are_those_of_the_words(text: str) -> None:
    assert terms(text) == by_word(text)


def by_word(text: str) -> Terms:
    """terms(), word by word."""
    forms = [word.form for word in words(text)]
    pieces = [gram for form in forms for gram in grams(form)]
    hashes = [crc32(form.encode()).to_bytes(4, "little") for form in forms]
    return Terms(" ".join(map(stem, forms)), " ".join(pieces), b"".join(hashes))


def test_no_word_reaches_beyond_white_space() -> None:
    for space in filter(str.isspace, map(chr, range(sys.maxunicode + 1))):
        for text in (f"a{space}b", f"1{space}2", f"و{space}\u064eل", f"1.{space}2"):
            assert not any(space in word for word in written(text))


def test_terms_do_not_depend_on_what_is_in_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    chunks = "وبالهَول, (وبالهول) 3,000 al-Hol well/known … الهول؟ نعم.وقال".split()
    some = [" ".join(rng.choices(chunks, k=9)) for _ in range(60)]
    for kept in (1, 2, 5, 100):
        monkeypatch.setattr("index.tokens._KEPT", kept)
        monkeypatch.setattr("index.tokens._chunks", _Chunks())
        assert [terms(text) for text in some] == [by_word(text) for text in some]


@given(texts)
def test_how_a_text_is_decorated_does_not_change_its_terms(text: str) -> None:
    decorated = "".join(
        c + "\u064e" if unicodedata.category(c) == "Lo" and "\u0620" <= c <= "\u064a" else c for c in text
    )
    assert [w.form for w in words(decorated)] == [w.form for w in words(text)]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", []),
        ("  \n؟!", []),
        ("مخيم الهول", ["مخيم", "الهول"]),
        ("al-Hol's", ["al", "hol", "s"]),
        ("٣٫٥ 3.5 3,000 1,234,567 12,5", ["3.5", "3.5", "3000", "1234567", "12,5"]),
        ("covid19 F16 2015م", ["covid19", "f16", "2015", "م"]),
        ("snake_case", ["snake", "case"]),
        ("نِسْبَة ٥٪", ["نسبه", "5"]),
        ("日本", ["日本"]),
    ],
)
def test_words(text: str, forms: list[str]) -> None:
    assert [word.form for word in words(text)] == forms


@given(st.text(st.sampled_from("ابتةهويالنمكف"), min_size=1))
def test_a_light_stem_is_a_part_of_its_word(form: str) -> None:
    assert light10(form) in form
    assert len(light10(form)) >= min(2, len(form))


# -- sentences and passages --------------------------------------------------------------------------------------------


def _covers(text: str, spans: list[Span]) -> None:
    """In order, without overlap, without white space at the edges, and with nothing else between them."""
    borders = [0, *itertools.chain.from_iterable(spans), len(text)]
    assert borders == sorted(borders)
    for start, end in spans:
        assert text[start:end]
        assert text[start:end] == text[start:end].strip()
    for start, end in zip(borders[::2], borders[1::2], strict=True):
        assert not text[start:end].strip()


@given(texts)
def test_only_white_space_lies_between_sentences(text: str) -> None:
    _covers(text, sentences(text))


@given(texts)
def test_a_passage_is_a_run_of_whole_sentences(text: str) -> None:
    found = passages(text)
    _covers(text, found)
    inner = sentences(text)
    assert {start for start, _ in found} <= {start for start, _ in inner}
    assert {end for _, end in found} <= {end for _, end in inner}
    for start, end in found:
        assert end - start <= TARGET or Span(start, end) in inner


@given(
    st.lists(st.sampled_from(["كلمة", "word", "،", " ", "x" * 700, "\u00a0"]), min_size=100, max_size=400).map("".join)
)
def test_no_sentence_is_longer_than_can_be_checked(text: str) -> None:
    found = sentences(text)
    _covers(text, found)
    assert max((end - start for start, end in found), default=0) <= LONGEST


@given(texts)
def test_a_line_end_ends_the_sentence(text: str) -> None:
    for start, end in sentences(text):
        assert len(text[start:end].splitlines()) == 1


@given(texts, texts)
def test_lines_are_split_on_their_own(one: str, other: str) -> None:
    moved = [Span(start + len(one) + 1, end + len(one) + 1) for start, end in sentences(other)]
    assert sentences(f"{one}\n{other}") == sentences(one) + moved


# '|' marks where a sentence ends.
CASES = """
قال الوزير إن الوفد وصل.| وأضاف أن الملف مهم.
هل وصل الوفد؟| نعم.
يا للعجب!| وصل الوفد.
وصل الوفد…| ثم غادر.
وصل الوفد...| وغادر بعد ذلك.
وصل الوفد؛| ثم غادر.
أكد، في كلمة له: «نعم»، أن الملف مهم.
صرح د. أحمد للصحافة.| ثم غادر.
صرح أ. محمود و م. سعيد للصحافة.
صرح أ.د. محمود للصحافة.
صرح د.أحمد للصحافة.
وقع ذلك في 2015 م. |وقال الوزير إنه لا يعلم.
وقع ذلك في عام 2015م.| وقال الوزير إنه لا يعلم.
بلغت النسبة 3.5 في المئة.| وزادت ٣٫٥ نقطة.
بلغت النسبة 3.5%.| وارتفعت إلى 4.
زار الموقع site.com وكتب إلى name.name@site.com أمس.
Dr. Smith met Mr. Jones at 5 p.m. on Monday.| They left.
The U.S. and the U.K. agreed.| France did not.
The U.S. Army left.
M. Dupont est parti.| Il reviendra.
Visit www.example.com today.| It is free.
He paid 3.5 million.| She paid 4.
قال: «هذا صحيح».| ثم غادر.
قال: «هذا صحيح.»| ثم غادر.
قال: "هذا صحيح".| ثم غادر.
قال: "هذا صحيح."| ثم غادر.
سأل: «متى؟»| ثم غادر.
He said "Yes."| Then he left.
He said (quietly.)| Then he left.
«وصل الوفد.| وغادر.»| ثم عاد.
تعاون بين البلدين.|وقال الوزير إن ذلك مهم.
هل وصل؟|نعم وصل.
1. وصل الوفد إلى بغداد.| ثم غادر.
12. The delegation arrived.| It left.
https://example.com/a?b=c&d=e was open.| It closed.
He said no.| Then he left.
No. 5 was first.| No. 6 was last.
He loves art.| She does not.
See art. 5 of the treaty.| It is clear.
"""


@pytest.mark.parametrize("marked", CASES.strip().splitlines())
def test_where_sentences_end(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[a:b] for a, b in sentences(text)] == [part.strip() for part in marked.split("|")]


HOSTILE: dict[str, Callable[[int], str]] = {
    "stops and quotes": lambda n: '".' * n,
    "stops and blanks": lambda n: "a. " * n,
    "one quote, many stops": lambda n: '"' + "x.» " * n,
    "stops": lambda n: "." * n,
    "brackets": lambda n: ".)" + ")" * n,
    "open brackets": lambda n: "((. " * n,
    "blanks": lambda n: "a." + " " * n + "b",
    "blank lines": lambda n: "a.\n" + "\n" * n,
    "a word": lambda n: "ا" * n,
    "words": lambda n: "كلمة " * n,
    "clauses": lambda n: "كلمة، " * n,
    "marks": lambda n: "ا" + "\u0651\u06e5" * n,
    "digits": lambda n: "1," * n,
    "numbered": lambda n: "1. " * n,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_time_grows_with_the_length(shape: str) -> None:
    def seconds(n: int) -> float:
        text = HOSTILE[shape](n)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()  # what others do on the machine is no matter
            passages(text)
            terms(text)
            best = min(best, time.process_time() - start)
        return best

    # Four times the text: quadratic work would take 16 times as long.
    gc.freeze()  # what other tests have left in memory is no matter
    small, large = seconds(20_000), seconds(80_000)
    gc.unfreeze()
    assert large < 9 * max(small, 0.01)
