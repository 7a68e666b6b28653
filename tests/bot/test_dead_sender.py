"""The only sender dies while there is nothing to send: what comes then is not overlooked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from storage import announcements, posts, readers
from storage.database import Database
from tests.bot.road import WAIT, Bot
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
