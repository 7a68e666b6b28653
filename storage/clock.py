"""The clock that leases and limits go by: PostgreSQL's own, shared by all machines; on SQLite, the caller's.

Leases go by the statement's time, not the moment of its evaluation: only what is constant within a statement
can be looked up in an index, and a statement that has waited gives the shorter lease.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Interval, bindparam, func, literal, select

from storage.moments import UTCDateTime, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


def at(connection: AsyncConnection, now: datetime, after: timedelta = timedelta()) -> ColumnElement[datetime]:
    """The moment `after` from now; `now` is what the caller's clock says."""
    if connection.dialect.name == "postgresql":
        return func.statement_timestamp(type_=UTCDateTime()) + literal(after, Interval())
    return moment(now + after)


async def the_time(connection: AsyncConnection, now: datetime) -> datetime:
    """What time it is at this very moment; `now` is what the caller's clock says."""
    if connection.dialect.name == "postgresql":
        told: datetime | None = await connection.scalar(select(func.clock_timestamp(type_=UTCDateTime())))
        assert told is not None  # noqa: S101  (for the type)
        return told
    return now


LEASE_ENDS: Final[Mapping[str, ColumnElement[datetime]]] = {
    "postgresql": func.statement_timestamp(type_=UTCDateTime()) + bindparam("lease", type_=Interval()),
    "sqlite": bindparam("until", type_=UTCDateTime()),
}
"""By dialect, for a statement prepared once: the end of a `lease`, by the caller's clock at `until`."""
