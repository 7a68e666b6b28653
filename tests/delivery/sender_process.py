"""A process that marks and sends until SIGTERM: the one that the tests kill.

python sender_process.py DATABASE_URL BASE_URL TOKEN HANDS SLICE SLICES

SLICE is how many readers are marked at once; after SLICES slices (0: never) marking comes to a standstill.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING

import aiohttp

from delivery.catch_up import CatchUp, Crew
from delivery.compose import Composer
from delivery.marking import Marking
from delivery.pace import Pace
from delivery.pictures import Pictures
from delivery.send import Sender
from delivery.telegram import Telegram
from storage import due, posts
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

HOST = "killed"
RATE = 500


def clock() -> datetime:
    return datetime.now(UTC)


def is_dead(owner: str) -> bool:
    return owner.split("/")[1] != str(os.getpid())


async def no_picture(_: str) -> None:
    return None


def stopped(*_: object) -> None:
    """No post is stopped here."""


def marks(size: int, most: int) -> Callable[..., Awaitable[bool]]:
    """`mark_slice` for this process."""
    whole, done = posts.mark_slice, count(1)

    async def mark_slice(db: Database, now: datetime, *, ahead: int) -> bool:
        if next(done) > most > 0:
            await asyncio.Event().wait()
        return await whole(db, now, size, ahead=ahead)

    return mark_slice


async def main(url: str, base_url: str, token: str, *numbers: str) -> None:
    hands, size, most = map(int, numbers)
    owner = f"{HOST}/{os.getpid()}/{secrets.token_hex(4)}"
    posts.mark_slice = marks(size, most)
    db = Database(url)
    await due.release_dead(db, HOST, is_dead, clock())
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        sender = Sender(
            Telegram(session, base_url, token), Pace(RATE, monotonic), Pictures(db, no_picture, clock)
        )
        catch_up = CatchUp(db, sender, Composer({}), Crew(owner, hands, 2 * hands), clock, stopped=stopped)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, catch_up.drain)
        marking = asyncio.create_task(Marking(db, clock, catch_up.wake).run())
        await catch_up.run()
        marking.cancel()
        await asyncio.gather(marking, return_exceptions=True)
    await db.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
