"""What people say is kept until it is done, and in one hand at a time."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, select, update

from storage import clock, due, inbox
from storage.database import Database
from storage.tables import inbox as table
from storage.tables import leases
from tests.storage import said
from tests.storage.conftest import let_pass
from tests.storage.said import LEASE

ONE, TWO = "here/1/a", "there/2/b"


class Hands:
    """Processes at one inbox."""

    def __init__(self, db, now):
        self.db, self.now = db, now

    async def receive(self, *numbers, owner=ONE):
        updates = [(number, f'{{"n":{number}}}') for number in numbers]
        return await said.receive(self.db, updates, self.now, owner)

    async def take(self, left="run out", owner=TWO):
        taken = await inbox.take(self.db, owner, left, now=self.now, lease=LEASE)
        assert all(body == f'{{"n":{number}}}' for number, body in taken)
        return [number for number, _ in taken]

    async def hold(self, *numbers, owner=ONE):
        await inbox.hold(self.db, numbers, owner, now=self.now, lease=LEASE)

    async def wait_out(self):
        """Let a lease's time pass."""
        await let_pass(self.db, 2 * LEASE)
        async with self.db.write() as connection:
            await connection.execute(update(table).values(received_at=self.now - 2 * LEASE))

    async def pending(self):
        return [update_id for update_id, _ in await said.pending(self.db)]

    async def leases(self):
        async with self.db.read() as connection:
            return list(await connection.scalars(select(leases.c.name)))


@pytest.fixture
def hands(db, now):
    return Hands(db, now)


async def test_the_inbox_keeps_an_update_until_it_is_done(hands):
    assert await hands.receive(10, 11) == [10, 11]
    assert await hands.pending() == [10, 11]
    await inbox.done(hands.db, [10])
    assert await hands.pending() == [11]


async def test_the_inbox_knows_an_update_again_after_it_is_done(hands):
    await hands.receive(10, 11)
    await inbox.done(hands.db, [10, 11])
    assert await hands.receive(11, 12, 12) == [12]
    assert await hands.receive() == []


async def test_who_was_not_told_that_it_has_an_update_in_hand_hears_it_when_that_comes_again(hands):
    """The connection was lost with the reply to the commit."""
    await hands.receive(1, 2, 3)
    await inbox.done(hands.db, [1])
    await hands.receive(4, owner=TWO)
    assert await hands.receive(1, 2, 3, 4, 5) == [5, 2, 3]
    assert await hands.receive(1, 2, 3, 4, owner=TWO) == [4]


async def test_an_update_delivered_twice_at_once_is_received_once_and_is_in_one_hand(hands):
    answers = await asyncio.gather(*(hands.receive(10, owner=f"here/{number}/a") for number in range(4)))
    assert sorted(answers, key=len) == [[], [], [], [10]]
    assert await inbox.is_in_hand(hands.db, 10, f"here/{answers.index([10])}/a")


async def test_old_ids_are_dropped_once_there_are_enough_newer_ones(hands, monkeypatch):
    monkeypatch.setattr(inbox, "REMEMBERED", 2)
    await hands.receive(1, 2, 3, 4)
    await inbox.done(hands.db, [1, 3, 4])
    assert await hands.receive(1, 2, 3, 4, owner=TWO) == [1]


async def test_what_one_has_in_hand_is_no_others_until_its_lease_has_run_out(hands):
    await hands.receive(1, 2)
    assert await hands.take("given up") == await hands.take("run out") == []
    await hands.wait_out()
    assert await hands.take("given up") == []
    assert await hands.take("run out") == [1, 2]
    assert await hands.take("run out") == []
    assert await inbox.is_in_hand(hands.db, 1, TWO)
    assert not await inbox.is_in_hand(hands.db, 1, ONE)


async def test_who_says_that_it_lives_keeps_what_it_holds_and_gets_nothing_else(hands):
    await hands.receive(1, 2)
    await hands.wait_out()
    await hands.hold(1, 99)
    assert await hands.take("run out") == [2]
    await hands.hold(2)
    assert await inbox.is_in_hand(hands.db, 2, TWO)


async def test_any_number_are_held(hands, monkeypatch):
    monkeypatch.setattr(inbox, "SLICE", 2)
    await hands.receive(*range(5))
    await hands.wait_out()
    await hands.hold(*range(5))
    assert await hands.take("run out") == []


async def test_who_ends_in_order_gives_up_what_it_has_in_hand_and_no_others(hands):
    await hands.receive(1, 2)
    await hands.receive(3, owner=TWO)
    await inbox.give_up(hands.db, ONE)
    assert await hands.take("given up", owner="there/3/c") == [1, 2]
    assert await inbox.is_in_hand(hands.db, 3, TWO)


async def test_who_holds_what_another_is_taking_does_not_wait_for_it(postgres_url, now):
    """They would wait for each other: the rows come in another order."""
    hands = Hands(Database(postgres_url), now)
    await hands.receive(1, 2)
    await hands.wait_out()
    async with hands.db.write() as connection:
        await connection.execute(update(leases).where(leases.c.name == "update/1").values(owner=TWO))
        async with asyncio.timeout(60):
            await hands.hold(1, 2)
    assert await hands.take("run out", owner="there/3/c") == [1]
    await hands.db.close()


async def test_what_the_dead_had_in_hand_is_anybodys_at_once(hands):
    await hands.receive(1)
    await hands.receive(2, owner=TWO)
    assert await due.release_dead(hands.db, "here", lambda _: True, hands.now) == [ONE]
    assert await hands.take("given up") == [1]


async def test_who_receives_alone_takes_all_but_its_own_slice_by_slice(hands, monkeypatch):
    monkeypatch.setattr(inbox, "SLICE", 2)
    await hands.receive(1, 2, 3)
    await hands.receive(4, owner=TWO)
    assert [await hands.take("all") for _ in range(3)] == [[1, 2], [3], []]


async def test_what_a_version_without_leases_received_is_taken_when_it_had_its_time(hands):
    await hands.receive(1)
    async with hands.db.write() as connection:
        await connection.execute(delete(leases))
    assert await hands.take("run out") == []
    await hands.wait_out()
    assert await hands.take("given up") == []
    assert await hands.take("run out") == [1]


async def test_several_who_look_at_once_take_each_update_once(hands):
    await hands.receive(*range(20))
    await hands.wait_out()
    takers = [f"there/{number}/b" for number in range(4)]
    taken = await asyncio.gather(*(hands.take(owner=taker) for taker in takers))
    assert sorted(number for some in taken for number in some) == list(range(20))


async def test_what_is_done_is_in_nobodys_hand_and_leaves_no_lease(hands):
    await hands.receive(1, 2)
    await hands.wait_out()
    assert await hands.take() == [1, 2]
    await inbox.done(hands.db, [1])
    await hands.wait_out()
    assert not await inbox.is_in_hand(hands.db, 1, TWO)
    assert await hands.take(owner=ONE) == [2]
    assert await hands.leases() == ["update/2"]


async def test_what_is_done_or_held_while_another_takes_it_is_not_taken(hands):
    """What is being written by others at that moment says whether it may."""
    await hands.receive(1, 2)
    await hands.wait_out()
    async with hands.db.write() as connection:
        await connection.execute(update(table).where(table.c.update_id == 1).values(body=None))
        await connection.execute(delete(leases).where(leases.c.name == "update/1"))
        later = clock.at(connection, hands.now, LEASE)
        await connection.execute(update(leases).values(until=later))
        taking = asyncio.create_task(hands.take())
        await asyncio.wait({taking}, timeout=0.5)
    assert await taking == []
