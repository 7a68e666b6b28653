"""Updates from Telegram: saved before they are acknowledged, kept until they are handled.

A named lease for each says in whose hand it is: of the process that received it, or took it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import Text, cast, delete, func, literal, select, true, update

from storage import clock
from storage.tables import inbox, leases
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.dialects.sqlite import Insert
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

REMEMBERED: Final = 10_000
"""How many of the last ids are kept after their updates are done, to know a repeated one."""
SLICE: Final = 500
"""Updates of one statement: a database takes some thousand values at once."""
_PREFIX: Final = "update/"
"""What the leases of updates are called, before their ids."""
_NAMED: Final = leases.c.name == literal(_PREFIX).concat(cast(inbox.c.update_id, Text))
"""The condition of an update's own lease."""

Left = Literal["given up", "run out", "all"]
"""What may be taken: whose lease was ended; whose lease ran out, too; whatever is in another's hand."""


async def receive(
    db: Database, updates: Sequence[tuple[int, str]], owner: str, *, now: datetime, lease: timedelta
) -> list[int]:
    """Save updates (id and JSON) in their order, in the hand of `owner` for the time of `lease`.

    Returns the ids that `owner` is to handle: the new ones, and those that were in its hand without its
    knowledge, since the reply to a commit was lost. The others are done, or may be in another's hand.
    """
    if not updates:
        return []
    rows = [{"update_id": update_id, "body": body, "received_at": now} for update_id, body in updates]
    async with db.write() as connection:
        added = insert(connection, inbox).values(rows).on_conflict_do_nothing().returning(inbox.c.update_id)
        fresh = list(await connection.scalars(added))
        if fresh:
            end = clock.at(connection, now, lease)
            await connection.execute(_lease(connection, fresh, owner, end, true()))
        repeated = {update_id for update_id, _ in updates}.difference(fresh)
        return fresh + (await _still_held(connection, repeated, owner) if repeated else [])


async def take(
    db: Database, owner: str, left: Left, *, now: datetime, lease: timedelta
) -> list[tuple[int, str]]:
    """Take a slice of the updates that are `left`, for the time of `lease`: id and JSON, the oldest first.

    No two owners take the same one.
    """
    if not await _is_any(db, owner, left, now=now, lease=lease):
        return []
    async with db.write() as connection:
        free = _is_left(left, owner, clock.at(connection, now))
        found = (await connection.execute(_alone(connection, _waiting(free, left, now - lease)))).all()
        if not found:
            return []
        end = clock.at(connection, now, lease)
        # Asked once more of each lease: its holder may have renewed it meanwhile.
        taking = _lease(connection, [update_id for update_id, _ in found], owner, end, free)
        taken = set(await connection.scalars(taking.returning(leases.c.name)))
        return [(update_id, body) for update_id, body in found if _name(update_id) in taken]


async def hold(
    db: Database, update_ids: Sequence[int], owner: str, *, now: datetime, lease: timedelta
) -> None:
    """Have these updates stay in the hand of `owner` for the time of `lease`, as far as they are in it."""
    for begin in range(0, len(update_ids), SLICE):
        these = leases.c.name.in_(map(_name, update_ids[begin : begin + SLICE]))
        async with db.write() as connection:
            end = clock.at(connection, now, lease)
            await connection.execute(update(leases).where(_held(owner, these)).values(until=end))


async def give_up(db: Database, owner: str) -> None:
    """Whatever `owner` has in hand is anybody's."""
    these = leases.c.name.startswith(_PREFIX, autoescape=True)
    async with db.write() as connection:
        await connection.execute(update(leases).where(_held(owner, these)).values(owner=""))


async def is_in_hand(db: Database, update_id: int, owner: str) -> bool:
    """Whether the update is in the hand of `owner`: not done, and taken by nobody else."""
    async with db.read() as connection:
        holder: str | None = await connection.scalar(
            select(leases.c.owner).where(leases.c.name == _name(update_id))
        )
        return holder == owner


async def done(db: Database, update_ids: Collection[int]) -> None:
    """Delete what people said once it is handled; the ids are remembered for a while."""
    newest = select(func.max(inbox.c.id)).scalar_subquery()
    old = inbox.c.body.is_(None) & (inbox.c.id <= newest - REMEMBERED)
    async with db.write() as connection:
        await connection.execute(update(inbox).where(inbox.c.update_id.in_(update_ids)).values(body=None))
        await connection.execute(delete(leases).where(leases.c.name.in_(map(_name, update_ids))))
        await connection.execute(delete(inbox).where(old))


async def _is_any(db: Database, owner: str, left: Left, *, now: datetime, lease: timedelta) -> bool:
    """Whether there is anything to take: there hardly ever is, and nobody who writes is to wait for that."""
    async with db.read() as connection:
        free = _is_left(left, owner, clock.at(connection, now))
        waiting = _waiting(free, left, now - lease).limit(1)
        return (await connection.execute(waiting)).first() is not None


async def _still_held(connection: AsyncConnection, update_ids: Collection[int], owner: str) -> list[int]:
    """Those of the updates that are not done, and in the hand of `owner`."""
    waiting = inbox.c.body.is_not(None) & inbox.c.update_id.in_(update_ids) & (leases.c.owner == owner)
    found = select(inbox.c.update_id).join_from(inbox, leases, _NAMED).where(waiting)
    return list(await connection.scalars(found))


def _held(owner: str, these: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition of leases of `owner`, without those that somebody writes just now.

    Nobody waits for them: two who wait for each other's would be ended by PostgreSQL.
    """
    held = (leases.c.owner == owner) & these
    return held & leases.c.name.in_(select(leases.c.name).where(held).with_for_update(skip_locked=True))


def _name(update_id: int) -> str:
    return f"{_PREFIX}{update_id}"


def _is_left(left: Left, owner: str, now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """The condition of a lease that does not keep `owner` from taking what is `left`."""
    if left == "all":
        return leases.c.owner != owner
    given_up = leases.c.owner == ""
    return given_up if left == "given up" else given_up | (leases.c.until < now)


def _waiting(free: ColumnElement[bool], left: Left, long_ago: datetime) -> Select[Any]:
    """Updates that are not done and `free`; a version of ours that gave no leases may still be at work."""
    if left != "given up":
        unheld = leases.c.name.is_(None)
        free |= unheld if left == "all" else unheld & (inbox.c.received_at < long_ago)
    return (
        select(inbox.c.update_id, inbox.c.body)
        .select_from(inbox.outerjoin(leases, _NAMED))
        .where(inbox.c.body.is_not(None), free)
        .order_by(inbox.c.id)
        .limit(SLICE)
    )


def _alone(connection: AsyncConnection, waiting: Select[Any]) -> Select[Any]:
    """Without what is just being done, which PostgreSQL locks; on SQLite nobody else writes now."""
    if connection.dialect.name == "postgresql":
        return waiting.with_for_update(key_share=True, skip_locked=True, of=inbox)
    return waiting


def _lease(
    connection: AsyncConnection,
    update_ids: Sequence[int],
    owner: str,
    end: ColumnElement[datetime],
    free: ColumnElement[bool],
) -> Insert:
    """A lease of each update, where there is none or it is `free`."""
    given = {"owner": owner, "epoch": 1, "until": end}
    inserting = insert(connection, leases).values([{"name": _name(one), **given} for one in update_ids])
    again = {"owner": owner, "epoch": leases.c.epoch + 1, "until": end}
    return inserting.on_conflict_do_update(index_elements=["name"], set_=again, where=free)
