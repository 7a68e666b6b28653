"""What is to be saved of readers who were served, written together every 20 ms.

It keeps what can't be saved until the database is back; meanwhile `stuck` tells the sender to stop, as it
does where saving takes long: what was sent and is not saved yet comes again after a kill.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from storage import due
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from storage.database import Database
    from storage.due import Settlement

log = logging.getLogger(__name__)

FLUSH: Final = 0.02
"""Seconds between a message and its receipt: what a hard kill can repeat."""
AGAIN: Final = 0.5
"""Seconds between two tries to save."""
LATE: Final = 0.8
"""Seconds that something may wait to be saved: with what is in flight then, it is never over one."""

Silenced = Callable[[int, str], None]
"""Told once of each reader, by id, in whose chat nothing can be written, and why, in Telegram's words."""


def nobody_minds(_reader_id: int, _reason: str) -> None:
    """Nobody wants to know."""


def _nobody_waits() -> None:
    """Nobody was told to stop."""


class Outbox:
    """Settlements on their way to the database."""

    def __init__(
        self,
        db: Database,
        owner: str,
        clock: Callable[[], datetime],
        silenced: Silenced = nobody_minds,
        freed: Callable[[], None] = _nobody_waits,
    ) -> None:
        """`owner` holds the leases that are settled; `silenced` hears of pauses once they are saved.

        `freed` is called when it is `stuck` no longer.
        """
        self._db = db
        self._owner = owner
        self._clock = clock
        self._silenced, self._freed = silenced, freed
        self._waiting: list[Settlement] = []
        self._filled = asyncio.Event()
        self._saved = asyncio.Event()
        self._saved.set()
        self._fails = False
        self._oldest = float("inf")

    @property
    def stuck(self) -> bool:
        """Whether what there is can't be saved, or not in time."""
        return self._fails or monotonic() - self._oldest > LATE

    def put(self, settlement: Settlement) -> None:
        """Save this soon."""
        self._waiting.append(settlement)
        self._oldest = min(self._oldest, monotonic())
        self._saved.clear()
        self._filled.set()

    async def empty(self) -> None:
        """Return when everything put so far is saved."""
        await self._saved.wait()

    async def run(self) -> None:
        """Save until cancelled; a save that has begun is finished first."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            await _finished(self._save())
            await asyncio.sleep(AGAIN if self._fails else FLUSH)

    async def _save(self) -> None:
        batch, self._waiting = self._waiting, []
        began = monotonic()
        try:
            lost = await due.settle(self._db, self._owner, batch, now=self._clock())
        except Unavailable as error:
            self._keep(batch, error)
            return
        was_stuck, self._fails = self.stuck, False
        self._oldest = began if self._waiting else float("inf")
        if was_stuck:
            self._freed()
        if lost:
            log.warning("leases lost", extra={"readers": len(lost)})
        for one in batch:
            if one.state == "paused" and one.reader_id not in lost:
                self._silenced(one.reader_id, one.reason)
        if not self._waiting:
            self._saved.set()

    def _keep(self, batch: list[Settlement], error: Unavailable) -> None:
        if not self._fails:
            log.error("receipts can't be saved", extra={"reason": str(error)})
        self._fails = True
        self._waiting[:0] = batch
        self._filled.set()


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` to its end, even where whoever waits for it is cancelled meanwhile."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
