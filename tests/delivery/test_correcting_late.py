"""A receipt of the old text may come however late: its copy is corrected all the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from delivery import outcome
from delivery.answers import Sent
from delivery.audience import Show, plan
from delivery.catch_up import LEASE
from delivery.compose import Composer
from delivery.correcting import IN_FLIGHT
from delivery.live import LivePosts
from storage import corrections, due, posts
from tests.delivery.stories import CATEGORIES
from tests.delivery.test_correcting import BETTER, correct, correcting, counts
from tests.storage.conftest import let_pass
from tests.storage.crowd import overheard

if TYPE_CHECKING:
    from storage.due import Settlement
    from tests.delivery.house import House

pytestmark = pytest.mark.usefixtures("no_second_between")

CUT_OFF = "there/1/a"


async def sent_and_not_saved(house: House) -> tuple[int, Settlement]:
    """A story that has reached its one reader, and what its sender would write if it could."""
    await house.crowd(1)
    post_id = await house.story()
    await posts.mark_slice(house.db, house.clock())
    (claimed,) = await due.claim(house.db, CUT_OFF, now=house.clock(), lease=LEASE, limit=1)
    show = plan(claimed, await LivePosts(house.db).refresh(house.clock()), house.clock())
    assert isinstance(show, Show)
    message = Composer(CATEGORIES).message(show.posts, "bn")
    answer = await house.sender().send(claimed.reader.chat_id, 0, message)
    assert isinstance(answer, Sent)
    return post_id, outcome.settled(claimed, show, answer, house.clock())


async def much_later(house: House) -> None:
    """Every lease has come to its end, and nothing should be under way any more."""
    await let_pass(house.db, IN_FLIGHT * 2)
    house.ahead += IN_FLIGHT * 2


async def is_open(house: House) -> bool:
    return bool(await corrections.unfinished(house.db))


async def test_a_correction_waits_for_a_sender_that_holds_readers_beyond_its_lease(house_of_each: House):
    """The database was away, and comes back: the correction may not be over before the receipts are in."""
    house = house_of_each
    post_id, receipts = await sent_and_not_saved(house)
    await correct(house, post_id)
    await much_later(house)
    engine = correcting(house)
    await engine.step()
    assert await is_open(house)
    assert await due.settle(house.db, CUT_OFF, [receipts], now=house.clock()) == set()
    while await engine.step():
        pass
    assert not await is_open(house)
    assert [BETTER in text for text in house.texts(1000)] == [True]
    assert await counts(house, post_id) == (1, 0, 0, 0)


@pytest.mark.parametrize("retracted", [False, True])
async def test_a_correction_that_is_over_is_taken_up_again_for_a_sender_that_was_cut_off(
    house_of_each: House, *, retracted: bool
):
    """Its readers have been taken from it long since; what it had sent is true, and wrong."""
    house = house_of_each
    post_id, receipts = await sent_and_not_saved(house)
    await (posts.retract(house.db, post_id, house.clock()) if retracted else correct(house, post_id))
    await much_later(house)
    assert await due.reclaim(house.db, house.clock())
    engine = correcting(house)
    await engine.step()
    assert not await is_open(house)
    assert len(await due.settle(house.db, CUT_OFF, [receipts], now=house.clock())) == 1
    while await engine.step():
        pass
    assert [BETTER in text for text in house.texts(1000)] == ([] if retracted else [True])
    assert await counts(house, post_id) == (1, 0, 0, 0)
    assert await is_open(house)
    await much_later(house)
    await engine.step()
    assert not await is_open(house)


async def test_a_copy_that_comes_to_light_while_a_correction_is_about_to_end_keeps_it_open(
    house_of_each: House,
):
    house = house_of_each
    post_id, receipts = await sent_and_not_saved(house)
    await correct(house, post_id)
    await much_later(house)
    await due.reclaim(house.db, house.clock())
    (looked_at,) = await corrections.unfinished(house.db)
    await due.settle(house.db, CUT_OFF, [receipts], now=house.clock())
    assert not await corrections.finish(house.db, looked_at, house.clock())
    assert await is_open(house)


async def test_a_late_receipt_of_the_corrected_text_opens_nothing_again(house_of_each: House):
    house = house_of_each
    post_id, receipts = await sent_and_not_saved(house)
    await correct(house, post_id)
    (asked,) = await corrections.unfinished(house.db)
    assert await corrections.finish(house.db, asked, house.clock())
    await much_later(house)
    await due.reclaim(house.db, house.clock())
    (told,) = receipts.receipts
    late = due.Settlement(
        receipts.reader_id,
        receipts.cursor,
        (due.Receipt(post_id, "sent", told.message_id, revision=asked.revision),),
        epoch=receipts.epoch,
    )
    await due.settle(house.db, CUT_OFF, [late], now=house.clock())
    assert not await is_open(house)


async def test_while_everybody_is_to_wait_nothing_is_asked_again_and_again(house: House):
    """Two chats have said "wait": neither Telegram nor the database is bothered until that is over."""
    await house.crowd(3)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    engine = correcting(house)
    for chat_id in (7, 8):
        await engine._sender.pace.refused(chat_id, 3600)
    before = len(house.sends())
    with overheard(house.db) as asked:
        running = asyncio.create_task(engine.run())
        await house.server.until(lambda: asked)
        await asyncio.sleep(0.5)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    assert len(asked) < 10
    assert len(house.sends()) == before
