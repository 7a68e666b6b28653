"""Tasks that keep something in sight while it changes, one for each thing watched."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine, Hashable


class Watches:
    """The live views of this process. What they show is in the database: losing one loses nothing."""

    def __init__(self) -> None:
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def start(self, watched: Hashable, watch: Coroutine[None, None, None]) -> None:
        """Run `watch` unless `watched` is in sight already."""
        running = self._tasks.get(watched)
        if running is not None and not running.done():
            watch.close()
            return
        self._tasks = {key: task for key, task in self._tasks.items() if not task.done()}
        self._tasks[watched] = asyncio.create_task(watch, name=f"watch {watched}")

    async def close(self) -> None:
        """Stop watching."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
