"""Locks held until a transaction ends. On SQLite the writing transaction itself is the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Select, func, select

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

MIGRATE: Final = 7_450_001
PUBLISH: Final = 7_450_002
"""Held by whoever adds or changes a post: posts become visible in the order of their ids and revisions."""
MARK: Final = 7_450_003
"""Held by whoever marks readers: two who mark at once would count readers twice."""


def taking(number: int) -> Select[None]:
    """The statement that waits for lock `number` (PostgreSQL)."""
    return select(func.pg_advisory_xact_lock(number))


async def hold(connection: AsyncConnection, number: int) -> None:
    """Wait for lock `number` and keep it until the transaction of `connection` ends."""
    if connection.dialect.name == "postgresql":
        await connection.execute(taking(number))
