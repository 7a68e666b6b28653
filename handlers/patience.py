"""How much one person may ask for in a minute, so that nobody else waits for them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

LIMIT: Final = 40
"""Commands and presses of one person within `WINDOW`; trying every category and setting makes thirty."""
WINDOW: Final = timedelta(minutes=1)


class Verdict(Enum):
    """What to do with one more request."""

    SERVE = "serve"
    ASK_TO_WAIT = "ask to wait"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Visits:
    """When one person was served of late, and whether they have been asked to wait since."""

    times: tuple[datetime, ...] = ()
    asked: bool = False

    def next(self, now: datetime, limit: int = LIMIT) -> tuple[Visits, Verdict]:
        """What one more request at `now` leads to: served, asked once to wait, then met with silence."""
        recent = tuple(time for time in self.times if now - time < WINDOW)
        if len(recent) < limit:
            return Visits((*recent, now)), Verdict.SERVE
        return Visits(recent, asked=True), Verdict.IGNORE if self.asked else Verdict.ASK_TO_WAIT

    def over(self, now: datetime) -> bool:
        """Whether nothing here is worth remembering any more."""
        return not self.times or now - self.times[-1] >= WINDOW


class Doorkeeper:
    """The visits of everybody within the last minute; it forgets, so its size follows the traffic."""

    def __init__(self, limit: int = LIMIT, most: int = 10_000) -> None:
        self._limit = limit
        self._most = most
        self._visits: dict[int, Visits] = {}

    def admit(self, person: int, now: datetime) -> Verdict:
        """Count one request of `person` and say what to do with it."""
        if len(self._visits) >= self._most:
            self._visits = {who: visits for who, visits in self._visits.items() if not visits.over(now)}
        self._visits[person], verdict = self._visits.get(person, Visits()).next(now, self._limit)
        return verdict
