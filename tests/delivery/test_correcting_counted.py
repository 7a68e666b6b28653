"""What is counted of a correction is what became of the copies: each once, and what we did is ours."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram.faults import Fault
from delivery.correcting import IN_FLIGHT, TRIES
from storage import copies, corrections, posts
from storage.copies import Fate
from tests.delivery.test_correcting import correct, correcting, counts, edited, work

if TYPE_CHECKING:
    from tests.delivery.house import House

pytestmark = pytest.mark.usefixtures("no_second_between")

NOT_FOUND = Fault.error(400, "Bad Request: message to delete not found")


async def told(house: House, size: int) -> int:
    """A story that so many have."""
    await house.crowd(size)
    post_id = await house.story()
    await house.work()
    return post_id


async def test_a_reader_who_has_deleted_it_before_is_counted_as_gone(house: House):
    post_id = await told(house, 3)
    engine = correcting(house)
    house.server.faults.add(NOT_FOUND, chat_id=1001, method="deleteMessage")
    await posts.retract(house.db, post_id, house.clock())
    await engine.step()
    assert await counts(house, post_id) == (2, 1, 0, 0)


async def test_what_a_killed_process_may_have_deleted_is_counted_as_deleted(house: House):
    """It was killed between Telegram's answer and its note: what it had in hand is among the first."""
    post_id = await told(house, 7)
    await posts.retract(house.db, post_id, house.clock())
    for chat_id in (1006, 1001):
        house.server.faults.add(NOT_FOUND, chat_id=chat_id, method="deleteMessage")
    await correcting(house, hands=1).step()
    assert await counts(house, post_id) == (6, 1, 0, 0)


async def test_a_deletion_that_was_not_answered_is_ours_though_then_nothing_is_there(house: House):
    post_id = await told(house, 1)
    engine = correcting(house)
    house.server.faults.add(Fault.closed(accepted=True), method="deleteMessage")
    await posts.retract(house.db, post_id, house.clock())
    while await engine.step():
        pass
    assert edited(house) == [1000, 1000]
    assert await counts(house, post_id) == (1, 0, 0, 0)


async def test_a_roundup_whose_stories_are_all_retracted_is_deleted_once_and_counted_for_each(
    house_of_each: House,
):
    house = house_of_each
    await house.crowd(3)
    both = [await house.story(), await house.story()]
    await house.work()
    engine = correcting(house)
    for post_id in both:
        await posts.retract(house.db, post_id, house.clock())
    while await engine.step():
        pass
    assert sorted(edited(house)) == [1000, 1001, 1002]
    assert [await counts(house, post_id) for post_id in both] == [(3, 0, 0, 0)] * 2


async def test_what_is_written_down_twice_is_counted_once(house_of_each: House):
    """Who loses the connection while it commits does not know that it did, and writes again."""
    house = house_of_each
    post_id = await told(house, 3)
    await correct(house, post_id)
    (correction,) = await corrections.unfinished(house.db)
    found = await copies.behind(house.db, correction)
    fates = [Fate(correction, one.reader_id, "changed") for one in found]
    assert await copies.settle(house.db, fates[:2]) == {"changed": 2}
    assert await copies.settle(house.db, fates) == {"changed": 1}
    assert await counts(house, post_id) == (3, 0, 0, 0)


async def test_what_can_not_be_written_down_is_written_once_the_database_is_back(house: House, caplog):
    """What was deleted is known to be, and nothing more is asked meanwhile."""
    post_id = await told(house, 5)
    engine = correcting(house, hands=2)
    await posts.retract(house.db, post_id, house.clock())
    with closing(sqlite3.connect(house.db.url.database, isolation_level=None)) as another:
        another.execute("BEGIN IMMEDIATE")
        working = asyncio.create_task(engine.step())
        await house.server.until(lambda: "corrections can't be saved" in caplog.messages)
        assert len(edited(house)) == 2
        another.execute("ROLLBACK")
    assert await working
    assert sorted(edited(house)) == list(range(1000, 1005))
    assert await counts(house, post_id) == (5, 0, 0, 0)


async def test_whoever_counts_hears_of_copies_once_they_are_written_down(house: House):
    post_id = await told(house, 3)
    heard: Counter[str] = Counter()
    engine = correcting(house, counts=heard.update)
    house.server.block(house.server.world.people[1000])
    await correct(house, post_id)
    await engine.step()
    assert heard == {"changed": 2, "gone": 1}


async def test_what_comes_of_several_corrections_at_once_is_counted_for_each(house_of_each: House):
    house = house_of_each
    await house.crowd(2)
    both = [await house.story(), await house.story()]
    await house.work()
    for post_id in both:
        await correct(house, post_id)
    new, old = await corrections.unfinished(house.db)
    first, second = await copies.behind(house.db, new)
    said = [(new, first, "changed"), (old, second, "gone"), (old, first, "too_old"), (new, second, "changed")]
    fates = [Fate(correction, copy.reader_id, outcome) for correction, copy, outcome in said]
    assert await copies.settle(house.db, fates) == {"changed": 2, "gone": 1, "too_old": 1}
    assert await counts(house, new.post_id) == (2, 0, 0, 0)
    assert await counts(house, old.post_id) == (0, 1, 1, 0)


async def test_while_telegram_is_away_no_copy_uses_up_its_tries(house: House):
    """Nothing is asked of a copy again before Telegram answers a question that costs nothing."""
    post_id = await told(house, TRIES)
    await correct(house, post_id)
    away = house.server.faults.add(Fault.html(502), method="getMe", times=2)
    house.server.faults.add(
        Fault.html(502), times=0, when=lambda asked: asked.method != "getMe" and away.times > 0
    )
    engine = correcting(house, hands=1)
    while await engine.step():
        pass
    assert len(edited(house)) == TRIES + 1
    assert await counts(house, post_id) == (TRIES, 0, 0, 0)


async def test_the_end_of_a_correction_says_in_the_log_what_became_of_the_copies(house: House, caplog):
    caplog.set_level(logging.INFO)
    post_id = await told(house, 2)
    house.server.block(house.server.world.people[1000])
    await correct(house, post_id)
    await work(house)
    house.ahead = IN_FLIGHT * 2
    await correcting(house).step()
    (line,) = [one for one in caplog.records if one.message == "corrected"]
    assert (line.post, line.kind) == (post_id, "correct")
    assert (line.changed, line.gone, line.too_old, line.refused) == (1, 1, 0, 0)
