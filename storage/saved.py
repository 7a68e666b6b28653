"""Posts that readers keep for later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, true

from storage import posts, tables
from storage.moments import moment
from storage.tables import readers
from storage.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


async def save(db: Database, reader_id: int, post_id: int, now: datetime) -> bool:
    """Keep a post; False where it is kept already, or reader or post are no more."""
    both = readers.join(tables.posts, true())
    pair = (readers.c.id == reader_id) & (tables.posts.c.id == post_id)
    row = select(readers.c.id, tables.posts.c.id, moment(now)).select_from(both).where(pair)
    async with db.write() as connection:
        added = insert(connection, tables.saved).from_select(["reader_id", "post_id", "saved_at"], row)
        return (await connection.execute(added.on_conflict_do_nothing())).rowcount > 0


async def unsave(db: Database, reader_id: int, post_id: int) -> bool:
    """Keep a post no longer; False where it was not kept."""
    pair = (tables.saved.c.reader_id == reader_id) & (tables.saved.c.post_id == post_id)
    async with db.write() as connection:
        return (await connection.execute(delete(tables.saved).where(pair))).rowcount > 0


async def saved(db: Database, reader_id: int, limit: int = 10) -> list[posts.Post]:
    """The posts a reader keeps, last saved first."""
    kept = tables.saved
    found = (
        posts.selecting()
        .join(kept, kept.c.post_id == tables.posts.c.id)
        .where(kept.c.reader_id == reader_id)
        .order_by(kept.c.saved_at.desc(), kept.c.post_id.desc())
        .limit(limit)
    )
    return await posts.fetch(db, found)
