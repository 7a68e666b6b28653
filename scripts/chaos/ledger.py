"""What the database says in the end: every reader, every post, every receipt, leases that others ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from scripts.chaos import leases
from scripts.paper import CATEGORY
from storage.tables import articles, posts, readers, receipts, subscriptions

if TYPE_CHECKING:
    from storage.database import Database


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader; `since` is the newest post when they began to follow, None where they do not."""

    id: int
    chat: int
    topic: int
    state: str
    cursor: int
    waits: bool
    """Due at some time, or in a sender's hand."""
    arrived: int
    since: int | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post by its name in the journal; `readers` is whom the engine says it was for."""

    id: int
    name: str
    everyone: bool
    hold: bool
    readers: int
    marked: bool

    def is_for(self, reader: Reader) -> bool:
        """Whether the reader is to get it, as things are now."""
        start = reader.arrived if self.everyone else reader.since
        return start is not None and self.id > start


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a post for a reader."""

    outcome: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """All of it; receipts by post and reader."""

    readers: tuple[Reader, ...]
    posts: tuple[Post, ...]
    receipts: dict[tuple[int, int], Receipt]
    ended: tuple[leases.Ended, ...] = ()


async def read(db: Database) -> Ledger:
    """The whole database, once everything has come to rest."""
    who = select(readers, subscriptions.c.since.label("follows_since")).outerjoin(
        subscriptions, (subscriptions.c.reader_id == readers.c.id) & (subscriptions.c.value == CATEGORY.slug)
    )
    what = select(posts, articles.c.url).outerjoin(articles, articles.c.id == posts.c.article_id)
    async with db.read() as connection:
        people = [_reader(row) for row in await connection.execute(who)]
        published = [_post(row) for row in await connection.execute(what.order_by(posts.c.id))]
        kept = {
            (row.post_id, row.reader_id): Receipt(row.outcome, row.message_id)
            for row in await connection.execute(select(receipts))
        }
    return Ledger(tuple(people), tuple(published), kept, await leases.ended(db))


def _reader(row: Any) -> Reader:
    waits = row.due_at is not None or row.lease_owner is not None
    return Reader(row.id, row.chat_id, row.topic, row.state, row.cursor, waits, row.since, row.follows_since)


def _post(row: Any) -> Post:
    name = f"s{row.url.rpartition('/')[2]}" if row.url else f"a{row.message_id}"
    return Post(row.id, name, row.everyone, row.hold, row.readers, row.marked)
