"""The overall rate of a bot, where one process sends: slots evenly spaced, never too many in a second.

What counts is when a message really left: a busy event loop or a slow connection holds it up after its slot
was given. Until it has left, or has given its slot back, it counts in every second.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

SPACING: Final = 0.016
"""Seconds over one in which the rate's messages leave, evenly: 98.4 % of it, the rest is for the road."""
TIGHTEST: Final = 0.01
"""Seconds over one that hold no more than the rate's messages, even where late ones were made up for."""
MADE_UP: Final = 0.01
"""Seconds of slots that nobody was told of in time and that are given at once; what is older is lost."""
GRAIN: Final = 0.003
"""Seconds of the shortest sleep: uvloop's timers know whole milliseconds, and each wake-up costs."""
SLOWER: Final = 0.8
RECOVERY: Final = 60.0
"""After a general 429 the rate is 80 % and is whole again after so many seconds."""


class Rate(Protocol):
    """Slots for messages to anybody. One that was taken is used at once: `left`, or `given_back`."""

    lasts: float
    """Seconds after which a slot that was taken is no longer good for a message."""

    def take(self) -> bool:
        """Take the slot of this moment, if there is one."""

    async def wait(self, wanted: int) -> None:
        """Return when there may be a slot; `wanted` of them are waited for."""

    def left(self) -> float:
        """A message that had a slot leaves; when, by the clock."""

    def given_back(self) -> None:
        """A message that had a slot does not leave."""

    def pause_left(self) -> float:
        """Seconds until anything at all may be sent, as far as is known."""

    def hold(self, seconds: float) -> None:
        """Nothing for so long, and then the rate comes back from four fifths."""


def interval(rate: float, since_pause: float) -> float:
    """Seconds from one slot to the next, so long after the end of a general pause."""
    recovered = min(1.0, max(0.0, since_pause / RECOVERY))
    share = SLOWER + (1 - SLOWER) * recovered
    return 1.0 / ((int(rate) / (1.0 + SPACING) if rate >= 1 else rate) * share)


class Departures:
    """What both kinds of rate count: messages that leave, or may still, and a pause of everybody."""

    def __init__(self, clock: Callable[[], float], paused_until: float, most: int | None = None) -> None:
        """Of those that have left the last `most` are known, or all that nobody has forgotten."""
        self._clock = clock
        self._paused_until = paused_until
        self._left: deque[float] = deque(maxlen=most)
        self._leaving = 0

    def left(self) -> float:
        """Counted from now on for a second."""
        now = self._clock()
        self._leaving -= 1
        self._left.append(now)
        return now

    def given_back(self) -> None:
        """Counted no more."""
        self._leaving -= 1

    def pause_left(self) -> float:
        """Seconds, not below 0."""
        return max(0.0, self._paused_until - self._clock())


class OwnRate(Departures):
    """The rate where nobody else sends. `clock` gives monotonic seconds."""

    lasts = float("inf")  # what counts is when a message leaves

    def __init__(self, rate: float, clock: Callable[[], float], *, start_after: float = 0.0) -> None:
        """At most `rate` messages in any second; the first after `start_after` seconds."""
        self._rate = rate
        self._free_at = clock() + start_after
        self._most = max(1, int(rate))
        super().__init__(clock, self._free_at, self._most)
        self._slowed_at = float("-inf")

    def take(self) -> bool:
        """As `Rate` has it, and so the others."""
        now = self._clock()
        if self._next_slot(now) > now:
            return False
        self._leaving += 1
        step = interval(self._rate, now - self._slowed_at)
        self._free_at = max(self._free_at, now - max(2 * step, MADE_UP)) + step
        return True

    async def wait(self, wanted: int) -> None:  # noqa: ARG002  (whoever shares the rate needs to know)
        """Until the next slot."""
        now = self._clock()
        await asyncio.sleep(max(self._next_slot(now) - now, GRAIN))

    def hold(self, seconds: float) -> None:
        """From now on."""
        self._paused_until = self._slowed_at = max(self._paused_until, self._clock() + seconds)

    def _next_slot(self, now: float) -> float:
        """When the next message may leave: evenly spaced, and never more than the rate in a second."""
        free = max(self._free_at, self._paused_until)
        if (room := self._most - self._leaving) <= 0:
            return max(free, now + GRAIN)
        return max(free, self._left[-room] + 1.0 + TIGHTEST) if len(self._left) >= room else free
