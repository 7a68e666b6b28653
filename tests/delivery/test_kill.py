"""kill -9 between any two steps: everybody gets their story, and only what was in flight comes twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.telegram import Fault
from storage import posts
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from tests.delivery.house import House

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("sender_process.py")
HANDS = 8
READERS = 120
SLICE = 7
"""Readers marked at once: so few that a kill falls between slices."""


@asynccontextmanager
async def sending(house: House, url: str, *, slices: int = 0) -> AsyncIterator[Process]:
    """A process that marks (only so many slices) and sends; killed at the end if it still runs."""
    arguments = [url, house.server.base_url, TOKEN, str(HANDS), str(SLICE), str(slices)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), *arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def receipts_of(house: House, post_id: int) -> int:
    return (await house.accounts(post_id))["sent"]


async def test_killed_anywhere_nothing_is_lost_and_only_what_was_in_flight_comes_twice(
    house: House, sqlite_url: str
):
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.05), times=0)
    in_flight = 0
    for killed_at in (1, 30, 75):
        async with sending(house, sqlite_url):
            await house.server.until(lambda wanted=killed_at: len(house.server.log) >= wanted)
        await house.server.until(lambda: all(request.done_at for request in house.server.log))
        unsaved = len(house.server.log) - in_flight - await receipts_of(house, post_id)
        assert unsaved <= 2 * HANDS
        in_flight += unsaved
    async with sending(house, sqlite_url) as process:
        await house.quiet()
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
    copies = [len(house.server.sent(who.chat_id)) for who in crowd]
    assert min(copies) == 1
    assert sum(copies) - READERS <= in_flight
    assert await house.accounts(post_id) == {"sent": READERS}
    assert (await posts.post(house.db, post_id)).readers == READERS
    await house.receipts_are_true(post_id)


async def test_killed_between_two_slices_marking_goes_on_where_it_was(house: House, sqlite_url: str):
    await house.crowd(READERS)
    post_id = await house.story()
    async with sending(house, sqlite_url, slices=5):
        await house.server.until(lambda: len(house.server.log) == 5 * SLICE)
    assert await house.rows("SELECT readers, marked FROM posts") == [(5 * SLICE, 0)]
    async with sending(house, sqlite_url):
        await house.quiet()
    assert await house.accounts(post_id) == {"sent": READERS}
    assert (await posts.post(house.db, post_id)).readers == READERS


async def test_a_process_told_to_end_in_the_middle_repeats_nothing(house: House, sqlite_url: str):
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.05), times=0)
    for stopped_at in (5, 50):
        async with sending(house, sqlite_url) as process:
            await house.server.until(lambda wanted=stopped_at: len(house.server.log) >= wanted)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (await house.accounts(post_id))["sent"] == len(house.server.log)
    async with sending(house, sqlite_url):
        await house.quiet()
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * READERS
    assert await house.accounts(post_id) == {"sent": READERS}
