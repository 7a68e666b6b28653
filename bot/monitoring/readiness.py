"""Is this process ready? Asked of the database within a time limit: no answer is an answer too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.monitoring.question import Question
from storage import due, figures, leases, sources
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from storage.database import Database

PATIENCE: Final = 2.0
"""Seconds that the database has to answer."""
LATE: Final = timedelta(minutes=2)
"""Readers due for longer while nobody claims any, or longer without a leader or a word from Telegram, mean
that nothing moves."""
OVERDUE: Final = timedelta(minutes=15)
"""A site that wants to be read slowly takes minutes; a source due for longer is polled by nobody."""
SILENT: Final = f"The database takes no write within {PATIENCE:g} s: it is locked, gone or overloaded"

State = dict[str, bool | int | str]
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
        reached: Callable[[], datetime | None] | None = None,
    ) -> None:
        """`timetable` names the lease of the timetable this process may keep; `well` tells of its sender.

        With either it also tells whether anybody sends: a dead sender can't say so of itself.

        `reached` tells when Telegram last answered.
        """
        self._db = db
        self._clock = clock
        self._timetable = timetable
        self._well = well
        self._reached = reached
        self._since = clock()
        self._movement = Movement(db)
        self._question = Question(self._ask)

    async def __call__(self) -> Mapping[str, bool | int | str]:
        """The parts and their state, within `PATIENCE`."""
        return await self._question.answer(PATIENCE) or {"database": False, "reason": SILENT}

    async def close(self) -> None:
        """Ask no longer."""
        await self._question.close()

    async def _ask(self) -> State:
        try:
            await self._db.prove()
            state: State = {"database": True}
            now = self._clock()
            if self._timetable:
                state |= await self._poller(self._timetable, now)
            if self._timetable or self._well:
                state |= await self._sender(now, well=self._well is None or self._well())
            if self._reached:
                state |= self._telegram(self._reached(), now)
        except Unavailable as error:
            return {"database": False, "reason": str(error)}
        return state

    def _telegram(self, reached: datetime | None, now: datetime) -> State:
        """Has Telegram answered of late? One that has not since the start is given the same time."""
        if now - (reached or self._since) <= LATE:
            return {"telegram": True}
        since = f"since {reached:%F %T} UTC" if reached else "since the start"
        return {"telegram": False, "reason": f"Telegram has not answered {since}"}

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
        """Can this process send, if it should, and is what is due being sent by any?"""
        counted = await figures.figures(self._db, now)
        state: State = {"sender": well, "due": counted.due, "held": counted.held}
        if not well:
            return state | {"reason": "the sender rests: Telegram or the database was out of reach"}
        since = await self._movement.standing_since(counted.due_since, now)
        if since is None:
            return state
        reason = f"readers wait and are not sent to since {since:%F %T} UTC"
        return state | {"sender": False, "reason": reason}


class Movement:
    """Since when sending stands still, as far as anybody has looked."""

    def __init__(self, db: Database) -> None:
        """Nobody has looked yet."""
        self._db = db
        self._moved_at: datetime | None = None

    async def standing_since(self, due_since: datetime | None, now: datetime) -> datetime | None:
        """Since when nothing moves though readers wait since `due_since`; None before it is `LATE`.

        A long queue whose senders are just being started again has moved a moment ago.
        """
        if due_since is None or now - due_since <= LATE:
            return None
        if await due.moving(self._db, now):
            self._moved_at = now
        since = max(due_since, self._moved_at or due_since)
        return since if now - since > LATE else None
