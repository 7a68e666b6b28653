"""One process polls and keeps the timetable: the one that holds the leader lease. The others stand by."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
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
        self._held_until = clock()

    @property
    def leading(self) -> bool:
        """Whether this process holds the lease."""
        return self._leading is not None

    async def run(self) -> None:
        """Take the lease whenever it is free, until cancelled; an error of `lead` ends it."""
        try:
            while True:
                await self._renew()
                if self._leading is not None and self._leading.done():
                    self._leading.result()
                await asyncio.sleep(RENEW)
        finally:
            await self._step_down()
            await leases.give_up(self._db, self._name, self._owner)

    async def _renew(self) -> None:
        now = self._clock()
        try:
            epoch = await leases.acquire(self._db, self._name, self._owner, now=now, ttl=TTL)
        except Unavailable as error:
            log.warning("leader lease can't be renewed", extra={"reason": str(error)})
            if now >= self._held_until:
                await self._step_down()
            return
        if epoch is None:
            await self._step_down()
            return
        self._held_until = now + TTL
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
