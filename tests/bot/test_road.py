"""The whole road, with the real command in a process of its own: stories reach telephones, come what may."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
from contextlib import closing

import aiohttp
import pytest

from bot import owner
from bot.demo.telegram import Fault
from bot.web import SECRET_HEADER
from tests import botapi, postgres
from tests.bot.road import READERS, UNSAVED, WAIT, Bot, cards, follow
from tests.postgres import free_port
from tests.promised import repeated


@pytest.fixture
def paper(paper):
    paper.publish("পুরোনো খবর: বন্দরে নতুন ঘাট চালু")
    return paper


def at_most(times: list[float], most: int, seconds: float) -> bool:
    """Whether no window of `seconds` holds more than `most` of these times."""
    return all(late - early >= seconds for early, late in zip(times, times[most:], strict=False))


async def test_a_new_story_reaches_fifty_readers_once_with_photo_summary_and_link(server, paper, bot):
    """The road end to end, within Telegram's limits, in requests that Telegram would take."""
    await server.until(lambda: "story published" in bot.log(), WAIT)  # the old one, before anybody follows
    readers = await follow(server)
    title = "মাস্কাটে বাংলাদেশি কর্মীদের নতুন আবাসন চালু"
    story = paper.publish(title)
    await server.until(lambda: all(cards(server, reader, title) for reader in readers), WAIT)
    await asyncio.sleep(1)
    for reader in readers:
        (card,) = cards(server, reader, title)
        assert card["photo"]
        assert "৬০০ কর্মী" in card["caption"]
        assert card["reply_markup"]["inline_keyboard"][0][0]["url"] == paper.link(story)
    botapi.hold(server.log)
    uploads = [request for request in server.log if request.uploads]
    assert len(uploads) == 1
    sent = [request for request in server.log if request.method.startswith("send")]
    assert at_most(sorted(request.at for request in sent), 30, 0.99)
    for reader in readers:
        assert at_most([request.at for request in sent if request.chat_id == reader], 1, 0.99)
    assert not [message for reader in readers for message in cards(server, reader, "পুরোনো খবর")]
    assert await bot.kill(signal.SIGTERM) == 0


@pytest.mark.parametrize("reached_first", [1, 8, 20])
async def test_killed_in_the_middle_and_started_again_it_leaves_nobody_out(server, paper, bot, reached_first):
    """Killed (-9) while cards go out: after the restart every reader has the story, hardly anybody twice."""
    readers = await follow(server)
    title = "দোহায় প্রবাসীদের বইমেলা শুরু"
    paper.publish(title)
    await server.until(
        lambda: sum(bool(cards(server, reader, title)) for reader in readers) >= reached_first, WAIT
    )
    await bot.kill()
    assert not all(cards(server, reader, title) for reader in readers)
    await bot.start()
    await server.until(lambda: all(cards(server, reader, title) for reader in readers), WAIT)
    await asyncio.sleep(0.5)
    assert sum(len(cards(server, reader, title)) for reader in readers) - READERS <= UNSAVED
    assert "Traceback" not in bot.log()


async def test_telegram_stumbling_at_the_start_does_not_stop_the_bot(server, paper, tmp_path):
    """A 502 to the first question, a 429 to the second, rubbish for updates: waited out, then as usual."""
    server.faults.add(Fault.html(502), method="getMe")
    server.faults.add(Fault.html(502), method="deleteWebhook")
    server.faults.add(Fault.error(429, "Too Many Requests", retry_after=1), method="setMyCommands")
    server.faults.add(Fault.raw(b"null"), method="getUpdates")
    bot = Bot(tmp_path, server, paper)
    await bot.start()
    await follow(server, 1)
    assert await bot.kill(signal.SIGTERM) == 0
    assert "Traceback" not in bot.log()


async def test_a_webhook_brings_what_people_say_and_refuses_strangers(server, paper, tmp_path):
    """Only Telegram, which knows the secret, is heard; health is told beside it."""
    port = free_port()
    bot = Bot(
        tmp_path,
        server,
        paper,
        WEB_LISTEN=f"127.0.0.1:{port}",
        WEBHOOK_URL=f"http://127.0.0.1:{port}",
        WEBHOOK_SECRET="a-long-secret",
    )
    await bot.start()
    await follow(server, 3)
    assert not server.requests("getUpdates")
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as stranger:
        assert (await stranger.get("/healthz")).status == 200
        ready = await stranger.get("/readyz")
        assert (ready.status, (await ready.json())["poller"]) == (200, True)
        forged = {"update_id": 1, "message": {"chat": {"id": 5}, "text": "/start"}}
        assert (await stranger.post("/telegram", json=forged)).status == 401
        odd = await stranger.post(
            "/telegram", json={"update_id": 7, "message": "x"}, headers={SECRET_HEADER: "a-long-secret"}
        )
        assert odd.status == 200
    await bot.kill()
    await bot.start()
    await server.say(server.world.people[100], "/help")
    await server.until(lambda: "যা যা করতে পারেন" in server.messages(100)[-1]["text"], WAIT)
    assert await bot.kill(signal.SIGTERM) == 0


async def test_a_webhook_address_that_telegram_refuses_is_one_sentence(server, paper, tmp_path):
    """An operator's slip, said as one."""
    refusal = Fault.error(400, "Bad Request: bad webhook: ip address 127.0.0.1 is reserved")
    server.faults.add(refusal, method="setWebhook", times=0)
    port = free_port()
    listen = {"WEB_LISTEN": f"127.0.0.1:{port}", "WEBHOOK_SECRET": "s"}
    bot = Bot(tmp_path, server, paper, WEBHOOK_URL=f"http://127.0.0.1:{port}", **listen)
    await bot.start()
    assert bot.running is not None
    assert await asyncio.wait_for(bot.running.wait(), 60) == 2
    assert "khobor: WEBHOOK_URL: Telegram refuses it" in bot.log()
    assert "Traceback" not in bot.log()


async def test_two_processes_on_postgresql_share_the_work_and_nobody_gets_it_twice(
    server, paper, tmp_path, postgres_url
):
    """One polls, both send; one is killed in the middle, the other finishes."""
    bots, rate = [], 14
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        bots.append(Bot(folder, server, paper, DATABASE_URL=postgres_url, SEND_RATE=str(rate)))
        await bots[-1].start()
    readers = await follow(server, 40)
    title = "কুয়ালালামপুরে প্রবাসীদের ফুটবল উৎসব"
    paper.publish(title)
    await server.until(lambda: sum(bool(cards(server, reader, title)) for reader in readers) > 10, WAIT)
    await bots[1].kill()
    await server.until(lambda: all(cards(server, reader, title) for reader in readers), WAIT)
    assert sum(len(cards(server, reader, title)) for reader in readers) - len(readers) <= repeated(rate)
    assert await bots[0].kill(signal.SIGTERM) == 0


async def test_when_the_process_that_polls_is_killed_the_one_beside_it_polls_and_listens(
    server, paper, tmp_path, postgres_url
):
    """It notices the death itself, long before the leases end."""
    bots = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        bots.append(Bot(folder, server, paper, DATABASE_URL=postgres_url))
        await bots[-1].start()
        await server.until(lambda bot=bots[-1]: "introduced" in bot.log(), WAIT)
    await server.until(lambda: "lease=updates" in bots[0].log() and "lease=timetable" in bots[0].log(), WAIT)
    readers = await follow(server, 2)
    await bots[0].kill()
    title = "বাহরাইনে প্রবাসীদের নাট্যসন্ধ্যা"
    paper.publish(title)
    await server.until(lambda: all(cards(server, reader, title) for reader in readers), WAIT)
    await server.say(server.world.people[100], "/help")
    await server.until(lambda: "যা যা করতে পারেন" in server.messages(100)[-1].get("text", ""), WAIT)
    if owner.host():
        assert "a holder of leases has died" in bots[1].log()
    assert await bots[1].kill(signal.SIGTERM) == 0


async def test_a_database_that_dies_in_the_middle_and_comes_back_loses_and_doubles_nothing(
    server, paper, tmp_path
):
    """What Telegram had taken by then is saved when it is back, and nothing is sent meanwhile."""
    programs = postgres.found()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    port = free_port()
    with postgres.running(programs) as database:
        url = database.url(database.create())
        bot = Bot(tmp_path, server, paper, DATABASE_URL=url, WEB_LISTEN=f"127.0.0.1:{port}")
        await bot.start()
        readers = await follow(server, 40)
        title = "সিঙ্গাপুরে প্রবাসীদের বৈশাখী মেলা"
        paper.publish(title)
        await server.until(lambda: sum(bool(cards(server, reader, title)) for reader in readers) > 10, WAIT)
        await asyncio.to_thread(database.stop)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as stranger:
            ready = await stranger.get("/readyz")
            assert (ready.status, (await ready.json())["database"]) == (503, False)
        await asyncio.sleep(3)
        await asyncio.to_thread(database.start)
        await server.until(lambda: all(cards(server, reader, title) for reader in readers), WAIT)
        paper.publish("শারজায় নতুন পাঠাগার")
        await server.until(lambda: all(cards(server, reader, "শারজায়") for reader in readers), WAIT)
        assert [len(cards(server, reader, title)) for reader in readers] == [1] * len(readers)
        assert await bot.kill(signal.SIGTERM) == 0
    assert "Traceback" not in bot.log()


async def test_a_database_that_takes_nothing_any_more_does_not_keep_the_process_from_ending(
    server, tmp_path, bot
):
    """What can't be saved in time is left as after a kill; whoever asked it to end waits ten seconds."""
    await server.until(lambda: "lease=updates" in bot.log(), WAIT)
    with closing(sqlite3.connect(tmp_path / "khobor.db", isolation_level=None, timeout=WAIT)) as another:
        another.execute("BEGIN EXCLUSIVE")
        assert await bot.kill(signal.SIGTERM) in {0, 1}


async def test_a_port_that_is_taken_is_one_sentence_and_loses_nothing(server, paper, tmp_path):
    """A story that came meanwhile reaches everybody once, after the operator has chosen another."""
    port = free_port()
    bot = Bot(tmp_path, server, paper)
    await bot.start()
    readers = await follow(server, 20)
    assert await bot.kill(signal.SIGTERM) == 0
    paper.publish("জেদ্দায় প্রবাসীদের জন্য ভ্রাম্যমাণ সেবা")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        bot.environment["WEB_LISTEN"] = f"127.0.0.1:{port}"
        await bot.start()
        assert bot.running is not None
        assert await asyncio.wait_for(bot.running.wait(), WAIT) == 2
    assert "Traceback" not in bot.log()
    bot.environment["WEB_LISTEN"] = ""
    await bot.start()
    await server.until(lambda: all(cards(server, reader, "জেদ্দায়") for reader in readers), WAIT)
    assert all(len(cards(server, reader, "জেদ্দায়")) == 1 for reader in readers)


async def test_a_token_that_is_revoked_while_nothing_is_sent_ends_the_bot_in_one_sentence(server, bot):
    server.faults.add(Fault.error(401, "Unauthorized"), method="getUpdates", times=0)
    assert bot.running is not None
    assert await asyncio.wait_for(bot.running.wait(), WAIT) == 1
    assert "khobor: BOT_TOKEN: " in bot.log()
    assert "TaskGroup" not in bot.log()
    assert "Traceback" not in bot.log()
