"""Telegram's limits: who may send when. Replies go first, broadcasts fill what is left, evenly spaced.

    slot(chat) ──> the chat is free (1/s, groups 20/min) ──> the overall rate has room ──> the message leaves
                    `chats`, `ledger`                         `rate`, `shared_rate`
                                                              replies before broadcasts

A reply waits as long as it takes. A broadcast is sent away where the wait is long, so that it holds neither a
worker nor a lease meanwhile, and where a reply to the same chat comes, be it another process's. It knows
times, not messages; it never sends.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery.chats import MARGIN, PER_CHAT, Chats
from delivery.ledger import EVERYBODY
from delivery.rate import OwnRate
from delivery.shared_rate import SharedRate
from delivery.slot import Slot
from storage.slots import LEAVES

if TYPE_CHECKING:
    from delivery.chats import Chat
    from delivery.ledger import Ledger
    from delivery.rate import Rate
    from storage.slots import Told

log = logging.getLogger(__name__)

PATIENCE: Final = 1.5
"""Seconds that a broadcast waits for its chat, or for the end of a pause, before it is sent away."""
EVERYONE_WINDOW: Final = 1.0
"""429s for two chats within so many seconds mean that all of us are too fast."""
LOOK: Final = 0.1
"""Seconds between two looks at a person who is to be answered and is in another's hand."""
CHANGES: Final = 3
"""How often a slot that is over is changed for another: a machine that slow is to send something too."""


Allowed = Callable[[], Awaitable[bool]]


async def always() -> bool:
    """A person waits for the answer: nothing can make it too late."""
    return True


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody who waits for a slot."""

    chat: Chat
    told: asyncio.Future[Slot | None]


class Pace:
    """The limits of one bot token, as one process keeps them. `clock` gives monotonic seconds."""

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float],
        *,
        start_after: float = 0.0,
        ledger: Ledger | None = None,
        shared: bool = False,
    ) -> None:
        """At most `rate` messages in any second; the first after `start_after` seconds.

        A process that was killed may have used this second already: its successor starts a second later. With
        a `ledger` what groups were sent outlives it; a `shared` rate is that of all senders who have one.
        """
        self._clock = clock
        self._rate: Rate = (
            SharedRate(rate, clock, ledger.reserve, self._answered, start_after=start_after)
            if ledger is not None and shared
            else OwnRate(rate, clock, start_after=start_after)
        )
        self._ledger = ledger
        self._chats = Chats(clock)
        self._refused: deque[tuple[float, int]] = deque(maxlen=16)
        self._replies: deque[_Turn] = deque()
        self._broadcasts: deque[_Turn] = deque()
        self._pump: asyncio.Task[None] | None = None

    async def turn(self, chat_id: int, *, reply: bool = False) -> bool:
        """As `slot`, of a message that leaves at once."""
        while slot := await self.slot(chat_id, reply=reply):
            with slot:
                if await self.in_time(slot, reply=reply):
                    slot.leave()
                    return True
            if not reply:
                break
        return False

    async def slot(self, chat_id: int, *, reply: bool = False) -> Slot | None:
        """Room for one message to `chat_id`; to be used at once, then left or given back in any case.

        A reply always gets it in the end. A broadcast gets None where it would wait over `PATIENCE` for its
        chat, where a reply waits for that, and when everything pauses; `wait_for` then says how long.
        """
        if not reply and self.wait_for(chat_id) > PATIENCE:
            return None
        chat = self._chats[chat_id]
        chat.waiting += 1
        chat.replies += reply
        if reply:
            self._make_way(chat)
        try:
            async with chat.door:
                chat.lets_go_by = None
                while await self._free(chat, reply=reply):
                    slot = await self._given(chat, reply=reply)
                    if slot is None or await self._counted(chat, slot, reply=reply):
                        return slot
                return None
        finally:
            chat.waiting -= 1
            chat.replies -= reply

    async def in_time(self, slot: Slot, allowed: Allowed = always, *, reply: bool = False) -> bool:
        """Whether the message may leave now: what says so is asked last, and `slot` is not over.

        Of a shared rate that second may be another sender's: the slot is changed for another, and all is
        asked again. False too where a broadcast was sent away meanwhile, or it or all have to wait since.
        """
        for _ in range(CHANGES):
            if not await allowed() or self._has_to_wait(slot.chat, reply=reply):
                return False
            if not slot.is_over(self._clock()):
                return True
            slot.give_back()
            fresh = await self._in_turn(slot.chat, reply=reply, again=True)
            if fresh is None:
                return False
            slot.renew(fresh)
        return await allowed() and not self._has_to_wait(slot.chat, reply=reply)

    def wait_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` is free: of those waiting before, of its own limits, of a pause."""
        return max(self._chats.wait_for(chat_id), self.pause_left())

    def busy(self, chat_id: int, seconds: float) -> None:
        """Somebody else knows that `chat_id` may get nothing for so long."""
        self._chats[chat_id].hold(self._clock() + seconds)

    async def refused(self, chat_id: int, after: float) -> None:
        """A 429 said: not before `after` seconds. For several chats within a second it holds for everyone."""
        now = self._clock()
        self._chats[chat_id].hold(now + after)
        self._refused.append((now, chat_id))
        recent = {number for at, number in self._refused if now - at <= EVERYONE_WINDOW}
        if len(recent) > 1:
            if not self.pause_left():
                log.warning("everybody waits", extra={"seconds": after})
            self._rate.hold(after)
            if after > PATIENCE:
                self.send_away()
        if self._ledger is not None:
            await self._ledger.hold(chat_id, after)
            if len(recent) > 1:
                await self._ledger.hold(EVERYBODY, after)

    def send_away(self) -> None:
        """Broadcasts that wait for a slot wait no longer: they get None."""
        while self._broadcasts:
            _tell(self._broadcasts.popleft(), None)

    def pause_left(self) -> float:
        """Seconds until anything at all may be sent."""
        return self._rate.pause_left()

    def held_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` may get a broadcast again, of a pause or a wait; whatever it has got."""
        return max(self._chats[chat_id].kept_until() - self._clock(), self.pause_left())

    def _has_to_wait(self, chat: Chat, *, reply: bool) -> bool:
        """Whether what has its slot may not leave, for all that has been heard since.

        Not what was counted for a group: it would be counted twice.
        """
        return self.pause_left() > 0 or (not (reply or chat.is_group) and self.held_for(chat.id) > 0)

    def _make_way(self, chat: Chat) -> None:
        """Somebody is to be answered: a broadcast to the same chat waits for its turn no longer."""
        if chat.waiting > chat.replies:
            for turn in self._broadcasts:
                if turn.chat is chat:
                    _tell(turn, None)

    async def _free(self, chat: Chat, *, reply: bool) -> bool:
        """Wait until the chat is free; False where a broadcast would wait too long, or there is a reply."""
        while (wait := chat.free_at(reply=reply) - (now := self._clock())) > 0:
            if not reply and (wait > PATIENCE or chat.answered_until > now):
                return False
            await asyncio.sleep(wait)
        return reply or not chat.replies

    async def _given(self, chat: Chat, *, reply: bool) -> Slot | None:
        """A slot of the overall rate; None where a broadcast was sent away."""
        slot = self._at_once(chat) or await self._in_turn(chat, reply=reply)
        if slot is not None:
            chat.sent(self._clock())
        return slot

    async def _counted(self, chat: Chat, slot: Slot, *, reply: bool) -> bool:
        """Whether the message may leave, for all that is known of its chat by now; else the slot is lost.

        The others are asked for groups, each topic of which may be in another sender's hands, and told of
        replies: whoever has that person in hand, and hears of it, lets go of them and a second pass.
        """
        wait = chat.kept_until(reply=reply) - self._clock()
        if wait <= 0 and self._ledger is not None and (chat.is_group or reply):
            try:
                wait = self._wait(chat, await self._ledger.count(chat.id, reply=reply))
            except BaseException:
                slot.give_back()
                raise
            chat.hold(self._clock() + wait)
        if wait > 0:
            slot.give_back()
            chat.times.pop()
        return wait <= 0

    def _wait(self, chat: Chat, told: Told) -> float:
        """Seconds until the chat may get a message, or is asked for again: another has them in hand, still.

        What left unheard of the answer is known once it is settled, and a second old in the end in any case.
        Each time they are told again: whoever has heard lets them wait until the answer has left.
        """
        if told.busy:
            chat.lets_go_by = None  # nobody was told
            return told.busy
        now = self._clock()
        by = chat.lets_go_by = chat.lets_go_by or now + told.unheard + LEAVES + PER_CHAT + MARGIN
        return LOOK if told.elsewhere and now < by else 0.0

    def _answered(self, chat_id: int, at: float) -> None:
        """A person is answered, be it by another process, which may wait for us to let go of them."""
        chat = self._chats[chat_id]
        chat.answered(at)
        self._make_way(chat)

    def _at_once(self, chat: Chat) -> Slot | None:
        """A slot if one is free and nobody waits for it."""
        waits = self._replies or self._broadcasts or not self._rate.take()
        return None if waits else Slot(self._rate, chat, self._clock())

    async def _in_turn(self, chat: Chat, *, reply: bool, again: bool = False) -> Slot | None:
        """A slot when its turn comes; who had one already goes before the others of its kind."""
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
                if self.pause_left() > PATIENCE:
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
