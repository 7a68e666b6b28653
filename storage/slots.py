"""The overall rate, and whom somebody has just answered: one row that every sender reads as it reserves.

PostgreSQL only, by its own clock: on SQLite one process sends, and knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select, text, update

from storage.limits import ALL, BUSY, prompt
from storage.tables import limits, readers

if TYPE_CHECKING:
    from storage.database import Database

_FARTHEST: Final = "interval '5 seconds'"
"""And twenty times what is reserved at once: what is further ahead is of before a clock was set back."""
_RECENT: Final = 1.0
"""Seconds for which it matters that a person was answered."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """Time of the rate that is one sender's: from when on; and what the database's clock said.

    Seconds since 1970; `held_until` is the end of the last pause of everybody, None where there was none;
    `answered` are the people whom somebody has answered within a second, and when.
    """

    begins: float
    now: float
    held_until: float | None
    answered: tuple[tuple[int, float], ...] = ()


async def reserve(db: Database, seconds: float, ahead: float) -> Reserved:
    """Take `seconds` of the overall rate, from now and `ahead` on at the earliest.

    They are nobody else's, whether they are used or not. One statement, outside of every transaction.
    Raises Unavailable where that takes too long.
    """
    async with prompt(), db.alone() as connection:
        row = (await connection.execute(_RESERVE, {"seconds": seconds, "ahead": ahead})).one()
    answered = tuple((chat_id, at) for chat_id, at in row.times if 0 <= row.now - at <= _RECENT)
    return Reserved(row.free_at - seconds, row.now, row.held_until, answered)


# Not "now()": who has waited for the row must not be given what is over. And no wait for the disk: what a
# crash of the server takes back is over a second later, and for so long nobody sends after it.
_RESERVE: Final = text(f"""
    INSERT INTO limits AS l (chat_id, times, free_at)
    VALUES ({ALL}, '[]', clock_timestamp() + make_interval(secs => :ahead) + make_interval(secs => :seconds))
    ON CONFLICT (chat_id) DO UPDATE SET free_at = make_interval(secs => :seconds) + greatest(
        clock_timestamp() + make_interval(secs => :ahead),
        l.held_until,
        least(
            coalesce(l.free_at, clock_timestamp()),
            greatest(clock_timestamp(), l.held_until) + {_FARTHEST} + 20 * make_interval(secs => :seconds)
        )
    )
    RETURNING
        extract(epoch FROM l.free_at)::float8 AS free_at,
        extract(epoch FROM l.held_until)::float8 AS held_until,
        extract(epoch FROM clock_timestamp())::float8 AS now,
        l.times,
        set_config('synchronous_commit', 'off', true)
""").columns(times=limits.c.times.type)  # noqa: S608  (constants of our own)


async def answer(db: Database, chat_id: int) -> float:
    """A person is about to be answered: every sender is told, and 0; or else the seconds until they may be.

    Those are left of a second since somebody else's message to them, or of a wait that Telegram asked for.
    Raises Unavailable where that takes too long.
    """
    async with prompt(), db.alone() as connection:
        busy: float | None = await connection.scalar(_ANSWER, {"chat": chat_id})
    return max(0.0, busy or 0.0)


_KNOWN: Final = (
    select(func.max(BUSY["postgresql"]).label("busy")).where(readers.c.chat_id == bindparam("chat")).cte()
)
# As above: what others have told while this waited for the row is not from the future.
_ONE_MORE: Final = text(f"""(
    SELECT json_agg(one)
    FROM (SELECT extract(epoch FROM clock_timestamp())::float8) AS moment (at), LATERAL (
        SELECT one FROM json_array_elements(times) AS one
        WHERE (one ->> 1)::float8 BETWEEN moment.at - {_RECENT} AND moment.at
        UNION ALL
        SELECT json_build_array(CAST(:chat AS bigint), moment.at)
    ) AS recent (one)
)""")  # noqa: S608  (constants of our own)
_TELL: Final = (
    update(limits)
    .where(limits.c.chat_id == ALL, func.coalesce(select(_KNOWN.c.busy).scalar_subquery(), 0) <= 0)
    .values(times=_ONE_MORE)
    .returning(func.set_config("synchronous_commit", "off", True))
)
_ANSWER: Final = select(_KNOWN.c.busy).add_cte(_TELL.cte())
