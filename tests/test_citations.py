"""A model's text taken apart: every sentence with the numbers that it names, whatever the marks look like."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citations import Draft, split_claims

SENTENCES = [
    "The dam north of Basra held on Monday.",
    "Prices rose by 3.5 percent, Dr. Haddad told the U.S. envoy.",
    "قال الوزير إن 120 عائلة ستعود إلى ديارها.",
    "هل سيعود النازحون قبل نهاية الشهر؟",
    "Le barrage a tenu après deux jours de pluie.",
    "The envoy [sic] left in [2015] for Najaf.",
]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
STYLES = {
    "apart": lambda numbers: "".join(f"[{n}]" for n in numbers),
    "apart, with spaces": lambda numbers: " ".join(f"[{n}]" for n in numbers),
    "apart, with commas": lambda numbers: ", ".join(f"[{n}]" for n in numbers),
    "together": lambda numbers: f"[{', '.join(map(str, numbers))}]",
    "Arabic": lambda numbers: f"[{'، '.join(map(str, numbers))}]".translate(ARABIC),
    "lenticular": lambda numbers: "".join(f"【{n}】" for n in numbers),
    "lenticular, with a source": lambda numbers: "".join(f"【{n}†dam.txt】" for n in numbers),
    "named": lambda numbers: f"[evidence {', evidence '.join(map(str, numbers))}]",
    "footnotes": lambda numbers: "".join(f"[^{n}]" for n in numbers),
    "links": lambda numbers: "".join(f"[{n}](https://example.org/{n})" for n in numbers),
}
cited = st.tuples(st.sampled_from(SENTENCES), st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True))


def inside(sentence: str, mark: str) -> str:
    return f"{sentence[:-1]} {mark}{sentence[-1]}"


def behind(sentence: str, mark: str) -> str:
    return f"{sentence} {mark}"


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("place", [inside, behind])
@settings(max_examples=20, deadline=None)
@given(parts=st.lists(cited, min_size=1, max_size=4, unique_by=lambda part: part[0]))
def test_what_is_written_with_marks_is_read_without_them(style, place, parts) -> None:
    text = " ".join(place(sentence, style(numbers)) for sentence, numbers in parts)
    assert split_claims(text, 8) == [Draft(sentence, tuple(numbers)) for sentence, numbers in parts]


@settings(max_examples=20, deadline=None)
@given(parts=st.lists(cited, min_size=1, max_size=4, unique_by=lambda part: part[0]))
def test_markdown_around_the_sentences_changes_nothing(parts) -> None:
    plain = [Draft(sentence, tuple(numbers)) for sentence, numbers in parts]
    lines = [inside(sentence, STYLES["apart"](numbers)) for sentence, numbers in parts]
    thought = "<think>The dam [7] fell? No.\nNo [8].</think>\n"
    for text in (
        "\n".join(f"- {line}" for line in lines),
        "\n".join(f"{n}. {line}" for n, line in enumerate(lines, start=1)),
        "\n".join(f"* **{line}**" for line in lines),
        "\n".join(f"> {line}" for line in lines),
        "```markdown\n" + "\n".join(lines) + "\n```",
        "## Answer\n\nHere is what the evidence says:\n\n" + "\n\n".join(lines) + "\n\n---\nIn short.",
        "\n".join(f"| {line} |\n|---|" for line in lines),
        thought + " ".join(lines),
        thought.removeprefix("<think>") + " ".join(lines),
        " ".join(lines) + "\n<think>Should I [7] say more",
        "**Answer:** " + " ".join(lines),
        "\r\n".join(lines),
    ):
        assert split_claims(text, 8) == plain, text


@pytest.mark.parametrize(
    ("mark", "count", "numbers", "invented"),
    [
        ("[1-3]", 8, (1, 2, 3), ()),
        ("[1–3, 5]", 8, (1, 2, 3, 5), ()),
        ("[٣-١]", 8, (1, 2, 3), ()),
        ("[3][1][3]", 8, (3, 1), ()),
        ("[2, 9]", 8, (2,), (9,)),
        ("[0]", 8, (), (0,)),
        ("[12]", 8, (), (12,)),
        ("[2 and 4]", 8, (2, 4), ()),
        ("[1]", 0, (), (1,)),
    ],
)
def test_numbers_that_there_are_are_told_from_those_that_there_are_not(mark, count, numbers, invented) -> None:
    assert split_claims(f"The dam held on Monday {mark}.", count) == [
        Draft("The dam held on Monday.", numbers, invented)
    ]


def test_a_range_beyond_all_measure_is_cut() -> None:
    (draft,) = split_claims("The dam held on Monday [1-999].", 3)
    assert draft.numbers == (1, 2, 3)
    assert len(draft.invented) < 100


def test_a_sentence_without_a_number_is_a_claim_and_what_only_leads_to_others_is_none() -> None:
    text = (
        "### What happened\nThe evidence says this:\nThe minister resigned on Sunday.\n**Conclusion**\nIn short.\n[1]"
    )
    assert split_claims(text, 3) == [Draft("The minister resigned on Sunday.", ())]


def test_marks_at_the_head_of_a_line_belong_to_its_first_sentence() -> None:
    assert split_claims("[2] The dam held. It rained [1].", 2) == [
        Draft("The dam held.", (2,)),
        Draft("It rained.", (1,)),
    ]


texts = st.text(st.sampled_from("ab .!؟،\n[]【】123٣-,^#*`_>|<think/>()قال "), max_size=200) | st.text(max_size=200)


@settings(max_examples=200, deadline=None)
@given(texts, st.integers(0, 9))
def test_whatever_is_written_no_number_is_made_up(text: str, count: int) -> None:
    for draft in split_claims(text, count):
        assert all(1 <= n <= count for n in draft.numbers)
        assert not any(1 <= n <= count for n in draft.invented)
        assert "\n" not in draft.text
        assert any(map(str.isalnum, draft.text))
        assert not re.search(r"\[\s*[1-9]\s*\]", draft.text)


@pytest.mark.parametrize(
    "text", ["[1" * 20_000, "<think>" * 7_000, "[1, " * 12_000, "**" * 25_000, "[1]" * 15_000, "> " * 25_000]
)
def test_a_hostile_text_costs_no_more_than_its_length(text: str) -> None:
    began = time.process_time()
    split_claims(text, 8)
    assert time.process_time() - began < 2
