"""A source is asked as often as it deserves, and its silence is measured by its own habits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.finding.rhythm import (
    LONGEST_WISH,
    STRETCH,
    WATCHED,
    Rhythm,
    back_off,
    blocked_for,
    interval,
    next_poll,
    share,
)

NOW = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()

moments = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - aware by timezones
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=30))


def hourly(count: int, until: datetime = NOW) -> Rhythm:
    return Rhythm().heard(until - n * HOUR for n in range(count))


def test_a_busy_source_is_asked_every_time():
    assert interval(10 * MINUTE, None, Rhythm(NOW - 30 * MINUTE), NOW, NOTHING) == 10 * MINUTE


def test_a_quiet_one_is_asked_less_often_and_never_less_than_its_slowest():
    quiet = Rhythm(NOW - 4 * HOUR)
    assert interval(10 * MINUTE, None, quiet, NOW, NOTHING) == 20 * MINUTE
    assert interval(10 * MINUTE, None, Rhythm(NOW - DAY), NOW, NOTHING) == STRETCH * 10 * MINUTE
    assert interval(10 * MINUTE, HOUR, Rhythm(NOW - DAY), NOW, NOTHING) == HOUR


def test_what_the_site_asks_for_is_obeyed_up_to_an_hour():
    assert interval(10 * MINUTE, None, Rhythm(), NOW, 25 * MINUTE) == 25 * MINUTE
    assert interval(10 * MINUTE, None, Rhythm(), NOW, DAY) == LONGEST_WISH


def test_an_interval_of_seconds_is_kept_as_written():
    every = timedelta(seconds=2)
    assert interval(every, None, Rhythm(NOW - DAY), NOW, NOTHING) == every
    assert next_poll(NOW, every, every, "https://a.example/") == NOW + every


@given(lengths, st.none() | lengths, st.none() | moments, moments, lengths)
def test_no_interval_is_shorter_than_the_source_wants(every, slowest, newest, now, wish):
    found = interval(every, slowest, Rhythm(newest), now, wish)
    assert every <= found <= max(every * STRETCH, slowest or every, LONGEST_WISH)


@given(moments, st.timedeltas(WATCHED, DAY), st.integers(1, 5), st.text(min_size=1))
def test_each_source_keeps_its_own_second(began, every, times, name):
    first = next_poll(began, every * times, every, name)
    late = next_poll(first + every * 0.05, every, every, name)
    assert every * (times - 0.11) <= first - began <= every * (times + 1)
    assert abs((late - first) - every) < timedelta(milliseconds=1)


def test_two_hundred_sources_are_spread_over_the_interval():
    sevenths = {int(share(f"https://paper{n}.example/feed") * 7) for n in range(200)}
    assert sevenths == set(range(7))


def test_failures_are_waited_out_twice_as_long_each_time_a_closed_door_for_hours():
    assert [back_off(5 * MINUTE, n) for n in (1, 2, 3)] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE]
    assert (back_off(5 * MINUTE, 99), back_off(DAY, 99)) == (6 * HOUR, DAY)
    assert [blocked_for(5 * MINUTE, n) for n in (1, 2, 3, 50)] == [6 * HOUR, 12 * HOUR, DAY, DAY]


@pytest.mark.parametrize(
    ("silence", "silent"), [(9 * HOUR, False), (11 * HOUR, False), (13 * HOUR, True), (3 * DAY, True)]
)
def test_a_source_of_every_hour_is_silent_after_a_night_and_more(silence, silent):
    assert hourly(20).is_silent(NOW + silence) is silent


def test_a_weekly_source_may_be_silent_for_a_week():
    weekly = Rhythm().heard(NOW - n * 7 * DAY for n in range(8))
    assert not weekly.is_silent(NOW + 8 * DAY)
    assert weekly.is_silent(NOW + 43 * DAY)


def test_a_source_hardly_known_is_silent_only_when_it_must_be_dead():
    assert not Rhythm(NOW).is_silent(NOW + 20 * DAY)
    assert Rhythm(NOW).is_silent(NOW + 31 * DAY)
    assert not Rhythm().is_silent(NOW)


def test_a_source_without_dates_is_silent_from_when_we_began_to_listen():
    begun = Rhythm().heard([]).since(NOW)
    assert begun.since(NOW + HOUR) == begun
    assert not begun.is_silent(NOW + 30 * DAY)
    assert begun.is_silent(NOW + 31 * DAY)


def test_a_story_pinned_for_years_is_no_rhythm():
    pinned = Rhythm().heard([NOW - 900 * DAY, *(NOW - n * HOUR for n in range(9))])
    assert (pinned.longest_gap, pinned.is_silent(NOW + DAY)) == (HOUR, True)


@given(st.lists(moments), st.lists(moments))
def test_hearing_in_any_order_never_goes_back(first, second):
    one = Rhythm().heard(first)
    both = one.heard(second)
    assert both.newest_at == max([*first, *second], default=None)
    assert both.gaps >= one.gaps
    assert both.longest_gap >= timedelta()
