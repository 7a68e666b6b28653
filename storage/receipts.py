"""Receipts: which post reached which reader, as which message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select, tuple_

from storage import many
from storage.copies import ELSEWHERE, posts_in
from storage.tables import posts, readers, receipts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime, timedelta

    from sqlalchemy import Delete
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


async def prune(db: Database, now: datetime, kept: timedelta, size: int) -> AsyncIterator[int]:
    """Delete the receipts of posts that have been over for as long as `kept`, in slices; how many in each.

    With each go those of all that the same message shows: a correction knows by them what it has to leave
    there. So a slice is of `size` at most, and what is left of one message.
    """
    async with db.read() as connection:
        post_id: int | None = await connection.scalar(select(func.min(receipts.c.post_id)))
        # Looked for once, among all posts: what is published meanwhile is younger.
        over = await _over(connection, post_id or 0, now, kept)
    while post_id is not None:
        # Looked for before anybody has to wait, and not again where there was nothing.
        async with db.read() as connection:
            post_id = await _oldest(connection, post_id, over)
            old = [] if post_id is None else await _first(connection, post_id, size)
        if old:
            yield await _forget(db, old)


async def _over(connection: AsyncConnection, first: int, now: datetime, kept: timedelta) -> datetime:
    """By when a post was over whose receipts nobody needs any more; `first` is the oldest that has any."""
    # What came in one message with a post was published before that was over: as long ago, and is over, too.
    alive = (posts.c.id >= first) & (posts.c.kind == "story") & (posts.c.expires_at > now)
    oldest_alive = await connection.scalar(select(func.min(posts.c.published_at)).where(alive))
    return min(now - kept, oldest_alive or now)


async def _oldest(connection: AsyncConnection, first: int, over: datetime) -> int | None:
    """The first post from `first` on that was over by then and has receipts."""
    # Not EXISTS: for that a database may look through all receipts.
    following = receipts.c.post_id >= posts.c.id
    next_one = select(func.min(receipts.c.post_id)).where(following).correlate(posts).scalar_subquery()
    found = select(posts.c.id).where(posts.c.id >= first, posts.c.expires_at <= over, posts.c.id == next_one)
    oldest: int | None = await connection.scalar(found.order_by(posts.c.id).limit(1))
    return oldest


async def _forget(db: Database, said: list[tuple[int, int]]) -> int:
    async with db.write(for_many=True) as connection:
        return (await connection.execute(_DELETE[connection.dialect.name], {"said": said})).rowcount


async def _first(connection: AsyncConnection, post_id: int, size: int) -> list[tuple[int, int]]:
    """Post and reader of the first receipts of a post, each with the others of its message."""
    # By the whole key: a database may else look at all receipts of some readers.
    key = tuple_(receipts.c.post_id, receipts.c.reader_id)
    its = select(receipts.c.reader_id, receipts.c.message_id, receipts.c.revision)
    its = its.where(key > (post_id, 0), key < (post_id + 1, 0)).order_by(*key).limit(size)
    rows = (await connection.execute(its)).all()
    found: list[tuple[int, int]] = []
    for start in range(0, len(rows), at_once := max(size // _TOGETHER, 1)):
        some = rows[start : start + at_once]
        shown = await posts_in(connection, [row[:2] for row in some if row[1] and row[2] != ELSEWHERE])
        for who, *_ in some:
            if len(found) >= size:
                return found
            found += [(one, who) for one in {post_id, *shown.get(who, ())}]
    return found


_TOGETHER: Final = 10
"""Posts in one message, at most."""


def _deleting(dialect: str) -> Delete:
    """By the whole key, too: of all that is said."""
    key = {name: receipts.c[name] for name in ("post_id", "reader_id")}
    said = many.rows(dialect, "said", {name: column.type for name, column in key.items()})
    if dialect == "sqlite":
        return delete(receipts).where(tuple_(*key.values()).in_(select(said)))
    return delete(receipts).where(*(column == said.c[name] for name, column in key.items()))


_DELETE: Final = {dialect: _deleting(dialect) for dialect in many.DIALECTS}


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
