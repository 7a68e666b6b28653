"""Whom one process answers while another has them in hand gets both, and a second apart."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from delivery import pace as pacing
from delivery.message import Message
from delivery.telegram import Telegram
from storage import due, limits, slots
from storage.due import Settlement
from tests.databases import shared_only
from tests.delivery.test_limits_together import now, pace
from tests.storage.crowd import overheard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.demo.telegram.journal import Request
    from storage.database import Database
    from storage.due import Claimed
    from tests.delivery.house import House

SENDS, ANSWERS = "here/1/first", "here/2/web"
LONG = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch):
    """What takes a slow machine long is known all the same."""
    monkeypatch.setattr(limits, "PROMPT", 60)


class _Late(Telegram):
    """Brings what Telegram says only when `told` is set."""

    def __init__(self, house: House) -> None:
        super().__init__(house.session, house.server.base_url, house.server.token)
        self.told = asyncio.Event()

    async def answered(self, method: str, asked: Any, read: Any) -> Any:
        answer = await super().answered(method, asked, read)
        await self.told.wait()
        return answer


@asynccontextmanager
async def on_its_way(house: House) -> AsyncIterator[_Late]:
    """A post has left for the reader of chat 1, and Telegram has not answered yet."""
    await house.reader(1)
    await house.story()
    carrier, telegram = house.sender(), _Late(house)
    carrier.pace, carrier._telegram = pace(house.db, owner=SENDS), telegram
    async with house.working(house.catch_up(carrier, owner=SENDS)):
        try:
            await house.server.until(lambda: bool(house.sends()))
            yield telegram
        finally:
            telegram.told.set()


async def answer(house: House, db: Database) -> bool:
    """Another process answers that reader."""
    carrier = house.sender()
    carrier.pace = pace(db, owner=ANSWERS)
    return await carrier.reply(1, 0, Message("উত্তর"))


def both(house: House) -> tuple[Request, Request]:
    post, answered = house.sends()
    assert "উত্তর" in answered.parameters["text"]
    return post, answered


async def all_are_told(house: House) -> bool:
    """Whether the row that all senders read names the reader."""
    (told,) = await house.rows("SELECT times FROM limits WHERE chat_id = 0")
    return "[[1," in str(told).replace(" ", "")


@shared_only
async def test_whose_post_is_on_its_way_is_answered_a_second_after_it(
    house_of_each: House, another: Callable[[], Database]
):
    house = house_of_each
    async with on_its_way(house) as telegram:
        answering = asyncio.create_task(answer(house, another()))
        await house.server.until(lambda: all_are_told(house))
        telegram.told.set()
        assert await answering
    post, answered = both(house)
    assert answered.at - post.at >= 1.0


@shared_only
async def test_whose_post_is_on_its_way_for_long_is_answered_when_it_is_a_second_old(
    house_of_each: House, another: Callable[[], Database]
):
    """What Telegram says of it may take ten seconds: nobody waits for that."""
    house = house_of_each
    async with on_its_way(house):
        assert await answer(house, another())
        post, answered = both(house)
    assert answered.at - post.at >= 1.0


async def taken(house: House, owner: str) -> Claimed:
    """A reader in the hand of `owner`."""
    who = await house.reader(1)
    async with house.db.write() as connection:
        await connection.exec_driver_sql(f"UPDATE readers SET due_at = arrived_at WHERE id = {who.id}")  # noqa: S608
    (claimed,) = await due.claim(house.db, owner, now=house.clock(), lease=LONG, limit=1)
    return claimed


@shared_only
async def test_whom_another_lets_go_of_is_answered_at_once(
    house_of_each: House, monkeypatch: pytest.MonkeyPatch
):
    house = house_of_each
    monkeypatch.setattr(pacing, "LEAVES", 3600)  # so long it would wait else
    await slots.reserve(house.db, 0.01, 0.0)
    claimed, mine = await taken(house, SENDS), pace(house.db, owner=ANSWERS)
    asking = asyncio.create_task(mine.turn(1, reply=True))
    await house.server.until(lambda: all_are_told(house))
    back = Settlement(claimed.reader.id, due_at=house.clock() + LONG, epoch=claimed.epoch)
    assert not await due.settle(house.db, SENDS, [back], now=house.clock())
    assert await asking
    chat = mine._chats[1]
    assert chat.held_until < chat.answered_until - 1, "it did not wait for what it had told itself"


@shared_only
@pytest.mark.parametrize("owner", [ANSWERS, None])
async def test_who_is_in_nobody_elses_hand_is_asked_for_once(house_of_each: House, owner: str | None):
    house = house_of_each
    if owner:
        await taken(house, owner)
    with overheard(house.db) as asked:
        assert await pace(house.db, owner=ANSWERS).turn(1, reply=True)
    assert len([one for one in asked if "bool_or" in one[0]]) == 1


@shared_only
async def test_who_is_in_anothers_hand_and_is_to_get_nothing_yet_is_asked_for_again_after_that(
    house_of_each: House,
):
    house = house_of_each
    await taken(house, SENDS)
    await limits.hold(house.db, 1, 60, now())
    mine = pace(house.db, owner=ANSWERS)
    with overheard(house.db) as asked:
        answering = asyncio.create_task(mine.turn(1, reply=True))
        await house.server.until(lambda: mine.wait_for(1) > 30)
    answering.cancel()
    assert len([one for one in asked if "bool_or" in one[0]]) == 1


@shared_only
async def test_who_is_in_anothers_hand_and_gets_nothing_there_is_told_of_until_the_answer_leaves(
    house_of_each: House, monkeypatch: pytest.MonkeyPatch
):
    """Whoever holds them has heard by then: what leaves there leaves a second after the last time."""
    house = house_of_each
    monkeypatch.setattr(pacing, "LOOK", 0.3)
    began = (await slots.reserve(house.db, 0.01, 0.0)).now
    await taken(house, SENDS)
    assert await pace(house.db, owner=ANSWERS).turn(1, reply=True)
    ((told,),) = await house.rows("SELECT times -> 0 ->> 1 FROM limits WHERE chat_id = 0")
    assert float(told) - began >= 1.0
