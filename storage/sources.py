"""The sources and how their last polls went."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, func, select, update

from news.finding.rhythm import Rhythm
from storage.moments import moment
from storage.tables import sources
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Source
    from storage.database import Database

KNOWN: Final = "known"
"""In place of a list's fingerprint, which is never that: whatever the source lists next counts as known."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source and its health: `state` is ok, failing, blocked or paused.

    `served` tells how the source was found to serve: empty, `feed <url>`, `sitemap <url>` or `section <url>`.
    `wish` is how long it asks to be left alone, `bodiless` how many of its pages had no body since the last
    that had one, `alarms` the incidents that its editors know of.
    """

    id: int
    name: str
    url: str
    category: str
    review: bool
    every: timedelta
    etag: str
    last_modified: str
    next_poll_at: datetime
    state: str
    last_error: str
    failures: int
    last_ok_at: datetime | None
    last_new_at: datetime | None
    served: str
    first_poll_done: bool
    fingerprint: str = ""
    wish: timedelta = timedelta()
    rhythm: Rhythm = field(default_factory=Rhythm)
    bodiless: int = 0
    alarms: frozenset[str] = frozenset()

    @property
    def lists_nothing_new(self) -> bool:
        """Whether all that it lists at its next poll that gets a list counts as known."""
        return self.fingerprint == KNOWN


async def register(db: Database, listed: Sequence[Source], now: datetime) -> None:
    """Make the listed sources known, by address; those listed no longer are paused, never deleted."""
    async with db.write() as connection:
        await connection.execute(
            update(sources)
            .where(sources.c.url.not_in([source.url for source in listed]))
            .values(state="paused", alarms="")
        )
        for source in listed:
            await _upsert(connection, source, now)


async def _upsert(connection: AsyncConnection, source: Source, now: datetime) -> None:
    told: dict[str, Any] = {
        "name": source.name,
        "category": source.category,
        "review": source.review,
        "every_seconds": round(source.every.total_seconds()),
    }
    # What answered 410 stays paused, however often we start, until its address is taken off the list.
    back = (sources.c.state == "paused") & (sources.c.alarms == "")
    shorter = (sources.c.state == "ok") & (sources.c.every_seconds > told["every_seconds"])
    sooner = shorter & (sources.c.next_poll_at > moment(now + source.every))
    again = {
        "state": case((back, "ok"), else_=sources.c.state),
        "next_poll_at": case((back | sooner, moment(now)), else_=sources.c.next_poll_at),
    }
    await connection.execute(
        insert(connection, sources)
        .values(url=source.url, next_poll_at=now, **told)
        .on_conflict_do_update(index_elements=["url"], set_=told | again)
    )


async def take_as_known(db: Database) -> None:
    """Whatever the sources list next, to the newest story, is not to be published."""
    async with db.write() as connection:
        await connection.execute(update(sources).values(fingerprint=KNOWN, etag="", last_modified=""))


async def all_sources(db: Database) -> list[SourceState]:
    """Every source ever listed, in the order they came."""
    async with db.read() as connection:
        rows = await connection.execute(select(sources).order_by(sources.c.id))
        return [_state(row) for row in rows.mappings()]


async def by_url(db: Database, url: str) -> SourceState | None:
    """The source at that address, as it was listed."""
    async with db.read() as connection:
        row = (await connection.execute(select(sources).where(sources.c.url == url))).mappings().first()
        return _state(row) if row else None


async def due_since(db: Database) -> datetime | None:
    """When the source was due, or is, whose turn comes first; None where all are paused."""
    first = select(func.min(sources.c.next_poll_at)).where(sources.c.state != "paused")
    async with db.read() as connection:
        found: datetime | None = await connection.scalar(first)
    return found


async def polled(  # noqa: PLR0913  # all that a poll finds out, by name
    db: Database,
    source_id: int,
    *,
    now: datetime,
    next_poll_at: datetime,
    etag: str,
    last_modified: str,
    served: str,
    new: int,
    fingerprint: str = "",
    wish: timedelta = timedelta(),
    rhythm: Rhythm | None = None,
    bodiless: int = 0,
    alarms: frozenset[str] = frozenset(),
) -> None:
    """A poll went well and found `new` articles."""
    known = rhythm or Rhythm()
    await _record(
        db,
        source_id,
        state="ok",
        failures=0,
        last_error="",
        first_poll_done=True,
        last_ok_at=now,
        next_poll_at=next_poll_at,
        etag=etag,
        last_modified=last_modified,
        served=served,
        fingerprint=fingerprint,
        wish_seconds=round(wish.total_seconds()),
        newest_at=known.newest_at,
        longest_gap_seconds=round(known.longest_gap.total_seconds()),
        gaps=known.gaps,
        bodiless=bodiless,
        alarms=_joined(alarms),
        **({"last_new_at": now} if new else {}),
    )


async def touched(db: Database, polls: Mapping[int, tuple[datetime, datetime]]) -> None:
    """Polls that found nothing changed, by source: when each was, and when the next one is due."""
    if not polls:
        return
    statement = (
        update(sources)
        .where((sources.c.id == bindparam("source")) & (sources.c.state == "ok"))
        .values(last_ok_at=bindparam("at"), next_poll_at=bindparam("due"))
    )
    rows = [{"source": source_id, "at": at, "due": due} for source_id, (at, due) in sorted(polls.items())]
    async with db.write() as connection:
        await connection.execute(statement, rows)


async def poll_failed(  # noqa: PLR0913  # all that a poll finds out, by name
    db: Database,
    source_id: int,
    *,
    next_poll_at: datetime,
    state: str,
    error: str,
    alarms: frozenset[str] = frozenset(),
) -> None:
    """A poll failed: `state` is failing, blocked or paused (gone), `error` one line for the editors.

    When the last good one was stays.
    """
    await _record(
        db,
        source_id,
        state=state,
        failures=sources.c.failures + 1,
        last_error=error,
        next_poll_at=next_poll_at,
        alarms=_joined(alarms),
    )


async def _record(db: Database, source_id: int, **values: Any) -> None:
    """A source taken off the list while it was being polled stays paused."""
    listed = (sources.c.id == source_id) & (sources.c.state != "paused")
    async with db.write() as connection:
        await connection.execute(update(sources).where(listed).values(values))


def _joined(alarms: frozenset[str]) -> str:
    return " ".join(sorted(alarms))


def _state(row: RowMapping) -> SourceState:
    fields = dict(row)
    gap = timedelta(seconds=fields.pop("longest_gap_seconds"))
    return SourceState(
        every=timedelta(seconds=fields.pop("every_seconds")),
        wish=timedelta(seconds=fields.pop("wish_seconds")),
        rhythm=Rhythm(fields.pop("newest_at"), gap, fields.pop("gaps")),
        alarms=frozenset(fields.pop("alarms").split()),
        **fields,
    )
