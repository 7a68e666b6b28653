"""When what single chats say of a post counts for all its readers."""

from __future__ import annotations

import pytest

from delivery.answers import BadMarkup, Gone, Later, Refused, Sent
from delivery.refusals import MARKUP, Complaint, are_enough, complaint

LONG = "Bad Request: message is too long"


@pytest.mark.parametrize(
    ("chats", "readers", "enough"),
    [(1, 1, True), (1, 2, False), (2, 2, True), (2, 3, False), (3, 1_000_000, True), (1, 0, True)],
)
def test_a_refusal_counts_once_three_chats_say_it_or_all_there_are(chats, readers, enough):
    assert are_enough(chats, readers, LONG) is enough


@pytest.mark.parametrize(
    ("chats", "readers", "enough"),
    [(1, 1, True), (2, 100, False), (3, 100, True), (3, 300, False), (4, 300, True), (9_999, 10**6, False)],
)
def test_refused_markup_counts_over_one_reader_in_a_hundred_and_from_three_on(chats, readers, enough):
    assert are_enough(chats, readers, MARKUP) is enough


@pytest.mark.parametrize("answer", [Sent(1), Gone("blocked"), Later(3), Refused("something new")])
def test_what_is_about_a_chat_says_nothing_against_the_post(answer):
    assert complaint(answer) is None


def test_markup_is_one_complaint_wherever_it_stumbles():
    first = "Bad Request: can't parse entities: byte offset 7"
    assert complaint(BadMarkup(first)) == complaint(Sent(1, unformatted=first)) == Complaint(first, MARKUP)
    assert complaint(Refused(LONG, ours=True)) == Complaint(LONG, LONG)
