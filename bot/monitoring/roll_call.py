"""Senders answer a roll call in the database: who answers no more, and took no leave, has stopped.

    answer ──> look ──> gather ──> be the one who strikes off ──> tell

Who is missed stays on the roll until editors are told: of many who stop, and of one that stops again and
again, they hear once in `AGAIN` and how many, whichever process speaks, and nobody is forgotten between.
They hear nothing of a sender that was frozen and goes on: there is nothing to be done about it any more.
Nor of the one on SQLite that was killed and is back: who sends there now has its place, and asks nothing
of anybody; while it is away, whoever runs beside it says so, and the standstill of those who wait is told.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from math import nan
from typing import TYPE_CHECKING, Final

from bot import owner as owners
from bot.in_touch import InTouch, farewell
from handlers.editors.alarms import Alarm
from storage import leases
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
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
"""Seconds between two answers, six may fail; and the most that one may take, or what is asked between."""
SELDOM: Final = 10.0
"""Seconds between two answers on SQLite, where each is a write to the disk, and nobody else sends."""
SILENT: Final = 15.0
"""Seconds without the database after which nothing is known of others: nor may it have heard them."""
GATHERED_FOR: Final = 5.0
"""Seconds, more than a round: a machine that goes down takes all its senders along."""
AGAIN: Final = timedelta(minutes=10)


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
        self._alone = sends and db.is_sqlite  # nobody else sends: we have the lock
        self._touch = InTouch()
        self._at_work = 0

    @property
    def at_work(self) -> float:
        """How many senders are; not a number while the database does not say."""
        return nan if self._touch.is_silent(SILENT) else self._at_work

    async def run(self) -> None:
        """Answer and look until cancelled."""
        await asyncio.sleep(BEFORE)
        while True:
            with suppress(Unavailable, TimeoutError):  # who has something to save or to send says so
                await self.round()
            await asyncio.sleep(SELDOM if self._alone else ROUND)

    async def round(self) -> None:
        """Answer, and tell of those who are missing; TimeoutError where the database takes too long."""
        async with asyncio.timeout(ROUND):
            if self._sends:
                await self._answer()
            if not await self._missing() or await leases.holder(self._db, TOLD, self._clock()):
                return
        await asyncio.sleep(GATHERED_FOR)
        async with asyncio.timeout(ROUND):
            await self._tell_of(await self._missing())

    async def leave(self) -> None:
        """Answer no more, and be missed by nobody."""
        await farewell(leases.remove(self._db, [self._name]))

    async def _answer(self) -> None:
        await leases.acquire(self._db, self._name, self._name, now=self._clock(), ttl=ANSWERS_FOR)

    async def _missing(self) -> Mapping[str, bool]:
        """Who is, and whether it is surely dead; not ourselves, even where we were frozen meanwhile."""
        called = await self._called()
        may_judge = self._touch.knows(SILENT, ANSWERS_FOR)
        self._touch.heard()
        late = {name: dead for name, over in called.items() if (dead := self._is_dead(name)) or over}
        self._at_work = len(called) - len(late)
        return {name: dead for name, dead in late.items() if name != self._name and (dead or may_judge)}

    async def _called(self) -> Mapping[str, bool]:
        """Who is on the roll, and of each whether it is late; without those whose place we have."""
        called = await leases.called(self._db, SENDER, self._clock())
        others = called.keys() - {self._name} if self._alone else set()
        if others:
            await leases.remove(self._db, others)
        return {name: late for name, late in called.items() if name not in others}

    async def _tell_of(self, missing: Mapping[str, bool]) -> None:
        """Unless they have answered by now, or somebody has told of others not long ago."""
        if missing:
            stopped = await leases.strike_off(self._db, missing, TOLD, now=self._clock(), ttl=AGAIN)
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
