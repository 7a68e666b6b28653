"""What whoever brought the bot into a group is told of a topic that takes no news any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from delivery.message import Message
from handlers.words.phrases import phrase, plain

if TYPE_CHECKING:
    from delivery.answers import Shut
    from storage.readers import Reader

_SUPERGROUPS: Final = -1_000_000_000_000
"""Their ids in links count down from here (core.telegram.org/api/bots/ids); only they have topics."""
_GENERAL: Final = 1
"""The general topic in a link; the Bot API gives it no thread."""


def shut(reader: Reader, how: Shut, language: str) -> Message:
    """That the topic `reader` is closed or deleted, and what brings the news back."""
    name = reader.title or plain("nameless", language)
    return Message(phrase(f"topic_{how}", language, name=name, url=_link(reader)))


def _link(reader: Reader) -> str:
    return f"https://t.me/c/{_SUPERGROUPS - reader.chat_id}/{reader.topic or _GENERAL}"
