"""Answers: the words that are marked, what a quote leans on, and where reports disagree."""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag.context
import rag.disagreement
from eval.measures import calibration_error
from eval.spans import token_f1
from rag import Answer, Article, Library
from rag.context import context, leans
from rag.disagreement import disagreeing, values
from rag.page.answers import exchange
from rag.results import Citation, Mark
from rag.span_features import LONGEST, SPAN
from rag.spans import MODELS
from rag.weights import Weights

TEXT = """انهيار جسر في ديالى
انهار جسر حديدي على نهر ديالى صباح الثلاثاء بعد مرور شاحنة محملة بالحصى. وقتل في الحادث أربعة عمال من شركة الرافدين.
وأضاف أن الجسر شيد عام 1987. وقال المهندس وليد الجبوري إن لجنة فنية وصلت من بغداد لفحص الأعمدة."""


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Library:
    lib = Library.open(tmp_path_factory.mktemp("bridge") / "library")
    lib.add([Article(id="bridge", text=TEXT, source="الرافد", date="2025-03-04")])
    return lib


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("كم عاملا قتل في انهيار الجسر؟", "أربعة عمال"),
        ("How many workers were killed when the bridge collapsed?", "أربعة عمال"),
        ("متى شيد الجسر؟", "عام 1987"),
        ("Who is the engineer who spoke of the technical committee?", "وليد الجبوري"),
    ],
)
def test_the_words_that_answer_are_marked(bridge: Library, question: str, words: str) -> None:
    answer = bridge.ask(question)
    assert answer.answered
    marks = [mark.text for citation in answer.citations for mark in citation.marks]
    assert token_f1(marks[0], words) >= 0.5


def test_marks_stand_in_their_quotes_to_the_character(bridge: Library) -> None:
    seen = 0
    for question in (
        "متى شيد الجسر؟",
        "كم عاملا قتل؟",
        "Who arrived from Baghdad?",
        "أين انهار الجسر؟",
        "من فحص الأعمدة؟",
    ):
        for citation in bridge.ask(question).citations:
            for mark in citation.marks:
                assert TEXT[mark.start : mark.end] == mark.text
                assert citation.start <= mark.start < mark.end <= citation.end
                seen += 1
    assert seen >= 3


def test_a_question_for_no_single_thing_has_no_mark(bridge: Library) -> None:
    assert all(not citation.marks for citation in bridge.ask("ماذا حدث للجسر بعد مرور الشاحنة؟").citations)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["من وصل؟", "متى وصل الوفد؟", "كم عددهم؟", "Where is the camp?"]))
def test_spans_stay_within_any_text(bridge: Library, text: str, question: str) -> None:
    ((spans, around),) = bridge.spans(question, [text])
    assert spans.rows.shape == (len(spans.places), len(SPAN))
    for first, behind in spans.places:
        assert 0 <= first < behind <= len(around)
        assert behind - first <= LONGEST
        assert text[around[first][0] : around[behind - 1][1]].strip()


def test_the_shipped_weights_fit_the_features() -> None:
    for name in set(MODELS.values()):
        assert Weights.load().features[name] == SPAN


def test_what_a_quote_leans_on_is_the_sentence_before_it() -> None:
    start = TEXT.index("وأضاف")
    assert context(TEXT, start, "انهيار جسر في ديالى") == "وقتل في الحادث أربعة عمال من شركة الرافدين."
    assert context(TEXT, TEXT.index("وقال المهندس")) == ""


def test_the_headline_is_no_context() -> None:
    text = "A bridge falls\nIt fell on Tuesday."
    assert context(text, text.index("It"), "A bridge falls") == ""
    assert context(text, text.index("It")) == "A bridge falls"


@pytest.mark.parametrize(
    "sentence",
    [
        "وأوضح أن الطريق مغلق",
        "وأكدت أن العمل مستمر",
        "He was released on Friday.",
        "هذا القرار نهائي",
        "Il a démissionné.",
    ],
)
def test_a_sentence_that_points_back_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize("sentence", ["أوضح الوزير أن الطريق مغلق", "The minister was released on Friday.", "", "12"])
def test_a_sentence_that_says_who_stands_alone(sentence: str) -> None:
    assert not leans(sentence)


def citation(n: int, article: str, quote: str, marked: str, copies: Sequence[str] = ()) -> Citation:
    start = quote.index(marked)
    mark = Mark(marked, start, start + len(marked))
    return Citation(n, article, "", None, None, None, quote, 0, len(quote), 0.5, copies=tuple(copies), marks=(mark,))


SEVEN = "قتل سبعة أشخاص في انفجار سيارة مفخخة وسط المدينة"
NINE = "قتل 9 أشخاص في انفجار سيارة مفخخة وسط المدينة"
SEVEN_AGAIN = "أعلنت الشرطة أن 7 أشخاص قتلوا في انفجار سيارة مفخخة وسط المدينة"


def test_reports_with_different_numbers_disagree() -> None:
    one, other = citation(1, "a", SEVEN, "سبعة أشخاص"), citation(2, "b", NINE, "9 أشخاص")
    assert disagreeing([one, other]) == (1, 2)


def test_the_same_number_in_digits_and_words_is_no_disagreement() -> None:
    assert disagreeing([citation(1, "a", SEVEN, "سبعة أشخاص"), citation(2, "b", SEVEN_AGAIN, "7 أشخاص")]) == ()


def test_one_article_and_its_copies_do_not_disagree_with_themselves() -> None:
    assert disagreeing([citation(1, "a", SEVEN, "سبعة"), citation(2, "a", NINE, "9")]) == ()
    assert disagreeing([citation(1, "a", SEVEN, "سبعة", ["b"]), citation(2, "b", NINE, "9")]) == ()


def test_sentences_on_different_things_do_not_disagree() -> None:
    other = citation(2, "b", "بلغت ميزانية التعليم 40 مليارا هذا العام", "40 مليارا")
    assert disagreeing([citation(1, "a", SEVEN, "سبعة"), other]) == ()


@given(st.integers(1, 10_000))
def test_a_number_is_its_value_in_either_digits(number: int) -> None:
    eastern = str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert values(f"{number} شخصا") == values(f"{eastern} شخصا")


def test_both_numbers_are_shown_with_their_outlets(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add(
            [
                Article(id="a", text=SEVEN + " صباح الأحد، بحسب الشرطة.", source="الأولى"),
                Article(id="b", text=NINE + " يوم الأحد، وفق مصدر طبي في المستشفى.", source="الثانية"),
                Article(
                    id="c", text="افتتح وزير الثقافة معرض الكتاب في العاصمة بحضور ناشرين من دول عدة.", source="الثالثة"
                ),
            ]
        )
        answer = lib.ask("كم شخصا قتل في انفجار السيارة المفخخة؟")
    assert {citation.source for citation in answer.citations} >= {"الأولى", "الثانية"}
    assert len(answer.disagree) == 2


def test_an_answer_that_no_one_disputes_says_so(bridge: Library) -> None:
    answer: Answer = bridge.ask("كم عاملا قتل في انهيار الجسر؟")
    assert answer.disagree == ()


def test_token_f1_by_hand() -> None:
    assert token_f1("في عام 1991", "عام 1991") == pytest.approx(0.8)
    assert token_f1("بغداد", "البصرة") == 0
    assert token_f1("", "") == 0


def test_calibration_error_by_hand() -> None:
    # Two bins: 0.1, 0.3 (one true of two: 0.5 against 0.2) and 0.7, 0.9 (both true: 1 against 0.8).
    assert calibration_error([0.9, 0.1, 0.3, 0.7], [True, False, True, True], bins=2) == pytest.approx(0.25)
    assert calibration_error([1.0, 0.0], [True, False]) == 0


@pytest.mark.parametrize("module", [rag.context, rag.disagreement])
def test_doctests_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.failed == 0
    assert result.attempted


def test_the_page_marks_the_words_and_escapes_what_stands_around_them(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as lib:
        lib.add([Article(id="a", text="The <b>bridge</b> & the road to Basra were opened in 1987, said <script>.")])
        answer = lib.ask("When were the bridge and the road to Basra opened?")
        page = exchange(0, answer.question, answer, "en", ())
    assert "1987" in page.split('<mark class="words">')[1].split("</mark>")[0]
    assert "&lt;b&gt;bridge&lt;/b&gt; &amp; the road" in page
    assert "<script>" not in page
