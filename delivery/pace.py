"""Telegram's limits: who may send when. Replies go first, broadcasts fill what is left, evenly spaced.

    slot(chat) ──> the chat is free (1/s, groups 20/min) ──> the overall rate has room ──> the message leaves
                                                             replies before broadcasts

A reply waits as long as it takes. A broadcast is sent away where the wait is long, so that it holds neither a
worker nor a lease meanwhile. It knows times, not messages; it never sends.

What counts is when a message really left: a busy event loop or a slow connection holds it up after its slot
was given. Until it has left, or has given its slot back, it counts in every second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

PER_CHAT: Final = 1.0
"""Seconds between two messages to one chat (Bot FAQ: avoid more than one message a second)."""
PER_GROUP: Final = 20
GROUP_WINDOW: Final = 60.0
"""Messages to one group in so many seconds (Bot FAQ: not more than 20 messages a minute)."""
MARGIN: Final = 0.02
"""Seconds added to a chat's windows: a request takes a little longer or shorter on its way to Telegram."""
SPACING: Final = 0.016
"""Seconds over one in which the rate's messages leave, evenly: 98.4 % of it, the rest is for the road."""
TIGHTEST: Final = 0.01
"""Seconds over one that hold no more than the rate's messages, even where late ones were made up for."""
MADE_UP: Final = 0.01
"""Seconds of slots that nobody was told of in time and that are given at once; what is older is lost."""
GRAIN: Final = 0.003
"""Seconds of the shortest sleep: uvloop's timers know whole milliseconds, and each wake-up costs."""
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

    kept: int
    times: list[float] = field(default_factory=list)
    held_until: float = float("-inf")
    waiting: int = 0
    door: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def of(cls, chat_id: int) -> _Chat:
        """Chats with a negative id are groups or channels."""
        return cls(PER_GROUP if chat_id < 0 else 1)

    def sent(self, now: float) -> None:
        """A message has its slot."""
        self.times.append(now)
        del self.times[: -self.kept]

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
        window = GROUP_WINDOW if self.kept == PER_GROUP else PER_CHAT
        latest = self.times[-1] if self.times else float("-inf")
        return not self.waiting and max(self.held_until, latest + window + MARGIN) <= now


class Slot:
    """Room for one message. As a context it is given back at the end where the message has not left."""

    __slots__ = ("_chat", "_open", "_pace")

    def __init__(self, pace: Pace, chat: _Chat) -> None:
        self._pace = pace
        self._chat = chat
        self._open = True

    def leave(self) -> None:
        """The message leaves now, if it has not left already."""
        if self._open:
            self._open = False
            self._chat.times[-1] = self._pace.left()

    def give_back(self) -> None:
        """The message does not leave, if it has not already: another may."""
        if self._open:
            self._open = False
            self._pace.given_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody who waits for a slot."""

    chat: _Chat
    told: asyncio.Future[Slot | None]


class Pace:
    """The limits of one bot token in one process. `clock` gives monotonic seconds."""

    def __init__(self, rate: float, clock: Callable[[], float], *, start_after: float = 0.0) -> None:
        """At most `rate` messages in any second; the first after `start_after` seconds.

        A process that was killed may have used this second already: its successor starts a second later.
        """
        self._rate = rate
        self._clock = clock
        self._paused_until = self._free_at = clock() + start_after
        self._most = max(1, int(rate))
        self._left: deque[float] = deque(maxlen=self._most)
        self._leaving = 0
        self._chats: dict[int, _Chat] = {}
        self._most_chats = REMEMBERED
        self._slowed_at = float("-inf")
        self._refused: deque[tuple[float, int]] = deque(maxlen=16)
        self._replies: deque[_Turn] = deque()
        self._broadcasts: deque[_Turn] = deque()
        self._pump: asyncio.Task[None] | None = None

    async def turn(self, chat_id: int, *, reply: bool = False) -> bool:
        """As `slot`, of a message that leaves at once."""
        slot = await self.slot(chat_id, reply=reply)
        if slot is not None:
            slot.leave()
        return slot is not None

    async def slot(self, chat_id: int, *, reply: bool = False) -> Slot | None:
        """Room for one message to `chat_id`; to be used at once, then left or given back in any case.

        A reply always gets it in the end. A broadcast gets None where it would wait over `PATIENCE` for its
        chat, and when everything pauses; `wait_for` then says how long.
        """
        if not reply and self.wait_for(chat_id) > PATIENCE:
            return None
        chat = self._chat(chat_id)
        chat.waiting += 1
        try:
            async with chat.door:
                return await self._given(chat, reply=reply) if await self._free(chat, reply=reply) else None
        finally:
            chat.waiting -= 1

    def left(self) -> float:
        """A message that had a slot leaves; when, by the clock."""
        now = self._clock()
        self._leaving -= 1
        self._left.append(now)
        return now

    def given_back(self) -> None:
        """A message that had a slot does not leave."""
        self._leaving -= 1

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
        """Broadcasts that wait for a slot wait no longer: they get None."""
        while self._broadcasts:
            _tell(self._broadcasts.popleft(), None)

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

    async def _given(self, chat: _Chat, *, reply: bool) -> Slot | None:
        """A slot of the overall rate; None where a broadcast was sent away."""
        slot = self._at_once(chat) or await self._in_turn(chat, reply=reply)
        if slot is not None:
            chat.sent(self._clock())
        return slot

    def _at_once(self, chat: _Chat) -> Slot | None:
        """A slot if one is free and nobody waits for it."""
        now = self._clock()
        waits = self._replies or self._broadcasts or self._next_slot(now) > now
        return None if waits else self._take_slot(chat, now)

    async def _in_turn(self, chat: _Chat, *, reply: bool) -> Slot | None:
        turn = _Turn(chat, asyncio.get_running_loop().create_future())
        (self._replies if reply else self._broadcasts).append(turn)
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
        while self._replies or self._broadcasts:
            now = self._clock()
            if (wait := self._next_slot(now) - now) > 0:
                await asyncio.sleep(max(wait, GRAIN))
                continue
            turn = (self._replies or self._broadcasts).popleft()
            if not turn.told.done():
                _tell(turn, self._take_slot(turn.chat, now))

    def _next_slot(self, now: float) -> float:
        """When the next message may leave: evenly spaced, and never more than the rate in a second."""
        free = max(self._free_at, self._paused_until)
        if (room := self._most - self._leaving) <= 0:
            return max(free, now + GRAIN)
        return max(free, self._left[-room] + 1.0 + TIGHTEST) if len(self._left) >= room else free

    def _take_slot(self, chat: _Chat, now: float) -> Slot:
        self._leaving += 1
        interval = self._interval(now)
        self._free_at = max(self._free_at, now - max(2 * interval, MADE_UP)) + interval
        return Slot(self, chat)

    def _interval(self, now: float) -> float:
        recovered = min(1.0, max(0.0, (now - self._slowed_at) / RECOVERY))
        share = SLOWER + (1 - SLOWER) * recovered
        rate = self._most / (1.0 + SPACING) if self._rate >= 1 else self._rate
        return 1.0 / (rate * share)


_NOBODY: Final = _Chat.of(0)


def _tell(turn: _Turn, slot: Slot | None) -> None:
    """Whoever waits no more is not told."""
    if not turn.told.done():
        turn.told.set_result(slot)
