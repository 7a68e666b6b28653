"""The timetable: every source at its own pace, and the housekeeping. Only the leader keeps it.

A source's own row says when it is due (news.finding.rhythm decides that after each poll): a restart asks
nobody anew.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from news.finding.rhythm import share
from storage import receipts, sources, subscriptions
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime
    from typing import Any

    from bot.poller import Poller
    from news.article import Source
    from storage.database import Database
    from storage.sources import SourceState

log = logging.getLogger(__name__)

SOON: Final = timedelta(seconds=5)
"""The first looks at what is due after a start are spread over this time."""
READ_ANEW: Final = 60.0
"""Seconds after which the sources' rows are read again."""
HOUSEKEEPING: Final = timedelta(hours=1)
SLICE: Final = 5_000
"""Receipts deleted in one transaction."""


async def keep_timetable(
    db: Database,
    poller: Poller,
    listed: Sequence[Source],
    clock: Callable[[], datetime],
    receipts_kept: timedelta,
) -> None:
    """Run the jobs until cancelled, and until each has ended. One that fails is logged and runs again."""
    # A late job is better than none; the default grace of one second would drop it.
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None})
    known = _Known(db, poller)
    try:
        async with asyncio.TaskGroup() as jobs:
            timetable = _Timetable(scheduler, jobs)
            for source in listed:
                first = clock() + share(source.url) * min(source.every, SOON)
                _Rounds(timetable, known, poller, source, clock).book(first)
            _Housekeeping(timetable, db, clock, receipts_kept).book(clock() + SOON)
            await _keep(scheduler)
    finally:
        with suppress(StorageError):
            await poller.flush()


async def _keep(scheduler: AsyncIOScheduler) -> None:
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
        # What it has begun to start is a task of ours when this goes on, and ends with the others.
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class _Timetable:
    """Starts jobs at their times, in tasks of our own.

    Of its own, APScheduler waits for none when it ends, and writes down each as a failure.
    """

    scheduler: AsyncIOScheduler
    jobs: asyncio.TaskGroup

    def book(self, job: Callable[[], Coroutine[Any, Any, None]], when: datetime) -> None:
        """Have `job` done once, at `when`."""

        async def start() -> None:
            self.jobs.create_task(job())

        self.scheduler.add_job(start, DateTrigger(when))


class _Known:
    """The sources as the last polls left them, and as anybody else has changed them a minute ago at most."""

    def __init__(self, db: Database, poller: Poller) -> None:
        self._db = db
        self._poller = poller
        self._turn = asyncio.Lock()
        self._states: dict[str, SourceState] = {}
        self._read_at = float("-inf")

    async def of(self, url: str) -> SourceState | None:
        """The state of the source at `url`."""
        async with self._turn:
            if monotonic() - self._read_at > READ_ANEW:
                # One query for all: two hundred of their own cost more than the polls.
                await self._poller.flush()
                self._states = {state.url: state for state in await sources.all_sources(self._db)}
                self._read_at = monotonic()
        return self._states.get(url)

    def polled(self, state: SourceState) -> None:
        """What a poll has left behind."""
        self._states[state.url] = state


@dataclass(frozen=True, slots=True)
class _Rounds:
    """One source's polls: each, when it is over, books the next."""

    timetable: _Timetable
    known: _Known
    poller: Poller
    source: Source
    clock: Callable[[], datetime]

    def book(self, when: datetime) -> None:
        """Have the source polled at `when`, if it is due then."""
        self.timetable.book(self._round, when)

    async def _round(self) -> None:
        when = self.clock() + self.source.every
        try:
            when = await self._poll_if_due() or when
        except Exception:
            log.exception("poll failed", extra={"source": self.source.name})
        self.book(when)

    async def _poll_if_due(self) -> datetime | None:
        """Poll; when the source is due again, or None while it is paused."""
        state = await self.known.of(self.source.url)
        if state is not None and state.state != "paused" and state.next_poll_at <= self.clock():
            _, state = await self.poller.visit(self.source, state)
            self.known.polled(state)
        return None if state is None or state.state == "paused" else state.next_poll_at


@dataclass(frozen=True, slots=True)
class _Housekeeping:
    """Deletes what is not needed any more, and books the next time when it is over."""

    timetable: _Timetable
    db: Database
    clock: Callable[[], datetime]
    receipts_kept: timedelta

    def book(self, when: datetime) -> None:
        """Have it done at `when`."""
        self.timetable.book(self._round, when)

    async def _round(self) -> None:
        try:
            await self._tidy()
        except Exception:
            log.exception("job failed", extra={"job": "housekeeping"})
        self.book(self.clock() + HOUSEKEEPING)

    async def _tidy(self) -> None:
        async for _ in receipts.prune(self.db, self.clock(), self.receipts_kept, SLICE):
            await asyncio.sleep(0)
        while await subscriptions.tidy(self.db, SLICE):  # noqa: ASYNC110  (waits for a time, not for an event)
            await asyncio.sleep(0)
