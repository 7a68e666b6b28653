"""Copies: the messages in which readers have a post, and which of them show what it said before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import false, func, or_, select, tuple_, update

from storage.tables import corrections, readers, receipts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.corrections import Correction
    from storage.database import Database

Outcome = Literal["changed", "gone", "too_old", "refused"]
"""What became of a copy that was to be changed: each a column of `corrections`."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One message of ours; `posts` are all that it shows, by id, and `active` whether its reader is there."""

    reader_id: int
    chat_id: int
    message_id: int
    language: str
    active: bool
    posts: tuple[int, ...]


async def behind(db: Database, correction: Correction, *, after: int = 0, limit: int = 200) -> list[Copy]:
    """Copies that do not show the correction yet, by reader, of readers with ids greater than `after`."""
    found = (
        select(receipts.c.reader_id, receipts.c.message_id, readers.c.chat_id, readers.c.language)
        .add_columns(readers.c.state != "gone")
        .join(readers, readers.c.id == receipts.c.reader_id)
        .where(_behind(correction), receipts.c.reader_id > after)
        .order_by(receipts.c.reader_id)
        .limit(limit)
    )
    async with db.read() as connection:
        rows = (await connection.execute(found)).all()
        shown = await _posts_in(connection, [(row[0], row[1]) for row in rows])
    return [
        Copy(reader_id, chat_id, message_id, language, active, shown[reader_id])
        for reader_id, message_id, chat_id, language, active in rows
    ]


async def left(db: Database, together: Sequence[Correction]) -> int:
    """How many copies do not show these corrections, each of another post, yet."""
    behind = or_(false(), *map(_behind, together))
    async with db.read() as connection:
        found = await connection.scalar(select(func.count()).where(behind))
    return found or 0


def _behind(correction: Correction) -> ColumnElement[bool]:
    its = (receipts.c.post_id == correction.post_id) & (receipts.c.outcome == "sent")
    return its & (receipts.c.revision < correction.revision)


async def _posts_in(
    connection: AsyncConnection, messages: list[tuple[int, int]]
) -> dict[int, tuple[int, ...]]:
    """All posts of each message, by its reader: one message of each reader is asked for."""
    of_these = tuple_(receipts.c.reader_id, receipts.c.message_id).in_(messages)
    found = select(receipts.c.reader_id, receipts.c.post_id).where(of_these).order_by(receipts.c.post_id)
    shown: defaultdict[int, tuple[int, ...]] = defaultdict(tuple)
    for reader_id, post_id in await connection.execute(found):
        shown[reader_id] += (post_id,)
    return shown


async def settle(db: Database, correction: Correction, outcomes: Mapping[int, Outcome]) -> None:
    """Write down what became of copies, by reader id: none is behind any more, and each is counted."""
    if not outcomes:
        return
    its = (receipts.c.post_id == correction.post_id) & receipts.c.reader_id.in_(list(outcomes))
    said = list(outcomes.values())
    counts = {name: corrections.c[name] + said.count(name) for name in set(said)}
    async with db.write(for_many=True) as connection:
        await connection.execute(update(receipts).where(its).values(revision=correction.revision))
        await connection.execute(
            update(corrections).where(corrections.c.id == correction.id).values(**counts)
        )
