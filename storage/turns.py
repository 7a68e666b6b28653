"""Who of one process writes next, where only one can: SQLite's own waiting is a lottery of sleeps."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Somebody who waits for their turn, since when."""

    told: asyncio.Future[None]
    since: float


LONG: Final = 0.25
"""Seconds after which who writes for many waits no longer for those who write for a person."""


class Turns:
    """One at a time: whoever writes for a person before those who write for many, and each kind in order."""

    def __init__(self) -> None:
        """Nobody has the turn yet."""
        self._taken = False
        self._for_one: deque[_Waiting] = deque()
        self._for_many: deque[_Waiting] = deque()

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

    async def _wait(self, queue: deque[_Waiting]) -> None:
        told = asyncio.get_running_loop().create_future()
        queue.append(_Waiting(told, monotonic()))
        try:
            await told
        except asyncio.CancelledError:
            if told.done() and not told.cancelled():  # it was ours already
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """To whoever is next; it stays taken until then. Whoever waits no more is passed over."""
        for queue in self._queues():
            while queue:
                told = queue.popleft().told
                if not told.done():
                    told.set_result(None)
                    return
        self._taken = False

    def _queues(self) -> Sequence[deque[_Waiting]]:
        """Whose turn is next: a person's, unless another has waited long."""
        if self._for_many and monotonic() - self._for_many[0].since > LONG:
            return self._for_many, self._for_one
        return self._for_one, self._for_many
