"""Copies of a SQLite database: taken while it runs, put back while it does not."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from storage import database
from storage.errors import StorageError, Unavailable

if TYPE_CHECKING:
    from storage.database import Database


async def backup(db: Database, path: Path | str) -> None:
    """Write a consistent copy of a running database to `path`, which must not exist yet."""
    source = _file(db.url.get_backend_name(), db.url.database)
    await asyncio.to_thread(_copy_out, source, Path(path))


async def restore(path: Path | str, url: str) -> Path | None:
    """Replace the unused database at `url` by the copy at `path`, once that has proved sound.

    The file where the replaced database is kept; None where there was none.
    """
    address = database.address(url)
    target = _file(address.get_backend_name(), address.database)
    return await asyncio.to_thread(_put_back, Path(path), target)


def _file(backend: str, name: str | None) -> Path:
    if backend != "sqlite" or name is None:
        raise StorageError(
            "Only a SQLite database is backed up here: for PostgreSQL use pg_dump and pg_restore"
        )
    return Path(name)


def _copy_out(source: Path, target: Path) -> None:
    if target.exists():
        raise StorageError(f"{target} exists already: a backup never replaces a file")
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        _flush(part)
        part.replace(target)
    except (sqlite3.Error, OSError) as error:
        part.unlink(missing_ok=True)
        raise Unavailable(f"The backup {target} can't be written: {error}") from error


def _put_back(source: Path, target: Path) -> Path | None:
    check(source)
    _check_unused(target)
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(source, part)
        check(part)
        _flush(part)
        return _exchange(part, target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unavailable(f"The database file {target} can't be written: {error}") from error


def _exchange(part: Path, target: Path) -> Path | None:
    """Put `part` in the place of the database, which comes back if that fails; where it is kept if not."""
    kept = _set_aside(target)
    try:
        part.replace(target)
    except OSError:
        if kept:
            kept.replace(target)
        raise
    return kept


def _set_aside(target: Path) -> Path | None:
    """Give the database that is replaced a name of its own, which no earlier one has."""
    if not target.exists():
        return None
    names = (
        f"{target.name}.before-restore{f'-{count}' if count > 1 else ''}" for count in itertools.count(1)
    )
    return target.replace(next(kept for name in names if not (kept := target.with_name(name)).exists()))


def check(path: Path) -> None:
    """That a backup is sound, and one of ours: else StorageError."""
    if not path.is_file():
        raise StorageError(f"{path}: {'it is a folder' if path.is_dir() else 'no such file'}")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            connection.execute("SELECT version_num FROM alembic_version")
    except sqlite3.Error as error:
        raise StorageError(f"{path} is not a backup of this program: {error}") from error
    if verdict != "ok":
        raise StorageError(f"{path} is damaged: {verdict}")


def _check_unused(path: Path) -> None:
    """Leaving WAL needs the database to oneself, and leaves no journal to be replayed into the new one."""
    if not path.exists():
        return
    if not path.is_file():
        raise StorageError(f"{path} is no file: a database can't be put there")
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            raise Unavailable(f"The database file {path} is in use ({error}): stop the bot first") from error
        except sqlite3.DatabaseError:
            pass  # damaged: that is what a backup is for
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _flush(part: Path) -> None:
    """On the disk: only then may `part` have its name."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
