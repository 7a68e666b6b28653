"""Whether Telegram can be reached: asked now and then, for a process that nobody speaks to is silent too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

PAUSE: Final = 30.0
"""Seconds between two questions."""


class Reach:
    """When Telegram last answered this process."""

    def __init__(self, answers: Callable[[], Awaitable[bool]], clock: Callable[[], datetime]) -> None:
        """`answers` asks Telegram; `clock` gives aware UTC."""
        self._answers = answers
        self._clock = clock
        self.last: datetime | None = None

    async def run(self) -> None:
        """Ask until cancelled."""
        while True:
            await self.ask()
            await asyncio.sleep(PAUSE)

    async def ask(self) -> None:
        """Ask once."""
        if await self._answers():
            self.last = self._clock()
