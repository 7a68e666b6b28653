"""When a reader may be reached: quiet hours and digests in the reader's own time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.timing import digest_until, opens_at
from tests.delivery.stories import NOW, reader

HOURS = st.times().map(lambda hour: hour.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(
    ["Asia/Dhaka", "Asia/Riyadh", "Europe/Rome", "America/New_York", "Australia/Lord_Howe"]
)


def utc(day: int, hour: int, minute: int = 0, month: int = 6) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC)


def test_who_wants_everything_at_once_is_always_open():
    assert opens_at(reader(), NOW) == NOW


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (utc(23, 19, 59), utc(23, 19, 59)),  # 22:59 in Riyadh
        (utc(23, 20, 0), utc(24, 4)),
        (utc(23, 21, 30), utc(24, 4)),  # after midnight there
        (utc(24, 3, 59), utc(24, 4)),
        (utc(24, 4, 0), utc(24, 4)),
    ],
)
def test_quiet_hours_over_midnight_end_in_the_morning(now: datetime, opens: datetime):
    assert opens_at(reader(quiet=(time(23), time(7)), timezone="Asia/Riyadh"), now) == opens


def test_quiet_hours_within_a_day_end_on_that_day():
    napping = reader(quiet=(time(13), time(15)), timezone="Asia/Dhaka")
    assert opens_at(napping, utc(23, 8)) == utc(23, 9)
    assert opens_at(napping, utc(23, 20)) == utc(23, 20)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        (utc(23, 1, 59), utc(22, 14), utc(23, 2)),  # 07:59 in Dhaka
        (utc(23, 2, 0), utc(23, 2), utc(23, 14)),
        (utc(23, 9, 30), utc(23, 2), utc(23, 14)),
        (utc(23, 14, 30), utc(23, 14), utc(24, 2)),
    ],
)
def test_a_digest_holds_what_came_until_its_hour(now: datetime, last: datetime, following: datetime):
    """However late it reaches its reader; what came later waits for the next one."""
    twice_a_day = reader(digest=(time(8), time(20)), timezone="Asia/Dhaka")
    assert digest_until(twice_a_day, now) == last
    assert opens_at(twice_a_day, now) == following


def test_a_digest_hour_stands_above_quiet_hours():
    early = reader(digest=(time(6),), quiet=(time(23), time(7)), timezone="Asia/Dhaka")
    assert opens_at(early, utc(22, 23, 50)) == utc(23, 0)
    assert digest_until(early, utc(23, 0, 10)) == utc(23, 0)


@pytest.mark.parametrize(
    ("day", "month", "now", "opens"),
    [
        ("spring", 3, utc(30, 0, 0, 3), utc(30, 5, 0, 3)),  # 01:00 +1 until 07:00 +2
        ("autumn", 10, utc(25, 23, 0, 10), utc(26, 6, 0, 10)),  # 01:00 +2 until 07:00 +1
    ],
)
def test_a_night_on_which_the_clocks_change_ends_at_seven_all_the_same(
    day: str, month: int, now: datetime, opens: datetime
):
    assert (day, opens_at(reader(quiet=(time(23), time(7))), now), month) == (day, opens, month)


def test_an_hour_that_the_clocks_skip_is_the_one_after():
    asked = reader(digest=(time(2, 30),))
    assert opens_at(asked, utc(30, 0, 0, 3)) == utc(30, 1, 30, 3)


def test_an_hour_that_comes_twice_is_a_digest_once():
    asked = reader(digest=(time(2, 30),))
    assert digest_until(asked, utc(26, 1, 31, 10)) == utc(26, 0, 30, 10)
    assert opens_at(asked, utc(26, 0, 31, 10)) == utc(27, 1, 30, 10)


@given(HOURS, HOURS, ZONES, MOMENTS)
def test_after_quiet_hours_a_reader_is_open_within_a_day(start: time, end: time, zone: str, now: datetime):
    if start == end:
        return
    who = reader(quiet=(start, end), timezone=zone)
    opens = opens_at(who, now)
    assert now <= opens <= now + timedelta(hours=25)
    assert opens_at(who, opens) == opens


@given(st.lists(HOURS, min_size=1, max_size=4), ZONES, MOMENTS)
def test_digests_follow_each_other_within_a_day_and_none_is_stepped_over(hours, zone: str, now: datetime):
    who = reader(digest=tuple(hours), timezone=zone)
    opens = opens_at(who, now)
    assert digest_until(who, now) <= now < opens <= now + timedelta(hours=25)
    assert digest_until(who, opens) == opens
    assert digest_until(who, opens - timedelta(microseconds=1)) == digest_until(who, now)
