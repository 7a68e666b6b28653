from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage import due, leases, posts, readers, receipts
from storage.due import Receipt, Settlement

if TYPE_CHECKING:
    from storage.database import Database

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def reader(house):
    """A reader who is due for one story."""
    who = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    return who


@pytest.mark.usefixtures("reader")
async def test_a_claim_brings_all_that_choosing_needs(house, db):
    kept = await readers.reader(db, 1)
    assert await house.claim() == [due.Claimed(kept, 0, 0, {"category:probash": 0})]


async def test_concurrent_claims_take_disjoint_readers(house, db, another, now):
    ids = [(await house.reader(chat_id)).id for chat_id in range(1, 31)]
    await house.announcement()
    await house.mark()
    other = another()
    taken: list[int] = []

    async def work(one: Database, owner: str) -> None:
        while claimed := await due.claim(one, owner, now=now, lease=30 * SECOND, limit=4):
            taken.extend(each.reader.id for each in claimed)

    await asyncio.gather(*(work(one, f"host/{n}/x") for n, one in enumerate((db, other, db, other))))
    assert sorted(taken) == ids


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_claim_waits_for_nobody_who_claims(house, db, now):
    """Rows in another's hand are skipped; SQLite has one writer anyway."""
    for chat_id in (1, 2):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    async with db.write() as connection:
        first = await connection.execute(
            due._CLAIM, {"level": 0, "now": now, "owner": "a", "until": now, "most": 1}
        )
        held = {row.id for row in first}
        second = await house.claimed()
    assert len(held) == len(second) == 1
    assert held.isdisjoint(second)


async def test_the_longest_waiting_come_first(house, db, now):
    late, early = await house.reader(1, "category:probash"), await house.reader(2, "category:khela")
    await house.story("category:khela")
    await house.mark(now=now - HOUR)
    await house.story("category:probash")
    await house.mark()
    assert (await due.due_counts(db, now)) == (2, 0, now - HOUR)
    assert [(await house.claim(limit=1))[0].reader.id for _ in range(2)] == [early.id, late.id]


async def test_who_is_due_later_is_not_claimed_before(house, db, now, reader):
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now + HOUR))
    assert await house.claimed(now=now + HOUR - SECOND) == set()
    assert await due.due_counts(db, now) == (0, 0, None)
    assert await house.claimed(now=now + HOUR) == {reader.id}


async def test_a_post_published_while_a_reader_is_held_leaves_them_due(house, now, reader):
    await house.claim()
    await house.story()
    await house.mark(now=now + SECOND)
    assert await house.claimed("host/2/b", now=now + SECOND) == set()
    assert await house.settle(Settlement(reader.id, cursor=1, due_at=now + HOUR)) == set()
    assert await house.claimed(now=now + SECOND) == {reader.id}


async def test_settling_writes_receipts_and_cursor_and_ends_the_lease(house, db, now, reader):
    await house.claim()
    done = Settlement(reader.id, cursor=1, receipts=(Receipt(1, "sent", 77),), unsure=0)
    assert await house.settle(done) == set()
    assert await house.cursor(reader.id) == 1
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]
    assert await due.due_counts(db, now) == (0, 0, None)


async def test_a_lost_lease_cannot_settle(house, db, now, reader):
    await house.claim()
    assert await due.reclaim(db, now + 31 * SECOND) == 1
    await house.claim("host/2/b", now=now + 31 * SECOND)
    late = Settlement(reader.id, cursor=1, receipts=(Receipt(1, "sent", 77),), state="gone", moved_to=5)
    assert await house.settle(late) == {reader.id}
    assert await house.cursor(reader.id) == 0
    assert await receipts.outcomes(db, 1) == {}
    assert (await readers.reader(db, 1)).state == "active"


async def test_one_lost_reader_does_not_keep_the_others_from_being_settled(house, db):
    ids = [(await house.reader(chat_id)).id for chat_id in (1, 2, 3)]
    await house.announcement()
    await house.mark()
    await house.claim()
    await readers.forget(db, ids[1])
    sent = [Settlement(one, cursor=1, receipts=(Receipt(1, "sent", one),)) for one in ids]
    assert await house.settle(*sent) == {ids[1]}
    assert await receipts.outcomes(db, 1) == {"sent": 2}


async def test_settling_nothing_is_nothing(house):
    assert await house.settle() == set()


async def test_expired_leases_come_back_and_fresh_ones_do_not(house, db, now, reader):
    await house.claim()
    assert await due.reclaim(db, now + 29 * SECOND) == 0
    assert await due.reclaim(db, now + 31 * SECOND) == 1
    assert await house.claimed(now=now + 31 * SECOND) == {reader.id}


async def test_an_urgent_reader_comes_back_urgent(house, db, now):
    await house.reader(1, "category:probash")
    await house.story(urgency=1)
    await house.mark()
    assert [one.urgency for one in await house.claim()] == [1]
    await due.reclaim(db, now + HOUR)
    claimed = await house.claim(now=now + HOUR)
    assert [one.urgency for one in claimed] == [1]
    await house.settle(Settlement(claimed[0].reader.id, due_at=now + HOUR))
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [1]
    await house.settle(Settlement(claimed[0].reader.id, cursor=1, due_at=now + HOUR))
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [0]


async def test_an_owner_gives_back_what_it_holds_and_only_that(house, db, now):
    for chat_id in (1, 2):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    mine, theirs = await house.claim("host/1/a", limit=1), await house.claim("host/2/b", limit=1)
    assert await due.release(db, "host/1/a", now) == 1
    assert await house.claimed("host/3/c") == {mine[0].reader.id}
    assert await house.settle(Settlement(theirs[0].reader.id, cursor=1), owner="host/2/b") == set()


async def test_a_start_releases_what_dead_processes_of_this_host_held(house, db, now):
    owners = [
        "host/10/dead",
        "host/20/alive",
        "other/10/far",
        f"host/{os.getpid()}/old",
        f"host/{os.getpid()}/new",
    ]
    held = {}
    for chat_id in range(1, 6):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    for owner in owners:
        held[owner] = (await house.claim(owner, limit=1))[0].reader.id
    alive = {20, os.getpid()}
    assert await due.release_dead(db, "host", alive.__contains__, now, owner=owners[-1]) == 2
    assert await house.claimed("host/30/x") == {held["host/10/dead"], held[owners[3]]}
    assert await due.release_dead(db, "ho_t", lambda _: False, now) == 0


async def test_a_start_frees_the_named_lease_of_a_dead_process(db, now):
    await leases.acquire(db, "leader", "host/10/dead", now=now, ttl=HOUR)
    await due.release_dead(db, "host", lambda _: False, now)
    assert await leases.acquire(db, "leader", "host/30/x", now=now, ttl=HOUR) == 2


async def test_a_receipt_that_says_sent_stays(house, db, now, reader):
    await house.claim()
    for receipt in (
        Receipt(1, "unknown"),
        Receipt(1, "sent", 77),
        Receipt(1, "refused", reason="late"),
        Receipt(1, "sent", 78),
    ):
        await house.settle(Settlement(reader.id, receipts=(receipt,), due_at=now))
        await house.claim()
    assert await receipts.outcomes(db, 1) == {"sent": 1}
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]


async def test_a_roundup_is_found_by_its_message(house, db, reader):
    await house.claim()
    both = tuple(Receipt(post_id, "sent", 77) for post_id in (1, 2))
    await house.settle(Settlement(reader.id, cursor=2, receipts=(*both, Receipt(3, "passed"))))
    assert await receipts.post_of(db, 1, 77) == [1, 2]
    assert await receipts.post_of(db, 1, 78) == []
    assert await receipts.post_of(db, 2, 77) == []


async def test_ambiguous_sends_are_counted_for_what_comes_next(house, now, reader):
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now, unsure=1))
    assert [one.unsure for one in await house.claim()] == [1]
    await house.settle(Settlement(reader.id, cursor=1, due_at=now))
    assert [one.unsure for one in await house.claim()] == [0]


async def test_a_reader_found_gone_is_due_no_more(house, db, now, reader):
    await house.claim()
    await house.story()
    await house.mark()
    await house.settle(Settlement(reader.id, state="gone", reason="bot was blocked by the user", due_at=now))
    assert await house.claimed(now=now + HOUR) == set()
    assert (await readers.reader(db, 1)).state == "gone"


async def test_a_reader_who_paused_while_held_is_not_made_due(house, db, now, reader):
    await house.claim()
    await readers.pause(db, reader.id)
    await house.settle(Settlement(reader.id, due_at=now))
    assert await house.claimed(now=now + HOUR) == set()
    await readers.resume(db, reader.id, now)
    assert await house.claimed() == {reader.id}


async def test_the_lease_of_a_reader_who_paused_expires_without_making_them_due(house, db, now, reader):
    await house.claim()
    await readers.pause(db, reader.id)
    assert await due.reclaim(db, now + HOUR) == 1
    assert await house.claimed(now=now + HOUR) == set()


async def test_a_cursor_never_goes_back(house, now, reader):
    for cursor in (5, 3):
        await house.settle(
            Settlement(reader.id, cursor=cursor, due_at=now), owner=(await house.claim()) and "host/1/a"
        )
    assert await house.cursor(reader.id) == 5


async def test_a_chat_that_moved_is_sent_to_at_its_new_id(house, db, now, reader):
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now, moved_to=-1001))
    assert await readers.reader(db, 1) is None
    assert [one.reader.chat_id for one in await house.claim()] == [-1001]


async def test_receipts_are_pruned_in_slices_and_only_of_old_posts(house, db, now):
    ids = [(await house.reader(chat_id)).id for chat_id in (1, 2, 3)]
    old = await house.announcement()
    house.now = now + 48 * HOUR
    new = await house.announcement()
    await house.mark()
    await house.claim()
    sent = [
        Settlement(one, cursor=new, receipts=(Receipt(old, "sent", 1), Receipt(new, "sent", 2)))
        for one in ids
    ]
    await house.settle(*sent)
    assert [await receipts.prune(db, now + HOUR, 2) for _ in range(3)] == [2, 1, 0]
    assert await receipts.outcomes(db, old) == {}
    assert await receipts.outcomes(db, new) == {"sent": 3}
    assert (await posts.post(db, old)).readers == 3
