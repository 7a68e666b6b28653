"""Editors in the middle of a broadcast: their next message is the announcement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from storage.tables import drafts
from storage.upsert import insert

if TYPE_CHECKING:
    from storage.database import Database

LIFE: Final = timedelta(minutes=15)
"""After that an editor's message is taken as any other: nobody broadcasts by accident tomorrow."""


async def begin(db: Database, editor_id: int, now: datetime) -> None:
    """The editor's next message is an announcement."""
    async with db.write() as connection:
        added = insert(connection, drafts).values(editor_id=editor_id, begun_at=now)
        await connection.execute(
            added.on_conflict_do_update(index_elements=["editor_id"], set_={"begun_at": now})
        )


async def drafting(db: Database, editor_id: int, now: datetime | None = None) -> bool:
    """Whether the editor began a draft within its life before `now` (by default this moment)."""
    since = (now or datetime.now(UTC)) - LIFE
    found = select(drafts.c.editor_id).where(drafts.c.editor_id == editor_id, drafts.c.begun_at > since)
    async with db.read() as connection:
        return (await connection.execute(found)).first() is not None


async def end(db: Database, editor_id: int) -> None:
    """The draft is sent or given up."""
    async with db.write() as connection:
        await connection.execute(delete(drafts).where(drafts.c.editor_id == editor_id))
