"""A small newsroom on a real database: readers arrive, stories are published, senders claim."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import bindparam, select, update

from news.article import Article, Source
from storage import announcements, due, posts, readers, sources, subscriptions
from storage.tables import leases as leases_table
from storage.tables import readers as readers_table

if TYPE_CHECKING:
    from storage.database import Database

LEASE = timedelta(seconds=30)
DAY = timedelta(days=1)


@dataclass
class House:
    """What a test says to the database, in few words. `epochs` are those of the latest claims, by reader."""

    db: Database
    now: datetime
    numbers: count
    epochs: dict[int, int] = field(default_factory=dict)

    async def reader(self, chat_id: int = 1, *keys: str) -> readers.Reader:
        """A private chat that has arrived and follows `keys`."""
        who, _ = await readers.arrive(
            self.db, chat_id, kind="private", title=f"পাঠক {chat_id}", timezone="Asia/Dhaka", now=self.now
        )
        for key in keys:
            kind, _, value = key.partition(":")
            await subscriptions.follow(self.db, who.id, kind, value)
        return who

    async def source(self) -> int:
        """The id of the one source."""
        await sources.register(
            self.db, [Source("প্রভাতবেলা", "https://probhatbela.example/", "probash")], self.now
        )
        return (await sources.all_sources(self.db))[0].id

    async def story(self, *keys: str, urgency: int = 0) -> int:
        """A story published for the followers of `keys`, not marked yet."""
        number = next(self.numbers)
        url = f"https://probhatbela.example/{number}"
        audience = posts.Audience(keys=frozenset(keys or {"category:probash"}))
        post_id = await posts.publish_story(
            self.db,
            await self.source(),
            url,
            Article(url, f"খবর {number}"),
            audience,
            now=self.now,
            expires_at=self.now + DAY,
            urgency=urgency,
        )
        assert post_id is not None
        return post_id

    async def announcement(self, urgency: int = 0) -> int:
        """An announcement to everyone, not marked yet."""
        return await announcements.publish(
            self.db,
            posts.Announcement(900, next(self.numbers), 900),
            posts.Audience(everyone=True),
            now=self.now,
            expires_at=self.now + DAY,
            urgency=urgency,
        )

    async def mark(self, size: int = 20_000, now: datetime | None = None) -> int:
        """Mark to the end; how many slices it took."""
        slices = 0
        while await posts.mark_slice(self.db, now or self.now, size):
            slices += 1
        return slices

    async def claim(
        self, owner: str = "host/1/a", limit: int = 100, now: datetime | None = None
    ) -> list[due.Claimed]:
        """What a sender gets."""
        claimed = await due.claim(self.db, owner, now=now or self.now, lease=LEASE, limit=limit)
        self.epochs |= {one.reader.id: one.epoch for one in claimed}
        return claimed

    async def claimed(self, owner: str = "host/1/a", now: datetime | None = None) -> set[int]:
        """The ids of the readers that a sender gets."""
        return {one.reader.id for one in await self.claim(owner, now=now)}

    async def settle(
        self, *settlements: due.Settlement, owner: str = "host/1/a", now: datetime | None = None
    ) -> set[int]:
        """What a sender says afterwards, of its latest claim if it names none; the ids it holds no longer."""
        said = [replace(one, epoch=one.epoch or self.epochs.get(one.reader_id, 0)) for one in settlements]
        return await due.settle(self.db, owner, said, now=now or self.now)

    async def let_pass(self, length: timedelta) -> None:
        """Leases are so much nearer their end: PostgreSQL's own clock can't be moved."""
        await let_pass(self.db, length)

    async def cursor(self, reader_id: int) -> int:
        """Where a reader is."""
        found = await readers.reader_by_id(self.db, reader_id)
        assert found is not None
        return found.cursor


async def let_pass(db: Database, length: timedelta) -> None:
    """So much time passes for every lease."""
    async with db.write() as connection:
        for table, key, end in (
            (readers_table, readers_table.c.id, "lease_until"),
            (leases_table, leases_table.c.name, "until"),
        ):
            column = table.c[end]
            rows = await connection.execute(select(key, column).where(column.is_not(None)))
            earlier = update(table).where(key == bindparam("whose")).values({end: bindparam("earlier")})
            for whose, ends in rows.all():
                await connection.execute(earlier, {"whose": whose, "earlier": ends - length})


@pytest.fixture
def house(db: Database, now: datetime) -> House:
    """A newsroom, once on each database."""
    return House(db, now, count(1))


@pytest.fixture
async def reader(house: House) -> readers.Reader:
    """A reader who is due for one story."""
    who = await house.reader(1, "category:probash")
    await house.story()
    await house.mark()
    return who
