from __future__ import annotations

from datetime import timedelta

import pytest

from delivery.marking import AHEAD, Marking
from storage import announcements, due, posts
from storage.marking import SLICE
from tests.storage.crowd import MANY, fill

HOUR = timedelta(hours=1)
EVERYONE = posts.Audience(everyone=True)


@pytest.fixture
async def post_id(db, now) -> int:
    """A post for twenty thousand readers, a quarter of whom are due already for the one before."""
    await fill(db, now)
    for number in (1, 2):
        told = posts.Announcement(900, number, 900)
        newest = await announcements.publish(db, told, EVERYONE, now=now, expires_at=now + HOUR)
    return newest


async def test_readers_are_marked_just_ahead_of_the_senders(db, now, post_id):
    """As many as are needed soon; more when those are claimed, and in the end everybody."""
    marking = Marking(db, lambda: now, lambda: None)
    await marking.catch_up()
    assert not (await posts.post(db, post_id)).marked
    served = 0
    while claimed := await due.claim(db, "here/1/a", now=now, lease=HOUR, limit=1_000):
        served += len(claimed)
        await marking.catch_up()
        waiting, _, _ = await due.due_counts(db, now)
        assert waiting < AHEAD + SLICE
        assert waiting >= AHEAD or (await posts.post(db, post_id)).marked
    held_all_along = MANY // 200
    assert served == MANY - held_all_along
    assert (await posts.post(db, post_id)).readers == MANY
