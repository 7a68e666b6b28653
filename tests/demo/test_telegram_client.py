"""The demo's page sees the chats and acts in them over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import FormData, web

from bot.demo.telegram import client_routes
from bot.demo.telegram.chats import UNSEEN
from tests.demo.telegram_api import Api, png, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientResponse


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        api.server.person(7, "রহিমা")
        api.server.person(9, "সম্পাদক", role="editor")
        yield api


@pytest.fixture
async def page(api: Api) -> AsyncIterator[str]:
    """The address under which the page finds /chat."""
    app = web.Application()
    app.add_routes(client_routes(api.server))
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    api.server.world.tell("close", ())
    await runner.cleanup()


async def get(api: Api, address: str) -> Any:
    async with api.session.get(address) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def post(api: Api, address: str, **asked: Any) -> Any:
    async with api.session.post(address, json=asked) as answer:
        assert answer.status in (200, 204), await answer.text()
        return await answer.json() if answer.status == 200 else None


async def event(stream: ClientResponse) -> tuple[str, dict[str, Any]]:
    """The next server-sent event."""
    kind = ""
    async for line in stream.content:
        if line.startswith(b"event: "):
            kind = line[7:].decode().strip()
        if line.startswith(b"data: "):
            return kind, json.loads(line[6:])
    raise AssertionError("the stream has ended")


async def test_the_cast_is_listed_with_roles_and_languages(api: Api, page: str):
    assert await get(api, f"{page}/chat/people") == [
        {"id": 7, "name": "রহিমা", "role": "reader", "language": "bn"},
        {"id": 9, "name": "সম্পাদক", "role": "editor", "language": "bn"},
    ]


async def test_whose_telephone_is_not_shown_is_not_in_the_cast(api: Api, page: str):
    api.server.person(11, "পাঠক", role=UNSEEN, started=True)
    assert [person["id"] for person in await get(api, f"{page}/chat/people")] == [7, 9]


async def test_a_person_writes_and_presses_and_the_bot_hears_it(api: Api, page: str):
    said = await post(api, f"{page}/chat/send", user=7, chat=7, text="/start")
    assert (said["text"], said["html"]) == ("/start", '<span class="command">/start</span>')
    markup = {"inline_keyboard": [[{"text": "রাখুন", "callback_data": "1|save|5"}]]}
    sent = (await api("sendMessage", chat_id=7, text="খবর", reply_markup=markup)).result
    await post(api, f"{page}/chat/press", user=7, chat=7, message_id=sent["message_id"], data="1|save|5")
    first, second = (await api("getUpdates")).result
    assert first["message"]["text"] == "/start"
    assert second["callback_query"]["data"] == "1|save|5"


async def test_the_state_shows_the_bot_its_commands_and_what_the_person_sees(api: Api, page: str):
    api.server.group(-20, "আড্ডা", members=[api.server.world.people[7]])
    api.server.channel(-1007, "অন্যদের", members=[])
    commands = [{"command": "help", "description": "সাহায্য"}]
    await api("setMyCommands", commands=commands, language_code="bn")
    await api("setMyShortDescription", short_description="প্রবাসের খবর")
    await post(api, f"{page}/chat/send", user=7, chat=7, text="/start")
    card = {"caption": "<b>শিরোনাম</b>\nসারাংশ", "parse_mode": "HTML", "chat_id": "7"}
    buttons = [
        [{"text": "পড়ুন", "url": "https://a.bd"}, {"text": "লিংক", "copy_text": {"text": "https://a.bd"}}]
    ]
    markup = json.dumps({"inline_keyboard": buttons})
    await api.upload("sendPhoto", {"photo": png()}, **card, reply_markup=markup)
    state = await get(api, f"{page}/chat/state?user=7")
    assert state["bot"]["about"] == "প্রবাসের খবর"
    assert state["commands"] == commands
    assert [(chat["id"], chat["type"]) for chat in state["chats"]] == [(7, "private"), (-20, "group")]
    shown = state["chats"][0]["messages"][1]
    assert shown["html"] == "<b>শিরোনাম</b><br>সারাংশ"
    assert shown["from"] == {"id": 4815162342, "name": "খবর", "bot": True}
    assert shown["buttons"] == [
        [{"text": "পড়ুন", "url": "https://a.bd"}, {"text": "লিংক", "copy": "https://a.bd"}]
    ]
    assert (shown["photo"]["width"], shown["photo"]["height"]) == (640, 400)
    async with api.session.get(page + shown["photo"]["url"]) as picture:
        assert picture.content_type == "image/png"
        assert await picture.read() == png()


async def test_everything_that_happens_in_a_chat_comes_as_an_event(api: Api, page: str):
    reader = api.server.world.people[7]
    async with api.session.get(f"{page}/chat/events?user=7") as stream:
        assert await stream.content.readline() == b": open\n"
        await api.server.say(reader, "/start")
        await api.server.say(api.server.world.people[9], "গোপন")
        sent = (await api("sendMessage", chat_id=7, text="খবর", reply_markup={"force_reply": True})).result
        which = {"chat_id": 7, "message_id": sent["message_id"]}
        await api("sendChatAction", chat_id=7, action="typing")
        await api("editMessageText", **which, text="নতুন খবর")
        query_id = await api.server.press(reader, sent, "x", forge=True)
        await api("answerCallbackQuery", callback_query_id=query_id, text="হয়েছে")
        await api("deleteMessage", **which)
        came = [await event(stream) for _ in range(6)]
    assert [kind for kind, _ in came] == ["message", "message", "action", "edit", "answer", "delete"]
    shapes = [shape for _, shape in came]
    assert shapes[1]["message"]["force_reply"] is True
    assert shapes[2] == {"chat": 7, "action": "typing"}
    assert (shapes[3]["message"]["text"], shapes[3]["message"]["edited"]) == ("নতুন খবর", True)
    assert shapes[4] == {"text": "হয়েছে", "alert": False}
    assert shapes[5] == {"chat": 7, "message_id": sent["message_id"]}


async def test_a_page_that_is_closed_ends_its_events_without_a_word_in_the_log(api: Api, page: str, caplog):
    async with api.session.get(f"{page}/chat/events?user=7") as stream:
        await stream.content.readline()
        (listener,) = api.server.world.listeners
        stream.connection.transport.abort()
        # A hundred events in one go: the first of them are written to what is closed.
        while listener in api.server.world.listeners:
            for _ in range(100):
                await api.server.say(api.server.world.people[7], "কেউ শুনছে না")
            await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == []


async def test_a_photo_and_a_reply_are_sent_from_the_page(api: Api, page: str):
    await post(api, f"{page}/chat/send", user=9, chat=9, text="/start")
    asked = (await api("sendMessage", chat_id=9, text="ঘোষণা পাঠান", reply_markup={"force_reply": True})).result
    form = FormData({"user": "9", "chat": "9", "text": "ঈদের শুভেচ্ছা", "reply_to": str(asked["message_id"])})
    form.add_field("photo", png(), filename="eid.png", content_type="image/png")
    async with api.session.post(f"{page}/chat/send", data=form) as answer:
        said = await answer.json()
    assert said["caption"] == "ঈদের শুভেচ্ছা"
    assert said["reply_to"] == {"message_id": asked["message_id"], "text": "ঘোষণা পাঠান"}


async def test_a_person_blocks_the_bot_and_is_told_what_can_not_be_done(api: Api, page: str):
    await post(api, f"{page}/chat/send", user=7, chat=7, text="/start")
    await post(api, f"{page}/chat/block", user=7, blocked=True)
    assert (await get(api, f"{page}/chat/state?user=7"))["me"]["blocked"] is True
    for path, asked in (
        ("send", {"user": 7, "chat": 7, "text": "শুনছেন?"}),
        ("send", {"user": 9, "chat": 9, "text": "  "}),
        ("send", {"user": 1, "chat": 9, "text": "ক"}),
        ("press", {"user": 9, "chat": 9}),
        ("block", []),
    ):
        async with api.session.post(f"{page}/chat/{path}", json=asked) as answer:
            assert answer.status == 400
