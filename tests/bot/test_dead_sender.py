"""The only sender dies, with nothing to send or with readers in hand: nobody is overlooked."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlalchemy import update

from bot.demo.telegram import Fault
from storage import announcements, posts, readers, tables
from storage.database import Database
from tests.bot.road import ROOT, WAIT, Bot
from tests.delivery import sender_process
from tests.postgres import free_port

THREE_MINUTES = timedelta(minutes=3)
"""Longer than anybody may wait whom nobody sends to."""


@pytest.fixture
async def db(postgres_url):
    db = Database(postgres_url)
    yield db
    await db.close()


async def test_who_polls_says_at_its_door_and_to_the_editors_that_nobody_sends(
    server, paper, tmp_path, postgres_url, db
):
    editor = server.person(1, "সম্পাদক", started=True)
    reader = server.person(2, "পাঠক", started=True)
    now = datetime.now(UTC)
    await readers.arrive(db, reader.id, kind="private", title="", timezone="Asia/Dhaka", now=now)
    said = await server.say(editor, "আজ বিকেলে বিরতি")
    port = free_port()
    bots = [
        Bot(tmp_path, server, paper, DATABASE_URL=postgres_url, WEB_LISTEN=listen)
        for listen in (f"127.0.0.1:{port}", "")
    ]
    polls, sends = bots
    await polls.start("poll")
    await sends.start("send")
    await server.until(lambda: all(f"role={role}" in sends.log() for role in ("poll", "send")), WAIT)
    await sends.kill()

    told = posts.Announcement(editor.id, said["message_id"], editor.id)
    then = now - THREE_MINUTES  # as if three minutes had passed since
    until = now + timedelta(days=1)
    await announcements.publish(db, told, posts.Audience(everyone=True), now=then, expires_at=until)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as stranger:
        async with stranger.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["sender"]) == (503, False)
        await server.until(lambda: "পাঠানো থেমে আছে" in str(server.sent(editor)), WAIT)
        assert not server.sent(reader)
        await sends.start("send")
        await server.until(lambda: "আজ বিকেলে বিরতি" in str(server.sent(reader)), WAIT)
        await server.until(lambda: "পাঠানো আবার চলছে" in str(server.sent(editor)), WAIT)
        async with stranger.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["sender"]) == (200, True)


@asynccontextmanager
async def a_sender_elsewhere(server, url):
    """A process that sends, of a machine on which nobody else of ours looks after the dead."""
    program, numbers = sender_process.__file__, ("8", "100", "0")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, program, url, server.base_url, server.token, *numbers),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_who_polls_says_that_a_dead_sender_holds_everybody_who_waits(
    server, paper, tmp_path, postgres_url, db
):
    """The last story of an evening: nobody is due any more, and nobody is there to end the lease."""
    editor = server.person(1, "সম্পাদক", started=True)
    reader = server.person(2, "পাঠক", started=True)
    now = datetime.now(UTC)
    port = free_port()
    polls = Bot(tmp_path, server, paper, DATABASE_URL=postgres_url, WEB_LISTEN=f"127.0.0.1:{port}")
    await polls.start("poll")
    await server.until(lambda: "role=poll" in polls.log(), WAIT)
    await readers.arrive(db, reader.id, kind="private", title="", timezone="Asia/Dhaka", now=now)
    said = await server.say(editor, "শুভ রাত্রি")
    told = posts.Announcement(editor.id, said["message_id"], editor.id)
    until = now + timedelta(days=1)
    await announcements.publish(db, told, posts.Audience(everyone=True), now=now, expires_at=until)
    unanswered = server.faults.add(Fault.hang(), chat_id=reader.id, times=0)
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as stranger,
        a_sender_elsewhere(server, postgres_url) as sender,
    ):
        await server.until(lambda: server.requests("copyMessage", reader.id), WAIT)
        sender.kill()
        async with stranger.get("/readyz") as answer:
            assert (answer.status, (await answer.json())["held"]) == (200, 1)
        async with db.write() as connection:  # as if the lease had ended three minutes ago
            over = datetime.now(UTC) - THREE_MINUTES
            await connection.execute(update(tables.readers).values(lease_until=over))
        async with stranger.get("/readyz") as answer:
            state = await answer.json()
            assert (answer.status, state["sender"], state["due"], state["held"]) == (503, False, 1, 0)
            assert "not sent to" in state["reason"]["sender"]
        server.faults.remove(unanswered)
        async with a_sender_elsewhere(server, postgres_url):
            await server.until(lambda: "শুভ রাত্রি" in str(server.sent(reader)), WAIT)
            async with stranger.get("/readyz") as answer:
                assert answer.status == 200
