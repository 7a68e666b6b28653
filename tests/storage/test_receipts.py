"""Receipts are kept as long as somebody may ask for them, and found without looking through the others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from storage import receipts, tables
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
    every = 0
    while some := await receipts.prune(db, now, kept, size):
        assert some <= size
        every += some
    return every


async def test_receipts_of_what_may_still_be_sent_stay(house, db, now):
    """An announcement lives for a week: its panel counts them, and who is two readers gets it once."""
    before, announcement, after = await house.story(), await house.announcement(), await house.story()
    await expires(db, announcement, now + 7 * DAY)
    await sent(db, before, announcement, after, now=now)
    assert await pruned(db, now + 2 * DAY, DAY) == 6
    assert await receipts.outcomes(db, before, after) == {}
    assert await receipts.outcomes(db, announcement) == {"sent": 3}
    assert await pruned(db, now + 7 * DAY, DAY) == 3


async def test_receipts_of_what_is_over_stay_as_long_as_they_are_asked_for(house, db, now):
    await sent(db, await house.story(), now=now)
    assert await pruned(db, now + 2 * DAY, 3 * DAY) == 0
    assert await pruned(db, now + 3 * DAY + HOUR, 3 * DAY) == 3


async def test_without_receipts_there_is_nothing_to_prune(house, db, now):
    await house.story()
    assert await pruned(db, now + 9 * DAY, DAY) == 0


@pytest.mark.parametrize("is_old", [False, True])
async def test_pruning_finds_receipts_by_their_key(house, db, now, is_old):
    """Of twenty thousand receipts it looks at those that go, and at one of each post that might."""
    await house.story()
    await fill(db, now)
    await house.story()
    await sent(db, 2, now=now, readers=500)
    with overheard(db) as asked:
        deleted = await receipts.prune(db, now + (DAY if is_old else timedelta()), HOUR, 100)
    found = [(question, look) for question, values in asked for look in await looks(db, question, values)]
    assert {(look.table, look.index) for _, look in found} == {("receipts", "pk_receipts")}
    # The first of all is where the key begins.
    assert all(look.narrow for question, look in found if not question.startswith("SELECT min("))
    assert deleted == (100 if is_old else 0)
    assert any("DELETE" in question for question, _ in asked) == is_old
