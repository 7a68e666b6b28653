"""The road to Telegram for what goes to many: prepared JSON bodies over one aiohttp session.

It knows requests and answers, not readers, posts or limits.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp
from aiohttp.payload import BytesPayload
from yarl import URL

from delivery import answers, edits
from delivery.answers import Answer, Unsent, Unsure
from delivery.buttons import keyboard
from delivery.markup import plain

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter

    from delivery.message import Message

LONGEST: Final = 15
"""Seconds a request may take: Telegram answers within two, and a lease must outlive its request."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=LONGEST, sock_connect=5)


Leaves = Callable[[], object]
_Read = TypeVar("_Read")


class Form(Enum):
    """What a message of ours has that can be changed, by the field that holds it."""

    TEXT = "text"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Request:
    """One send method and its JSON body without the chat: `{"chat_id": …` is put in front for each."""

    method: str
    rest: bytes
    new_photo: bool = False
    """Its photo is an address, which Telegram answers with a file id."""

    def body(self, chat_id: int, topic: int) -> bytes:
        """The whole JSON body for one chat (topic 0: none)."""
        thread = b',"message_thread_id":%d' % topic if topic else b""
        return b'{"chat_id":%d%b,%b' % (chat_id, thread, self.rest)


def request(message: Message, *, photo: str = "", formatted: bool = True, paid: bool = False) -> Request:
    """The request that shows `message`; `photo` is a file id or an address, or empty for none.

    `formatted=False` sends the same words as plain text. `paid` allows Telegram to charge for a higher rate.
    """
    method, fields = _fields(message, photo, formatted=formatted)
    if paid:
        fields["allow_paid_broadcast"] = True
    encoded = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return Request(method, encoded[1:], new_photo="://" in photo)


def edit(message: Message | None, form: Form) -> Request:
    """The request that makes a message of ours show `message` as its text or caption; None deletes it."""
    if message is None:
        return Request("deleteMessage", b"}")
    shown = message.without_photo() if form is Form.TEXT else message
    fields: dict[str, Any] = {form.value: shown.text, "parse_mode": "HTML"}
    if form is Form.TEXT:
        fields["link_preview_options"] = {"is_disabled": not shown.preview}
    fields["reply_markup"] = keyboard(shown.buttons)
    encoded = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return Request("editMessageText" if form is Form.TEXT else "editMessageCaption", b"," + encoded[1:])


def _fields(message: Message, photo: str, *, formatted: bool) -> tuple[str, dict[str, Any]]:
    if message.copied is not None:
        copied = message.copied
        return "copyMessage", {"from_chat_id": copied.from_chat_id, "message_id": copied.message_id}
    text = message.text if formatted else plain(message.text)
    mode = {"parse_mode": "HTML"} if formatted else {}
    buttons = {"reply_markup": keyboard(message.buttons)} if message.buttons else {}
    if photo:
        return "sendPhoto", {"photo": photo, "caption": text, **mode, **buttons}
    preview = {"link_preview_options": {"is_disabled": not message.preview}}
    return "sendMessage", {"text": text, **mode, **preview, **buttons}


class _Body(BytesPayload):
    """A JSON body that tells when it leaves: the connection stands then, and is written to at once."""

    def __init__(self, body: bytes, leaves: Leaves) -> None:
        super().__init__(body, content_type="application/json")
        self._leaves = leaves

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """As aiohttp has it."""
        self._leaves()
        await super().write_with_length(writer, content_length)


def _nobody_asks() -> None:
    """When it leaves matters to nobody."""


class Telegram:
    """Sends one request and tells what became of it; never raises for what the network does."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        """Requests go to `{api_url}/bot{token}/{method}`."""
        self._session = session
        base = f"{api_url.rstrip('/')}/bot{token}/"
        # Parsed once a method: the bot's addresses are few.
        self._url = cache(lambda method: URL(base + method))

    async def send(
        self, sending: Request, chat_id: int, topic: int = 0, *, leaves: Leaves = _nobody_asks
    ) -> Answer:
        """Send a prepared request to one chat; `leaves` is called in the moment in which it goes out."""
        body = _Body(sending.body(chat_id, topic), leaves)
        read = answers.with_file_id if sending.new_photo else answers.read
        return await self._post(sending.method, body, read)

    async def edit(
        self, editing: Request, chat_id: int, message_id: int, *, leaves: Leaves = _nobody_asks
    ) -> edits.Answer:
        """Change or delete one message of ours; `leaves` as in `send`."""
        body = b'{"chat_id":%d,"message_id":%d%b' % (chat_id, message_id, editing.rest)
        return await self._post(editing.method, _Body(body, leaves), edits.read)

    async def answers(self) -> bool:
        """Whether the Bot API answers at all, asked with getMe, which costs nobody anything."""
        try:
            async with self._session.post(self._url("getMe"), timeout=TIMEOUT) as answer:
                return answer.status < 500
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            return False

    async def upload(self, sending: Request, chat_id: int, topic: int, picture: bytes) -> Answer:
        """Send a prepared photo request with the picture itself (multipart/form-data)."""
        form = aiohttp.FormData()
        fields = json.loads(sending.body(chat_id, topic)) | {"photo": ""}
        for name, value in fields.items():
            if name == "photo":
                form.add_field(name, picture, filename="photo.jpg", content_type="image/jpeg")
            else:
                form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        return await self._post(sending.method, form, answers.with_file_id)

    async def _post(
        self, method: str, body: _Body | aiohttp.FormData, read: Callable[[int, bytes], _Read]
    ) -> _Read | Unsent | Unsure:
        """What `read` makes of the answer, or what the network made of the question."""
        try:
            async with self._session.post(
                self._url(method), data=body, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                return read(answer.status, await answer.read())
        # What aiohttp says decides whether the request can have arrived: only these surely did not leave.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unsent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return Unsure(type(error).__name__)
