"""`python -m bot migrate`, `backup` and `restore`: one deed, one line that says it is done."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from news import sources
from storage import backup as copies
from storage import transfer
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.settings import Settings


async def migrate(settings: Settings) -> int:
    """Bring the database to the newest version; what was there stays."""
    async with _database(settings) as db:
        await db.migrate()
    return _done("the database is of the newest version")


async def backup(settings: Settings, file: Path) -> int:
    """Copy the database to `file`, which must not exist yet; the bot may go on running."""
    async with _database(settings) as db:
        await copies.backup(db, file)
    return _done(f"the database is copied to {file}")


async def restore(settings: Settings, file: Path, *, old: bool = False) -> int:
    """Put the copy `file` in the place of the database, in today's version; the bot must not be running.

    On PostgreSQL it is poured into a database that is empty so far. Of an `old` copy nothing is sent that may
    have been since it was made.
    """
    kept, now = None, datetime.now(UTC)
    listed = sources.load(settings.sources_file).sources if old else None
    async with _database(settings) as db:
        if db.is_sqlite:
            kept = await copies.restore(file, settings.database_url.get_secret_value(), now=now, old=listed)
        else:
            await transfer.pour(file, db, now=now, old=listed)
    before = f"; what it held before is kept in {kept}" if kept else ""
    return _done(f"the database now holds what {file} held{before}; {_AS_OLD if old else _AS_NEW}")


_AS_NEW: Final = "what was sent after that copy was made may be sent again (--old passes it over)"
_AS_OLD: Final = "what waited in it, and what sources list at their next polls, is not sent"


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database_url.get_secret_value())
    try:
        yield db
    finally:
        await db.close()


def _done(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0
