"""A group's topic is closed: whoever brought the bot there hears of it once, and how the news comes back."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest

from bot.demo.telegram import Fault
from bot.inviters import Inviters
from storage import inviters, readers
from tests import botapi
from tests.bot.road import WAIT, Bot, cards
from tests.delivery.house import House

FORUM, RAHIM = -1_001_234_567_890, 101
CLOSED = (
    "⏸ মদিনার <ভাই> গ্রুপের যে টপিকে খবর যেত, সেটি এখন বন্ধ। তাই সেখানে খবর পাঠানো থামিয়ে রেখেছি।\n\n"
    "টপিকটি আবার খুললেই খবর আবার যাবে; না গেলে কোনো অ্যাডমিন সেখানে /resume লিখুন। "
    "অন্য কোনো টপিকে খবর চাইলে সেখানে /start লিখে বিষয় বেছে নিন।"
)
DELETED = (
    "⏸ মদিনার <ভাই> গ্রুপের যে টপিকে খবর যেত, সেটি আর নেই। তাই সেখানে খবর পাঠানো থামিয়ে রেখেছি।\n\n"
    "অন্য কোনো টপিকে খবর চাইলে সেখানে /start লিখে বিষয় বেছে নিন।"
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name, value in {
        "catch_up.TICK": 0.05,
        "marking.TICK": 0.05,
        "chats.PER_CHAT": 0.0,
        "chats.MARGIN": 0.0,
        "chats.GROUP_MARGIN": 0.0,
        "outcome.NEXT_MESSAGE": timedelta(),
    }.items():
        monkeypatch.setattr(f"delivery.{name}", value)


class Forum(House):
    """A newsroom with a forum that রহিম has brought it to; one topic of it follows the diaspora."""

    async def open(self, *, brought: bool = True) -> None:
        self.rahim = self.server.person(RAHIM, "রহিম", started=True)
        self.chat = self.server.group(FORUM, "মদিনার <ভাই>", forum=True)
        self.topic = self.server.topic(self.chat)
        told = {"kind": "group", "title": self.chat.title}
        self.who = await self.reader(FORUM, topic=self.topic, **told)
        if brought:
            await inviters.added(self.db, FORUM, RAHIM)

    def sending(self):
        sender = self.sender()
        self.inviters = Inviters(self.db, sender)
        return self.catch_up(sender, silenced=self.inviters.tell_silenced)

    async def send(self, stories: int = 1) -> None:
        """So many stories, and all that comes of them."""
        async with self.working(self.sending()):
            for _ in range(stories):
                await self.story()
                await self.quiet()
        if self.inviters._telling is not None:
            await self.inviters._telling

    async def state(self) -> str:
        found = await readers.reader_by_id(self.db, self.who.id)
        assert found is not None
        return found.state

    def told(self) -> list[str]:
        return self.texts(RAHIM)


@pytest.fixture
async def forum(db, server):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        forum = Forum(db, server, session)
        await forum.open()
        yield forum
    if botapi.FILE.exists():
        botapi.hold(server.log)


def close(forum):
    forum.chat.topics[forum.topic] = False


def delete(forum):
    del forum.chat.topics[forum.topic]


@pytest.mark.parametrize(("end", "told"), [(close, CLOSED), (delete, DELETED)])
async def test_who_brought_the_bot_hears_once_that_its_topic_takes_no_news(forum, end, told):
    end(forum)
    await forum.send(stories=3)
    assert await forum.state() == "paused"
    assert forum.told() == [told]
    assert not forum.server.sent(FORUM)


async def test_the_message_leads_to_the_closed_topic(forum):
    close(forum)
    await forum.send()
    (message,) = forum.server.sent(RAHIM)
    (url,) = [entity["url"] for entity in message["entities"] if entity["type"] == "text_link"]
    assert url == f"https://t.me/c/1234567890/{forum.topic}"
    assert "bot_command" not in {entity["type"] for entity in message["entities"]}


async def test_the_general_topic_is_led_to_by_its_number_in_links(forum):
    await forum.reader(FORUM, kind="group", title=forum.chat.title)
    await inviters.added(forum.db, FORUM, RAHIM)
    refused = Fault.error(400, "Bad Request: TOPIC_CLOSED")
    forum.server.faults.add(refused, chat_id=FORUM, times=2)
    await forum.send()
    links = [message["entities"][1]["url"] for message in forum.server.sent(RAHIM)]
    assert sorted(links) == [f"https://t.me/c/1234567890/{one}" for one in sorted((1, forum.topic))]


async def test_a_reader_of_ours_hears_it_in_their_language(forum):
    reader = await forum.reader(RAHIM, "category:khela")
    await readers.set_language(forum.db, reader.id, "en")
    close(forum)
    await forum.send()
    (told,) = forum.told()
    assert told.startswith("⏸ In the group মদিনার <ভাই>, the topic that news went to is closed")


async def test_a_group_without_a_visible_name_is_told_of_as_such(forum):
    await forum.reader(FORUM, topic=forum.topic, kind="group", title="")
    close(forum)
    await forum.send()
    assert forum.told()[0].startswith("⏸ নামহীন গ্রুপের যে টপিকে")


async def test_where_nobody_is_known_nobody_is_told(forum):
    await readers.forget(forum.db, (await forum.reader(RAHIM)).id)
    close(forum)
    await forum.send()
    assert await forum.state() == "paused"
    assert forum.server.requests("sendMessage", chat_id=RAHIM) == []


@pytest.mark.parametrize("known", ["blocked", "a stranger"])
async def test_who_cannot_be_told_is_left_alone_and_everybody_else_gets_their_news(forum, known, caplog):
    caplog.set_level("INFO")
    forum.rahim.started, forum.rahim.blocked = known == "blocked", known == "blocked"
    await forum.reader(7)
    close(forum)
    await forum.send(stories=2)
    assert await forum.state() == "paused"
    assert len(forum.server.requests("sendMessage", chat_id=RAHIM)) == 1
    assert len(forum.server.sent(7)) == 2
    assert "inviter not told" in caplog.text


async def test_one_who_cannot_be_looked_up_keeps_it_from_nobody_else(forum, monkeypatch, caplog):
    found, asked = inviters.of, []

    async def once_not(db, reader_id):
        asked.append(reader_id)
        if len(asked) == 1:
            raise LookupError
        return await found(db, reader_id)

    monkeypatch.setattr("bot.inviters.inviters.of", once_not)
    told = Inviters(forum.db, forum.sender())
    for _ in range(2):
        told.tell_silenced(forum.who.id, "Bad Request: TOPIC_CLOSED")
    await told._telling
    assert forum.told() == [CLOSED]
    assert "inviter not told" in caplog.text


async def test_a_chat_that_does_not_let_us_write_is_nothing_to_tell(forum):
    refused = Fault.error(400, "Bad Request: not enough rights to send text messages to the chat")
    forum.server.faults.add(refused, chat_id=FORUM, times=1)
    await forum.send()
    assert await forum.state() == "paused"
    assert forum.told() == []


async def test_what_another_sender_settles_is_not_told_by_this_one(forum):
    """A lease that was taken away: whoever holds the reader now is refused too, and tells."""
    close(forum)
    sending = forum.sending()
    async with forum.working(sending):
        settle = sending._outbox.put
        put = []
        sending._outbox.put = put.append
        await forum.story()
        await forum.server.until(lambda: put)
        async with forum.db.write() as connection:
            await connection.exec_driver_sql("UPDATE readers SET lease_owner = 'there/1/other'")
        sending._outbox.put = settle
        settle(put[0])
        await sending._outbox.empty()
        assert forum.inviters._telling is None


async def test_a_topic_that_is_opened_and_closed_again_is_told_again(forum):
    close(forum)
    await forum.send()
    forum.chat.topics[forum.topic] = True
    await readers.resume(forum.db, forum.who.id, forum.clock())
    await forum.send()
    assert forum.server.sent(FORUM)
    close(forum)
    await forum.send()
    assert forum.told() == [CLOSED, CLOSED]


async def test_the_running_bot_tells_who_added_it_that_the_topic_is_closed(server, paper, tmp_path):
    """The whole of it, with the real command: added, followed, closed, told; opened again, and served."""
    bot = Bot(tmp_path, server, paper)
    paper.publish("পুরোনো খবর: বন্দরে নতুন ঘাট চালু")
    await bot.start()
    await server.until(lambda: "story published" in bot.log(), WAIT)
    rahim = server.person(RAHIM, "রহিম", started=True)
    forum = server.group(FORUM, "মদিনার <ভাই>", forum=True, admins=[rahim])
    topic = server.topic(forum)
    await server.say(rahim, "/follow probash", forum, topic=topic)
    await server.until(lambda: len(server.sent(forum)) == 2, WAIT)  # the greeting, the answer
    forum.topics[topic] = False
    paper.publish("মাস্কাটে বাংলাদেশি কর্মীদের নতুন আবাসন চালু")
    (message,) = await server.until(lambda: server.sent(rahim), WAIT)
    assert message["text"] == CLOSED
    forum.topics[topic] = True
    await server.say(rahim, "/resume", forum, topic=topic)
    await server.until(lambda: cards(server, FORUM, "নতুন আবাসন"), WAIT)
    assert len(server.sent(rahim)) == 1
    botapi.hold(server.log)
