"""Text is cleaned on its way in and never afterwards."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language.text import bengali_digits, clean, latin_digits, same


def test_two_spellings_of_the_same_letter_become_one():
    assert clean("\u09df") == clean("\u09af\u09bc") == unicodedata.normalize("NFC", "\u09df")


def test_joiners_stay_and_hidden_marks_go():
    assert clean("র\u200d্যাব \u202eক\u200bখ\u2066\ufeff গ\u0000\ud800") == "র\u200d্যাব কখ গ"


@pytest.mark.parametrize("nothing", ["", " \n\t", "\u200b\u202e", "— | ·", "\u0000"])
def test_a_text_in_which_nothing_is_visible_is_no_text(nothing):
    assert clean(nothing) == ""


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)


def test_digits_are_written_both_ways():
    assert bengali_digits("2025-06") == "২০২৫-০৬"
    assert bengali_digits(1971) == "১৯৭১"
    assert latin_digits("২০২৫") == "2025"


def test_punctuation_and_spaces_do_not_make_two_headlines_different():
    assert same("খামেনির চিঠি!", "খামেনির  চিঠি")
    assert not same("", "")


def test_an_emoji_alone_is_visible():
    """A category's sign is one."""
    assert clean(" 🌍 ") == "🌍"
