"""Corrections: what is to be done to the copies of posts that readers have, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, select

from storage.tables import corrections

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

Kind = Literal["correct", "retract"]


@dataclass(frozen=True, slots=True)
class Correction:
    """Copies of a post are to show what it says since `revision`, or to go."""

    id: int
    post_id: int
    revision: int
    kind: Kind
    at: datetime


async def queue(connection: AsyncConnection, post_id: int, revision: int, kind: Kind, now: datetime) -> None:
    """Ask for a correction, in the transaction that makes it necessary."""
    row = {"post_id": post_id, "revision": revision, "kind": kind, "at": now}
    await connection.execute(insert(corrections).values(**row))


async def after(db: Database, correction_id: int = 0, limit: int = 100) -> list[Correction]:
    """Corrections with greater ids, by id."""
    wanted = select(corrections).where(corrections.c.id > correction_id).order_by(corrections.c.id)
    async with db.read() as connection:
        rows = (await connection.execute(wanted.limit(limit))).mappings()
        return [Correction(**row) for row in rows]
