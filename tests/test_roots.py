"""Roots: words cast from one root meet, words of different roots mostly do not, and nothing else is touched."""

from __future__ import annotations

import doctest
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag.roots
from index.tokens import forms
from rag.roots import root

FAMILIES = [
    "دخل دخول يدخلون الداخل",
    "حراسة محروسة الحارس حراس",
    "متهمان متهما اتهام تتهم",
    "هجوم يهاجم هاجمت المهاجمين",
    "نزوح النازحين نزحوا",
    "عقوبة عاقبت العقوبات",
    "انتخابات انتخب الناخبين",
    "تفجير انفجار متفجرات",
    "تهريب مهربين هرب",
    "ترشيح المرشح رشحت",
    "استلم تسليم سلمت",
    "سفير سفارة السفراء",
    "أصيب إصابة أصابت",
    "وفاة توفي",
    "محكمة حكم أحكام حاكم",
]


def roots(line: str) -> set[str]:
    return {root(form) for form in forms(line)}


def test_doctests_hold() -> None:
    assert doctest.testmod(rag.roots).failed == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_words_of_one_root_have_one(family: str) -> None:
    assert len(roots(family)) == 1


def test_families_stay_apart() -> None:
    for one, other in itertools.combinations(FAMILIES, 2):
        assert not roots(one) & roots(other), (one, other)


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويء", min_size=1, max_size=30))
def test_a_root_is_never_empty_and_made_of_letters_of_the_word(form: str) -> None:
    found = root(form)
    assert found
    assert len(found) <= len(form)
    # A weak letter may change into another.
    assert set(found) <= set(form) | set("وي")


@pytest.mark.parametrize("form", ["minister", "2015", "", "من", "x" * 1000])
def test_other_words_are_their_own(form: str) -> None:
    assert root(form) == form
