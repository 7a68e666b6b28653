"""Receipts: which post reached which reader, as which message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, tuple_

from storage.tables import posts, readers, receipts

if TYPE_CHECKING:
    from datetime import datetime

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


async def prune(db: Database, before: datetime, size: int) -> int:
    """Delete at most `size` receipts of posts published before `before`; how many."""
    old = select(posts.c.id).where(posts.c.published_at < before)
    chosen = select(receipts.c.post_id, receipts.c.reader_id).where(receipts.c.post_id.in_(old)).limit(size)
    async with db.write(for_many=True) as connection:
        row = tuple_(receipts.c.post_id, receipts.c.reader_id)
        return (await connection.execute(delete(receipts).where(row.in_(chosen)))).rowcount


async def post_of(db: Database, chat_id: int, message_id: int) -> list[int]:
    """The posts that a message of ours in a chat carries: one for a card, several for a roundup."""
    found = (
        select(receipts.c.post_id)
        .join(readers, readers.c.id == receipts.c.reader_id)
        .where(readers.c.chat_id == chat_id, receipts.c.message_id == message_id)
        .order_by(receipts.c.post_id)
    )
    async with db.read() as connection:
        return list(await connection.scalars(found))
