"""What editors and readers may do: each deed on a real database and on its model alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete

from news.article import Article, Source
from storage import announcements, posts, readers, receipts, sources, subscriptions
from storage.tables import metadata
from tests.delivery.model import BEDTIME, MORNING, Item, Model, Person

if TYPE_CHECKING:
    from storage.database import Database

NOW: Final = datetime(2025, 6, 23, 9, 30, tzinfo=UTC)
RECEIPTS_KEPT: Final = timedelta(days=3)


class People:
    """Two or three readers, and a newsroom that publishes for them. The time is `now`."""

    def __init__(self, db: Database) -> None:
        self.db, self.model, self.now = db, Model(), NOW
        self.source = 0

    async def begin(self, follow: list[set[str]]) -> None:
        """An empty database, and a reader for each set of categories that one follows."""
        async with self.db.write() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(delete(table))
        await sources.register(self.db, [Source("ক", "https://a.example/", "probash")], self.now)
        self.source = (await sources.all_sources(self.db))[0].id
        for chat_id, wanted in enumerate(follow, 1):
            who = await self._new(chat_id)
            for key in sorted(wanted):
                await self._follows(who, key)

    async def _new(self, chat_id: int) -> Person:
        newest = self.model.newest
        who = Person(await self._arrive(chat_id), chat_id, since=newest, cursor=newest)
        assert who.id not in self.model.people
        self.model.people[who.id] = who
        return who

    async def _arrive(self, chat_id: int) -> int:
        told = {"kind": "private", "title": "ক", "timezone": "UTC"}
        return (await readers.arrive(self.db, chat_id, now=self.now, **told))[0].id

    async def story(self, *, key: str, **how: Any) -> None:
        url, audience = (
            f"https://a.example/{self.number}",
            posts.Audience(keys=frozenset({f"category:{key}"})),
        )
        made = partial(posts.publish_story, self.db, self.source, url, Article(url, "খবর"), audience)
        await self._publish(made, key, **how)

    async def announcement(self, **how: Any) -> None:
        told, audience = posts.Announcement(900, self.number, 900), posts.Audience(everyone=True)
        await self._publish(partial(announcements.publish, self.db, told, audience), None, **how)

    @property
    def number(self) -> int:
        return len(self.model.posts) + 1

    async def _publish(  # noqa: PLR0913  # all that a post is, by name
        self, made: Any, key: str | None, *, hours: int, urgent: bool, hold: bool, marked: bool
    ) -> None:
        until, urgency = self.now + timedelta(hours=hours), int(urgent)
        post_id = await made(now=self.now, expires_at=until, urgency=urgency, hold=hold)
        assert post_id > self.model.newest
        self.model.posts[post_id] = Item(post_id, key, urgency, hold, self.now, until)
        if marked:
            await self.mark_all()

    async def mark_all(self) -> None:
        while self.model.unmarked is not None:
            await self.mark(size=4)

    async def mark(self, *, size: int) -> None:
        unmarked = self.model.unmarked is not None
        assert bool(await posts.mark_slice(self.db, self.now, size)) == unmarked
        self.model.mark(size, self.now)

    async def retract(self, *, number: int) -> None:
        if self.model.posts:
            post = pick(self.model.posts, number)
            assert await posts.retract(self.db, post.id, self.now) == post.live
            post.state = "retracted"

    async def prune(self, *, size: int) -> None:
        assert all([some async for some in receipts.prune(self.db, self.now, RECEIPTS_KEPT, size)])
        await subscriptions.tidy(self.db, 1_000)
        self.model.prune(self.now, RECEIPTS_KEPT)

    async def changes(self, *, number: int, deed: str) -> None:
        """Somebody does what makes a difference to them, if there is such a one."""
        everybody = self.model.people
        other = {who.id: who for who in everybody.values() if who.active == (deed in {"pauses", "blocks"})}
        await getattr(self, f"_{deed}")(pick(other or everybody, number))

    async def _pauses(self, who: Person) -> None:
        await readers.pause(self.db, who.id)
        if who.active:
            who.becomes("paused")

    async def _resumes(self, who: Person) -> None:
        await readers.resume(self.db, who.id, self.now)
        if not who.active:
            who.becomes("active")
            who.due_from(self.now)

    async def _blocks(self, who: Person) -> None:
        await readers.gone(self.db, who.chat_id, "blocked", self.now)
        who.becomes("gone")

    async def _comes(self, who: Person) -> None:
        assert await self._arrive(who.chat_id) == who.id
        if who.state == "gone":
            who.becomes("active")
            who.since = who.cursor = self.model.newest
            who.unsure = 0

    async def is_forgotten(self, *, number: int, key: str) -> None:
        """Somebody wants to be forgotten, and comes back as somebody else."""
        who = pick(self.model.people, number)
        await readers.forget(self.db, who.id)
        self.model.forget(who)
        await self._follows(await self._new(who.chat_id), key)

    async def goes_to_bed(self, *, number: int, early: bool) -> None:
        """Somebody wants to be left alone at night, or does not any more; who waits is asked again."""
        who = pick(self.model.people, number)
        night = (BEDTIME, MORNING) if early else None
        await readers.set_quiet(self.db, who.id, night, self.now)
        who.sleeps = early
        if who.due_at is not None:
            who.due_at = min(who.due_at, self.now)

    async def wants(self, *, number: int, deed: str, key: str) -> None:
        await getattr(self, f"_{deed}")(pick(self.model.people, number), key)

    async def _follows(self, who: Person, key: str) -> None:
        new = await subscriptions.follow(self.db, who.id, "category", key)
        assert new == (key not in who.follows)
        who.follows.setdefault(key, self.model.newest)

    async def _unfollows(self, who: Person, key: str) -> None:
        did = await subscriptions.unfollow(self.db, who.id, "category", key)
        assert did == (who.follows.pop(key, None) is not None)


def pick(some: dict[int, Any], number: int) -> Any:
    return list(some.values())[number % len(some)]
