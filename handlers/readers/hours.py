"""Times and quiet hours as people type them. Pure."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from news.language.text import latin_digits

MOST_DIGESTS: Final = 6
"""Digests a day; whoever wants more wants each story at once."""
OFF: Final = frozenset({"off", "বন্ধ", "0", "no", "none"})
_TIME: Final = re.compile(r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?")
_BETWEEN: Final = re.compile(r"[\s,;]+")
_DASH: Final = re.compile(r"\s*[-–—]\s*")


def off(words: str) -> bool:
    """Whether `words` switches something off."""
    return words.casefold() in OFF


def digest(words: str) -> tuple[time, ...]:
    """The times of day in `08:00 20:00`, in order, each once; none if one is wrong or they are too many."""
    times = [_time(word) for word in _BETWEEN.split(words) if word]
    chosen = sorted({moment for moment in times if moment is not None})
    return tuple(chosen) if None not in times and len(chosen) <= MOST_DIGESTS else ()


def quiet(words: str) -> tuple[time, time] | None:
    """The two times of `23:00-07:00`; None where it is not two different times."""
    parts = _DASH.split(words)
    times = [_time(part) for part in parts]
    if len(times) != 2 or times[0] is None or times[1] is None or times[0] == times[1]:
        return None
    return times[0], times[1]


def _time(word: str) -> time | None:
    found = _TIME.fullmatch(latin_digits(word))
    return time(int(found["hour"]), int(found["minute"] or 0)) if found else None
