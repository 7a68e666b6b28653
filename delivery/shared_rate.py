"""The overall rate of a bot, where several processes send: slots are reserved, a few at a time, for all.

    row (free_at, by the database's clock) ──reserve──> slots of this process ──take──> a message leaves

A slot that is not used in time is lost, and not made up for: it may be another's second by then. So is one of
a message that is held up; what leaves late all the same costs this process a later slot of its own. It
reserves for those who wait, no more.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from delivery.rate import GRAIN, MADE_UP, Departures, interval
from storage.errors import Unavailable

if TYPE_CHECKING:
    from storage.slots import Reserved

log = logging.getLogger(__name__)

BLOCK: Final = 0.02
"""Seconds of slots reserved at a time, more where the database is slow: so long others wait for theirs."""
AHEAD: Final = 0.05
"""Seconds before the end of its slots at which a process asks for more, beside what an answer takes."""
FORGIVEN: Final = 0.012
"""Seconds that a message may leave after its slot without a price: less than there is room between slots."""
LASTS: Final = 0.05
"""Seconds after which a message that has not left needs another slot: a healthy machine never takes them."""
DRIFT: Final = 0.001
"""Seconds a second by which two clocks may part."""
ALONE: Final = 0.1
"""The share of the rate that a process takes for itself while nobody can be asked."""
ASKED_AGAIN: Final = 0.5
"""Seconds after which the database is asked once more."""
UNSURE: Final = 1.0
"""Seconds of silence once the database is back: its crash may have taken back what was reserved last."""


Reserve = Callable[[float, float], Awaitable["Reserved"]]
"""`Ledger.reserve`: seconds of the rate that are nobody else's, and how far ahead at the least."""
Answered = Callable[[int, float, float], None]
"""Hears of a person whom a process answers, and when, by our clock and as it was told; for a second."""


class OtherClock:
    """Moments of another machine's clock in terms of ours, never too early."""

    def __init__(self) -> None:
        """Nothing is known of it yet."""
        self._offset = float("inf")
        self._learned_at = 0.0

    def learn(self, asked: float, got: float, told: float) -> float:
        """What to add to its moments; it `told` the time after it was `asked` and before the answer came.

        The least that was ever possible is the truest, unless one of the two has been set since.
        """
        drifted = self._offset + DRIFT * (got - self._learned_at)
        self._offset = min(drifted, got - told) if drifted >= asked - told else got - told
        self._learned_at = got
        return self._offset


class SharedRate(Departures):
    """One process's part in the rate. `clock` gives monotonic seconds."""

    lasts = LASTS

    def __init__(
        self,
        rate: float,
        clock: Callable[[], float],
        reserve: Reserve,
        answered: Answered,
        *,
        start_after: float = 0.0,
    ) -> None:
        """At most `rate` messages in any second of all; from this process the first after `start_after`."""
        super().__init__(clock, clock() + start_after)
        self._rate = rate
        self._reserve = reserve
        self._answered = answered
        self._other = OtherClock()
        self._slowed_at = float("-inf")
        self._slots: deque[float] = deque()
        self._used: deque[float] = deque()
        self._asking: asyncio.Task[None] | None = None
        self._trip = 0.0
        self._away_until = self._alone_at = float("-inf")
        self._away = False

    def take(self) -> bool:
        """As `Rate` has it, and so the others."""
        now = self._clock()
        self._lose(max(now - MADE_UP, self._paused_until))
        if now < self._paused_until or not self._slots or self._slots[0] > now:
            return False
        self._used.append(self._slots.popleft())
        if self._owes(now):
            return False
        self._leaving += 1
        return True

    async def wait(self, wanted: int) -> None:
        """Until the next slot, or an answer of the row; more are reserved before the last is used."""
        now = self._clock()
        if now < self._paused_until:
            await asyncio.sleep(max(self._paused_until - now, GRAIN))
            return
        if self._asking is not None and self._asking.done():
            self._asking = self._asking.result()
        if self._asking is None and now >= self._away_until and (number := self._needed(now, wanted)) > 0:
            self._asking = asyncio.create_task(self._ask(number, self._step()))
        if self._slots:
            await asyncio.sleep(max(self._slots[0] - now, GRAIN))
        elif self._away:
            await self._alone(self._step())
        elif self._asking is not None:
            await self._asking

    def hold(self, seconds: float) -> None:
        """From now on here; the others learn it as they reserve."""
        self._pause(self._clock() + seconds)

    def _pause(self, until: float) -> None:
        """Everybody pauses, or did: the rate comes back from the end of it on."""
        self._slowed_at = max(self._slowed_at, until)
        self._paused_until = max(self._paused_until, until)

    def _lose(self, before: float) -> None:
        while self._slots and self._slots[0] < before:
            self._slots.popleft()

    def _owes(self, now: float) -> bool:
        """Whether more has left in the last second, or is about to, than this process had slots for."""
        while self._left and self._left[0] <= now - 1.0:
            self._left.popleft()
        while self._used and self._used[0] <= now - 1.0 - FORGIVEN:
            self._used.popleft()
        return len(self._left) + self._leaving >= len(self._used)

    def _needed(self, now: float, wanted: int) -> int:
        """How many slots to ask for now: a block at most; fewer only where they are needed soon."""
        block = max(1, round(max(BLOCK, 2 * self._trip) / self._step()))
        number = min(wanted - len(self._slots), block)
        ends = self._slots[-1] if self._slots else now
        return number if ends - now < (AHEAD if number == block else BLOCK) + self._trip else 0

    def _step(self) -> float:
        """Seconds from slot to slot."""
        return interval(self._rate, self._clock() - self._slowed_at)

    async def _ask(self, number: int, step: float) -> None:
        """So many slots, from the row."""
        asked = self._clock()
        try:
            told = await self._reserve(number * step, self._trip)
        except Unavailable as error:
            self._go_away(str(error))
            return
        got = self._clock()
        # By as much the answer may be late the next time: a slot that is over by then would be nobody's.
        self._trip = min(got - asked, 1.0)
        offset = self._other.learn(asked, got, told.now)
        if told.held_until is not None:
            self._pause(told.held_until + offset)
        for chat_id, at in told.answered:
            self._answered(chat_id, at + offset, at)
        if self._away:
            self._away = False
            self._paused_until = max(self._paused_until, got + UNSURE)
        self._slots.extend(told.begins + offset + count * step for count in range(number))

    def _go_away(self, reason: str) -> None:
        if not self._away:
            log.warning("rate can't be shared", extra={"reason": reason})
        self._away = True
        self._away_until = self._clock() + ASKED_AGAIN

    async def _alone(self, step: float) -> None:
        """A slot without asking, so seldom that several who do so are no crowd."""
        self._alone_at = max(self._clock(), self._alone_at + step / ALONE)
        await asyncio.sleep(self._alone_at - self._clock())
        if self._away:
            self._slots.append(self._clock())
