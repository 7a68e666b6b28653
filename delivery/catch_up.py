"""Readers who are due are brought up to date.

    claim ──> plan ──> compose ──> send ──> settle
      ^         └── nothing now ────────────^ │
      └──────────── due again ────────────────┘

A lease holds each claimed reader; a cursor moves only in the transaction that writes its receipts. A crash
between send and settle therefore repeats what was in flight, and loses nothing. What leaves for the last time
is written down before: whoever finds it begun and not settled says so, and goes on after it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final

from delivery import outcome
from delivery.answers import Answer, Gone, Missing, Refused, Revoked, Sent, Unsent, Unsure
from delivery.apart import Apart
from delivery.audience import Show, plan
from delivery.last_time import LastTimes
from delivery.live import LivePosts
from delivery.missed import Missed
from delivery.nap import nap
from delivery.outbox import Outbox, nobody_minds
from delivery.refusals import Refusals
from delivery.rest import Rest
from delivery.showing import Showing
from delivery.telegram import LONGEST
from storage import due
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from delivery.compose import Composer
    from delivery.outbox import Silenced
    from delivery.refusals import Stopped
    from delivery.send import Sender
    from storage.database import Database
    from storage.due import Claimed, Settlement
    from storage.posts import Post

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=28)
"""With the looks for what has expired and who is due, another host takes over within 30 s."""
SPARE: Final = timedelta(seconds=LONGEST + 1)
"""A lease this close to its end is not used: the answer might come after it, and somebody else send again."""
TICK: Final = 0.5
"""Seconds between two looks for due readers when nothing wakes the loop."""
RECLAIM: Final = 1.0  # seconds between two looks for leases whose holder is no more
AT_ONCE: Final = 200
"""Readers of one claim: while they are claimed and looked at, somebody may wait for an answer."""


class TokenRevokedError(Exception):
    """Telegram does not know this token (any longer): nothing can be sent, everything stays pending."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who sends: `owner` in its leases, `hands` requests at once, at most `batch` readers in hand."""

    owner: str
    hands: int = 64
    batch: int = 64


@dataclass(frozen=True, slots=True)
class _Task:
    claimed: Claimed
    show: Show
    usable_until: float


class CatchUp:
    """One sender. Any number of them may run, in this and in other processes."""

    def __init__(  # noqa: PLR0913  # what a sender works with, and whom it tells
        self,
        db: Database,
        sender: Sender,
        composer: Composer,
        crew: Crew,
        clock: Callable[[], datetime],
        *,
        stopped: Stopped,
        silenced: Silenced = nobody_minds,
        heard: outcome.Heard = outcome.nobody_counts,
    ) -> None:
        """`clock` gives aware UTC.

        `stopped` hears of posts that stop because of us, `silenced` of readers whose chat is shut.
        """
        self._db = db
        self._refusals = Refusals(db, clock, stopped)
        self._sender, self._showing, self._apart = sender, Showing(composer), Apart()
        self._clock, self._heard, self._crew = clock, heard, crew
        self._live = LivePosts(db)
        self._outbox = Outbox(db, crew.owner, clock, silenced, self.wake)
        self._last_times = LastTimes(db, crew.owner)
        self._tasks: asyncio.Queue[_Task] = asyncio.Queue()
        self._in_hand = 0
        self._wake = asyncio.Event()
        self._stopping, self._revoked = False, ""
        self._rest, self._missing = Rest(monotonic), Missed(monotonic)
        self._reclaim_at = monotonic()

    def wake(self) -> None:
        """Somebody may be due: look now instead of at the next tick."""
        self._wake.set()

    async def run(self) -> None:
        """Claim, send and settle until `drain`ed; TokenRevokedError when the token opens nothing.

        A part that dies ends the whole, loudly, once what is in flight is saved: better than half alive.
        """
        looking = asyncio.create_task(self._look())
        saving = asyncio.create_task(self._outbox.run())
        parts = [looking, saving, *(asyncio.create_task(self._hand()) for _ in range(self._crew.hands))]
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            self.drain()
            await self._finish(looking, saving)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in parts:
            if not part.cancelled():
                part.result()
        if self._revoked:
            raise TokenRevokedError(self._revoked)

    def revoke(self, reason: str) -> None:
        """Telegram does not know the token, whoever heard of it: end with TokenRevokedError."""
        if not self._revoked:
            self._revoked = reason or "refused"
            log.critical("token refused", extra={"reason": reason})
            self.drain()

    def drain(self) -> None:
        """Claim no more, give back what is not begun, finish what is in flight; `run` then returns."""
        self._stopping = True
        while not self._tasks.empty():
            task = self._tasks.get_nowait()
            self._give_back(task)
            self._tasks.task_done()
        self._sender.pace.send_away()
        self.wake()

    @property
    def well(self) -> bool:
        """Whether this sender can save and send at the moment."""
        return not (self._outbox.stuck or self._rest.resting or self._rest.doubtful or self._stopping)

    async def _finish(self, looking: asyncio.Task[None], saving: asyncio.Task[None]) -> None:
        """Wait until what was begun is settled and saved, as far as somebody still saves."""
        await asyncio.wait({looking})
        await self._tasks.join()
        saved = asyncio.create_task(self._outbox.empty())
        try:
            await asyncio.wait({saved, saving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            saved.cancel()

    async def _look(self) -> None:
        """Look for due readers whenever there may be some."""
        while not self._stopping:
            if self._rest.doubtful and not self._rest.resting:
                self._rest.doubtful = not await self._sender.answers()
            await self._claim()
            await nap(self._wake, TICK)

    async def _claim(self) -> None:
        """Take due readers in hand until nobody is due or the hands are full."""
        try:
            while (room := self._room()) > 0:
                if await self._take_due(room, self._clock()) < room:
                    return
        except Unavailable as error:
            self._rest.begin(str(error))

    async def _take_due(self, room: int, now: datetime) -> int:
        """Take up to `room` due readers in hand; how many."""
        # Taken before the lease begins, and no clock that somebody sets: who was frozen knows it on waking.
        usable_until = monotonic() + (LEASE - SPARE).total_seconds()
        if monotonic() >= self._reclaim_at:
            # Here, where nothing happens while receipts can't be saved: saving them comes first.
            for owner, number in (await due.reclaim(self._db, now, but=self._crew.owner)).items():
                log.warning("leases have run out", extra={"owner": owner, "readers": number})
            self._reclaim_at = monotonic() + RECLAIM
        claimed = await due.claim(self._db, self._crew.owner, now=now, lease=LEASE, limit=room)
        recent = await self._recent(claimed, now) if claimed else ()
        for reader in claimed:
            self._take(reader, recent, now, usable_until)
        return len(claimed)

    async def _recent(self, claimed: Sequence[Claimed], now: datetime) -> Sequence[Post]:
        """The posts, asked for after the claim: one published from here on marks these readers due again."""
        try:
            return await self._live.refresh(now)
        except Unavailable:
            for reader in claimed:
                self._outbox.put(outcome.given_back(reader, now))
            raise

    def _room(self) -> int:
        """How many readers to claim next; none while half the batch is in hand: few cost as much."""
        if not self.well or self._sender.pace.pause_left() > TICK:
            return 0
        most = 1 if self._rest.away else self._crew.batch
        return 0 if self._in_hand * 2 >= most else min(AT_ONCE, most - self._in_hand)

    def _take(self, claimed: Claimed, recent: Sequence[Post], now: datetime, usable_until: float) -> None:
        self._in_hand += 1
        if claimed.busy > 0:
            self._sender.pace.busy(claimed.reader.chat_id, claimed.busy)
        decided = plan(claimed, recent, now)
        if not isinstance(decided, Show):
            self._settle(outcome.settled_without_sending(claimed, decided, now))
        elif self._stopping:
            self._settle(outcome.given_back(claimed, now))
        else:
            self._tasks.put_nowait(_Task(claimed, decided, usable_until))

    async def _hand(self) -> None:
        """One of the workers: a reader at a time, for ever."""
        while True:
            task = await self._tasks.get()
            try:
                await self._serve(task)
            finally:
                self._tasks.task_done()
            if self._in_hand * 2 < self._crew.batch:
                self.wake()

    async def _serve(self, task: _Task) -> None:
        if not self._usable(task):
            self._give_back(task)
            return
        task = replace(task, show=self._apart.narrowed(task.show, task.claimed))
        answer = await self._answer(task)
        if self._apart.is_at_fault(task.show, task.claimed.reader, answer):
            self._settle(outcome.spared(task.claimed, self._clock()))
            return
        answer = await self._judged(task, answer)
        self._heard(task.claimed, task.show, answer)
        self._settle(outcome.settled(task.claimed, task.show, answer, self._clock()))

    async def _answer(self, task: _Task) -> Answer:
        to = task.claimed.reader
        shown = self._showing.message(task.show.posts, to.language)
        if isinstance(shown, Refused):
            return shown
        allowed, still = partial(self._may_leave, task), partial(self._usable, task)
        return await self._sender.send(to.chat_id, to.topic, shown, allowed=allowed, still=still)

    async def _may_leave(self, task: _Task) -> bool:
        """As `_usable`, the moment before it leaves; for the last time only where that is written down."""
        usable = self._usable(task)
        if usable and outcome.is_last(task.claimed, task.show):
            return await self._last_times.begin(task.claimed, task.show) and self._usable(task)
        return usable

    def _usable(self, task: _Task) -> bool:
        """Whether what is sent now can be settled, Telegram is there to take it, and it is still to go."""
        stopped = any(self._refusals.have_stopped(post) for post in task.show.posts)
        return self.well and not stopped and monotonic() < task.usable_until

    async def _judged(self, task: _Task, answer: Answer) -> Answer:
        """What an answer means for more than this one reader."""
        reader = task.claimed.reader
        if isinstance(answer, Sent):
            self._rest.taken()
        if len(task.show.posts) == 1:
            await self._refusals.hear(task.show.posts[0], reader, answer)
        match answer:
            case Unsure(reason):
                self._rest.doubt(reason)
            case Revoked(reason):
                self.revoke(reason)
            case Unsent(reason):
                self._rest.begin(reason)
            case Missing(reason) if self._missing.again(reader.chat_id):
                return Gone(reason)
        return answer

    def _give_back(self, task: _Task) -> None:
        self._settle(outcome.given_back(task.claimed, self._clock()))

    def _settle(self, settlement: Settlement) -> None:
        self._in_hand -= 1
        self._outbox.put(settlement)
