"""Named leases: one holder at a time, each with the epoch after that of the one before.

Of one that was removed nothing is remembered. They end by the clock of `storage.clock`; `now` is what the
caller's own says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, select, update

from storage import clock
from storage.tables import leases
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


async def acquire(db: Database, name: str, owner: str, *, now: datetime, ttl: timedelta) -> int | None:
    """Take or renew a lease for `ttl`; its epoch, or None while somebody else holds it.

    Renewing keeps the epoch, a new holder gets the next one.
    """
    mine = leases.c.owner == owner
    async with db.write() as connection:
        end = clock.at(connection, now, ttl)
        taken = {
            "owner": owner,
            "until": end,
            "epoch": case((mine, leases.c.epoch), else_=leases.c.epoch + 1),
        }
        statement = insert(connection, leases).values(name=name, owner=owner, epoch=1, until=end)
        free = mine | (leases.c.owner == "") | (leases.c.until < clock.at(connection, now))
        taking = statement.on_conflict_do_update(index_elements=["name"], set_=taken, where=free)
        epoch: int | None = (await connection.execute(taking.returning(leases.c.epoch))).scalar_one_or_none()
        return epoch


async def holder(db: Database, name: str, now: datetime) -> str | None:
    """Who holds the lease; None where nobody does."""
    async with db.read() as connection:
        held = (
            (leases.c.name == name) & (leases.c.owner != "") & (leases.c.until >= clock.at(connection, now))
        )
        owner: str | None = await connection.scalar(select(leases.c.owner).where(held))
        return owner


async def give_up(db: Database, name: str, owner: str) -> None:
    """End a lease at once, if `owner` holds it."""
    async with db.write() as connection:
        held = (leases.c.name == name) & (leases.c.owner == owner)
        await connection.execute(update(leases).where(held).values(owner=""))


async def called(db: Database, prefix: str, now: datetime) -> Mapping[str, bool]:
    """The leases whose names begin with `prefix`, and of each whether it is over."""
    async with db.read() as connection:
        over = leases.c.until < clock.at(connection, now)
        found = select(leases.c.name, over).where(leases.c.name.startswith(prefix, autoescape=True))
        called: dict[str, bool] = dict((await connection.execute(found)).all())
        return called


async def remove(db: Database, names: Collection[str]) -> None:
    """Forget leases, whoever holds them."""
    async with db.write() as connection:
        await connection.execute(delete(leases).where(leases.c.name.in_(names)))


async def strike_off(
    db: Database, missing: Mapping[str, bool], once: str, *, now: datetime, ttl: timedelta
) -> list[str]:
    """Forget those of the leases that are over by now, or marked True; which they were.

    One transaction takes the lease `once` for `ttl`, too, and forgets nothing while it lasts. Where there is
    nothing to forget, it is not taken.
    """
    async with db.write() as connection:
        moment = clock.at(connection, now)
        if not await _take_once(connection, once, clock.at(connection, now, ttl), moment):
            return []
        dead = [name for name, is_dead in missing.items() if is_dead]
        late = leases.c.name.in_(missing) & ((leases.c.until < moment) | leases.c.name.in_(dead))
        gone = list(await connection.scalars(delete(leases).where(late).returning(leases.c.name)))
        if not gone:
            await connection.execute(delete(leases).where(leases.c.name == once))
        return gone


async def _take_once(
    connection: AsyncConnection, name: str, end: ColumnElement[datetime], now: ColumnElement[datetime]
) -> bool:
    """Whether a lease is taken that not even its holder can renew."""
    statement = insert(connection, leases).values(name=name, owner=name, epoch=1, until=end)
    taking = statement.on_conflict_do_update(
        index_elements=["name"], set_={"until": end}, where=leases.c.until < now
    )
    return (await connection.execute(taking.returning(leases.c.name))).first() is not None
