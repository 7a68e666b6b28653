"""Somebody who asks something of the newsroom, by a command or a button; and how to answer in that chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery.message import Message
from handlers.chats import person_of
from handlers.words.phrases import phrase

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

    from handlers.keyboard import Rows
    from handlers.newsroom import Newsroom
    from storage.readers import Reader


@dataclass(slots=True)
class Asker:
    """Who asks, by which message (the one written, or the one whose button was pressed), and when."""

    newsroom: Newsroom
    bot: telegram.Bot
    message: telegram.Message
    reader: Reader
    now: datetime

    @property
    def language(self) -> str:
        """The language this chat is spoken to in."""
        return self.reader.language

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person."""
        return self.reader.kind == "private"

    @property
    def person(self) -> int | None:
        """Who asks, by id; None for whoever speaks in the name of a chat."""
        return None if self.message.sender_chat else person_of(self.message.from_user)

    async def say(self, key: str, *, buttons: Rows = (), **values: str | int) -> bool:
        """Write the phrase `key` into the chat; whether Telegram took it."""
        return await self.send(Message(phrase(key, self.language, **values), buttons=buttons))

    async def send(self, message: Message) -> bool:
        """Write `message` into the chat; whether Telegram took it."""
        return await self.newsroom.sender.reply(self.reader.chat_id, self.reader.topic, message)
