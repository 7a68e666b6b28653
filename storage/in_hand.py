"""Who is in a sender's hand, and who was in one that is no more; by the clock that leases go by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from storage import clock
from storage.tables import readers

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

FREE: Final[dict[str, Any]] = {"lease_owner": None, "lease_until": None, "lease_urgency": 0}
"""The values of a reader who is in nobody's hand."""


def held(connection: AsyncConnection, now: datetime) -> ColumnElement[bool]:
    """The condition of who is in somebody's hand."""
    return readers.c.lease_owner.is_not(None) & (readers.c.lease_until >= clock.at(connection, now))


def expired(connection: AsyncConnection, now: datetime) -> ColumnElement[bool]:
    """The condition of who was in somebody's hand who is no more, or does not get on.

    They are due only once a sender reclaims them: where there is none, their `due_at` does not say so.
    """
    return readers.c.lease_owner.is_not(None) & (readers.c.lease_until < clock.at(connection, now))


async def is_anybody(connection: AsyncConnection, chosen: ColumnElement[bool]) -> bool:
    """Whether there is such a reader."""
    return bool(await connection.scalar(select(select(readers.c.id).where(chosen).exists())))
