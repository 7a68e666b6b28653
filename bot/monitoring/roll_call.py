"""Senders answer a roll call in the database: who answers no more, and took no leave, has stopped.

    answer ──> look ──> gather ──> be the one who tells ──> strike off ──> tell

Who is missed stays on the roll until editors are told: of many who stop, and of one that stops again and
again, they hear once in `AGAIN` and how many, whichever process speaks, and nobody is forgotten between.
They hear nothing of a sender that was frozen and goes on: there is nothing to be done about it any more.
Nor of the one on SQLite that was killed and is back: who sends there now has its place, and asks nothing
of anybody; while it is away, whoever runs beside it says so, and the standstill of those who wait is told.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from bot import owner as owners
from handlers.editors.alarms import Alarm
from storage import leases
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from storage.database import Database

SENDER: Final = "sender "
"""What the names of leases begin with by which senders answer; the owner's name follows."""
TOLD: Final = "stopped senders told"
"""The lease of whoever told last: while it lasts nobody tells again."""
ANSWERS_FOR: Final = timedelta(seconds=30)
"""As long as a reader's lease: by then others have those whom a sender held that is no more."""
BEFORE: Final = 1.0
"""Seconds before the first answer: who can't begin, since its port is taken, say, was never at work."""
ROUND: Final = 4.0
"""Seconds between two answers; six may fail."""
GATHERED_FOR: Final = 5.0
"""Seconds, more than a round: a machine that goes down takes all its senders along."""
AGAIN: Final = timedelta(minutes=10)
GOODBYE: Final = 2.0
"""Seconds that a farewell may take."""


class RollCall:
    """One process at the roll call, as a sender or only to hear who is missing."""

    def __init__(
        self,
        db: Database,
        owner: str,
        clock: Callable[[], datetime],
        tell: Callable[[Alarm], None],
        *,
        sends: bool,
    ) -> None:
        """`owner` is this process's name; `clock` gives aware UTC."""
        self._db, self._clock, self._tell, self._sends = db, clock, tell, sends
        self._name, self._host = SENDER + owner, owners.host()
        self._heard_at = self._judges_from = monotonic()
        self.at_work = 0

    async def run(self) -> None:
        """Answer and look until cancelled."""
        await asyncio.sleep(BEFORE)
        while True:
            with suppress(Unavailable):  # who has something to save or to send says so
                await self.round()
            await asyncio.sleep(ROUND)

    async def round(self) -> None:
        """Answer, and tell of those who are missing."""
        if self._sends:
            await self._answer()
        missing = await self._missing()
        if self._may_judge() and missing:
            await asyncio.sleep(GATHERED_FOR)
            await self._tell_of(await self._missing())

    async def leave(self) -> None:
        """Answer no more, and be missed by nobody."""
        with suppress(Unavailable, TimeoutError):
            async with asyncio.timeout(GOODBYE):
                await leases.remove(self._db, [self._name])

    async def _answer(self) -> None:
        now, name = self._clock(), self._name
        await leases.acquire(self._db, name, name, now=now, ttl=ANSWERS_FOR)
        if self._db.is_sqlite:  # nobody else sends: we have the lock
            others = {*await leases.called(self._db, SENDER, now)} - {name}
            if others:
                await leases.remove(self._db, others)

    async def _missing(self) -> Sequence[str]:
        """Not ourselves, even where we were frozen meanwhile."""
        called = await leases.called(self._db, SENDER, self._clock())
        late = [name for name, over in called.items() if over or self._is_dead(name)]
        self.at_work = len(called) - len(late)
        return [name for name in late if name != self._name]

    def _may_judge(self) -> bool:
        """Not after a time in which the database did not hear us: nor may it have heard the others."""
        before, self._heard_at = self._heard_at, monotonic()
        if self._heard_at - before > ANSWERS_FOR.total_seconds() / 2:
            self._judges_from = self._heard_at + ANSWERS_FOR.total_seconds()
        return self._heard_at >= self._judges_from

    async def _tell_of(self, missing: Sequence[str]) -> None:
        """Unless somebody has told of others not long ago."""
        # A name of its own for each attempt: it is no process's, and not even ours can have it again.
        attempt, now = secrets.token_hex(8), self._clock()
        if missing and await leases.acquire(self._db, TOLD, attempt, now=now, ttl=AGAIN):
            stopped = await leases.remove(self._db, missing)
            if stopped:
                self._tell(alarm_of([name.removeprefix(SENDER) for name in stopped]))

    def _is_dead(self, name: str) -> bool:
        """Whether that is seen from here; one that is frozen lives, and is late."""
        owner = name.removeprefix(SENDER)
        return self._host is not None and owner.startswith(f"{self._host}/") and owners.is_dead(owner)


def alarm_of(stopped: Sequence[str]) -> Alarm:
    """What editors are told of senders that have stopped: of one, where to look for it; of more, how many."""
    if len(stopped) == 1:
        host, process = owners.spoken(stopped[0])
        return Alarm("sender_stopped", host, detail=f"PID {process}" if process else "", number=1)
    hosts = sorted({owners.spoken(one)[0] for one in stopped})
    return Alarm("senders_stopped", ", ".join(hosts), number=len(stopped))
