"""The road to Telegram for what goes to many: prepared JSON bodies over one aiohttp session.

It knows requests and answers, not readers, posts or limits.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from delivery import answers, edits
from delivery.answers import Answer, Unsent, Unsure
from delivery.buttons import keyboard
from delivery.exchange import FAULTS, Exchange, NotLeftError
from delivery.markup import plain
from delivery.time_limit import TimeLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from delivery.exchange import Ends, Leaves
    from delivery.message import Message

LONGEST: Final = 15
"""Seconds a request may take: Telegram answers within two, and a lease must outlive its request."""

_Read = TypeVar("_Read")


class Form(Enum):
    """What a message of ours has that can be changed, by the field that holds it."""

    TEXT = "text"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Request:
    """One method and its JSON body without the chat: `{"chat_id": …` is put in front for each.

    `rest` begins with the comma, or with the end.
    """

    method: str
    rest: bytes
    new_photo: bool = False
    """Its photo is an address, which Telegram answers with a file id."""

    def body(self, chat_id: int, *, topic: int = 0, message_id: int = 0) -> bytes:
        """The whole JSON body for one chat (0: no topic, or no message that is there already)."""
        thread = b',"message_thread_id":%d' % topic if topic else b""
        message = b',"message_id":%d' % message_id if message_id else b""
        return b'{"chat_id":%d%b%b%b' % (chat_id, thread, message, self.rest)


def request(message: Message, *, photo: str = "", formatted: bool = True, paid: bool = False) -> Request:
    """The request that shows `message`; `photo` is a file id or an address, or empty for none.

    `formatted=False` sends the same words as plain text. `paid` allows Telegram to charge for a higher rate.
    """
    method, fields = _fields(message, photo, formatted=formatted)
    if paid:
        fields["allow_paid_broadcast"] = True
    return Request(method, _rest(fields), new_photo="://" in photo)


def edit(message: Message | None, form: Form) -> Request:
    """The request that makes a message of ours show `message` as its text or caption; None deletes it."""
    if message is None:
        return Request("deleteMessage", _rest({}))
    shown = message.without_photo() if form is Form.TEXT else message
    fields: dict[str, Any] = {form.value: shown.text, "parse_mode": "HTML"}
    if form is Form.TEXT:
        fields["link_preview_options"] = {"is_disabled": not shown.preview}
    fields["reply_markup"] = keyboard(shown.buttons)
    return Request("editMessageText" if form is Form.TEXT else "editMessageCaption", _rest(fields))


def _rest(fields: dict[str, Any]) -> bytes:
    encoded = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
    return (b"," if fields else b"") + encoded[1:]


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


def _form(fields: dict[str, Any], picture: bytes) -> aiohttp.FormData:
    """A request's fields as multipart/form-data, with the picture itself as the photo."""
    form = aiohttp.FormData()
    for name, value in fields.items():
        if name != "photo":
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    # Of bytes that are more than a megabyte aiohttp warns: it would write them at once.
    form.add_field("photo", BytesIO(picture), filename="photo.jpg", content_type="image/jpeg")
    return form


def _nobody_asks() -> None:
    """When it leaves matters to nobody."""


class Telegram:
    """Sends one request and tells what became of it; never raises for what the network does."""

    def __init__(self, session: aiohttp.ClientSession, api_url: str, token: str) -> None:
        """Requests go to `{api_url}/bot{token}/{method}`."""
        self._exchange = Exchange(session, f"{api_url.rstrip('/')}/bot{token}/")
        self._limit = TimeLimit(LONGEST)

    async def send(
        self, sending: Request, chat_id: int, topic: int = 0, *, leaves: Leaves = _nobody_asks
    ) -> Answer:
        """Send a prepared request to one chat; `leaves` is called in the moment in which it goes out."""
        asked = self._exchange.post(sending.method, sending.body(chat_id, topic=topic), leaves)
        read = answers.with_file_id if sending.new_photo else answers.read
        return await self.answered(sending.method, asked, read)

    async def edit(
        self, editing: Request, chat_id: int, message_id: int, *, leaves: Leaves = _nobody_asks
    ) -> edits.Answer:
        """Change or delete one message of ours; `leaves` as in `send`."""
        body = editing.body(chat_id, message_id=message_id)
        asked = self._exchange.post(editing.method, body, leaves)
        return await self.answered(editing.method, asked, edits.read)

    async def answers(self) -> bool:
        """Whether the Bot API answers at all, asked with getMe, which costs nobody anything."""
        try:
            status, _ = await self._limit.within(self._exchange.post("getMe", b"{}", _nobody_asks))
        except (NotLeftError, *FAULTS):
            return False
        return status < 500

    async def upload(
        self, sending: Request, chat_id: int, topic: int, picture: bytes, *, ends: Ends
    ) -> Answer:
        """Send a prepared photo request with the picture itself (multipart/form-data).

        `ends` is awaited before its last byte goes out, until which Telegram has no request: what goes wrong
        before is Unsent.
        """
        is_whole = False

        async def last() -> None:
            nonlocal is_whole
            await ends()
            is_whole = True

        form = _form(json.loads(sending.body(chat_id, topic=topic)), picture)()
        body, kind = await form.as_bytes(), form.headers["Content-Type"]
        asked = self._exchange.upload(sending.method, body, kind, last)
        answer = await self.answered(sending.method, asked, answers.with_file_id)
        return Unsent(answer.reason) if isinstance(answer, Unsure) and not is_whole else answer

    async def answered(
        self,
        method: str,  # noqa: ARG002  (for whoever counts)
        asked: Coroutine[Any, Any, tuple[int, bytes]],
        read: Callable[[int, bytes], _Read],
    ) -> _Read | Unsent | Unsure:
        """What `read` makes of the answer, or what the network made of the question.

        Every request that is about a message passes here; whoever counts overrides it.
        """
        try:
            return read(*await self._limit.within(asked))
        except NotLeftError as error:
            return Unsent(str(error))
        except FAULTS as error:
            return Unsure(type(error).__name__)
