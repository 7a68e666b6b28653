"""A backup of SQLite poured into an empty PostgreSQL database: how a newsroom moves that has grown."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, text

from storage import backup
from storage.database import Database
from storage.errors import StorageError
from storage.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from news.article import Source

ROWS: Final = 2_000
"""Copied at a time: all that is ever held of a table."""


async def pour(path: Path, target: Database, *, now: datetime, old: Sequence[Source] | None = None) -> None:
    """Copy every row of the backup at `path` into `target`, all of them or none; the file stays as it is.

    What is copied has been made ready before, with `old` as in `backup.make_ready`. StorageError where `path`
    is no backup or `target` holds something.
    """
    await asyncio.to_thread(backup.check, path)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "khobor.db"
        await backup.make_ready(path, copy, now=now, old=old)
        await target.migrate()
        source = Database(f"sqlite+aiosqlite:///{copy}")
        try:
            await _pour(source, target)
        finally:
            await source.close()


async def _pour(source: Database, target: Database) -> None:
    async with source.read() as old, target.write() as new:
        for table in metadata.sorted_tables:
            await _check_empty(new, table)
            await _copy(old, new, table)
            if "id" in table.c:
                await _go_on_counting(old, new, table)


async def _check_empty(new: AsyncConnection, table: Table) -> None:
    if await new.scalar(select(select(table).exists())):
        raise StorageError("The database holds something already: a backup is poured into an empty one")


async def _copy(old: AsyncConnection, new: AsyncConnection, table: Table) -> None:
    async with old.stream(select(table)) as rows:
        async for some in rows.mappings().partitions(ROWS):
            await new.execute(table.insert(), [dict(row) for row in some])


async def _go_on_counting(old: AsyncConnection, new: AsyncConnection, table: Table) -> None:
    """Ids go on after the highest that was ever given, not after the highest that is left."""
    given = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    ever = await old.scalar(given, {"name": table.name}) or await old.scalar(select(func.max(table.c.id)))
    if ever:
        await new.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), ever)))
