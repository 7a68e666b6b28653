"""What a poll leaves behind: the source's row, the time of the next poll, alarms where editors are needed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.alarms import has_recovered, news_of
from handlers.editors.alarms import Alarm
from news.finding import rhythm
from news.finding.listing import Listing
from storage import sources
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime, timedelta

    from news.article import Source
    from news.errors import FetchError
    from news.web.fetch import NotModified
    from storage.database import Database
    from storage.sources import SourceState

log = logging.getLogger(__name__)

FAILURES: Final = 3
"""Failures in a row that editors hear of."""
BODILESS: Final = 3
"""Pages in a row without a body that editors hear of."""
FEWEST_CUT_OFF: Final = 3
"""So many sources out of reach, and none in it: the line is ours, and editors could not be told anyway."""
WRITTEN_AFTER: Final = 1.0
"""Seconds until polls with nothing new are written down."""
_OUT_OF_REACH: Final = frozenset({"unreachable", "timeout"})


@dataclass(slots=True)
class Finished:
    """How a poll went that got an answer: what was listed, when its new stories appeared, what was read.

    `taken` counts the stories taken in, `published` the posts made of them, `unread` pages for the next poll;
    `bodiless` counts the pages without a body since the last with one.
    """

    began: datetime
    found: Listing | NotModified
    bodiless: int
    heard: list[datetime] = field(default_factory=list)
    taken: int = 0
    published: int = 0
    unread: int = 0
    given_up: list[str] = field(default_factory=list)
    read_well: bool = False

    def page_read(self, *, has_body: bool) -> None:
        """Count one page."""
        self.read_well = self.read_well or has_body
        self.bodiless = 0 if has_body else self.bodiless + 1


class Recorder:
    """Writes down how polls went. `tell` takes each alarm once per incident.

    What a poll with nothing new changes, two times of day, is written a second later together with that of
    others: a crash in between costs no more than asking those sources anew.
    """

    def __init__(self, db: Database, clock: Callable[[], datetime], tell: Callable[[Alarm], None]) -> None:
        """`clock` gives aware UTC."""
        self._db = db
        self._clock = clock
        self._tell = tell
        self._in_reach: set[int] = set()
        self._cut_off: set[int] = set()
        self._touched: dict[int, tuple[datetime, datetime]] = {}
        self._flushing: asyncio.Task[None] | None = None

    async def finished(self, source: Source, state: SourceState, done: Finished) -> SourceState:
        """The source answered: when is it asked again, and is all well with it? Its state from now on."""
        self._reached(state.id)
        now = self._clock()
        # A list without dates says nothing of the past: its silence begins when we come.
        known = state.rhythm.heard(done.heard).since(now)
        told, alarms = news_of(state.alarms, _incidents(source, done, known, now), _ended(done))
        after = _learnt(replace(state, rhythm=known, bodiless=done.bodiless, alarms=alarms), done, now)
        wish = max(after.wish, getattr(done.found, "fresh_for", after.wish))
        wait = rhythm.interval(source.every, source.slowest, known, now, wish)
        due = rhythm.next_poll(done.began, wait, source.every, source.url)
        if after == replace(state, last_ok_at=now):
            self._touch(state.id, now, due)
        else:
            await self._write(after, now, due, done.taken)
        if has_recovered(state.alarms):
            self._tell(Alarm("recovered", source.name))
        self._tell_all(told)
        return replace(after, next_poll_at=due)

    async def _write(self, after: SourceState, now: datetime, due: datetime, taken: int) -> None:
        self._touched.pop(after.id, None)
        await sources.polled(
            self._db,
            after.id,
            now=now,
            next_poll_at=due,
            etag=after.etag,
            last_modified=after.last_modified,
            served=after.served,
            new=taken,
            fingerprint=after.fingerprint,
            wish=after.wish,
            rhythm=after.rhythm,
            bodiless=after.bodiless,
            alarms=after.alarms,
        )

    async def failed(self, source: Source, state: SourceState, error: FetchError) -> SourceState:
        """The source did not answer as it should. Its state from now on."""
        log.warning("source failed", extra={"source": source.name, "kind": error.kind, "reason": str(error)})
        now, failures = self._clock(), state.failures + 1
        told, alarms = news_of(state.alarms, self._failure(source, state.id, error, failures), ())
        after = replace(
            state,
            next_poll_at=now + wait_after(error, source.every, failures),
            state={"blocked": "blocked", "gone": "paused"}.get(error.kind, "failing"),
            last_error=str(error),
            failures=failures,
            alarms=alarms,
        )
        self._touched.pop(state.id, None)
        await sources.poll_failed(
            self._db,
            state.id,
            next_poll_at=after.next_poll_at,
            state=after.state,
            error=after.last_error,
            alarms=alarms,
        )
        self._tell_all(told)
        return after

    def _touch(self, source_id: int, now: datetime, due: datetime) -> None:
        self._touched[source_id] = (now, due)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush_soon())

    async def _flush_soon(self) -> None:
        while self._touched:
            await asyncio.sleep(WRITTEN_AFTER)
            try:
                await self.flush()
            except StorageError as error:
                log.warning("polls not written down yet", extra={"reason": str(error)})

    async def flush(self) -> None:
        """Write down what is not written yet; StorageError where that can't be done now."""
        polls = dict(self._touched)
        await sources.touched(self._db, polls)
        # What was touched anew meanwhile stays for the next time.
        self._touched = {one: times for one, times in self._touched.items() if polls.get(one) != times}

    def _failure(self, source: Source, source_id: int, error: FetchError, failures: int) -> Iterator[Alarm]:
        if error.kind in _OUT_OF_REACH:
            self._in_reach.discard(source_id)
            self._cut_off.add(source_id)
        else:
            self._reached(source_id)
        ours = len(self._cut_off) >= FEWEST_CUT_OFF and not self._in_reach
        if error.kind == "blocked":
            yield Alarm("blocked", source.name, detail=error.detail)
        elif error.kind == "gone":
            yield Alarm("gone", source.name, detail=error.detail)
        elif failures >= FAILURES and not ours:
            yield Alarm("failing", source.name, error=error.kind, detail=error.detail, number=failures)

    def _reached(self, source_id: int) -> None:
        self._cut_off.discard(source_id)
        self._in_reach.add(source_id)

    def _tell_all(self, alarms: Collection[Alarm]) -> None:
        for alarm in alarms:
            self._tell(alarm)


def _learnt(state: SourceState, done: Finished, now: datetime) -> SourceState:
    """`state` after a poll that got an answer; with a list, all that the list says of itself."""
    well = replace(state, state="ok", failures=0, last_error="", first_poll_done=True, last_ok_at=now)
    if done.taken:
        well = replace(well, last_new_at=now)
    if not isinstance(done.found, Listing):
        return well
    found = done.found
    still = state.lists_nothing_new and not found.entries
    return replace(
        well,
        etag=found.etag,
        last_modified=found.last_modified,
        served=found.served,
        fingerprint=state.fingerprint if still else found.fingerprint,
        wish=found.wish,
    )


def wait_after(error: FetchError, every: timedelta, failures: int) -> timedelta:
    """How long a source that failed is left alone: as it asks, rarely if closed to us, else ever longer."""
    asked = max(error.retry_after or every, every)
    if error.kind == "blocked":
        return max(asked, rhythm.blocked_for(every, failures))
    return asked if error.retry_after else rhythm.back_off(every, failures)


def _incidents(source: Source, done: Finished, known: rhythm.Rhythm, now: datetime) -> Iterator[Alarm]:
    """What is wrong with a source that answers."""
    if known.newest_at is not None and known.is_silent(now):
        yield Alarm("silent", source.name, silence=now - known.newest_at)
    if done.bodiless >= BODILESS:
        yield Alarm("bodiless", source.name, number=done.bodiless)
    if done.given_up:
        yield Alarm("quarantined", source.name, number=len(done.given_up), url=done.given_up[0])


def _ended(done: Finished) -> set[str]:
    """The kinds of incidents that are over, now that the source has answered; new ones are added after."""
    read = {"bodiless", "quarantined"} if done.read_well else set()
    return {"blocked", "failing", "gone", "silent"} | read
