"""The road to Telegram for what goes to many: prepared JSON bodies over one aiohttp session.

It knows requests and answers, not readers, posts or limits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from delivery import answers, edits
from delivery.answers import Answer, Unsent, Unsure
from delivery.buttons import keyboard
from delivery.markup import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from delivery.message import Message

LONGEST: Final = 15
"""Seconds a request may take: Telegram answers within two, and a lease must outlive its request."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=LONGEST, sock_connect=5)


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
    return Request(method, encoded[1:])


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


class Telegram:
    """Sends one request and tells what became of it; never raises for what the network does."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        """Requests go to `{api_url}/bot{token}/{method}`."""
        self._session = session
        self._base = f"{api_url.rstrip('/')}/bot{token}/"

    async def send(self, sending: Request, chat_id: int, topic: int = 0) -> Answer:
        """Send a prepared request to one chat."""
        headers = {"Content-Type": "application/json"}
        return await self._post(sending.method, sending.body(chat_id, topic), headers, answers.read)

    async def edit(self, editing: Request, chat_id: int, message_id: int) -> edits.Answer:
        """Change or delete one message of ours."""
        body = b'{"chat_id":%d,"message_id":%d%b' % (chat_id, message_id, editing.rest)
        headers = {"Content-Type": "application/json"}
        return await self._post(editing.method, body, headers, edits.read)

    async def answers(self) -> bool:
        """Whether the Bot API answers at all, asked with getMe, which costs nobody anything."""
        try:
            async with self._session.post(self._base + "getMe", timeout=TIMEOUT) as answer:
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
        return await self._post(sending.method, form, {}, answers.read)

    async def _post(
        self,
        method: str,
        body: bytes | aiohttp.FormData,
        headers: dict[str, str],
        read: Callable[[int, bytes], _Read],
    ) -> _Read | Unsent | Unsure:
        """What `read` makes of the answer, or what the network made of the question."""
        try:
            async with self._session.post(
                self._base + method, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                return read(answer.status, await answer.read())
        # What aiohttp says decides whether the request can have arrived: only these surely did not leave.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unsent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return Unsure(type(error).__name__)
