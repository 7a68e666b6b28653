"""Many rows in one parameter arrive as they were given."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import BigInteger, Text, select
from sqlalchemy.exc import StatementError

from storage import many
from storage.moments import UTCDateTime, moment

COLUMNS = {"id": BigInteger(), "words": Text(), "at": UTCDateTime()}
DHAKA = timezone(timedelta(hours=6))
MOMENTS = [datetime(2025, 6, 23, 15, 30, 0, micro, DHAKA) for micro in (0, 123_456)]


async def given(db, *rows):
    """`rows`, as the database reads them."""
    asked = select(many.rows(db.url.get_backend_name(), "given", COLUMNS))
    async with db.read() as connection:
        return [tuple(row) for row in await connection.execute(asked, {"given": rows})]


async def test_what_is_given_is_what_the_database_reads(db):
    rows = [
        (-(2**62), "প্রবাসের খবর 🌍", MOMENTS[0]),
        (2**53 + 1, 'it\'s "so" \\ {}[]\n%s :at', MOMENTS[1]),
        (0, "", None),
        (None, None, None),
    ]
    assert await given(db, *rows) == rows
    assert await given(db) == []


async def test_a_moment_is_the_same_as_one_given_alone(db):
    """On SQLite both are text, and text is compared."""
    rows = many.rows(db.url.get_backend_name(), "given", COLUMNS)
    for one in MOMENTS:
        asked = select(rows.c.id).where(rows.c.at == moment(one))
        async with db.read() as connection:
            found = await connection.scalars(asked, {"given": [(7, "", one), (8, "", one + timedelta(1))]})
        assert list(found) == [7]


async def test_a_moment_without_a_zone_is_refused_here_too(db):
    with pytest.raises(StatementError, match="without a time zone"):
        await given(db, (1, "", datetime(2025, 6, 23)))  # noqa: DTZ001  # the fault under test
