"""What all senders know of the limits together, and what outlives a restart, as the database has it.

A message to a group is counted before it leaves, together with those to other groups that wait meanwhile: a
group is in several hands at once where each of its topics is a reader. A post to a person is not: only one
sender has them in hand, and the next one learns of the last message with the claim. Who answers them is
nobody's sender: of an answer every sender is told, and whoever has that person in hand lets go of them,
unless something is on its way to them already.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from delivery.chats import PER_GROUP, group_free_at
from storage import groups, limits, slots
from storage.errors import Unavailable
from storage.slots import Told

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database
    from storage.slots import Reserved

log = logging.getLogger(__name__)

EVERYBODY: Final = limits.ALL
"""The chat that stands for all of them."""
AGAIN: Final = 2.0
"""Seconds after which a broadcast to a group is tried again that could not be counted."""


class Ledger:
    """The database's knowledge of the limits. `clock` gives aware UTC."""

    def __init__(self, db: Database, clock: Callable[[], datetime], owner: str = "") -> None:
        """Nothing is asked yet. `owner` holds the leases of this process."""
        self._db = db
        self._clock = clock
        self._owner = owner
        self._asked: dict[int, asyncio.Future[float]] = {}
        self._counting: asyncio.Task[None] | None = None

    async def reserve(self, seconds: float, ahead: float) -> Reserved:
        """Time of the overall rate, so long, `ahead` from now at the earliest; raises Unavailable."""
        return await slots.reserve(self._db, seconds, ahead)

    async def count(self, chat_id: int, *, reply: bool) -> Told:
        """A message to a group, or a reply, is about to leave: counted or told; or how long the chat is busy.

        Where nobody can count, people are answered all the same.
        """
        try:
            return await (self._in_turn(chat_id) if chat_id < 0 else self._answer(chat_id))
        except Unavailable:
            return Told(0.0 if reply else AGAIN)

    async def _answer(self, chat_id: int) -> Told:
        """On SQLite nobody else sends."""
        return Told() if self._db.is_sqlite else await slots.answer(self._db, chat_id, self._owner)

    async def _in_turn(self, chat_id: int) -> Told:
        """Counted with the others who ask meanwhile."""
        asked: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._asked[chat_id] = asked
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count())
        return Told(await asked)

    async def hold(self, chat_id: int, seconds: float) -> None:
        """Nothing is sent to a chat, or to `EVERYBODY`, for so long; others learn it if it can be written."""
        try:
            await limits.hold(self._db, chat_id, seconds, self._clock())
        except Unavailable as error:
            known = {"chat": chat_id, "reason": str(error), "then": "only this process waits"}
            log.warning("wait can't be shared", extra=known)

    async def _count(self) -> None:
        """One transaction after the other, while somebody asks."""
        while self._asked:
            asked, self._asked = self._asked, {}
            try:
                waits = await groups.count(self._db, asked, group_free_at, PER_GROUP, self._clock())
            except Exception as error:  # noqa: BLE001  (it is whoever asked that has to know)
                for future in filter(_waits, asked.values()):
                    future.set_exception(error)
            else:
                for chat_id, future in asked.items():
                    if _waits(future):
                        future.set_result(waits[chat_id])


def _waits(future: asyncio.Future[float]) -> bool:
    """Whoever was cancelled wants no answer."""
    return not future.done()
