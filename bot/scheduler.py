"""The timetable: every source at its own pace, and the housekeeping. Only the leader keeps it."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from storage import receipts, sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.poller import Poller
    from news.article import Source
    from storage.database import Database

log = logging.getLogger(__name__)

JITTER: Final = 0.1
"""Share of a source's interval by which its polls are spread."""
SOON: Final = 5.0
"""Seconds over which the first polls after a start are spread."""
HOUSEKEEPING: Final = timedelta(hours=1)
SLICE: Final = 5_000
"""Receipts deleted in one transaction."""

Job = "Callable[[], Awaitable[None]]"


async def keep_timetable(
    db: Database,
    poller: Poller,
    listed: Sequence[Source],
    clock: Callable[[], datetime],
    receipts_kept: timedelta,
) -> None:
    """Run the jobs until cancelled. No job overlaps itself; one that fails is logged and runs again."""
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    for source in listed:
        _add(scheduler, f"poll {source.url}", source.every, _polling(db, poller, source, clock), clock)
    _add(scheduler, "housekeeping", HOUSEKEEPING, _housekeeping(db, clock, receipts_kept), clock)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)


def _add(
    scheduler: AsyncIOScheduler,
    name: str,
    every: timedelta,
    job: Callable[[], Awaitable[None]],
    clock: Callable[[], datetime],
) -> None:
    seconds = every.total_seconds()
    scheduler.add_job(
        _safely(name, job),
        IntervalTrigger(seconds=seconds, jitter=seconds * JITTER),
        id=name,
        next_run_time=clock() + timedelta(seconds=random.uniform(0, min(seconds, SOON))),  # noqa: S311  (a spread, no secret)
        # A late job is better than none; the default of one second would drop it.
        misfire_grace_time=None,
    )


def _safely(name: str, job: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """`job`, whose failure is logged and stays its own."""

    async def run() -> None:
        try:
            await job()
        except Exception:
            log.exception("job failed", extra={"job": name})

    return run


def _polling(
    db: Database, poller: Poller, source: Source, clock: Callable[[], datetime]
) -> Callable[[], Awaitable[None]]:
    async def poll() -> None:
        state = await sources.by_url(db, source.url)
        # A source that fails is due later than its interval says.
        if state is not None and (state.state == "ok" or state.next_poll_at <= clock()):
            await poller.poll(source, state)

    return poll


def _housekeeping(
    db: Database, clock: Callable[[], datetime], receipts_kept: timedelta
) -> Callable[[], Awaitable[None]]:
    async def tidy() -> None:
        while await receipts.prune(db, clock() - receipts_kept, SLICE):  # noqa: ASYNC110  (waits for a time, not for an event)
            await asyncio.sleep(0)

    return tidy
