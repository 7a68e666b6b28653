"""Editors hear of it when nothing is sent though readers wait: once, and again when it goes on."""

from __future__ import annotations

import string
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.monitoring.readiness import LATE
from bot.monitoring.standstill import Standstill
from handlers.editors.alarms import Alarm, sentence
from storage import announcements, due, posts, readers, tables
from storage.database import Database

MINUTE = timedelta(minutes=1)


class Desk:
    """A standstill that is looked for by a clock which only the test moves."""

    def __init__(self, db, now):
        self.db, self.now = db, now
        self.told: list[Alarm] = []
        self.standstill = Standstill(db, lambda: self.now, self.told.append)

    async def look(self, after: timedelta = timedelta()) -> list[str]:
        self.now += after
        await self.standstill.look()
        return [alarm.kind for alarm in self.told]

    async def post(self, *, marked: bool = True) -> None:
        until = self.now + timedelta(days=1)
        told = posts.Announcement(900, 1, 900)
        await announcements.publish(
            self.db, told, posts.Audience(everyone=True), now=self.now, expires_at=until
        )
        if marked:
            await posts.mark_slice(self.db, self.now)

    async def claim(self) -> list[due.Claimed]:
        return await due.claim(self.db, "host/1/a", now=self.now, lease=MINUTE, limit=10)


@pytest.fixture
async def desk(db, now):
    await readers.arrive(db, 1, kind="private", title="পাঠক", timezone="Asia/Dhaka", now=now)
    desk = Desk(db, now)
    await desk.post()
    return desk


async def test_a_standstill_is_told_once_and_so_is_its_end(desk):
    assert await desk.look(LATE) == []
    assert await desk.look(MINUTE) == ["standing"]
    assert desk.told[0].silence == LATE + MINUTE
    assert await desk.look(MINUTE) == ["standing"]
    held = await desk.claim()
    assert await desk.look() == ["standing", "moving"]
    assert desk.told[1].silence == LATE + 2 * MINUTE
    await due.settle(
        desk.db,
        "host/1/a",
        [due.Settlement(one.reader.id, cursor=1, epoch=one.epoch) for one in held],
        now=desk.now,
    )
    assert await desk.look(MINUTE) == ["standing", "moving"]


async def test_the_next_standstill_is_news_again(desk):
    await desk.look(LATE + MINUTE)
    await desk.claim()
    await desk.look()
    await due.release_dead(desk.db, "host", lambda _: True, desk.now)
    assert await desk.look(LATE + MINUTE) == ["standing", "moving", "standing"]


async def test_a_post_that_no_sender_was_there_to_mark_is_a_standstill_until_one_comes(db, now):
    """Nobody is due for it, since it is senders that mark."""
    await readers.arrive(db, 1, kind="private", title="পাঠক", timezone="Asia/Dhaka", now=now)
    desk = Desk(db, now)
    await desk.post(marked=False)
    assert await desk.look(LATE) == []
    assert await desk.look(MINUTE) == ["standing"]
    assert desk.told[0].silence == LATE + MINUTE
    await posts.mark_slice(db, desk.now)
    assert await desk.look() == ["standing"]
    assert await desk.claim()
    assert await desk.look() == ["standing", "moving"]


async def test_a_long_audience_is_no_standstill_while_some_of_it_are_sent_to(desk):
    """A post of which more readers are marked every moment is not marked to the end for long."""
    await desk.post(marked=False)
    desk.now += LATE + MINUTE
    await desk.claim()
    assert await desk.look() == []


async def test_readers_held_by_a_sender_that_is_no_more_are_a_standstill_until_another_takes_them(db):
    """Nobody is due, and no other process of that machine is there to free them."""
    started = datetime.now(UTC)  # as PostgreSQL has it
    await readers.arrive(db, 1, kind="private", title="পাঠক", timezone="Asia/Dhaka", now=started)
    desk = Desk(db, started)
    await desk.post()
    assert await desk.claim()
    assert await desk.look() == []
    async with db.write() as connection:
        over = started - LATE - MINUTE
        await connection.execute(update(tables.readers).values(lease_until=over))
    assert await desk.look() == ["standing"]
    assert await due.reclaim(db, desk.now, but="host/2/b") == {"host/1/a": 1}
    assert await desk.claim()
    assert await desk.look() == ["standing", "moving"]


async def test_nobody_due_is_no_standstill_however_long(db, now):
    assert await Desk(db, now).look(timedelta(days=3)) == []


async def test_while_the_database_is_away_nothing_is_told(now):
    assert await Desk(Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor"), now).look() == []


@pytest.mark.parametrize("kind", ["standing", "moving"])
def test_both_are_said_in_both_languages_with_the_time_that_it_took(kind):
    alarm = Alarm(kind, "", silence=timedelta(minutes=25))
    bengali, english = (sentence(alarm, language) for language in ("bn", "en"))
    assert "২৫ মিনিট" in bengali
    assert "25 minutes" in english
    assert unicodedata.is_normalized("NFC", bengali)
    assert not set(bengali) & set(string.ascii_letters + string.digits)
