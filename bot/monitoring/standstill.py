"""Tells the editors when nothing is sent though readers are due, once each time, and when it moves again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.monitoring.readiness import Movement
from handlers.editors.alarms import Alarm
from storage import figures
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from storage.database import Database

LOOK: Final = 30.0
"""Seconds between two looks, and before the first: who has just started has not sent anything yet."""


class Standstill:
    """Looks whether what is due is sent, by whichever process."""

    def __init__(self, db: Database, clock: Callable[[], datetime], tell: Callable[[Alarm], None]) -> None:
        """`clock` gives aware UTC."""
        self._db = db
        self._clock = clock
        self._tell = tell
        self._movement = Movement(db)
        self._since: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled; what was told is known as long as the process lives."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Tell what is new; nothing while the database can't be asked."""
        now = self._clock()
        try:
            since = await self._movement.standing_since(await figures.due_since(self._db, now), now)
        except Unavailable:
            return
        if since is not None and self._since is None:
            self._tell(Alarm("standing", "", silence=now - since))
            self._since = since
        elif since is None and self._since is not None:
            self._tell(Alarm("moving", "", silence=now - self._since))
            self._since = None
