"""What is to be saved of readers is saved: together, in its order, to the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from delivery.outbox import Outbox
from storage import due, posts
from storage.errors import Unavailable
from tests.delivery.house import OWNER

if TYPE_CHECKING:
    import pytest

    from tests.delivery.house import House


async def claimed(house: House, size: int) -> list[due.Claimed]:
    await house.crowd(size)
    await house.story()
    await posts.mark_slice(house.db, house.clock())
    return await due.claim(house.db, OWNER, now=house.clock(), lease=timedelta(seconds=30), limit=size)


async def test_settlements_are_saved_together_and_soon(house: House):
    outbox = Outbox(house.db, OWNER, house.clock)
    running = asyncio.create_task(outbox.run())
    for one in await claimed(house, 20):
        outbox.put(due.Settlement(one.reader.id, 1, (due.Receipt(1, "sent", 5),), epoch=one.epoch))
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
    freed: list[bool] = []
    outbox = Outbox(house.db, OWNER, house.clock, freed=lambda: freed.append(outbox.stuck))
    running = asyncio.create_task(outbox.run())
    outbox.put(due.Settlement(held[0].reader.id, cursor=1, epoch=held[0].epoch))
    await house.server.until(lambda: outbox.stuck)
    for one in held[1:]:
        outbox.put(due.Settlement(one.reader.id, cursor=1, epoch=one.epoch))
    assert [one.reader_id for one in outbox._waiting] == [one.reader.id for one in held]
    away[0] = False
    await asyncio.wait_for(outbox.empty(), 5)
    assert not outbox.stuck
    assert freed == [False]
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
    outbox.put(due.Settlement(held.reader.id, cursor=1, epoch=held.epoch))
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await house.rows("SELECT cursor, lease_owner FROM readers") == [(1, None)]


async def test_nothing_more_is_sent_while_what_was_sent_takes_long_to_save(house: House, monkeypatch):
    house.rate = 100
    crowd = await house.crowd(150)
    post_id = await house.story()
    settle, free = due.settle, asyncio.Event()

    async def slowly(*asked: object, **more: object) -> set[int]:
        await free.wait()
        return await settle(*asked, **more)

    monkeypatch.setattr("delivery.outbox.due.settle", slowly)
    async with house.working(hands=64, batch=200) as catch_up:
        await house.server.until(lambda: catch_up._outbox.stuck)
        await asyncio.sleep(1)
        held = len(house.sends())
        assert held <= house.rate
        await asyncio.sleep(0.5)
        assert len(house.sends()) == held
        free.set()
        await house.quiet()
    assert await house.accounts(post_id) == {"sent": 150}
    assert await house.copies(crowd) == [1] * 150
