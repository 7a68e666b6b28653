"""Is this process ready? Asked of the database within a time limit: no answer is an answer too."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from storage import due, leases, sources
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from storage.database import Database

PATIENCE: Final = 2.0
"""Seconds that the database has to answer."""
LATE: Final = timedelta(minutes=2)
"""Readers due for longer while nobody claims any, and longer without a leader, mean that nothing moves."""
OVERDUE: Final = timedelta(minutes=15)
"""A site that wants to be read slowly takes minutes; a source due for longer is polled by nobody."""
SILENT: Final = f"The database takes no write within {PATIENCE:g} s: it is locked, gone or overloaded"

State = dict[str, bool | str]
"""As `bot.web` says it: parts that work or don't, and remarks."""


class Readiness:
    """What `/readyz` says of a process."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        *,
        timetable: str | None = None,
        well: Callable[[], bool] | None = None,
    ) -> None:
        """`timetable` names the lease of the timetable this process may keep; `well` tells of its sender."""
        self._db = db
        self._clock = clock
        self._timetable = timetable
        self._well = well
        self._since = clock()
        self._asking: asyncio.Task[State] | None = None

    async def __call__(self) -> Mapping[str, bool | str]:
        """The parts and their state, within `PATIENCE`.

        A question that the database has not answered yet is waited for by whoever asks next: given up, it
        would hold its connection all the same.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        asking = self._asking
        await asyncio.wait({asking}, timeout=PATIENCE)
        return asking.result() if asking.done() else {"database": False, "reason": SILENT}

    async def close(self) -> None:
        """Ask no longer."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> State:
        try:
            await self._db.prove()
            state: State = {"database": True}
            if self._timetable:
                state |= await self._poller(self._timetable, self._clock())
            if self._well:
                state |= await self._sender(self._clock(), well=self._well())
        except Unavailable as error:
            return {"database": False, "reason": str(error)}
        return state

    async def _poller(self, timetable: str, now: datetime) -> State:
        """Does somebody keep the timetable, and are the sources polled?"""
        if now - self._since < LATE:
            return {"poller": True}
        if await leases.holder(self._db, timetable, now) is None:
            return {"poller": False, "reason": "no process keeps the timetable"}
        due_since = await sources.due_since(self._db)
        if due_since is not None and now - max(due_since, self._since) > OVERDUE:
            return {"poller": False, "reason": f"a source is due since {due_since:%F %T} UTC and not polled"}
        return {"poller": True}

    async def _sender(self, now: datetime, *, well: bool) -> State:
        """Can this process send, and is what is due being sent?"""
        waiting, held, oldest = await due.due_counts(self._db, now)
        state: State = {"sender": well, "due": str(waiting), "held": str(held)}
        if not well:
            return state | {"reason": "the sender rests: Telegram or the database was out of reach"}
        if oldest is not None and now - oldest > LATE and not await due.moving(self._db, now):
            return state | {
                "sender": False,
                "reason": f"readers are due since {oldest:%F %T} UTC and not sent to",
            }
        return state
