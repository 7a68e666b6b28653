from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from storage import database, due, figures, leases, posts, readers, receipts, subscriptions, tables
from storage.due import Receipt, Settlement
from storage.errors import Unavailable
from tests.databases import shared_only

if TYPE_CHECKING:
    from storage.database import Database

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.mark.usefixtures("reader")
async def test_a_claim_brings_all_that_choosing_needs(house, db):
    kept = await readers.reader(db, 1)
    assert await house.claim() == [
        due.Claimed(kept, 0, 0, {"category:probash": 0}, epoch=1, changed_at=house.now)
    ]


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


@shared_only
async def test_a_claim_waits_for_nobody_who_claims(house, db, now):
    """Rows in another's hand are skipped; SQLite has one writer anyway."""
    for chat_id in (1, 2):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    async with db.write() as connection:
        *_, ordinary = due._CLAIMS["postgresql"]
        first = await connection.execute(ordinary, {"now": now, "owner": "a", "lease": HOUR, "most": 1})
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


async def first_to_be_claimed(house, now):
    (first,) = await house.claim(limit=1, now=now)
    return first.reader.id


@pytest.mark.parametrize("ends", ["given back", "died"])
async def test_whose_turn_had_come_before_goes_before_all_but_the_urgent(house, db, now, ends):
    """Of a broadcast of hours everybody else is due since it was published: they would be the last of all."""
    for chat_id in range(1, 7):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    one = await first_to_be_claimed(house, now)
    later = now + 5 * SECOND
    if ends == "given back":
        await house.settle(Settlement(one, due_at=later, again=True, unsure=1))
    else:
        assert await due.release_dead(db, "host", lambda _: True, later)
    others = [await first_to_be_claimed(house, now) for _ in range(2)]
    assert one not in others
    assert await first_to_be_claimed(house, later) == one
    await house.settle(Settlement(one, due_at=later + SECOND, again=True))
    urgent = await house.reader(7)
    async with db.write() as connection:
        due_now = update(tables.readers).values(due_at=later, urgency=1)
        await connection.execute(due_now.where(tables.readers.c.id == urgent.id))
    last = [await first_to_be_claimed(house, later + SECOND) for _ in range(3)]
    assert last[:2] == [urgent.id, one]


@shared_only
async def test_who_was_given_back_unserved_may_be_written_to_at_once(house, now, reader):
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now, again=True))
    (one,) = await house.claim()
    assert one.busy == 0
    await house.settle(Settlement(reader.id, due_at=now, again=True, unsure=1))
    (one,) = await house.claim()
    assert one.busy > 0


async def test_who_got_the_first_of_several_messages_waits_for_the_next_like_everybody(house, now):
    for chat_id in (1, 2):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    one = await first_to_be_claimed(house, now)
    await house.settle(Settlement(one, 1, (Receipt(1, "sent", 7),), due_at=now + SECOND))
    assert await first_to_be_claimed(house, now + SECOND) != one


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


async def test_what_was_sent_before_older_posts_is_noted_until_the_cursor_has_passed_it(
    house, db, now, reader
):
    await house.story()
    await house.mark()
    (claimed,) = await house.claim()
    first = Settlement(reader.id, 0, (Receipt(2, "sent", 77),), due_at=now, epoch=claimed.epoch)
    assert await house.settle(first) == set()
    (again,) = await house.claim()
    assert (again.reader.cursor, again.follows.get("had:2")) == (0, 2)
    both = Settlement(reader.id, 2, (Receipt(1, "sent", 78),), epoch=again.epoch)
    assert await house.settle(both) == set()
    assert await receipts.delivered(db, 2) == [(1, 0, 77)]
    await subscriptions.tidy(db, 1_000)
    assert await subscriptions.following(db, reader.id) == {"category:probash": 0}


async def test_what_was_sent_before_older_posts_under_a_lost_lease_is_noted_too(house, db, lost):
    await house.story()
    late = Settlement(lost.reader.id, 0, (Receipt(2, "sent", 77),), epoch=lost.epoch)
    assert await house.settle(late) == {lost.reader.id}
    assert "had:2" in await subscriptions.following(db, lost.reader.id)


@pytest.fixture
async def lost(house, db, now, reader):
    """A claim that has run out, and that nobody else has made anew yet."""
    (claimed,) = await house.claim()
    assert claimed.reader.id == reader.id
    await house.let_pass(31 * SECOND)
    assert await due.reclaim(db, now) == {"host/1/a": 1}
    return claimed


async def test_a_lost_lease_cannot_settle(house, db, lost):
    """What was refused, found gone or moved is found out again by whoever holds the reader now."""
    reader_id = lost.reader.id
    await house.claim("host/2/b")
    late = Settlement(
        reader_id, 1, (Receipt(1, "refused"),), state="gone", unsure=1, moved_to=5, epoch=lost.epoch
    )
    assert await house.settle(late) == {reader_id}
    assert await house.cursor(reader_id) == 0
    assert await receipts.outcomes(db, 1) == {}
    assert (await readers.reader(db, 1)).state == "active"
    assert await house.settle(Settlement(reader_id, cursor=1), owner="host/2/b") == set()


def sent(claimed, outcome="sent", message_id=77):
    """What a sender says whose message has left."""
    return Settlement(claimed.reader.id, 1, (Receipt(1, outcome, message_id),), epoch=claimed.epoch)


async def test_what_was_sent_under_a_lost_lease_is_written_and_not_sent_again(house, db, lost):
    assert await house.settle(sent(lost)) == {lost.reader.id}
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]
    (again,) = await house.claim("host/2/b")
    assert again.reader.cursor == 1


async def test_what_is_said_late_leaves_open_what_may_have_gone_before_the_rest(house, lost):
    """It is urgent and comes after this one; a sender before that was killed may have sent it."""
    late = replace(sent(lost), unsure=1)
    assert await house.settle(late) == {lost.reader.id}
    (again,) = await house.claim("host/2/b")
    assert (again.reader.cursor, again.unsure) == (1, 1)


async def test_whoever_holds_a_reader_meanwhile_settles_them_and_no_third_copy_goes_out(house, db, now, lost):
    """Two copies may be out by then; the second sender does not know whether its own arrived."""
    (mine,) = await house.claim("host/2/b")
    assert await house.settle(sent(lost)) == {lost.reader.id}
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]
    unsure = Settlement(lost.reader.id, due_at=now, unsure=1, epoch=mine.epoch)
    assert await house.settle(unsure, owner="host/2/b") == set()
    (third,) = await house.claim("host/3/c")
    assert third.reader.cursor == 1
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]


async def test_a_claim_of_ones_own_that_is_over_settles_nothing_of_the_next_one(house, db, lost):
    """A sender that was frozen claims the same reader again before its old request is answered."""
    (again,) = await house.claim()
    assert await house.settle(sent(lost)) == {lost.reader.id}
    assert await house.settle(sent(again, message_id=78)) == set()
    assert await receipts.delivered(db, 1) == [(1, 0, 77)]


async def test_who_names_no_claim_settles_nothing(house, db, now, reader):
    """It might be the claim before, of a sender that was frozen meanwhile."""
    await house.claim()
    assert await due.settle(db, "host/1/a", [Settlement(reader.id, due_at=now)], now=now) == {reader.id}
    assert await due.due_counts(db, now) == (0, 1, None)


async def test_two_claims_of_one_reader_may_be_settled_together(house, now, lost):
    """A sender that was frozen says late what it knows, with what it has sent by its next claim."""
    (again,) = await house.claim()
    late = Settlement(lost.reader.id, due_at=now, epoch=lost.epoch)
    assert await house.settle(late, sent(again)) == {lost.reader.id}
    assert await house.cursor(lost.reader.id) == 1


async def test_an_ambiguous_send_counts_though_its_lease_was_lost(house, now, lost):
    """Sent once more it may be the second copy; a third time it is not sent."""
    unsure = Settlement(lost.reader.id, due_at=now, unsure=1, epoch=lost.epoch)
    assert await house.settle(unsure) == {lost.reader.id}
    assert [one.unsure for one in await house.claim("host/2/b")] == [1]


async def test_what_is_said_late_moves_no_reader_past_what_a_merger_brought(house, db, lost):
    """The two had read differently far; the one that is left has still to get what either lacks."""
    await house.reader(2, "category:khela")
    await readers.move(db, 2, 1, house.now)
    assert await house.settle(sent(lost)) == {lost.reader.id}
    assert await house.cursor(lost.reader.id) == 0
    assert await receipts.outcomes(db, 1) == {"sent": 1}


async def test_a_reader_forgotten_meanwhile_leaves_no_receipt_behind(house, db, lost):
    await readers.forget(db, lost.reader.id)
    assert await house.settle(sent(lost)) == {lost.reader.id}
    assert await receipts.outcomes(db, 1) == {}


async def test_one_lost_reader_does_not_keep_the_others_from_being_settled(house, db):
    ids = [(await house.reader(chat_id)).id for chat_id in (1, 2, 3)]
    await house.announcement()
    await house.mark()
    await house.claim()
    await readers.forget(db, ids[1])
    sent = [Settlement(one, cursor=1, receipts=(Receipt(1, "sent", one),)) for one in ids]
    assert await house.settle(*sent) == {ids[1]}
    assert await receipts.outcomes(db, 1) == {"sent": 2}


@shared_only
@pytest.mark.parametrize("taken", [False, True])
async def test_a_settlement_that_has_to_wait_goes_by_what_the_reader_is_then(house, db, now, reader, taken):
    """Somebody else may have written to them meanwhile, or hold them."""
    await house.claim()
    changed = {"lease_owner": "host/2/b"} if taken else {"state": "paused", "cursor": 7}
    async with db.write() as connection:
        await connection.execute(update(tables.readers).values(changed))
        settling = asyncio.create_task(house.settle(Settlement(reader.id, 1, due_at=now)))
        while not await waits(db):
            await asyncio.sleep(0.01)
    assert await settling == ({reader.id} if taken else set())
    assert await house.cursor(reader.id) == (0 if taken else 7)
    assert await due.due_counts(db, now) == (0, int(taken), None)


async def waits(db):
    """Whether somebody waits for another's lock (PostgreSQL)."""
    locked = text(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with db.read() as connection:
        return (await connection.execute(locked)).first() is not None


@pytest.mark.parametrize(
    ("paused", "state", "told"),
    [(False, None, (0, "")), (False, "paused", (1, "no rights")), (True, "paused", (0, "no rights"))],
)
async def test_a_settlement_says_why_a_state_is_and_when_it_became_another(
    house, reader, paused, state, told
):
    await house.claim()
    if paused:
        await readers.pause(house.db, reader.id)
    await house.settle(Settlement(reader.id, state=state, reason="no rights"), now=house.now + HOUR)
    asked = select(tables.readers.c.changed_at, tables.readers.c.reason)
    async with house.db.read() as connection:
        changed_at, reason = (await connection.execute(asked)).one()
    assert ((changed_at - house.now) / HOUR, reason) == told


async def test_settling_nothing_is_nothing(house):
    assert await house.settle() == set()


async def test_expired_leases_come_back_and_fresh_ones_do_not(house, db, now, reader):
    await house.claim()
    assert await due.moving(db, now)
    await house.let_pass(10 * SECOND)
    assert await due.reclaim(db, now) == {}
    await house.let_pass(21 * SECOND)
    assert not await due.moving(db, now)
    assert await due.reclaim(db, now) == {"host/1/a": 1}
    assert await house.claimed() == {reader.id}


async def test_who_reclaims_hears_whose_readers_they_were(house, db, now):
    for chat_id in (1, 2, 3):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    await house.claim("host/1/a", limit=2)
    await house.claim("host/2/b")
    await house.let_pass(31 * SECOND)
    assert await due.reclaim(db, now, but="host/2/b") == {"host/1/a": 2}
    await house.let_pass(due.OVERLOOKED)
    assert await due.reclaim(db, now, but="host/2/b") == {"host/2/b": 1}


async def test_who_is_held_by_a_sender_that_is_no_more_waits_since_the_end_of_its_lease(
    house, db, now, reader
):
    """No sender is there that could reclaim them: nobody but who looks at the leases sees that they wait."""
    await house.claim()
    assert await due.due_counts(db, now) == (0, 1, None)
    assert await figures.due_since(db, now) is None
    await house.let_pass(31 * SECOND)
    waiting, held, since = await due.due_counts(db, now)
    assert (waiting, held) == (1, 0)
    counted = await figures.figures(db, now)
    assert (counted.due, counted.held) == (1, 0)
    assert since == counted.due_since == await figures.due_since(db, now) == await ends(db, reader.id)
    await due.reclaim(db, now)
    assert (await due.due_counts(db, now))[:2] == (1, 0)


async def ends(db, reader_id):
    """When the lease of a reader ends, or has."""
    async with db.read() as connection:
        asked = select(tables.readers.c.lease_until).where(tables.readers.c.id == reader_id)
        return await connection.scalar(asked)


async def test_who_lives_keeps_an_expired_lease_unless_it_must_have_overlooked_it(house, db, now, reader):
    """The database may have kept a claim though the connection broke before it could say so."""
    await house.claim()
    await house.let_pass(31 * SECOND)
    assert await due.reclaim(db, now, but="host/1/a") == {}
    await house.let_pass(due.OVERLOOKED)
    assert await due.reclaim(db, now, but="host/1/a") == {"host/1/a": 1}
    assert await house.claimed() == {reader.id}


@pytest.mark.usefixtures("reader")
@shared_only
async def test_a_machine_whose_clock_is_wrong_neither_takes_a_lease_nor_keeps_one_for_long(house, db, now):
    """Leases go by the database's clock, which all machines share."""
    await house.claim(now=now)
    assert await leases.acquire(db, "timetable", "host/1/a", now=now, ttl=HOUR)
    wrong = now + timedelta(days=5000)
    assert await due.reclaim(db, wrong) == {}
    assert await leases.acquire(db, "timetable", "host/2/b", now=wrong, ttl=HOUR) is None
    await house.let_pass(2 * HOUR)
    assert await due.reclaim(db, now - timedelta(days=5000)) == {"host/1/a": 1}
    assert await leases.acquire(db, "timetable", "host/2/b", now=now, ttl=HOUR) == 2


@pytest.mark.usefixtures("reader")
@shared_only
async def test_a_sender_frozen_within_a_transaction_keeps_nobody_waiting_for_long(
    house, db, another, now, monkeypatch
):
    """Others are looked after at once; then the server ends its session, and with it its locks."""
    settings = database._POSTGRESQL["connect_args"]["server_settings"]
    monkeypatch.setitem(settings, "idle_in_transaction_session_timeout", "300")
    await house.claim()
    await house.let_pass(31 * SECOND)

    async def freeze():
        async with another().write() as connection:
            await due._free(connection, due.readers.c.lease_owner == "host/1/a", now)
            assert await due.reclaim(db, now) == {}
            async with asyncio.timeout(60):
                while not await due.reclaim(db, now):
                    await asyncio.sleep(0.05)

    with pytest.raises(Unavailable):
        await freeze()
    assert len(await house.claim("host/2/b")) == 1


async def test_an_urgent_reader_comes_back_urgent(house, db, now):
    await house.reader(1, "category:probash")
    await house.story(urgency=1)
    await house.mark()
    assert [one.urgency for one in await house.claim()] == [1]
    await house.let_pass(HOUR)
    await due.reclaim(db, now + HOUR)
    claimed = await house.claim(now=now + HOUR)
    assert [one.urgency for one in claimed] == [1]
    await house.settle(Settlement(claimed[0].reader.id, due_at=now + HOUR))
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [1]
    await house.settle(Settlement(claimed[0].reader.id, cursor=1, due_at=now + HOUR, urgency=1))
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [1]
    await house.settle(Settlement(claimed[0].reader.id, cursor=2, due_at=now + HOUR))
    assert [one.urgency for one in await house.claim(now=now + HOUR)] == [0]


async def test_what_the_dead_of_this_host_held_is_free_at_once_and_nothing_else(house, db, now):
    owners = ["host/10/dead", "host/20/alive", "other/10/far", "hos_/10/odd"]
    held = {}
    for chat_id in range(1, 5):
        await house.reader(chat_id)
    await house.announcement()
    await house.mark()
    for owner in owners:
        held[owner] = (await house.claim(owner, limit=1))[0].reader.id
        await leases.acquire(db, owner, owner, now=now, ttl=HOUR)
    assert await due.release_dead(db, "host", lambda owner: "10" in owner, now) == ["host/10/dead"]
    assert await house.claimed("host/30/x") == {held["host/10/dead"]}
    assert await leases.acquire(db, "host/10/dead", "host/30/x", now=now, ttl=HOUR) == 2
    assert await leases.acquire(db, "host/20/alive", "host/30/x", now=now, ttl=HOUR) is None
    assert await due.release_dead(db, "hos_", lambda _: False, now) == []


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
    await house.let_pass(HOUR)
    assert await due.reclaim(db, now) == {"host/1/a": 1}
    assert await house.claimed(now=now + HOUR) == set()


async def test_a_cursor_never_goes_back(house, now, reader):
    for cursor in (5, 3):
        await house.claim()
        await house.settle(Settlement(reader.id, cursor=cursor, due_at=now))
    assert await house.cursor(reader.id) == 5


async def test_a_chat_that_moved_is_sent_to_at_its_new_id(house, db, now, reader):
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now, moved_to=-1001))
    assert await readers.reader(db, 1) is None
    assert [one.reader.chat_id for one in await house.claim()] == [-1001]


async def test_two_topics_of_a_chat_that_moved_may_be_settled_together(house, db, now):
    """The first of them takes the other one with it, into readers who are there already."""
    for chat_id in (-5, -1005):
        for topic in (1, 2):
            told = {"topic": topic, "kind": "group", "title": "ক", "timezone": "UTC"}
            await readers.arrive(db, chat_id, now=now, **told)
    await house.announcement()
    await house.mark()
    old = [one.reader for one in await house.claim() if one.reader.chat_id == -5]
    assert len(old) == 2
    await house.settle(*(Settlement(one.id, due_at=now, moved_to=-1005) for one in old))
    assert [await readers.reader(db, -5, topic) for topic in (1, 2)] == [None, None]


async def test_notes_of_what_was_had_are_forgotten_in_slices(house, db):
    await house.announcement()
    ids = [(await house.reader(chat_id, "category:probash")).id for chat_id in (1, 2, 3)]
    had = [Settlement(one, cursor=1, receipts=(Receipt(2, "sent", 7),)) for one in ids]
    await house.story()
    await house.mark()
    await house.claim()
    await house.settle(*had)
    assert await subscriptions.tidy(db, 2) == 0
    await house.story()
    await house.mark()
    await house.claim()
    await house.settle(*(Settlement(one, cursor=2) for one in ids))
    assert [await subscriptions.tidy(db, 2) for _ in range(3)] == [2, 1, 0]
    assert await subscriptions.following(db, ids[0]) == {"category:probash": 1}


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
    kept, later = 48 * HOUR, now + 72 * HOUR
    assert [some async for some in receipts.prune(db, later, kept, 2)] == [2, 1]
    assert await receipts.outcomes(db, old) == {}
    assert await receipts.outcomes(db, new) == {"sent": 3}
    assert (await posts.post(db, old)).readers == 3
