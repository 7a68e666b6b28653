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
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -4000",
)
_FETCHED: Final = 1000
"""Rows that the thread hands over together with the word that a statement is done."""
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


class _Cursor(aiosqlite.Cursor):
    """A cursor whose thread does a statement in one step: aiosqlite's makes, executes, fetches and closes.

    A step costs two changes of thread, and so more than most statements.
    """

    _more = False

    def __init__(self, connection: _Connection) -> None:
        self._conn = connection
        self._rows: list[Any] = []

    async def execute(self, sql: str, parameters: Any = ()) -> _Cursor:
        """Execute, and fetch what fits into one step."""
        return await self._step(_Driver.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> _Cursor:
        """Execute with each of `parameters`."""
        return await self._step(_Driver.executemany, sql, parameters)

    async def _step(self, *what: Any) -> _Cursor:
        await self._execute(self._run, *what)  # type: ignore[no-untyped-call]
        return self

    def _run(self, how: Callable[..., sqlite3.Cursor], *what: Any) -> None:
        self._cursor = how(self._conn._conn, *what)  # noqa: SLF001  # the driver's connection, in its thread
        self._rows = self._cursor.fetchmany(_FETCHED)
        self._more = len(self._rows) == _FETCHED

    async def fetchone(self) -> Any:
        """The next row, or None."""
        return next(iter(await self.fetchmany(1)), None)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows; fewer than `size` where no more are left."""
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        if self._more and len(rows) < size:
            rows += await super().fetchmany(size - len(rows))
        return rows

    async def fetchall(self) -> list[Any]:
        """All rows that are left."""
        rows, self._rows = self._rows, []
        return [*rows, *await super().fetchall()] if self._more else rows

    async def close(self) -> None:
        """Let go of a statement that has not come to its end."""
        if self._more:
            await super().close()


class _Connection(aiosqlite.Connection):
    """A connection with fewer steps for its thread, that can be stopped twice.

    SQLAlchemy stops one whose user was cancelled while its close is still under way. The thread ends at the
    first of the two, and aiosqlite 0.22 would wait for its answer to the second for ever.
    """

    _ended: asyncio.Future[Any] | None = None

    def cursor(self) -> _Cursor:  # type: ignore[override]
        """A cursor, which costs nothing until it executes."""
        return _Cursor(self)

    async def rollback(self) -> None:
        """Undo what is not committed, if anything was begun: SQLAlchemy asks after each commit."""
        if self.in_transaction:
            await super().rollback()

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
