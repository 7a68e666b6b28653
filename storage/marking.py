"""Marking the readers of a post as due, a slice of readers at a time.

A one-shot write of a million rows would stall everyone for over a second; a slice keeps those who settle
waiting for some 30 ms on SQLite, where there is one writer, and 60 ms on PostgreSQL, where it has their
readers. The first slice is being sent while the rest is marked, and a crash costs no slice twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, not_, or_, select, update

from storage import locks
from storage.audience import Audience, follows, split
from storage.moments import moment
from storage.tables import posts, readers, subscriptions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

_UNMARKED: Final = (
    select(posts.c.id, posts.c.everyone, posts.c.audience, posts.c.urgency, posts.c.marked_to)
    .where(~posts.c.marked, posts.c.state == "live")
    .order_by(posts.c.id)
    .limit(1)
)


SLICE: Final = {"sqlite": 10_000, "postgresql": 5_000}
"""Readers, where no other size is asked for: more are quicker in all, and keep who settles waiting longer."""


async def mark_slice(db: Database, now: datetime, size: int = 0) -> bool:
    """Mark about `size` more readers of the oldest post not marked to the end; False when there is none.

    Counts in the post the active readers it is for. Any number of processes may call it: one at a time marks.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.MARK)
        post = (await connection.execute(_UNMARKED)).first()
        if post is None:
            return False
        audience = Audience(post.everyone, frozenset(post.audience))
        last = await _slice_end(connection, audience, post.marked_to, size or SLICE[connection.dialect.name])
        count = await _mark(connection, _meant(audience, post, last), _change(post, now))
        await connection.execute(_progress(post, last, count))
        return True


async def _slice_end(connection: AsyncConnection, audience: Audience, start: int, size: int) -> int | None:
    """The last reader id of the slice after `start`; None where the slice is the last one."""
    ends = [
        await connection.scalar(search.offset(size - 1).limit(1)) for search in _searches(audience, start)
    ]
    return min((end for end in ends if end is not None), default=None)


def _searches(audience: Audience, start: int) -> list[Select[Any]]:
    """Reader ids in order: one search a key, so that each runs along one index."""
    if audience.everyone:
        return [select(readers.c.id).where(readers.c.id > start).order_by(readers.c.id)]
    column = subscriptions.c.reader_id
    return [
        select(column)
        .where(subscriptions.c.kind == kind, subscriptions.c.value == value, column > start)
        .order_by(column)
        for kind, value in map(split, sorted(audience.keys))
    ]


@dataclass(frozen=True, slots=True)
class _Meant:
    """The active readers of a slice, and those of them whom the post is for."""

    active: ColumnElement[bool]
    all: ColumnElement[bool]


def _meant(audience: Audience, post: Row[*tuple[Any, ...]], last: int | None) -> _Meant:
    within = _between(subscriptions.c.reader_id, post.marked_to, last)
    active = and_(readers.c.state == "active", *_between(readers.c.id, post.marked_to, last))
    return _Meant(active, and_(active, follows(audience, within=within, before=post.id)))


def _between(column: ColumnElement[int], start: int, last: int | None) -> list[ColumnElement[bool]]:
    return [column > start] if last is None else [column > start, column <= last]


@dataclass(frozen=True, slots=True)
class _Change:
    """What marking changes in which of the readers whom a post is for."""

    of: ColumnElement[bool]
    values: dict[str, Any]


def _change(post: Row[*tuple[Any, ...]], now: datetime) -> _Change:
    """An ordinary post leaves readers alone who are due already, now or later; an urgent one fetches them.

    A reader who has been given the post already (it is visible before it is marked) stays as they are.
    """
    behind = readers.c.cursor < post.id
    if not post.urgency:
        return _Change(and_(behind, readers.c.due_at.is_(None)), {"due_at": now})
    later = or_(readers.c.due_at.is_(None), readers.c.due_at > now)
    soon = case((later, moment(now)), else_=readers.c.due_at)
    of = and_(behind, or_(later, readers.c.urgency < post.urgency))
    return _Change(of, {"due_at": soon, "urgency": post.urgency})


async def _mark(connection: AsyncConnection, meant: _Meant, change: _Change) -> int:
    """Mark the readers `meant` whom the change is of; how many were meant."""
    marking, changed = update(readers).values(change.values), and_(meant.all, change.of)
    if connection.dialect.name == "sqlite":
        # One writer: who stays the same and who does not are all. Mostly nobody does, which is quickly seen.
        others = await connection.scalar(select(exists().where(meant.active, not_(change.of))))
        same = await _count(connection, and_(meant.all, not_(change.of))) if others else 0
        return same + (await connection.execute(marking.where(changed))).rowcount
    count = await _count(connection, meant.all)
    await connection.execute(marking.where(_in_order(changed)))
    return count


async def _count(connection: AsyncConnection, condition: ColumnElement[bool]) -> int:
    return (await connection.execute(select(func.count()).select_from(readers).where(condition))).scalar_one()


def _in_order(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The readers of `condition`, locked by ascending id as `settle` locks them: no deadlock (PostgreSQL)."""
    locked = (
        select(readers.c.id).where(condition).order_by(readers.c.id).with_for_update(key_share=True).cte()
    )
    return readers.c.id.in_(select(locked.c.id))


def _progress(post: Row[*tuple[Any, ...]], last: int | None, count: int) -> Any:
    done = {"marked": True} if last is None else {"marked_to": last}
    return update(posts).where(posts.c.id == post.id).values(readers=posts.c.readers + count, **done)
