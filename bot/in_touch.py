"""Whether a process can know which of the others live, or has been cut off itself, or asleep.

What others say they say in the database. Whoever was long without it can't tell their silence from its own:
it waits for the time of a lease, in which those who live say so.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import timedelta

GOODBYE: Final = 2.0
"""Seconds that a farewell may take."""


def boot_time() -> float:
    """Seconds since the boot, by a clock that nobody sets and that goes on while the machine sleeps.

    Leases run out meanwhile, and Python's own clock stands. Where there is no such clock: those awake.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class InTouch:
    """One process's touch with the database."""

    def __init__(self) -> None:
        """None so far."""
        self._asks_at = self._heard_at = self._knows_from = float("-inf")

    def knows(self, silence: float, lease: timedelta) -> bool:
        """Before a question to the database: whether what it says of others is to be believed.

        Not after `silence` seconds without an answer, nor for the time of a `lease` from then on.
        """
        self._asks_at = boot_time()
        if self._asks_at - self._heard_at > silence:
            self._knows_from = self._asks_at + lease.total_seconds()
        return self._asks_at >= self._knows_from

    def heard(self) -> None:
        """That question has been answered."""
        self._heard_at = self._asks_at

    def is_silent(self, silence: float) -> bool:
        """Whether no question has been answered for so many seconds."""
        return boot_time() - self._heard_at > silence


async def farewell(saying: Coroutine[Any, Any, None]) -> None:
    """Say something to the others before the end, if the database takes it soon."""
    with suppress(Unavailable, TimeoutError):
        async with asyncio.timeout(GOODBYE):
            await saying
