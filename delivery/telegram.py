"""The road to Telegram for what goes to many: prepared JSON bodies over one aiohttp session.

It knows requests and answers, not readers, posts or limits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from delivery import answers
from delivery.answers import Answer, Unsent, Unsure
from delivery.markup import plain

if TYPE_CHECKING:
    from delivery.message import Button, Message

LONGEST: Final = 15
"""Seconds a request may take: Telegram answers within two, and a lease must outlive its request."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=LONGEST, sock_connect=5)


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


def _fields(message: Message, photo: str, *, formatted: bool) -> tuple[str, dict[str, Any]]:
    if message.copied is not None:
        copied = message.copied
        return "copyMessage", {"from_chat_id": copied.from_chat_id, "message_id": copied.message_id}
    text = message.text if formatted else plain(message.text)
    mode = {"parse_mode": "HTML"} if formatted else {}
    keyboard = {"reply_markup": keyboard_of(message)} if message.buttons else {}
    if photo:
        return "sendPhoto", {"photo": photo, "caption": text, **mode, **keyboard}
    preview = {"link_preview_options": {"is_disabled": not message.preview}}
    return "sendMessage", {"text": text, **mode, **preview, **keyboard}


def keyboard_of(message: Message) -> dict[str, Any]:
    """The InlineKeyboardMarkup of a message's buttons."""
    return {"inline_keyboard": [[_button(button) for button in row] for row in message.buttons if row]}


def _button(button: Button) -> dict[str, Any]:
    if button.url:
        return {"text": button.text, "url": button.url}
    if button.copy:
        return {"text": button.text, "copy_text": {"text": button.copy}}
    return {"text": button.text, "callback_data": button.press}


class Telegram:
    """Sends one request and tells what became of it; never raises for what the network does."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        """Requests go to `{api_url}/bot{token}/{method}`."""
        self._session = session
        self._base = f"{api_url.rstrip('/')}/bot{token}/"

    async def send(self, sending: Request, chat_id: int, topic: int = 0) -> Answer:
        """Send a prepared request to one chat."""
        headers = {"Content-Type": "application/json"}
        return await self._post(sending.method, sending.body(chat_id, topic), headers)

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
        return await self._post(sending.method, form, {})

    async def _post(self, method: str, body: bytes | aiohttp.FormData, headers: dict[str, str]) -> Answer:
        try:
            async with self._session.post(
                self._base + method, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as answer:
                return answers.read(answer.status, await answer.read())
        # What aiohttp says decides whether the request can have arrived: only these surely did not leave.
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Unsent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return Unsure(type(error).__name__)
