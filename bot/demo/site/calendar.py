"""Dates and ages as a Bengali paper prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

DHAKA: Final = ZoneInfo("Asia/Dhaka")
DIGITS: Final = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
MONTHS: Final = (
    *("জানুয়ারি", "ফেব্রুয়ারি", "মার্চ", "এপ্রিল", "মে", "জুন"),
    *("জুলাই", "আগস্ট", "সেপ্টেম্বর", "অক্টোবর", "নভেম্বর", "ডিসেম্বর"),
)
WEEKDAYS: Final = ("সোমবার", "মঙ্গলবার", "বুধবার", "বৃহস্পতিবার", "শুক্রবার", "শনিবার", "রোববার")
UNITS: Final = ((86_400, "দিন"), (3_600, "ঘণ্টা"), (60, "মিনিট"))


def digits(value: int | str) -> str:
    """Bengali digits for 0 to 9."""
    return str(value).translate(DIGITS)


def date(moment: datetime) -> str:
    """২৩ জুন ২০২৫, in Dhaka."""
    local = moment.astimezone(DHAKA)
    return digits(f"{local.day} {MONTHS[local.month - 1]} {local.year}")


def date_and_time(moment: datetime) -> str:
    """২৩ জুন ২০২৫, ১৪:০৫, in Dhaka."""
    return f"{date(moment)}, {digits(moment.astimezone(DHAKA).strftime('%H:%M'))}"


def weekday(moment: datetime) -> str:
    """সোমবার, in Dhaka."""
    return WEEKDAYS[moment.astimezone(DHAKA).weekday()]


def age(moment: datetime, now: datetime) -> str:
    """৪ দিন আগে; এইমাত্র under a minute."""
    seconds = int((now - moment).total_seconds())
    for length, name in UNITS:
        if seconds >= length:
            return f"{digits(seconds // length)} {name} আগে"
    return "এইমাত্র"
