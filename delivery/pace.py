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
from typing import TYPE_CHECKING, Final

from delivery.chats import MARGIN, PER_CHAT, Chat, Chats
from delivery.ledger import EVERYBODY
from delivery.rate import OwnRate
from delivery.shared_rate import SharedRate
from delivery.turns import PATIENCE, Turns
from storage.slots import LEAVES

if TYPE_CHECKING:
    from delivery.ledger import Ledger
    from delivery.rate import Rate
    from delivery.slot import Slot
    from storage.slots import Told

log = logging.getLogger(__name__)

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
        self._turns = Turns(self._rate, clock)

    async def turn(self, chat_id: int, *, reply: bool = False) -> bool:
        """As `slot`, of a message that leaves at once."""
        while slot := await self.slot(chat_id, reply=reply):
            if await self._leaves(slot, reply=reply):
                return True
            if not reply:
                break
        return False

    async def room(self, chat_id: int) -> None:
        """Wait until an edit or the like may leave, for a person: of its chat only a 429 holds it up.

        Among all that leaves within a second it counts as a message does.
        """
        chat, leaves = self._chats[chat_id], False
        while not leaves:
            await asyncio.sleep(max(0.0, chat.kept_until(reply=True) - self._clock()))
            slot = await self._turns.slot(Chat(chat_id), reply=True)
            leaves = slot is not None and await self._leaves(slot, reply=True)

    async def slot(self, chat_id: int, *, reply: bool = False) -> Slot | None:
        """Room for one message to `chat_id`; to be used at once, then left or given back in any case.

        A reply always gets it in the end. A broadcast gets None where it would wait over `PATIENCE` for its
        chat, where a reply waits for that, and when everything pauses; `wait_for` then says how long.
        """
        if not reply and self.sends_away(chat_id):
            return None
        chat = self._chats[chat_id]
        chat.waiting += 1
        chat.replies += reply
        if reply:
            self._make_way(chat)
        try:
            async with chat.door:
                chat.let_go = False
                while await self._free(chat, reply=reply):
                    slot = await self._turns.slot(chat, reply=reply)
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
            fresh = await self._turns.slot(slot.chat, reply=reply, again=True)
            if fresh is None:
                return False
            slot.renew(fresh)
        return await allowed() and not self._has_to_wait(slot.chat, reply=reply)

    def wait_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` is free: of those waiting before, of its own limits, of a pause."""
        return max(self._chats.wait_for(chat_id), self.pause_left())

    def sends_away(self, chat_id: int) -> float:
        """As `wait_for`, where that is too long for a broadcast; else 0."""
        wait = self.wait_for(chat_id)
        return wait if wait > PATIENCE else 0.0

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
        self._turns.send_away()

    def pause_left(self) -> float:
        """Seconds until anything at all may be sent."""
        return self._rate.pause_left()

    def held_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` may get a broadcast again, of a pause or a wait; whatever it has got."""
        return max(self._chats[chat_id].kept_until() - self._clock(), self.pause_left())

    async def _leaves(self, slot: Slot, *, reply: bool) -> bool:
        """Whether what has the slot is in time, and so leaves now; else the slot is given back."""
        with slot:
            if in_time := await self.in_time(slot, reply=reply):
                slot.leave()
        return in_time

    def _has_to_wait(self, chat: Chat, *, reply: bool) -> bool:
        """Whether what has its slot may not leave, for all that has been heard since.

        Not what was counted for a group: it would be counted twice.
        """
        kept = not (reply or chat.is_group) and chat.kept_until() > self._clock()
        return kept or self.pause_left() > 0

    def _make_way(self, chat: Chat) -> None:
        """Somebody is to be answered: a broadcast to the same chat waits for its turn no longer."""
        if chat.waiting > chat.replies:
            self._turns.send_away(chat)

    async def _free(self, chat: Chat, *, reply: bool) -> bool:
        """Wait until the chat is free; False where a broadcast would wait too long, or there is a reply."""
        while (wait := chat.free_at(reply=reply) - (now := self._clock())) > 0:
            if not reply and (wait > PATIENCE or chat.answered_until > now):
                return False
            await asyncio.sleep(wait)
        return reply or not chat.replies

    async def _counted(self, chat: Chat, slot: Slot, *, reply: bool) -> bool:
        """Whether the message may leave, for all that is known of its chat by now; else the slot is lost.

        The others are asked for groups, each topic of which may be in another sender's hands, and told of
        replies: whoever has that person in hand, and hears of it, lets go of them and a second pass.
        """
        counted = False
        try:
            if chat.kept_until(reply=reply) <= self._clock():
                counted = await self._asked(chat, slot, reply=reply)
        finally:
            if not counted:
                slot.give_back()
        return counted

    async def _asked(self, chat: Chat, slot: Slot, *, reply: bool) -> bool:
        """As `_counted`, of what the others know."""
        if self._ledger is None or not (chat.is_group or reply):
            return True
        told = await _count(self._ledger, chat, reply=reply)
        late = told.elsewhere and not told.busy and not chat.let_go
        if late:
            slot.give_back()  # it would be over by then: with the next one they are told once more
            told = await self._let_go(self._ledger, chat, told)
            chat.let_go = not told.busy
        chat.hold(self._clock() + told.busy)
        return not (late or told.busy)

    async def _let_go(self, ledger: Ledger, chat: Chat, told: Told) -> Told:
        """Wait while another has a person in hand to whom something may be on its way; what is known then.

        What left unheard of the answer is known once it is settled, and a second old in the end in any case.
        Each time they are told again: whoever has heard lets them wait until the answer has left.
        """
        by = self._clock() + told.unheard + LEAVES + PER_CHAT + MARGIN
        while told.elsewhere and not told.busy and self._clock() < by:
            await asyncio.sleep(LOOK)
            told = await _count(ledger, chat, reply=True)
        return told

    def _answered(self, chat_id: int, at: float, told_at: float) -> None:
        """A person is answered, be it by another process, which may wait for us to let go of them."""
        chat = self._chats[chat_id]
        chat.answered(at, told_at)
        self._make_way(chat)


async def _count(ledger: Ledger, chat: Chat, *, reply: bool) -> Told:
    """What the ledger says of a chat that is about to get a message."""
    told = await ledger.count(chat.id, reply=reply)
    chat.told_at = told.at
    return told
