"""Updates from Telegram: saved before they are acknowledged, kept until they are handled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, update

from storage.tables import inbox
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from storage.database import Database

REMEMBERED: Final = 10_000
"""How many of the last ids are kept after their updates are done, to know a repeated one."""


async def receive(db: Database, updates: Sequence[tuple[int, str]], now: datetime) -> list[int]:
    """Save updates (id and JSON) in their order; the ids that are new, the others were received before."""
    if not updates:
        return []
    rows = [{"update_id": update_id, "body": body, "received_at": now} for update_id, body in updates]
    async with db.write() as connection:
        added = insert(connection, inbox).values(rows).on_conflict_do_nothing().returning(inbox.c.update_id)
        return list(await connection.scalars(added))


async def pending(db: Database) -> list[tuple[int, str]]:
    """Updates not done yet, id and JSON, in the order of their arrival."""
    waiting = select(inbox.c.update_id, inbox.c.body).where(inbox.c.body.is_not(None)).order_by(inbox.c.id)
    async with db.read() as connection:
        return [(update_id, body) for update_id, body in await connection.execute(waiting)]


async def done(db: Database, update_ids: Collection[int]) -> None:
    """Delete what people said once it is handled; the ids are remembered for a while."""
    newest = select(func.max(inbox.c.id)).scalar_subquery()
    old = inbox.c.body.is_(None) & (inbox.c.id <= newest - REMEMBERED)
    async with db.write() as connection:
        await connection.execute(update(inbox).where(inbox.c.update_id.in_(update_ids)).values(body=None))
        await connection.execute(delete(inbox).where(old))
