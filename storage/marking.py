"""Marking the readers of a post as due, a slice of readers at a time.

A one-shot write of a million rows would stall everyone for over a second. While a slice is marked, all who
write wait on SQLite, where there is one writer; on PostgreSQL only those who settle its readers. The first
slice is being sent while the rest is marked, and a crash costs no slice twice.

A reader is due since the post was published, however late they are marked: so nobody's turn depends on it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, case, exists, func, literal, or_, select, tuple_, update

from storage import locks
from storage.audience import Audience, follows, lacks, split
from storage.moments import moment
from storage.tables import posts, readers, receipts, subscriptions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, FromClause, Row, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

UNDONE: Final = and_(~posts.c.marked, posts.c.state == "live")
"""The condition that a post still has readers who are not due for it."""
_UNMARKED: Final = (
    select(
        *(posts.c[name] for name in ("id", "everyone", "audience", "urgency", "published_at", "marked_to"))
    )
    .where(UNDONE)
    .order_by(posts.c.urgency.desc(), posts.c.id)
    .limit(1)
)
SLICE: Final = 2_500
"""Readers, where no other size is asked for: more are quicker in all, and keep others waiting longer."""


async def mark_slice(db: Database, now: datetime, size: int = SLICE, *, ahead: int = 0) -> bool:
    """Mark about `size` more readers of a post not marked to the end: an urgent one, else the oldest.

    False where there is none, or where `ahead` readers or more (0: however many wait) are due already whose
    turn comes before.
    Counts in the post the active readers it is for. Any number of processes may call it: one at a time marks.
    """
    # Looked for before anybody has to wait; whether it is still so is seen then.
    async with db.read() as connection:
        post = (await connection.execute(_UNMARKED)).first()
        if post is None:
            return False
        since = min(post.published_at, now)  # another machine's clock may be ahead of ours
        if ahead and await _are_due(connection, ahead, post.urgency, since):
            return False
    audience = Audience(post.everyone, frozenset(post.audience))
    last, _ = await asyncio.gather(_slice_end(db, audience, post.marked_to, size), _checkpoint(db))
    meant, change, as_found = _meant(audience, post, last), _change(post, last, since), _as_found(post)
    marking = update(readers).values(change.values).where(meant.all, change.of, exists().where(as_found))
    async with db.write(for_many=True) as connection:
        await _take_turn(connection)
        changed = (await connection.execute(marking)).rowcount
        await connection.execute(_progress(as_found, last, _counted(post, last, meant, changed)))
    return True


async def _are_due(connection: AsyncConnection, many: int, urgency: int, since: datetime) -> bool:
    """Whether so many readers wait who are claimed before those who are due since then."""
    before = (readers.c.urgency == urgency) & (readers.c.due_at <= since) & readers.c.lease_owner.is_(None)
    last = select(readers.c.id).where(before).order_by(readers.c.due_at).offset(many - 1).limit(1)
    return await connection.scalar(last) is not None


async def _checkpoint(db: Database) -> None:
    """Bring the slice before from SQLite's log into the database: whoever writes next need not do it."""
    if db.is_sqlite:
        async with db.read() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")


async def _take_turn(connection: AsyncConnection) -> None:
    """Wait until nobody else marks; on SQLite the writing transaction itself is the turn."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_TURN)


_ALONG_THE_KEY: Final = ("enable_hashjoin", "enable_hashagg", "enable_seqscan", "enable_bitmapscan")
_TURN: Final = locks.taking(locks.MARK).add_columns(
    *(func.set_config(name, "off", literal(True)) for name in (*_ALONG_THE_KEY, "synchronous_commit"))
)
"""With settings for this transaction. Readers are locked in the order in which they are found: so it is that
of their ids, as when they are settled, and there is no deadlock; to lock them before would cost half as much
again. And nobody waits for the disk: a crash of the server takes back the last slices with what says that
they are marked.
"""


async def _slice_end(db: Database, audience: Audience, start: int, size: int) -> int | None:
    """The last reader id of the slice after `start`; None where the slice is the last one."""
    searches = [search.offset(size - 1).limit(1) for search in _searches(audience, start)]
    async with db.read() as connection:
        ends = [await connection.scalar(search) for search in searches]
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


def _change(post: Row[*tuple[Any, ...]], last: int | None, since: datetime) -> _Change:
    """An ordinary post leaves readers alone who are due already, now or later; an urgent one fetches them.

    A reader who has been given the post already (it is visible before it is marked) stays as they are.
    """
    if not post.urgency:
        return _Change(and_(readers.c.cursor < post.id, readers.c.due_at.is_(None)), {"due_at": since})
    behind = lacks(post.id, within=_between(subscriptions.c.reader_id, post.marked_to, last))
    later = or_(readers.c.due_at.is_(None), readers.c.due_at > since)
    soon = case((later, moment(since)), else_=readers.c.due_at)
    of = and_(behind, or_(later, readers.c.urgency < post.urgency))
    return _Change(of, {"due_at": soon, "urgency": post.urgency})


def _counted(post: Row[*tuple[Any, ...]], last: int | None, meant: _Meant, changed: int) -> Any:
    """How many are meant, or have a receipt already and are active no more; as part of a statement.

    Mostly those meant are those changed, for there are no other active readers: that is seen more quickly.
    """
    some = select(readers.c.id).where(meant.active).order_by(readers.c.id).limit(changed + 1).subquery()
    now = case((_number(some) == changed, changed), else_=_number(readers, meant.all))
    still = exists().where(readers.c.id == receipts.c.reader_id, meant.all).correlate(receipts)
    return now + _number(receipts, *_with_receipt(post, last), ~still)


def _with_receipt(post: Row[*tuple[Any, ...]], last: int | None) -> list[ColumnElement[bool]]:
    """Receipts of the post in the slice; by the whole key, or all posts of those readers may be looked at."""
    key = tuple_(receipts.c.post_id, receipts.c.reader_id)
    after, until = (post.id, post.marked_to), (post.id + 1, 0) if last is None else (post.id, last)
    return [key > after, key <= until]


def _number(rows: FromClause, *conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(rows).where(*conditions).scalar_subquery()


def _as_found(post: Row[*tuple[Any, ...]]) -> ColumnElement[bool]:
    """The condition that nobody has marked further, or withdrawn the post."""
    return and_(UNDONE, posts.c.id == post.id, posts.c.marked_to == post.marked_to)


def _progress(as_found: ColumnElement[bool], last: int | None, count: Any) -> Any:
    done = {"marked": True} if last is None else {"marked_to": last}
    return update(posts).where(as_found).values(readers=posts.c.readers + count, **done)
