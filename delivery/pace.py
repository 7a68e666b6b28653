"""Telegram's limits: who may send when. Replies go first, broadcasts fill what is left, evenly spaced.

    turn(chat) ──> the chat is free (1/s, groups 20/min) ──> the overall rate has room ──> send
                                                             replies before broadcasts

A reply waits as long as it takes. A broadcast is sent away where the wait is long, so that it holds neither a
worker nor a lease meanwhile. It knows times, not messages; it never sends.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

PER_CHAT: Final = 1.0
"""Seconds between two messages to one chat (Bot FAQ: avoid more than one message a second)."""
PER_GROUP: Final = 20
GROUP_WINDOW: Final = 60.0
"""Messages to one group in so many seconds (Bot FAQ: not more than 20 messages a minute)."""
MARGIN: Final = 0.02
"""Added to every window: a request takes a little longer or shorter on its way to Telegram."""
PATIENCE: Final = 1.5
"""Seconds that a broadcast waits for its chat, or for the end of a pause, before it is sent away."""
EVERYONE_WINDOW: Final = 1.0
"""429s for two chats within so many seconds mean that all of us are too fast."""
SLOWER: Final = 0.8
RECOVERY: Final = 60.0
"""After a general 429 the rate is 80 % and is whole again after so many seconds."""
REMEMBERED: Final = 10_000
"""Chats remembered before the idle ones are forgotten."""


@dataclass(slots=True)
class _Chat:
    """The last messages to one chat; `door` lets one message at a time wait for its slot."""

    times: deque[float]
    held_until: float = float("-inf")
    waiting: int = 0
    door: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, chat_id: int) -> _Chat:
        """Chats with a negative id are groups or channels."""
        return cls(deque(maxlen=PER_GROUP if chat_id < 0 else 1))

    def free_at(self) -> float:
        """When the next message may be sent to it, whatever the overall rate."""
        free = self.held_until
        if self.times:
            free = max(free, self.times[-1] + PER_CHAT + MARGIN)
        if len(self.times) == PER_GROUP:
            free = max(free, self.times[0] + GROUP_WINDOW + MARGIN)
        return free

    def is_idle(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        window = GROUP_WINDOW if self.times.maxlen == PER_GROUP else PER_CHAT
        latest = self.times[-1] if self.times else float("-inf")
        return not self.waiting and max(self.held_until, latest + window + MARGIN) <= now


class Pace:
    """The limits of one bot token in one process. `clock` gives monotonic seconds."""

    def __init__(self, rate: float, clock: Callable[[], float], *, start_after: float = 0.0) -> None:
        """At most `rate` messages in any second; the first after `start_after` seconds.

        A process that was killed may have used this second already: its successor starts a second later.
        """
        self._rate = rate
        self._clock = clock
        self._paused_until = self._free_at = clock() + start_after
        self._sent: deque[float] = deque(maxlen=max(1, int(rate)))
        self._chats: dict[int, _Chat] = {}
        self._most_chats = REMEMBERED
        self._slowed_at = float("-inf")
        self._refused: deque[tuple[float, int]] = deque(maxlen=16)
        self._replies: deque[asyncio.Future[bool]] = deque()
        self._broadcasts: deque[asyncio.Future[bool]] = deque()
        self._pump: asyncio.Task[None] | None = None

    async def turn(self, chat_id: int, *, reply: bool = False) -> bool:
        """True when one message may be sent to `chat_id`; the slot is then taken.

        A reply is always True in the end. A broadcast is False where it would wait over `PATIENCE` for its
        chat, and when everything pauses; `wait_for` then says how long.
        """
        if not reply and self.wait_for(chat_id) > PATIENCE:
            return False
        chat = self._chat(chat_id)
        chat.waiting += 1
        try:
            async with chat.door:
                return await self._free(chat, reply=reply) and await self._slot(chat, reply=reply)
        finally:
            chat.waiting -= 1

    def wait_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` is free: of those waiting before, of its own limits, of a pause."""
        chat = self._chats.get(chat_id, _NOBODY)
        ahead = chat.waiting * (PER_CHAT + MARGIN)
        return max(0.0, chat.free_at() - self._clock(), self.pause_left()) + ahead

    def refused(self, chat_id: int, after: float) -> None:
        """A 429 said: not before `after` seconds. For several chats within a second it holds for everyone."""
        now = self._clock()
        chat = self._chat(chat_id)
        chat.held_until = max(chat.held_until, now + after)
        self._refused.append((now, chat_id))
        recent = {number for at, number in self._refused if now - at <= EVERYONE_WINDOW}
        if len(recent) > 1:
            self._paused_until = self._slowed_at = max(self._paused_until, now + after)
            if after > PATIENCE:
                self.send_away()

    def send_away(self) -> None:
        """Broadcasts that wait for a slot wait no longer: their `turn` is False."""
        while self._broadcasts:
            _tell(self._broadcasts.popleft(), allowed=False)

    def pause_left(self) -> float:
        """Seconds until anything at all may be sent."""
        return max(0.0, self._paused_until - self._clock())

    def _chat(self, chat_id: int) -> _Chat:
        if chat_id not in self._chats:
            if len(self._chats) >= self._most_chats:
                self._forget_idle()
            self._chats[chat_id] = _Chat.of(chat_id)
        return self._chats[chat_id]

    def _forget_idle(self) -> None:
        now = self._clock()
        self._chats = {number: chat for number, chat in self._chats.items() if not chat.is_idle(now)}
        # Looked through again only when as many have come anew: at any rate this costs little a message.
        self._most_chats = max(REMEMBERED, 2 * len(self._chats))

    async def _free(self, chat: _Chat, *, reply: bool) -> bool:
        """Wait until the chat is free; False where a broadcast would wait too long."""
        while (wait := chat.free_at() - self._clock()) > 0:
            if wait > PATIENCE and not reply:
                return False
            await asyncio.sleep(wait)
        return True

    async def _slot(self, chat: _Chat, *, reply: bool) -> bool:
        """Wait for a slot of the overall rate; False where a broadcast was sent away."""
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        (self._replies if reply else self._broadcasts).append(turn)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._let_through())
        allowed = await turn
        if allowed:
            chat.times.append(self._clock())
        return allowed

    async def _let_through(self) -> None:
        """Hand out slots as they come free, to replies first, until nobody waits."""
        while self._replies or self._broadcasts:
            now = self._clock()
            if (wait := self._next_slot() - now) > 0:
                await asyncio.sleep(wait)
            elif _tell((self._replies or self._broadcasts).popleft(), allowed=True):
                self._use_slot(now)

    def _next_slot(self) -> float:
        """When the next message may leave: evenly spaced, and never more than the rate in a second."""
        free = max(self._free_at, self._paused_until)
        if len(self._sent) == self._sent.maxlen and self._rate >= 1:
            return max(free, self._sent[0] + 1.0 + MARGIN)
        return free

    def _use_slot(self, now: float) -> None:
        self._sent.append(now)
        # Slots missed by a late timer are made up for, but only a few: the window above bounds the rest.
        self._free_at = max(self._free_at, now - 2 * self._interval(now)) + self._interval(now)

    def _interval(self, now: float) -> float:
        recovered = min(1.0, max(0.0, (now - self._slowed_at) / RECOVERY))
        share = SLOWER + (1 - SLOWER) * recovered
        return 1.0 / (self._rate * share)


_NOBODY: Final = _Chat.of(0)


def _tell(turn: asyncio.Future[bool], *, allowed: bool) -> bool:
    """Whether somebody still waited to be told."""
    if turn.done():
        return False
    turn.set_result(allowed)
    return True
