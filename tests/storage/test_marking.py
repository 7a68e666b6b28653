from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from storage import audience, due, figures, locks, posts, readers, subscriptions, tables
from tests.storage.crowd import overheard

if TYPE_CHECKING:
    from storage.database import Database

HOUR = timedelta(hours=1)
PROBASH = posts.Audience(keys=frozenset({"category:probash"}))


async def test_followers_become_due_and_nobody_else(house):
    follower = await house.reader(1, "category:probash")
    in_qatar = await house.reader(2, "place:QA", "category:khela")
    await house.reader(3, "category:khela")
    await house.story("category:probash", "place:QA")
    await house.mark()
    assert await house.claimed() == {follower.id, in_qatar.id}


async def test_an_announcement_is_for_everyone(house):
    everyone = {(await house.reader(1)).id, (await house.reader(2, "category:khela")).id}
    await house.announcement()
    await house.mark()
    assert await house.claimed() == everyone


async def test_a_post_knows_how_many_active_readers_it_was_for(house, db, now):
    for chat_id in range(1, 8):
        await house.reader(chat_id, "category:probash", "place:QA")
    await readers.pause(db, 1)
    await readers.gone(db, 2, "blocked", now)
    post_id = await house.story("category:probash", "place:QA")
    await house.mark(size=2)
    found = await posts.post(db, post_id)
    assert (found.readers, found.marked) == (5, True)
    assert await posts.audience_size(db, found.audience) == 5
    assert await posts.audience_size(db, posts.Audience(everyone=True)) == 5
    assert await posts.audience_size(db, posts.Audience()) == 0


async def test_marking_goes_slice_by_slice_and_the_first_readers_are_due_meanwhile(house, db, now):
    ids = [(await house.reader(chat_id, "category:probash")).id for chat_id in range(1, 6)]
    await house.story()
    assert await posts.mark_slice(db, now, 2)
    assert await house.claimed() == set(ids[:2])
    assert await house.mark(size=2) == 2
    assert await house.claimed() == set(ids[2:])


async def test_marking_goes_on_after_a_crash_between_two_slices(house, another, db, now):
    ids = {(await house.reader(chat_id)).id for chat_id in range(1, 6)}
    post_id = await house.announcement()
    await posts.mark_slice(db, now, 2)
    successor = another()
    while await posts.mark_slice(successor, now, 2):
        pass
    assert (await posts.post(successor, post_id)).readers == 5
    assert await house.claimed() == ids


async def test_two_processes_marking_at_once_count_every_reader_once(house, another, db, now):
    for chat_id in range(1, 21):
        await house.reader(chat_id, "category:probash")
    ids = [await house.story(), await house.announcement()]
    other = another()

    async def mark(one: Database) -> None:
        while await posts.mark_slice(one, now, 3):
            pass

    await asyncio.gather(mark(db), mark(other), mark(other))
    assert [(await posts.post(db, post_id)).readers for post_id in ids] == [20, 20]
    assert len(await house.claimed()) == 20


async def test_no_more_are_marked_while_enough_wait_whose_turn_comes_before(house, db, now):
    for chat_id in range(1, 6):
        await house.reader(chat_id, "category:probash")
    urgent = await house.reader(6, "category:khela")
    await house.story()
    assert await posts.mark_slice(db, now, 2, ahead=2)
    assert not await posts.mark_slice(db, now, 2, ahead=2)
    await house.story("category:khela", urgency=1)
    assert await posts.mark_slice(db, now, 2, ahead=2)  # nobody as urgent waits
    assert next(one.reader.id for one in await house.claim(limit=2)) == urgent.id
    assert await posts.mark_slice(db, now, 2, ahead=2)
    assert not await posts.mark_slice(db, now, 2, ahead=2)


async def test_however_late_readers_are_marked_it_is_their_turn_since_the_post_was_published(house, db, now):
    marked_late, waits_for_hours = await house.reader(1, "category:probash"), await house.reader(2)
    await house.story()
    await house.announcement()
    await house.mark(now=now + HOUR)
    assert (await due.due_counts(db, now))[::2] == (2, now)
    await house.claim()
    await house.settle(
        due.Settlement(waits_for_hours.id, 0, due_at=now + HOUR), due.Settlement(marked_late.id, 2)
    )
    await house.story()
    assert await posts.mark_slice(db, now + 2 * HOUR, ahead=1)  # who is due after it does not count
    ahead = await house.claim(limit=1, now=now + 2 * HOUR)
    assert [one.reader.id for one in ahead] == [marked_late.id]


async def test_a_machine_whose_clock_is_behind_marks_readers_as_due_now(house, db, now):
    await house.reader(1, "category:probash")
    await house.story()
    await house.mark(now=now - HOUR)
    assert (await due.due_counts(db, now - HOUR))[0] == 1


async def test_who_has_left_since_they_got_it_is_counted_though_not_marked(house, db, now):
    """They got it with an older one, before its own readers were marked."""
    who = [await house.reader(chat_id, "category:probash") for chat_id in range(1, 6)]
    await house.story()
    await house.mark()
    await house.claim()
    early = await house.story()
    receipts = {"gone": "blocked", "sent": "", "paused": "closed"}
    for one, (state, reason) in zip(who, receipts.items(), strict=False):
        said = due.Receipt(early, "sent" if state == "sent" else "gone", 7 if state == "sent" else None)
        left = None if state == "sent" else state
        await house.settle(due.Settlement(one.id, early, (said,), state=left, reason=reason))
    await subscriptions.unfollow(db, who[1].id, "category", "probash")
    assert (await figures.figures(db, now)).unmarked == 1
    await house.mark(size=2)
    assert (await posts.post(db, early)).readers == 5
    assert (await figures.figures(db, now)).unmarked == 0


async def test_marking_is_over_when_nothing_is_left(house, db, now):
    assert not await posts.mark_slice(db, now)
    await house.story()
    assert await house.mark() == 1
    assert not await posts.mark_slice(db, now)


async def test_a_retracted_post_is_marked_no_further(house, db, now):
    await house.reader(1, "category:probash")
    await posts.retract(db, await house.story(), now)
    assert await house.mark() == 0
    assert await house.claimed() == set()


async def test_an_archive_does_not_flood_a_new_follower(house, db):
    reader = await house.reader(1)
    await house.story("category:khela")
    await subscriptions.follow(db, reader.id, "category", "khela")
    await house.mark()
    assert await house.claimed() == set()
    await house.story("category:khela")
    await house.mark()
    assert await house.claimed() == {reader.id}


async def test_who_arrives_after_an_announcement_is_not_greeted_with_it(house, db):
    post_id = await house.announcement()
    await house.reader(1)
    await house.mark()
    assert await house.claimed() == set()
    assert (await posts.post(db, post_id)).readers == 0


async def test_a_reader_who_waits_until_later_is_left_alone_by_an_ordinary_post_and_fetched_by_an_urgent_one(
    house, now
):
    reader = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    await house.claim()
    await house.settle(due.Settlement(reader.id, due_at=now + HOUR))
    await house.story()
    await house.mark()
    assert await house.claimed() == set()
    await house.story(urgency=1)
    await house.mark()
    assert [(one.reader.id, one.urgency) for one in await house.claim()] == [(reader.id, 1)]


async def test_an_urgent_post_overtakes(house, now):
    slow, quick = await house.reader(1, "category:probash"), await house.reader(2, "category:khela")
    await house.story("category:probash")
    await house.mark(now=now - HOUR)
    await house.story("category:khela", urgency=1)
    await house.mark()
    assert [one.reader.id for one in await house.claim(limit=1)] == [quick.id]
    assert [one.reader.id for one in await house.claim(limit=1)] == [slow.id]


async def test_who_is_due_already_becomes_urgently_due(house, now):
    await house.reader(1, "category:probash")
    await house.story()
    await house.mark(now=now - HOUR)
    await house.story(urgency=1)
    await house.mark()
    assert [one.urgency for one in await house.claim()] == [1]


async def test_who_has_an_urgent_post_already_is_not_fetched_for_it_again(house, db, now):
    """It went before older posts, and was sent before its readers were marked to the end."""
    reader = await house.reader(1, "category:probash")
    older = await house.story()
    await house.mark()
    await house.claim()
    urgent = await house.story(urgency=1)
    first = due.Settlement(reader.id, older - 1, (due.Receipt(urgent, "sent", 7),), due_at=now + HOUR)
    await house.settle(first)
    assert await audience.waiting(db, PROBASH, urgent) == 0
    await house.mark()
    assert await house.claimed() == set()
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [0]
    assert await audience.in_hand(db, PROBASH, urgent) == 0
    assert await audience.in_hand(db, PROBASH, older) == 1


async def test_a_reader_who_was_given_the_post_before_it_was_marked_is_counted_but_not_due(house, db):
    reader = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    await house.claim()
    early = await house.story()
    await house.settle(due.Settlement(reader.id, cursor=early))
    await house.mark()
    assert await house.claimed() == set()
    assert (await posts.post(db, early)).readers == 1


async def test_who_is_due_already_is_counted_with_those_who_become_due(house, db):
    for chat_id in range(1, 4):
        await house.reader(chat_id, "category:khela")
    await house.story("category:khela")
    await house.mark()
    for chat_id in range(4, 9):
        await house.reader(chat_id, "category:probash")
    await readers.pause(db, 8)
    both = await house.story("category:khela", "category:probash")
    assert await house.mark() == 1
    assert (await posts.post(db, both)).readers == 7
    assert len(await house.claimed()) == 7


async def test_marking_and_settling_the_same_readers_at_once_never_stops_either(house, db, another, now):
    """Both lock many readers: in the same order, or PostgreSQL would break a deadlock."""
    for chat_id in range(1, 41):
        await house.reader(chat_id, "category:probash")
    other = another()
    await house.story()
    await house.mark()
    for round_ in range(5):
        claimed = await house.claim()
        assert len(claimed) == 40
        post_id = await house.story()
        settlements = [
            due.Settlement(one.reader.id, post_id - 1, epoch=one.epoch) for one in reversed(claimed)
        ]
        lost, _ = await asyncio.gather(
            due.settle(other, "host/1/a", settlements, now=now),
            posts.mark_slice(db, now + timedelta(seconds=round_)),
        )
        assert lost == set()
        now_due, held, _ = await due.due_counts(db, now + HOUR)
        assert (now_due, held) == (40, 0)
        await house.let_pass(HOUR)
        await due.reclaim(db, now)
        house.now = now + timedelta(seconds=round_)


async def test_a_post_that_is_withdrawn_while_marking_waits_is_marked_no_further(house, db, another, now):
    await house.reader(1, "category:probash")
    post_id = await house.story()
    async with another().write() as connection:
        await locks.hold(connection, locks.MARK)
        with overheard(db) as asked:
            marking = asyncio.create_task(posts.mark_slice(db, now))
            while not any("OFFSET" in question for question, _ in asked):
                await asyncio.sleep(0.01)
        withdrawn = update(tables.posts).where(tables.posts.c.id == post_id).values(state="retracted")
        await connection.execute(withdrawn)
    await marking
    assert await house.claimed() == set()
    assert (await posts.post(db, post_id)).readers == 0


async def test_marking_locks_readers_by_ascending_id_wherever_they_lie(house, db, another, now):
    """As settling does: it waits for the first of them, and holds none of the others meanwhile."""
    if db.is_sqlite:
        pytest.skip("one writer: no readers are locked")
    ids = [(await house.reader(chat_id)).id for chat_id in range(1, 11)]
    await readers.set_language(db, ids[0], "en")  # its row is now the last one
    await house.announcement()
    async with db.write() as connection:
        await connection.exec_driver_sql("ANALYZE")  # so few are quickest found where they lie
    rows = tables.readers.c
    locked = select(rows.id).order_by(rows.id).with_for_update(key_share=True)
    async with another().write() as holder:
        await holder.execute(locked.where(rows.id == ids[0]))
        marking = asyncio.create_task(posts.mark_slice(db, now))
        async with another().read() as looking:
            waits = "SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted"
            while not (await looking.exec_driver_sql(waits)).scalar_one():
                await asyncio.sleep(0.01)
        free = await holder.scalars(locked.with_for_update(key_share=True, skip_locked=True))
        assert list(free) == ids
    await marking
    assert await house.claimed() == set(ids)
