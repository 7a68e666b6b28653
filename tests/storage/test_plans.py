"""What is asked all the time looks only at those whom it is about, with a million readers too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from storage import due, figures, posts
from storage.due import Beginning, Receipt, Settlement
from storage.tables import readers
from tests.storage.crowd import Look, fill, looks, overheard

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from storage.database import Database

OWNER = "here/1/a"
LEASE = timedelta(seconds=28)
SLICE = 100
HELD = ("readers", "ix_readers_leased")
"""All who are held, and nobody else: a few hundred at most."""


@pytest.fixture
async def crowd(db: Database, now) -> Database:
    """Twenty thousand readers."""
    await fill(db, now)
    return db


async def found_by(db: Database, work: Coroutine[Any, Any, Any]) -> set[str]:
    """The indexes that lead to what `work` asks for; nothing may be looked through."""
    found = await looked_at(db, work)
    assert not {look for look in found if not look.narrow and (look.table, look.index) != HELD}
    return {look.index for look in found}


async def looked_at(db: Database, work: Coroutine[Any, Any, Any]) -> set[Look]:
    """Where it is looked for what `work` asks for."""
    with overheard(db) as asked:
        await work
    return set().union(*[await looks(db, *question) for question in asked])


async def test_whoever_looks_through_all_readers_is_noticed(db):
    async def ask():
        async with db.read() as connection:
            await connection.execute(select(readers.c.id).where(readers.c.title == "পাঠক"))

    with pytest.raises(AssertionError, match="narrow=False"):
        await found_by(db, ask())


async def test_claiming_beginning_and_settling_touch_only_the_readers_in_hand(crowd, now):
    claimed: list[due.Claimed] = []

    async def claim():
        claimed.extend(await due.claim(crowd, OWNER, now=now, lease=LEASE, limit=64))

    assert await found_by(crowd, claim()) == {"ix_readers_due", "pk_readers", "pk_subscriptions"}
    assert [one.urgency for one in claimed] == [1] * 64
    begun = [Beginning(one.reader.id, 2, one.epoch) for one in claimed]
    assert await found_by(crowd, due.begin(crowd, OWNER, begun)) == {"pk_readers"}
    got = (Receipt(2, "sent", 7),)
    said = [Settlement(one.reader.id, 2, got, epoch=one.epoch) for one in claimed[:32]]
    said += [Settlement(one.reader.id, 2, state="gone", epoch=one.epoch) for one in claimed[32:48]]
    late = [Settlement(one.reader.id, 2, got, epoch=one.epoch - 1) for one in claimed[48:]]
    lost = due.settle(crowd, OWNER, [*said, *late], now=now)
    assert await found_by(crowd, lost) == {"pk_readers"}


async def test_whose_turn_had_come_before_is_found_by_an_index_of_its_own(crowd, now):
    async with crowd.write() as connection:
        await connection.execute(update(readers).where(readers.c.id % 1000 == 4).values(again=True))
    claimed: list[due.Claimed] = []

    async def claim():
        claimed.extend(await due.claim(crowd, OWNER, now=now, lease=LEASE, limit=600))

    found = {"ix_readers_due", "ix_readers_again", "pk_readers", "pk_subscriptions"}
    assert await found_by(crowd, claim()) == found
    assert len([one for one in claimed if one.reader.id % 1000 == 4]) == 20


async def test_counting_those_due_and_freeing_those_held_finds_them_and_nobody_else(crowd, now):
    both = {"ix_readers_due", "ix_readers_leased"}
    assert await found_by(crowd, due.due_counts(crowd, now)) == both
    assert await found_by(crowd, figures.figures(crowd, now)) == both
    assert await found_by(crowd, figures.due_since(crowd, now)) == both
    assert await found_by(crowd, due.asleep(crowd, now)) == {"ix_readers_due"}
    assert await found_by(crowd, due.moving(crowd, now)) == {"ix_readers_leased"}
    dead = due.release_dead(crowd, "host", lambda owner: owner == "host/1/a", now)
    assert await found_by(crowd, dead) == {"ix_readers_leased", "pk_readers"}
    ended = due.reclaim(crowd, now, but="host/2/a")
    assert await found_by(crowd, ended) == {"ix_readers_leased", "pk_readers"}


async def test_marking_looks_at_a_slice_of_those_whom_a_post_is_for(crowd, house, now):
    followers = {"ix_subscriptions_kind_value_reader_id_since", "pk_readers", "pk_receipts"}
    for urgency in (0, 1):
        for keys in (("category:khela",), ("place:QA", "place:SA")):
            await house.story(*keys, urgency=urgency)
            found = await found_by(crowd, posts.mark_slice(crowd, now, SLICE))
            assert found - {"pk_subscriptions"} == followers  # one reader's may be found by either
            await house.mark()
        await house.announcement(urgency)
        # Of an urgent one also who has it already.
        everyone = followers if urgency else {"pk_readers", "pk_receipts"}
        assert await found_by(crowd, posts.mark_slice(crowd, now, SLICE)) == everyone
        await house.mark()


async def test_followers_are_read_from_the_index_alone(crowd, house, now):
    if not crowd.is_sqlite:
        pytest.skip("PostgreSQL wants the rows of whatever it joins to those that it changes")
    await house.story("category:khela")
    found = await looked_at(crowd, posts.mark_slice(crowd, now, SLICE))
    assert [look.rows for look in found if look.table == "subscriptions"] == [False]


async def test_whether_enough_wait_already_is_seen_in_the_index_of_those_due(crowd, house, now):
    await house.story("category:khela")
    assert await found_by(crowd, posts.mark_slice(crowd, now, SLICE, ahead=1_000)) == {"ix_readers_due"}
