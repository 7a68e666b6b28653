"""From a driver's exception to one sentence an operator can act on. No I/O but a look at the directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg
from sqlalchemy import exc

from storage.errors import Unavailable

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

CAUGHT: Final = (
    exc.DBAPIError,
    exc.TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
)
"""All that a driver, its pool or the system raises when the database can't be used, and more: see `read`."""

_OURS: Final = (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError)
"""A broken assumption of our own code: not translated, it stops the job loudly."""
_THEIRS: Final = (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError)
"""Looks like ours, but an operator can put it right."""

_SQLITE: Final = (
    ("readonly", "can't be written: check the permissions of the file and its directory"),
    ("locked", "is locked by another process"),
    ("full", "can't grow: the disk is full"),
    ("no such table", "has no tables yet: run `python -m bot migrate`"),
    ("not a database", "is not a database"),
    ("malformed", "is damaged: restore a backup"),
    ("disk i/o", "can't be read or written: the disk reports an error"),
)

_POSTGRESQL: Final = (
    (asyncpg.UndefinedTableError, "has no tables yet: run `python -m bot migrate`"),
    (asyncpg.InsufficientPrivilegeError, "does not let this user do it: grant them the database"),
    (asyncpg.InvalidPasswordError, "refuses the user name or the password"),
    (asyncpg.InvalidAuthorizationSpecificationError, "refuses the user name or the password"),
    (asyncpg.InvalidCatalogNameError, "has no database of that name"),
    (asyncpg.TooManyConnectionsError, "has no connection left"),
    (asyncpg.DiskFullError, "can't grow: its disk is full"),
    (asyncpg.DeadlockDetectedError, "broke a deadlock: try again"),
    (asyncpg.ReadOnlySQLTransactionError, "is read-only"),
    (TimeoutError, "does not answer in time"),
    (OSError, "can't be reached"),
)


def read(error: BaseException, url: URL) -> Unavailable | None:
    """What `error` means for someone using the database at `url`; None for a fault of our own."""
    origin = _origin(error)
    if isinstance(error, _OURS) and not isinstance(origin, _THEIRS):
        return None
    if getattr(origin, "sqlite_errorname", "") == "SQLITE_ERROR" and "no such table" not in str(origin):
        return None  # SQLite calls a fault in our SQL an operational error
    if url.get_backend_name() == "sqlite":
        return Unavailable(f"{_name(url)} {_sqlite_cause(str(origin), url)}")
    return Unavailable(f"{_name(url)} {_postgresql_cause(origin)}")


def _origin(error: BaseException) -> BaseException:
    """The driver's own exception beneath SQLAlchemy's and its adapter's."""
    while (inner := getattr(error, "orig", None) or _asyncpg_cause(error)) is not None:
        error = inner
    return error


def _asyncpg_cause(error: BaseException) -> BaseException | None:
    cause = error.__cause__
    known = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
    return cause if isinstance(cause, known) and not isinstance(error, known) else None


def _name(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The database file {url.database}"
    return f"The PostgreSQL server at {url.host or 'localhost'}:{url.port or 5432} (database {url.database})"


def _sqlite_cause(message: str, url: URL) -> str:
    if "unable to open" in message:
        return _unopened(Path(url.database or "."))
    for words, sentence in _SQLITE:
        if words in message.lower():
            return sentence
    return f"can't be used: {_line(message)}"


def _unopened(path: Path) -> str:
    if not path.parent.is_dir():
        return f"can't be opened: the directory {path.parent} does not exist"
    return "can't be opened: check the permissions of the file and its directory"


def _postgresql_cause(origin: BaseException) -> str:
    for kind, sentence in _POSTGRESQL:
        if isinstance(origin, kind):
            return sentence
    return f"can't be used: {_line(str(origin)) or type(origin).__name__}"


def _line(message: str) -> str:
    return message.strip().partition("\n")[0]
