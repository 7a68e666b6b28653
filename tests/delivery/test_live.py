"""The recent posts are known as they are now; what is to be saved is saved."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from delivery import live
from delivery.live import LivePosts
from delivery.outbox import Outbox
from storage import due, posts
from storage.errors import Unavailable
from tests.delivery.house import OWNER

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


async def claimed(house: House, size: int) -> list[due.Claimed]:
    await house.crowd(size)
    await house.story()
    await posts.mark_slice(house.db, house.clock())
    return await due.claim(house.db, OWNER, now=house.clock(), lease=timedelta(seconds=30), limit=size)


async def test_settlements_are_saved_together_and_soon(house: House):
    outbox = Outbox(house.db, OWNER, house.clock)
    running = asyncio.create_task(outbox.run())
    for one in await claimed(house, 20):
        outbox.put(due.Settlement(one.reader.id, cursor=1, receipts=(due.Receipt(1, "sent", 5),)))
    await asyncio.wait_for(outbox.empty(), 5)
    assert await house.accounts(1) == {"sent": 20}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_cannot_be_saved_is_kept_in_its_order_and_saved_later(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    held, away = await claimed(house, 3), [True]
    settle = due.settle

    async def sometimes(*asked: object, **more: object) -> set[int]:
        if away[0]:
            raise Unavailable("The database is away")
        return await settle(*asked, **more)

    monkeypatch.setattr("delivery.outbox.due.settle", sometimes)
    monkeypatch.setattr("delivery.outbox.AGAIN", 0.01)
    outbox = Outbox(house.db, OWNER, house.clock)
    running = asyncio.create_task(outbox.run())
    outbox.put(due.Settlement(held[0].reader.id, cursor=1))
    await house.server.until(lambda: outbox.stuck)
    for one in held[1:]:
        outbox.put(due.Settlement(one.reader.id, cursor=1))
    assert [one.reader_id for one in outbox._waiting] == [one.reader.id for one in held]
    away[0] = False
    await asyncio.wait_for(outbox.empty(), 5)
    assert not outbox.stuck
    assert await house.rows("SELECT cursor, lease_owner FROM readers") == [(1, None)] * 3
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_save_that_has_begun_is_finished_though_the_saver_is_cancelled(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    (held,) = await claimed(house, 1)
    begun, settle = asyncio.Event(), due.settle

    async def slowly(*asked: object, **more: object) -> set[int]:
        begun.set()
        await asyncio.sleep(0.1)
        return await settle(*asked, **more)

    monkeypatch.setattr("delivery.outbox.due.settle", slowly)
    outbox = Outbox(house.db, OWNER, house.clock)
    running = asyncio.create_task(outbox.run())
    outbox.put(due.Settlement(held.reader.id, cursor=1))
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await house.rows("SELECT cursor, lease_owner FROM readers") == [(1, None)]
