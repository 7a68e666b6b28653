"""Receipts: which post reached which reader, as which message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, func, select, tuple_

from storage.copies import ELSEWHERE
from storage.tables import posts, readers, receipts

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.ext.asyncio import AsyncConnection

    from storage.database import Database


async def delivered(db: Database, post_id: int) -> list[tuple[int, int, int]]:
    """Chat id, topic and message id of every copy of a post that was sent."""
    sent = (receipts.c.post_id == post_id) & (receipts.c.outcome == "sent")
    found = (
        select(readers.c.chat_id, readers.c.topic, receipts.c.message_id)
        .join(readers, readers.c.id == receipts.c.reader_id)
        .where(sent)
        .order_by(receipts.c.reader_id)
    )
    async with db.read() as connection:
        return [
            (chat_id, topic, message_id) for chat_id, topic, message_id in await connection.execute(found)
        ]


async def outcomes(db: Database, *post_ids: int) -> dict[str, int]:
    """How many readers a post, or several, reached, was refused for, and so on, by outcome."""
    counted = (
        select(receipts.c.outcome, func.count())
        .where(receipts.c.post_id.in_(post_ids))
        .group_by(receipts.c.outcome)
    )
    async with db.read() as connection:
        return dict((await connection.execute(counted)).all())


async def saying(db: Database, post_id: int, words: str) -> set[int]:
    """The chats in whose receipts of a post Telegram said `words`."""
    said = receipts.c.reason.contains(words, autoescape=True)
    found = (
        select(readers.c.chat_id)
        .join(receipts, receipts.c.reader_id == readers.c.id)
        .where(receipts.c.post_id == post_id, said)
    )
    async with db.read() as connection:
        return set(await connection.scalars(found))


async def prune(db: Database, now: datetime, kept: timedelta, size: int) -> int:
    """Delete about `size` receipts at most of a post that is older than `kept` and has expired; how many.

    0 only where there is no such post with receipts.
    """
    # By the whole key: a database may else look at all receipts of some readers.
    key = tuple_(receipts.c.post_id, receipts.c.reader_id)
    # Looked for before anybody has to wait.
    async with db.read() as connection:
        post_id = await _oldest(connection, now, kept)
        if post_id is None:
            return 0
        its = and_(key > (post_id, 0), key < (post_id + 1, 0))
        ends = select(receipts.c.reader_id).where(its).order_by(*key)
        last = await connection.scalar(ends.offset(size - 1).limit(1))
    some = its if last is None else and_(its, key <= (post_id, last))
    async with db.write(for_many=True) as connection:
        return (await connection.execute(delete(receipts).where(some))).rowcount


async def _oldest(connection: AsyncConnection, now: datetime, kept: timedelta) -> int | None:
    """The oldest post whose receipts nobody needs any more."""
    first = await connection.scalar(select(func.min(receipts.c.post_id)))
    over = (posts.c.published_at < now - kept) & (posts.c.expires_at <= now)
    # Not EXISTS: for that a database may look through all receipts.
    following = receipts.c.post_id >= posts.c.id
    next_one = select(func.min(receipts.c.post_id)).where(following).correlate(posts).scalar_subquery()
    found = select(posts.c.id).where(posts.c.id >= (first or 0), over, posts.c.id == next_one)
    oldest: int | None = await connection.scalar(found.order_by(posts.c.id).limit(1))
    return oldest


async def post_of(db: Database, chat_id: int, message_id: int) -> list[int]:
    """The posts that a message of ours in a chat carries: one for a card, several for a roundup."""
    found = (
        select(receipts.c.post_id)
        .join(readers, readers.c.id == receipts.c.reader_id)
        .where(readers.c.chat_id == chat_id, receipts.c.message_id == message_id)
        .where(receipts.c.revision != ELSEWHERE)
        .order_by(receipts.c.post_id)
    )
    async with db.read() as connection:
        return list(await connection.scalars(found))
