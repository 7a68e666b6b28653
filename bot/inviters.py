"""Whoever brought the bot into a group hears, in private, that its topic takes no news any more."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Final

from delivery.answers import shut
from handlers import topics
from storage import inviters, readers
from storage.errors import Unavailable

if TYPE_CHECKING:
    from delivery.answers import Shut
    from handlers.newsroom import Replies
    from storage.database import Database

log = logging.getLogger(__name__)

AGAIN: Final = 1.0
"""Seconds until the database is asked again that could not be."""


class Inviters:
    """Tells one after the other, each once for a pause, in their own language."""

    def __init__(self, db: Database, sender: Replies) -> None:
        """`sender` speaks to people in private."""
        self._db = db
        self._sender = sender
        self._waiting: deque[tuple[int, Shut]] = deque()
        self._telling: asyncio.Task[None] | None = None

    def tell_silenced(self, reader_id: int, reason: str) -> None:
        """Tell of that reader's topic soon, if Telegram's `reason` is about it; never waits, never fails."""
        how = shut(reason)
        if how is None:
            return
        self._waiting.append((reader_id, how))
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self._waiting:
            reader_id, how = self._waiting.popleft()
            try:
                await self._write(reader_id, how)
            except Unavailable:
                self._waiting.append((reader_id, how))
                await asyncio.sleep(AGAIN)
            except Exception:  # one who can't be told must not keep the others from it
                log.exception("inviter not told", extra={"reader": reader_id})

    async def _write(self, reader_id: int, how: Shut) -> None:
        found = await inviters.of(self._db, reader_id)
        if found is None:
            return
        reader, person = found
        known = await readers.reader(self._db, person)
        message = topics.shut(reader, how, known.language if known else "bn")
        if not await self._sender.reply(person, 0, message):
            # Mostly 403: they have never talked to the bot, or have blocked it.
            log.info("inviter not told", extra={"reader": reader_id})
