"""What a bot may ask of the local Bot API server, and what it hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from telegram import Bot, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import Forbidden

from tests import botapi
from tests.demo.telegram_api import TOKEN, Api, jpeg, png, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

READER = 7
BUTTONS = {
    "inline_keyboard": [
        [{"text": "পড়ুন", "url": "https://khobor.example/1"}, {"text": "রাখুন", "callback_data": "1|save|1"}],
        [{"text": "লিংক", "copy_text": {"text": "https://khobor.example/1"}}],
    ]
}
BAD_BUTTONS = {
    "BUTTON_DATA_INVALID": {"text": "ক", "callback_data": "খ" * 22},
    "BUTTON_COPY_TEXT_INVALID": {"text": "ক", "copy_text": {"text": "ক" * 257}},
    "is invalid: Wrong HTTP URL": {"text": "ক", "url": "javascript:alert(1)"},
    "Text buttons are unallowed": {"text": "ক"},
    "text must be non-empty": {"text": " ", "callback_data": "x"},
}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with serving() as api:
        api.server.person(READER, "রহিমা", started=True)
        yield api


async def test_a_wrong_token_is_unauthorized_and_a_malformed_one_or_an_unknown_method_is_not_found(api: Api):
    for address, status in (
        (api.url("getMe", "1:wrong"), 401),
        (api.url("getMe", "nonsense"), 404),
        (api.url("sendNews"), 404),
    ):
        async with api.session.get(address) as answer:
            assert answer.status == status
            assert (await answer.json())["error_code"] == status


async def test_parameters_arrive_in_a_query_a_form_and_json_alike(api: Api):
    asked = {"chat_id": str(READER), "text": "খবর"}
    async with api.session.get(api.url("sendMessage"), params=asked) as by_query:
        assert (await by_query.json())["ok"]
    async with api.session.post(api.url("sendmessage"), data=asked) as by_form:
        assert (await by_form.json())["ok"]
    assert (await api("sendMessage", chat_id=READER, text="খবর")).result["text"] == "খবর"
    assert [request.encoding for request in api.server.log] == ["query", "form", "json"]
    assert [request.chat_id for request in api.server.log] == [READER] * 3


async def test_a_text_too_long_or_empty_or_of_broken_markup_is_refused(api: Api):
    long = (await api("sendMessage", chat_id=READER, text="🌍" * 2049)).refusal
    assert long == "Bad Request: message is too long"
    assert (
        await api("sendMessage", chat_id=READER, text="<b>" + "ক" * 4096 + "</b>", parse_mode="HTML")
    ).result
    assert (
        await api("sendMessage", chat_id=READER, text=" \n")
    ).refusal == "Bad Request: message text is empty"
    broken = (await api("sendMessage", chat_id=READER, text="<b>ক", parse_mode="HTML")).refusal
    assert broken.startswith("Bad Request: can't parse entities: ")


async def test_a_chat_that_is_unknown_never_started_or_has_blocked_the_bot_refuses(api: Api):
    stranger = api.server.person(8, "করিম")
    assert (await api("sendMessage", chat_id=99, text="ক")).refusal == "Bad Request: chat not found"
    never = (await api("sendMessage", chat_id=stranger.id, text="ক")).refusal
    assert never == "Forbidden: bot can't initiate conversation with a user"
    await api.server.say(stranger, "/start")
    assert (await api("sendMessage", chat_id=stranger.id, text="ক")).result
    api.server.block(stranger)
    blocked = (await api("sendMessage", chat_id=stranger.id, text="ক")).refusal
    assert blocked == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize("why", BAD_BUTTONS)
async def test_a_button_that_telegram_would_not_show_is_refused(api: Api, why: str):
    markup = {"inline_keyboard": [[BAD_BUTTONS[why]]]}
    assert why in (await api("sendMessage", chat_id=READER, text="ক", reply_markup=markup)).refusal


async def test_an_uploaded_photo_is_sent_again_by_its_file_id_and_downloaded(api: Api):
    first = (await api.upload("sendPhoto", {"photo": png()}, chat_id=str(READER), caption="ছবি")).result
    largest = first["photo"][-1]
    assert (largest["width"], largest["height"]) == (640, 400)
    again = (await api("sendPhoto", chat_id=READER, photo=largest["file_id"])).result
    assert again["photo"] == first["photo"]
    path = (await api("getFile", file_id=largest["file_id"])).result["file_path"]
    async with api.session.get(f"{api.server.base_url}/file/bot{TOKEN}/{path}") as answer:
        assert await answer.read() == png()


async def test_what_is_no_picture_or_no_file_id_is_refused(api: Api):
    for content in (b"<html>", b"", b"\x89PNG\r\n\x1a\n", jpeg(0, 5)):
        refused = await api.upload("sendPhoto", {"photo": content}, chat_id=str(READER))
        assert refused.refusal == "Bad Request: IMAGE_PROCESS_FAILED"
    narrow = await api.upload("sendPhoto", {"photo": jpeg(3000, 10)}, chat_id=str(READER))
    assert narrow.refusal == "Bad Request: PHOTO_INVALID_DIMENSIONS"
    wrong = (await api("sendPhoto", chat_id=READER, photo="AgAC-nothing")).refusal
    assert wrong == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_a_photo_named_by_address_is_fetched_by_the_server_itself_and_only_once(
    api: Api, site: Callable[[str, bytes, str], Awaitable[str]]
):
    address = await site("/p.jpg", jpeg(1600, 900), "image/jpeg")
    for _ in range(2):
        photo = (await api("sendPhoto", chat_id=READER, photo=address)).result["photo"]
        assert (photo[-1]["width"], photo[-1]["height"]) == (1280, 720)
    page = await site("/page", b"<html>", "text/html")
    wrong = (await api("sendPhoto", chat_id=READER, photo=page)).refusal
    assert wrong == "Bad Request: wrong type of the web page content"
    for nowhere in (page + "/missing", "http://127.0.0.1:1/p.jpg", "http://example.invalid/p.jpg"):
        failed = (await api("sendPhoto", chat_id=READER, photo=nowhere)).refusal
        assert failed == "Bad Request: failed to get HTTP URL content"


async def test_a_message_is_edited_in_its_place_and_the_same_edit_again_is_refused(api: Api):
    sent = (await api("sendMessage", chat_id=READER, text="আগে", reply_markup=BUTTONS)).result
    edit = {"chat_id": READER, "message_id": sent["message_id"], "text": "<b>পরে</b>", "parse_mode": "HTML"}
    edited = (await api("editMessageText", **edit)).result
    assert (edited["text"], "reply_markup" in edited, "edit_date" in edited) == ("পরে", False, True)
    assert "message is not modified" in (await api("editMessageText", **edit)).refusal
    assert api.server.messages(READER) == [edited]
    missing = (await api("editMessageText", chat_id=READER, message_id=999, text="ক")).refusal
    assert missing == "Bad Request: message to edit not found"


async def test_caption_buttons_and_picture_are_edited_each_by_its_method(api: Api):
    sent = (await api.upload("sendPhoto", {"photo": png()}, chat_id=str(READER), caption="ছবি")).result
    which = {"chat_id": READER, "message_id": sent["message_id"]}
    assert (await api("editMessageCaption", **which, caption="নতুন")).result["caption"] == "নতুন"
    buttons = (await api("editMessageReplyMarkup", **which, reply_markup=BUTTONS)).result
    assert buttons["reply_markup"] == BUTTONS
    no_text = (await api("editMessageText", **which, text="ক")).refusal
    assert no_text == "Bad Request: there is no text in the message to edit"
    media = '{"type": "photo", "media": "attach://p", "caption": "অন্য ছবি"}'
    form = {name: str(value) for name, value in which.items()}
    changed = (await api.upload("editMessageMedia", {"p": png(shade=9)}, **form, media=media)).result
    assert changed["caption"] == "অন্য ছবি"
    assert changed["photo"] != sent["photo"]
    botapi.hold(api.server.log)


async def test_a_reply_names_its_message_and_a_missing_one_is_refused_unless_allowed(api: Api):
    said = await api.server.say(api.server.world.people[READER], "কী খবর?")
    reply = {"message_id": said["message_id"]}
    sent = (await api("sendMessage", chat_id=READER, text="ভালো", reply_parameters=reply)).result
    assert sent["reply_to_message"]["text"] == "কী খবর?"
    lost = {"message_id": 999}
    refused = (await api("sendMessage", chat_id=READER, text="ক", reply_parameters=lost)).refusal
    assert refused == "Bad Request: message to be replied not found"
    lost["allow_sending_without_reply"] = True
    assert (await api("sendMessage", chat_id=READER, text="ক", reply_parameters=lost)).result


async def test_a_copy_hides_its_origin_and_a_forward_shows_it(api: Api):
    editor = api.server.person(9, "সম্পাদক")
    said = await api.server.say(editor, "ঘোষণা: https://khobor.example", photo=png())
    which = {"chat_id": READER, "from_chat_id": editor.id, "message_id": said["message_id"]}
    copied = (await api("copyMessage", **which, reply_markup=BUTTONS)).result
    forwarded = (await api("forwardMessage", **which)).result
    copy, forward = api.server.messages(READER)
    assert copied == {"message_id": copy["message_id"]}
    assert copy["caption"] == forward["caption"] == said["caption"]
    assert copy["reply_markup"] == BUTTONS
    assert "forward_origin" not in copy
    assert forwarded["forward_origin"]["sender_user"]["first_name"] == "সম্পাদক"
    gone = (await api("copyMessage", **which | {"message_id": 999})).refusal
    assert gone == "Bad Request: message to copy not found"


async def test_messages_are_deleted_and_pinned(api: Api):
    ids = [(await api("sendMessage", chat_id=READER, text=str(n))).result["message_id"] for n in range(3)]
    assert (await api("pinChatMessage", chat_id=READER, message_id=ids[0])).result
    assert (await api("getChat", chat_id=READER)).result["pinned_message"]["text"] == "0"
    assert (await api("deleteMessage", chat_id=READER, message_id=ids[0])).result
    again = (await api("deleteMessage", chat_id=READER, message_id=ids[0])).refusal
    assert again == "Bad Request: message to delete not found"
    assert (await api("deleteMessages", chat_id=READER, message_ids=ids)).result
    assert api.server.messages(READER) == []


async def test_commands_and_descriptions_are_kept_by_scope_and_language(api: Api):
    bengali = [{"command": "start", "description": "শুরু করুন"}]
    english = [{"command": "start", "description": "Start"}]
    scope = {"type": "all_private_chats"}
    assert (await api("setMyCommands", commands=english)).result
    assert (await api("setMyCommands", commands=bengali, scope=scope, language_code="bn")).result
    assert (await api("getMyCommands", scope=scope, language_code="bn")).result == bengali
    assert (await api("getMyCommands")).result == english
    assert (await api("getMyCommands", scope=scope)).result == []
    assert (await api("setMyDescription", description="প্রবাসের খবর", language_code="bn")).result
    assert (await api("getMyDescription", language_code="bn")).result == {"description": "প্রবাসের খবর"}
    bad = [{"command": "খবর", "description": "ক"}]
    assert (await api("setMyCommands", commands=bad)).refusal == "Bad Request: BOT_COMMAND_INVALID"


async def test_an_action_is_one_of_those_telegram_knows(api: Api):
    assert (await api("sendChatAction", chat_id=READER, action="typing")).result is True
    wrong = (await api("sendChatAction", chat_id=READER, action="thinking")).refusal
    assert wrong == "Bad Request: wrong parameter action in request"


@botapi.needs_description
async def test_every_answer_has_the_shape_that_the_bot_api_describes(api: Api):
    group = api.server.group(-1005, "আড্ডা", forum=True, admins=[api.server.world.people[READER]])
    api.server.set_bot(group, "administrator")
    sent = (await api.upload("sendPhoto", {"photo": png()}, chat_id=str(READER), caption="#খবর")).result
    shapes = {
        "getMe": ["User"],
        "getWebhookInfo": ["WebhookInfo"],
        "getUpdates": ["Array of Update"],
        "getChatMenuButton": ["MenuButton"],
    }
    for method, types in shapes.items():
        assert botapi.misshapes((await api(method)).result, types, method) == []
    for method, types in (("getChat", ["ChatFullInfo"]), ("getChatAdministrators", ["Array of ChatMember"])):
        assert botapi.misshapes((await api(method, chat_id=group.id)).result, types, method) == []
    me = (await api("getChatMember", chat_id=READER, user_id=READER)).result
    assert botapi.misshapes(me, ["ChatMember"]) == []
    assert botapi.misshapes(sent, ["Message"]) == []


async def test_python_telegram_bot_speaks_with_it_as_with_the_real_one(api: Api):
    bot = Bot(TOKEN, base_url=f"{api.server.base_url}/bot", base_file_url=f"{api.server.base_url}/file/bot")
    keyboard = InlineKeyboardMarkup(
        [
            [InlineKeyboardButton("রাখুন", callback_data="1|save|1")],
            [InlineKeyboardButton("লিংক", copy_text=CopyTextButton("https://khobor.example"))],
        ]
    )
    async with bot:
        assert bot.username == "khobor_demo_bot"
        sent = await bot.send_photo(
            READER, png(), caption="<b>খবর</b>", parse_mode=ParseMode.HTML, reply_markup=keyboard
        )
        assert sent.caption_html == "<b>খবর</b>"
        file = await bot.get_file(sent.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == png()
        assert (await bot.send_photo(READER, sent.photo[-1].file_id)).photo == sent.photo
        assert (await bot.get_chat(READER)).first_name == "রহিমা"
        with pytest.raises(Forbidden, match="initiate"):
            await bot.send_message(api.server.person(8, "করিম").id, "ক")
    botapi.hold(api.server.log)


@pytest.fixture
async def site() -> AsyncIterator[Callable[[str, bytes, str], Awaitable[str]]]:
    """A web site that serves what it is given, each address at most once."""
    runners = []

    async def serve(path: str, content: bytes, kind: str) -> str:
        left = [content]

        async def answer(_: web.Request) -> web.Response:
            return web.Response(body=left.pop(), content_type=kind) if left else web.Response(status=410)

        app = web.Application()
        app.router.add_get(path, answer)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}{path}"

    yield serve
    for runner in runners:
        await runner.cleanup()
