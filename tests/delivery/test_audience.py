"""What a due reader is shown next, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from delivery.audience import Begun, Nothing, Show, Wait, audience_of, is_for, plan
from storage.posts import Audience
from tests.delivery.stories import EVERYONE, NOW, announcement, article, claimed, reader, story

NIGHT = {"quiet": (time(23), time(7)), "timezone": "Asia/Dhaka"}
ASLEEP = datetime(2025, 6, 23, 20, 0, tzinfo=UTC)  # 02:00 in Dhaka
MORNING = datetime(2025, 6, 24, 1, 0, tzinfo=UTC)  # 07:00 in Dhaka
SPORT = Audience(keys=frozenset({"category:khela", "place:IT"}))


def begun(last: int, **changes):
    """A reader to whom somebody had begun to send all up to `last`, and is no more."""
    return replace(claimed(**changes), begun=last)


def ids(posts) -> list[int]:
    return [post.id for post in posts]


def test_one_new_story_is_shown_and_the_cursor_moves_to_it():
    assert plan(claimed(), [story(5)], NOW) == Show((story(5),), cursor=5)


def test_several_new_stories_are_shown_together():
    shown = plan(claimed(), [story(5), story(6), story(9)], NOW)
    assert isinstance(shown, Show)
    assert (ids(shown.posts), shown.cursor, shown.more) == ([5, 6, 9], 9, False)


def test_what_is_behind_the_cursor_is_never_shown_again():
    assert plan(claimed(cursor=6), [story(5), story(6)], NOW) == Nothing(cursor=6)
    assert plan(claimed(cursor=5), [story(5), story(6)], NOW) == Show((story(6),), cursor=6)


def test_without_posts_the_cursor_stays():
    assert plan(claimed(cursor=4), [], NOW) == Nothing(cursor=4)


def test_what_others_follow_is_stepped_over():
    posts = [story(5, audience=SPORT), story(6), story(7, audience=SPORT)]
    assert plan(claimed(), posts, NOW) == Show((story(6),), cursor=7)
    assert plan(claimed("category:dhaka"), posts, NOW) == Nothing(cursor=7)


def test_a_story_reaches_who_follows_its_category_or_its_place():
    assert is_for(story(audience=SPORT), {"category:khela": 0})
    assert is_for(story(audience=SPORT), {"place:IT": 0})
    assert not is_for(story(audience=SPORT), {"place:SA": 0, "keyword:IT": 0})


def test_a_new_follower_gets_no_archive():
    posts = [story(5), story(6), story(7)]
    assert plan(claimed(since=6), posts, NOW) == Show((story(7),), cursor=7)
    assert plan(claimed(since=7), posts, NOW) == Nothing(cursor=7)


def test_what_is_for_everyone_reaches_who_follows_nothing():
    post = announcement(5)
    assert post.audience == EVERYONE
    assert plan(claimed("mute:x"), [post], NOW) == Show((post,), cursor=5)


def test_what_expired_before_it_could_be_shown_is_passed_over():
    old = story(5, expires_at=NOW)
    assert plan(claimed(), [old], NOW) == Nothing(cursor=5, passed=(old,))
    assert plan(claimed(), [old, story(6)], NOW) == Show((story(6),), cursor=6, passed=(old,))


def test_what_was_taken_back_is_passed_over():
    back = story(5, state="retracted")
    assert plan(claimed(), [back], NOW) == Nothing(cursor=5, passed=(back,))


@pytest.mark.parametrize("state", ["held", "scheduled"])
def test_what_is_not_out_yet_is_neither_shown_nor_passed(state: str):
    assert plan(claimed(), [story(5, state=state)], NOW) == Nothing(cursor=5)


def test_an_announcement_between_stories_comes_alone_and_in_its_place():
    posts = [story(1), story(2), announcement(3), story(4)]
    steps, cursor = [], 0
    for _ in range(3):
        shown = plan(claimed(cursor=cursor), posts, NOW)
        assert isinstance(shown, Show)
        steps.append((ids(shown.posts), shown.cursor, shown.more))
        cursor = shown.cursor
    assert steps == [([1, 2], 2, True), ([3], 3, True), ([4], 4, False)]


def test_more_than_ten_stories_come_in_several_messages_and_none_is_lost():
    posts = [story(number) for number in range(1, 24)]
    seen, cursor, sizes = [], 0, []
    while isinstance(shown := plan(claimed(cursor=cursor), posts, NOW), Show):
        seen += ids(shown.posts)
        sizes.append(len(shown.posts))
        cursor = shown.cursor
    assert seen == list(range(1, 24))
    assert sizes == [10, 10, 3]


def test_what_is_passed_is_recorded_once_though_the_rest_takes_two_messages():
    posts = [story(n, expires_at=NOW if n in {2, 14} else NOW + timedelta(1)) for n in range(1, 16)]
    first = plan(claimed(), posts, NOW)
    assert isinstance(first, Show)
    second = plan(claimed(cursor=first.cursor), posts, NOW)
    assert isinstance(second, Show)
    assert (ids(first.passed), ids(second.passed)) == ([2], [14])
    assert not second.more


def test_who_sleeps_waits_until_they_wake():
    assert plan(claimed(**NIGHT), [story(5, expires_at=MORNING)], ASLEEP) == Wait(until=MORNING)
    assert isinstance(plan(claimed(**NIGHT), [story(5)], MORNING), Show)


def test_who_sleeps_and_has_nothing_new_does_not_wait():
    assert plan(claimed(**NIGHT), [story(5, audience=SPORT)], ASLEEP) == Nothing(cursor=5)


def having(*had: int, **changes):
    """A reader who had these posts before older ones."""
    who = claimed(**changes)
    return replace(who, follows={**who.follows, **{f"had:{number}": number for number in had}})


def test_what_is_urgent_wakes_alone_and_the_rest_sleeps_on():
    posts = [story(5), story(6, urgency=1), story(7)]
    assert plan(claimed(**NIGHT), posts, ASLEEP) == Show((posts[1],), cursor=0, more=True)
    assert plan(having(6, **NIGHT), posts, ASLEEP) == Wait(until=MORNING)
    assert plan(having(6, **NIGHT), posts, MORNING) == Show((posts[0], posts[2]), cursor=7)


def test_what_is_urgent_and_first_needs_no_note_of_it():
    posts = [story(5, urgency=1), story(6, urgency=1), story(7)]
    assert plan(claimed(**NIGHT), posts, ASLEEP) == Show((posts[0], posts[1]), cursor=6, more=True)


def test_what_is_urgent_among_what_is_shown_anyway_comes_with_it():
    posts = [story(5), story(6, urgency=1), story(7)]
    assert plan(claimed(), posts, NOW) == Show(tuple(posts), cursor=7)


def test_an_urgent_announcement_goes_before_all_that_waits():
    posts = [announcement(5), story(6), announcement(7, urgency=1), announcement(8, urgency=1)]
    assert plan(claimed(), posts, NOW) == Show((posts[2],), cursor=0, more=True, urgency=1)
    assert plan(having(7), posts, NOW) == Show((posts[3],), cursor=0, more=True)
    assert plan(having(7, 8), posts, NOW) == Show((posts[0],), cursor=5, more=True)


def test_where_it_is_not_known_what_was_sent_last_all_goes_on_in_order_and_stays_unsure():
    """It may have been what is urgent: that must not be thought sent for the first time."""
    posts = [announcement(5), announcement(6, urgency=1), announcement(7)]
    first = plan(claimed(unsure=1), posts, NOW)
    assert first == Show((posts[0],), cursor=5, more=True, urgency=1, unsure=1, tried=5)
    assert plan(claimed(unsure=1, cursor=5), posts, NOW) == Show((posts[1],), cursor=6, more=True, tried=6)
    killed = replace(begun(5), unsure=1)
    assert plan(killed, posts, NOW) == Begun((posts[0],), cursor=5, urgency=1, unsure=1)


@pytest.mark.parametrize("over", [{"expires_at": NOW}, {"state": "retracted"}])
def test_it_stays_unknown_of_what_was_urgent_and_is_over_by_now(over):
    """It may have gone before the rest: it must not be said to have been passed over."""
    posts = [announcement(5), announcement(6, urgency=1, **over), announcement(7)]
    first = plan(claimed(unsure=1), posts, NOW)
    assert first == Show((posts[0],), cursor=6, passed=(posts[1],), more=True, tried=6)
    killed = plan(replace(begun(5), unsure=1), posts, NOW)
    assert killed == Begun((posts[0],), cursor=5, unsure=1)


def test_what_may_have_been_in_the_message_before_is_known_with_the_next_one():
    """A roundup of two was on its way, and the second is over by now; after it comes another message."""
    posts = [story(5), story(6, expires_at=NOW), announcement(7)]
    first = plan(claimed(unsure=1), posts, NOW)
    assert first == Show((posts[0],), cursor=6, passed=(posts[1],), more=True, tried=6)
    last = plan(claimed(unsure=1), posts[:2], NOW)
    assert last == Show((posts[0],), cursor=6, passed=(posts[1],), tried=6)
    assert plan(claimed(), posts[:2], NOW) == Show((posts[0],), cursor=6, passed=(posts[1],))


def test_what_leaves_only_once_waits_for_its_turn():
    """All up to it is written down as begun: nothing must be before it that is not."""
    posts = [announcement(5), announcement(6, urgency=1, hold=True), announcement(7)]
    first = plan(claimed(unsure=1), posts, NOW)
    assert first == Show((posts[0],), cursor=5, more=True, urgency=1, tried=5)
    night = plan(claimed(**NIGHT), [story(5), story(6, urgency=1, hold=True), story(7)], ASLEEP)
    assert isinstance(night, Show)
    assert (ids(night.posts), night.cursor, night.more) == ([5, 6], 6, True)
    merged = replace(claimed(), follows={**claimed().follows, "once:": 6})
    urgent = [announcement(5), announcement(6, urgency=1)]
    assert plan(merged, urgent, NOW) == Show((urgent[0],), cursor=5, more=True, urgency=1)


def test_what_is_urgent_for_others_wakes_nobody():
    posts = [story(5), story(6, urgency=1, audience=SPORT)]
    assert plan(claimed(**NIGHT), posts, ASLEEP) == Wait(until=MORNING)


def test_a_storys_audience_is_its_categories_and_places():
    keys = {"category:probash", "category:khela", "place:IT", "place:SA"}
    assert audience_of(article(categories=("probash", "khela"), places=("IT", "SA"))) == Audience(
        keys=frozenset(keys)
    )
    assert audience_of(article(categories=(), places=())) == Audience()


def test_a_digest_that_goes_out_late_holds_what_had_come_by_its_hour():
    """What came after it waits for the next one, so that nobody gets a digest and then push after push."""
    who = claimed(digest=(time(8), time(20)), timezone="Asia/Dhaka")
    late = datetime(2025, 6, 23, 5, 0, tzinfo=UTC)  # 11:00 in Dhaka
    before, after = story(5), story(6)
    before = replace(before, published_at=datetime(2025, 6, 23, 1, 30, tzinfo=UTC))
    after = replace(after, published_at=datetime(2025, 6, 23, 3, 0, tzinfo=UTC))
    assert plan(who, [before, after], late) == Show((before,), cursor=5, more=True)
    caught_up = claimed(digest=(time(8), time(20)), timezone="Asia/Dhaka", cursor=5)
    assert plan(caught_up, [before, after], late) == Wait(datetime(2025, 6, 23, 14, 0, tzinfo=UTC))


def test_a_digest_passes_over_nothing_that_was_numbered_before_it_was_stamped():
    """The next one holds both: a cursor beyond what came too late for this one would lose it."""
    who = claimed(digest=(time(10), time(20)), timezone="UTC")
    hour = NOW.replace(hour=10, minute=0)
    posts = [
        announcement(5, published_at=hour + timedelta(seconds=1)),
        story(6, published_at=hour - timedelta(seconds=1)),
    ]
    evening = hour.replace(hour=20)
    assert plan(who, posts, hour + timedelta(seconds=2)) == Wait(evening)
    assert plan(who, posts, evening) == Show((posts[0],), cursor=5, more=True)
    assert plan(replace(who, reader=reader(cursor=5, digest=who.reader.digest)), posts, evening) == Show(
        (posts[1],), cursor=6
    )


def test_an_urgent_announcement_behind_what_was_begun_keeps_its_urgency():
    posts = [story(5), story(6), announcement(7, urgency=1), story(8)]
    assert plan(begun(6), posts, NOW) == Begun((posts[0], posts[1]), cursor=6, urgency=1)


def test_what_waits_behind_an_urgent_announcement_is_not_urgent():
    posts = [announcement(5, urgency=1), story(6)]
    assert plan(claimed(), posts, NOW) == Show((posts[0],), cursor=5, more=True)
    assert plan(begun(5), posts, NOW) == Begun((posts[0],), cursor=5)


def test_what_is_urgent_and_over_hurries_nobody():
    posts = [story(5), announcement(6), story(7, urgency=1, expires_at=NOW)]
    shown = plan(claimed(), posts, NOW)
    assert isinstance(shown, Show)
    assert (shown.more, shown.urgency) == (True, 0)


def test_one_event_is_told_once_to_each_reader():
    """By the first paper whose post is for them; what is taken back or was never live counts for nothing."""
    first, second = story(5, story=5), story(8, story=5, audience=SPORT)
    both = ("category:probash", "category:khela")
    assert plan(claimed(*both), [first, second], NOW) == Show(
        (first,), cursor=8, passed=(replace(second, state="told"),)
    )
    assert plan(claimed(*both, cursor=5), [first, second], NOW) == Nothing(
        8, (replace(second, state="told"),)
    )
    assert plan(claimed("category:khela"), [first, second], NOW) == Show((second,), cursor=8)
    for state in ("retracted", "held"):
        other = replace(first, state=state)
        shown = plan(claimed(*both), [other, second], NOW)
        assert isinstance(shown, Show)
        assert shown.posts == (second,)


def test_what_somebody_had_begun_to_send_is_not_shown_and_nothing_after_it_is_passed():
    posts = [story(4, audience=SPORT), story(5), story(6), story(7)]
    assert plan(begun(6), posts, NOW) == Begun((posts[1], posts[2]), cursor=6)
    assert plan(begun(6, **NIGHT), posts, ASLEEP) == Begun((posts[1], posts[2]), cursor=6)


def test_what_was_begun_and_is_behind_the_cursor_keeps_nobody_from_what_comes():
    assert plan(begun(5, cursor=5), [story(5), story(6)], NOW) == Show((story(6),), cursor=6)


def test_of_what_was_begun_only_what_was_still_to_be_shown_may_have_arrived():
    """It may have expired since it left; what had been over for long, or was taken back, was not in it."""
    long_ago, just_now = NOW - timedelta(hours=1), NOW - timedelta(seconds=1)
    posts = [story(4, expires_at=long_ago), story(5, expires_at=just_now), story(6, state="retracted")]
    posts += [story(7, state="held"), story(8)]
    assert plan(begun(8), posts, NOW) == Begun((posts[1], posts[4]), cursor=8, passed=(posts[0], posts[2]))


@pytest.mark.parametrize("change", [{"expires_at": NOW - timedelta(hours=1)}, {"state": "retracted"}])
def test_the_last_post_that_was_begun_may_have_arrived_however_late_that_is_seen(change: dict[str, object]):
    posts = [story(5, **change), story(6, **change)]
    assert plan(begun(6), posts, NOW) == Begun((posts[1],), cursor=6, passed=(posts[0],))


def test_of_one_event_that_was_begun_only_the_first_papers_post_may_have_arrived():
    first, second = story(5, story=5), story(6, story=5)
    told = (replace(second, state="told"),)
    assert plan(begun(6), [first, second], NOW) == Begun((first,), cursor=6, passed=told)
