"""What senders know of the limits together: by the database's clock, whoever asks, whatever ends."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from storage import due, groups, limits, slots
from storage.due import Settlement
from storage.errors import Unavailable
from storage.tables import limits as limits_table
from storage.tables import readers
from tests.databases import shared_only
from tests.storage.conftest import LEASE

if TYPE_CHECKING:
    from collections.abc import Sequence

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """What takes a slow machine long is an answer all the same."""
    monkeypatch.setattr(limits, "PROMPT", 60)


def two_in_a_minute(times: Sequence[float], held_until: float) -> float:
    """A group's limit, small enough for a test."""
    return max(held_until, times[-2] + 60 if len(times) >= 2 else 0.0)


async def somebody_waits(connection):
    """Until another transaction waits for a lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    while not (await connection.exec_driver_sql(waiting)).scalar_one():
        await asyncio.sleep(0.01)


@shared_only
async def test_what_two_senders_reserve_follows_each_other_without_gap_or_overlap(db, another):
    others = (db, another())
    told = await asyncio.gather(*(slots.reserve(others[n % 2], 0.5, 0.0) for n in range(8)))
    begins = sorted(one.begins for one in told)
    assert begins == pytest.approx([begins[0] + 0.5 * n for n in range(8)], abs=1e-4)
    assert begins[0] >= min(one.now for one in told) - 0.1


@shared_only
async def test_time_that_nobody_wanted_is_gone(db):
    await slots.reserve(db, 0.01, 0.0)
    await asyncio.sleep(0.05)
    told = await slots.reserve(db, 0.01, 0.0)
    assert told.begins == pytest.approx(told.now, abs=0.03)


@shared_only
async def test_who_is_far_from_the_database_reserves_what_is_still_to_come_when_it_hears_of_it(db):
    told = await slots.reserve(db, 0.01, 0.4)
    assert told.begins >= told.now + 0.35


@shared_only
async def test_nothing_is_reserved_within_a_pause_of_all(db, another, now):
    await limits.hold(another(), limits.ALL, 30, now)
    first, second = [await slots.reserve(db, 0.5, 0.0) for _ in range(2)]
    assert first.held_until == pytest.approx(first.now + 30, abs=5)
    waits = [one.begins - first.held_until for one in (first, second)]
    assert waits == pytest.approx([0.0, 0.5], abs=0.001)


@shared_only
async def test_a_clock_that_was_set_back_silences_nobody(db):
    async with db.write() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO limits (chat_id, times, free_at) VALUES (0, '[]', now() + interval '1 hour')"
        )
    told = await slots.reserve(db, 0.1, 0.0)
    assert told.begins - told.now <= 8


@shared_only
async def test_a_reservation_does_not_wait_for_the_disk(db):
    async with db.alone() as connection:
        await connection.execute(slots._RESERVE, {"seconds": 0.1, "ahead": 0.0})
        usual = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one()
    assert usual == "on", "for this statement only"


@shared_only
async def test_a_database_that_does_not_answer_holds_nobody_up(db, another, monkeypatch):
    await slots.reserve(db, 0.1, 0.0)
    async with another().write() as connection:
        await connection.exec_driver_sql("SELECT * FROM limits FOR UPDATE")
        monkeypatch.setattr(limits, "PROMPT", 0.2)
        with pytest.raises(Unavailable, match="in time"):
            await slots.reserve(db, 0.1, 0.0)
    monkeypatch.setattr(limits, "PROMPT", 60)
    assert (await slots.reserve(db, 0.1, 0.0)).begins > 0


@shared_only
async def test_what_waits_for_its_group_is_counted_when_it_has_it(db, another, now):
    await groups.count(db, [-7], two_in_a_minute, 2, now)
    async with another().write() as connection:
        await connection.exec_driver_sql("SELECT * FROM limits FOR UPDATE")
        counting = asyncio.create_task(groups.count(db, [-7], two_in_a_minute, 2, now))
        await somebody_waits(connection)
        freed = (await connection.exec_driver_sql("SELECT clock_timestamp()")).scalar_one()
    assert await counting == {-7: 0}
    async with db.read() as connection:
        times = (await connection.exec_driver_sql("SELECT times FROM limits")).scalar_one()
    assert times[-1] >= freed.timestamp()


@shared_only
async def test_a_wait_that_cant_be_written_at_once_holds_nobody_up(db, another, now, monkeypatch):
    await limits.hold(db, 1, 1, now)
    async with another().write() as connection:
        await connection.exec_driver_sql("SELECT * FROM limits FOR UPDATE")
        monkeypatch.setattr(limits, "PROMPT", 0.2)
        with pytest.raises(Unavailable, match="in time"):
            await limits.hold(db, 1, 30, now)


async def test_a_pause_of_all_outlives_its_sender(db, another, now):
    assert await limits.held(db, now) == 0
    await limits.hold(db, limits.ALL, 30, now)
    await limits.hold(db, limits.ALL, 3, now)
    assert await limits.held(another(), now) == pytest.approx(30, abs=5)


async def test_a_groups_messages_are_counted_by_all_senders_together(db, another, now):
    others = (db, another())
    waits = [(await groups.count(others[n % 2], [-7], two_in_a_minute, 2, now))[-7] for n in range(4)]
    assert waits[:2] == [0, 0]
    assert waits[2:] == pytest.approx([60, 60], abs=5)


async def test_messages_to_one_group_at_the_same_moment_are_counted_one_by_one(db, another, now):
    others = (db, another())
    await groups.count(db, [-7], two_in_a_minute, 2, now)
    told = await asyncio.gather(
        *(groups.count(others[n % 2], [-7, -8 - n], two_in_a_minute, 2, now) for n in range(6))
    )
    assert sorted(one[-7] > 0 for one in told) == [False, *[True] * 5]
    assert all(one[-8 - n] == 0 for n, one in enumerate(told))


@shared_only
async def test_two_who_meet_a_group_for_the_first_time_do_not_both_think_it_new(db, another, now):
    told = await asyncio.gather(
        *(groups.count(one, [-7], lambda times, _: times[-1] + 60, 2, now) for one in (db, another()))
    )
    assert sorted(one[-7] > 0 for one in told) == [False, True]


async def test_a_group_that_has_told_one_sender_to_wait_has_told_all(db, another, now):
    await limits.hold(db, -7, 30, now)
    told = await groups.count(another(), [-7, -8], two_in_a_minute, 2, now)
    assert told == {-7: pytest.approx(30, abs=5), -8: 0}


async def test_times_of_a_clock_that_was_set_back_do_not_silence_a_group(db, now):
    if not db.is_sqlite:
        pytest.skip("PostgreSQL's clock is not ours to set")
    for _ in range(2):
        await groups.count(db, [-7], two_in_a_minute, 2, now + timedelta(hours=1))
    assert await groups.count(db, [-7], two_in_a_minute, 2, now) == {-7: 0}


async def test_who_claims_a_reader_knows_that_their_chat_has_said_wait(house, db, reader, now):
    await limits.hold(db, 1, 30, now)
    (claimed,) = await house.claim()
    assert claimed.busy == pytest.approx(30, abs=5)
    await house.settle(Settlement(reader.id, due_at=now))
    (again,) = await house.claim()
    assert again.busy == pytest.approx(30, abs=5), "settling takes nothing off it"


async def test_who_claims_readers_knows_of_each_whether_it_was_their_chat_that_said_wait(house, db, now):
    """Whatever others are known: of a chat of which nothing is to wait for any more, of a group, of all."""
    for chat in (1, 2, 3):
        await house.reader(chat)
    await limits.hold(db, 1, -30, now)
    await limits.hold(db, 2, 30, now)
    await groups.count(db, [-7], two_in_a_minute, 2, now)
    async with db.write() as connection:
        await connection.execute(update(readers).values(due_at=now))
    busy = {one.reader.chat_id: one.busy for one in await house.claim(limit=3)}
    assert busy == {1: pytest.approx(-30, abs=5), 2: pytest.approx(30, abs=5), 3: 0}


@shared_only
async def test_who_claims_a_reader_knows_that_somebody_has_just_sent_to_them(house, reader, now):
    assert (await house.claim())[0].busy == 0
    await house.settle(Settlement(reader.id, 0, due_at=now))
    assert 0 < (await house.claim())[0].busy <= 1


@shared_only
async def test_what_a_dead_sender_may_have_sent_keeps_its_chat_busy_too(house, db, now, reader):  # noqa: ARG001
    await house.claim(owner="here/1/a")
    await due.release_dead(db, "here", lambda _: True, now)
    assert 0 < (await house.claim())[0].busy <= 1


@shared_only
async def test_a_clock_that_was_set_back_keeps_nobody_waiting_who_had_just_got_something(
    house, db, reader, now
):
    async with db.write() as connection:
        ahead = func.statement_timestamp() + timedelta(hours=1)
        await connection.execute(update(readers).where(readers.c.id == reader.id).values(free_at=ahead))
    assert (await house.claim())[0].busy == 0
    await house.settle(Settlement(reader.id, 0, due_at=now))
    assert 0 < (await house.claim())[0].busy <= 1


@shared_only
async def test_whoever_reserves_hears_who_was_answered_within_the_last_second(db, another):
    others = (db, another())
    before = told = await slots.reserve(db, 0.01, 0.0)
    while not told.answered or told.now - before.now > 1:  # a slow machine tries again
        before = await slots.reserve(db, 0.01, 0.0)
        await asyncio.gather(*(slots.answer(others[n % 2], n) for n in range(1, 9)))
        told = await slots.reserve(db, 0.01, 0.0)
    assert {chat_id for chat_id, _ in told.answered} == set(range(1, 9))
    assert all(before.now <= at <= told.now for _, at in told.answered)


@shared_only
async def test_whoever_reserves_hears_of_an_answer_that_may_have_left_a_second_ago(db):
    """It leaves a little after it was told of."""
    told = heard = await slots.reserve(db, 0.01, 0.0)
    while heard is told or heard.now - told.now > slots.LEAVES:  # a slow machine tries again
        told = await slots.reserve(db, 0.01, 0.0)
        async with db.write() as connection:
            await connection.execute(update(limits_table).values(times=[[1, told.now - 1]]))
        heard = await slots.reserve(db, 0.01, 0.0)
    assert [chat_id for chat_id, _ in heard.answered] == [1]


@shared_only
async def test_who_is_answered_while_another_waits_for_the_row_is_not_forgotten(db, another):
    await slots.reserve(db, 0.01, 0.0)
    tell = "UPDATE limits SET times = json_build_array(json_build_array(1, extract(epoch FROM {})))"
    other, took = another(), 2.0
    while took > 1:  # a slow machine tries again
        async with other.write() as connection:
            await connection.exec_driver_sql("SELECT * FROM limits FOR UPDATE")
            waits = asyncio.create_task(slots.answer(db, 2))
            await somebody_waits(connection)
            began = monotonic()
            await connection.exec_driver_sql(tell.format("clock_timestamp()"))
        await waits
        took = monotonic() - began
    assert [chat_id for chat_id, _ in await _told(db)] == [1, 2]


@shared_only
async def test_who_was_answered_long_ago_is_forgotten(db):
    told = await slots.reserve(db, 0.01, 0.0)
    async with db.write() as connection:
        old = [[1, told.now - 2], [2, told.now + 3600]]
        await connection.execute(update(limits_table).values(times=old))
    assert not (await slots.reserve(db, 0.01, 0.0)).answered
    await slots.answer(db, 3)
    assert [chat_id for chat_id, _ in await _told(db)] == [3], "a clock may have been set back"


@shared_only
async def test_whoever_answers_learns_that_a_sender_has_just_sent_there_and_tells_nobody(
    house, db, reader, now
):
    await slots.reserve(db, 0.01, 0.0)
    wait, took = 0.0, 2.0
    while took > 1:  # a slow machine tries again
        await house.claim()
        assert (await slots.answer(db, 1)).busy == 0, "nothing has left"
        told = await _told(db)
        began = monotonic()
        await house.settle(Settlement(reader.id, 0, due_at=now))
        wait, took = (await slots.answer(db, 1)).busy, monotonic() - began
    assert 0 < wait <= 1
    assert await _told(db) == told
    await limits.hold(db, 1, 30, now)
    assert (await slots.answer(db, 1)).busy == pytest.approx(30, abs=5)


@shared_only
async def test_whoever_answers_learns_whether_another_has_that_person_in_hand(house, db, reader, now):
    async def elsewhere(owner: str = "host/2/b") -> bool:
        return (await slots.answer(db, 1, owner)).elsewhere

    assert not await elsewhere()
    await house.claim("host/1/a")
    assert await elsewhere()
    assert await elsewhere(""), "who has no hand of their own"
    assert not await elsewhere("host/1/a"), "that one knows what it sends"
    assert not (await slots.answer(db, 2, "host/2/b")).elsewhere
    await house.let_pass(LEASE)
    assert not await elsewhere(), "whoever held them sends no more"
    await due.reclaim(db, now, but="")
    assert await house.claimed("host/1/a")
    await house.settle(Settlement(reader.id, due_at=now), owner="host/1/a")
    assert not await elsewhere()


@shared_only
async def test_whoever_answers_learns_how_long_senders_have_slots_of_before(db):
    assert (await slots.answer(db, 1)).unheard == 0, "nobody has any"
    await slots.reserve(db, 3, 0.0)
    assert 0 < (await slots.answer(db, 1)).unheard <= 3
    async with db.write() as connection:
        ahead = func.statement_timestamp() + timedelta(hours=1)
        await connection.execute(update(limits_table).values(free_at=ahead))
    assert (await slots.answer(db, 1)).unheard == slots.FARTHEST, "a clock may have been set back"


@shared_only
async def test_who_is_told_of_again_and_again_is_one_person(db):
    await slots.reserve(db, 0.01, 0.0)
    for _ in range(3):
        await slots.answer(db, 1)
    assert [chat_id for chat_id, _ in await _told(db)] == [1]


async def _told(db):
    """Of whom senders are told."""
    async with db.read() as connection:
        return (await connection.execute(select(limits_table.c.times))).scalar_one()


@shared_only
async def test_telling_of_an_answer_does_not_wait_for_the_disk(db):
    await slots.reserve(db, 0.1, 0.0)
    async with db.read() as connection:
        await connection.execute(slots._ANSWER, {"chat": 1, "owner": ""})
        told = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one()
        await connection.rollback()
        usual = (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one()
    assert (told, usual) == ("off", "on"), "for this transaction only"


async def test_sqlite_writes_nothing_for_a_neighbour_it_does_not_have(house, db, reader, now):
    if not db.is_sqlite:
        pytest.skip("PostgreSQL has neighbours")
    await house.claim()
    await house.settle(Settlement(reader.id, due_at=now))
    assert (await house.claim())[0].busy == 0
