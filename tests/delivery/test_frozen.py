"""A sender is frozen past its leases: what it held goes to another, and it harms nothing when it wakes."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import Fault
from storage import due
from tests.databases import shared_only
from tests.delivery import frozen_process
from tests.delivery.test_kill import ended, sending
from tests.promised import repeated_by

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from storage.readers import Reader
    from tests.delivery.house import House

HANDS = 4
READERS = 40
ANSWER = 0.2
"""Seconds that Telegram takes to answer."""


@pytest.fixture
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender of the test itself has leases as short as the frozen one's."""
    monkeypatch.setattr("delivery.catch_up.LEASE", frozen_process.LEASE)
    monkeypatch.setattr("delivery.catch_up.SPARE", frozen_process.SPARE)


@asynccontextmanager
async def frozen(house: House, url: str, **environment: str) -> AsyncIterator[Process]:
    """A sender with short leases in a process of its own, frozen with its hands full."""
    house.server.faults.add(Fault.slow(ANSWER), times=0)
    program = Path(frozen_process.__file__)
    async with sending(house, url, HANDS, 100, 0, program=program, **environment) as running:
        log = house.server.log
        await house.server.until(lambda: len(log) >= 2 * HANDS and not all(one.done_at for one in log))
        running.send_signal(signal.SIGSTOP)
        yield running


async def everybody_has_it_once(house: House, crowd: list[Reader], post_id: int) -> None:
    assert await house.copies(crowd) == [1] * READERS
    assert await house.accounts(post_id) == {"sent": READERS}
    await house.receipts_are_true(post_id)


@pytest.mark.usefixtures("short_leases")
@shared_only
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
        await ended(sender)
    assert len(house.server.log) == sent
    copies = [len(house.server.sent(who.chat_id)) for who in crowd]
    assert min(copies) == 1
    assert max(copies) <= 2
    assert sum(copies) - READERS <= repeated_by(HANDS, ANSWER)
    assert saved < READERS
    assert await house.accounts(post_id) == {"sent": READERS}
    await house.receipts_are_true(post_id)


@shared_only
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
        await ended(sender)
    await everybody_has_it_once(house, crowd, post_id)


async def test_a_sender_frozen_past_every_limit_of_its_own_says_what_it_had_sent_and_goes_on(
    house_of_each: House, database_url: str
):
    """Its requests are over and its leases are those of nobody it knows, but the answers are there."""
    house = house_of_each
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    async with frozen(house, database_url, IMPATIENT="1") as sender:
        await asyncio.sleep((frozen_process.LEASE + frozen_process.OVERLOOKED).total_seconds() + 0.5)
        sender.send_signal(signal.SIGCONT)
        await house.quiet()
        await ended(sender)
    await everybody_has_it_once(house, crowd, post_id)


@pytest.mark.usefixtures("short_leases")
@shared_only
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
        assert 0 < unknown <= repeated_by(HANDS, ANSWER)
        sender.send_signal(signal.SIGCONT)
        await ended(sender)
    copies = await house.copies(crowd)
    assert max(copies) == 1
    told = await house.accounts(post_id)
    assert told["unknown"] < unknown
    assert told == Counter(sent=sum(copies), unknown=READERS - sum(copies))
    await house.receipts_are_true(post_id)


@pytest.mark.usefixtures("short_leases")
@shared_only
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
        await ended(sender)
    assert max(await house.copies(crowd)) == 2
    told = await house.accounts(post_id)
    assert told["sent"] + told["unknown"] == READERS
    await house.receipts_are_true(post_id)
