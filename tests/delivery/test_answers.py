"""Telegram's answers, as bytes and over the real transport: every line of FAULTS.md's table."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.telegram import Fault, TelegramServer
from delivery import answers, exchange, telegram, time_limit
from delivery.answers import (
    BadMarkup,
    BadPhoto,
    Closed,
    Gone,
    Later,
    Missing,
    Moved,
    Refused,
    Revoked,
    Sent,
    Unsent,
    Unsure,
)
from delivery.catch_up import LEASE, SPARE
from delivery.message import Button, Copied, Message
from delivery.telegram import Form, Telegram, edit, request
from tests.demo.telegram_api import TOKEN, png

if TYPE_CHECKING:
    from delivery.answers import Answer

MESSAGE = Message(text="<b>খবর</b>")
CHAT = 501


async def at_once() -> None:
    """Nothing is waited for before the end of an upload."""


def error(code: int, description: str, **parameters: Any) -> bytes:
    body = {"ok": False, "error_code": code, "description": description}
    return json.dumps(body | ({"parameters": parameters} if parameters else {})).encode()


REFUSALS = [
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, Later(7.0)),
    (429, "Too Many Requests", {}, Later(5.0)),
    (500, "Internal Server Error", {}, Unsure("500 Internal Server Error")),
    (502, "Bad Gateway", {}, Unsure("502 Bad Gateway")),
    (504, "Gateway Timeout", {}, Unsure("504 Gateway Timeout")),
    (400, "Bad Request: can't parse entities: Unclosed start tag at byte offset 3", {}, BadMarkup),
    (400, "Bad Request: message is too long", {}, Refused("Bad Request: message is too long", ours=True)),
    (
        400,
        "Bad Request: MEDIA_CAPTION_TOO_LONG",
        {},
        Refused("Bad Request: MEDIA_CAPTION_TOO_LONG", ours=True),
    ),
    (400, "Bad Request: message text is empty", {}, Refused("Bad Request: message text is empty", ours=True)),
    (400, "Bad Request: too many entities", {}, Refused("Bad Request: too many entities", ours=True)),
    (
        400,
        "Bad Request: message to copy not found",
        {},
        Refused("Bad Request: message to copy not found", ours=True),
    ),
    (400, "Bad Request: BUTTON_URL_INVALID", {}, Refused("Bad Request: BUTTON_URL_INVALID", ours=True)),
    (400, "Bad Request: inline keyboard button URL 'x' is invalid: Wrong HTTP URL", {}, Refused),
    (400, "Bad Request: wrong file identifier/HTTP URL specified", {}, BadPhoto),
    (400, "Bad Request: wrong remote file identifier specified: Wrong padding in the string", {}, BadPhoto),
    (400, "Bad Request: failed to get HTTP URL content", {}, BadPhoto),
    (400, "Bad Request: wrong type of the web page content", {}, BadPhoto),
    (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", {}, BadPhoto),
    (400, "Bad Request: IMAGE_PROCESS_FAILED", {}, BadPhoto),
    (400, "Bad Request: chat not found", {}, Missing("Bad Request: chat not found")),
    (400, "Bad Request: message thread not found", {}, Closed("Bad Request: message thread not found")),
    (400, "Bad Request: TOPIC_CLOSED", {}, Closed("Bad Request: TOPIC_CLOSED")),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", {}, Closed("Bad Request: CHAT_WRITE_FORBIDDEN")),
    (400, "Bad Request: not enough rights to send text messages to the chat", {}, Closed),
    (400, "Bad Request: need administrator rights in the channel chat", {}, Closed),
    (
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": -1007},
        Moved(-1007),
    ),
    (400, "Bad Request: something new", {}, Refused("Bad Request: something new", ours=False)),
    (403, "Forbidden: bot was blocked by the user", {}, Gone("Forbidden: bot was blocked by the user")),
    (403, "Forbidden: user is deactivated", {}, Gone("Forbidden: user is deactivated")),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, Gone),
    (403, "Forbidden: bot is not a member of the channel chat", {}, Gone),
    (403, "Forbidden: CHAT_WRITE_FORBIDDEN", {}, Closed),
    (401, "Unauthorized", {}, Revoked("Unauthorized")),
    (404, "Not Found", {}, Revoked("Not Found")),
]
BROKEN = [
    (Fault.html(502), Unsure("HTTP 502 without a readable answer")),
    (Fault.html(500, accepted=True), Unsure("HTTP 500 without a readable answer")),
    (Fault.html(200), Unsure("HTTP 200 without a readable answer")),
    (Fault.html(429), Later(5.0)),
    (Fault.html(401), Revoked("HTTP 401")),
    (Fault.raw(b'{"ok":false}'), Unsure("HTTP 200 without a readable answer")),
    (Fault.raw(b'{"ok":true,"result":{}}'), Unsure("the answer was cut off")),
    (Fault.raw(b'{"ok":true,"result":{"message_id":41,"date":'), Unsure("the answer was cut off")),
    (Fault.raw(b""), Unsure("HTTP 200 without a readable answer")),
    (Fault.raw(b"[]", status=400), Unsure("HTTP 400 without a readable answer")),
    (Fault.raw(b"moved", status=302), Unsure("HTTP 302 without a readable answer")),
    (Fault.cut(), Unsure),
    (Fault.closed(accepted=False), Unsure),
    (Fault.closed(accepted=True), Unsure),
    (Fault.closed(accepted=False, reset=True), Unsure),
    (Fault.closed(accepted=True, reset=True), Unsure),
]


def agrees(answer: Answer, expected: Answer | type[Answer]) -> bool:
    return isinstance(answer, expected) if isinstance(expected, type) else answer == expected


@pytest.fixture
def person(server: TelegramServer):
    return server.person(CHAT, "রহিমা", started=True)


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(("code", "description", "parameters", "expected"), REFUSALS)
async def test_every_refusal_of_telegram_has_its_meaning(  # noqa: PLR0913, PLR0917  # a table's columns
    server: TelegramServer,
    telegram: Telegram,
    code: int,
    description: str,
    parameters: dict[str, int],
    expected: Any,
):
    server.faults.add(Fault.error(code, description, **parameters))
    assert agrees(await telegram.send(request(MESSAGE), CHAT), expected)


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(("fault", "expected"), BROKEN)
async def test_what_is_no_answer_leaves_open_whether_it_arrived(
    server: TelegramServer, telegram: Telegram, fault: Fault, expected: Any
):
    server.faults.add(fault)
    assert agrees(await telegram.send(request(MESSAGE), CHAT), expected)
    assert len(server.messages(CHAT)) == fault.accepted
    assert isinstance(await telegram.send(request(MESSAGE), CHAT), Sent)


async def test_what_never_left_was_surely_not_sent(server: TelegramServer, telegram: Telegram):
    await server.stop()
    assert await telegram.send(request(MESSAGE), CHAT) == Unsent("ClientConnectorError")


async def test_a_name_that_does_not_resolve_was_surely_not_sent(session: aiohttp.ClientSession):
    away = Telegram(session, "http://api.telegram.invalid", TOKEN)
    assert isinstance(await away.send(request(MESSAGE), CHAT), Unsent)


@pytest.mark.usefixtures("person")
async def test_an_answer_that_does_not_come_leaves_it_open(
    server: TelegramServer, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("delivery.telegram.LONGEST", 0.1)
    server.faults.add(Fault.hang(accepted=True))
    impatient = Telegram(session, server.base_url, TOKEN)
    assert await impatient.send(request(MESSAGE), CHAT) == Unsure("TimeoutError")


async def test_a_connection_that_is_not_made_in_time_was_surely_not_sent(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
):
    async def never(*_: object, **__: object) -> None:
        await asyncio.sleep(60)

    assert session.connector is not None
    monkeypatch.setattr(session.connector, "_create_connection", never)
    monkeypatch.setattr("delivery.exchange.CONNECT", aiohttp.ClientTimeout(connect=0.05))
    slow = Telegram(session, "http://127.0.0.1:9", TOKEN)
    assert await slow.send(request(MESSAGE), CHAT) == Unsent("TimeoutError")


async def test_a_wrong_token_is_told_from_everything_else(
    server: TelegramServer, session: aiohttp.ClientSession
):
    wrong = Telegram(session, server.base_url, "1:another")
    assert await wrong.send(request(MESSAGE), CHAT) == Revoked("Unauthorized")
    malformed = Telegram(session, server.base_url, "nonsense")
    assert await malformed.send(request(MESSAGE), CHAT) == Revoked("Not Found")


async def test_chats_themselves_say_who_is_there(server: TelegramServer, telegram: Telegram):
    server.person(1, "অচেনা")
    server.block(server.person(2, "করিম", started=True))
    server.group(-30, "রোমের আড্ডা", bot="kicked")
    old = server.group(-40, "মিলান")
    new = server.migrate(old)
    forum = server.group(-1_000_000_000_050, "ফোরাম", forum=True)
    sending = request(MESSAGE)
    assert isinstance(await telegram.send(sending, 404), Missing)
    assert isinstance(await telegram.send(sending, 1), Gone)
    assert isinstance(await telegram.send(sending, 2), Gone)
    assert isinstance(await telegram.send(sending, -30), Gone)
    assert await telegram.send(sending, -40) == Moved(new.id)
    assert isinstance(await telegram.send(sending, forum.id, 999), Closed)
    assert isinstance(await telegram.send(sending, forum.id, server.topic(forum)), Sent)


@pytest.mark.usefixtures("person")
async def test_the_message_id_is_the_one_telegram_gave(server: TelegramServer, telegram: Telegram):
    for text in ("এক", 'দুই "message_id":999', "তিন"):
        answer = await telegram.send(request(Message(text=text)), CHAT)
        assert answer == Sent(server.log[-1].message_id)
        assert server.messages(CHAT)[-1]["message_id"] == server.log[-1].message_id


@pytest.mark.usefixtures("person")
async def test_a_photo_sent_brings_the_file_id_of_its_largest_size(
    server: TelegramServer, telegram: Telegram
):
    message = Message(text="<b>রোম</b>", photo="https://a.example/1.jpg")
    uploaded = await telegram.upload(
        request(message, photo=message.photo), CHAT, 0, png(1600, 900), ends=at_once
    )
    assert isinstance(uploaded, Sent)
    sizes = server.messages(CHAT)[0]["photo"]
    assert uploaded.file_id == max(sizes, key=lambda size: size["width"])["file_id"]
    assert isinstance(await telegram.send(request(message, photo=uploaded.file_id), CHAT), Sent)
    assert server.messages(CHAT)[1]["photo"] == sizes


async def test_a_photo_that_telegram_fetches_itself_brings_its_file_id_too(
    server: TelegramServer, telegram: Telegram
):
    server.person(CHAT, "আমিনা", started=True)
    message = Message(text="<b>রোম</b>", photo="https://a.example/1.jpg")
    server.world.pictures.of_url[message.photo] = server.world.pictures.keep(png())
    fetched = await telegram.send(request(message, photo=message.photo), CHAT)
    assert isinstance(fetched, Sent)
    assert fetched.file_id == server.messages(CHAT)[0]["photo"][-1]["file_id"]


@pytest.mark.usefixtures("person")
async def test_a_message_leaves_when_its_connection_stands_and_before_its_answer(
    server: TelegramServer, telegram: Telegram
):
    left: list[int] = []
    server.faults.add(Fault.slow(0.2))
    sending = asyncio.create_task(
        telegram.send(request(MESSAGE), CHAT, leaves=lambda: left.append(len(server.log)))
    )
    await asyncio.wait({sending}, timeout=0.1)
    assert (left, sending.done()) == ([0], False)
    assert isinstance(await sending, Sent)
    assert left == [0]


async def test_what_could_not_connect_has_not_left(session: aiohttp.ClientSession):
    left: list[bool] = []
    away = Telegram(session, "http://127.0.0.1:9", TOKEN)
    await away.send(request(MESSAGE), CHAT, leaves=lambda: left.append(True))
    assert left == []


@pytest.mark.usefixtures("person")
async def test_every_kind_of_message_is_a_sound_request(server: TelegramServer, telegram: Telegram):
    rows = (
        (Button("পড়ুন", url="https://a.example/"),),
        (Button("কপি", copy="https://a.example/"), Button("রাখুন", press="1|save|1")),
    )
    card = Message(text="<b>ক</b> &amp; খ", photo="https://a.example/1.jpg", buttons=rows)
    draft = await server.say(server.world.people[CHAT], "ঘোষণা")
    for sending in (
        request(Message(text="ক", preview=True, buttons=rows)),
        request(Message(text="<b>ক</b> &lt;", buttons=rows), formatted=False),
        request(Message(text="ক"), paid=True),
        request(Message(copied=Copied(CHAT, draft["message_id"]))),
    ):
        assert isinstance(await telegram.send(sending, CHAT), Sent)
    answer = await telegram.upload(request(card, photo=card.photo, paid=True), CHAT, 0, png(), ends=at_once)
    assert isinstance(answer, Sent)
    shown = server.messages(CHAT)
    assert shown[2]["text"] == "ক <"
    assert "entities" not in shown[2]
    assert shown[-1]["caption"] == "ক & খ"
    assert shown[-1]["reply_markup"] == shown[1]["reply_markup"]
    assert server.log[2].parameters["allow_paid_broadcast"] is True
    assert server.log[0].parameters["link_preview_options"] == {"is_disabled": False}


def test_a_body_is_made_once_and_only_the_chat_changes():
    prepared = request(Message(text="খবর"))
    bodies = [json.loads(prepared.body(chat, topic=topic)) for chat, topic in ((1, 0), (-1005, 9))]
    assert [(body.pop("chat_id"), body.pop("message_thread_id", 0)) for body in bodies] == [
        (1, 0),
        (-1005, 9),
    ]
    assert bodies[0] == bodies[1]
    assert "খবর".encode() in prepared.rest


@pytest.mark.parametrize(
    ("message", "form", "fields"),
    [
        (MESSAGE, Form.TEXT, {"text", "parse_mode", "link_preview_options", "reply_markup"}),
        (MESSAGE, Form.CAPTION, {"caption", "parse_mode", "reply_markup"}),
        (None, Form.TEXT, set()),
    ],
)
def test_a_change_has_a_sound_body_too(message: Message | None, form: Form, fields: set[str]):
    body = json.loads(edit(message, form).body(-1005, message_id=41))
    assert (body.pop("chat_id"), body.pop("message_id")) == (-1005, 41)
    assert set(body) == fields


def test_an_answer_in_another_order_or_with_spaces_is_read_all_the_same():
    assert answers.read(200, b' { "result": {"date": 1, "message_id" : 12}, "ok": true }\n') == Sent(12)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, error(400, "no\u0000 \ud800body\nknows"), Refused("no body knows")),
        (400, error(400, "ক" * 9_999), Refused("ক" * 500)),
        (400, error(400, "moved", migrate_to_chat_id=-(10**30)), Refused("moved")),
        (200, b'{"ok":true,"result":{"message_id":%d}}' % 10**30, Unsure("the answer was cut off")),
    ],
)
def test_nothing_comes_out_of_an_answer_that_no_database_takes(status: int, body: bytes, expected: Answer):
    """It would be tried for ever, and with it everything else that is to be saved."""
    assert answers.read(status, body) == expected


@pytest.mark.parametrize("value", ["soon", None, -3, 0, float("nan"), [4]])
def test_a_senseless_wait_is_five_seconds(value: Any):
    assert answers.read(429, error(429, "Too Many Requests", retry_after=value)) == Later(5.0)


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ("Bad Request: TOPIC_CLOSED", "closed"),
        ("Bad Request: TOPIC_DELETED", "deleted"),
        ("Bad Request: message thread not found", "deleted"),
        ("Bad Request: not enough rights to send text messages to the chat", None),
        ("Forbidden: CHAT_WRITE_FORBIDDEN", None),
    ],
)
def test_what_became_of_a_topic_is_told_from_what_is_not_allowed(reason: str, how: str | None):
    assert isinstance(answers.read(400, error(400, reason)), Closed)
    assert answers.shut(reason) == how


def test_no_wait_is_longer_than_a_day():
    assert answers.read(429, error(429, "x", retry_after=10**15)) == Later(86_400.0)
    assert answers.read(429, error(429, "x", retry_after=float("inf"))) == Later(86_400.0)


@given(st.integers(100, 599), st.one_of(st.binary(), st.text().map(str.encode)))
def test_no_bytes_are_ever_taken_for_a_message_sent(status: int, body: bytes):
    assert not isinstance(answers.read(status, body), Sent)


def test_a_request_ends_before_its_lease_does():
    assert telegram.LONGEST + time_limit.STEP < SPARE.total_seconds() < LEASE.total_seconds()
    assert exchange.CONNECT.connect is not None
    assert exchange.CONNECT.connect < telegram.LONGEST
