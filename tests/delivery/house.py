"""A newsroom that sends: a real database, the real road to Telegram, the local Bot API server at its end."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, Any

from delivery import publish
from delivery.audience import audience_of, is_for
from delivery.catch_up import CatchUp, Crew
from delivery.compose import Composer
from delivery.marking import Marking
from delivery.pace import Pace
from delivery.pictures import Pictures
from delivery.send import Sender
from delivery.telegram import Telegram
from news.article import Source
from storage import figures, posts, readers, receipts, sources, subscriptions
from tests.delivery.stories import CATEGORIES, EVERYONE, article
from tests.demo.telegram_api import png

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    import aiohttp

    from bot.demo.telegram import TelegramServer
    from bot.demo.telegram.journal import Request
    from storage.database import Database
    from storage.readers import Reader

OWNER = "here/1/first"


@dataclass
class House:
    """What happens in a test, in few words. `ahead` is how far the house's clock is before the true one."""

    db: Database
    server: TelegramServer
    session: aiohttp.ClientSession
    ahead: timedelta = timedelta()
    rate: float = 1000
    picture: bytes | None = field(default_factory=png)
    fetched: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    stopped: list[tuple[int, str]] = field(default_factory=list)

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def reader(self, chat_id: int, *keys: str, **more: Any) -> Reader:
        """A reader of that chat who follows `keys` (the diaspora if none is given); people start the bot."""
        if chat_id > 0 and chat_id not in self.server.world.people:
            self.server.person(chat_id, f"পাঠক {chat_id}", started=True)
        told = {"kind": "private", "title": f"পাঠক {chat_id}", "timezone": "Asia/Dhaka", **more}
        who, _ = await readers.arrive(self.db, chat_id, now=self.clock(), **told)
        for key in keys or ("category:probash",):
            kind, _, value = key.partition(":")
            await subscriptions.follow(self.db, who.id, kind, value)
        return who

    async def crowd(self, size: int, *, first: int = 1000) -> list[Reader]:
        """So many readers at once."""
        return [await self.reader(first + number) for number in range(size)]

    async def story(self, *, photo: bool = False, **changes: Any) -> int:
        """A story published for the followers of the diaspora."""
        number = next(self.numbers)
        url = f"https://probhatbela.example/probash/{number}"
        more = {"url": url, "title": f"খবর নম্বর {number}", **changes} | ({} if photo else {"photo": None})
        await sources.register(
            self.db, [Source("প্রভাতবেলা", "https://probhatbela.example/", "probash")], self.clock()
        )
        source_id = (await sources.all_sources(self.db))[0].id
        post_id = await publish.publish_story(self.db, source_id, url, article(**more), self.clock())
        assert post_id is not None
        return post_id

    async def notice(self) -> int:
        """A story of the class that is never sent twice, for the followers of the diaspora."""
        url = f"https://probhatbela.example/probash/{next(self.numbers)}"
        told = article(url=url, title="সতর্কবার্তা", photo=None)
        paper = Source("প্রভাতবেলা", "https://probhatbela.example/", "probash")
        await sources.register(self.db, [paper], self.clock())
        source_id = (await sources.all_sources(self.db))[0].id
        until = self.clock() + publish.FRESH
        post_id = await posts.publish_story(
            self.db, source_id, url, told, audience_of(told), now=self.clock(), expires_at=until, hold=True
        )
        assert post_id is not None
        return post_id

    async def announcement(self, message_id: int | None = None, *, urgent: bool = False) -> int:
        """An editor's message to everyone; with `message_id`, one that may not be there."""
        editor = self.server.world.people.get(900) or self.server.person(900, "সম্পাদক", started=True)
        if message_id is None:
            message_id = (await self.server.say(editor, "আজ বিকেলে বিরতি"))["message_id"]
        told = posts.Announcement(900, message_id, 900)
        return await publish.announce(self.db, told, EVERYONE, self.clock(), urgent=urgent)

    def sender(self) -> Sender:
        """The road to the local server."""
        telegram = Telegram(self.session, self.server.base_url, self.server.token)
        return Sender(telegram, Pace(self.rate, monotonic), Pictures(self.db, self._fetch, self.clock))

    def catch_up(
        self,
        sender: Sender | None = None,
        *,
        owner: str = OWNER,
        hands: int = 8,
        batch: int = 16,
        **told: Any,
    ) -> CatchUp:
        """One sender, not running yet; `told` are others who hear of something."""
        return CatchUp(
            self.db,
            sender or self.sender(),
            Composer(CATEGORIES),
            Crew(owner, hands, batch),
            self.clock,
            stopped=lambda post, reason: self.stopped.append((post.id, reason)),
            **told,
        )

    @asynccontextmanager
    async def working(self, catch_up: CatchUp | None = None, **more: Any) -> AsyncIterator[CatchUp]:
        """Marking and one sender at work; drained at the end, which must come within ten seconds."""
        catch_up = catch_up or self.catch_up(**more)
        marking = Marking(self.db, self.clock, catch_up.wake)
        marks, sends = asyncio.create_task(marking.run()), asyncio.create_task(catch_up.run())
        try:
            yield catch_up
        finally:
            catch_up.drain()
            marks.cancel()
            with suppress(asyncio.CancelledError):
                await marks
            await asyncio.wait_for(sends, 60)

    async def work(self, **more: Any) -> None:
        """Mark and send until nothing is left to do now."""
        async with self.working(**more):
            await self.quiet()

    async def quiet(self) -> None:
        """Wait until every post is marked, nobody is due now and nobody is held."""

        async def is_quiet() -> bool:
            left = await figures.figures(self.db, self.clock())
            return not (left.unmarked or left.due or left.held)

        await self.server.until(is_quiet, timeout=60)

    async def rows(self, question: str) -> list[Any]:
        """What the database itself says."""
        async with self.db.read() as connection:
            return list(await connection.exec_driver_sql(question))

    def texts(self, chat_id: int) -> list[str]:
        """What the bot has said in a chat: texts and captions."""
        return [message.get("text") or message.get("caption") for message in self.server.sent(chat_id)]

    def sends(self) -> list[Request]:
        """What was sent to chats, whatever became of it; questions to Telegram itself are none."""
        return [request for request in self.server.log if request.chat_id is not None]

    async def accounts(self, post_id: int) -> Counter[str]:
        """What became of a post for everyone it is for, each once: outcome, gone, pending, or lost."""
        post = await posts.post(self.db, post_id)
        assert post is not None
        told = dict(await self.rows(f"SELECT reader_id, outcome FROM receipts WHERE post_id = {post_id}"))  # noqa: S608
        found: Counter[str] = Counter()
        for reader_id, state, cursor in await self.rows("SELECT id, state, cursor FROM readers"):
            if not is_for(post, await subscriptions.following(self.db, reader_id)):
                assert reader_id not in told
            elif reader_id in told or state == "gone":
                found[told.get(reader_id, "gone")] += 1
            else:
                found["pending" if cursor < post_id else "lost"] += 1
        return found

    async def copies(self, crowd: list[Reader]) -> list[int]:
        """How many messages of ours each of `crowd` has, once whatever was on its way has arrived."""
        await self.server.until(lambda: all(request.done_at for request in self.server.log))
        return [len(self.server.sent(who.chat_id)) for who in crowd]

    async def receipts_are_true(self, post_id: int) -> None:
        """Every receipt names a message that the server issued, in that chat, and shows the post."""
        for chat_id, _, message_id in await receipts.delivered(self.db, post_id):
            assert message_id in {message["message_id"] for message in self.server.sent(chat_id)}
            assert post_id in await receipts.post_of(self.db, chat_id, message_id)

    async def _fetch(self, url: str) -> bytes | None:
        self.fetched.append(url)
        return self.picture
