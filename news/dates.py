"""Dates as Bengali papers print them, read to UTC and written back. A date without a zone is Asia/Dhaka."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from news import bangabda
from news.text import bengali_digits, latin_digits

DHAKA: Final = ZoneInfo("Asia/Dhaka")
NOON: Final = time(12)
SKEW: Final = timedelta(minutes=15)
"""How far ahead of ours a source's clock may run; a later date is an error, not news from tomorrow."""
EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
"""No Bengali paper was on the web before: 1970 and its like are missing dates."""

MONTHS: Final = (
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর".split()  # noqa: SIM905 - readable as a line
)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_NAMES: Final = {
    _nfc(name): number
    for number, names in enumerate(
        (
            "জানুয়ারি জানুয়ারী জানু january jan",
            "ফেব্রুয়ারি ফেব্রুয়ারী ফেব্রু february feb",
            "মার্চ march mar",
            "এপ্রিল april apr",
            "মে may",
            "জুন june jun",
            "জুলাই july jul",
            "আগস্ট আগষ্ট অগস্ট অগাস্ট august aug",
            "সেপ্টেম্বর সেপ্টেম্বার september sept sep",
            "অক্টোবর october oct",
            "নভেম্বর november nov",
            "ডিসেম্বর december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH: Final = "(?P<month>" + "|".join(sorted(_NAMES, key=len, reverse=True)) + r")\.?(?![ঀ-৿a-z])"
_DAY: Final = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|লা|রা|ঠা|ই|শে)?"
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_DAY}[\s,/.-]*{_MONTH}[\s,/.'’-]*{_YEAR}",
        rf"{_MONTH}\s*{_DAY}\s*[,\s]\s*{_YEAR}",
        r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>(?:19|20)\d\d)(?!\d)",
    )
)
_NO_YEAR: Final = r"(?!\W{0,3}\d{3})"
_YEARLESS: Final = tuple(
    re.compile(p + _NO_YEAR) for p in (rf"{_DAY}\s*{_MONTH}", rf"{_MONTH}\s*{_DAY}(?!\d)")
)
_ISO: Final = re.compile(
    r"(?<!\d)(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?"
    r"\s*(z|utc|gmt|[+-]\d\d(?::?\d\d)?)?(?![\d:])"
)
_RFC: Final = re.compile(
    r"(?:[a-z]{3},\s*)?\d{1,2}[ -][a-z]{3}[ -]\d{2,4}\s+\d\d?:\d\d(?::\d\d)?"
    r"\s*(?P<zone>[+-]\d{4}|[a-z]+)?"
)
_HALF: Final = r"[ap]\.?m\b|এ\.?\s?এম|পি\.?\s?এম"
_TIMES: Final = tuple(
    re.compile(_nfc(pattern))
    for pattern in (
        rf"(?<!\d)(?P<hour>\d{{1,2}})[:.](?P<minute>\d\d)(?:[:.]\d\d)?\s*(?P<half>{_HALF}|পূর্বাহ্[ণন]|অপরাহ্[ণন])",
        r"(?P<half>ভোর|সকাল|দুপুর|বিকাল|বিকেল|সন্ধ্যা|রাত)\s*(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?!\d)",
        r"(?<!\d)(?P<hour>\d\d):?(?P<minute>\d\d)\s*(?:ঘণ্টা|ঘন্টা|hours|hrs)",
        r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?!\d)",
        rf"(?<!\d)(?P<hour>\d{{1,2}})\s*(?P<half>{_HALF})",
    )
)
_NUMBERS: Final = {
    word: number
    for number, words in enumerate("এক দুই তিন চার পাঁচ ছয় সাত আট নয় দশ এগারো বারো".split(), 1)  # noqa: SIM905 - readable as a line
    for word in {_nfc(words)}
} | {"দু": 2, "an": 1, "a": 1, "one": 1}
_UNITS: Final = {
    "সেকেন্ড": timedelta(seconds=1),
    "মিনিট": timedelta(minutes=1),
    "ঘণ্টা": timedelta(hours=1),
    "ঘন্টা": timedelta(hours=1),
    "দিন": timedelta(days=1),
    "সপ্তাহ": timedelta(weeks=1),
    "মাস": timedelta(days=30),
    "বছর": timedelta(days=365),
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_AGE: Final = re.compile(
    rf"(?<![\dঀ-৿a-z])(?P<number>\d{{1,3}}|{'|'.join(_NUMBERS)})\s*(?:টি\s*)?(?P<unit>{'|'.join(_UNITS)})s?\s*(?:আগে|পূর্বে|ago)"
)
_NOW: Final = re.compile(_nfc(r"এইমাত্র|এই মাত্র|এখনই|just now"))
_RELATIVE_DAYS: Final = {"গত পরশু": 2, "গতপরশু": 2, "গতকাল": 1, "yesterday": 1, "আজ": 0, "today": 0}
_LABEL: Final = re.compile(r"(?:প্রকাশ(?:িত|কাল)?|published|posted)[^\d]{0,20}")


@dataclass(frozen=True, slots=True)
class Found:
    """A moment read out of a text, and where in the text its date stood."""

    moment: datetime
    start: int
    end: int


def parse(text: str, now: datetime) -> datetime | None:
    """The moment `text` names, in UTC; None if it names none, or one in the future or before the web."""
    found = find(text, now)
    return found.moment if found else None


def find(text: str, now: datetime) -> Found | None:
    """The first date in `text`, one after প্রকাশ before all others, with its time of day if there is one."""
    plain = latin_digits(_nfc(text)).lower()
    label = _LABEL.search(plain)
    for start in (label.end() if label else 0, 0):
        found = _find(plain[start:], now)
        if found and sane(found.moment, now):
            return Found(found.moment.astimezone(UTC), found.start + start, found.end + start)
    return None


def sane(moment: datetime, now: datetime) -> bool:
    """Whether a paper can have published something then."""
    return EARLIEST <= moment <= now + SKEW


def _find(plain: str, now: datetime) -> Found | None:
    return _machine(plain) or _printed(plain, now) or _age(plain, now) or _yearless(plain, now)


def _machine(plain: str) -> Found | None:
    """ISO 8601 and the dates of mail and feeds."""
    if match := _ISO.search(plain):
        zone = (match[3] or "").replace("utc", "z").replace("gmt", "z")
        return _moment(lambda: datetime.fromisoformat(f"{match[1]}T{match[2]}{_offset(zone)}"), match)
    if match := _RFC.search(plain):
        # BDT and BST are Bangladesh's own; the standard library takes them for -0000.
        zone = match["zone"] or ""
        zone = "+0600" if zone in {"", "bdt", "bst", "bd"} else zone
        end = match.start("zone") if match["zone"] else match.end()
        return _moment(lambda: parsedate_to_datetime(f"{plain[match.start() : end]} {zone}"), match)
    return None


def _offset(zone: str) -> str:
    return zone.upper() if len(zone) != len("+06") else zone + ":00"


def _moment(read: object, match: re.Match[str]) -> Found | None:
    """What `read` gives, in Dhaka if it has no zone; None where it is no date."""
    try:
        moment: datetime = read()  # type: ignore[operator]
        aware = moment if moment.tzinfo else moment.replace(tzinfo=DHAKA)
        return Found(aware.astimezone(UTC), match.start(), match.end())
    except (ValueError, OverflowError, TypeError):
        return None


def _printed(plain: str, now: datetime) -> Found | None:
    """A date with a year, Gregorian before বঙ্গাব্দ."""
    for pattern in _DATES:
        for match in pattern.finditer(plain):
            if day := _date(match["year"], match["month"], match["day"]):
                return _at(day, plain, match.start(), match.end(), now)
    if bengali := bangabda.find(plain):
        return _at(bengali[0], plain, bengali[1], bengali[2], now)
    return None


def _yearless(plain: str, now: datetime) -> Found | None:
    """`২৩ জুন` is the latest one that has been."""
    today = now.astimezone(DHAKA).date()
    for pattern in _YEARLESS:
        if match := pattern.search(plain):
            days = (_date(str(year), match["month"], match["day"]) for year in (today.year, today.year - 1))
            past = next((day for day in days if day and day <= today), None)
            return _at(past, plain, match.start(), match.end(), now) if past else None
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month) if month.isdecimal() else _NAMES[month], int(day))
    except ValueError:
        return None


def _at(day: date, plain: str, start: int, end: int, now: datetime) -> Found:
    """`day` at the time of day printed beside it, else at noon in Dhaka: the same date nearly everywhere."""
    before, after = plain[max(0, start - 40) : start], plain[end : end + 40]
    clock, length = _clock(after)
    if clock is None:
        clock, length = _clock(before)[0], 0
    moment = datetime.combine(day, clock or NOON, DHAKA)
    # A time later than now belongs to an edition's clock, not to this date: keep the day.
    if moment > now + SKEW and day <= now.astimezone(DHAKA).date():
        moment = datetime.combine(day, time(), DHAKA)
    return Found(moment, start, end + length)


def _clock(text: str) -> tuple[time | None, int]:
    """The first time of day in `text`, and where it ends."""
    for pattern in _TIMES:
        if match := pattern.search(text):
            groups = match.groupdict()
            hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
            hour = _hour(hour, groups.get("half") or "")
            if hour < 24 and minute < 60:
                return time(hour, minute), match.end()
    return None, 0


def _hour(hour: int, half: str) -> int:
    """`hour` on the 24-hour clock; `half` is am or pm or a part of the day (রাত ৮টা is 20, রাত ২টা is 2)."""
    if hour > 12 or not half:
        return hour
    if half in {"ভোর", "সকাল"} or half.startswith(("a", "এ", "পূ")):
        return hour % 12
    if half == "রাত":
        return hour % 12 + (12 if 6 <= hour < 12 else 0)
    return hour if half == "দুপুর" and hour in {11, 12} else hour % 12 + 12


def _age(plain: str, now: datetime) -> Found | None:
    """`৪ দিন আগে`, `এক ঘণ্টা আগে`, `এইমাত্র`, `গতকাল রাত ৮টা`."""
    if match := _AGE.search(plain):
        number = match["number"]
        count = int(number) if number.isdecimal() else _NUMBERS[number]
        return Found(now - count * _UNITS[match["unit"]], match.start(), match.end())
    if match := _NOW.search(plain):
        return Found(now, match.start(), match.end())
    for word, days in _RELATIVE_DAYS.items():
        if match := re.search(rf"(?<![ঀ-৿]){word}(?![ঀ-৿])", plain):
            day = now.astimezone(DHAKA).date() - timedelta(days=days)
            return _at(day, plain, match.start(), match.end(), now)
    return None


def bengali_date(moment: datetime, zone: tzinfo) -> str:
    """`২৩ জুন ২০২৫`, the day in `zone`."""
    local = moment.astimezone(zone)
    return f"{bengali_digits(local.day)} {_nfc(MONTHS[local.month - 1])} {bengali_digits(local.year)}"


def bengali_age(moment: datetime, now: datetime) -> str:
    """`৪ দিন আগে`: minutes, hours, then days up to a month, as the papers count."""
    seconds = max(0, int((now - moment).total_seconds()))
    for length, unit in (
        (31_536_000, "বছর"),
        (2_592_000, "মাস"),
        (86_400, "দিন"),
        (3600, "ঘণ্টা"),
        (60, "মিনিট"),
    ):
        if seconds >= length:
            return f"{bengali_digits(seconds // length)} {unit} আগে"
    return "এইমাত্র"


def digits(number: int) -> str:
    """`number` in Bengali digits."""
    return bengali_digits(number)
