"""Receipts are kept as long as somebody may ask for them, and found without looking through the others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, update

from storage import copies, receipts, tables
from storage.corrections import Correction
from tests.storage.conftest import DAY
from tests.storage.crowd import fill, looks, overheard

if TYPE_CHECKING:
    from storage.database import Database

HOUR = timedelta(hours=1)


async def sent(db: Database, *post_ids: int, now, readers: int = 3) -> None:
    got = {"outcome": "sent", "reason": "", "at": now}
    rows = [{"post_id": one, "reader_id": who, **got} for one in post_ids for who in range(1, readers + 1)]
    async with db.write() as connection:
        await connection.execute(insert(tables.receipts), rows)


async def expires(db: Database, post_id: int, when) -> None:
    async with db.write() as connection:
        later = update(tables.posts).where(tables.posts.c.id == post_id).values(expires_at=when)
        await connection.execute(later)


async def pruned(db: Database, now, kept: timedelta, size: int = 2) -> int:
    """How many were deleted, in as many slices as it takes."""
    return sum([some async for some in receipts.prune(db, now, kept, size)])


async def test_receipts_of_what_may_still_be_sent_stay(house, db, now):
    """An announcement lives for a week: its panel counts them, and who is two readers gets it once."""
    before, announcement, after = await house.story(), await house.announcement(), await house.story()
    await expires(db, announcement, now + 7 * DAY)
    await sent(db, before, announcement, after, now=now)
    assert await pruned(db, now + 2 * DAY, DAY) == 6
    assert await receipts.outcomes(db, before, after) == {}
    assert await receipts.outcomes(db, announcement) == {"sent": 3}
    assert await pruned(db, now + 8 * DAY - HOUR, DAY) == 0
    assert await pruned(db, now + 8 * DAY, DAY) == 3


async def test_receipts_of_what_is_over_stay_as_long_as_they_are_asked_for(house, db, now):
    await sent(db, await house.story(), now=now)
    assert await pruned(db, now + 4 * DAY - HOUR, 3 * DAY) == 0
    assert await pruned(db, now + 4 * DAY, 3 * DAY) == 3


async def test_without_receipts_there_is_nothing_to_prune(house, db, now):
    await house.story()
    assert await pruned(db, now + 9 * DAY, DAY) == 0


async def shown(db: Database, post_id: int, now) -> dict[int, tuple[int, ...]]:
    """What a correction of a post has to leave in each message that shows it, by reader."""
    found = await copies.behind(db, Correction(1, post_id, 7, "correct", now))
    return {one.reader_id: one.posts for one in found}


@pytest.fixture
async def roundup(house, db, now) -> tuple[int, int]:
    """Two stories, a day apart, that two readers have in one message, and one in two; both expire."""
    older = await house.story()
    house.now = now + DAY - HOUR
    both = older, await house.story()
    for chat_id in (1, 2, 3):
        await house.reader(chat_id)
    await sent(db, *both, now=now)
    async with db.write() as connection:
        number = 10 * tables.receipts.c.reader_id
        alone = (tables.receipts.c.reader_id == 3) & (tables.receipts.c.post_id == older)
        await connection.execute(update(tables.receipts).values(message_id=number))
        await connection.execute(update(tables.receipts).where(alone).values(message_id=number + 1))
    return both


async def test_a_message_is_known_with_all_that_it_shows_or_not_at_all(db, now, roundup):
    """Else a correction of the younger story would take the older one off the screen."""
    older, younger = roundup
    known = {3: (younger,), 2: roundup, 1: roundup}
    long = now + 4 * DAY
    assert await pruned(db, long - HOUR, 3 * DAY) == 0
    assert await shown(db, younger, now) == known
    for reader_id in (1, 2):
        assert await anext(receipts.prune(db, long, 3 * DAY, 1)) == 2
        del known[reader_id]
        assert await shown(db, younger, now) == known
    assert await pruned(db, long, 3 * DAY) == 1
    assert await shown(db, younger, now) == known
    assert await receipts.outcomes(db, older) == {}
    assert await pruned(db, long + DAY, 3 * DAY) == 1


@pytest.mark.usefixtures("roundup")
async def test_what_came_with_a_story_that_may_still_be_sent_stays_as_long_as_that(db, now):
    assert await pruned(db, now + 2 * DAY - 2 * HOUR, HOUR) == 0
    assert await pruned(db, now + 2 * DAY - HOUR, HOUR) == 5


async def test_a_message_of_the_same_number_in_a_chat_that_is_no_more_is_another_one(db, now, roundup):
    older, younger = roundup
    async with db.write() as connection:
        left = (tables.receipts.c.post_id == older) & (tables.receipts.c.reader_id == 1)
        await connection.execute(update(tables.receipts).where(left).values(revision=copies.ELSEWHERE))
    assert await pruned(db, now + 4 * DAY, 3 * DAY) == 4
    assert await shown(db, younger, now) == {3: (younger,), 1: (younger,)}


async def test_whose_receipts_go_while_copies_are_looked_for_is_left_alone(db, now, roundup, monkeypatch):
    """Nobody knows what such a message shows: who takes it for empty deletes it."""
    look = copies.posts_in

    async def late(*asked):
        with monkeypatch.context() as moment:
            moment.setattr(receipts, "posts_in", look)
            await pruned(db, now + 4 * DAY, 3 * DAY)
        return await look(*asked)

    monkeypatch.setattr(copies, "posts_in", late)
    found = await shown(db, roundup[1], now)
    assert found.pop(3) == roundup[1:]
    assert found == (dict.fromkeys((1, 2), roundup) if db.is_sqlite else {})


async def test_a_slice_is_what_was_asked_for_and_the_rest_of_a_message(house, db, now):
    """Ten stories: five readers have them all in one message, the others have the first alone."""
    first, *others = [await house.story() for _ in range(10)]
    await sent(db, first, *others, now=now, readers=100)
    told = tables.receipts.c
    async with db.write() as connection:
        await connection.execute(update(tables.receipts).values(message_id=told.reader_id))
        alone = told.post_id.in_(others) & (told.reader_id <= 95)
        await connection.execute(delete(tables.receipts).where(alone))
    slices = [some async for some in receipts.prune(db, now + 2 * DAY, HOUR, 100)]
    assert slices == [95 + 10, 4 * 10]


async def test_all_posts_are_looked_through_once_however_many_slices_it_takes(house, db, now):
    lasting = await house.announcement()
    await expires(db, lasting, now + 7 * DAY)
    stories = [await house.story() for _ in range(3)]
    await sent(db, lasting, *stories, now=now)
    with overheard(db) as asked:
        assert await pruned(db, now + 2 * DAY, HOUR, 1) == 9
    assert sum("published_at" in question for question, _ in asked) == 1
    looked = [values for question, values in asked if "ORDER BY posts.id" in question]
    assert len(looked) == 10
    # From the announcement on at first, then from where the last slice was.
    assert [next(one for one in values if isinstance(one, int)) for values in looked] == [
        lasting,
        *(story for story in stories for _ in range(3)),
    ]


@pytest.mark.parametrize("is_old", [False, True])
async def test_pruning_finds_receipts_by_their_keys(house, db, now, is_old):
    """Of twenty thousand receipts it looks at those that go, and at one of each post that might."""
    await house.story()
    await fill(db, now)
    async with db.write() as connection:
        await connection.execute(update(tables.receipts).values(message_id=tables.receipts.c.reader_id + 7))
    await house.story()
    await sent(db, 2, now=now, readers=500)
    with overheard(db) as asked:
        deleted = await anext(receipts.prune(db, now + (2 * DAY if is_old else timedelta()), HOUR, 100), 0)
    found = [(question, look) for question, values in asked for look in await looks(db, question, values)]
    messages = {("receipts", "ix_receipts_reader_id_message_id")} if is_old else set()
    assert {(look.table, look.index) for _, look in found} == {("receipts", "pk_receipts"), *messages}
    # The first of all is where the key begins.
    assert all(look.narrow for question, look in found if not question.startswith("SELECT min("))
    assert deleted == (100 if is_old else 0)
    assert any("DELETE" in question for question, _ in asked) == is_old
