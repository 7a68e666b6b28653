"""What people do reaches the bot, by polling or by webhook, and stays until it is taken."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from tests import botapi
from tests.demo.telegram_api import Api, png, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        yield api


async def updates(api: Api, **parameters: Any) -> list[dict[str, Any]]:
    """The updates that wait, the way a bot without a memory asks for them."""
    return list((await api("getUpdates", **parameters)).result)


async def test_an_update_stays_until_a_later_offset_confirms_it(api: Api):
    reader = api.server.person(7, "রহিমা")
    await api.server.say(reader, "/start c_probash")
    await api.server.say(reader, "কেমন আছেন")
    first, second = await updates(api)
    assert first["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert [first, second] == await updates(api)
    assert await updates(api, offset=second["update_id"]) == [second]
    assert await updates(api, offset=second["update_id"] + 1) == []


async def test_a_long_poll_is_answered_as_soon_as_somebody_speaks(api: Api):
    reader = api.server.person(7, "রহিমা")
    poll = asyncio.create_task(updates(api, timeout=50))
    await api.server.until(lambda: api.server.requests("getUpdates"))
    await api.server.say(reader, "/help")
    assert [update["message"]["text"] for update in await poll] == ["/help"]


async def test_the_first_of_two_pollers_is_told_of_the_conflict(api: Api):
    reader = api.server.person(7, "রহিমা")
    first = asyncio.create_task(api("getUpdates", timeout=50))
    await api.server.until(lambda: api.server.requests("getUpdates"))
    second = asyncio.create_task(updates(api, timeout=50))
    assert (await first).refusal.startswith("Conflict: terminated by other getUpdates request")
    await api.server.say(reader, "/help")
    assert len(await second) == 1


async def test_kinds_that_were_not_asked_for_never_come(api: Api):
    reader = api.server.person(7, "রহিমা")
    await updates(api, allowed_updates=["message"])
    await api.server.say(reader, "/start")
    api.server.block(reader)
    assert [set(update) - {"update_id"} for update in await updates(api)] == [{"message"}]


async def test_blocking_and_coming_back_is_told_as_a_change_of_membership(api: Api):
    reader = api.server.person(7, "রহিমা", started=True)
    api.server.block(reader)
    api.server.block(reader, blocked=False)
    changes = [update["my_chat_member"] for update in await updates(api)]
    assert [c["new_chat_member"]["status"] for c in changes] == ["kicked", "member"]
    api.server.block(reader)
    with pytest.raises(ValueError, match="blocked"):
        await api.server.say(reader, "শুনছেন?")


async def test_a_pressed_button_is_answered_once_and_only_buttons_that_are_there_can_be_pressed(api: Api):
    reader = api.server.person(7, "রহিমা", started=True)
    markup = {"inline_keyboard": [[{"text": "রাখুন", "callback_data": "1|save|5"}]]}
    sent = (await api("sendMessage", chat_id=7, text="খবর", reply_markup=markup)).result
    query_id = await api.server.press(reader, sent, "রাখুন")
    (update,) = await updates(api)
    assert update["callback_query"]["data"] == "1|save|5"
    assert update["callback_query"]["message"] == sent
    answer = {"callback_query_id": query_id, "text": "রাখা হয়েছে", "show_alert": True}
    assert (await api("answerCallbackQuery", **answer)).result
    query = api.server.world.queries[query_id]
    assert (query.text, query.alert) == ("রাখা হয়েছে", True)
    assert "query is too old" in (await api("answerCallbackQuery", **answer)).refusal
    with pytest.raises(LookupError):
        await api.server.press(reader, sent, "1|save|6")
    await api.server.press(reader, sent, "1|save|6", forge=True)


async def test_a_button_of_a_deleted_message_comes_with_an_inaccessible_one(api: Api):
    reader = api.server.person(7, "রহিমা", started=True)
    sent = (await api("sendMessage", chat_id=7, text="খবর")).result
    await api("deleteMessage", chat_id=7, message_id=sent["message_id"])
    await api.server.press(reader, sent, "1|save|5")
    (update,) = await updates(api)
    assert update["callback_query"]["message"]["date"] == 0


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(api: Api):
    admin, reader = api.server.person(1, "অ্যাডমিন"), api.server.person(7, "রহিমা")
    group = api.server.group(-20, "আড্ডা", admins=[admin], members=[reader])
    sent = (await api("sendMessage", chat_id=-20, text="সবাইকে স্বাগত")).result
    for text in ("কেমন আছেন", "/follow probash", "/help@other_bot", "@khobor_demo_bot শুনছেন?"):
        await api.server.say(reader, text, group)
    await api.server.say(reader, "ধন্যবাদ", group, reply_to=sent)
    joined, *heard = await updates(api)
    assert joined["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert [u["message"]["text"] for u in heard] == ["/follow probash", "@khobor_demo_bot শুনছেন?", "ধন্যবাদ"]


async def test_a_channel_speaks_in_its_own_name_and_needs_an_administrator(api: Api):
    editor = api.server.person(9, "সম্পাদক")
    channel = api.server.channel(-1007, "খবর চ্যানেল", username="khobor_news", admins=[editor])
    await api.server.say(editor, "/follow probash", channel)
    sent = (await api("sendMessage", chat_id="@khobor_news", text="খবর")).result
    assert "from" not in sent
    assert sent["sender_chat"]["title"] == "খবর চ্যানেল"
    assert [set(u) - {"update_id"} for u in await updates(api)] == [{"my_chat_member"}, {"channel_post"}]
    api.server.set_bot(channel, "member")
    need = (await api("sendMessage", chat_id=-1007, text="খবর")).refusal
    assert need == "Bad Request: need administrator rights in the channel chat"


async def test_who_has_left_or_was_thrown_out_may_not_write(api: Api):
    group = api.server.group(-20, "আড্ডা")
    assert (await api("leaveChat", chat_id=-20)).result
    left = (await api("sendMessage", chat_id=-20, text="ক")).refusal
    assert left == "Forbidden: bot is not a member of the group chat"
    api.server.set_bot(group, "kicked")
    kicked = (await api("sendMessage", chat_id=-20, text="ক")).refusal
    assert kicked == "Forbidden: bot was kicked from the group chat"


async def test_a_topic_takes_messages_until_it_is_closed(api: Api):
    reader = api.server.person(7, "রহিমা")
    forum = api.server.group(-1005, "ফোরাম", forum=True, members=[reader])
    topic = api.server.topic(forum)
    sent = (await api("sendMessage", chat_id=-1005, message_thread_id=topic, text="ক")).result
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (topic, True)
    forum.topics[topic] = False
    closed = (await api("sendMessage", chat_id=-1005, message_thread_id=topic, text="ক")).refusal
    assert closed == "Bad Request: TOPIC_CLOSED"
    missing = (await api("sendMessage", chat_id=-1005, message_thread_id=999, text="ক")).refusal
    assert missing == "Bad Request: message thread not found"


async def test_a_group_that_became_a_supergroup_says_where_it_has_gone(api: Api):
    group = api.server.group(-20, "আড্ডা", members=[api.server.person(7, "রহিমা")])
    new = api.server.migrate(group)
    refused = await api("sendMessage", chat_id=-20, text="ক")
    assert refused.refusal == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refused.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await api("sendMessage", chat_id=new.id, text="ক")).result["chat"]["type"] == "supergroup"
    told = [u["message"] for u in (await updates(api))[1:]]
    assert (told[0]["migrate_to_chat_id"], told[1]["migrate_from_chat_id"]) == (new.id, -20)


async def test_a_changed_message_comes_as_an_edit(api: Api):
    said = await api.server.say(api.server.person(7, "রহিমা"), "/serch")
    await api.server.edit(said, "/search দুবাই")
    assert (await updates(api))[1]["edited_message"]["text"] == "/search দুবাই"


async def test_a_webhook_gets_every_update_with_its_secret_until_it_takes_it(api: Api):
    taken, answers = [], [500, 200, 200]

    async def take(request: web.Request) -> web.Response:
        taken.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], await request.json()))
        return web.Response(status=answers[len(taken) - 1])

    app = web.Application()
    app.router.add_post("/telegram", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    assert (await api("setWebhook", url=hook, secret_token="s3cret")).result
    assert "can't use getUpdates" in (await api("getUpdates")).refusal
    reader = api.server.person(7, "রহিমা")
    for text in ("/start", "/help"):
        await api.server.say(reader, text)
    await api.server.until(lambda: len(taken) == 3)
    assert [update["message"]["text"] for _, update in taken] == ["/start", "/start", "/help"]
    assert {secret for secret, _ in taken} == {"s3cret"}
    info = (await api("getWebhookInfo")).result
    assert "500" in info["last_error_message"]
    assert (await api("deleteWebhook")).result
    await runner.cleanup()


@botapi.needs_description
async def test_every_update_has_the_shape_that_the_bot_api_describes(api: Api):
    admin = api.server.person(1, "অ্যাডমিন")
    group = api.server.group(-20, "আড্ডা", admins=[admin])
    channel = api.server.channel(-1007, "চ্যানেল", admins=[admin])
    said = await api.server.say(admin, "/start", photo=png())
    await api.server.edit(said, "আবার")
    await api.server.say(admin, "/help", channel)
    await api.server.press(admin, said, "x", forge=True)
    api.server.migrate(group)
    api.server.set_bot(channel, "kicked")
    came = await updates(api)
    assert len(came) == 9
    assert botapi.misshapes(came, ["Array of Update"], "updates") == []
