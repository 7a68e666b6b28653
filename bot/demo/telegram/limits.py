"""How fast a bot may send, as Telegram holds it."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final

from bot.demo.telegram.errors import too_many

if TYPE_CHECKING:
    from collections.abc import Hashable

OVERALL: Final = 30
"""Messages in a second to all chats together (Bot FAQ, "broadcast")."""
PAID: Final = 1000
"""The same with `allow_paid_broadcast`."""
GROUP: Final = 20
"""Messages in a minute to one group or channel."""
BURST: Final = 4
"""What one chat takes at once before its one message a second counts; Telegram names no number."""
JITTER: Final = 0.05
"""A sender that keeps the second exactly is not refused for what the road adds, in seconds."""


@dataclass(slots=True)
class Window:
    """At most `most` in any `seconds`."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 when it fits now."""
        while self.taken and self.taken[0] <= now - self.seconds + JITTER:
            self.taken.popleft()
        return self.taken[0] + self.seconds - now if len(self.taken) >= self.most else 0.0


@dataclass(slots=True)
class Limits:
    """The send limits of one bot. A refusal stands until its `retry_after` is over; edits are not counted."""

    on: bool = True
    overall: Window = field(default_factory=lambda: Window(OVERALL, 1))
    paid: Window = field(default_factory=lambda: Window(PAID, 1))
    groups: dict[int, Window] = field(default_factory=lambda: defaultdict(lambda: Window(GROUP, 60)))
    full_at: dict[int, float] = field(default_factory=dict)
    until: dict[Hashable, float] = field(default_factory=dict)

    def admit(self, chat_id: int, now: float, *, group: bool, paid: bool) -> None:
        """Take the place of one message, or ApiError 429 with the seconds to wait."""
        if not self.on:
            return
        everyone = self.paid if paid else self.overall
        self._hold(("all", paid), everyone.wait(now), now)
        self._hold(chat_id, self._chat_wait(chat_id, now), now)
        if group:
            self._hold(chat_id, self.groups[chat_id].wait(now), now)
            self.groups[chat_id].taken.append(now)
        everyone.taken.append(now)
        self.full_at[chat_id] = max(self.full_at.get(chat_id, 0.0), now) + 1

    def _chat_wait(self, chat_id: int, now: float) -> float:
        ahead = self.full_at.get(chat_id, 0.0) - now
        return max(0.0, ahead - (BURST - 1) - JITTER)

    def _hold(self, whom: Hashable, wait: float, now: float) -> None:
        wait = max(wait, self.until.get(whom, 0.0) - now)
        if wait <= 0:
            self.until.pop(whom, None)
            return
        seconds = ceil(wait)
        self.until.setdefault(whom, now + seconds)
        raise too_many(seconds)
