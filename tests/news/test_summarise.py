"""A summary is made of the story's own sentences, and stands on its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.sentences import split
from news.summarise import summarise

TEXT = (
    "তবে সবাই আসতে পারেননি। লিসবনে প্রথম বাংলা বইমেলা শুরু হয়েছে শুক্রবার, এসেছেন দুই হাজার প্রবাসী।\n"
    "বার্তা সংস্থা নীলকণ্ঠের খবরে এ কথা বলা হয়েছে।\n"
    "মেলায় ২৬টি স্টলে ঢাকার প্রকাশকদের বই পাওয়া যাচ্ছে। তিনি বলেন, মেলা চলবে রোববার পর্যন্ত।\n"
    "আয়োজক কমিটির আহ্বায়ক শফিউল বারী বইমেলার জায়গা নিয়ে চিন্তিত।"
)


def test_it_is_whole_sentences_in_their_order():
    sentences = split(TEXT)
    summary = summarise(TEXT, title="লিসবনে বাংলা বইমেলা", max_sentences=3)
    assert 1 <= len(summary) <= 3
    assert [s for s in sentences if s in summary] == summary


def test_it_does_not_begin_with_a_sentence_that_hangs_on_another():
    assert summarise(TEXT, title="লিসবনে বাংলা বইমেলা", max_sentences=2)[0].startswith("লিসবনে")


def test_it_does_not_spend_a_sentence_on_where_the_news_came_from():
    assert not any("এ কথা বলা হয়েছে" in sentence for sentence in summarise(TEXT, max_sentences=5))


@pytest.mark.parametrize("room", [40, 90, 160])
def test_it_keeps_to_its_room(room):
    assert len(" ".join(summarise(TEXT, max_sentences=5, max_characters=room))) <= room


@given(st.text(), st.text(), st.integers(0, 6))
def test_no_text_breaks_it(text, title, most):
    assert len(summarise(text, title=title, max_sentences=most)) <= most
