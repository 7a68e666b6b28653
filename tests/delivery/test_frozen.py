"""A sender is frozen past its leases: what it held goes to another, and it harms nothing when it wakes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import Fault
from storage import due
from tests.delivery import frozen_process
from tests.delivery.test_kill import sending
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from tests.delivery.house import House

ROOT = Path(__file__).resolve().parents[2]
HANDS = 4
READERS = 40


@pytest.fixture
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender of the test itself has leases as short as the frozen one's."""
    monkeypatch.setattr("delivery.catch_up.LEASE", frozen_process.LEASE)
    monkeypatch.setattr("delivery.catch_up.SPARE", frozen_process.SPARE)


@asynccontextmanager
async def frozen(house: House, url: str) -> AsyncIterator[Process]:
    """A sender with short leases in a process of its own, frozen with its hands full."""
    house.server.faults.add(Fault.slow(0.1), times=0)
    arguments = [frozen_process.__file__, url, house.server.base_url, TOKEN, str(HANDS), "100", "0"]
    running = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        log = house.server.log
        await house.server.until(lambda: len(log) >= 2 * HANDS and not all(one.done_at for one in log))
        running.send_signal(signal.SIGSTOP)
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@pytest.mark.usefixtures("short_leases")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_sender_frozen_past_its_leases_neither_sends_nor_settles_when_it_wakes(
    house_of_each: House, database_url: str
):
    """The other serves everybody; only what was in flight comes twice, and every receipt is true."""
    house = house_of_each
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    async with frozen(house, database_url) as sender:
        saved = (await house.accounts(post_id))["sent"]
        async with house.working():
            await house.quiet()
        assert await house.accounts(post_id) == {"sent": READERS}
        sent = len(house.server.log)
        sender.send_signal(signal.SIGCONT)
        # On waking it settles what had left, finds its leases gone, and gives back the rest.
        sender.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(sender.wait(), 60) == 0
    assert len(house.server.log) == sent
    copies = [len(house.server.sent(who.chat_id)) for who in crowd]
    assert min(copies) == 1
    assert max(copies) <= 2
    assert sum(copies) - READERS <= 5 * HANDS  # in flight, or answered in the last 20 ms
    assert saved < READERS
    assert await house.accounts(post_id) == {"sent": READERS}
    await house.receipts_are_true(post_id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_frozen_sender_that_wakes_alone_says_what_it_had_sent_and_goes_on(
    house_of_each: House, database_url: str
):
    """Its leases have run out, but nobody has taken them: nobody gets anything twice."""
    house = house_of_each
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    async with frozen(house, database_url) as sender:
        await asyncio.sleep(frozen_process.LEASE.total_seconds() + 0.5)
        sender.send_signal(signal.SIGCONT)
        await house.quiet()
        sender.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(sender.wait(), 60) == 0
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * READERS
    assert await house.accounts(post_id) == {"sent": READERS}
    await house.receipts_are_true(post_id)


@pytest.mark.usefixtures("short_leases")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_a_frozen_sender_had_begun_goes_to_nobody_twice_and_it_says_what_arrived(
    house_of_each: House, database_url: str
):
    """Of a post that is never sent twice; what another had to call unknown meanwhile is known again."""
    house = house_of_each
    crowd = await house.crowd(READERS)
    post_id = await house.notice()
    async with frozen(house, database_url) as sender:
        async with house.working():
            await house.quiet()
        unknown = (await house.accounts(post_id))["unknown"]
        assert 0 < unknown <= 5 * HANDS
        sender.send_signal(signal.SIGCONT)
        sender.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(sender.wait(), 60) == 0
    copies = await house.copies(crowd)
    assert max(copies) == 1
    told = await house.accounts(post_id)
    assert told["unknown"] < unknown
    assert told == Counter(sent=sum(copies), unknown=READERS - sum(copies))
    await house.receipts_are_true(post_id)


@pytest.mark.usefixtures("short_leases")
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_after_a_freeze_and_a_kill_nobody_gets_a_third_copy(house_of_each: House, database_url: str):
    """The first copy's sender can't say anything yet, the second's can't any more."""
    house = house_of_each
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    async with frozen(house, database_url) as sender:
        await asyncio.sleep(frozen_process.LEASE.total_seconds())
        async with sending(house, database_url):
            await house.server.until(lambda: max(len(house.server.sent(who.chat_id)) for who in crowd) == 2)
        await due.release_dead(house.db, "killed", lambda _: True, house.clock())
        async with house.working():
            await house.quiet()
        sender.send_signal(signal.SIGCONT)
        sender.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(sender.wait(), 60) == 0
    assert max(await house.copies(crowd)) == 2
    told = await house.accounts(post_id)
    assert told["sent"] + told["unknown"] == READERS
    await house.receipts_are_true(post_id)
