"""A process says within two seconds whether it is ready, whatever has become of its database."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import select, update

from bot.demo.telegram import TelegramServer
from bot.monitoring import readiness
from bot.monitoring.reach import Reach
from bot.monitoring.readiness import LATE, OVERDUE, Readiness
from delivery.ledger import Ledger
from delivery.pace import Pace
from delivery.telegram import Telegram
from news.article import Source
from storage import announcements, due, leases, posts, readers, sources, tables
from storage.database import Database

MINUTE = timedelta(minutes=1)


class Clock:
    """A time that a test moves."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


def never() -> None:
    """A sender that does not rest."""


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(readiness, "PATIENCE", 0.2)


@pytest.fixture
async def ready(db, clock):
    """What a process says that polls and sends."""
    ready = Readiness(db, clock, timetable="timetable", rests=never)
    yield ready
    await ready.close()


@pytest.mark.usefixtures("impatient")
async def test_while_another_holds_the_database_the_answer_is_no_and_comes_at_once(
    sqlite_db, tmp_path, clock
):
    ready = Readiness(sqlite_db, clock, rests=never)
    assert (await ready())["database"] is True
    with closing(sqlite3.connect(tmp_path / "khobor.db", isolation_level=None)) as another:
        another.execute("BEGIN EXCLUSIVE")
        for said in [await ready() for _ in range(3)]:
            assert said["database"] is False
            assert "locked" in said["reason"]["database"]
        another.execute("ROLLBACK")
    async with asyncio.timeout(60):
        while (await ready())["database"] is False:
            await asyncio.sleep(0.01)
    await ready.close()


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_accepts_and_never_answers_is_not_waited_for(clock):
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    db = Database(f"postgresql+asyncpg://khobor@127.0.0.1:{port}/khobor")
    ready = Readiness(db, clock, timetable="timetable")
    assert [(await ready())["database"] for _ in range(2)] == [False, False]
    await ready.close()
    await db.close()
    listening.close()
    await listening.wait_closed()


async def test_a_server_that_is_gone_is_said_to_be_gone(clock):
    ready = Readiness(Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor"), clock)
    said = await ready()
    assert said["database"] is False
    assert "can't be reached" in said["reason"]["database"]


async def test_a_new_process_with_nothing_to_do_is_ready(ready):
    assert await ready() == {"database": True, "poller": True, "sender": True, "due": 0, "held": 0}


async def test_a_sender_that_rests_says_why_and_is_not_ready_once_it_takes_too_long(db, clock):
    began = clock.now
    ready = Readiness(db, clock, rests=lambda: began)
    for waited, works in ((timedelta(), True), (LATE, True), (MINUTE, False)):
        clock.now += waited
        said = await ready()
        assert said["sender"] is works
        assert "the sender rests since" in said["reason"]["sender"]


async def test_a_process_that_ends_sends_no_more_and_says_so(db, clock):
    sends, polls = Readiness(db, clock, rests=never), Readiness(db, clock, timetable="timetable")
    for ready in (sends, polls):
        assert (await ready())["sender"] is True
        ready.end()
    said = await sends()
    assert (said["sender"], said["reason"]) == (False, {"sender": "the process ends"})
    assert (await polls())["sender"] is True


async def test_a_wait_that_telegram_asks_of_everybody_is_said_by_every_process(db, clock, published):
    """Whichever of them was told: it is written down for all."""
    del published
    pace = Pace(1000, time.monotonic, ledger=Ledger(db, clock))
    for chat in (1, 2):
        await pace.refused(chat, 1800)
    ready = Readiness(db, clock, timetable="timetable")
    said = await ready()
    assert said["sender"] is True
    assert re.fullmatch(r"Telegram asks everybody to wait 1[78]\d\d s more", said["reason"]["sender"])
    clock.now += LATE + MINUTE
    await leases.acquire(db, "timetable", "host/1/a", now=clock.now, ttl=MINUTE)
    said = await ready()
    assert said["sender"] is False
    assert re.search(r"to wait 1[5678]\d\d s more; readers wait and are not", said["reason"]["sender"])


async def test_each_part_that_does_not_work_says_why(db, clock, due_reader):
    del due_reader
    ready = Readiness(db, clock, timetable="timetable", rests=never, reached=lambda: None)
    clock.now += LATE + MINUTE
    said = await ready()
    assert [said[part] for part in ("poller", "sender", "telegram")] == [False, False, False]
    assert "timetable" in said["reason"]["poller"]
    assert "not sent to" in said["reason"]["sender"]
    assert "Telegram" in said["reason"]["telegram"]


async def test_a_telegram_that_was_never_reached_is_no_after_two_minutes(db, clock):
    ready = Readiness(db, clock, rests=never, reached=lambda: None)
    assert (await ready())["telegram"] is True
    clock.now += LATE + MINUTE
    said = await ready()
    assert said["telegram"] is False
    assert said["reason"] == {"telegram": "Telegram has not answered since the start"}


async def test_whether_telegram_answers_is_asked_of_telegram(db, clock):
    server = TelegramServer()
    await server.start()
    async with aiohttp.ClientSession() as session:
        reach = Reach(Telegram(session, server.base_url, server.token).answers, clock)
        ready = Readiness(db, clock, reached=lambda: reach.last)
        for waited, answers in ((LATE + MINUTE, True), (LATE, True), (MINUTE, False)):
            clock.now += waited
            await reach.ask()
            assert (await ready())["telegram"] is answers
            await server.stop()


@pytest.fixture
async def published(db, now):
    await readers.arrive(db, 1, kind="private", title="পাঠক", timezone="Asia/Dhaka", now=now)
    told = posts.Announcement(900, 1, 900)
    until = now + timedelta(days=1)
    await announcements.publish(db, told, posts.Audience(everyone=True), now=now, expires_at=until)


@pytest.fixture
async def due_reader(db, now, published):
    del published
    await posts.mark_slice(db, now)


@pytest.mark.usefixtures("due_reader")
async def test_readers_who_wait_while_nobody_claims_any_are_a_standstill(db, clock):
    ready = Readiness(db, clock, rests=never)
    clock.now += LATE
    assert (await ready())["sender"] is True
    clock.now += MINUTE
    said = await ready()
    assert (said["sender"], said["due"]) == (False, 1)
    assert "not sent to" in said["reason"]["sender"]


@pytest.mark.usefixtures("due_reader")
async def test_a_long_queue_that_moves_is_no_standstill(db, clock, now):
    """At 30 a second a million readers take nine hours."""
    await readers.arrive(db, 2, kind="private", title="পাঠক", timezone="Asia/Dhaka", now=now)
    await readers.resume(db, 2, now)
    clock.now += LATE + MINUTE
    held = await due.claim(db, "host/1/a", now=clock.now, lease=MINUTE, limit=1)
    assert len(held) == 1
    assert (await Readiness(db, clock, rests=never)())["sender"] is True


@pytest.mark.usefixtures("due_reader")
async def test_a_long_queue_whose_sender_is_started_again_has_moved_a_moment_ago(db, clock):
    ready = Readiness(db, clock, rests=never)
    clock.now += LATE + MINUTE
    await due.claim(db, "host/1/a", now=clock.now, lease=2 * LATE, limit=1)
    assert (await ready())["sender"] is True
    await due.release_dead(db, "host", lambda _: True, clock.now)
    clock.now += LATE
    assert (await ready())["sender"] is True
    clock.now += MINUTE
    assert (await ready())["sender"] is False


@pytest.mark.usefixtures("due_reader")
async def test_readers_in_the_hands_of_a_sender_that_is_no_more_wait_for_another(db, clock):
    """Nobody is due: a claim takes that away, and only senders give it back."""
    clock.now = datetime.now(UTC)  # as PostgreSQL has it
    await due.claim(db, "elsewhere/1/a", now=clock.now, lease=MINUTE, limit=1)
    await leases.acquire(db, "timetable", "host/1/a", now=clock.now, ttl=OVERDUE)
    ready = Readiness(db, clock, timetable="timetable")
    assert await ready() == {"database": True, "poller": True, "sender": True, "due": 0, "held": 1}
    await let_pass_for_readers(db, 2 * MINUTE + LATE)
    said = await ready()
    assert (said["sender"], said["due"], said["held"]) == (False, 1, 0)
    assert "not sent to" in said["reason"]["sender"]


async def let_pass_for_readers(db, length):
    """So much time passes for every lease of a reader: PostgreSQL's own clock can't be moved."""
    column = tables.readers.c.lease_until
    async with db.write() as connection:
        ends = await connection.scalar(select(column).where(column.is_not(None)).limit(1))
        await connection.execute(update(tables.readers).values(lease_until=ends - length))


@pytest.mark.usefixtures("published")
async def test_a_post_that_no_sender_is_there_to_mark_is_seen_by_who_polls(db, clock):
    """Nobody is due, and no sender answers for itself; who only converses goes on taking what is said."""
    await leases.acquire(db, "timetable", "host/1/a", now=clock.now, ttl=OVERDUE)
    polls, converses = Readiness(db, clock, timetable="timetable"), Readiness(db, clock)
    clock.now += LATE
    assert (await polls())["sender"] is True
    clock.now += MINUTE
    said = await polls()
    assert (said["sender"], said["poller"], said["due"]) == (False, True, 0)
    assert "not sent to" in said["reason"]["sender"]
    assert await converses() == {"database": True}


async def test_a_timetable_that_nobody_keeps_is_a_standstill(db, clock, ready):
    clock.now += LATE
    said = await ready()
    assert said["poller"] is False
    assert "timetable" in said["reason"]["poller"]
    await leases.acquire(db, "timetable", "host/1/a", now=clock.now, ttl=MINUTE)
    assert (await ready())["poller"] is True


async def test_a_source_that_is_due_and_not_polled_is_a_standstill(db, clock, ready):
    await sources.register(db, [Source("ক", "https://a.example/", "probash")], clock.now)
    await leases.acquire(db, "timetable", "host/1/a", now=clock.now, ttl=2 * OVERDUE)
    clock.now += OVERDUE
    assert (await ready())["poller"] is True
    clock.now += MINUTE
    assert (await ready())["poller"] is False
