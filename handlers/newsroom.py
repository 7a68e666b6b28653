"""What every command and button needs to know of the newsroom it serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from handlers.patience import Doorkeeper, Verdict
from handlers.watches import Watches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from telegram.ext import Application, CallbackContext

    from delivery.answers import Answer
    from delivery.message import Message
    from news.article import Category
    from storage.database import Database

KEY: Final = "newsroom"


def _nobody() -> None:
    """Nobody waits to be told."""


class Replies(Protocol):
    """Says something in a chat at once, never behind a broadcast."""

    async def send(self, chat_id: int, topic: int, message: Message, *, reply: bool) -> Answer:
        """What became of `message`."""
        ...

    async def reply(self, chat_id: int, topic: int, message: Message) -> bool:
        """Whether Telegram took `message`; topic 0 is none."""
        ...


@dataclass(frozen=True, slots=True)
class Newsroom:
    """One running newsroom: its categories, its database, its voice, its editors.

    `send_rate` is in messages a second, `look_every` in seconds (how often a live view looks again);
    `clock` gives the aware time in UTC; `username` is the bot's own, without @; `corrected` is called when
    there are copies to be corrected. `unserved` are the updates that met a database which was away, for
    whoever handed them in.
    """

    db: Database
    categories: Mapping[str, Category]
    sender: Replies
    admins: frozenset[int]
    timezone: str
    send_rate: float
    clock: Callable[[], datetime]
    username: str
    look_every: float = 2.0
    corrected: Callable[[], None] = _nobody
    doorkeeper: Doorkeeper = field(default_factory=Doorkeeper)
    watches: Watches = field(default_factory=Watches)
    unserved: set[int] = field(default_factory=set)

    def admit(self, person: int, now: datetime) -> Verdict:
        """What to do with one more request; an editor never waits, who may have something to stop."""
        return Verdict.SERVE if person in self.admins else self.doorkeeper.admit(person, now)


def keep(application: Application[Any, Any, Any, Any, Any, Any], newsroom: Newsroom) -> None:
    """Put `newsroom` where `of` finds it."""
    application.bot_data[KEY] = newsroom


def of(context: CallbackContext[Any, Any, Any, Any]) -> Newsroom:
    """The newsroom of the application that handles this update."""
    newsroom: Newsroom = context.application.bot_data[KEY]
    return newsroom
