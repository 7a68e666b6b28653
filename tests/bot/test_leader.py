"""One process leads; when it dies, is frozen or loses the database, another does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from time import sleep
from types import SimpleNamespace

import pytest

from bot import leader
from bot.leader import Leader
from storage import leases
from storage.errors import Unavailable


class Process:
    """One of several processes: it notes what it does while it leads."""

    def __init__(self, db, name: str, clock):
        self.works = 0
        self.fault: Exception | None = None
        self.leader = Leader(db, "timetable", name, clock, self._lead)

    async def _lead(self) -> None:
        self.works += 1
        if self.fault:
            raise self.fault
        await asyncio.Event().wait()


class Clock:
    """A time that a test moves."""

    def __init__(self):
        self.now = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    monkeypatch.setattr(leader, "RENEW", 0.01)
    monkeypatch.setattr(leader, "LOOK", 0.01)
    return Clock()


@pytest.fixture
def slow(monkeypatch) -> asyncio.Event:
    """While it is set, the database takes longer to renew a lease than half a second, which it then lasts."""
    monkeypatch.setattr(leader, "TTL", timedelta(seconds=0.5))
    is_slow, acquire = asyncio.Event(), leases.acquire

    async def slowly(*where, **how) -> int | None:
        while is_slow.is_set():
            await asyncio.sleep(0.01)
        return await acquire(*where, **how)

    monkeypatch.setattr(leader, "leases", SimpleNamespace(acquire=slowly, give_up=leases.give_up))
    return is_slow


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def test_one_leads_and_the_next_follows_when_it_ends(db, clock):
    """Whoever is first keeps the lease by renewing it, and gives it up at an orderly end."""
    one, two = Process(db, "host/1/a", clock), Process(db, "host/2/b", clock)
    running = asyncio.create_task(one.leader.run())
    await until(lambda: one.works == 1)
    waiting = asyncio.create_task(two.leader.run())
    await asyncio.sleep(0.1)
    assert not two.leader.leading
    running.cancel()
    await until(lambda: two.works == 1)
    waiting.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)


async def test_a_leader_that_was_frozen_stops_before_it_knows_who_leads(db, clock, slow):
    """Its lease has passed to another meanwhile, and the database takes its time to say so."""
    frozen = Process(db, "host/1/a", clock)
    leading = asyncio.create_task(frozen.leader.run())
    await until(lambda: frozen.leader.leading)
    slow.set()
    begun = frozen.works
    sleep(0.6)  # noqa: ASYNC251  (nothing of this process moves, as if a signal had stopped it)
    clock.now += timedelta(seconds=0.6)
    assert await leases.acquire(db, "timetable", "host/2/b", now=clock(), ttl=timedelta(hours=1)) == 2
    await until(lambda: not frozen.leader.leading)
    slow.clear()
    await asyncio.sleep(0.1)
    assert frozen.works == begun
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    assert await leases.holder(db, "timetable", clock()) == "host/2/b"


async def test_nobody_leads_for_longer_than_their_lease_while_the_database_does_not_answer(db, clock, slow):
    """Somebody else may reach it, and lead."""
    one = Process(db, "host/1/a", clock)
    leading = asyncio.create_task(one.leader.run())
    await until(lambda: one.leader.leading)
    slow.set()
    await until(lambda: not one.leader.leading)
    slow.clear()
    await until(lambda: one.leader.leading)
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)
    assert await leases.holder(db, "timetable", clock()) is None


async def test_work_that_meets_a_database_that_is_away_is_begun_anew(db, clock):
    one = Process(db, "host/1/a", clock)
    one.fault = Unavailable("The database is away")
    leading = asyncio.create_task(one.leader.run())
    await until(lambda: one.works == 2)
    one.fault = None
    await until(lambda: one.works == 3)
    assert one.leader.leading
    leading.cancel()
    await asyncio.gather(leading, return_exceptions=True)


async def test_work_that_dies_ends_the_leader_loudly_and_frees_the_lease(db, clock):
    """Better no leader here than one who does nothing: the next process takes over."""
    broken = Process(db, "host/1/a", clock)
    broken.fault = ValueError("the timetable fell apart")
    with pytest.raises(ValueError, match="fell apart"):
        await broken.leader.run()
    assert await leases.holder(db, "timetable", clock()) is None
