"""Whose lease was ended by somebody else, written down by PostgreSQL itself, whatever a sender believes.

Before its time a lease is ended by its holder alone, or, once the holder is dead, by those beside it. Whoever
merges two readers may end one too, but nobody is merged here. SQLite has one sender: nothing is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.database import Database

WHOSE: Final = "chaos.sender"
"""The setting that says which sender's a session is. Its leases' names end with a slash and the same word."""
_WATCH: Final = (
    """
    CREATE TABLE chaos_ended (
        at timestamptz NOT NULL, reader_id bigint NOT NULL, epoch bigint NOT NULL,
        holder text NOT NULL, by text
    )
    """,
    f"""
    CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO chaos_ended VALUES (
            clock_timestamp(), OLD.id, OLD.lease_epoch, OLD.lease_owner, current_setting('{WHOSE}', true)
        );
        RETURN NULL;
    END $$
    """,  # noqa: S608  (a constant of ours)
    # All conditions are here, so that the function is called for a few rows of a million.
    f"""
    CREATE TRIGGER chaos_watch AFTER UPDATE OF lease_owner, lease_epoch ON readers FOR EACH ROW WHEN (
        OLD.lease_until > clock_timestamp()
        AND (OLD.lease_owner, OLD.lease_epoch) IS DISTINCT FROM (NEW.lease_owner, NEW.lease_epoch)
        AND OLD.lease_owner NOT LIKE '%/' || coalesce(current_setting('{WHOSE}', true), '')
    ) EXECUTE FUNCTION chaos_note()
    """,
)
_ENDED: Final = """
    SELECT extract(epoch FROM clock_timestamp() - at)::float8, regexp_replace(holder, '.*/', ''),
        coalesce(by, '')
    FROM chaos_ended ORDER BY at
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """A lease of the sender `holder` that was ended before its time, or taken, by another sender.

    `at` is a time of CLOCK_MONOTONIC; `by` is empty where it was no sender.
    """

    at: float
    holder: str
    by: str


async def watch(db: Database) -> None:
    """From now on it is written down; with what it belongs to, in one transaction."""
    if not db.is_sqlite:
        async with db.write() as connection:
            for statement in _WATCH:
                await connection.exec_driver_sql(statement)


async def ended(db: Database) -> tuple[Ended, ...]:
    """What was written down, in the order of time."""
    if db.is_sqlite:
        return ()
    async with db.read() as connection:
        found = (await connection.exec_driver_sql(_ENDED)).all()
    now = monotonic()
    return tuple(Ended(now - ago, holder, by) for ago, holder, by in found)
