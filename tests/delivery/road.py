"""A sender reduced to its pace, and how closely it sent."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from delivery.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def clock() -> float:
    return asyncio.get_running_loop().time()


class Road:
    """Sends by a pace, and writes down when to whom."""

    def __init__(self, rate: float, **more: Any) -> None:
        self.pace = Pace(rate, clock, **more)
        self.start = clock()
        self.times: list[float] = []
        self.by_chat: dict[int, list[float]] = defaultdict(list)
        self.order: list[int] = []

    async def send(self, chat: int, *, reply: bool = False) -> bool:
        """One message; as a sender does, a broadcast that is sent away is tried again when it may be."""
        while not await self.pace.turn(chat, reply=reply):
            await asyncio.sleep(self.pace.wait_for(chat))
        self._write_down(chat)
        return True

    async def edit(self, chat: int) -> None:
        """Something for a person that is no message."""
        await self.pace.room(chat)
        self._write_down(chat)

    async def all(self, chats: Iterable[int], *, hands: int = 16, reply: bool = False) -> None:
        """Send to all these chats, so many at once."""
        waiting = iter(chats)

        async def hand() -> None:
            for chat in waiting:
                await self.send(chat, reply=reply)

        await asyncio.gather(*(hand() for _ in range(hands)))

    def _write_down(self, chat: int) -> None:
        self.times.append(clock() - self.start)
        self.by_chat[chat].append(clock() - self.start)
        self.order.append(chat)


def closest(times: Sequence[float]) -> float:
    return min(later - earlier for earlier, later in pairwise(times))
