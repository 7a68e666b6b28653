"""Time zones as people call them: by IANA name, by city, by a country that has but one. Pure."""

from __future__ import annotations

from functools import cache
from typing import Final
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from news.geography.places import code_of

CLOSE: Final = 75
"""rapidfuzz's ratio (0 to 100) from which a word passes for a slip of a zone's name."""
ZONES: Final = {
    "Asia/Dhaka": ("ঢাকা", "Dhaka", "BD"),
    "Asia/Riyadh": ("রিয়াদ", "Riyadh", "SA"),
    "Asia/Dubai": ("দুবাই", "Dubai", "AE"),
    "Asia/Qatar": ("দোহা", "Doha", "QA"),
    "Asia/Muscat": ("মাস্কাট", "Muscat", "OM"),
    "Asia/Kuwait": ("কুয়েত", "Kuwait", "KW"),
    "Asia/Kuala_Lumpur": ("কুয়ালালামপুর", "Kuala Lumpur", "MY"),
    "Asia/Singapore": ("সিঙ্গাপুর", "Singapore", "SG"),
    "Europe/Rome": ("রোম", "Rome", "IT"),
    "Europe/London": ("লন্ডন", "London", "GB"),
    "America/New_York": ("নিউইয়র্ক", "New York", ""),
    "America/Toronto": ("টরন্টো", "Toronto", ""),
    "Australia/Sydney": ("সিডনি", "Sydney", ""),
}
"""Where most Bangladeshis abroad live: Bengali, English, and the country that has this zone alone."""
_LEFT_OUT: Final = ("Etc/", "SystemV/", "posix/", "right/", "US/")


def zone(words: str) -> str:
    """The IANA name of the zone that `words` names in any case; empty where there is none."""
    return _spoken().get(_folded(words), "") or _of_country(words)


def nearest_zone(words: str) -> str:
    """The zone whose name looks most like `words`; empty where none really does."""
    near = process.extractOne(_folded(words), _spoken().keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
    return _spoken()[near[0]] if near else ""


def zone_name(zone: str, language: str) -> str:
    """A zone as its people call it, else its IANA name."""
    bengali, english, _ = ZONES.get(zone, (zone, zone, ""))
    return english if language == "en" else bengali


def _of_country(words: str) -> str:
    code = code_of(words)
    return next((name for name, (_, _, country) in ZONES.items() if country == code), "") if code else ""


def _folded(words: str) -> str:
    return "_".join(words.casefold().split())


@cache
def _spoken() -> dict[str, str]:
    """Every way to type a zone, with its IANA name: cities first, so that full names win."""
    names = sorted(name for name in available_timezones() if not name.startswith(_LEFT_OUT))
    cities = {_folded(name.rpartition("/")[2]): name for name in names}
    ours = {_folded(spoken): name for name, (*both, _) in ZONES.items() for spoken in both}
    return cities | ours | {_folded(name): name for name in names}
