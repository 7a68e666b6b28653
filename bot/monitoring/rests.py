"""Since when the sender of a process rests: from the first of its rests on, until it gets on for good."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

LOOK: Final = 1.0
"""Seconds between two looks: a rest takes at least two."""
WELL_AGAIN: Final = timedelta(seconds=30)
"""Without a rest for so long, all is well again, though nothing was sent.

Whom a message could not be sent is tried again after five seconds, and an answer may take fifteen.
"""


class Rests:
    """What is seen of a sender: whether it is `well`, and how many messages it has `sent` by now."""

    def __init__(
        self, well: Callable[[], bool], sent: Callable[[], int], clock: Callable[[], datetime]
    ) -> None:
        """`clock` gives aware UTC."""
        self._well, self._sent, self._clock = well, sent, clock
        self._known = sent()
        self._seen = clock()
        self.since: datetime | None = None

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK)

    def look(self) -> None:
        """It rests since it was first not well, as long as nothing is sent and it is not well for long."""
        now, sent = self._clock(), self._sent()
        if sent != self._known or now - self._seen > WELL_AGAIN:
            self.since, self._known = None, sent
        if not self._well():
            self._seen = now
            self.since = self.since or now
