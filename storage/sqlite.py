"""SQLite as this program uses it: WAL, full syncs, references checked, transactions begun when we say so."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
)
_FETCHED: Final = 64
"""Rows that the thread hands over at a time (aiosqlite's own measure)."""
_TRIES: Final = 100
_PAUSE: Final = 0.05
"""Seconds; with the tries 5 s, as long as `busy_timeout`."""


def engine(url: URL, **options: Any) -> AsyncEngine:
    """An engine for a database file; with the execution option `begin="BEGIN IMMEDIATE"` it locks at once.

    A transaction that will write must: one that begins as a read and upgrades fails with BUSY_SNAPSHOT.
    """
    where, how = url.get_dialect()().create_connect_args(url)
    opening = partial(_open, *where, **how, isolation_level=None)
    made = create_async_engine(url, async_creator=opening, **options)
    event.listen(made.sync_engine, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    """In place of the driver, which would begin too late (the recipe of SQLAlchemy's sqlite dialect)."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


class _Driver(sqlite3.Connection):
    """A connection that ends its transaction when it is closed.

    SQLite keeps one open whose statement somebody still holds, the traceback of a cancelled user perhaps: it
    would go on holding the lock that everybody needs who writes.
    """

    def close(self) -> None:
        """Undo what is not committed, and close; what is closed already stays so."""
        with suppress(sqlite3.Error):
            if self.in_transaction:
                self.rollback()
        super().close()


class _Connection(aiosqlite.Connection):
    """A connection that can be stopped twice.

    SQLAlchemy stops one whose user was cancelled while its close is still under way. The thread ends at the
    first of the two, and aiosqlite 0.22 would wait for its answer to the second for ever.
    """

    _ended: asyncio.Future[Any] | None = None

    def stop(self) -> asyncio.Future[Any] | None:
        """Have the thread end; the same future each time."""
        if self._running:
            self._ended = super().stop()
        return self._ended


async def _open(*where: Any, **how: Any) -> aiosqlite.Connection:
    connection = _Connection(partial(sqlite3.connect, *where, factory=_Driver, **how), _FETCHED)
    thread = connection._thread  # noqa: SLF001  # as SQLAlchemy does: a forgotten connection must not keep us alive
    thread.daemon = True
    try:
        await connection
        await _prepare(connection)
    except BaseException:
        await connection.close()
        # aiosqlite does not wait for the thread of a connection that failed; it would outlive the event loop.
        await asyncio.to_thread(thread.join)
        raise
    return connection


async def _prepare(connection: aiosqlite.Connection) -> None:
    for pragma in _PRAGMAS:
        await connection.execute(pragma)
    for _ in range(_TRIES):
        if await _enters_wal(connection):
            return
        await asyncio.sleep(_PAUSE)
    raise sqlite3.OperationalError("database is locked")


async def _enters_wal(connection: aiosqlite.Connection) -> bool:
    """False while another process does the same to a new file: SQLite says "locked" without waiting."""
    try:
        await connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    return True
