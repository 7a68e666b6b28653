"""How often one chat may get a message: once a second, a group twenty times a minute, after a 429 later.

It knows times, not messages; which clock they are of is the caller's affair.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from storage import limits
from storage.slots import LEAVES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PER_CHAT: Final = limits.BETWEEN.total_seconds()
"""Seconds between two messages to one chat."""
PER_GROUP: Final = 20
GROUP_WINDOW: Final = 60.0
"""Messages to one group in so many seconds (Bot FAQ: not more than 20 messages a minute)."""
MARGIN: Final = 0.02
"""Seconds added to a chat's windows: a request takes a little longer or shorter on its way to Telegram."""
GROUP_MARGIN: Final = 0.1
"""The same for groups: a message to one is counted where all senders see it, and leaves after that."""
LOOKED_AT: Final = 2
"""Old chats that are forgotten, if they are idle, when a new one comes: so those that are not stay few."""


def group_free_at(times: Sequence[float], held_until: float) -> float:
    """When the next message may be sent to a group that got its last ones at `times`, the oldest first."""
    free = held_until
    if times:
        free = max(free, times[-1] + PER_CHAT + GROUP_MARGIN)
    if len(times) >= PER_GROUP:
        free = max(free, times[-PER_GROUP] + GROUP_WINDOW + GROUP_MARGIN)
    return free


@dataclass(slots=True)
class Chat:
    """The last messages to one chat; `door` lets one message at a time wait for its slot.

    `replies` counts those of `waiting` that answer a person, `slots` those held for messages to it. Until
    `answered_until` an answer is on its way, perhaps another's, or not a second old; of ours the database was
    told as `told_at`. They have been `let_go` of for the one that waits now: what had left unheard of it is
    known, or a second old.
    """

    id: int
    times: list[float] = field(default_factory=list)
    held_until: float = float("-inf")
    answered_until: float = float("-inf")
    told_at: float | None = None
    let_go: bool = False
    waiting: int = 0
    replies: int = 0
    slots: int = 0
    door: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_group(self) -> bool:
        """Chats with a negative id are groups or channels."""
        return self.id < 0

    def sent(self, now: float) -> None:
        """A message has its slot."""
        self.times.append(now)
        del self.times[: -(PER_GROUP if self.is_group else 1)]

    def forget(self, at: float) -> None:
        """Of that moment it has no message after all."""
        if at in self.times:
            self.times.remove(at)

    def hold(self, until: float) -> None:
        """It may get nothing before `until`."""
        self.held_until = max(self.held_until, until)

    def answered(self, at: float, told_at: float) -> None:
        """Somebody was about to answer at that moment: it may get nothing for a second, nor a broadcast.

        If that was told by ourselves, it is our own answer that is about to leave.
        """
        if told_at != self.told_at:
            self.hold(at + PER_CHAT + MARGIN)
        self.answered_until = max(self.answered_until, at + LEAVES + PER_CHAT + MARGIN)

    def kept_until(self, *, reply: bool = False) -> float:
        """Before when it gets nothing, whatever it has got; of replies of ours it is known when they left."""
        return self.held_until if reply else max(self.held_until, self.answered_until)

    def free_at(self, *, reply: bool = False) -> float:
        """When the next message may be sent to it, whatever the overall rate."""
        kept = self.kept_until(reply=reply)
        if self.is_group:
            return group_free_at(self.times, kept)
        return max(kept, self.times[-1] + PER_CHAT + MARGIN) if self.times else kept

    def is_idle(self, now: float) -> bool:
        """Whether forgetting it changes nothing."""
        window = GROUP_WINDOW + GROUP_MARGIN if self.is_group else PER_CHAT + MARGIN
        latest = self.times[-1] if self.times else float("-inf")
        return not (self.waiting or self.slots) and max(self.kept_until(), latest + window) <= now


class Chats:
    """The chats of the last minute. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """No chat has got anything yet."""
        self._clock = clock
        self._known: dict[int, Chat] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._known)

    def __getitem__(self, chat_id: int) -> Chat:
        """The chat of that id, from now on remembered."""
        if chat_id not in self._known:
            self._forget_idle()
            self._known[chat_id] = Chat(chat_id)
        return self._known[chat_id]

    def wait_for(self, chat_id: int) -> float:
        """Seconds until `chat_id` is free: of its own limits and of those who wait before; not below 0."""
        chat = self._known.get(chat_id)
        if chat is None:
            return 0.0
        return max(0.0, chat.free_at() - self._clock()) + chat.waiting * (PER_CHAT + MARGIN)

    def _forget_idle(self) -> None:
        """Of those that were looked at longest ago; a look through all would hold everything up."""
        now = self._clock()
        for number in list(islice(self._known, LOOKED_AT)):
            chat = self._known.pop(number)
            if not chat.is_idle(now):
                self._known[number] = chat
