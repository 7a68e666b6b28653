"""The clock that leases go by: PostgreSQL's own, shared by all machines; on SQLite, the caller's.

It is the statement's time, not the moment of its evaluation: only what is constant within a statement can be
looked up in an index, and a statement that has waited gives the shorter lease.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Interval, bindparam, func, literal

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


LEASE_ENDS: Final[Mapping[str, ColumnElement[datetime]]] = {
    "postgresql": func.statement_timestamp(type_=UTCDateTime()) + bindparam("lease", type_=Interval()),
    "sqlite": bindparam("until", type_=UTCDateTime()),
}
"""By dialect, for a statement prepared once: the end of a `lease`, by the caller's clock at `until`."""
