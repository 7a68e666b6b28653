from __future__ import annotations

import asyncio

from sqlalchemy import update

from storage import readers, tables


async def test_who_is_known_and_says_the_same_waits_for_nobody_who_writes(db, another, now):
    """Most who speak are known: during a broadcast their answers would wait for its writing."""
    said = {"kind": "private", "title": "রহিমা", "timezone": "Asia/Riyadh", "now": now}
    known, _ = await readers.arrive(db, 1, **said)
    async with another().write() as connection:
        await connection.execute(update(tables.readers).values(cursor=1))
        async with asyncio.timeout(60):
            assert await readers.arrive(db, 1, **said) == (known, False)
