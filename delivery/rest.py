"""When a sender rests: after Telegram or the database could not be reached; then it asks before it sends.

It counts and tells; it neither asks nor sends.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

REST: Final = timedelta(seconds=2)
"""No claiming for so long after Telegram or the database could not be reached."""
LONGEST_REST: Final = timedelta(seconds=30)
IN_A_ROW: Final = 3
"""Messages of unknown fate, none taken between them: it is Telegram that is away, not one chat's bad luck."""


class Rest:
    """What one sender's last answers say of the road."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Nothing speaks against sending yet. `clock` gives seconds, and nobody sets it."""
        self._clock = clock
        self._rest_until = clock()
        self._unsure = 0
        self.doubtful = False

    @property
    def resting(self) -> bool:
        """Whether it is too early to try again."""
        return self._clock() < self._rest_until

    @property
    def away(self) -> bool:
        """Whether one reader at a time is to be tried, until a message is taken again."""
        return self._unsure >= IN_A_ROW

    def taken(self) -> None:
        """A message has arrived."""
        self._unsure = 0

    def begin(self, reason: str, length: timedelta = REST) -> None:
        """Try nothing for a while."""
        if not self.resting:
            log.warning("resting", extra={"seconds": length.total_seconds(), "reason": reason})
        self._rest_until = max(self._rest_until, self._clock() + length.total_seconds())

    def doubt(self, reason: str) -> None:
        """Telegram may be away: ask before second tries are used up; in a row, rest longer and longer."""
        self.doubtful = True
        if self.resting:
            return
        self._unsure += 1
        if self.away:
            self.begin(reason, min(REST * (1 << min(self._unsure - IN_A_ROW, 8)), LONGEST_REST))
