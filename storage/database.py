"""One database, SQLite or PostgreSQL behind the same two doors: `read` and `write`."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import create_async_engine

from storage import faults, schema, sqlite
from storage.errors import StorageError
from storage.turns import Turns

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_POOL: Final[dict[str, Any]] = {"pool_timeout": 10, "pool_use_lifo": True}
_SQLITE: Final[dict[str, Any]] = {**_POOL, "pool_size": 3, "max_overflow": 5}
"""One writes at a time, and reading takes moments: each connection is a thread with a cache of its own."""
_POSTGRESQL: Final[dict[str, Any]] = {
    **_POOL,
    "pool_size": 10,
    "max_overflow": 10,
    "pool_pre_ping": True,
    "connect_args": {
        "timeout": 5,
        "command_timeout": 30,
        "server_settings": {
            "application_name": "khobor",
            "jit": "off",
            # A receipt that a crash of the server can take back is a false "sent".
            "synchronous_commit": "on",
            # In milliseconds: who was frozen or cut off within a transaction keeps its locks no longer.
            "idle_in_transaction_session_timeout": "5000",
        },
    },
}


class Database:
    """A database by its address; connects when first used.

    `read` and `write` raise `Unavailable` when it can't be used. Neither may be nested in `write`: on SQLite
    the one writer would wait for itself.
    """

    def __init__(self, url: str) -> None:
        self.url = address(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._engine = _engine(self.url)
        self._writer = self._engine.execution_options(begin="BEGIN IMMEDIATE")
        self._alone = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._turns = Turns() if self.is_sqlite else None

    async def migrate(self) -> None:
        """Bring the schema to the newest version; safe when several processes start at once."""
        async with self.write() as connection:
            await connection.run_sync(schema.upgrade)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """To read only: one state throughout (SQLite) or the latest at each statement (PostgreSQL)."""
        with _translated(self.url):
            async with self._engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, for_many: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed on leaving, undone by an exception.

        What is written `for_many` waits, on SQLite, for what is written for a person.
        """
        async with self._turns.turn(for_many=for_many) if self._turns else nullcontext():
            with _translated(self.url):
                async with self._writer.begin() as connection:
                    yield connection

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """Each statement a transaction of its own: for what is said many times a second (PostgreSQL only)."""
        with _translated(self.url):
            async with self._alone.connect() as connection:
                yield connection

    async def prove(self) -> None:
        """Save what changes nothing, down to the disk: whoever could not save anything learns why."""
        async with self.write() as connection:
            if self.is_sqlite:
                version = await connection.scalar(text("PRAGMA user_version"))
                await connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")
            else:
                await connection.exec_driver_sql("SELECT txid_current()")  # its end is written down

    async def close(self) -> None:
        """Close every connection; the object may be used again."""
        await self._engine.dispose()


@contextmanager
def _translated(url: URL) -> Iterator[None]:
    """Turns what the driver raises into `Unavailable`; a broken assumption of our own passes as it is."""
    try:
        yield
    except faults.CAUGHT as error:
        fault = faults.read(error, url)
        if fault is None:
            raise
        raise fault from error


def _engine(url: URL) -> AsyncEngine:
    make = (
        partial(sqlite.engine, url, **_SQLITE)
        if url.get_backend_name() == "sqlite"
        else partial(create_async_engine, url, **_POSTGRESQL)
    )
    return make(json_serializer=partial(json.dumps, ensure_ascii=False))


def address(url: str) -> URL:
    """The parts of a database address; StorageError where it is not one of ours."""
    try:
        parts = make_url(url)
    except ArgumentError:
        parts = URL.create("unreadable")
    if parts.drivername not in {"sqlite+aiosqlite", "postgresql+asyncpg"} or not parts.database:
        raise StorageError(
            "A database address looks like sqlite+aiosqlite:///khobor.db or postgresql+asyncpg://user@host/khobor"
        )
    if parts.database == ":memory:":
        raise StorageError("The database must be a file: one in memory is gone with the process")
    return parts
