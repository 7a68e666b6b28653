"""Locks held until a transaction ends. On SQLite the writing transaction itself is the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, func, select, text

from storage.tables import readers

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
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


async def rows(connection: AsyncConnection, chosen: ColumnElement[bool]) -> list[Row[Any]]:
    """The readers `chosen`, who change no more within this transaction but by it.

    By ascending id, as whoever settles locks them: two who lock the same rows never wait in a ring.
    """
    found = select(readers).where(chosen).order_by(readers.c.id).with_for_update()
    return list(await connection.execute(found))


async def end_frozen(connection: AsyncConnection) -> None:
    """End transactions of processes of ours that are frozen in the middle of a statement of several parts.

    Their locks would be kept for as long: PostgreSQL's own limits see a statement at work and let it be.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_END_FROZEN)


_END_FROZEN: Final = text("""
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND application_name = 'khobor'
        AND state = 'active' AND wait_event = 'ClientRead'
        AND state_change < clock_timestamp() - interval '5 seconds'
""")
"""As long as `idle_in_transaction_session_timeout` in storage.database, which is for all the others."""
