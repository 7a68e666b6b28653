"""Whatever happens in whatever order, nobody misses a post that was for them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from news.article import Article, Source
from storage import due, posts, readers, receipts, sources, subscriptions
from storage.database import Database
from storage.due import Receipt, Settlement

NOW = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
LEASE = timedelta(seconds=30)
FOR_PROBASH = posts.Audience(keys=frozenset({"category:probash"}))
FOR_ALL = posts.Audience(everyone=True)

chats = st.integers(1, 3)
events = st.one_of(
    st.tuples(st.just("follow"), chats),
    st.tuples(st.just("unfollow"), chats),
    st.tuples(st.just("pause"), chats),
    st.tuples(st.just("resume"), chats),
    st.tuples(st.just("publish"), st.booleans(), st.booleans()),
    st.tuples(st.just("mark"), st.integers(1, 3)),
    st.tuples(st.just("claim"), st.sampled_from("ab"), st.integers(1, 3)),
    st.tuples(st.just("settle"), st.sampled_from("ab")),
    st.tuples(st.just("later"), st.sampled_from("ab")),
    st.tuples(st.just("crash"), st.sampled_from("ab")),
    st.tuples(st.just("wait")),
)


class Life:
    """Three readers, two senders that may crash, and what each reader must and may have got.

    The methods are the events that hypothesis draws, by name.
    """

    def __init__(self, db: Database) -> None:
        self.db, self.now, self.numbers = db, NOW, count(1)
        self.source = 0
        self.held: dict[str, list[due.Claimed]] = {"a": [], "b": []}
        self.expected: dict[int, set[int]] = {}
        self.allowed: dict[int, set[int]] = {}
        self.ids: dict[int, int] = {}

    async def begin(self) -> None:
        await sources.register(self.db, [Source("ক", "https://a.example/", "probash")], self.now)
        self.source = (await sources.all_sources(self.db))[0].id
        for chat_id in (1, 2, 3):
            reader, _ = await readers.arrive(
                self.db, chat_id, kind="private", title="ক", timezone="UTC", now=self.now
            )
            self.ids[chat_id] = reader.id
            self.expected[reader.id] = set()
            self.allowed[reader.id] = set()

    async def follow(self, chat_id: int) -> None:
        await subscriptions.follow(self.db, self.ids[chat_id], "category", "probash")

    async def unfollow(self, chat_id: int) -> None:
        """What they have not got yet they need not get; a sender who holds them may still send it."""
        reader_id = self.ids[chat_id]
        await subscriptions.unfollow(self.db, reader_id, "category", "probash")
        everyones = {post.id for post in await posts.posts_after(self.db, 0) if post.audience.everyone}
        self.expected[reader_id] &= everyones | await self.received(reader_id)

    async def pause(self, chat_id: int) -> None:
        await readers.pause(self.db, self.ids[chat_id])

    async def resume(self, chat_id: int) -> None:
        await readers.resume(self.db, self.ids[chat_id], self.now)

    async def publish(self, everyone: bool, urgent: bool) -> None:  # noqa: FBT001  # drawn by hypothesis
        key, until = str(next(self.numbers)), self.now + timedelta(days=1)
        audience = FOR_ALL if everyone else FOR_PROBASH
        post_id = await posts.publish_story(
            self.db,
            self.source,
            key,
            Article(key, "খবর"),
            audience,
            now=self.now,
            expires_at=until,
            urgency=int(urgent),
        )
        for reader_id, wanted in self.expected.items():
            if everyone or await subscriptions.following(self.db, reader_id):
                wanted.add(post_id)
                self.allowed[reader_id].add(post_id)

    async def mark(self, size: int) -> None:
        await posts.mark_slice(self.db, self.now, size)

    async def claim(self, owner: str, limit: int) -> None:
        self.held[owner] += await due.claim(self.db, owner, now=self.now, lease=LEASE, limit=limit)

    async def settle(self, owner: str) -> None:
        """Send all that matches, as catching up does, and say so."""
        live = await posts.posts_after(self.db, 0)
        newest = await posts.newest_id(self.db)
        said = [self.sent(one, live, newest) for one in self.held[owner]]
        await due.settle(self.db, owner, said, now=self.now)
        self.held[owner] = []

    def sent(self, one: due.Claimed, live: list[posts.Post], newest: int) -> Settlement:
        matching = [
            post.id
            for post in live
            if post.id > one.reader.cursor
            and (
                post.audience.everyone
                or any(post.id > one.follows.get(key, newest) for key in post.audience.keys)
            )
        ]
        return Settlement(one.reader.id, newest, tuple(Receipt(post_id, "sent", 7) for post_id in matching))

    async def later(self, owner: str) -> None:
        at = self.now + timedelta(minutes=5)
        said = [Settlement(one.reader.id, due_at=at) for one in self.held[owner]]
        await due.settle(self.db, owner, said, now=self.now)
        self.held[owner] = []

    async def crash(self, owner: str) -> None:
        self.held[owner] = []

    async def wait(self) -> None:
        self.now += timedelta(seconds=20)
        await due.reclaim(self.db, self.now)

    async def received(self, reader_id: int) -> set[int]:
        ids = {post.id for post in await posts.posts_after(self.db, 0)}
        chat_id = next(chat for chat, one in self.ids.items() if one == reader_id)
        return ids & set(await receipts.post_of(self.db, chat_id, 7))

    async def end(self) -> None:
        """Everyone resumes, everything is marked, every lease ends, everybody is caught up."""
        for chat_id in self.ids:
            await self.resume(chat_id)
        while await posts.mark_slice(self.db, self.now):
            pass
        self.now += timedelta(hours=1)
        await due.reclaim(self.db, self.now)
        self.held = {"a": [], "b": []}
        await self.claim("a", 10)
        await self.settle("a")
        for reader_id, wanted in self.expected.items():
            assert wanted <= await self.received(reader_id) <= self.allowed[reader_id]
        assert await due.due_counts(self.db, self.now) == (0, 0, None)


async def live(path: Path, happening: list[tuple]) -> None:
    db = Database(f"sqlite+aiosqlite:///{path}")
    try:
        life = Life(db)
        await life.begin()
        for name, *values in happening:
            await getattr(life, name)(*values)
        await life.end()
    finally:
        await db.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(events, max_size=25))
def test_every_follower_gets_every_post_whatever_happens(sqlite_template, happening):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "khobor.db"
        shutil.copyfile(sqlite_template, path)
        asyncio.run(live(path, happening))
