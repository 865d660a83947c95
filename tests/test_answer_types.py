"""Answer types: what in a sentence could be the time, number, age, person, place or reason that is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import forms
from rag.answer_types import AnswerTypes, is_number
from rag.kinds import Kind, kind_of
from rag.lexicon import Lexicon


@pytest.fixture(scope="module")
def types() -> AnswerTypes:
    return AnswerTypes(Lexicon.load())


def found(types: AnswerTypes, kind: Kind, text: str) -> list[str]:
    words = forms(text)
    return [words[at] for at in types.places(kind, words)]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many ships were sunk?", "number"),
        ("What was the cost of the bridge?", "number"),
        ("كم بلغ عدد المصابين؟", "number"),
        ("قديش سعر الخبز؟", "number"),
        ("Combien de soldats sont morts ?", "number"),
        ("How old is the minister?", "age"),
        ("كم عمر اللاعب؟", "age"),
        ("Quel âge a-t-il ?", "age"),
        ("When did the bank close?", "when"),
        ("في أي عام تأسست الجامعة؟", "when"),
        ("Depuis quand la route est-elle fermée ?", "when"),
        ("Where did they meet?", "where"),
        ("وين صار الحريق؟", "where"),
        ("Dans quelle ville vit-elle ?", "where"),
        ("Why did he resign?", "why"),
        ("ليش استقال المدير؟", "why"),
        ("Pourquoi ce retard ?", "why"),
        ("Who leads the party?", "who"),
        ("من يقود الحزب؟", "who"),
        ("ما اسم السفينة؟", "who"),
        ("Qui a signé ?", "who"),
        ("What did the WHO ask for?", "other"),
        ("ما موقف الحزب من الاتفاق؟", "other"),
        ("كم سنة استغرق بناء الجسر؟", "number"),
        ("كم سنتيمترا ارتفع الماء؟", "number"),
        ("بكام بيع البيت؟", "number"),
        ("من الوزير الذي لم يحضر الاجتماع؟", "who"),
        ("ما الدول التي لم توقع الاتفاق؟", "other"),
        ("What was discussed?", "other"),
        ("ماذا قال الوزير؟", "other"),
    ],
)
def test_the_kind_of_a_question_is_told_by_its_words(question: str, kind: Kind) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    "word", ["17", "seven", "douze", "سبعة", "وعشرون", "مئة", "أربعمئة", "ثلاثمائة", "ألفين", "الملايين"]
)
def test_numbers_in_digits_and_words(word: str) -> None:
    (form,) = forms(word)
    assert is_number(form)


@pytest.mark.parametrize("word", ["house", "six-pack"[4:], "ستارة", "خمسيني", "ألفة", "تسعى", "maison"])
def test_words_that_only_look_like_numbers(word: str) -> None:
    (form,) = forms(word)
    assert not is_number(form)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("when", "وقع الانفجار في آذار الماضي.", ["اذار"]),
        ("when", "The strike began on Monday.", ["monday"]),
        ("when", "تأسست الجامعة سنة 1911 في القاهرة.", ["سنه", "1911"]),
        ("when", "تأسست الجامعة في القاهرة.", []),
        ("number", "أصيب سبعة عمال في الحادث.", ["سبعه"]),
        ("number", "وقع الحادث في 12 آذار 2019.", []),
        ("age", "وقال علي (34 عاما) إنه نجا.", ["34"]),
        ("age", "وقتل 34 جنديا.", []),
        ("why", "تأخرت الرحلة بسبب الضباب.", ["بسبب"]),
        ("why", "تأخرت الرحلة ساعتين.", []),
        ("other", "أي شيء في 2019.", []),
    ],
)
def test_what_could_answer(types: AnswerTypes, kind: Kind, text: str, expected: list[str]) -> None:
    assert found(types, kind, text) == expected


def test_a_person_is_found_by_title_or_name_and_a_country_is_none(types: AnswerTypes) -> None:
    assert "خوالده" in "".join(found(types, "who", "وقال العميد الخوالدة إن التحقيق مستمر."))
    assert found(types, "who", "التقى محمد حسن المسؤولين في القاعة.") == ["محمد", "حسن"]
    assert found(types, "who", "التقى محمد المسؤولين في القاعة.") == []  # one word alone is too often no name
    assert found(types, "who", "تراجعت الأسعار في الأسواق خلال الشهر.") == []
    assert "فرنسا" not in found(types, "who", "وصل الوفد إلى فرنسا.")


def test_a_place_stands_behind_a_word_of_place(types: AnswerTypes) -> None:
    assert found(types, "where", "عقد الاجتماع في بغداد.") == ["بغداد"]
    assert found(types, "where", "عقد الاجتماع وانتهى.") == []


@given(st.text(max_size=200), st.sampled_from(["who", "when", "where", "age", "number", "why", "other"]))
def test_any_text_is_read_and_places_lie_inside(text: str, kind: Kind) -> None:
    words = forms(text)
    assert all(0 <= at < len(words) for at in AnswerTypes(Lexicon.load()).places(kind, words))
    assert kind_of(text) in {"who", "when", "where", "age", "number", "why", "other"}
