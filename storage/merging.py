"""A chat's new id, and two readers who turn out to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update

from storage.moments import earliest
from storage.tables import readers, receipts, saved, subscriptions

if TYPE_CHECKING:
    from sqlalchemy import Row, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

_BELONGINGS: Final = (
    (subscriptions, ("kind", "value")),
    (saved, ("post_id",)),
    (receipts, ("post_id",)),
)
"""What is a reader's, and what may be theirs only once."""


async def move(connection: AsyncConnection, old_chat_id: int, new_chat_id: int) -> None:
    """Move every topic of a chat inside a transaction; merge where the new chat is a reader already."""
    both = readers.c.chat_id.in_([old_chat_id, new_chat_id])
    found = list(
        await connection.execute(select(readers).where(both).order_by(readers.c.id).with_for_update())
    )
    there = {row.topic: row for row in found if row.chat_id == new_chat_id}
    for row in found:
        if row.chat_id == new_chat_id:
            continue
        if row.topic in there:
            await _merge(connection, row, there[row.topic])
        else:
            await _change(connection, row.id, {"chat_id": new_chat_id})


async def _merge(connection: AsyncConnection, old: Row[Any], new: Row[Any]) -> None:
    for table, once in _BELONGINGS:
        await _hand_over(connection, table, once, old.id, new.id)
    await connection.execute(delete(readers).where(readers.c.id == old.id))
    await _change(connection, new.id, _merged(old, new))


async def _hand_over(
    connection: AsyncConnection, table: Table, once: tuple[str, ...], old: int, new: int
) -> None:
    """What both have stays as the new one has it; deleting the old reader deletes the rest."""
    mine = table.alias()
    same = [mine.c[name] == table.c[name] for name in once]
    has = select(mine.c.reader_id).where(mine.c.reader_id == new, *same).exists()
    await connection.execute(update(table).where(table.c.reader_id == old, ~has).values(reader_id=new))
    await connection.execute(delete(table).where(table.c.reader_id == old))


def _merged(old: Row[Any], new: Row[Any]) -> dict[str, Any]:
    """Caught up to where the less fortunate of the two was, and in nobody's hand.

    A lease is taken away: whoever holds it would settle the later cursor. They are due by then at the latest,
    and unsure is what it was about to send.
    Two epochs further on, so that `settling` does not take what such a holder says late for the last claim's.
    """
    state = old.state if new.state == "gone" else new.state
    due_at = earliest(old.due_at, new.due_at, old.lease_until, new.lease_until) if state == "active" else None
    held = old.lease_owner is not None or new.lease_owner is not None
    return {
        "state": state,
        "cursor": min(old.cursor, new.cursor),
        "since": min(old.since, new.since),
        "due_at": due_at,
        "urgency": max(old.urgency, new.urgency) if due_at else 0,
        "unsure": max(old.unsure, new.unsure, int(held)),
        "begun": max(old.begun, new.begun),
        "lease_owner": None,
        "lease_until": None,
        "lease_epoch": max(old.lease_epoch, new.lease_epoch) + 2,
    }


async def _change(connection: AsyncConnection, reader_id: int, values: dict[str, Any]) -> None:
    await connection.execute(update(readers).where(readers.c.id == reader_id).values(values))
