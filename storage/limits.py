"""What all senders know together of Telegram's limits, and what outlives a restart.

    limits    of all chats together: from when on the rate is nobody's, until when everybody waits
              of a group: when its last messages left, until when it has told us to wait
    readers   from when on their chat may get the next message

All of it by the clock of the database (`storage.clock`). What the limits are it does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Float, bindparam, case, cast, extract, func, select, text, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage import clock
from storage.errors import Unavailable
from storage.moments import UTCDateTime
from storage.tables import limits, readers
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

ALL: Final = 0
"""The chat that stands for all of them."""
PROMPT: Final = 1.0
"""Seconds that a reservation, a count or a hold may take: people wait for it."""
_FARTHEST: Final = "interval '5 seconds'"
"""And twenty times what is reserved at once: what is further ahead is of before a clock was set back."""
_NEXT: Final = "1 second"
"""Between two messages to one chat (Bot FAQ)."""
_RETRY: Final = 0.1
"""Seconds, where two senders meet a group for the first time in the same moment."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """Time of the rate that is one sender's: from when on; and what the database's clock said.

    Seconds since 1970; `held_until` is the end of the last pause of everybody, None where there was none.
    """

    begins: float
    now: float
    held_until: float | None


async def reserve(db: Database, seconds: float, ahead: float) -> Reserved:
    """Take `seconds` of the overall rate, from now and `ahead` on at the earliest (PostgreSQL only).

    They are nobody else's, whether they are used or not. One statement, outside of every transaction.
    """
    async with _prompt(), db.alone() as connection:
        row = (await connection.execute(_RESERVE, {"seconds": seconds, "ahead": ahead})).one()
    return Reserved(row.free_at - seconds, row.now, row.held_until)


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
        set_config('synchronous_commit', 'off', true)
""")  # noqa: S608  (constants of our own)


async def hold(db: Database, chat_id: int, seconds: float, now: datetime) -> None:
    """A chat, or `ALL`, gets nothing for so long: who reserves, counts, or claims a reader there knows it.

    Raises Unavailable where that can't be written at once.
    """
    async with _prompt(), db.write() as connection:
        until = clock.at(connection, now, timedelta(seconds=seconds))
        if chat_id <= ALL:
            holding = insert(connection, limits).values(chat_id=chat_id, held_until=until)
            later = {"held_until": _later(limits.c.held_until, until)}
            await connection.execute(holding.on_conflict_do_update(index_elements=["chat_id"], set_=later))
        if chat_id != ALL:
            later = {"free_at": _later(readers.c.free_at, until)}
            await connection.execute(update(readers).where(_topics(chat_id)).values(later))


def _topics(chat_id: int) -> ColumnElement[bool]:
    """The readers of a chat, locked by ascending id as `settle` locks them: no deadlock (PostgreSQL)."""
    locked = (
        select(readers.c.id)
        .where(readers.c.chat_id == chat_id)
        .order_by(readers.c.id)
        .with_for_update(key_share=True)
        .cte()
    )
    return readers.c.id.in_(select(locked.c.id))


def _later(known: ColumnElement[datetime], until: ColumnElement[datetime]) -> ColumnElement[datetime]:
    return case((known > until, known), else_=until)


async def held(db: Database, now: datetime) -> float:
    """Seconds for which nobody may send anything; 0 or less: none."""
    async with db.read() as connection:
        until = await connection.scalar(select(limits.c.held_until).where(limits.c.chat_id == ALL))
        return (until - await _moment(connection, now)).total_seconds() if until else 0.0


FreeAt = Callable[[Sequence[float], float], float]
"""When a group may get its next message, by the times of its last ones and the end of a wait."""


async def count(
    db: Database, chats: Collection[int], free_at: FreeAt, keep: int, now: datetime
) -> dict[int, float]:
    """A message is about to leave to each of these groups: counted, and 0; or else the seconds until it may.

    The times of the last `keep` messages are remembered.
    """
    async with _prompt(), db.write() as connection:
        known = {row.chat_id: row for row in await connection.execute(_GROUPS, {"chats": list(chats)})}
        moment = (await _moment(connection, now)).timestamp()  # now that nobody is waited for any more
        # Later ones than now were written before a clock was set back.
        times = {chat_id: [at for at in row.times if at <= moment + PROMPT] for chat_id, row in known.items()}
        waits = {
            chat_id: max(0.0, free_at(times[chat_id], _seconds(row.held_until)) - moment)
            for chat_id, row in known.items()
        }
        counted = [
            {"id": chat_id, "new_times": [*times[chat_id], moment][-keep:]}
            for chat_id, wait in waits.items()
            if not wait
        ]
        if counted:
            await connection.execute(_COUNT, counted)
        for chat_id in sorted(set(chats) - known.keys()):
            waits[chat_id] = 0.0 if await _first(connection, chat_id, moment) else _RETRY
    return waits


_GROUPS: Final = (
    select(limits)
    .where(limits.c.chat_id.in_(bindparam("chats", expanding=True)))
    .order_by(limits.c.chat_id)
    .with_for_update()
)
"""Locked in one order: two who count in the same groups never wait in a ring."""
_COUNT: Final = (
    update(limits)
    .where(limits.c.chat_id == bindparam("id"))
    .values(times=bindparam("new_times", type_=limits.c.times.type))
)


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0


async def _first(connection: AsyncConnection, chat_id: int, moment: float) -> bool:
    """Count the first message to a group; False where another sender does so in the same moment."""
    first = insert(connection, limits).values(chat_id=chat_id, times=[moment]).on_conflict_do_nothing()
    return await connection.scalar(first.returning(limits.c.chat_id)) is not None


async def _moment(connection: AsyncConnection, now: datetime) -> datetime:
    """What time it is."""
    if connection.dialect.name == "postgresql":
        told: datetime | None = await connection.scalar(select(func.clock_timestamp(type_=UTCDateTime())))
        assert told is not None  # noqa: S101  (for the type)
        return told
    return now


class NextMessage(FunctionElement[datetime]):
    """`readers.free_at` after a message has left: a second from now, or later where it is later already.

    SQLite leaves it: there one process sends, knows, and is silent for a second after its start.
    """

    type = UTCDateTime()
    inherit_cache = True


@compiles(NextMessage, "postgresql")
def _next_message(*_: object, **__: object) -> str:
    return f"greatest(readers.free_at, statement_timestamp() + interval '{_NEXT}')"


@compiles(NextMessage, "sqlite")
def _no_next_message(*_: object, **__: object) -> str:
    return "free_at"


BUSY: Final[Mapping[str, ColumnElement[float]]] = {
    "postgresql": cast(extract("epoch", readers.c.free_at - func.statement_timestamp()), Float(53)),
    "sqlite": 86_400
    * (func.julianday(readers.c.free_at) - func.julianday(bindparam("now", type_=UTCDateTime()))),
}
"""By dialect: seconds until the reader's chat may get a message; less than 0 or null: now."""


@asynccontextmanager
async def _prompt() -> AsyncIterator[None]:
    """Whoever waits for an answer has it soon, or is told that there is none."""
    try:
        async with asyncio.timeout(PROMPT):
            yield
    except TimeoutError as error:
        raise Unavailable("The database does not answer in time") from error
