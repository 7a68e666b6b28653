"""Each answer of Telegram becomes what is written down of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from delivery import outcome
from delivery.answers import (
    BadMarkup,
    BadPhoto,
    Closed,
    Gone,
    Later,
    Missing,
    Moved,
    Refused,
    Revoked,
    Sent,
    Unsent,
    Unsure,
)
from delivery.audience import TOLD, Begun, Nothing, Show, Wait
from storage.due import Receipt, Settlement
from tests.delivery.stories import NOW, claimed, story

SHOW = Show((story(5), story(6)), cursor=8, passed=(story(4), story(3, state="retracted")))
OVER = tuple(Receipt(post_id, "unknown", None, outcome.OVER_SINCE) for post_id in (4, 3))
PASSED = (Receipt(4, "passed", None, "expired"), Receipt(3, "passed", None, "retracted"))


def after(seconds: float):
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("answer", "settlement"),
    [
        (Later(12.5), Settlement(1, due_at=after(12.5), again=True, unsure=1)),
        (Missing("chat not found"), Settlement(1, 0, due_at=after(600), unsure=1)),
        (Unsent("refused"), Settlement(1, due_at=after(5), again=True, unsure=1)),
        (Revoked("Unauthorized"), Settlement(1, due_at=after(5), again=True, unsure=1)),
        (Closed("no right"), Settlement(1, state="paused", reason="no right", unsure=1)),
        (Moved(-1007), Settlement(1, due_at=after(1), again=True, moved_to=-1007, unsure=1)),
    ],
)
def test_what_settles_nothing_leaves_cursor_and_receipts_alone(answer, settlement: Settlement):
    assert outcome.settled(claimed(unsure=1), SHOW, answer, NOW) == settlement


def test_what_is_over_and_may_have_arrived_before_is_not_said_to_have_been_passed_over():
    assert outcome.settled(claimed(unsure=1), SHOW, Sent(77), NOW).receipts[:2] == OVER
    assert outcome.settled(claimed(), SHOW, Sent(77), NOW).receipts[:2] == PASSED
    told = Nothing(5, (story(5, state=TOLD),))
    (receipt,) = outcome.settled_without_sending(claimed(unsure=1), told, NOW).receipts
    assert (receipt.outcome, receipt.reason) == ("passed", TOLD)


def test_who_is_gone_never_gets_what_was_shown_and_that_is_written_down():
    missed = (Receipt(5, "gone", None, "blocked"), Receipt(6, "gone", None, "blocked"))
    assert outcome.settled(claimed(), SHOW, Gone("blocked"), NOW) == Settlement(
        1, cursor=8, receipts=PASSED + missed, state="gone", reason="blocked"
    )


def test_what_was_sent_moves_the_cursor_with_a_receipt_for_each_post():
    sent = (Receipt(5, "sent", 77, revision=5), Receipt(6, "sent", 77, revision=6))
    assert outcome.settled(claimed(), SHOW, Sent(77), NOW) == Settlement(1, cursor=8, receipts=PASSED + sent)


def test_what_may_have_been_sent_of_what_comes_later_stays_unsure():
    show = Show((story(5),), cursor=5, more=True, urgency=1, unsure=1)
    assert outcome.settled(claimed(unsure=1), show, Sent(77), NOW).unsure == 1
    assert outcome.settled(claimed(unsure=1), show, Unsure("reset"), NOW).unsure == 1
    begun = Begun((story(5),), cursor=5, urgency=1, unsure=1)
    assert outcome.settled_without_sending(claimed(unsure=1), begun, NOW).unsure == 1


def test_what_is_urgent_and_waits_behind_what_was_sent_or_begun_stays_urgent():
    show = Show((story(5),), cursor=5, more=True, urgency=1)
    sent = outcome.settled(claimed(), show, Sent(77), NOW)
    assert (sent.due_at, sent.urgency) == (after(1), 1)
    begun = outcome.settled_without_sending(claimed(), Begun((story(5),), cursor=5, urgency=1), NOW)
    assert (begun.due_at, begun.urgency) == (NOW, 1)
    assert outcome.settled(claimed(), show, Gone("blocked"), NOW).urgency == 0


def test_what_had_to_go_as_plain_text_is_sent_and_the_receipt_says_why():
    settled = outcome.settled(claimed(), Show((story(5),), cursor=5), Sent(77, unformatted="bad tag"), NOW)
    assert settled.receipts == (Receipt(5, "sent", 77, "bad tag", revision=5),)


@pytest.mark.parametrize("answer", [Refused("no"), Refused("no", ours=True), BadMarkup("no"), BadPhoto("no")])
def test_what_was_refused_is_written_down_with_its_reason_and_not_tried_again(answer):
    refused = (Receipt(5, "refused", None, "no"), Receipt(6, "refused", None, "no"))
    assert outcome.settled(claimed(), SHOW, answer, NOW) == Settlement(1, cursor=8, receipts=PASSED + refused)


def test_what_may_have_arrived_is_sent_once_more_and_then_never_again():
    first = outcome.settled(claimed(), SHOW, Unsure("reset"), NOW)
    assert first == Settlement(1, due_at=after(5), again=True, unsure=1)
    second = outcome.settled(claimed(unsure=1), SHOW, Unsure("reset"), NOW)
    unknown = (Receipt(5, "unknown", None, "reset"), Receipt(6, "unknown", None, "reset"))
    assert second == Settlement(1, cursor=8, receipts=OVER + unknown)


def test_a_post_that_must_never_be_repeated_is_unknown_at_once():
    held = Show((story(5, hold=True),), cursor=5)
    settled = outcome.settled(claimed(), held, Unsure("reset"), NOW)
    assert settled == Settlement(1, cursor=5, receipts=(Receipt(5, "unknown", None, "reset"),))


@pytest.mark.parametrize(
    ("unsure", "hold", "last"), [(0, False, False), (1, False, True), (0, True, True), (1, True, True)]
)
def test_the_last_time_is_the_second_or_the_only_one(unsure, hold, last):
    """Whatever is in the same message with a post that is never repeated is not repeated either."""
    shown = Show((story(5), story(6, hold=hold)), cursor=6)
    assert outcome.is_last(claimed(unsure=unsure), shown) is last


def test_what_somebody_had_begun_for_the_last_time_is_unknown_and_the_next_is_due_at_once():
    begun = Begun((story(5), story(6)), cursor=6, passed=(story(4),))
    reason = "the sender ended before it could say"
    unknown = (Receipt(5, "unknown", None, reason), Receipt(6, "unknown", None, reason))
    assert outcome.settled_without_sending(claimed(unsure=1), begun, NOW) == Settlement(
        1, cursor=6, receipts=OVER[:1] + unknown, due_at=NOW
    )


def test_where_more_waits_the_reader_is_due_again_a_second_later():
    more = Show((story(5),), cursor=5, more=True)
    assert outcome.settled(claimed(), more, Sent(9), NOW).due_at == after(1)
    assert outcome.settled(claimed(), SHOW, Sent(9), NOW).due_at is None


def test_who_gets_nothing_now_is_settled_without_sending():
    assert outcome.settled_without_sending(claimed(unsure=1), Wait(after(60)), NOW) == Settlement(
        1, due_at=after(60), unsure=1
    )
    nothing = outcome.settled_without_sending(claimed(), Nothing(9, (story(4),)), NOW)
    assert nothing == Settlement(1, cursor=9, receipts=PASSED[:1])


def test_who_is_given_back_is_due_at_once_and_nothing_is_forgotten():
    assert outcome.given_back(claimed(unsure=1), NOW) == Settlement(1, due_at=NOW, again=True, unsure=1)
