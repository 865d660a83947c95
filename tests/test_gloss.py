"""The gloss: where its words stand, what it takes apart, what it never makes up, and how good it is on our own set."""

from __future__ import annotations

import doctest
import json
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from answering_models import ARTICLES, TRAP, Scripted
from hypothesis import given
from hypothesis import strategies as st

import index.clitics
import rag.english_forms
import rag.function_words
import rag.gloss
import rag.romanising
import rag.senses
from eval import gloss as measured
from index.clitics import PRONOUNS, parts
from index.errors import LanguageModelError
from index.normalise import normalise
from index.tokens import is_arabic, words
from rag import Gloss, Library, QueryError
from rag.english_forms import root
from rag.function_words import _particles
from rag.gloss import CLITICS, MOST, gloss, in_words
from rag.glossary import Glossary
from rag.language_models import Message
from rag.romanising import romanise
from rag.terminal import run
from rag.translating import translate, translation_messages

ARABIC = st.text(st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآؤئـ َُِّْ،.٣5a\u200f"), max_size=40)
Call = Callable[..., tuple[int, str, str]]


def one(text: str) -> Gloss:
    found = gloss(text)
    assert len(found) == 1
    return found[0]


def english(found: Gloss) -> set[str]:
    return {root(sense.english) for sense in found.senses}


@given(ARABIC)
def test_every_arabic_word_is_glossed_at_its_place_in_order(text: str) -> None:
    found = gloss(text)
    assert [(g.start, g.end) for g in found if g.kind != "number" or is_arabic(g.word)] == [
        (w.start, w.end) for w in words(text) if is_arabic(w.form)
    ]
    for g in found:
        assert text[g.start : g.end] == g.word
        assert bool(g.senses) or bool(g.latin) or not any(map(str.isalpha, normalise(g.word)))
        assert len(g.senses) <= MOST or g.kind == "particle"
        assert [s.weight for s in g.senses] == sorted((s.weight for s in g.senses), reverse=True)
        assert all(0 < s.weight <= 1 for s in g.senses)
        assert len(english(g)) == len(g.senses) or g.kind == "particle"


@given(st.text(st.characters(exclude_categories=["Lo"]), max_size=60))
def test_what_is_not_arabic_has_no_gloss_but_arabic_digits(text: str) -> None:
    assert {g.kind for g in gloss(text)} <= {"number"}


WORD = st.text(st.sampled_from("وبلكسالتنهمي"), min_size=1, max_size=7)


@given(st.dictionaries(WORD, st.floats(0.1, 100), min_size=1))
def test_the_parts_of_a_word_make_up_the_word(count: dict[str, float]) -> None:
    for form in count:
        taken = parts(form, lambda word: count.get(word, 0.0))
        assert set(taken.before) <= set(CLITICS)
        assert taken.behind == "" or taken.behind in PRONOUNS
        whole = "".join(taken.before) + taken.word + taken.behind
        # Only letters at the seams differ: لل for ل and ال, and what a pronoun changes or hides.
        assert abs(len(whole) - len(form)) <= 2
        assert form.startswith(taken.before[:1] or taken.word[:1])


@pytest.mark.parametrize(
    ("word", "before", "meaning", "behind"),
    [
        ("وبالمدينة", ["و", "ب", "ال"], "city", ""),
        ("مدينتهم", [], "city", "هم"),
        ("للحكومة", ["ل", "ال"], "government", ""),
        ("وللجنة", ["و", "ل", "ال"], "committee", ""),
        ("ووزير", ["و"], "minister", ""),
        ("وزير", [], "minister", ""),
        ("كبير", [], "big", ""),
        ("الألماني", ["ال"], "german", ""),
    ],
)
def test_clitics_are_named_and_letters_of_the_word_are_not_taken_for_them(
    word: str, before: list[str], meaning: str, behind: str
) -> None:
    found = one(word)
    texts = [clitic.text for clitic in found.clitics]
    assert texts == before + ([behind] if behind else [])
    assert all(clitic.meaning == CLITICS[clitic.text] for clitic in found.clitics)
    assert root(meaning) in english(found)


def test_function_words_months_days_and_numbers() -> None:
    said = {g.word: [s.english for s in g.senses] for g in gloss("لم يصل في ١٥ تشرين الأول ولن يعود الأحد قبل ثلاثة")}
    assert said["لم"] == ["did not"]
    assert said["في"][0] == "in"
    assert said["١٥"] == ["15"]
    assert said["تشرين"] == said["الأول"] == ["October"]
    assert said["ولن"] == ["will not"]
    assert said["الأحد"] == ["Sunday"]
    assert said["ثلاثة"] == ["three"]


def test_what_nobody_knows_is_spelled_and_never_given_a_sense() -> None:
    for word in ("قطمزوف", "بشخدروق", "الجخمزب"):
        found = one(word)
        assert (found.kind, found.senses) == ("unknown", ())
        assert found.latin.removeprefix("al-").isascii()
        assert "unknown" in in_words(found)
    assert one("الجخمزب").latin.startswith("al-")


@given(ARABIC)
def test_a_spelling_is_of_latin_letters_and_the_article_its_own(word: str) -> None:
    spelled, with_article = romanise(word), romanise(word, article=True)
    assert spelled == "" or (spelled.isascii() and spelled.isalpha() and spelled[0].isupper())
    assert (with_article == "") == (spelled == "")
    assert with_article == "" or with_article.startswith("al-")


def test_a_name_beside_a_name_is_spelled_too() -> None:
    found = {g.word: g for g in gloss("زار بشار الأسد حلب")}
    assert found["بشار"].kind == "name"
    assert found["الأسد"].latin == "al-Asad"
    assert [s.english for s in found["حلب"].senses] == ["Aleppo"]
    assert one("الأسد").latin == ""


def test_the_set_is_whole_and_the_gloss_good_on_it() -> None:
    rows = measured.load()
    for row in rows:
        forms = {row["text"][w.start : w.end] for w in words(row["text"])}
        assert set(row.get("words", row.get("names"))) <= forms
    assert len({row["id"] for row in rows}) == len(rows)
    for split, least in (("development", 0.95), ("test", 0.90)):
        figures, names = measured.own(measured.load(split))
        assert figures.words >= 120
        assert figures.glossed / figures.words > 0.85
        assert figures.any / figures.glossed > least
        assert names > 0.6


def test_a_long_quote_takes_milliseconds() -> None:
    texts = [row["text"] for row in measured.load()]
    number = sum(len(gloss(text)) for text in texts)
    began = time.process_time()
    for text in texts:
        gloss(text)
    assert (time.process_time() - began) / number * 40 < 0.05  # ten times what it takes: a machine may be busy


@pytest.mark.parametrize(
    "module", [index.clitics, rag.english_forms, rag.function_words, rag.gloss, rag.romanising, rag.senses]
)
def test_the_examples_hold(module: ModuleType) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed


def test_our_own_list_is_read_and_every_word_of_it_found() -> None:
    assert len(_particles()) > 150
    assert all(meaning and all(meaning) for meaning in _particles().values())
    assert "\n" not in Glossary.load().surface("negoti")


# -- translation by a model --------------------------------------------------------------------------------------------

QUOTE = "بحث الوزير مع السفير أمس في بغداد ملف مخيم الهول."


def test_a_translation_is_the_models_words_with_its_name_and_the_quote_is_data() -> None:
    model = Scripted("<think>well</think>The minister discussed\nthe file of al-Hol camp.\u202e")
    found = translate(QUOTE, model)
    assert found.text == "The minister discussed the file of al-Hol camp."
    assert found.model == "scripted"
    system, user = model.told[0]
    assert QUOTE not in system.content
    assert QUOTE in user.content


@given(st.text(max_size=200))
def test_no_quote_closes_its_fence_or_begins_a_line(quote: str) -> None:
    system, user = translation_messages(quote)
    lines = user.content.split("\n")
    fence = lines[0].split()[0]
    assert [line.startswith(fence) for line in lines] == [True, False, True, False, False]
    assert fence in system.content
    assert user.content.count(fence) == 2


@pytest.mark.parametrize(
    ("quote", "said"), [(QUOTE, "  "), (QUOTE, "very long " * 200), (TRAP, "The minister resigned.")]
)
def test_what_is_no_translation_is_not_shown(quote: str, said: str) -> None:
    with pytest.raises(LanguageModelError):
        translate(quote, Scripted(said))


# -- the library and the command line ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gloss") / "library"
    with Library.open(path) as lib:
        lib.add(ARTICLES)
    return path


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def run_it(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        return run([str(argument) for argument in arguments]), *capsys.readouterr()

    return run_it


class Broken(Scripted):
    def stream(self, messages: object) -> object:
        raise LanguageModelError("scripted is not there; start it")


def test_the_library_glosses_and_translates(folder: Path) -> None:
    with Library.open(folder) as lib:
        assert lib.gloss(QUOTE) == gloss(QUOTE)
        with pytest.raises(QueryError, match="--llm"):
            lib.translate(QUOTE)
    with Library.open(folder, llm=Scripted("Yes.")) as lib:
        assert lib.translate(QUOTE).text == "Yes."


def test_ask_prints_a_gloss_under_each_quote_and_only_where_it_is_asked_for(call: Call, folder: Path) -> None:
    question = ("ask", "What did the minister discuss about al-Hol?", "--library", folder)
    plain = call(*question)[1]
    status, out, err = call(*question, "--gloss")
    assert (status, err) == (0, "")
    assert "dictionary gloss, not a translation" in out
    assert "dictionary gloss" not in plain
    rows = out.splitlines()
    assert any("مخيم" in row and row.rstrip().endswith("camp") for row in rows)
    assert [row for row in plain.splitlines() if row not in rows] == []


def test_the_json_has_the_gloss_of_each_citation(call: Call, folder: Path) -> None:
    whole = json.loads(call("ask", "What about al-Hol?", "--library", folder, "--gloss", "--json")[1])
    assert whole["citations"]
    for citation in whole["citations"]:
        for told in citation["gloss"]:
            assert citation["quote"][told["start"] : told["end"]] == told["word"]
    assert any(citation["gloss"] for citation in whole["citations"])
    assert "translation" not in whole["citations"][0]
    bare = json.loads(call("ask", "What about al-Hol?", "--library", folder, "--json")[1])
    assert "gloss" not in bare["citations"][0]


def test_ask_with_a_model_prints_its_translation_as_such(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def says(prompt: str) -> str:
        return "NO_ANSWER" if "evidence 1" in prompt else "They spoke of the camp."

    model: Scripted = Scripted(says)
    monkeypatch.setattr("rag.commands.model_of", lambda *_: model)
    question = "ماذا بحث الوزير مع السفير؟"
    assert "not checked" not in call("ask", question, "--library", folder, "--gloss")[1]  # no other language
    monkeypatch.setattr("rag.gloss_printing.language_of", lambda _: "en")
    model = Scripted("بحث الوزير مع السفير ملف مخيم الهول [1].")
    out = call("ask", question, "--library", folder, "--gloss")[1]
    assert "translated by scripted, not checked:" in out
    told: list[list[Message]] = [list(messages) for messages in model.told]
    assert any("Translate it into English." in messages[-1].content for messages in told)
    model = Broken("")
    status, out, err = call("ask", question, "--library", folder, "--gloss")
    assert status == 0
    assert "scripted is not there" in err
    assert "dictionary gloss" in out
