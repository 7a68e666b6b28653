"""Pictures Telegram already has: from a picture's address to its `file_id`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from storage import keys
from storage.tables import media
from storage.upsert import insert

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


async def file_id(db: Database, url: str) -> str | None:
    """Telegram's name for the picture, where it has been uploaded."""
    async with db.read() as connection:
        found: str | None = await connection.scalar(
            select(media.c.file_id).where(media.c.key == keys.stored(url))
        )
    return found


async def keep(db: Database, url: str, file_id: str, now: datetime) -> None:
    """Remember Telegram's name for a picture; the last one told counts."""
    told = {"file_id": file_id, "kept_at": now}
    async with db.write() as connection:
        added = insert(connection, media).values(key=keys.stored(url), **told)
        await connection.execute(added.on_conflict_do_update(index_elements=["key"], set_=told))


async def drop(db: Database, url: str) -> None:
    """Forget a name that Telegram does not accept any more."""
    async with db.write() as connection:
        await connection.execute(delete(media).where(media.c.key == keys.stored(url)))
