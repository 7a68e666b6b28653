"""What people have said, as any process receives it and as the database holds it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage import inbox, tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from storage.database import Database

LEASE = timedelta(seconds=15)


async def receive(
    db: Database, updates: Sequence[tuple[int, str]], now: datetime, owner: str = "here/1/a"
) -> list[int]:
    """Save updates in the hand of `owner`."""
    return await inbox.receive(db, updates, owner, now=now, lease=LEASE)


async def pending(db: Database) -> list[tuple[int, str]]:
    """What is not done yet, id and JSON, in the order of its arrival, in whoever's hand."""
    waiting = select(tables.inbox.c.update_id, tables.inbox.c.body).where(tables.inbox.c.body.is_not(None))
    async with db.read() as connection:
        found = await connection.execute(waiting.order_by(tables.inbox.c.id))
        return [(update_id, body) for update_id, body in found]
