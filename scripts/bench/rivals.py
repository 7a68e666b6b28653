"""The others, each in a process of its own: python-telegram-bot, aiogram, aiohttp with a prepared body.

    python -m scripts.bench.rivals ORDER        ORDER: the fields of `Order` as JSON; prints figures as JSON

Each is used as its manual says, with a pool of workers, on the same event loop as the bot. Nothing of the bot
is imported here, so that memory is their own.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import uvloop

from scripts.bench.meter import measured

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Send = Callable[[int], Awaitable[object]]

IN_FLIGHT: Final = 100
WARM_UP: Final = 200
"""Messages before the measurement: connections are open, caches full."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to send what, how often, to chats from `first_chat` on. `body`: the JSON after the chat's id."""

    contestant: str
    base_url: str
    token: str
    messages: int
    first_chat: int
    photo: str
    text: str
    keyboard: list[list[dict[str, Any]]]
    body: str

    def shown(self) -> dict[str, Any]:
        """The arguments of `send_photo` beside chat and keyboard."""
        return {"photo": self.photo, "caption": self.text, "parse_mode": "HTML"}


@asynccontextmanager
async def python_telegram_bot(order: Order) -> AsyncIterator[Send]:
    """`Bot.send_photo` of an application as its builder makes it."""
    from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup  # noqa: PLC0415  (alone in its process)
    from telegram.ext import ApplicationBuilder  # noqa: PLC0415  (the same)

    def known(button: dict[str, Any]) -> InlineKeyboardButton:
        copied = button.get("copy_text")
        return InlineKeyboardButton(**button | ({"copy_text": CopyTextButton(**copied)} if copied else {}))

    application = (
        ApplicationBuilder().token(order.token).base_url(f"{order.base_url}/bot").updater(None).build()
    )
    markup = InlineKeyboardMarkup([[known(button) for button in row] for row in order.keyboard])
    async with application:
        yield lambda chat: application.bot.send_photo(chat, **order.shown(), reply_markup=markup)


@asynccontextmanager
async def aiogram(order: Order) -> AsyncIterator[Send]:
    """`Bot.send_photo` of aiogram."""
    from aiogram import Bot  # noqa: PLC0415  (each is alone in its process)
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415  (the same)
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415  (the same)
    from aiogram.types import InlineKeyboardMarkup  # noqa: PLC0415  (the same)

    session = AiohttpSession(api=TelegramAPIServer.from_base(order.base_url))
    markup = InlineKeyboardMarkup.model_validate({"inline_keyboard": order.keyboard})
    async with Bot(order.token, session=session) as bot:
        yield lambda chat: bot.send_photo(chat, **order.shown(), reply_markup=markup)


@asynccontextmanager
async def bare(order: Order) -> AsyncIterator[Send]:
    """The least that aiohttp costs: a body encoded once, the answer read and looked at, nothing kept."""
    rest, headers = order.body.encode(), {"Content-Type": "application/json"}
    url = f"{order.base_url}/bot{order.token}/sendPhoto"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def send(chat: int) -> None:
            body = b'{"chat_id":%d%b' % (chat, rest)
            async with session.post(url, data=body, headers=headers) as answer:
                if not (await answer.read()).startswith(b'{"ok":true'):
                    raise RuntimeError("the stub refuses")

        yield send


CONTESTANTS: Final = {"ptb": python_telegram_bot, "aiogram": aiogram, "bare": bare}


async def _send_all(send: Send, chats: range) -> None:
    left = iter(chats)

    async def work() -> None:
        for chat in left:
            await send(chat)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def main(order: Order) -> None:
    """Print what the messages cost."""
    first = order.first_chat
    async with CONTESTANTS[order.contestant](order) as send:
        await _send_all(send, range(first - WARM_UP, first))
        async with measured() as used:
            await _send_all(send, range(first, first + order.messages))
    sys.stdout.write(json.dumps(used.as_json()) + "\n")


if __name__ == "__main__":
    uvloop.run(main(Order(**json.loads(sys.argv[1]))))
