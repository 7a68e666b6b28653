"""Chats that Telegram did not find: one that it does not find again soon is gone."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

WITHIN: Final = 3600.0
"""Seconds: a chat that is not found twice within them is gone."""
REMEMBERED: Final = 100_000
"""Chats held in memory."""


class Missed:
    """When chats were not found. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """None so far."""
        self._clock = clock
        self._at: OrderedDict[int, float] = OrderedDict()

    def again(self, chat_id: int) -> bool:
        """Whether the chat, which was not found just now, was missed before within the time."""
        before = self._at.pop(chat_id, None)
        if before is not None and self._clock() - before < WITHIN:
            return True
        self._at[chat_id] = self._clock()
        if len(self._at) > REMEMBERED:
            self._at.popitem(last=False)
        return False
