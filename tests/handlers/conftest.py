"""A newsroom that people talk to: real Application, HTTP, database, and the demo's Bot API server."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from telegram import Update
from telegram.ext import Application

from bot.demo.telegram.server import TelegramServer
from delivery.audience import audience_of
from delivery.pace import Pace
from delivery.pictures import Pictures
from delivery.send import Sender
from delivery.telegram import Telegram
from handlers import routes
from handlers.newsroom import Newsroom
from news.article import Article, Category, Related, Source
from storage import posts, readers, sources, subscriptions
from tests import botapi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from bot.demo.telegram.chats import Chat, Person
    from bot.demo.telegram.world import Query
    from storage.database import Database
    from storage.readers import Reader

CATEGORIES = (
    Category("probash", "প্রবাসের খবর", "Diaspora", "🌍"),
    Category("visa", "ভিসা ও অভিবাসন", "Visas & Migration", "🛂"),
    Category("remittance", "রেমিট্যান্স", "Remittances", "💸"),
)
EDITOR = 9_001
RELATED = (
    Related("দোহায় বাংলা বইমেলা", "https://khabar.example/boimela", "তিন দিনের মেলা বসেছে", "৪ দিন আগে"),
    Related("রোমে পিঠা উৎসব", "https://khabar.example/pitha", age="১১ দিন আগে"),
)


@dataclass
class House:
    """Everything a test of the handlers touches; `now` is the newsroom's clock."""

    server: TelegramServer
    application: Application
    newsroom: Newsroom
    db: Database
    now: datetime = datetime(2025, 6, 23, 15, 12, tzinfo=UTC)
    _numbers: Iterable[int] = field(default_factory=itertools.count)
    _offset: int = 0

    async def serve(self) -> None:
        """Let the bot take and handle every update there is, in order."""
        bot = self.application.bot
        while updates := await bot.get_updates(self._offset, timeout=0, allowed_updates=Update.ALL_TYPES):
            for update in updates:
                await self.application.process_update(update)
            self._offset = updates[-1].update_id + 1

    async def say(
        self, who: Person, text: str, chat: Chat | None = None, **more: Any
    ) -> list[dict[str, Any]]:
        """Somebody writes; what the bot says to it, there."""
        await self.serve()
        where = chat or who
        before = len(self.server.sent(where))
        await self.server.say(who, text, chat, **more)
        posted = 1 if chat is not None and chat.type == "channel" else 0
        await self.serve()
        return self.server.sent(where)[before + posted :]

    async def hear(self, who: Person, text: str, chat: Chat | None = None, **more: Any) -> dict[str, Any]:
        """Somebody writes; the one answer."""
        answers = await self.say(who, text, chat, **more)
        assert len(answers) == 1, [words(answer) for answer in answers]
        return answers[0]

    async def press(self, who: Person, message: dict[str, Any], button: str, *, forge: bool = False) -> Query:
        """Somebody presses a button; how that was answered."""
        query_id = await self.server.press(who, message, button, forge=forge)
        await self.serve()
        return self.server.world.queries[query_id]

    def again(self, message: dict[str, Any]) -> dict[str, Any]:
        """What a message says by now."""
        chat, number = message["chat"]["id"], message["message_id"]
        return next(one for one in self.server.messages(chat) if one["message_id"] == number)

    def last(self, chat: Chat | Person) -> dict[str, Any]:
        """The bot's last message in a chat."""
        return self.server.sent(chat)[-1]

    async def reader(self, chat_id: int, topic: int = 0) -> Reader:
        """A reader who must be there."""
        found = await readers.reader(self.db, chat_id, topic)
        assert found is not None
        return found

    async def follows(self, chat_id: int, topic: int = 0) -> set[str]:
        """The keys a reader follows."""
        return set(await subscriptions.following(self.db, (await self.reader(chat_id, topic)).id))

    async def story(
        self,
        title: str = "রোমে প্রবাসীদের মিলনমেলা",
        category: str = "probash",
        state: str = "live",
        **more: Any,
    ) -> int:
        """A story is published (or held for the editors); its post's id."""
        listed = [Source("প্রবাস কণ্ঠ", "https://kantho.example/feed", "probash")]
        await sources.register(self.db, listed, self.now)
        source = (await sources.all_sources(self.db))[0]
        number = next(iter(self._numbers))
        article = Article(
            url=f"https://kantho.example/{category}/{number}",
            title=title,
            summary=("রোমে দিনভর মেলা বসেছিল।",),
            categories=(category,),
            published_at=self.now,
            **more,
        )
        audience, expires = audience_of(article), self.now + timedelta(days=3)
        found = await posts.publish_story(
            self.db, source.id, article.url, article, audience, now=self.now, expires_at=expires, state=state
        )
        assert found is not None
        return found


def words(message: dict[str, Any]) -> str:
    """What a message says."""
    return message.get("text") or message.get("caption") or ""


def labels(message: dict[str, Any]) -> list[str]:
    """The texts of its buttons, in order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def button(message: dict[str, Any], text: str) -> str:
    """The callback data of the one button whose text contains `text`."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    (found,) = [one["callback_data"] for row in rows for one in row if text in one["text"]]
    return found


@pytest.fixture
async def house(sqlite_db: Database) -> AsyncIterator[House]:
    """A newsroom with three categories, one editor and no reader; at the end its manners are checked."""
    server = TelegramServer(limits=False)
    base = await server.start()
    async with aiohttp.ClientSession() as session:
        telegram = Telegram(session, base, server.token)
        pictures = Pictures(sqlite_db, _no_picture, lambda: found.now)
        # A second passes in a microsecond: what is paced here is tested with the pace itself.
        sender = Sender(telegram, Pace(1000, lambda: time.monotonic() * 1e6), pictures)
        application = Application.builder().token(server.token).base_url(f"{base}/bot").updater(None).build()
        newsroom = Newsroom(
            db=sqlite_db,
            categories={category.slug: category for category in CATEGORIES},
            sender=sender,
            admins=frozenset({EDITOR}),
            timezone="Asia/Dhaka",
            send_rate=30,
            clock=lambda: found.now,
            username=server.world.bot.username,
            look_every=0.01,
        )
        found = House(server, application, newsroom, sqlite_db)
        routes.add(application, newsroom)
        async with application:
            yield found
            await routes.close(application)
    await server.stop()
    _mannered(server)


def _mannered(server: TelegramServer) -> None:
    """Every request keeps to the Bot API, and every press was answered exactly once."""
    answers = Counter(
        request.parameters["callback_query_id"] for request in server.requests("answerCallbackQuery")
    )
    assert answers == dict.fromkeys(server.world.queries, 1)
    if botapi.FILE.exists():
        botapi.hold(server.log)


async def _no_picture(url: str) -> bytes | None:
    del url
    return None


@pytest.fixture
def rahim(house: House) -> Person:
    """A reader to be."""
    return house.server.person(101, "রহিম")


@pytest.fixture
def editor(house: House) -> Person:
    """The newsroom's editor."""
    return house.server.person(EDITOR, "সালমা", role="editor")
