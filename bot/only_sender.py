"""On SQLite one process sends: each keeps Telegram's limits by itself, and two would send twice as fast.

The lock is the kernel's. It ends with the process, however that ends, and no child of it has it.
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storage.database import address
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def only_sender(database_url: str) -> Iterator[None]:
    """Be the one that sends from this database, if it is a file: StorageError where another process is.

    The lock is on a file beside it, which stays: on the database itself it would get in SQLite's way.
    """
    parts = address(database_url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        yield
        return
    database = Path(parts.database).resolve()
    if not database.parent.is_dir():  # the database itself says so, in its own words
        yield
        return
    with database.with_name(f"{database.name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StorageError(
                f"Another process sends from {parts.database} already; only on PostgreSQL may several"
            ) from None
        yield
