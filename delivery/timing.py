"""When a reader may be reached. Pure: the time is an argument."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from storage.readers import Reader

DAY: Final = timedelta(days=1)


def opens_at(reader: Reader, now: datetime) -> datetime:
    """The moment from which `reader` may be reached: `now` itself, or later (aware UTC).

    Of digests this is the next one; `digest_until` tells what the last one still has to bring. Urgency is not
    known here: what is urgent reaches a reader at once.
    """
    zone = _zone(reader)
    if reader.digest:
        return min(moment for moment in _digests(reader.digest, zone, now) if moment > now)
    if reader.quiet is not None:
        return _end_of_quiet(*reader.quiet, zone, now)
    return now


def digest_until(reader: Reader, now: datetime) -> datetime:
    """Posts published until then may be shown now: until the last digest hour, without digests until `now`.

    However late a digest reaches its reader, it holds what had come by its hour; the rest is the next one's.
    """
    if not reader.digest:
        return now
    return max(moment for moment in _digests(reader.digest, _zone(reader), now) if moment <= now)


def _zone(reader: Reader) -> ZoneInfo:
    """The reader's zone; one that the system no longer knows is read as UTC, rather than serving nobody."""
    try:
        return ZoneInfo(reader.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _digests(hours: tuple[time, ...], zone: ZoneInfo, now: datetime) -> list[datetime]:
    return [_moment(day, hour, zone) for day in _days_around(now, zone) for hour in hours]


def _end_of_quiet(start: time, end: time, zone: ZoneInfo, now: datetime) -> datetime:
    for day in _days_around(now, zone):
        begins = _moment(day, start, zone)
        ends = _moment(day if start < end else day + DAY, end, zone)
        if begins <= now < ends:
            return ends
    return now


def _days_around(now: datetime, zone: ZoneInfo) -> list[date]:
    today = now.astimezone(zone).date()
    return [today - DAY, today, today + DAY]


def _moment(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(ZoneInfo("UTC"))
