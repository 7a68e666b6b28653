"""Who waits for a slot of the overall rate: replies before broadcasts, each in the order they came."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery.slot import Slot

if TYPE_CHECKING:
    from collections.abc import Callable

    from delivery.chats import Chat
    from delivery.rate import Rate

PATIENCE: Final = 1.5
"""Seconds that a broadcast waits for its chat, or for the end of a pause, before it is sent away."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody who waits for a slot."""

    chat: Chat
    told: asyncio.Future[Slot | None]


class Turns:
    """Slots of `rate`, as they come free. `clock` gives monotonic seconds."""

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        """Nobody waits."""
        self._rate = rate
        self._clock = clock
        self._replies: deque[_Turn] = deque()
        self._broadcasts: deque[_Turn] = deque()
        self._pump: asyncio.Task[None] | None = None

    async def slot(self, chat: Chat, *, reply: bool, again: bool = False) -> Slot | None:
        """A slot for a message to `chat`; None where a broadcast was sent away.

        With `again` before the others of its kind: who had one already, that was over too soon.
        """
        return self._at_once(chat) or await self._in_turn(chat, reply=reply, again=again)

    def send_away(self, chat: Chat | None = None) -> None:
        """Broadcasts that wait, to `chat` if it is given, wait no longer: they get None."""
        for turn in self._broadcasts:
            if chat is None or turn.chat is chat:
                _tell(turn, None)

    def _at_once(self, chat: Chat) -> Slot | None:
        """A slot if one is free and nobody waits for it."""
        waits = self._waiting() or not self._rate.take()
        return None if waits else Slot(self._rate, chat, self._clock())

    async def _in_turn(self, chat: Chat, *, reply: bool, again: bool) -> Slot | None:
        """A slot when its turn comes."""
        turn = _Turn(chat, asyncio.get_running_loop().create_future())
        queue = self._replies if reply else self._broadcasts
        (queue.appendleft if again else queue.append)(turn)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._let_through())
        try:
            return await turn.told
        except asyncio.CancelledError:
            if turn.told.done() and not turn.told.cancelled() and (slot := turn.told.result()):
                slot.give_back()
            raise

    async def _let_through(self) -> None:
        """Hand out slots as they come free, to replies first, until nobody waits."""
        try:
            while waiting := self._waiting():
                if self._rate.take():
                    turn = waiting.popleft()
                    _tell(turn, Slot(self._rate, turn.chat, self._clock()))
                    continue
                await self._rate.wait(len(self._replies) + len(self._broadcasts))
                if self._rate.pause_left() > PATIENCE:
                    self.send_away()
        except Exception as error:  # noqa: BLE001  (it is whoever waits that has to know)
            for turn in (*self._replies, *self._broadcasts):
                if not turn.told.done():
                    turn.told.set_exception(error)

    def _waiting(self) -> deque[_Turn] | None:
        """The queue whose first is next; whoever waits no more leaves it here."""
        for queue in (self._replies, self._broadcasts):
            while queue and queue[0].told.done():
                queue.popleft()
            if queue:
                return queue
        return None


def _tell(turn: _Turn, slot: Slot | None) -> None:
    """Whoever waits no more is not told."""
    if not turn.told.done():
        turn.told.set_result(slot)
