"""Is this process ready? Asked of the database within a time limit: no answer is an answer too."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.monitoring.question import Question
from storage import due, figures, leases, limits, sources
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from storage.database import Database

PATIENCE: Final = 2.0
"""Seconds that the database has to answer."""
LATE: Final = timedelta(minutes=2)
"""Readers who wait for longer while nobody claims any, a sender that rests for longer, or longer without a
leader or a word from Telegram, mean that nothing moves."""
OVERDUE: Final = timedelta(minutes=15)
"""A site that wants to be read slowly takes minutes; a source due for longer is polled by nobody."""
SILENT: Final = f"The database takes no write within {PATIENCE:g} s: it is locked, gone or overloaded"
ENDING: Final = "the process ends"
RESTS: Final = "Telegram or the database is out of reach"

State = dict[str, object]
"""As `bot.web` says it: parts that work or don't, and remarks. `reason` says of a part why, or what is up."""


class Part(NamedTuple):
    """Whether a part works; why not, or what is up; and figures that decide nothing."""

    works: bool
    reason: str = ""
    figures: Mapping[str, int] = MappingProxyType({})


class Readiness:
    """What `/readyz` says of a process."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        *,
        timetable: str | None = None,
        rests: Callable[[], datetime | None] | None = None,
        reached: Callable[[], datetime | None] | None = None,
    ) -> None:
        """`timetable` names the lease of the timetable this process may keep.

        `rests` tells since when its sender rests, `reached` when Telegram last answered. With a timetable or
        a sender it also tells whether anybody sends: a dead sender can't say so of itself.
        """
        self._db = db
        self._clock = clock
        self._timetable = timetable
        self._rests = rests
        self._reached = reached
        self._since = clock()
        self._ending = False
        self._movement = Movement(db)
        self._question = Question(self._ask)

    async def __call__(self) -> State:
        """The parts and their state, within `PATIENCE`."""
        return await self._question.answer(PATIENCE) or _said({"database": Part(works=False, reason=SILENT)})

    def end(self) -> None:
        """The sender of this process takes nobody in hand any more."""
        self._ending = True

    async def close(self) -> None:
        """Ask no longer."""
        await self._question.close()

    async def _ask(self) -> State:
        try:
            await self._db.prove()
            return _said({"database": Part(works=True)} | await self._parts(self._clock()))
        except Unavailable as error:
            return _said({"database": Part(works=False, reason=str(error))})

    async def _parts(self, now: datetime) -> dict[str, Part]:
        parts = {"poller": await self._poller(self._timetable, now)} if self._timetable else {}
        if self._timetable or self._rests:
            parts["sender"] = await self._sender(now)
        if self._reached:
            parts["telegram"] = self._telegram(self._reached(), now)
        return parts

    def _telegram(self, reached: datetime | None, now: datetime) -> Part:
        """Has Telegram answered of late? One that has not since the start is given the same time."""
        if now - (reached or self._since) <= LATE:
            return Part(works=True)
        since = _at(reached) if reached else "the start"
        return Part(works=False, reason=f"Telegram has not answered since {since}")

    async def _poller(self, timetable: str, now: datetime) -> Part:
        """Does somebody keep the timetable, and are the sources polled?"""
        if now - self._since < LATE:
            return Part(works=True)
        if await leases.holder(self._db, timetable, now) is None:
            return Part(works=False, reason="no process keeps the timetable")
        due_since = await sources.due_since(self._db)
        if due_since is not None and now - max(due_since, self._since) > OVERDUE:
            return Part(works=False, reason=f"a source is due since {_at(due_since)} and not polled")
        return Part(works=True)

    async def _sender(self, now: datetime) -> Part:
        """Can this process send, if it should, and is what is due being sent by any?

        That it rests, or that Telegram lets nobody send, is said at once; a fault it is once it is `LATE`.
        """
        counted = await figures.figures(self._db, now)
        standing = await self._movement.standing_since(counted.due_since, now)
        resting = self._rests() if self._rests else None
        said = (
            ENDING if self._ends else "",
            f"the sender rests since {_at(resting)}: {RESTS}" if resting else "",
            await self._pause(now),
            f"readers wait and are not sent to since {_at(standing)}" if standing else "",
        )
        late = standing is not None or (resting is not None and now - resting > LATE)
        reason = "; ".join(filter(None, said))
        return Part(not (late or self._ends), reason, {"due": counted.due, "held": counted.held})

    @property
    def _ends(self) -> bool:
        """Whether a sender of ours does."""
        return self._ending and self._rests is not None

    async def _pause(self, now: datetime) -> str:
        """Whether Telegram has told everybody to wait: whichever process it was, it has written that down."""
        seconds = await limits.held(self._db, now)
        return f"Telegram asks everybody to wait {ceil(seconds)} s more" if seconds > 0 else ""


def _said(parts: Mapping[str, Part]) -> State:
    """All parts as one answer."""
    state: State = {name: part.works for name, part in parts.items()}
    for part in parts.values():
        state |= part.figures
    reasons = {name: part.reason for name, part in parts.items() if part.reason}
    return state | ({"reason": reasons} if reasons else {})


def _at(moment: datetime) -> str:
    return f"{moment:%F %T} UTC"


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
