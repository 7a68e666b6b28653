"""A message of ours that is kept true while what it tells of goes on."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handlers.tap import edit, quietly
from handlers.words.phrases import Html
from storage import readers
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import telegram

    from delivery.message import Message
    from handlers.newsroom import Newsroom
    from handlers.tap import Tap
    from storage.database import Database

log: Final = logging.getLogger(__name__)
BAR: Final = 12
SLOWEST: Final = 30
"""Times the usual pause between two looks while nothing changes: who is left sleeps or waits for a digest.

As many tries has a last word that Telegram would not have: the panel may be gone.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class View:
    """What a panel should say now, and whether that is the last word."""

    message: Message
    over: bool


@dataclass(frozen=True, slots=True)
class LivePanel:
    """Where a panel stands, and how to see what it should say: None where there is nothing to tell of.

    `close` comes after the last word.
    """

    place: Place
    look: Callable[[], Awaitable[View | None]]
    close: Callable[[], Awaitable[None]]


async def begin(tap: Tap, panel: LivePanel) -> bool:
    """Let the pressed message be `panel` from now on; False where there is nothing to tell of."""
    view = await panel.look()
    if view is None:
        return False
    shown = await _show(tap.bot, panel.place, view.message)
    follow(tap.newsroom, tap.bot, panel, view.message if shown else None)
    return True


def follow(newsroom: Newsroom, bot: telegram.Bot, panel: LivePanel, shown: Message | None = None) -> None:
    """Keep the panel true from now on; `shown` is what it says already."""
    newsroom.watches.start(panel.place, _keep_true(bot, panel, newsroom.look_every, shown))


async def _keep_true(bot: telegram.Bot, panel: LivePanel, every: float, shown: Message | None) -> None:
    """Look until the last word, more rarely while nothing happens; edit only what is no longer as `shown`.

    `every` is the usual pause in seconds.
    """
    idle = 0
    while True:
        try:
            view, idle = await panel.look(), idle + 1
            if view is None:
                return
            if view.message != shown and await _show(bot, panel.place, view.message):
                idle, shown = 0, view.message
            if view.over and (shown == view.message or idle > SLOWEST):
                await panel.close()
                return
        except Unavailable as error:
            log.info("progress can't be seen", extra={"panel": panel.place.message_id, "reason": str(error)})
        await asyncio.sleep(every * min(max(idle, 1), SLOWEST))


def pressed(tap: Tap) -> Place:
    """The panel whose button was pressed."""
    return Place(tap.message.chat.id, tap.message.message_id)


async def language_at(db: Database, chat_id: int) -> str:
    """The language that an editor's chat is spoken to in."""
    editor = await readers.reader(db, chat_id)
    return editor.language if editor else "bn"


async def _show(bot: telegram.Bot, place: Place, message: Message) -> bool:
    """Let the panel say `message`; False where Telegram would not have it."""
    return await quietly(edit(bot, place.chat_id, place.message_id, message))


def bar(percent: int) -> Html:
    """How much is done, drawn."""
    filled = BAR * percent // 100
    return Html("▰" * filled + "▱" * (BAR - filled))
