"""Copies that are behind are found by their post, the last first, and no others are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from storage import copies
from storage.copies import Fate
from storage.corrections import Correction
from storage.tables import receipts
from tests.storage.crowd import MANY, fill
from tests.storage.test_plans import found_by

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


async def test_copies_are_found_by_their_post_from_where_the_last_ones_ended(db: Database, now: datetime):
    await fill(db, now)
    async with db.write() as connection:
        await connection.execute(update(receipts).values(message_id=receipts.c.reader_id + 7))
    correction = Correction(1, 1, 7, "correct", now)
    first = await copies.behind(db, correction, limit=3)
    assert [one.reader_id for one in first] == [MANY, MANY - 1, MANY - 2]
    found = await copies.behind(db, correction, before=MANY - 2, limit=3)
    assert [(one.reader_id, one.posts) for one in found] == [(MANY - number, (1,)) for number in (3, 4, 5)]
    await found_by(db, copies.behind(db, correction, before=MANY // 2, limit=600))
    fates = [Fate(correction, one.reader_id, "changed") for one in found]
    await found_by(db, copies.settle(db, fates))
    assert await found_by(db, copies.may_come(db, now)) == {"ix_readers_leased"}
