"""The file of a SQLite database, and what is beside it: one takes the place of another."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from storage.errors import StorageError, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

_LOGS: Final = ("-wal", "-journal")
"""What SQLite leaves beside a database that was not closed: its last commits, or what undoes them."""


def beside(path: Path, suffix: str) -> Path:
    """What has the name of `path` with something behind it."""
    return path.with_name(path.name + suffix)


def itself(path: Path) -> Path:
    """The file to which a link leads: beside that SQLite has its log, and beside that it is replaced."""
    return path.resolve() if path.is_symlink() else path


def all_of(path: Path) -> list[Path]:
    """A database and what may be beside it."""
    return [path, *(beside(path, suffix) for suffix in (*_LOGS, "-shm"))]


def check_unused(path: Path) -> None:
    """Having it to oneself brings what is in its log into it, and changes nothing else."""
    if not path.exists():
        return
    if not path.is_file():
        raise StorageError(f"{path} is no file: a database can't be put there")
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise _refusal(path, error) from error
    except sqlite3.DatabaseError:
        return  # damaged: that is what a backup is for
    for log in logs_of(path):
        raise Unavailable(f"The database file {path} can't be written: its last commits stay in {log.name}")


def _refusal(path: Path, error: sqlite3.OperationalError) -> Unavailable:
    """Why nobody has a database to themselves: others have it, or it is closed to them."""
    if error.sqlite_errorcode & KIND in _IN_USE:
        return Unavailable(f"The database file {path} is in use ({error}): stop the bot first")
    return Unavailable(f"The database file {path} can't be written: {error}")


KIND: Final = 0xFF
"""The part of SQLite's error codes that does not go into details."""
_IN_USE: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def logs_of(path: Path) -> list[Path]:
    """The logs beside a database that hold something."""
    logs = (beside(path, suffix) for suffix in _LOGS)
    return [log for log in logs if log.exists() and log.stat().st_size]


def put_in_place(part: Path, target: Path) -> Path | None:
    """Put `part` in the place of the database, which comes back if that fails; where it is kept if not.

    Whoever kills it leaves one of the two there, whole: the old one has its second name by then.
    """
    check_unused(target)
    kept, there = _free_name(target), target.exists()
    try:
        _keep(target, kept)
        part.replace(target)
    except OSError:
        _rename(kept, target)
        raise
    _flush_names(target.parent)
    return kept if there else None


def _free_name(target: Path) -> Path:
    """A name of its own for the database that is replaced, which no earlier one has.

    One that was given to this very database is free: whoever gave it was killed.
    """
    names = (
        f"{target.name}.before-restore{f'-{count}' if count > 1 else ''}" for count in itertools.count(1)
    )
    return next(kept for kept in map(target.with_name, names) if _is_free(kept, target))


def _is_free(kept: Path, target: Path) -> bool:
    pairs = zip(all_of(target), all_of(kept), strict=True)
    return all(not new.exists() or (old.exists() and old.samefile(new)) for old, new in pairs)


_UNABLE: Final = frozenset(
    {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK, errno.EINVAL}
)
"""What a file system says that gives no file a second name, or does not flush folders."""


def _keep(target: Path, kept: Path) -> None:
    """Give a database its second name, with what is beside it; that goes: another one is to be there.

    Only a damaged one has something beside it still. Where no file has two names, all of it moves.
    """
    try:
        for old, new in zip(all_of(target), all_of(kept), strict=True):
            if old.exists() and not new.exists():
                os.link(old, new, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise
        _rename(target, kept)
    _flush_names(target.parent)
    for old in all_of(target)[1:]:
        old.unlink(missing_ok=True)
    _flush_names(target.parent)


def _rename(old: Path, new: Path) -> None:
    """With what is beside it: a log that stayed would be replayed into another database.

    A file that has both names loses the old one.
    """
    for source, target in zip(all_of(old), all_of(new), strict=True):
        if source.exists():
            source.replace(target)
            source.unlink(missing_ok=True)


def _flush_names(folder: Path) -> None:
    """The names of its files, too, where that can be: they come and go on the disk in this order."""
    try:
        flush(folder)
    except OSError as error:
        if error.errno not in _UNABLE:
            raise


def flush(path: Path) -> None:
    """It is on the disk then: only so may it take the place of another."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
