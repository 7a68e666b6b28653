"""Marking the readers of a post as due, a slice of readers at a time.

A one-shot write of a million rows would stall everyone for over a second; a slice stalls them for a few
milliseconds. The first slice is being sent while the rest is marked, and a crash costs no slice twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, func, or_, select, update

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


async def mark_slice(db: Database, now: datetime, size: int = 20_000) -> bool:
    """Mark about `size` more readers of the oldest post not marked to the end; False when there is none.

    Counts in the post the active readers it is for. Any number of processes may call it: one at a time marks.
    """
    async with db.write() as connection:
        await locks.hold(connection, locks.MARK)
        post = (await connection.execute(_UNMARKED)).first()
        if post is None:
            return False
        audience = Audience(post.everyone, frozenset(post.audience))
        last = await _slice_end(connection, audience, post.marked_to, size)
        meant = _meant(audience, post, last)
        count = (
            await connection.execute(select(func.count()).select_from(readers).where(meant))
        ).scalar_one()
        await connection.execute(_marking(meant, post, now))
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


def _meant(audience: Audience, post: Row[*tuple[Any, ...]], last: int | None) -> ColumnElement[bool]:
    """The active readers of the slice whom the post is for."""
    within = _between(subscriptions.c.reader_id, post.marked_to, last)
    return and_(
        readers.c.state == "active",
        *_between(readers.c.id, post.marked_to, last),
        follows(audience, within=within, before=post.id),
    )


def _between(column: ColumnElement[int], start: int, last: int | None) -> list[ColumnElement[bool]]:
    return [column > start] if last is None else [column > start, column <= last]


def _marking(meant: ColumnElement[bool], post: Row[*tuple[Any, ...]], now: datetime) -> Any:
    """An ordinary post leaves readers alone who are due already, now or later; an urgent one fetches them.

    A reader who has been given the post already (it is visible before it is marked) stays as they are.
    """
    behind = and_(meant, readers.c.cursor < post.id)
    if not post.urgency:
        return update(readers).where(_in_order(and_(behind, readers.c.due_at.is_(None)))).values(due_at=now)
    later = or_(readers.c.due_at.is_(None), readers.c.due_at > now)
    changed = and_(behind, or_(later, readers.c.urgency < post.urgency))
    soon = case((later, moment(now)), else_=readers.c.due_at)
    return update(readers).where(_in_order(changed)).values(due_at=soon, urgency=post.urgency)


def _in_order(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The readers of `condition`, locked by ascending id as `settle` locks them: no deadlock (PostgreSQL)."""
    locked = (
        select(readers.c.id).where(condition).order_by(readers.c.id).with_for_update(key_share=True).cte()
    )
    return readers.c.id.in_(select(locked.c.id))


def _progress(post: Row[*tuple[Any, ...]], last: int | None, count: int) -> Any:
    done = {"marked": True} if last is None else {"marked_to": last}
    return update(posts).where(posts.c.id == post.id).values(readers=posts.c.readers + count, **done)
