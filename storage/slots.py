"""The overall rate, and whom somebody has just answered: one row that every sender reads as it reserves.

PostgreSQL only, by its own clock: on SQLite one process sends, and knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Float, bindparam, cast, extract, func, select, text, true, update

from storage.limits import ALL, BETWEEN, BUSY, prompt
from storage.tables import limits, readers

if TYPE_CHECKING:
    from storage.database import Database

FARTHEST: Final = 5.0
"""Seconds, and twenty times what is reserved at once: further ahead is of before a clock was set back."""
LEAVES: Final = 0.1
"""Seconds within which a message leaves that has its slot, or of which all have been told."""
_RECENT: Final = BETWEEN.total_seconds() + LEAVES
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


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a person who is about to be answered, in seconds from now.

    `busy` are those left of a second since the last message to them, or of a wait that Telegram asked for: 0
    where there is none, and every sender is told. `elsewhere`: another than who asks has them in hand. For
    `unheard` seconds senders have slots that they reserved before they could hear of it. `at` is the moment
    that they are told, as it stands in the row.
    """

    busy: float = 0.0
    elsewhere: bool = False
    unheard: float = 0.0
    at: float | None = None


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
            greatest(clock_timestamp(), l.held_until)
                + make_interval(secs => {FARTHEST}) + 20 * make_interval(secs => :seconds)
        )
    )
    RETURNING
        extract(epoch FROM l.free_at)::float8 AS free_at,
        extract(epoch FROM l.held_until)::float8 AS held_until,
        extract(epoch FROM clock_timestamp())::float8 AS now,
        l.times,
        set_config('synchronous_commit', 'off', true)
""").columns(times=limits.c.times.type)  # noqa: S608  (constants of our own)


async def answer(db: Database, chat_id: int, owner: str = "") -> Told:
    """A person is about to be answered, by `owner` of what this process has in hand: every sender is told.

    Nobody is where the chat is busy. Raises Unavailable where that takes too long.
    """
    async with prompt(), db.alone() as connection:
        row = (await connection.execute(_ANSWER, {"chat": chat_id, "owner": owner})).one()
    unheard = min(max(0.0, row.unheard or 0.0), FARTHEST)
    at = next((at for told, at in row.times or () if told == chat_id), None)
    return Told(max(0.0, row.busy or 0.0), bool(row.elsewhere), unheard, at)


_IN_HAND: Final = readers.c.lease_until >= func.statement_timestamp()
_KNOWN: Final = (
    select(
        func.max(BUSY["postgresql"]).label("busy"),
        func.bool_or(_IN_HAND & (readers.c.lease_owner != bindparam("owner"))).label("elsewhere"),
    )
    .where(readers.c.chat_id == bindparam("chat"))
    .cte()
)
# As above: what others have told while this waited for the row is not from the future. Of the same person the
# newest says it all.
_ONE_MORE: Final = text(f"""(
    SELECT json_agg(one)
    FROM (SELECT extract(epoch FROM clock_timestamp())::float8) AS moment (at), LATERAL (
        SELECT one FROM json_array_elements(times) AS one
        WHERE (one ->> 1)::float8 BETWEEN moment.at - {_RECENT} AND moment.at
            AND (one ->> 0)::bigint <> CAST(:chat AS bigint)
        UNION ALL
        SELECT json_build_array(CAST(:chat AS bigint), moment.at)
    ) AS recent (one)
)""")  # noqa: S608  (constants of our own)
_TELL: Final = (
    update(limits)
    .where(limits.c.chat_id == ALL, func.coalesce(select(_KNOWN.c.busy).scalar_subquery(), 0) <= 0)
    .values(times=_ONE_MORE)
    .returning(
        cast(extract("epoch", limits.c.free_at - func.clock_timestamp()), Float(53)).label("unheard"),
        limits.c.times,
        func.set_config("synchronous_commit", "off", True),
    )
    .cte()
)
_ANSWER: Final = select(_KNOWN, _TELL.c.unheard, _TELL.c.times).select_from(_KNOWN.outerjoin(_TELL, true()))
