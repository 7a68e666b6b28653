"""Who of one process writes next, where only one can: SQLite's own waiting is a lottery of sleeps."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """One at a time: whoever writes for a person before those who write for many, and each kind in order."""

    def __init__(self) -> None:
        """Nobody has the turn yet."""
        self._taken = False
        self._for_one: deque[asyncio.Future[None]] = deque()
        self._for_many: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, for_many: bool) -> AsyncIterator[None]:
        """The turn, as long as the context lasts."""
        if self._taken:
            await self._wait(self._for_many if for_many else self._for_one)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        told = asyncio.get_running_loop().create_future()
        queue.append(told)
        try:
            await told
        except asyncio.CancelledError:
            if told.done() and not told.cancelled():  # it was ours already
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """To whoever is next; it stays taken until then. Whoever waits no more is passed over."""
        for queue in (self._for_one, self._for_many):
            while queue:
                told = queue.popleft()
                if not told.done():
                    told.set_result(None)
                    return
        self._taken = False
