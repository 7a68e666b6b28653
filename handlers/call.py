"""A command as a handler sees it: who said what where, and how to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from delivery.message import Message
from handlers.phrases import phrase
from storage import readers

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

    from handlers import keyboard
    from handlers.newsroom import Newsroom
    from storage.readers import Reader


@dataclass(frozen=True, slots=True)
class Call:
    """What one message asks of the newsroom: the command in lower case, the words after it as typed."""

    newsroom: Newsroom
    bot: telegram.Bot
    message: telegram.Message
    reader: Reader
    command: str
    words: str
    now: datetime

    @property
    def language(self) -> str:
        """The language this chat is spoken to in."""
        return self.reader.language

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person."""
        return self.reader.kind == "private"

    async def say(self, key: str, *, buttons: keyboard.Rows = (), **values: str | int) -> bool:
        """Answer with the phrase `key`; whether Telegram took it."""
        return await self.send(Message(phrase(key, self.language, **values), buttons=buttons))

    async def send(self, message: Message) -> bool:
        """Answer with `message`; whether Telegram took it."""
        return await self.newsroom.sender.reply(self.reader.chat_id, self.reader.topic, message)


async def reader_at(newsroom: Newsroom, message: telegram.Message, now: datetime) -> Reader:
    """The reader who is this chat or forum topic, known from now on if not before."""
    chat = message.chat
    reader, _ = await readers.arrive(
        newsroom.db,
        chat.id,
        topic=topic_of(message),
        kind=kind_of(chat),
        title=title_of(chat),
        timezone=newsroom.timezone,
        now=now,
    )
    return reader


def topic_of(message: telegram.Message) -> int:
    """The forum topic a message stands in; 0 outside topics (a reply's thread is none)."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def kind_of(chat: telegram.Chat) -> str:
    """`private`, `group` or `channel`."""
    return chat.type if chat.type in {chat.PRIVATE, chat.CHANNEL} else "group"


def title_of(chat: telegram.Chat) -> str:
    """What people call the chat."""
    return chat.title or chat.full_name or ""
