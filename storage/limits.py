"""Until when a chat gets nothing, as all senders know it and as it outlives a restart.

    limits    of a chat, and of all of them together: until when it has told us to wait
    readers   from when on their chat may get the next message

By the clock of the database (`storage.clock`). The overall rate is in `storage.slots`, what a group got in
`storage.groups`. Of the limits themselves it knows one, the second between two messages to a chat.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import Float, Interval, bindparam, case, cast, extract, func, literal, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from storage import clock
from storage.errors import Unavailable
from storage.moments import UTCDateTime
from storage.tables import limits, readers
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from sqlalchemy import ColumnElement

    from storage.database import Database

ALL: Final = 0
"""The chat that stands for all of them."""
PROMPT: Final = 1.0
"""Seconds that a reservation, a count or a hold may take: people wait for it."""
BETWEEN: Final = timedelta(seconds=1)
"""Between two messages to one chat (Bot FAQ: avoid more than one message a second)."""


async def hold(db: Database, chat_id: int, seconds: float, now: datetime) -> None:
    """A chat, or `ALL`, gets nothing for so long: who reserves, counts, or claims a reader there knows it.

    Raises Unavailable where that can't be written at once.
    """
    async with prompt(), db.write() as connection:
        until = clock.at(connection, now, timedelta(seconds=seconds))
        later = case((limits.c.held_until > until, limits.c.held_until), else_=until)
        holding = insert(connection, limits).values(chat_id=chat_id, held_until=until)
        await connection.execute(
            holding.on_conflict_do_update(index_elements=["chat_id"], set_={"held_until": later})
        )


async def held(db: Database, now: datetime) -> float:
    """Seconds for which nobody may send anything; 0 or less: none."""
    async with db.read() as connection:
        until = await connection.scalar(select(limits.c.held_until).where(limits.c.chat_id == ALL))
        return (until - await clock.the_time(connection, now)).total_seconds() if until else 0.0


class NextMessage(FunctionElement[datetime]):
    """`readers.free_at` after a message has left: a second from now.

    SQLite leaves it: there one process sends, knows, and is silent for a second after its start.
    """

    type = UTCDateTime()
    inherit_cache = True


@compiles(NextMessage, "postgresql")
def _next_message(*_: object, **__: object) -> str:
    return f"statement_timestamp() + interval '{BETWEEN.total_seconds()} seconds'"


@compiles(NextMessage, "sqlite")
def _no_next_message(*_: object, **__: object) -> str:
    return "free_at"


def _seconds_to(moment: ColumnElement[datetime]) -> ColumnElement[float]:
    """From now; less than 0: it is over (PostgreSQL)."""
    return cast(extract("epoch", moment - func.statement_timestamp()), Float(53))


# The reader's by its full name: in SQLite's RETURNING SQLAlchemy names no tables, and "chat_id" alone is here
# that of the limits.
_HELD: Final = (
    select(limits.c.held_until).where(limits.c.chat_id == literal_column("readers.chat_id")).scalar_subquery()
)
# What is further ahead is of before the clock was set back.
_BELIEVED: Final = func.statement_timestamp(type_=UTCDateTime()) + literal(2 * BETWEEN, Interval())
BUSY: Final[Mapping[str, ColumnElement[float]]] = {
    "postgresql": func.greatest(
        _seconds_to(_HELD), case((readers.c.free_at < _BELIEVED, _seconds_to(readers.c.free_at)))
    ),
    "sqlite": 86_400 * (func.julianday(_HELD) - func.julianday(bindparam("now", type_=UTCDateTime()))),
}
"""By dialect: seconds until the reader's chat may get a message; less than 0 or null: now."""


@asynccontextmanager
async def prompt() -> AsyncIterator[None]:
    """Whoever waits for an answer has it soon, or is told that there is none."""
    try:
        async with asyncio.timeout(PROMPT):
            yield
    except TimeoutError as error:
        raise Unavailable("The database does not answer in time") from error
