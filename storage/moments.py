"""Moments in the database: aware UTC, in and out, whatever kind it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import DateTime, TypeDecorator, literal

if TYPE_CHECKING:
    from sqlalchemy import BindParameter
    from sqlalchemy.engine import Dialect


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, UTC in the database and out of it; a naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite has no zones: its text is UTC with microseconds, so that it sorts."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC, whatever zone the server's session shows."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


def moment(now: datetime) -> BindParameter[datetime]:
    """`now` inside an expression, where SQLAlchemy would otherwise guess a type without zones."""
    return literal(now, UTCDateTime())


def earliest(*moments: datetime | None) -> datetime | None:
    """The first of the moments there are."""
    return min((moment for moment in moments if moment is not None), default=None)
