"""Two senders on one database keep Telegram's limits as if they were one; so do two, one after the other."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from bot.demo.telegram.faults import Fault
from delivery import chats
from delivery.answers import Later, Sent
from delivery.ledger import Ledger
from delivery.message import Message
from delivery.pace import Pace
from storage import limits
from tests.databases import shared_only

if TYPE_CHECKING:
    from collections.abc import Callable

    from delivery.catch_up import CatchUp
    from storage.database import Database
    from tests.delivery.house import House

TOO_MANY = "Too Many Requests: retry after"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch):
    """What takes a slow machine long is counted all the same."""
    monkeypatch.setattr(limits, "PROMPT", 60)


def now() -> datetime:
    return datetime.now(UTC)


def pace(db: Database, rate: float = 1000, owner: str = "", **more: Any) -> Pace:
    """As the bot puts it together; `owner` is who sends by it."""
    return Pace(rate, monotonic, ledger=Ledger(db, now, owner), shared=not db.is_sqlite, **more)


def sender(house: House, owner: str) -> CatchUp:
    """One sender of several."""
    carrier = house.sender()
    carrier.pace = pace(house.db, owner=owner)
    return house.catch_up(carrier, owner=owner)


@shared_only
async def test_two_senders_together_are_no_faster_than_one(db: Database, another: Callable[[], Database]):
    times: list[float] = []

    async def hand(mine: Pace) -> None:
        for chat in range(1, 9):
            while not await mine.turn(100 * len(times) + chat):
                await asyncio.sleep(0.01)
            times.append(monotonic())

    both = (pace(db, 40), pace(another(), 40))
    await asyncio.gather(*(hand(one) for one in both for _ in range(8)))
    assert len(times) == 128
    assert times[-1] - times[0] >= 127 / 40 - 0.3, "whatever the machine does, it can but become longer"


async def test_a_group_gets_twenty_a_minute_of_all_who_send_and_of_who_comes_after_them(
    db: Database, another: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(chats, "PER_CHAT", 0.0)
    monkeypatch.setattr(chats, "GROUP_MARGIN", 0.0)
    both = (pace(db), pace(another()))
    told = [await asyncio.gather(*(one.turn(-7) for one in both)) for _ in range(16)]
    assert sum(map(sum, told)) == 20
    heir = pace(db)
    assert not await heir.turn(-7)
    assert heir.wait_for(-7) > 30
    assert await heir.turn(-8)


async def test_two_topics_of_a_group_in_two_hands_get_one_message_a_second(
    db: Database, another: Callable[[], Database]
):
    times: list[float] = []

    async def serve(mine: Pace) -> None:
        for _ in range(2):
            while not await mine.turn(-7):
                await asyncio.sleep(mine.wait_for(-7))
            times.append(monotonic())

    await asyncio.gather(*(serve(pace(one)) for one in (db, another())))
    assert times[-1] - times[0] >= 2.5


@shared_only
async def test_a_pause_of_all_that_one_sender_is_told_of_holds_for_the_other(
    db: Database, another: Callable[[], Database]
):
    one, other = pace(db), pace(another())
    assert await other.turn(1)
    for chat in (1, 2):
        await one.refused(chat, 3)
    told_at = monotonic()
    assert await asyncio.gather(*(other.turn(chat) for chat in (10, 11, 12))) == [False] * 3
    assert other.pause_left() > 0
    assert await other.turn(13, reply=True)
    assert monotonic() - told_at >= 2.9


async def test_a_group_that_has_told_one_sender_to_wait_gets_nothing_of_the_other(
    db: Database, another: Callable[[], Database]
):
    one, other = pace(db), pace(another())
    await one.refused(-7, 60)
    assert not await other.turn(-7)
    assert other.wait_for(-7) > 30


@shared_only
async def test_who_has_just_got_a_message_of_one_sender_waits_a_second_for_that_of_the_other(
    house_of_each: House,
):
    house = house_of_each
    await house.reader(1)
    for owner in ("here/1/first", "here/2/second"):
        await house.story()
        await house.work(catch_up=sender(house, owner))
    first, second = house.sends()
    assert second.at - first.at >= 1.0


@shared_only
async def test_whom_one_process_has_answered_gets_nothing_of_a_sender_for_a_second(
    db: Database, another: Callable[[], Database]
):
    """It has them in hand already: it hears of it as it reserves its slot, and lets go of them meanwhile."""
    replies, broadcasts = pace(db), pace(another())
    before = monotonic()
    assert await replies.turn(1, reply=True)
    answered = monotonic()
    sent = await broadcasts.turn(1)
    assert not sent or monotonic() - before >= 1.0, "it took as long as that"
    while not sent:
        await asyncio.sleep(broadcasts.wait_for(1))
        sent = await broadcasts.turn(1)
    assert monotonic() - answered >= 1.0
    assert await broadcasts.turn(2), "that is the others' affair only for those few"


@shared_only
async def test_who_has_just_got_a_post_is_answered_by_another_process_when_a_second_has_passed(
    house_of_each: House, another: Callable[[], Database]
):
    house = house_of_each
    await house.reader(1)
    await house.story()
    await house.work(catch_up=sender(house, "here/1/first"))
    carrier = house.sender()
    carrier.pace = pace(another())
    assert await carrier.reply(1, 0, Message("উত্তর"))
    post, answer = house.sends()
    assert answer.at - post.at >= 1.0


async def test_who_has_told_one_sender_to_wait_gets_nothing_of_the_next(house_of_each: House):
    """A new story would make them due at once."""
    house = house_of_each
    await house.reader(1)
    house.server.faults.add(Fault.error(429, f"{TOO_MANY} 3", retry_after=3), chat_id=1)
    await house.story()
    async with house.working(sender(house, "here/1/first")):
        await house.server.until(lambda: bool(house.sends()))
    await house.story()
    async with house.working(sender(house, "here/2/second")):
        await house.server.until(lambda: len(house.sends()) == 2)
    refused, taken = house.sends()
    assert taken.at - refused.done_at >= 3.0


async def test_what_has_its_slot_does_not_leave_where_everybody_was_told_to_wait_meanwhile(house: House):
    """Between slot and leaving something may be written down first."""
    carrier = house.sender()

    async def allowed() -> bool:
        for chat in (1, 2):
            await carrier.pace.refused(chat, 3)
        return True

    answer = await carrier.send(5, 0, Message("একটি খবর"), allowed=allowed)
    assert isinstance(answer, Later)
    assert answer.after > 1
    assert not house.sends()


async def test_what_has_its_slot_does_not_leave_where_its_chat_is_to_wait_since(house: House):
    """The pace may hear of an answer to that person after it gave the slot."""
    carrier = house.sender()

    async def allowed() -> bool:
        carrier.pace.busy(5, 60)
        return True

    answer = await carrier.send(5, 0, Message("একটি খবর"), allowed=allowed)
    assert isinstance(answer, Later)
    assert not house.sends()


@shared_only
async def test_what_was_held_up_on_its_way_out_waits_for_another_slot(house_of_each: House):
    house, carrier = house_of_each, house_of_each.sender()
    await house.reader(5)
    carrier.pace = pace(house.db, 1)
    moments: list[float] = []

    async def allowed() -> bool:
        moments.append(monotonic())
        if len(moments) == 1:
            await asyncio.sleep(0.1)
        return True

    assert isinstance(await carrier.send(5, 0, Message("একটি খবর"), allowed=allowed), Sent)
    assert monotonic() - moments[0] >= 0.5, "slots are a second apart"
    assert len(moments) > 1, "much may have happened meanwhile"


async def test_without_the_database_a_group_is_answered_and_not_broadcast_to(sqlite_db: Database, tmp_path):
    await sqlite_db.close()
    (tmp_path / "khobor.db").unlink()
    mine = pace(sqlite_db)
    assert not await mine.turn(-7)
    assert await pace(sqlite_db).turn(-7, reply=True)
