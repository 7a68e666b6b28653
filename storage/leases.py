"""Named leases: one holder at a time, each with an epoch greater than that of all before.

They end by the clock of `storage.clock`; `now` is what the caller's own says.
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


async def remove(db: Database, names: Collection[str]) -> list[str]:
    """Forget leases, whoever holds them; those that were there: of several who do so, one hears of each."""
    async with db.write() as connection:
        gone = delete(leases).where(leases.c.name.in_(names)).returning(leases.c.name)
        return list(await connection.scalars(gone))
