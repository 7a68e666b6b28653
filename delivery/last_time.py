"""What leaves for the last time is written down first: one transaction for all that leaves within 20 ms.

It costs those messages a write and a moment; the others do not come here.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from storage import due
from storage.errors import Unavailable

if TYPE_CHECKING:
    from delivery.audience import Show
    from storage.database import Database
    from storage.due import Beginning, Claimed

log = logging.getLogger(__name__)

GATHERED_FOR: Final = 0.02
"""Seconds that a message waits for others."""


class LastTimes:
    """Messages of one sender that are about to leave for the last time."""

    def __init__(self, db: Database, owner: str) -> None:
        """`owner` holds the leases of their readers."""
        self._db = db
        self._owner = owner
        self._gathered: list[Beginning] = []
        self._writing: asyncio.Task[set[int]] | None = None

    async def begin(self, claimed: Claimed, show: Show) -> bool:
        """Whether it may leave; not where the reader is in other hands by now, or nothing can be written."""
        last = max(show.posts[-1].id, show.tried)
        self._gathered.append(due.Beginning(claimed.reader.id, last, claimed.epoch))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        # Of all who wait for it: one that is cancelled must not keep the others from it.
        return claimed.reader.id not in await asyncio.shield(self._writing)

    async def _write(self) -> set[int]:
        """The readers to whom nothing may leave."""
        await asyncio.sleep(GATHERED_FOR)
        begun, self._gathered, self._writing = self._gathered, [], None
        try:
            return await due.begin(self._db, self._owner, begun)
        except Unavailable as error:
            log.warning("beginnings can't be saved", extra={"reason": str(error)})
            return {one.reader_id for one in begun}
