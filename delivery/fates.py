"""What became of copies that were to be changed, written down together every 20 ms.

Nothing is forgotten while the database is away: whoever has something to write waits, and changes no more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from storage import copies
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.copies import Fate, Outcome
    from storage.database import Database

log = logging.getLogger(__name__)

GATHERED_FOR: Final = 0.02
"""Seconds that a fate waits for others: so little is in doubt after a hard kill."""
AGAIN: Final = 0.5
"""Seconds between two tries to write what could not be written."""

Counts = Callable[[Mapping["Outcome", int]], None]
"""Is told of copies that are done, how many by what became of them."""


def nobody_counts(_counted: Mapping[Outcome, int]) -> None:
    """Nobody wants to know."""


class Fates:
    """Fates on their way to the database."""

    def __init__(self, db: Database, counts: Counts = nobody_counts) -> None:
        """`counts` hears of them once they are written."""
        self._db = db
        self._counts = counts
        self._waiting: list[tuple[Sequence[Fate], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def save(self, fates: Sequence[Fate]) -> None:
        """Return when they are written down, however long that takes."""
        saved: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((fates, saved))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await saved

    async def end(self) -> None:
        """Write no more, whoever waits for it."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        self._waiting = []

    async def _write(self) -> None:
        """One transaction after the other, while there is something to write."""
        while self._waiting:
            await asyncio.sleep(GATHERED_FOR)
            batch, self._waiting = self._waiting, []
            try:
                self._counts(await self._settled([fate for fates, _ in batch for fate in fates]))
            except Exception as error:  # noqa: BLE001  (it is whoever waits that has to know)
                for saved in (saved for _, saved in batch if not saved.done()):
                    saved.set_exception(error)
            for saved in (saved for _, saved in batch if not saved.done()):
                saved.set_result(None)

    async def _settled(self, fates: Sequence[Fate]) -> Mapping[Outcome, int]:
        while True:
            try:
                return await copies.settle(self._db, fates)
            except Unavailable as error:
                log.warning("corrections can't be saved", extra={"reason": str(error)})
                await asyncio.sleep(AGAIN)
