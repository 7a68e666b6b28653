"""Alembic, run by the program itself: no alembic.ini, no logging set up, scripts found beside this file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text

from storage import locks
from storage.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection


def upgrade(connection: Connection) -> None:
    """Bring the schema to the newest version inside the transaction of `connection`."""
    if connection.dialect.name == "postgresql":
        connection.execute(locks.taking(locks.MIGRATE))
    settings = Config()
    # ConfigParser reads a percent sign in a path as a reference.
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, "head")
    except CommandError as error:
        raise StorageError(
            "The database was made by a newer version of the program: update it, or restore a backup"
        ) from error
    # Nothing to do is no proof that something could be done: a read-only database should say so at the start.
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
