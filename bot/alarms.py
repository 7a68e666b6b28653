"""Alarms to the editors: which incidents are news to them, and how they are told. Each is told once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from delivery.message import Message
from handlers.editors.alarms import Alarm, sentence
from handlers.editors.overview import pages
from storage import readers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from delivery.send import Sender
    from storage.database import Database
    from storage.posts import Post

log = logging.getLogger(__name__)

GATHERED_FOR: Final = 2.0
"""Seconds: what happens to several sources at once is one message."""
_WORTH_RECOVERING: Final = frozenset({"blocked", "failing"})


def news_of(
    known: frozenset[str], seen: Iterable[Alarm], over: Collection[str]
) -> tuple[tuple[Alarm, ...], frozenset[str]]:
    """Of the incidents `seen` those that are not `known` yet, and what is known from now on.

    `over` are the kinds that have ended; they will be news again the next time.
    """
    incidents = tuple(seen)
    told = tuple(alarm for alarm in incidents if alarm.kind not in known)
    return told, (known - frozenset(over)) | {alarm.kind for alarm in incidents}


def has_recovered(known: frozenset[str]) -> bool:
    """Whether a source that answers again had failed so that the editors knew of it."""
    return bool(known & _WORTH_RECOVERING)


class Editors:
    """Tells every editor, in their own language, in as few messages as possible."""

    def __init__(self, db: Database, sender: Sender, ids: Collection[int]) -> None:
        """`ids` are the editors' chats with the bot."""
        self._db = db
        self._sender = sender
        self._ids = tuple(ids)
        self._gathered: list[Alarm] = []
        self._telling: asyncio.Task[None] | None = None

    def tell(self, alarm: Alarm) -> None:
        """Tell of `alarm` soon; never waits, never fails."""
        log.warning("alarm", extra={"alarm": alarm.kind, "subject": alarm.subject, "reason": alarm.detail})
        self._gathered.append(alarm)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    def tell_stopped(self, post: Post, reason: str) -> None:
        """Tell that `post` goes no further, and why."""
        self.tell(Alarm("stopped", post.article.title if post.article else "", detail=reason))

    async def _tell(self) -> None:
        while self._gathered:
            await asyncio.sleep(GATHERED_FOR)
            alarms, self._gathered = self._gathered, []
            for editor in self._ids:
                try:
                    await self._write(editor, alarms)
                except Exception:  # an editor who can't be told must not keep the others from it
                    log.exception("editor not told", extra={"editor": editor})

    async def _write(self, editor: int, alarms: list[Alarm]) -> None:
        reader = await readers.reader(self._db, editor)
        language = reader.language if reader else "bn"
        for text in pages(sentence(alarm, language) for alarm in alarms):
            if not await self._sender.reply(editor, 0, Message(text)):
                log.warning("editor not told", extra={"editor": editor})
