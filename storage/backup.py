"""Copies of a SQLite database: taken while it runs, put back while it does not."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import SQLAlchemyError

from storage import database, resuming, sqlite_file
from storage.database import Database
from storage.errors import StorageError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from news.article import Source


async def backup(db: Database, path: Path | str) -> None:
    """Write a consistent copy of a running database to `path`, which must not exist yet."""
    source = _file(db.url.get_backend_name(), db.url.database)
    await asyncio.to_thread(_copy_out, source, Path(path))


async def restore(
    path: Path | str, url: str, *, now: datetime, old: Sequence[Source] | None = None
) -> Path | None:
    """Replace the unused database at `url` by the copy at `path`, once that is ready (`make_ready`).

    The file where the replaced database is kept; None where there was none.
    """
    address = database.address(url)
    target = _file(address.get_backend_name(), address.database)
    part = sqlite_file.beside(target, ".part")
    await asyncio.to_thread(_check_all, Path(path), part, target)
    try:
        await make_ready(Path(path), part, now=now, old=old)
        return await asyncio.to_thread(sqlite_file.put_in_place, part, target)
    except OSError as error:
        raise Unavailable(f"The database file {target} can't be written: {error}") from error
    finally:
        _remove(part)


async def make_ready(path: Path, part: Path, *, now: datetime, old: Sequence[Source] | None) -> None:
    """Copy the backup at `path`, which was checked, to `part`: of today's version, ready to go on.

    With `old`, the sources that are listed today, nothing that may have been sent since is sent again.
    StorageError where that can't be: it is no backup of ours, or one of a newer version.
    """
    await asyncio.to_thread(_take, path, part)
    db = Database(f"sqlite+aiosqlite:///{part}")
    try:
        await _bring_up_to_date(db, path)
        await resuming.number_anew(db, now)
        await resuming.let_go(db)
        if old is not None:
            await resuming.pass_over(db, old, now)
    finally:
        await db.close()
    await asyncio.to_thread(_leave_wal, part)


async def _bring_up_to_date(db: Database, path: Path) -> None:
    try:
        await db.migrate()
        async with db.read() as connection:
            whole = await connection.run_sync(resuming.is_whole)
    except (StorageError, SQLAlchemyError) as error:
        raise _refusal(path, error) from error
    if not whole:
        raise StorageError(f"{path} is not a backup of this program: not all of its tables are there")


def _refusal(path: Path, error: StorageError | SQLAlchemyError) -> StorageError:
    """Why a copy can't be brought to today's version."""
    if isinstance(error, SQLAlchemyError) or "no such table" in str(error.__cause__):
        return StorageError(f"{path} is not a backup of this program: it can't be brought to today's version")
    if isinstance(error, Unavailable):
        return error
    return StorageError(f"{path} was made by a newer version of the program: update it first")


def _file(backend: str, name: str | None) -> Path:
    if backend != "sqlite" or name is None:
        raise StorageError(
            "Only a SQLite database is backed up here: for PostgreSQL use pg_dump and pg_restore"
        )
    return sqlite_file.itself(Path(name))


def _remove(path: Path) -> None:
    for one in sqlite_file.all_of(path):
        one.unlink(missing_ok=True)


def _copy_out(source: Path, target: Path) -> None:
    if target.exists():
        raise StorageError(f"{target} exists already: a backup never replaces a file")
    part = sqlite_file.beside(target, ".part")
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            _copy(connection, part)
        sqlite_file.flush(part)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise Unavailable(f"The backup {target} can't be written: {error}") from error


def _copy(connection: sqlite3.Connection, part: Path) -> None:
    """With all that is committed, also what is only in the log beside the database."""
    _remove(part)
    connection.execute("VACUUM INTO ?", (str(part),))


def _take(source: Path, part: Path) -> None:
    try:
        with closing(_reading(source)) as connection:
            _copy(connection, part)
    except (sqlite3.Error, OSError) as error:
        raise Unavailable(f"{source} can't be copied to {part}: {error}") from error


def _check_all(source: Path, part: Path, target: Path) -> None:
    """Before anything is made."""
    if source.resolve() == part.resolve():
        raise StorageError(f"{source}: this name is needed, give the copy another one")
    check(source)
    sqlite_file.check_unused(target)


def check(path: Path) -> None:
    """That a backup is sound, and looks like one of ours: else StorageError."""
    if not path.is_file():
        raise StorageError(f"{path}: {'it is a folder' if path.is_dir() else 'no such file'}")
    try:
        with closing(_reading(path)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            connection.execute("SELECT cursor, outcome, audience FROM readers, receipts, posts LIMIT 0")
    except sqlite3.Error as error:
        barred = getattr(error, "sqlite_errorcode", 0) & sqlite_file.KIND in _BARRED
        why = "can't be read" if barred else "is not a backup of this program"
        raise StorageError(f"{path} {why}: {error}") from error
    if verdict != "ok":
        raise StorageError(f"{path} is damaged: {verdict}")
    if len(versions) != 1:
        raise StorageError(f"{path} is not a backup of this program: it says no version")


_CLOSED: Final = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})
_BARRED: Final = _CLOSED | {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing, and sees what is only in the log beside the database too.

    SQLite reads a log with the help of a file beside it. Where it may not make that, and there is no log, the
    database is read as it stands.
    """
    path = sqlite_file.itself(path)
    uri = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & sqlite_file.KIND not in _CLOSED:
            raise
        for log in sqlite_file.logs_of(path):
            raise StorageError(
                f"{path} can't be read together with {log.name} where nothing may be written: "
                "copy both to another folder"
            ) from error
        return sqlite3.connect(f"{uri}&immutable=1", uri=True)
    return connection


def _leave_wal(part: Path) -> None:
    """All of it is in the one file then, and on the disk: only so may it have its name."""
    try:
        with closing(sqlite3.connect(part)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise Unavailable(f"{part} can't be written: {error}") from error
    sqlite_file.flush(part)
