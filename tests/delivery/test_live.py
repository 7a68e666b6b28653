"""The recent posts are known as they are now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from delivery import live
from delivery.live import LivePosts
from storage import posts

if TYPE_CHECKING:
    import pytest

    from tests.delivery.house import House


async def test_new_and_changed_posts_are_taken_in_and_kept_in_order(house: House):
    known = LivePosts(house.db)
    assert list(await known.refresh(house.clock())) == []
    first = await house.story()
    assert [post.id for post in await known.refresh(house.clock())] == [first]
    second = await house.announcement()
    await posts.retract(house.db, first, house.clock())
    found = await known.refresh(house.clock())
    assert [(post.id, post.state) for post in found] == [(first, "retracted"), (second, "live")]


async def test_a_post_that_comes_while_the_others_are_read_is_not_stepped_over(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """The next reading begins where this one ended, not where the posts have come to meanwhile."""
    known = LivePosts(house.db)
    first = await house.story()
    read = posts.changed_since

    async def meanwhile(*asked: object, **more: object) -> list[posts.Post]:
        found = await read(*asked, **more)
        await house.story()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(live.posts, "changed_since", meanwhile)
        assert [post.id for post in await known.refresh(house.clock())] == [first]
    assert [post.id for post in await known.refresh(house.clock())] == [first, 2]


async def test_a_start_remembers_a_week_of_what_is_over_and_then_forgets_it(house: House):
    await house.story()
    over = house.clock() + timedelta(days=8)
    assert len(await LivePosts(house.db).refresh(over)) == 1
    assert not await LivePosts(house.db).refresh(over + timedelta(days=2))
    known = LivePosts(house.db)
    await known.refresh(house.clock())
    second = await house.story()
    assert [post.id for post in await known.refresh(over + timedelta(days=2))] == []
    assert second == 2


async def test_what_no_card_shows_is_not_held_in_memory(house: House):
    await house.story(paragraphs=("দীর্ঘ লেখা",) * 100)
    (post,) = await LivePosts(house.db).refresh(house.clock())
    assert post.article is not None
    assert post.article.paragraphs == ()
    assert post.article.summary
