"""kill -9 between any two steps: everybody gets their story, and only what was in flight comes twice."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.demo.telegram import Fault
from storage import due, posts
from tests.demo.telegram_api import TOKEN
from tests.promised import repeated_by

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from storage.readers import Reader
    from tests.delivery.house import House

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("sender_process.py")
HANDS = 8
READERS = 120
HOUR = timedelta(hours=1)
SLICE = 7
"""Readers marked at once: so few that a kill falls between slices."""


@asynccontextmanager
async def sending(
    house: House, url: str, *numbers: int, program: Path = PROGRAM, **environment: str
) -> AsyncIterator[Process]:
    """A process that marks and sends, with HANDS, SLICE and SLICES of `program`; killed if it still runs."""
    arguments = [url, house.server.base_url, TOKEN, *map(str, numbers or (HANDS, SLICE, 0))]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(program), *arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT), **environment}
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def killed(house: House, url: str, *, at: int) -> None:
    """A process that is killed when so many messages have come to Telegram from all there were."""
    async with sending(house, url):
        await house.server.until(lambda: len(house.sends()) >= at)


async def ended(process: Process) -> None:
    """Told to end, it does, in order."""
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 60) == 0


async def at_rest(house: House, url: str) -> None:
    """A process that has its way."""
    async with sending(house, url) as process:
        await house.quiet()
        await ended(process)


async def nobody_gets_a_third(house: House, url: str, crowd: list[Reader], post_id: int) -> None:
    """Who has two copies of which nothing is known is left at that."""
    await at_rest(house, url)
    assert await house.copies(crowd) == [2] * len(crowd)
    assert await house.accounts(post_id) == {"unknown": len(crowd)}


async def receipts_of(house: House, post_id: int) -> int:
    return (await house.accounts(post_id))["sent"]


async def test_killed_anywhere_nothing_is_lost_and_only_what_was_in_flight_comes_twice(
    house: House, sqlite_url: str
):
    crowd = await house.crowd(READERS)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.25), times=0)
    in_flight = 0
    for killed_at in (1, 30, 75):
        await killed(house, sqlite_url, at=killed_at)
        await house.server.until(lambda: all(request.done_at for request in house.server.log))
        unsaved = len(house.server.log) - in_flight - await receipts_of(house, post_id)
        assert unsaved <= repeated_by(HANDS, answer=0.25)
        in_flight += unsaved
    await at_rest(house, sqlite_url)
    copies = [len(house.server.sent(who.chat_id)) for who in crowd]
    assert min(copies) == 1
    assert sum(copies) - READERS <= in_flight
    told = await house.accounts(post_id)
    # Who was begun a second time by one that was killed too is not begun a third time.
    assert told["sent"] + told["unknown"] == READERS
    assert told["unknown"] <= in_flight
    assert (await posts.post(house.db, post_id)).readers == READERS
    await house.receipts_are_true(post_id)


async def test_killed_between_two_slices_marking_goes_on_where_it_was(house: House, sqlite_url: str):
    await house.crowd(READERS)
    post_id = await house.story()
    async with sending(house, sqlite_url, HANDS, SLICE, 5):
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
            await ended(process)
        assert (await house.accounts(post_id))["sent"] == len(house.server.log)
    async with sending(house, sqlite_url):
        await house.quiet()
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * READERS
    assert await house.accounts(post_id) == {"sent": READERS}


async def test_killed_anywhere_what_is_never_to_be_sent_twice_is_not(house_of_each: House, database_url: str):
    """Of whom the killed ones had begun to send it to it is not known; all the others have it once."""
    house = house_of_each
    crowd = await house.crowd(50)
    post_id = await house.notice()
    house.server.faults.add(Fault.slow(0.5), times=0)
    kills = (1, 15, 30)
    for killed_at in kills:
        await killed(house, database_url, at=killed_at)
    await at_rest(house, database_url)
    copies = await house.copies(crowd)
    assert max(copies) == 1
    told = await house.accounts(post_id)
    assert told["sent"] + told["unknown"] == 50
    assert 50 - sum(copies) < told["unknown"] <= len(kills) * repeated_by(HANDS, answer=0.5)
    await house.receipts_are_true(post_id)


async def test_after_two_kills_in_a_row_nobody_gets_a_third_copy(house_of_each: House, database_url: str):
    house = house_of_each
    crowd = await house.crowd(HANDS)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.5), times=0)
    for copies in (HANDS, 2 * HANDS):
        await killed(house, database_url, at=copies)
    await nobody_gets_a_third(house, database_url, crowd, post_id)


async def test_killed_before_anything_left_everybody_gets_it_though_they_are_suspects(
    house_of_each: House, database_url: str
):
    """Twice in a row, with all of them in hand: who was not reached is not taken for reached."""
    house = house_of_each
    crowd = await house.crowd(20)
    post_id = await house.story()
    await posts.mark_slice(house.db, house.clock())
    for number in (1, 2):
        await due.claim(house.db, f"killed/{number}/x", now=house.clock(), lease=HOUR, limit=20)
        await due.release_dead(house.db, "killed", lambda _: True, house.clock())
    await at_rest(house, database_url)
    assert await house.copies(crowd) == [1] * 20
    assert await house.accounts(post_id) == {"sent": 20}


async def test_after_a_kill_and_an_unclear_answer_nobody_gets_a_third_copy(
    house_of_each: House, database_url: str
):
    house = house_of_each
    crowd = await house.crowd(1)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.5))
    await killed(house, database_url, at=1)
    house.server.faults.add(Fault.html(502, accepted=True), times=0, when=lambda asked: asked.chat_id)
    await nobody_gets_a_third(house, database_url, crowd, post_id)


async def test_after_an_unclear_answer_and_a_kill_nobody_gets_a_third_copy(
    house_of_each: House, database_url: str
):
    house = house_of_each
    crowd = await house.crowd(1)
    post_id = await house.story()
    house.server.faults.add(Fault.html(502, accepted=True))
    house.server.faults.add(Fault.slow(0.5), times=0, after=1)
    await killed(house, database_url, at=2)
    await nobody_gets_a_third(house, database_url, crowd, post_id)
