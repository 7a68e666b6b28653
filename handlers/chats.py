"""Who a chat is to us: which reader, of which kind, called what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from delivery.markup import cut
from handlers.words.phrases import plain
from news.language.text import clean
from storage import readers

if TYPE_CHECKING:
    from datetime import datetime

    import telegram

    from handlers.newsroom import Newsroom
    from storage.readers import Reader

NAME_LIMIT: Final = 64
"""UTF-16 units of a name that an answer repeats: two lines of a telephone."""
_BLANK: Final = re.compile("[\u115f\u1160\u2800\u3164\uffa0]|(?<=[\u200c\u200d])[\u200c\u200d]+")
"""Letters that show nothing, which some people are called; and joiners that join nothing."""


async def reader_at(newsroom: Newsroom, chat: telegram.Chat, now: datetime, *, topic: int = 0) -> Reader:
    """The reader who is this chat or forum topic, known from now on if not before."""
    reader, _ = await readers.arrive(
        newsroom.db,
        chat.id,
        topic=topic,
        kind=_kind_of(chat),
        title=_title_of(chat),
        timezone=newsroom.timezone,
        now=now,
    )
    return reader


def topic_of(message: telegram.Message) -> int:
    """The forum topic a message stands in; 0 outside topics (a reply's thread is none)."""
    return (message.message_thread_id or 0) if message.is_topic_message else 0


def person_of(user: telegram.User | None) -> int | None:
    """The id of somebody who can be written to: whoever stays anonymous appears as a bot of Telegram's."""
    return None if user is None or user.is_bot else user.id


def _kind_of(chat: telegram.Chat) -> str:
    """`private`, `group` or `channel`."""
    return chat.type if chat.type in {chat.PRIVATE, chat.CHANNEL} else "group"


def _title_of(chat: telegram.Chat) -> str:
    """What people call the chat."""
    return shown(chat.title or chat.full_name or "")


def called(reader: Reader) -> str:
    """What a chat is called in a sentence, even one whose title shows nothing."""
    return reader.title or plain("this_chat", reader.language)


def shown(name: str) -> str:
    """A name people gave themselves, fit for a sentence of ours; empty where nothing of it is visible."""
    return cut(clean(_BLANK.sub("", name)), NAME_LIMIT)
