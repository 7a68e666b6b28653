"""What groups got last: counted before it leaves, by all senders together.

By the clock of the database. How much a group may get it does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select, update

from storage import clock
from storage.limits import PROMPT, prompt
from storage.tables import limits
from storage.upsert import insert

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database

_RETRY: Final = 0.1
"""Seconds, where two senders meet a group for the first time in the same moment."""


FreeAt = Callable[[Sequence[float], float], float]
"""When a group may get its next message, by the times of its last ones and the end of a wait."""


async def count(
    db: Database, chats: Collection[int], free_at: FreeAt, keep: int, now: datetime
) -> dict[int, float]:
    """A message is about to leave to each of these groups: counted, and 0; or else the seconds until it may.

    The times of the last `keep` messages are remembered. Raises Unavailable where that takes too long.
    """
    async with prompt(), db.write() as connection:
        known = {row.chat_id: row for row in await connection.execute(_GROUPS, {"chats": list(chats)})}
        moment = (await clock.the_time(connection, now)).timestamp()  # now that nobody is waited for any more
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
