"""What goes on meanwhile: posts are published, readers follow and unfollow; in another process than a sender.

Each kind of post comes up again and again: stories without a picture, with one that Telegram has and with one
that is to be uploaded, announcements, urgent ones, ones that expire within seconds, ones that are never to be
sent twice.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from news.article import Article, Photo
from scripts.chaos.answers import FIRST_CHAT, FORUM, OLD_GROUP
from scripts.paper import CATEGORY, SOURCE
from storage import announcements, due, media, posts, readers, sources, subscriptions
from storage.errors import Unavailable

if TYPE_CHECKING:
    from random import Random

    from storage.database import Database

FICKLE: Final = 10
"""One reader in so many follows and unfollows."""
TOPICS: Final = 3
EDITOR: Final = 900
AUDIENCE: Final = posts.Audience(keys=frozenset({f"category:{CATEGORY.slug}"}))
EVERYONE: Final = posts.Audience(everyone=True)
SOON: Final = timedelta(seconds=4)
LONG: Final = timedelta(hours=48)
LOOK: Final = 0.2
"""Seconds between two looks at how much is left to send."""
PHOTO: Final = "https://probhatbela.example/chaos.jpg"
STORY: Final = Article(
    url="",
    title="প্রবাসীদের জন্য নতুন সেবা চালু",
    paragraphs=("আজ থেকে নতুন সেবা চালু হয়েছে।",),
    summary=("আজ থেকে প্রবাসীদের জন্য নতুন সেবা চালু হয়েছে।", "সেবাটি বিনা মূল্যে পাওয়া যাবে।"),
    categories=(CATEGORY.slug,),
)


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class Newsroom:
    """Publishes whenever less than a third of the readers wait, and lets some of them change their minds."""

    def __init__(self, db: Database, chance: Random, size: int, pictures: str) -> None:
        """`pictures` is what the addresses of pictures begin with that Telegram does not have yet."""
        self._db = db
        self._pictures = pictures
        self._chance = chance
        self._size = size
        self._fickle: list[int] = []
        self._numbers = count(1)

    async def open(self) -> None:
        """`size` people, a group with topics, and a group that is a supergroup by now."""
        await sources.register(self._db, [SOURCE], now())
        await media.keep(self._db, PHOTO, "AgACAgUAAxkBAAIB", now())
        for number in range(self._size):
            reader = await self._arrive(FIRST_CHAT + number)
            if number % FICKLE == 0:
                self._fickle.append(reader)
        for topic in range(1, TOPICS + 1):
            await self._arrive(FORUM, topic)
        await self._arrive(OLD_GROUP)

    async def run(self) -> None:
        """Work until cancelled; what the database can't do now is left."""
        while True:
            with suppress(Unavailable):
                waiting, held, _ = await due.due_counts(self._db, now())
                if 3 * (waiting + held) < self._size:
                    await self.publish()
                await self._change_a_mind()
            await asyncio.sleep(LOOK)

    async def publish(self) -> None:
        """One more post."""
        number = next(self._numbers)
        kind: Any = {"urgency": int(number % 6 == 5), "hold": number % 5 == 4}
        expires_at = now() + (SOON if number % 9 == 8 else LONG)
        if number % 4 == 3:
            told = posts.Announcement(EDITOR, number, EDITOR)
            await announcements.publish(self._db, told, EVERYONE, now=now(), expires_at=expires_at, **kind)
            return
        url = f"{SOURCE.url}chaos/{number}"
        story = replace(STORY, url=url, photo=self._photo(number))
        source_id = (await sources.all_sources(self._db))[0].id
        await posts.publish_story(
            self._db, source_id, url, story, AUDIENCE, now=now(), expires_at=expires_at, **kind
        )

    def _photo(self, number: int) -> Photo | None:
        if number % 2 == 0:
            return None
        return Photo(f"{self._pictures}{number}.png" if number % 8 == 1 else PHOTO, "", "")

    async def _arrive(self, chat: int, topic: int = 0) -> int:
        kind, title = "private" if chat > 0 else "group", f"পাঠক {abs(chat)}"
        reader, _ = await readers.arrive(
            self._db, chat, topic=topic, kind=kind, title=title, timezone="Europe/Rome", now=now()
        )
        await subscriptions.follow(self._db, reader.id, "category", CATEGORY.slug)
        return reader.id

    async def _change_a_mind(self) -> None:
        """Somebody unfollows, or follows again."""
        reader = self._chance.choice(self._fickle)
        if not await subscriptions.unfollow(self._db, reader, "category", CATEGORY.slug):
            await subscriptions.follow(self._db, reader, "category", CATEGORY.slug)
