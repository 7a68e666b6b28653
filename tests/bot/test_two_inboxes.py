"""Several processes behind one webhook: what one has in hand is another's once it is dead, and not before."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from bot import app
from bot import inbox as inboxes
from bot.demo.telegram import Fault, TelegramServer
from bot.inbox import Inbox
from storage import due, inbox
from storage.database import Database
from tests.bot.road import WAIT, Bot
from tests.bot.test_inbox import House, clock, running, saying, stop, until
from tests.bot.test_roll_call import configure
from tests.postgres import free_port

ONE, TWO = "here/1/a", "there/2/b"
LEASE = timedelta(seconds=2)


@pytest.fixture
def often(monkeypatch):
    """They look all the time, and what is heard nothing of is another's soon."""
    monkeypatch.setattr(inboxes, "LEASE", LEASE)
    monkeypatch.setattr(inboxes, "LOOK", 0.05)
    monkeypatch.setattr(inboxes, "OUT_OF_TOUCH", 1.0)


@asynccontextmanager
async def processes(*databases):
    """For each database an inbox, its handlers, and what they heard."""
    server = TelegramServer(limits=False)
    await server.start()
    async with aiohttp.ClientSession() as session:
        houses = [House(db, server, session, owner) for db, owner in zip(databases, (ONE, TWO), strict=True)]
        for house in houses:
            await house.application.initialize()
        yield houses
        for house in houses:
            await house.application.shutdown()
    await server.stop()


@pytest.fixture
async def two(postgres_url):
    """Two processes at one PostgreSQL."""
    one, two = Database(postgres_url), Database(postgres_url)
    async with processes(one, two) as houses:
        yield houses
    await one.close()
    await two.close()


@pytest.fixture
async def two_of_each(db, another):
    """Two processes at one database, once of each kind."""
    async with processes(db, another()) as houses:
        yield houses


async def in_the_middle(house, *said):
    """A process that has begun to handle the first of what was said, and does not come to an end."""
    house.answers.clear()
    tasks = await running(house.inbox.run())
    await house.inbox.receive(said)
    await until(lambda: house.heard)
    return tasks


@pytest.mark.usefixtures("often")
async def test_who_starts_leaves_to_another_what_it_is_in_the_middle_of(two):
    """As long as it takes, its queue too: every rolling deployment starts one beside others."""
    first, second = two
    tasks = await in_the_middle(first, saying(1, "এক"), saying(2, "দুই"))
    await second.inbox.take_over()
    tasks += await running(second.inbox.run())
    await asyncio.sleep(1.5 * LEASE.total_seconds() + 1.0)
    assert (first.heard, second.heard) == (["এক"], [])
    first.answers.set()
    await first.inbox.drain()
    assert (first.heard, second.heard) == (["এক", "দুই"], [])
    assert not await first.pending()
    await stop(tasks)


@pytest.mark.usefixtures("often")
async def test_what_the_dead_had_in_hand_is_handled_by_who_lives_already(two):
    """Not only by the next one that starts; in the order in which it was said."""
    first, second = two
    tasks = await running(second.inbox.run())
    await stop(await in_the_middle(first, saying(1, "এক"), saying(2, "দুই")))
    await until(lambda: second.heard == ["এক", "দুই"])
    await second.inbox.drain()
    assert not await second.pending()
    await stop(tasks)


async def test_where_the_dead_are_known_nobody_waits_for_a_lease(two, monkeypatch):
    monkeypatch.setattr(inboxes, "LOOK", 0.05)
    monkeypatch.setattr(inboxes, "LEASE", timedelta(hours=1))
    first, second = two
    await stop(await in_the_middle(first, saying(1, "এক")))
    await due.release_dead(first.db, "here", lambda _: True, clock())
    tasks = await running(second.inbox.run())
    await until(lambda: second.heard == ["এক"])
    await stop(tasks)


async def test_an_orderly_end_gives_up_what_is_in_hand_and_takes_nothing_more(two, monkeypatch):
    monkeypatch.setattr(inboxes, "LOOK", 0.01)
    monkeypatch.setattr(inboxes, "LEASE", timedelta(hours=1))
    first, second = two
    tasks = await running(second.inbox.run())
    await second.inbox.drain()
    await stop(await in_the_middle(first, saying(1, "এক"), saying(2, "দুই")))
    await first.inbox.give_up()
    await asyncio.sleep(0.2)
    assert not second.heard
    third = Inbox(second.db, second.application, "there/3/c", clock)
    tasks += await running(third.run())
    await until(lambda: second.heard == ["এক", "দুই"])
    await stop(tasks)


async def test_an_answer_that_takes_longer_than_an_end_may_is_anothers_at_once(  # noqa: PLR0913, PLR0917  # fixtures
    server, paper, tmp_path, database_url, db, monkeypatch
):
    monkeypatch.setattr(app, "DRAINS_IN", 0.1)
    server.faults.add(Fault.slow(WAIT), method="sendMessage", chat_id=7)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(configure(server, paper, tmp_path, database_url), "web", stop=stop))
    await server.say(server.person(7, "পাঠক", started=True), "/help")
    await server.until(lambda: asked(server, 7), WAIT)
    stop.set()
    assert await asyncio.wait_for(running, WAIT) == 0
    (taken,) = await inbox.take(db, TWO, "given up", now=clock(), lease=LEASE)
    assert "/help" in taken[1]


async def test_what_is_in_hand_unknown_to_who_holds_it_is_handled_when_it_comes_again(two):
    """It was saved, and the connection lost before that was said."""
    first, _ = two
    lost = [saying(1, "এক"), saying(2, "দুই")]
    await inbox.receive(first.db, lost, ONE, now=clock(), lease=LEASE)
    tasks = await running(first.inbox.run())
    for _ in range(2):
        await first.inbox.receive([*lost, saying(3, "তিন")])
    await first.inbox.drain()
    assert first.heard == ["এক", "দুই", "তিন"]
    await stop(tasks)


async def test_what_was_left_is_taken_over_as_soon_as_the_database_answers(two):
    """It is no reason to end."""
    _, second = two
    away = Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor")
    taking = asyncio.create_task(Inbox(away, second.application, TWO, clock).take_over())
    await asyncio.sleep(0.5)
    assert not taking.done()
    await stop([taking])


async def test_who_was_without_the_database_lets_others_say_first_that_they_live(two, monkeypatch):
    """They were without it, too, and have perhaps given the answer which they could not write down."""
    monkeypatch.setattr(inboxes, "LOOK", 0.01)
    first, second = two
    monkeypatch.setattr(inboxes, "LEASE", timedelta())
    tasks = await in_the_middle(first, saying(1, "এক"))
    await stop(tasks)
    monkeypatch.setattr(inboxes, "LEASE", timedelta(hours=1))
    await second.inbox.take_over()
    tasks = await running(second.inbox.run())
    await asyncio.sleep(0.2)
    assert not second.heard
    assert await inbox.is_in_hand(first.db, 1, ONE)
    await stop(tasks)


async def test_who_was_frozen_does_not_go_on_with_what_is_anothers_by_now(two_of_each):
    first, second = two_of_each
    tasks = await in_the_middle(first, saying(1, "এক"), saying(2, "দুই"))
    taken = await inbox.take(second.db, TWO, "all", now=clock(), lease=timedelta(hours=1))
    assert [update_id for update_id, _ in taken] == [1, 2]
    first.answers.set()
    await first.inbox.drain()
    assert first.heard == ["এক"]
    assert await first.pending() == [2]
    await stop(tasks)


async def test_what_comes_when_a_process_is_to_end_is_begun_by_the_next_one_only(two_of_each):
    """Begun here it would be cut off, and come twice."""
    first, second = two_of_each
    tasks = await in_the_middle(first, saying(1, "এক"))
    ending = asyncio.create_task(first.inbox.drain())
    await asyncio.sleep(0)
    await first.inbox.receive([saying(2, "দুই")])
    first.answers.set()
    await ending
    await asyncio.sleep(0.2)
    assert first.heard == ["এক"]
    await stop(tasks)
    await second.inbox.take_over()
    tasks = await running(second.inbox.run())
    await until(lambda: second.heard == ["দুই"])
    await stop(tasks)


async def test_on_sqlite_who_starts_takes_all_at_once(sqlite_url):
    """One process receives: whoever did so before is no more, whatever its leases say."""
    one, two = Database(sqlite_url), Database(sqlite_url)
    async with processes(one, two) as (first, second):
        await stop(await in_the_middle(first, saying(1, "এক"), saying(2, "দুই")))
        await second.inbox.take_over()
        tasks = await running(second.inbox.run())
        await second.inbox.drain()
        assert second.heard == ["এক", "দুই"]
        await stop(tasks)
    await one.close()
    await two.close()


async def test_two_web_processes_answer_once_and_the_second_when_the_first_dies(
    server, paper, tmp_path, postgres_url
):
    """The real command: one is killed with an answer on its way, beside one that has just started."""
    bots = [webhook(tmp_path / name, server, paper, postgres_url) for name in ("one", "two")]
    first, second = bots
    await first.start("web")
    await server.until(lambda: "webhook set" in first.log(), WAIT)
    rahim, karim = (server.person(number, "পাঠক", started=True) for number in (7, 8))
    server.faults.add(Fault.slow(WAIT), method="sendMessage", chat_id=7)
    await server.say(rahim, "/help")
    await server.until(lambda: asked(server, 7), WAIT)
    await second.start("web")
    await server.until(lambda: "webhook set" in second.log(), WAIT)
    await server.say(karim, "/help")
    await server.until(lambda: server.sent(8), WAIT)
    assert asked(server, 7) == 1
    await first.kill()
    await server.until(lambda: asked(server, 7) == 2, WAIT)
    assert "Traceback" not in first.log() + second.log()


def webhook(folder, server, paper, url) -> Bot:
    folder.mkdir()
    port = free_port()
    address = f"127.0.0.1:{port}"
    return Bot(
        folder,
        server,
        paper,
        DATABASE_URL=url,
        WEB_LISTEN=address,
        WEBHOOK_URL=f"http://{address}",
        WEBHOOK_SECRET="s",
    )


def asked(server, chat_id) -> int:
    """How often an answer to a chat has left."""
    return sum(one.chat_id == chat_id for one in server.requests("sendMessage"))
