"""One process leads; when it dies, is frozen or loses the database, another does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot import leader
from bot.leader import TTL, Leader
from storage import leases


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
    return Clock()


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


async def test_one_leads_and_the_next_follows_when_its_lease_has_run_out(db, clock):
    """Whoever is first keeps the lease by renewing it; a process that is gone loses it by the clock alone."""
    one, two = Process(db, "host/1/a", clock), Process(db, "host/2/b", clock)
    running = asyncio.create_task(one.leader.run())
    await until(lambda: one.works == 1)
    waiting = asyncio.create_task(two.leader.run())
    await asyncio.sleep(0.1)
    assert not two.leader.leading
    running.cancel()  # an orderly end gives the lease up at once
    await until(lambda: two.works == 1)
    waiting.cancel()
    await asyncio.gather(running, waiting, return_exceptions=True)


async def test_a_frozen_leader_steps_down_when_it_wakes(db, clock):
    """Its lease has passed to another meanwhile; it stops leading before it does anything else."""
    frozen, other = Process(db, "host/1/a", clock), Process(db, "host/2/b", clock)
    assert await leases.acquire(db, "timetable", "host/1/a", now=clock(), ttl=TTL) == 1
    clock.now += TTL + timedelta(seconds=1)
    leading = asyncio.create_task(other.leader.run())
    await until(lambda: other.works == 1)
    woken = asyncio.create_task(frozen.leader.run())
    await asyncio.sleep(0.1)
    assert frozen.works == 0
    assert not frozen.leader.leading
    for task in (leading, woken):
        task.cancel()
    await asyncio.gather(leading, woken, return_exceptions=True)


async def test_work_that_dies_ends_the_leader_loudly_and_frees_the_lease(db, clock):
    """Better no leader here than one who does nothing: the next process takes over."""
    broken = Process(db, "host/1/a", clock)
    broken.fault = ValueError("the timetable fell apart")
    with pytest.raises(ValueError, match="fell apart"):
        await broken.leader.run()
    assert await leases.holder(db, "timetable", clock()) is None
