"""What leaves for the last time is written down before, and whoever comes next knows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import due, readers, receipts
from storage.due import Beginning, Receipt, Settlement

SECOND = timedelta(seconds=1)
OTHER = "host/2/b"


@pytest.fixture
async def claimed(house):
    """A reader in hand, due for one story."""
    await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    (claimed,) = await house.claim()
    return claimed


async def begin(db, *claims, owner="host/1/a", post_id=1):
    """`owner` is about to send these readers all up to a post; the ids of those to whom it may not."""
    begun = [Beginning(one.reader.id, post_id, one.epoch) for one in claims]
    return await due.begin(db, owner, begun)


async def lose(house):
    """Whoever holds readers is no more, and it is noticed."""
    await house.let_pass(31 * SECOND)
    await due.reclaim(house.db, house.now)


async def test_whoever_claims_next_knows_what_was_begun(house, db, claimed):
    assert claimed.begun == 0
    assert await begin(db, claimed) == set()
    await lose(house)
    assert [one.begun for one in await house.claim(OTHER)] == [1]


async def test_whatever_is_said_of_it_ends_what_was_begun(house, db, now, claimed):
    await begin(db, claimed)
    await house.settle(Settlement(claimed.reader.id, due_at=now, epoch=claimed.epoch))
    assert [(one.begun, one.reader.cursor) for one in await house.claim()] == [(0, 0)]


async def test_who_lost_a_lease_may_not_begin_and_who_has_it_may(house, db, claimed):
    """Not even by the same name: a sender that was frozen may have claimed the reader anew."""
    await lose(house)
    assert await begin(db, claimed) == {claimed.reader.id}
    (again,) = await house.claim()
    assert await begin(db, claimed) == {claimed.reader.id}
    assert await begin(db, again, owner=OTHER) == {claimed.reader.id}
    assert await begin(db, again) == set()


async def test_of_several_only_those_are_begun_who_are_held(house, db, claimed):
    await house.reader(2, "category:probash")
    await house.story()
    await house.mark()
    (second,) = await house.claim(OTHER)
    assert await begin(db, claimed, second) == {second.reader.id}
    await lose(house)
    assert {one.reader.id: one.begun for one in await house.claim("host/3/c")} == {
        claimed.reader.id: 1,
        second.reader.id: 0,
    }


async def test_a_lost_lease_is_an_ambiguous_send_and_one_given_back_is_none(house, now, claimed):
    await house.settle(Settlement(claimed.reader.id, due_at=now, epoch=claimed.epoch))
    assert [one.unsure for one in await house.claim()] == [0]
    for _ in range(2):
        await lose(house)
        assert [one.unsure for one in await house.claim(OTHER)] == [1]


@pytest.mark.usefixtures("claimed")
async def test_what_the_dead_held_is_unsure_too(house, db, now):
    await due.release_dead(db, "host", lambda _: True, now)
    assert [one.unsure for one in await house.claim(OTHER)] == [1]


async def test_what_its_sender_says_late_is_truer_than_unknown(house, db, claimed):
    await begin(db, claimed)
    await lose(house)
    (heir,) = await house.claim(OTHER)
    nobody_knows = Settlement(heir.reader.id, 1, (Receipt(1, "unknown"),), epoch=heir.epoch)
    assert await house.settle(nobody_knows, owner=OTHER) == set()
    sent = Settlement(claimed.reader.id, 1, (Receipt(1, "sent", 77),), epoch=claimed.epoch)
    assert await house.settle(sent) == {claimed.reader.id}
    assert await receipts.outcomes(db, 1) == {"sent": 1}
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]


async def test_what_was_begun_for_a_chat_that_turns_out_to_be_another_stays_begun(house, db, claimed):
    """Whoever held it settles nothing any more; what it had sent is not sent twice over."""
    await begin(db, claimed)
    await house.reader(-1005)
    await readers.move(db, 1, -1005, house.now)
    (merged,) = await house.claim(OTHER, now=house.now.replace(year=2100))
    assert (merged.reader.chat_id, merged.begun, merged.unsure) == (-1005, 1, 1)


async def test_two_who_were_in_nobodys_hand_are_not_unsure_when_they_become_one(house, db, now, claimed):
    await house.settle(Settlement(claimed.reader.id, due_at=now, epoch=claimed.epoch))
    await house.reader(-1005)
    await readers.move(db, 1, -1005, house.now)
    assert [one.unsure for one in await house.claim()] == [0]
