"""Numbers, durations, ages and times of day as a person would say them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from news.language.text import bengali_digits

if TYPE_CHECKING:
    from datetime import time, timedelta

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_UNITS: Final = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))
_GROUP: Final = 3
_PARTS_OF_DAY: Final = (
    (4, "রাত"),
    (6, "ভোর"),
    (12, "সকাল"),
    (15, "দুপুর"),
    (18, "বিকেল"),
    (20, "সন্ধ্যা"),
    (24, "রাত"),
)
"""The hour each part of the day ends before, and its name."""


def count(number: int, language: str) -> str:
    """`number` grouped as its readers group it: ১২,৩৪,৫৬৭ in Bengali, 1,234,567 in English."""
    if language == "en":
        return f"{number:,}"
    digits = str(abs(number))
    head, tail = digits[:-_GROUP], digits[-_GROUP:]
    groups = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)][::-1]
    return ("-" if number < 0 else "") + bengali_digits(",".join([*groups, tail]))


def duration(seconds: float, language: str) -> str:
    """About how long: `৪২ সেকেন্ড`, `১২ মিনিট`, `২ ঘণ্টা ৫ মিনিট`, `৩ দিন`."""
    whole = max(round(seconds), 1)
    if whole < MINUTE:
        return _unit(whole, "second", language)
    if whole < HOUR:
        return _unit(round(whole / MINUTE), "minute", language)
    if whole < DAY:
        return _hours(*divmod(whole // MINUTE, 60), language)
    return _unit(whole // DAY, "day", language)


def ago(age: timedelta, language: str) -> str:
    """How long ago, to the largest unit: `এইমাত্র`, `৫ মিনিট আগে`, `৩ দিন আগে`."""
    seconds = age.total_seconds()
    if seconds < MINUTE:
        return "just now" if language == "en" else "এইমাত্র"
    size, unit = next(
        (size, unit) for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")) if seconds >= size
    )
    return f"{_unit(int(seconds // size), unit, language)} {'ago' if language == 'en' else 'আগে'}"


def clock(moment: time, language: str) -> str:
    """A time of day: `সকাল ৮টা`, `রাত ১১টা ৩০ মিনিট`; `08:00` in English."""
    if language == "en":
        return moment.strftime("%H:%M")
    part = next(name for end, name in _PARTS_OF_DAY if moment.hour < end)
    hour = f"{part} {bengali_digits(moment.hour % 12 or 12)}টা"
    return f"{hour} {bengali_digits(moment.minute)} মিনিট" if moment.minute else hour


def at(moment: time, language: str) -> str:
    """When something happens: `সকাল ৮টায়`, `রাত ১১টা ৩০ মিনিটে`; `08:00` in English."""
    said = clock(moment, language)
    return said if language == "en" else f"{said}{'ে' if moment.minute else 'য়'}"


_BENGALI_UNITS: Final = {"second": "সেকেন্ড", "minute": "মিনিট", "hour": "ঘণ্টা", "day": "দিন"}


def _unit(number: int, unit: str, language: str) -> str:
    if language == "en":
        return f"{number} {unit}" + ("" if number == 1 else "s")
    return f"{count(number, language)} {_BENGALI_UNITS[unit]}"


def _hours(hours: int, minutes: int, language: str) -> str:
    shown = _unit(hours, "hour", language)
    return f"{shown} {_unit(minutes, 'minute', language)}" if minutes else shown
