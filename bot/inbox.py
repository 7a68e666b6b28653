"""What people say: saved first, then handled in the order of each chat, several chats at once.

    long polling ─┐
                  ├─> saved in the database ──> acknowledged ──> a lane per chat ──> handled ──> done
    webhook ──────┘

Whoever receives an update has it in hand. Of a process that is no more it comes into another's hand, at the
latest at the next start; what one that lives has in hand is nobody else's. So the order of a chat is kept by
each process for what it has in hand: behind a webhook, another may answer what was said next before it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from telegram import Update

from bot.in_touch import InTouch, boot_time, farewell
from storage import inbox
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from telegram.ext import Application

    from storage.database import Database
    from storage.inbox import Left

log = logging.getLogger(__name__)

LANES: Final = 32
"""Chats handled at once: a slow answer in one holds up no more than every 32nd other."""
AGAIN: Final = 1.0
LEASE: Final = timedelta(seconds=15)
"""After it, what a process had in hand of which nothing is heard any more is another's."""
LOOK: Final = 2.0
"""Seconds between two looks at what is in nobody's hand."""
OUT_OF_TOUCH: Final = 10.0
"""Seconds without the database, shorter than any in which leases of the living run out."""
_CHATS: Final = ("message", "edited_message", "channel_post", "my_chat_member", "chat_member")

Item = tuple[int, str]


class Inbox:
    """Receives updates and has the application handle them."""

    def __init__(
        self,
        db: Database,
        application: Application[Any, Any, Any, Any, Any, Any],
        owner: str,
        clock: Callable[[], datetime],
        handed_back: Callable[[int], bool] = lambda _: False,
    ) -> None:
        """`owner` has in hand what is received; `clock` gives aware UTC.

        `handed_back` tells of an update whether it is to come again.
        """
        self._db = db
        self._handed_back = handed_back
        self._application = application
        self._owner = owner
        self._clock = clock
        self._lanes: list[asyncio.Queue[Item]] = [asyncio.Queue() for _ in range(LANES)]
        self._queued: set[int] = set()
        self._touch, self._held = InTouch(), float("-inf")
        self._ends = False

    async def receive(self, updates: Sequence[Item]) -> None:
        """Save updates (id, JSON); when this returns they can't be lost. Storage errors go to the caller.

        What comes when everything is to end is nobody's: begun here, it would be cut off and come twice.
        """
        owner = "" if self._ends else self._owner
        fresh = set(await inbox.receive(self._db, updates, owner, now=self._clock(), lease=LEASE))
        if owner:
            self._queue([one for one in updates if one[0] in fresh])

    async def take_over(self) -> None:
        """Handle what was left by whoever received updates before.

        On SQLite one process receives, and it is everything; else others may be alive with what they have.
        """
        while True:
            try:
                await (self._take("all") if self._db.is_sqlite else self._look())
            except Unavailable:
                await asyncio.sleep(AGAIN)
            else:
                return

    async def run(self) -> None:
        """Handle whatever is received, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._drive(lane))
            group.create_task(self._keep_looking())

    async def drain(self) -> None:
        """Return when everything received so far is handled; what is in nobody's hand is left to others."""
        self._ends = True
        await asyncio.gather(*(lane.join() for lane in self._lanes))

    async def give_up(self) -> None:
        """What is still in hand when nothing runs any more is anybody's at once."""
        await farewell(inbox.give_up(self._db, self._owner))

    async def _keep_looking(self) -> None:
        while True:
            with suppress(Unavailable):  # who has something to save says so
                await self._look()
            await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        """What is in hand stays in it; what is in the hand of nobody who lives comes into it."""
        await self._hold()
        knows = self._touch.knows(OUT_OF_TOUCH, LEASE)
        await self._take("run out" if knows else "given up")
        self._touch.heard()

    async def _hold(self) -> None:
        """As often as that it may fail twice."""
        now = boot_time()
        if now - self._held >= LEASE.total_seconds() / 3:
            await inbox.hold(self._db, list(self._queued), self._owner, now=self._clock(), lease=LEASE)
            self._held = now

    async def _take(self, left: Left) -> None:
        while not self._ends and (
            taken := await inbox.take(self._db, self._owner, left, now=self._clock(), lease=LEASE)
        ):
            self._queue(taken)

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
        while await self._is_in_hand(update_id):
            if await self._handled(update_id, body):
                await self._finish(update_id)
                break
            await asyncio.sleep(AGAIN)  # nothing tells when the database is back
        self._queued.discard(update_id)

    async def _is_in_hand(self, update_id: int) -> bool:
        """Whether it is still ours: another takes it from a process that was frozen or cut off."""
        try:
            return await inbox.is_in_hand(self._db, update_id, self._owner)
        except Unavailable:
            return True  # as it was

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
