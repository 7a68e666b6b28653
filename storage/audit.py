"""What editors did, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from storage.tables import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of an editor: announce, stop, release, dismiss, correct or retract, and the id of the post."""

    at: datetime
    editor_id: int
    action: str
    subject: str


async def note(connection: AsyncConnection, editor_id: int, action: str, subject: str, now: datetime) -> None:
    """Write an act down, in the transaction that makes it a fact."""
    await connection.execute(
        insert(audit).values(at=now, editor_id=editor_id, action=action, subject=subject)
    )


async def deeds(db: Database, limit: int) -> list[Deed]:
    """The last acts, newest first."""
    last = select(audit.c.at, audit.c.editor_id, audit.c.action, audit.c.subject).order_by(audit.c.id.desc())
    async with db.read() as connection:
        return [Deed(*row) for row in await connection.execute(last.limit(limit))]
