"""Callback data is short, and safe to receive from anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.buttons import LIMIT, Press, read

WORDS = st.text(st.characters(categories=["Ll"], max_codepoint=127), min_size=1, max_size=10)


@given(WORDS, st.lists(st.integers(0, 10**9).map(str), max_size=3))
def test_what_was_pressed_is_what_was_meant(verb: str, values: list[str]):
    press = Press(verb, tuple(values))
    assert read(press.data()) == press
    assert len(press.data().encode()) <= LIMIT


@pytest.mark.parametrize(
    "forged", ["", "1", "1|", "0|save|1", "2|save|1", "1|drop table|1", "1||1", "1|১২|1", "save"]
)
def test_what_is_forged_or_of_another_version_means_nothing(forged: str):
    assert read(forged) is None


@given(st.text())
def test_anything_at_all_can_be_received(anything: str):
    assert read(anything) is None or anything.startswith("1|")


def test_too_long_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="over 64 bytes"):
        Press("follow", ("খ" * 30,)).data()
