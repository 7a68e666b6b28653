"""Dates as Bengali papers print them, read to UTC and written back. A date without a zone is Asia/Dhaka.

text ─ fold ─ cut at প্রকাশ: and আপডেট: ─ in each piece: a date with its year, বঙ্গাব্দ, an age, a bare day
                                          └ the time of day beside it and its zone, else noon in Dhaka
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from news.language.folded import fold, pattern
from news.language.text import bengali_digits
from news.time import ages, bangabda, clock, gregorian

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DHAKA: Final = ZoneInfo("Asia/Dhaka")
NOON: Final = time(12)
SKEW: Final = timedelta(minutes=15)
"""How far ahead of ours a source's clock may run; a later date is an error, not news from tomorrow."""
EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
"""No Bengali paper was on the web before: 1970 and its like are missing dates."""
MONTHS: Final = tuple(unicodedata.normalize("NFC", names.split()[0]) for names in gregorian.MONTHS)

_UNIX: Final = re.compile(r"\s*(?:/date\()?(\d{10})(\d{3}|\d{6})?(?:\.\d+)?(?:\)/)?\s*")
_LABEL: Final = pattern(
    r"(?P<updated>(?:সর্বশেষ\s*|শেষ\s*|last\s*)?(?:আপডেট(?:েড)?|হালনাগাদ|সংশোধিত|সংশোধন|পরিমার্জন|পরিবর্তিত"
    r"|updated?|modified|edited)(?![ঀ-৿a-z]))"
    r"|(?P<published>প্রকাশ(?:িত|কাল|ের|না)?(?![ঀ-৿])|প্রকাশিতঃ?|পোস্ট(?:েড|ের)?(?![ঀ-৿])|আপলোড"
    r"|publish(?:ed)?|posted|post date|pubdate)"
)
_HINT: Final = pattern(r"\d|আগে|পূর্বে|ago|মাত্র|গত|আজ|এখনই|today|yesterday|just|পরশু|অদ্য|moment")
_FILLING: Final = pattern(
    r"[\s\W_]|(?:শনি|রবি|রোব|সোম|মঙ্গল|বুধ|বৃহস্পতি|বৃহস্পতিবার|বৃহঃ|শুক্র)(?:বার)?|(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*"
    r"|খ্রি(?:স্টাব্দ|ষ্টাব্দ|স্টাব্দে|ঃ)?|ইংরেজি|ইং|বাংলা(?:দেশ)?|বঙ্গাব্দ|হিজরি|সাল(?:ের)?|সময়|ঘটিকায়?|রোজ|আজ|তারিখ|মিনিট"
    r"|টায়|টা|at|on|t|ago|date|time"
)
_READ: Final = 2_000
"""Characters that are looked at: a date stands at the beginning of what it is given with."""
_NEAR: Final = 48
"""Characters between a date and the time of day that belongs to it."""
_ALONE: Final = 12
"""Letters, at most, beside আজ or গতকাল when it is a date and not prose."""


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
    """The date in `text`: one after প্রকাশ before others, one after আপডেট last; with its time of day.

    `start` and `end` are places in `text` if it is NFC.
    """
    plain = fold(text[:_READ])
    if match := _UNIX.fullmatch(plain):
        moment = datetime.fromtimestamp(int(match[1]), UTC)
        return Found(moment, 0, len(plain)) if sane(moment, now) else None
    if not _HINT.search(plain):
        return None
    for start, end in _pieces(plain):
        for read in (_printed, _bengali, _age, _yearless, _day):
            for found in read(plain, start, end, now):
                if sane(found.moment, now):
                    return Found(found.moment.astimezone(UTC), found.start, found.end)
    return None


def sane(moment: datetime, now: datetime) -> bool:
    """Whether a paper can have published something then."""
    return EARLIEST <= moment <= now + SKEW


def on_one_day(moments: Sequence[datetime]) -> datetime | None:
    """The first of `moments`, if all of them are on the same day in Dhaka."""
    return moments[0] if len({moment.astimezone(DHAKA).date() for moment in moments}) == 1 else None


def _pieces(plain: str) -> list[tuple[int, int]]:
    """Where the parts of `plain` that labels cut off begin and end: published, unlabelled, updated."""
    labels = list(_LABEL.finditer(plain))
    ends = [label.start() for label in labels[1:]] + [len(plain)]
    if not labels:
        return [(0, len(plain))]
    pieces = [
        (2 if label["updated"] else 0, label.end(), end) for label, end in zip(labels, ends, strict=True)
    ]
    pieces.append((1, 0, labels[0].start()))
    return [(start, end) for _, start, end in sorted(pieces, key=lambda piece: piece[0])]


def _printed(plain: str, start: int, end: int, now: datetime) -> Iterator[Found]:
    """Dates with a year, in their order."""
    shown = bangabda.hide(plain[:end])
    days = gregorian.dated(shown[start:])
    for number, found in enumerate(days):
        before = max((day.end + start for day in days[:number] if day.end <= found.start), default=start)
        after = min((day.start + start for day in days[number:] if day.start >= found.end), default=end)
        yield _at(found.day, shown, (before, found.start + start, found.end + start, after), now)


def _bengali(plain: str, start: int, end: int, now: datetime) -> Iterator[Found]:
    if found := bangabda.find(plain[start:end]):
        yield _at(found.day, plain, (start, found.start + start, found.end + start, end), now)


def _age(plain: str, start: int, end: int, now: datetime) -> Iterator[Found]:
    """`৪ দিন আগে`, `এইমাত্র`."""
    if found := ages.age(plain[start:end]):
        length, first, last = found
        yield Found(now - length, first + start, last + start)


def _yearless(plain: str, start: int, end: int, now: datetime) -> Iterator[Found]:
    """`২৩ জুন`."""
    shown = bangabda.hide(plain[:end])
    for found in gregorian.yearless(shown[start:], now.astimezone(DHAKA).date()):
        yield _at(found.day, shown, (start, found.start + start, found.end + start, end), now)


def _day(plain: str, start: int, end: int, now: datetime) -> Iterator[Found]:
    """`গতকাল রাত ৮টা`; in a sentence the word is no date."""
    today = now.astimezone(DHAKA).date()
    for back, first, last in ages.days(plain[start:end]):
        found = _at(today - timedelta(days=back), plain, (start, first + start, last + start, end), now)
        around = plain[start : found.start] + plain[found.end : end]
        if len(_FILLING.sub("", around)) <= _ALONE and len(around) < _NEAR:
            yield found


def _at(day: date, plain: str, places: tuple[int, int, int, int], now: datetime) -> Found:
    """`day` at the time of day printed beside it, else at noon in Dhaka: the same date nearly everywhere.

    `places`: where what is before the date begins, the date begins and ends, and what follows it ends.
    """
    start, end = places[1:3]
    beside = _beside(plain, places)
    moment = datetime.combine(day, beside.at if beside else NOON, (beside and beside.zone) or DHAKA)
    # A time later than now belongs to an edition's clock, not to this date: keep the day.
    if moment > now + SKEW and day <= now.astimezone(DHAKA).date():
        moment = datetime.combine(day, time(), DHAKA)
    return Found(moment, start, max(end, beside.end) if beside and beside.start >= start else end)


def _beside(plain: str, places: tuple[int, int, int, int]) -> clock.Clock | None:
    """The time of day that belongs to a date: with nothing between, and rather after it."""
    begin, start, end, limit = places
    near = _NEAR + 2 * plain.count("  ", end, limit)  # dates of other calendars are blanks now
    after = clock.first(plain, start, end) or clock.first(plain, end, min(limit, end + near))
    before = clock.last(plain, max(begin, start - _NEAR), start)
    near_after = after is not None and _close(plain[end : after.start])
    near_before = before is not None and _close(plain[before.end : start])
    # 10:30, 23 June 2025 | 11:15, 24 June 2025: where another date follows the time, times come first.
    if (
        near_before
        and after
        and (not near_after or (limit < len(plain) and _close(plain[after.end : limit])))
    ):
        return before
    return (after if near_after else None) or (before if near_before else None) or after or before


def _close(gap: str) -> bool:
    return not _FILLING.sub("", gap)


def bengali_date(moment: datetime, zone: tzinfo) -> str:
    """`২৩ জুন ২০২৫`, the day in `zone`."""
    local = moment.astimezone(zone)
    return f"{bengali_digits(local.day)} {MONTHS[local.month - 1]} {bengali_digits(local.year)}"


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
