"""A chat gets its new id while somebody comes to know it by that id."""

from __future__ import annotations

import asyncio

from sqlalchemy import insert, text

from storage import readers, subscriptions, tables
from storage.due import Settlement
from tests.databases import shared_only

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


async def until_somebody_waits(db) -> None:
    while True:
        async with db.read() as connection:
            if await connection.scalar(WAITS):
                return
        await asyncio.sleep(0.02)


@shared_only
async def test_two_who_meet_in_the_moment_of_the_move_become_one(house, db, another, now):
    old, look = await house.reader(-5, "category:khela"), another()
    await house.reader(1)
    await house.announcement()
    await house.mark()
    held = await house.claim()
    said = [Settlement(one.reader.id, moved_to=-1005 if one.reader.id == old.id else None) for one in held]
    async with another().write() as connection:
        arriving = insert(tables.readers).values(
            chat_id=-1005, topic=0, kind="group", title="দল", timezone="Asia/Dhaka",
            since=1, cursor=1, arrived_at=now, changed_at=now,
        )  # fmt: skip
        await connection.execute(arriving)
        settling = asyncio.create_task(house.settle(*said))
        await asyncio.wait_for(until_somebody_waits(look), 20)
    assert await settling == set()
    assert await readers.reader(db, -5) is None
    one = await readers.reader(db, -1005)
    assert set(await subscriptions.following(db, one.id)) >= {"category:khela"}
    assert await house.claimed() == {one.id}
