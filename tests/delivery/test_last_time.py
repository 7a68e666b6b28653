"""What leaves for the last time is written down before it does; everything else costs no such thing."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from bot.demo.telegram import Fault
from delivery.audience import Show, plan
from delivery.last_time import LastTimes
from storage import due, posts
from storage.tables import posts as posts_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from storage.due import Claimed
    from tests.delivery.house import House

HOUR = timedelta(hours=1)
DEAD = "elsewhere/7/dead"


async def claimed_by_the_dead(house: House) -> list[Claimed]:
    """All who are due, in the hand of somebody who is no more."""
    while await posts.mark_slice(house.db, house.clock()):
        pass
    return await due.claim(house.db, DEAD, now=house.clock(), lease=HOUR, limit=100)


async def taken_up(house: House) -> None:
    """Another sender serves whom the dead one held."""
    await due.release_dead(house.db, "elsewhere", lambda _: True, house.clock())
    await house.work()


async def test_who_died_before_it_had_begun_leaves_everything_to_send(house_of_each: House):
    house = house_of_each
    crowd = await house.crowd(5)
    post_id = await house.notice()
    assert len(await claimed_by_the_dead(house)) == 5
    await taken_up(house)
    assert await house.copies(crowd) == [1] * 5
    assert await house.accounts(post_id) == {"sent": 5}


async def test_what_had_left_together_and_is_sent_one_by_one_is_begun_together(house_of_each: House):
    """Whoever dies with the first of them leaves none of it to be sent for the third time."""
    house = house_of_each
    await house.reader(1)
    three = [await house.story() for _ in range(3)]
    (claimed,) = await claimed_by_the_dead(house)
    first, *_ = [one for one in await posts.by_ids(house.db, set(three)) if one.id == three[0]]
    alone = Show((first,), cursor=three[0], more=True, unsure=1, tried=three[-1])
    assert await LastTimes(house.db, DEAD).begin(replace(claimed, unsure=1), alone)
    await taken_up(house)
    assert not house.sends()
    assert [await house.accounts(one) for one in three] == [{"unknown": 1}] * 3


async def test_what_left_together_and_is_over_when_the_rest_is_begun_is_not_called_passed_over(
    house_of_each: House,
):
    """A roundup of two may have arrived; the second expires, the first leaves again, and its sender dies."""
    house = house_of_each
    await house.reader(1)
    first, over = [await house.story() for _ in range(2)]
    await claimed_by_the_dead(house)
    await due.release_dead(house.db, "elsewhere", lambda _: True, house.clock())
    async with house.db.write() as connection:
        its = posts_table.c.id == over
        await connection.execute(update(posts_table).where(its).values(expires_at=house.clock()))
    (claimed,) = await due.claim(house.db, DEAD, now=house.clock(), lease=HOUR, limit=1)
    show = plan(claimed, await posts.by_ids(house.db, {first, over}), house.clock())
    assert isinstance(show, Show)
    assert [post.id for post in show.posts] == [first]
    assert await LastTimes(house.db, DEAD).begin(claimed, show)
    await taken_up(house)
    assert [await house.accounts(one) for one in (first, over)] == [{"unknown": 1}] * 2


async def test_who_died_when_it_had_begun_leaves_it_unknown_and_the_next_post_to_send(house_of_each: House):
    house = house_of_each
    crowd = await house.crowd(5)
    post_id = await house.notice()
    begun = [due.Beginning(one.reader.id, post_id, one.epoch) for one in await claimed_by_the_dead(house)]
    assert await due.begin(house.db, DEAD, begun[:2]) == set()
    next_one = await house.story()
    await taken_up(house)
    assert await house.copies(crowd) == [1] * 5
    assert await house.accounts(post_id) == {"sent": 3, "unknown": 2}
    assert await house.accounts(next_one) == {"sent": 5}
    assert await house.rows("SELECT DISTINCT reason FROM receipts WHERE outcome = 'unknown'") == [
        ("the sender ended before it could say",)
    ]


async def test_of_what_was_not_sent_nothing_stays_begun(house: House):
    """A 429 says that it was not: it comes later, and once."""
    crowd = await house.crowd(3)
    post_id = await house.notice()
    house.server.faults.add(Fault.error(429, "Too Many Requests: retry after 1", retry_after=1), times=1)
    async with house.working():
        await house.server.until(lambda: len(house.server.log) == 4)
    assert await house.rows("SELECT DISTINCT begun FROM readers") == [(0,)]
    assert await house.copies(crowd) == [1] * 3
    assert await house.accounts(post_id) == {"sent": 3}


async def test_who_holds_a_reader_no_more_sends_them_nothing_for_the_last_time(house_of_each: House):
    """Its turn comes after its lease was lost, and it has not noticed."""
    house = house_of_each
    (who,) = await house.crowd(1)
    post_id = await house.notice()
    async with held_up(house):
        await due.release_dead(house.db, "here", lambda _: True, house.clock())
        (heir,) = await due.claim(house.db, DEAD, now=house.clock(), lease=HOUR, limit=1)
    assert await house.copies([who]) == [0]
    begun = due.Beginning(heir.reader.id, post_id, heir.epoch)
    assert await due.begin(house.db, DEAD, [begun]) == set()


@asynccontextmanager
async def held_up(house: House) -> AsyncIterator[None]:
    """A sender whose message has its turn when whatever is done here is done; it is drained afterwards."""
    sender = house.sender()
    turn, go_on = sender.pace.slot, asyncio.Event()
    asked = asyncio.Event()

    async def slot(chat_id: int, *, reply: bool = False) -> object:
        asked.set()
        await go_on.wait()
        return await turn(chat_id, reply=reply)

    sender.pace.slot = slot
    async with house.working(house.catch_up(sender)):
        await asyncio.wait_for(asked.wait(), 60)
        yield
        go_on.set()
        await asyncio.sleep(0.2)


async def test_who_is_told_to_wait_while_it_is_written_down_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """The slot was given before everything paused."""
    sender, begin = house.sender(), due.begin
    told: list[float] = []

    async def meanwhile(*asked: Any) -> set[int]:
        if not told:
            told.append(monotonic())
            for chat_id in (71, 72):
                await sender.pace.refused(chat_id, 1.0)
        return await begin(*asked)

    monkeypatch.setattr(due, "begin", meanwhile)
    (who,) = await house.crowd(1)
    post_id = await house.notice()
    async with house.working(house.catch_up(sender)):
        await house.server.until(lambda: house.server.log)
        assert monotonic() - told[0] >= 1.0
        await house.quiet()
    assert await house.copies([who]) == [1]
    assert await house.accounts(post_id) == {"sent": 1}


async def test_what_may_be_sent_again_is_written_down_by_its_receipt_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """The ordinary road: nothing but receipts."""

    async def begin(*_: object) -> set[int]:
        raise AssertionError("nothing is begun for the last time")

    monkeypatch.setattr(due, "begin", begin)
    await house.crowd(20)
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"sent": 20}


async def test_what_leaves_together_is_written_down_together(house: House, monkeypatch: pytest.MonkeyPatch):
    """A transaction for each would be what the sending waits for."""
    written: list[int] = []
    begin = due.begin

    async def counted(db: object, owner: str, begun: list[due.Beginning]) -> set[int]:
        written.append(len(begun))
        return await begin(db, owner, begun)

    monkeypatch.setattr(due, "begin", counted)
    monkeypatch.setattr("delivery.last_time.GATHERED_FOR", 0.5)
    await house.crowd(8)
    await house.notice()
    while await posts.mark_slice(house.db, house.clock()):
        pass
    await house.work(hands=8, batch=8)
    assert sum(written) == 8
    assert len(written) < 8
