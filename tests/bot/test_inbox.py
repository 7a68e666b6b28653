"""What people say is saved before it is acknowledged, and handled once, in order."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import aiohttp
import pytest
from telegram import Bot
from telegram.error import NetworkError
from telegram.ext import Application, MessageHandler, filters

from bot.demo.telegram import Fault, TelegramServer
from bot.inbox import Inbox, chat_of
from bot.long_polling import Polling
from bot.request import AiohttpRequest, InTurn
from delivery.catch_up import TokenRevokedError
from delivery.pace import Pace
from tests.newspaper import PICTURE
from tests.storage import said


def clock() -> datetime:
    return datetime.now(UTC)


class House:
    """A Bot API server, an application that writes down what it hears, and its inbox."""

    def __init__(self, db, server, session, owner="here/1/a"):
        self.db, self.server, self.session = db, server, session
        self.heard: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()
        request = AiohttpRequest(session)
        pace = Pace(1000, asyncio.get_running_loop().time)
        self.application = (
            Application.builder()
            .token(server.token)
            .base_url(f"{server.base_url}/bot")
            .request(request)
            .get_updates_request(request)
            .rate_limiter(InTurn(pace))
            .updater(None)
            .build()
        )
        self.application.add_handler(MessageHandler(filters.ALL, self._hear))
        self.inbox = Inbox(db, self.application, owner, clock)

    async def _hear(self, update, _context):
        self.heard.append(update.effective_message.text)
        await self.answers.wait()
        if update.effective_message.text == "হোঁচট":
            raise ValueError("a handler's fault")

    async def pending(self) -> list[int]:
        """What is not done yet."""
        return [update_id for update_id, _ in await said.pending(self.db)]

    def polling(self, inbox: Inbox | None = None) -> Polling:
        return Polling(self.session, self.server.base_url, self.server.token, inbox or self.inbox)


@pytest.fixture
async def house(sqlite_db):
    server = TelegramServer(limits=False)
    await server.start()
    async with aiohttp.ClientSession() as session:
        house = House(sqlite_db, server, session)
        await house.application.initialize()
        yield house
        await house.application.shutdown()
    await server.stop()


def saying(number: int, text: str, chat_id: int = 7) -> tuple[int, str]:
    """What a person says, as Telegram brings it."""
    who = {"id": chat_id, "is_bot": False, "first_name": "র"}
    chat = {"id": chat_id, "type": "private"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": text}
    return number, json.dumps({"update_id": number, "message": message})


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def running(*jobs):
    return [asyncio.create_task(job) for job in jobs]


async def stop(tasks) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_what_was_saved_before_a_crash_is_handled_after_it(house):
    """Acknowledged to Telegram and then killed: the next process handles it."""
    person = house.server.person(7, "রহিম")
    await house.server.say(person, "/follow probash")
    fetching = await running(house.polling().run())
    await house.server.until(
        lambda: any(one.parameters.get("offset") for one in house.server.requests("getUpdates"))
    )
    await stop(fetching)
    assert not house.heard
    assert await house.pending()

    after = Inbox(house.db, house.application, "here/2/b", clock)
    await after.take_over()
    handling = await running(after.run())
    await until(lambda: house.heard == ["/follow probash"])
    await after.drain()
    assert not await house.pending()
    await stop(handling)


async def test_one_chat_is_served_in_order_and_once(house):
    """Also when Telegram brings the same update again, and when one of them can't be handled."""
    heard = [saying(number, text) for number, text in enumerate(["এক", "হোঁচট", "দুই", "তিন"], 1)]
    handling = await running(house.inbox.run())
    await house.inbox.receive(heard)
    await house.inbox.receive(heard[1:3])
    await until(lambda: len(house.heard) == 4)
    await house.inbox.drain()
    assert house.heard == ["এক", "হোঁচট", "দুই", "তিন"]
    assert not await house.pending()
    await stop(handling)


async def test_polling_goes_on_after_telegram_stumbles(house):
    """502, a broken connection and a conflict are waited out; nothing said meanwhile is lost."""
    for fault in (Fault.html(502), Fault.closed(accepted=False)):
        house.server.faults.add(fault, method="getUpdates")
    tasks = await running(house.polling().run(), house.inbox.run())
    await house.server.say(house.server.person(7, "রহিম"), "শুনছেন?")
    await until(lambda: house.heard == ["শুনছেন?"])
    await stop(tasks)


async def test_a_revoked_token_ends_the_polling_loudly(house):
    house.server.faults.add(Fault.error(401, "Unauthorized"), method="getUpdates", times=0)
    with pytest.raises(TokenRevokedError):
        await house.polling().run()


@pytest.mark.parametrize(
    ("update", "chat"),
    [
        ({"message": {"chat": {"id": 5}}}, 5),
        ({"channel_post": {"chat": {"id": -100}}}, -100),
        ({"callback_query": {"from": {"id": 9}, "message": {"chat": {"id": -3}}}}, -3),
        ({"callback_query": {"from": {"id": 9}}}, 9),
        ({"my_chat_member": {"chat": {"id": 4}}}, 4),
        ({"poll": {}}, 0),
    ],
)
def test_every_update_has_a_lane(update, chat):
    assert chat_of(update) == chat


async def test_an_answer_refused_with_429_is_given_again_when_its_time_has_come(house):
    """A person who is answered late is still answered."""
    house.server.person(7, "রহিম", started=True)
    house.server.faults.add(Fault.error(429, "Too Many Requests", retry_after=1), method="sendMessage")
    sent = await house.application.bot.send_message(7, "আসসালামু আলাইকুম")
    assert sent.text == "আসসালামু আলাইকুম"
    assert len(house.server.requests("sendMessage")) == 2


async def test_files_and_plain_requests_go_over_the_one_session(house):
    """python-telegram-bot's own calls work unchanged."""
    house.server.person(7, "রহিম", started=True)
    sent = await house.application.bot.send_photo(7, PICTURE, caption="ছবি")
    assert sent.photo
    (request,) = house.server.requests("sendPhoto")
    assert request.uploads


async def test_a_server_that_is_not_there_is_a_network_error(house):
    bot = Bot("1:a", base_url="http://127.0.0.1:9/bot", request=AiohttpRequest(house.session))
    with pytest.raises(NetworkError):
        await bot.get_me()
