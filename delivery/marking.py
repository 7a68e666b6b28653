"""Marks the readers of each new post as due, slice by slice, beginning where a stopped process left off."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from delivery.nap import nap
from storage import posts
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database

log = logging.getLogger(__name__)

TICK: Final = 1.0
"""Seconds between two looks for unmarked posts when nothing wakes the loop."""
FIRST: Final = 2_500
"""Readers of a post's first slice: some are soon being served."""
MOST: Final = 10_000
AIM: Final = {True: 0.02, False: 0.08}
"""Seconds for a slice: on SQLite (true) all who write wait for it, else those who settle its readers."""


def fitting(size: int, took: float, aim: float) -> int:
    """How many readers fit into `aim` seconds, after `size` of them `took` so long: at most twice as many."""
    return min(MOST, max(FIRST, round(size * min(2.0, aim / took))))


class Marking:
    """Turns published posts into due readers."""

    def __init__(self, db: Database, clock: Callable[[], datetime], marked: Callable[[], None]) -> None:
        """`marked` is called after every slice: its readers can be served while the rest is marked."""
        self._db = db
        self._clock = clock
        self._marked = marked
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A post was published: look now instead of at the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Mark until cancelled."""
        while True:
            try:
                await self.catch_up()
            except Unavailable as error:
                log.warning("readers can't be marked", extra={"reason": str(error)})
            await nap(self._wake, TICK)

    async def catch_up(self) -> None:
        """Mark everything there is to mark now."""
        size, aim = FIRST, AIM[self._db.is_sqlite]
        while took := await posts.mark_slice(self._db, self._clock(), size):
            size = fitting(size, took, aim)
            self._marked()
        self._marked()
