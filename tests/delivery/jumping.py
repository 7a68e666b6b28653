"""An event loop whose time jumps: an hour of waiting takes no time, and every timer is exact."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class JumpingLoop(asyncio.SelectorEventLoop):
    """Where nothing is ready, it is at once the time of the next timer. For code without network."""

    def __init__(self) -> None:
        super().__init__()
        self._moment = 1000.0

    def time(self) -> float:
        """Seconds, as `loop.time()`; the only clock of what runs here."""
        return self._moment

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:
            self._moment = max(self._moment, self._scheduled[0]._when)
        super()._run_once()


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, on a loop of its own; nothing may be left running."""
    loop = JumpingLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.run_until_complete(_end(asyncio.all_tasks(loop)))
        loop.close()


async def _end(tasks: set[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
