"""Corrections while the story itself is still on its way, and all that is promised of them.

Newest first, paced, taken up by whoever comes next, and each copy counted as what became of it.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram.faults import Fault
from delivery.correcting import TRIES
from scripts.figures import most_within
from storage import due, posts
from tests.databases import shared_only
from tests.delivery.test_correcting import BETTER, FIXED, correct, correcting, counts, work
from tests.delivery.test_kill import sending
from tests.promised import repeated_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.demo.telegram.journal import Request
    from storage.readers import Reader
    from tests.delivery.house import House

pytestmark = pytest.mark.usefixtures("no_second_between", "often")

READERS = 40


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Corrections are looked for again and again, whatever wakes them."""
    monkeypatch.setattr("delivery.correcting.TICK", 0.05)


@asynccontextmanager
async def corrected(house: House, **more: int) -> AsyncIterator[None]:
    """Corrections are carried out meanwhile."""
    running = asyncio.create_task(correcting(house, **more).run())
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def under_way(house: House, answer: float = 0.1) -> tuple[list[Reader], int]:
    """A story that Telegram takes slowly: `answer` is in seconds."""
    house.server.faults.add(Fault.slow(answer), times=0)
    return await house.crowd(READERS), await house.story()


async def reached(house: House, number: int) -> None:
    """So many have it by now, and others do not."""
    await house.server.until(lambda: sum(one.done_at > 0 for one in house.sends()) >= number)
    assert len(house.sends()) < READERS


def changes(house: House) -> list[Request]:
    """All that was asked of messages that readers have."""
    return [one for one in house.sends() if one.method.startswith(("edit", "delete"))]


async def nothing_is_behind(house: House, post_id: int) -> None:
    """Wait until each copy there is a receipt of is as it should be."""

    async def is_so() -> bool:
        asked = "SELECT count(*) FROM receipts JOIN corrections ON corrections.post_id = receipts.post_id"
        behind = f"{asked} WHERE receipts.post_id = {post_id} AND outcome = 'sent' AND "
        (row,) = await house.rows(f"{behind} receipts.revision < corrections.revision")
        return row[0] == 0

    await house.server.until(is_so, timeout=60)


async def test_a_story_corrected_while_it_goes_out_is_right_on_every_telephone(house_of_each: House):
    """Who has the old one sees it changed, once; who is reached later gets the new one."""
    house = house_of_each
    crowd, post_id = await under_way(house)
    async with house.working(), corrected(house):
        await reached(house, 5)
        await correct(house, post_id)
        await house.quiet()
        await nothing_is_behind(house, post_id)
    assert [[BETTER in text for text in house.texts(who.chat_id)] for who in crowd] == [[True]] * READERS
    assert await house.accounts(post_id) == {"sent": READERS}
    assert 5 <= len(changes(house)) < READERS
    assert await counts(house, post_id) == (len(changes(house)), 0, 0, 0)


async def test_a_story_retracted_while_it_goes_out_is_on_no_telephone_in_the_end(house_of_each: House):
    """What left in the moment of the retraction is taken back too; nobody else gets it."""
    house = house_of_each
    crowd, post_id = await under_way(house)
    async with house.working(), corrected(house):
        await reached(house, 5)
        await posts.retract(house.db, post_id, house.clock())
        await house.quiet()
        await nothing_is_behind(house, post_id)
    assert [house.texts(who.chat_id) for who in crowd] == [[]] * READERS
    told = await house.accounts(post_id)
    assert 5 <= told["sent"] == READERS - told["passed"] < READERS
    assert await counts(house, post_id) == (told["sent"], 0, 0, 0)


@shared_only
async def test_a_story_corrected_while_one_of_two_senders_is_killed_is_right_on_every_telephone(
    house_of_each: House, database_url: str
):
    """But for copies that the killed one could not write down: each of those readers has a right one too."""
    house = house_of_each
    crowd, post_id = await under_way(house, answer=0.25)
    async with corrected(house), AsyncExitStack() as beside:
        async with sending(house, database_url):
            await house.server.until(house.sends)
            await beside.enter_async_context(house.working(hands=2, batch=4))
            await reached(house, 5)
            await correct(house, post_id)
            await house.server.until(lambda: changes(house))
        await due.release_dead(house.db, "killed", lambda _: True, house.clock())
        await house.quiet()
        await nothing_is_behind(house, post_id)
    assert all(any(BETTER in text for text in house.texts(who.chat_id)) for who in crowd)
    wrong = [text for who in crowd for text in house.texts(who.chat_id) if BETTER not in text]
    assert len(wrong) <= repeated_by(8, answer=0.25)
    changed, *rest = await counts(house, post_id)
    assert 0 < changed < READERS
    assert rest == [0, 0, 0]
    await house.receipts_are_true(post_id)


async def test_the_newest_post_is_corrected_first_though_an_older_one_has_begun(house: House):
    """Of the older one only what was looked up already goes before it, twice what is in hand."""
    await house.crowd(READERS)
    old = await house.story()
    await house.work()
    new = await house.story()
    await house.work()
    of_new = set(await house.rows(f"SELECT message_id FROM receipts WHERE post_id = {new}"))  # noqa: S608
    house.server.faults.add(Fault.slow(0.1), times=0)
    await correct(house, old)
    async with corrected(house, hands=2):
        await house.server.until(lambda: changes(house))
        await correct(house, new)
        before = len(changes(house))
        await nothing_is_behind(house, old)
    in_order = sorted(changes(house), key=lambda one: one.at)
    told = [(one.parameters["message_id"],) in of_new for one in in_order]
    first = told.index(True)
    assert first <= before + 3 * 2
    assert told == [False] * first + [True] * READERS + [False] * (READERS - first)


async def test_corrections_keep_to_the_rate(house: House):
    house.rate = 20
    await house.crowd(READERS)
    post_id = await house.story()
    await house.work()
    await correct(house, post_id)
    await work(house)
    times = [one.at for one in changes(house)]
    assert len(times) == READERS
    assert most_within(times, 0.95) <= 20


async def test_a_copy_that_telegram_lets_nobody_change_any_more_is_counted_as_too_old(house: House):
    await house.crowd(2)
    post_id = await house.story()
    await house.work()
    house.server.faults.add(FIXED, chat_id=1001, times=0)
    await correct(house, post_id)
    await work(house)
    assert await counts(house, post_id) == (1, 0, 1, 0)


async def test_a_copy_that_is_answered_by_nothing_but_failures_is_counted_as_refused(house: House):
    await house.crowd(2)
    post_id = await house.story()
    await house.work()
    house.server.faults.add(Fault.html(502), chat_id=1001, times=0)
    await correct(house, post_id)
    await work(house)
    assert await counts(house, post_id) == (1, 0, 0, 1)
    assert len([one for one in changes(house) if one.chat_id == 1001]) == TRIES


async def test_a_copy_of_the_newest_post_that_was_left_for_later_waits_for_no_older_post(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    """While an older post's many copies are changed, the newest one's are looked for again."""
    monkeypatch.setattr("delivery.correcting.ANEW", 0.2)
    await house.crowd(READERS)
    old = await house.story()
    await house.work()
    new = await house.story()
    await house.work()
    house.server.faults.add(Fault.closed(accepted=False), chat_id=1000)
    house.server.faults.add(Fault.slow(0.1), times=0)
    for post_id in (old, new):
        await correct(house, post_id)
    async with corrected(house, hands=2):
        await nothing_is_behind(house, new)
        assert (await counts(house, old))[0] < READERS
