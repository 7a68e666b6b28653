"""One process polls and keeps the timetable: the one that holds the leader lease. The others stand by."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from storage import leases
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from storage.database import Database

log = logging.getLogger(__name__)

TTL: Final = timedelta(seconds=15)
RENEW: Final = 4.0
"""Seconds between renewals: three may fail before the lease passes on."""
LOOK: Final = 1.0
"""Seconds between two looks of who stands by: the lease of a dead process may have been freed."""
GOODBYE: Final = 3.0
"""Seconds that giving the lease up may take: it expires by itself where the database is away."""


class Leader:
    """Runs `lead` while this process holds the lease `name`, and cancels it when the lease is lost."""

    def __init__(
        self,
        db: Database,
        name: str,
        owner: str,
        clock: Callable[[], datetime],
        lead: Callable[[], Awaitable[None]],
    ) -> None:
        """`clock` gives aware UTC; `lead` works until it is cancelled."""
        self._db = db
        self._name = name
        self._owner = owner
        self._clock = clock
        self._lead = lead
        self._leading: asyncio.Future[None] | None = None
        self._held_until = float("-inf")

    @property
    def leading(self) -> bool:
        """Whether this process holds the lease."""
        return self._leading is not None

    async def run(self) -> None:
        """Take the lease whenever it is free, until cancelled; an error of `lead` ends it."""
        try:
            while True:
                await self._renew()
                await self._wait()
        finally:
            await self._step_down()
            await self._give_up()

    async def _renew(self) -> None:
        """Take or renew the lease; however late the answer comes, nobody leads for longer than it lasts."""
        # Taken before the lease begins, and no clock that somebody sets: who was frozen knows it on waking.
        asked = monotonic()
        asking = asyncio.create_task(
            leases.acquire(self._db, self._name, self._owner, now=self._clock(), ttl=TTL)
        )
        try:
            await asyncio.wait({asking}, timeout=self._left())
            if not self._left():
                await self._step_down()
            epoch = await asking
        except Unavailable as error:
            log.warning("leader lease can't be renewed", extra={"reason": str(error)})
            return
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        if epoch is None:
            await self._step_down()
        else:
            self._held_until = asked + TTL.total_seconds()
            if self._left():  # else the answer came too late to say anything, and is asked for anew
                self._step_up(epoch)

    async def _wait(self) -> None:
        """Until it is time to ask again, or until `lead` is at its end."""
        if self._leading is None:
            await asyncio.sleep(LOOK)
            return
        await asyncio.wait({self._leading}, timeout=min(RENEW, self._left()))
        if self._leading.done():
            await self._ended()

    async def _ended(self) -> None:
        """What can't be done while the database is away begins anew; any other error is the end."""
        assert self._leading is not None  # noqa: S101  (for the type: the caller has checked)
        leading, self._leading = self._leading, None
        try:
            leading.result()
        except Unavailable as error:
            log.warning("leading interrupted", extra={"lease": self._name, "reason": str(error)})
            await asyncio.sleep(LOOK)

    def _left(self) -> float:
        """Seconds that our lease surely lasts."""
        return max(0.0, self._held_until - monotonic())

    def _step_up(self, epoch: int) -> None:
        if self._leading is None:
            log.info("leading", extra={"lease": self._name, "epoch": epoch})
            self._leading = asyncio.ensure_future(self._lead())

    async def _step_down(self) -> None:
        if self._leading is None:
            return
        leading, self._leading = self._leading, None
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        log.info("no longer leading", extra={"lease": self._name})

    async def _give_up(self) -> None:
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await leases.give_up(self._db, self._name, self._owner)
