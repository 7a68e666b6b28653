"""Marks the readers of each new post as due, slice by slice, beginning where a stopped process left off.

Never far ahead of the senders: of a million readers most wait for hours, so nobody need wait for a million
marks; and of a post that is stopped or overtaken meanwhile, few were made in vain.
"""

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

TICK: Final = 0.5
"""Seconds between two looks when nothing wakes the loop."""
AHEAD: Final = 5_000
"""Readers who may wait to be claimed before more are marked: ten times what is sent in a tick at 1,000/s."""


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
        """Mark what there is to mark now."""
        while await posts.mark_slice(self._db, self._clock(), ahead=AHEAD):
            self._marked()
