"""A chat's new id, and two readers who turn out to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, delete, literal, select, update
from sqlalchemy.exc import IntegrityError

from storage import in_hand, locks
from storage.audience import HAD, ONCE
from storage.copies import ELSEWHERE
from storage.moments import earliest
from storage.posts import newest
from storage.subscriptions import note
from storage.tables import readers, receipts, saved, subscriptions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Row, Select, Table
    from sqlalchemy.ext.asyncio import AsyncConnection


_BELONGINGS: Final = (
    (subscriptions, ("kind", "value")),
    (saved, ("post_id",)),
    (receipts, ("post_id",)),
)
"""What is a reader's, and what may be theirs only once."""


async def move(connection: AsyncConnection, old_chat_id: int, new_chat_id: int, now: datetime) -> None:
    """Move every topic of a chat inside a transaction; merge where the new chat is a reader already."""
    found = await locks.rows(connection, readers.c.chat_id.in_([old_chat_id, new_chat_id]))
    there = {row.topic: row for row in found if row.chat_id == new_chat_id}
    for row in found:
        if row.chat_id == new_chat_id:
            continue
        await _leave_messages(connection, row.id)
        met = there.get(row.topic) or await _moved(connection, row, new_chat_id)
        if met is not None:
            await _merge(connection, row, met, now)


async def _leave_messages(connection: AsyncConnection, reader_id: int) -> None:
    """What they have got stays where it was: in the new chat the same numbers are of other messages."""
    copies = (receipts.c.reader_id == reader_id) & receipts.c.message_id.is_not(None)
    await connection.execute(update(receipts).where(copies).values(revision=ELSEWHERE))


async def _moved(connection: AsyncConnection, row: Row[Any], chat_id: int) -> Row[Any] | None:
    """Give a reader the new id; or, where somebody has come there since it was looked for, who that is."""
    try:
        async with connection.begin_nested():
            await _change(connection, row.id, {"chat_id": chat_id})
    except IntegrityError:
        met = await locks.rows(connection, (readers.c.chat_id == chat_id) & (readers.c.topic == row.topic))
        return next(iter(met), None)  # none where they have been forgotten already: Telegram says it again
    return None


async def _merge(connection: AsyncConnection, old: Row[Any], new: Row[Any], now: datetime) -> None:
    """What one of them had is noted: it is ahead of both, and not sent again."""
    await note(connection, _had(old, new))
    for row in (old, new):
        await _follow_since_it_came(connection, row)
    await _follow_since_the_earlier(connection, old.id, new.id)
    for table, once in _BELONGINGS:
        await _hand_over(connection, table, once, old.id, new.id)
    # Of what follows something may be on its way to either, nobody knows what: it is not sent twice more.
    await note(connection, select(literal(new.id), literal(ONCE), literal(""), newest()))
    await connection.execute(delete(readers).where(readers.c.id == old.id))
    await _change(connection, new.id, _merged(old, new, now))


def _had(old: Row[Any], new: Row[Any]) -> Select[Any]:
    """What one of the two had, or may have, and the cursor of both is not past."""
    post_id = receipts.c.post_id
    return (
        select(literal(new.id), literal(HAD), cast(post_id, Text), post_id)
        .where(receipts.c.reader_id.in_([old.id, new.id]), post_id > min(old.cursor, new.cursor))
        .where(receipts.c.outcome.in_(("sent", "unknown")))
        .distinct()
    )


async def _follow_since_it_came(connection: AsyncConnection, row: Row[Any]) -> None:
    """Who was gone and came back gets nothing of the time before; the other one's cursor may be there."""
    followed = subscriptions.c.kind.not_in((HAD, ONCE)) & (subscriptions.c.since < row.since)
    chosen = (subscriptions.c.reader_id == row.id) & followed
    await connection.execute(update(subscriptions).where(chosen).values(since=row.since))


async def _follow_since_the_earlier(connection: AsyncConnection, old: int, new: int) -> None:
    """What both follow the one who is left follows since the first of them did: it may wait for that one."""
    mine = subscriptions.alias()
    same = (mine.c.kind == subscriptions.c.kind) & (mine.c.value == subscriptions.c.value)
    theirs = select(mine.c.since).where(mine.c.reader_id == old, same).scalar_subquery()
    later = (subscriptions.c.reader_id == new) & (subscriptions.c.since > theirs)
    await connection.execute(update(subscriptions).where(later).values(since=theirs))


async def _hand_over(
    connection: AsyncConnection, table: Table, once: tuple[str, ...], old: int, new: int
) -> None:
    """What both have stays as the new one has it; deleting the old reader deletes the rest."""
    mine = table.alias()
    same = [mine.c[name] == table.c[name] for name in once]
    has = select(mine.c.reader_id).where(mine.c.reader_id == new, *same).exists()
    await connection.execute(update(table).where(table.c.reader_id == old, ~has).values(reader_id=new))
    await connection.execute(delete(table).where(table.c.reader_id == old))


def _merged(old: Row[Any], new: Row[Any], now: datetime) -> dict[str, Any]:
    """Caught up to where the less fortunate of the two was, and in nobody's hand.

    A lease is taken away: whoever holds it would settle the later cursor, and unsure is what it was about to
    send. They are due at once: one of them may have been paused, or not marked so far.
    Two epochs further on, so that `settling` does not take what such a holder says late for the last claim's.
    """
    state = old.state if new.state == "gone" else new.state
    due_at = earliest(old.due_at, new.due_at, now) if state == "active" else None
    held = old.lease_owner is not None or new.lease_owner is not None
    return {
        "state": state,
        "cursor": min(old.cursor, new.cursor),
        "since": min(old.since, new.since),
        "due_at": due_at,
        "urgency": max(old.urgency, new.urgency, old.lease_urgency, new.lease_urgency) if due_at else 0,
        "again": False,
        "unsure": max(old.unsure, new.unsure, int(held)),
        "begun": max(one.begun if one.begun > one.cursor else 0 for one in (old, new)),
        **in_hand.FREE,
        "lease_epoch": max(old.lease_epoch, new.lease_epoch) + 2,
        "added_by": old.added_by if new.added_by is None else new.added_by,
    }


async def _change(connection: AsyncConnection, reader_id: int, values: dict[str, Any]) -> None:
    await connection.execute(update(readers).where(readers.c.id == reader_id).values(values))
