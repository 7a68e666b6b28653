"""When a source is asked again, and whether it has been silent for unusually long. Pure.

    every ──> a twelfth of the time since its last story ──> what the site itself asks for ──> its own second
    (floor)   (up to `slowest`: by night, on quiet days)     (ttl, max-age: up to an hour)     within `every`

An interval under a minute belongs to somebody who watches: it is kept as written, not stretched, not moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

WATCHED: Final = timedelta(minutes=1)
"""From this interval on a source's polls are stretched and spread."""
QUIET_SHARE: Final = 12
"""Silent for two hours, asked after ten minutes: nobody waits long compared to the silence."""
STRETCH: Final = 3
"""How many times `every` an interval may grow where the source has no `slowest` of its own."""
LONGEST_WISH: Final = timedelta(hours=1)
"""A site's ttl or max-age counts for so much: news that is older is none."""
SLACK: Final = 0.1
"""Share of `every` by which a poll may begin late and still keep its second."""
LONGEST_BACK_OFF: Final = timedelta(hours=6)
BLOCKED_FIRST: Final = timedelta(hours=6)
BLOCKED_LONGEST: Final = timedelta(hours=24)

_ENOUGH_GAPS: Final = 5
_LONGEST_GAP: Final = timedelta(days=14)
_FORGOTTEN_BY_HALF: Final = timedelta(days=14)
_SHORTEST_SILENCE: Final = timedelta(hours=12)
"""A night is no silence."""
_TIMES_LONGEST: Final = 3
_DEAD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a source publishes: its newest story, and the longest of `gaps` gaps, old ones slowly forgotten."""

    newest_at: datetime | None = None
    longest_gap: timedelta = timedelta()
    gaps: int = 0

    def heard(self, moments: Iterable[datetime]) -> Rhythm:
        """The rhythm after stories of these moments, in any order; older ones than the newest say nothing."""
        ordered = sorted(moments)
        if self.newest_at is None:
            # The oldest of a first list may be a story pinned years ago: the gap after it is no rhythm.
            ordered = ordered[1:] if len(ordered) > 1 else ordered
        rhythm = self
        for moment in ordered:
            rhythm = rhythm._after(moment)
        return rhythm

    def since(self, now: datetime) -> Rhythm:
        """The rhythm of a source that has been listened to from `now` on, where it has told no moment yet."""
        return self if self.newest_at else replace(self, newest_at=now)

    def _after(self, moment: datetime) -> Rhythm:
        if self.newest_at is None:
            return replace(self, newest_at=moment)
        gap = moment - self.newest_at
        if gap <= timedelta():
            return self
        faded = self.longest_gap * 0.5 ** (gap / _FORGOTTEN_BY_HALF)
        return Rhythm(moment, max(min(gap, _LONGEST_GAP), faded), self.gaps + 1)

    def is_silent(self, now: datetime) -> bool:
        """Whether there has been nothing new for unusually long, measured by this source's own gaps."""
        if self.newest_at is None:
            return False
        silence = now - self.newest_at
        known = self.gaps >= _ENOUGH_GAPS
        usual = max(self.longest_gap * _TIMES_LONGEST, _SHORTEST_SILENCE) if known else _DEAD
        return silence > usual


def interval(
    every: timedelta, slowest: timedelta | None, rhythm: Rhythm, now: datetime, wish: timedelta
) -> timedelta:
    """The time between two polls of a source that answers: at least `every`."""
    return max(every, _stretched(every, slowest, rhythm, now), min(wish, LONGEST_WISH))


def _stretched(every: timedelta, slowest: timedelta | None, rhythm: Rhythm, now: datetime) -> timedelta:
    if rhythm.newest_at is None or (slowest is None and every < WATCHED):
        return every
    return min((now - rhythm.newest_at) / QUIET_SHARE, slowest or every * STRETCH)


def next_poll(began: datetime, wait: timedelta, every: timedelta, name: str) -> datetime:
    """The next moment of `name`'s own at least `wait` after a poll that began at `began`.

    Each source has its own second within `every`: a hundred are never asked at once. A poll that began a
    little late keeps it.
    """
    if every < WATCHED:
        return began + wait
    step = every.total_seconds()
    own = share(name) * step
    earliest = (began + wait).timestamp() - SLACK * step
    return datetime.fromtimestamp(own + ceil((earliest - own) / step) * step, UTC)


def share(name: str) -> float:
    """A number from 0 to 1 (never 1 itself) that is always the same for `name`, and another for each."""
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest()) / 2**48


def back_off(every: timedelta, failures: int) -> timedelta:
    """The wait after so many failures in a row: twice as long each time, six hours at most."""
    return _doubled(every, failures, LONGEST_BACK_OFF)


def blocked_for(every: timedelta, failures: int) -> timedelta:
    """The wait for a site that does not want us: hours, then a day."""
    return _doubled(max(every, BLOCKED_FIRST), failures, BLOCKED_LONGEST)


def _doubled(first: timedelta, times: int, most: timedelta) -> timedelta:
    return min(first * (1 << min(max(times, 1) - 1, 16)), max(first, most))
