"""Who has brought the bot into a group, or has chosen what a topic of it gets: to be told what befalls it.

Only whoever may do either is written down, never who merely writes there. `readers.forget` forgets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from storage import locks
from storage.readers import COLUMNS, Reader, read
from storage.tables import readers

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


async def added(db: Database, chat_id: int, person: int) -> None:
    """`person` has added the bot to a group: they are told of all its topics from now on."""
    async with db.write() as connection:
        topics = [row.id for row in await locks.rows(connection, readers.c.chat_id == chat_id)]
        await connection.execute(update(readers).where(readers.c.id.in_(topics)).values(added_by=person))


async def chose(db: Database, reader_id: int, person: int) -> None:
    """`person` has chosen what one group or topic gets, and looks after it from now on."""
    async with db.write() as connection:
        await connection.execute(update(readers).where(readers.c.id == reader_id).values(added_by=person))


async def of(db: Database, reader_id: int) -> tuple[Reader, int] | None:
    """The group or topic, and who is to be told of it; None where nobody is known."""
    async with db.read() as connection:
        row = (await connection.execute(select(*COLUMNS).where(readers.c.id == reader_id))).first()
        if row is None:
            return None
        reader = read(row)
        person = await _inviter(connection, reader)
    return (reader, person) if person is not None else None


async def _inviter(connection: AsyncConnection, reader: Reader) -> int | None:
    """Whoever has chosen for the topic; else for the group."""
    there = (readers.c.chat_id == reader.chat_id) & readers.c.topic.in_([reader.topic, 0])
    known = select(readers.c.added_by).where(there, readers.c.added_by.is_not(None))
    person: int | None = await connection.scalar(known.order_by(readers.c.topic.desc()).limit(1))
    return person
