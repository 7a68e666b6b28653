"""What people say: saved first, then handled in the order of each chat, several chats at once.

    long polling ─┐
                  ├─> saved in the database ──> acknowledged ──> a lane per chat ──> handled ──> done
    webhook ──────┘

What was saved and not yet done when the process ended is handled at the next start.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any, Final

from telegram import Update

from storage import inbox
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from telegram.ext import Application

    from storage.database import Database

log = logging.getLogger(__name__)

LANES: Final = 32
"""Chats handled at once: a slow answer in one holds up no more than every 32nd other."""
AGAIN: Final = 1.0
_CHATS: Final = ("message", "edited_message", "channel_post", "my_chat_member", "chat_member")

Item = tuple[int, str]


class Inbox:
    """Receives updates and has the application handle them."""

    def __init__(
        self,
        db: Database,
        application: Application[Any, Any, Any, Any, Any, Any],
        clock: Callable[[], datetime],
        handed_back: Callable[[int], bool] = lambda _: False,
    ) -> None:
        """`clock` gives aware UTC; `handed_back` tells of an update whether it is to come again."""
        self._db = db
        self._handed_back = handed_back
        self._application = application
        self._clock = clock
        self._lanes: list[asyncio.Queue[Item]] = [asyncio.Queue() for _ in range(LANES)]
        self._queued: set[int] = set()

    async def receive(self, updates: Sequence[Item]) -> None:
        """Save updates (id, JSON); when this returns they can't be lost. Storage errors go to the caller."""
        fresh = set(await inbox.receive(self._db, updates, self._clock()))
        self._queue([one for one in updates if one[0] in fresh])

    async def take_over(self) -> None:
        """Handle what was left by whoever received updates before; only for the one who receives them now."""
        self._queue(await inbox.pending(self._db))

    async def run(self) -> None:
        """Handle whatever is received, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._drive(lane))

    async def drain(self) -> None:
        """Return when everything received so far is handled."""
        await asyncio.gather(*(lane.join() for lane in self._lanes))

    def _queue(self, updates: Sequence[Item]) -> None:
        """Put into its lane what is not there yet: what was pending may just have been received too."""
        for update_id, body in updates:
            if update_id not in self._queued:
                self._queued.add(update_id)
                self._lane(body).put_nowait((update_id, body))

    def _lane(self, body: str) -> asyncio.Queue[Item]:
        return self._lanes[chat_of(json.loads(body)) % LANES]

    async def _drive(self, lane: asyncio.Queue[Item]) -> None:
        while True:
            update_id, body = await lane.get()
            try:
                await self._handle(update_id, body)
            finally:
                lane.task_done()

    async def _handle(self, update_id: int, body: str) -> None:
        """Handle one update, again while the database is away; what can't be handled is logged and done."""
        while not await self._handled(update_id, body):  # noqa: ASYNC110  (nothing tells when the database is back)
            await asyncio.sleep(AGAIN)
        await self._finish(update_id)
        self._queued.discard(update_id)

    async def _handled(self, update_id: int, body: str) -> bool:
        """Whether the update is dealt with; False where it is to come again."""
        try:
            update = Update.de_json(json.loads(body), self._application.bot)
            await self._application.process_update(update)
        except Exception:
            log.exception("update not handled", extra={"update": update_id})
            return True
        return not self._handed_back(update_id)

    async def _finish(self, update_id: int) -> None:
        while True:
            try:
                await inbox.done(self._db, [update_id])
            except Unavailable:
                await asyncio.sleep(AGAIN)
            else:
                return


def chat_of(update: Mapping[str, Any]) -> int:
    """The id of the chat an update belongs to, or of the person; 0 for any other shape."""
    said = next((update[kind] for kind in _CHATS if kind in update), None)
    if said is None:
        press = update.get("callback_query")
        said = _of(press, "message") or {"chat": _of(press, "from")}
    number = _of(_of(said, "chat"), "id")
    return number if isinstance(number, int) else 0


def _of(value: object, name: str) -> Any:
    """A field of a value that may have any shape."""
    return value.get(name) if isinstance(value, dict) else None
