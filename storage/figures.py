"""The figures of everything at one moment, by index alone: as quick with a million readers as with ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from storage import due, in_hand
from storage.marking import UNDONE
from storage.moments import earliest
from storage.tables import corrections, inbox, posts, readers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

MOST: Final = 20_000
"""Nothing is counted further: counting a million takes a tenth of a second, and looked at it is as many."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Readers who wait and who are held, updates not handled, corrections and posts not finished.

    Each is `MOST` at most; of those due as many of each urgency. Whose lease has expired waits, too: nobody
    holds them any more. `due_since` is when the reader began to wait who has waited longest; where a post is
    not marked, its readers wait since it was published.
    """

    due: int
    held: int
    inbox: int
    corrections: int
    unmarked: int
    due_since: datetime | None


async def figures(db: Database, now: datetime) -> Figures:
    """All figures, of one moment."""
    async with db.read() as connection:
        asked = select(*_counts(connection, now), *_since(connection, now))
        waiting, held, pending, behind, unmarked, *since = (await connection.execute(asked)).one()
    return Figures(waiting, held, pending, behind, unmarked, earliest(*since))


async def due_since(db: Database, now: datetime) -> datetime | None:
    """`Figures.due_since`; None where nobody waits."""
    async with db.read() as connection:
        return earliest(*(await connection.execute(select(*_since(connection, now)))).one())


def _counts(connection: AsyncConnection, now: datetime) -> tuple[Any, ...]:
    """In the order of `Figures`."""
    due_now = sum(_count(readers.c.due_at, condition) for condition in due.waiting(now))
    return (
        due_now + _count(readers.c.lease_until, in_hand.expired(connection, now)),
        _count(readers.c.lease_until, in_hand.held(connection, now)),
        _count(inbox.c.id, inbox.c.body.is_not(None)),
        _count(corrections.c.id, corrections.c.finished_at.is_(None)),
        _count(posts.c.id, UNDONE),
    )


def _since(connection: AsyncConnection, now: datetime) -> list[Any]:
    """When the longest waits began: of those due or lost, and of those who are to be marked yet."""
    oldest = select(posts.c.published_at).where(UNDONE).order_by(posts.c.id).limit(1)
    return [*due.since(connection, now), oldest.scalar_subquery()]


def _count(column: ColumnElement[Any], *conditions: ColumnElement[bool]) -> Any:
    """How many, in the order of the index on `column`: without it PostgreSQL may look at every row."""
    few: Select[Any] = select(column).where(*conditions).order_by(column).limit(MOST)
    return select(func.count()).select_from(few.subquery()).scalar_subquery()
