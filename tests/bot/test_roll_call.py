"""Editors hear of a sender that has stopped: once, of all that stopped, and of none that ended in order."""

from __future__ import annotations

import asyncio
import math
import signal
import string
import unicodedata
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from socket import gethostname
from types import SimpleNamespace

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from bot import app, in_touch, owner
from bot.monitoring import roll_call
from bot.monitoring.roll_call import AGAIN, ANSWERS_FOR, SENDER, RollCall
from bot.settings import Settings
from delivery.catch_up import CatchUp
from handlers.editors.alarms import Alarm, sentence
from storage import leases, tables
from storage.database import Database
from storage.errors import Unavailable
from tests.bot.road import WAIT, Bot
from tests.bot.test_metrics import parsed, value
from tests.postgres import free_port
from tests.storage.conftest import let_pass

needs_proc = pytest.mark.skipif(owner.host() is None, reason="this system shows no processes in /proc")
LONG = ANSWERS_FOR + timedelta(seconds=1)


class Desk:
    """Processes that share a database, what they tell the editors, and the time since the boot."""

    def __init__(self, db, now):
        self.db, self.now, self.time = db, now, 1_000.0
        self.told: list[Alarm] = []
        self.polls = self.process("desk.0a1b2c3d.1-2/9.1/z", sends=False)

    def process(self, name: str, *, sends: bool = True, db: Database | None = None) -> RollCall:
        return RollCall(db or self.db, name, lambda: self.now, self.told.append, sends=sends)

    async def has_heard(self, one: RollCall) -> RollCall:
        """It has run for long enough to judge others."""
        for _ in range(4):
            await one.round()
            self.time += ANSWERS_FOR.total_seconds() / 3
        return one

    async def answered(self, *names: str) -> None:
        """So many senders once answered, and no more: on SQLite it is not asked who has the lock."""
        for name in names:
            await leases.acquire(self.db, SENDER + name, SENDER + name, now=self.now, ttl=ANSWERS_FOR)

    async def hear(self) -> list[tuple[str, str, int]]:
        await self.polls.round()
        return [(alarm.kind, alarm.subject, alarm.number) for alarm in self.told]


@pytest.fixture
def starting(db, now, monkeypatch) -> Desk:
    monkeypatch.setattr(roll_call, "GATHERED_FOR", 0.0)
    desk = Desk(db, now)
    monkeypatch.setattr(in_touch, "boot_time", lambda: desk.time)
    return desk


@pytest.fixture
async def desk(starting) -> Desk:
    await starting.has_heard(starting.polls)
    return starting


async def test_a_sender_that_answers_no_more_is_told_once_and_where_to_look_for_it(desk):
    await desk.process("web.1.example.0a1b2c3d.1-2/4711.99/a").round()
    assert await desk.hear() == []
    assert desk.polls.at_work == 1
    await let_pass(desk.db, LONG)
    assert await desk.hear() == [("sender_stopped", "web.1.example", 1)]
    assert desk.told[0].detail == "PID 4711"
    await let_pass(desk.db, AGAIN)
    assert len(await desk.hear()) == 1
    assert desk.polls.at_work == 0


async def test_of_a_host_that_shows_no_processes_its_name_is_told(desk):
    await desk.answered("web.1.example//0a1b")
    await let_pass(desk.db, LONG)
    assert await desk.hear() == [("sender_stopped", "web.1.example", 1)]
    assert desk.told[0].detail == ""


async def test_a_sender_that_answers_or_has_taken_leave_is_not_missed(desk):
    ends, stays = (desk.process(name) for name in ("web-1.0.0/1.1/a", "web-1.0.0/2.1/b"))
    await ends.round()
    await ends.leave()
    await let_pass(desk.db, LONG)
    await stays.round()
    assert await desk.hear() == []
    assert desk.polls.at_work == 1


async def test_all_that_stop_together_are_one_message(desk):
    await desk.answered("web-1.0.0/1.1/a", "web-1.0.0/2.1/b", "web-2.0.0/1.1/c")
    await let_pass(desk.db, LONG)
    assert await desk.hear() == [("senders_stopped", "web-1, web-2", 3)]


async def test_who_stops_soon_after_others_is_told_later_and_by_whichever_process(desk):
    """One that is started and dies, over and over, would else be told each time."""
    await desk.answered("web-1.0.0/1.1/a")
    await let_pass(desk.db, LONG)
    first = await desk.hear()
    for number in range(2, 5):
        await desk.answered(f"web-1.0.0/{number}.1/x")
        await let_pass(desk.db, LONG)
        assert await desk.hear() == first
    await let_pass(desk.db, AGAIN)
    desk.polls = desk.process("desk.0a1b2c3d.1-2/10.1/y", sends=False)
    await desk.has_heard(desk.polls)
    assert await desk.hear() == [*first, ("senders_stopped", "web-1", 3)]


async def test_of_many_who_hear_it_one_tells(desk, another):
    hearers = [
        await desk.has_heard(desk.process(f"web-9.0.0/{number}.1/x", sends=False, db=another()))
        for number in range(4)
    ]
    for one in hearers:
        await one.round()
    await desk.answered("web-1.0.0/1.1/a", "web-1.0.0/2.1/b")
    await let_pass(desk.db, LONG)
    await asyncio.gather(*(one.round() for one in hearers))
    assert [alarm.number for alarm in desk.told] == [2]


async def test_who_was_late_and_answers_before_it_is_told_is_not_told(desk, monkeypatch):
    sender = desk.process("web-1.0.0/1.1/a")
    await sender.round()
    await let_pass(desk.db, LONG)
    gathering = SimpleNamespace(sleep=lambda _: sender.round(), timeout=asyncio.timeout)
    monkeypatch.setattr(roll_call, "asyncio", gathering)
    assert await desk.hear() == []
    await let_pass(desk.db, LONG)
    monkeypatch.setattr(roll_call, "asyncio", asyncio)
    assert await desk.hear() == [("sender_stopped", "web-1", 1)]


async def test_who_could_not_reach_the_database_itself_waits_until_the_others_have_answered(desk):
    """While it is away nobody can answer: it proves nothing against them."""
    sender = desk.process("web-1.0.0/1.1/a")
    await sender.round()
    assert await desk.hear() == []
    await let_pass(desk.db, LONG)
    desk.time += LONG.total_seconds()
    assert math.isnan(desk.polls.at_work)
    assert await desk.hear() == []
    assert desk.polls.at_work == 0
    await sender.round()
    for _ in range(4):
        desk.time += ANSWERS_FOR.total_seconds() / 3
        assert await desk.hear() == []
    await let_pass(desk.db, LONG)
    assert await desk.hear() == [("sender_stopped", "web-1", 1)]


async def test_who_has_just_started_names_only_those_that_it_sees_dead(starting, monkeypatch):
    """The database may have started just before, and another not have reached it since."""
    monkeypatch.setattr(roll_call.owners, "host", lambda: "web-9.0.0")
    monkeypatch.setattr(roll_call.owners, "is_dead", lambda name: name == "web-9.0.0/1.1/a")
    starting.polls = starting.process("web-9.0.0/3.1/c", sends=False)
    await starting.answered("web-9.0.0/1.1/a", "web-9.0.0/2.1/b", "web-1.0.0/1.1/d")
    await let_pass(starting.db, LONG)
    assert await starting.hear() == [("sender_stopped", "web-9", 1)]
    await let_pass(starting.db, AGAIN + LONG)
    assert len(await starting.hear()) == 1
    await starting.has_heard(starting.polls)
    assert await starting.hear() == [("sender_stopped", "web-9", 1), ("senders_stopped", "web-1, web-9", 2)]


async def test_while_nobody_may_tell_it_is_not_waited_for_others(desk, monkeypatch):
    await desk.answered("web-1.0.0/1.1/a")
    await let_pass(desk.db, LONG)
    first = await desk.hear()
    await desk.answered("web-1.0.0/2.1/b")
    await let_pass(desk.db, LONG)
    monkeypatch.setattr(roll_call, "GATHERED_FOR", 2 * WAIT)
    async with asyncio.timeout(WAIT):
        assert await desk.hear() == first


async def test_a_database_that_does_not_answer_holds_up_no_round(shared, now, monkeypatch):
    """Who waits for it as long as its own answer lasts is told of."""
    monkeypatch.setattr(roll_call, "ROUND", 0.5)
    sender = Desk(shared, now).process("web-1.0.0/1.1/a")
    await sender.round()
    async with shared.write() as connection:
        await connection.execute(update(tables.leases).values(epoch=7))
        with pytest.raises(TimeoutError):
            await sender.round()


async def test_on_sqlite_who_sends_now_has_the_place_of_the_one_that_was_killed(desk):
    """Elsewhere others may still miss it."""
    await desk.process("web-1.0.0/1.1/a").round()
    await let_pass(desk.db, LONG)
    await desk.process("web-1.0.0/2.1/b").round()
    assert await desk.hear() == ([] if desk.db.is_sqlite else [("sender_stopped", "web-1", 1)])


async def test_while_the_database_is_away_the_roll_call_goes_on(now, monkeypatch):
    monkeypatch.setattr(roll_call, "BEFORE", 0.0)
    monkeypatch.setattr(roll_call, "ROUND", 0.01)
    desk = Desk(Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor"), now)
    sender = desk.process("web-1.0.0/1.1/a")
    with pytest.raises(Unavailable):
        await sender.round()
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0.1)
    assert not running.done()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await sender.leave()


@pytest.mark.parametrize("kind", ["sender_stopped", "senders_stopped"])
def test_it_is_said_in_both_languages_and_escaped_once(kind):
    alarm = Alarm(kind, "<web-1>", detail="PID 4711", number=1 if kind == "sender_stopped" else 12)
    bengali, english = (sentence(alarm, language) for language in ("bn", "en"))
    for text in (bengali, english):
        assert "<b>&lt;web-1&gt;</b>" in text
        assert ("(PID 4711)" in text) == (kind == "sender_stopped")
    assert ("১২ বার" in bengali) == ("12 times" in english) == (kind == "senders_stopped")
    words = bengali.replace("<b>&lt;web-1&gt;</b>", "").replace("PID 4711", "")
    assert unicodedata.is_normalized("NFC", words)
    assert not set(words) & set(string.ascii_letters + string.digits)


@pytest.fixture
async def shared(postgres_url):
    db = Database(postgres_url)
    yield db
    await db.close()


async def roll(db) -> list[bool]:
    """Of each sender on the roll, whether it is too late."""
    return sorted((await leases.called(db, SENDER, datetime.now(UTC))).values())


async def until_the_roll_is(db, senders: list[bool]) -> None:
    async with asyncio.timeout(WAIT):
        while await roll(db) != senders:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def two_at_work(server, paper, folder, url, db):
    """Two processes that send, and an editor; in the end, in order, and told of no more than they were."""
    editor = server.person(1, "সম্পাদক", started=True)
    listens = ("", f"127.0.0.1:{free_port()}")
    bots = [Bot(folder, server, paper, DATABASE_URL=url, WEB_LISTEN=listen) for listen in listens]
    for bot in bots:
        await bot.start("send")
    await until_the_roll_is(db, [False, False])
    yield editor, bots
    told = len(server.sent(editor))
    for bot in bots:
        if bot.running.returncode is None:
            assert await bot.kill(signal.SIGTERM) == 0
    assert (await roll(db), len(server.sent(editor))) == ([], told)


def told_of(server, editor, bot) -> list[str]:
    """What the editor has been told of that process."""
    texts = [message["text"] for message in server.sent(editor)]
    return [text for text in texts if f"PID {bot.running.pid}" in text]


@needs_proc
async def test_one_of_two_senders_is_killed_and_the_editor_reads_which_once(
    server, paper, tmp_path, postgres_url, shared
):
    async with two_at_work(server, paper, tmp_path, postgres_url, shared) as (editor, (dies, stays)):
        await dies.kill()
        await server.until(lambda: server.sent(editor), WAIT)
        (text,) = told_of(server, editor, dies)
        assert "খবর পাঠানোর একটি প্রোগ্রাম হঠাৎ থেমে গেছে" in text
        assert f"সার্ভার: {gethostname()} (PID {dies.running.pid})" in text
        assert await roll(shared) == [False]
        async with aiohttp.ClientSession(f"http://{stays.environment['WEB_LISTEN']}") as scraper:
            page = parsed(await (await scraper.get("/metrics")).text())
        assert (value(page, "senders"), value(page, "senders_stopped_total")) == (1, 1)
        # One more within minutes is on the roll until the next word is due.
        await dies.start("send")
        await until_the_roll_is(shared, [False, False])
        await dies.kill()
        await let_pass(shared, AGAIN)
        await server.until(lambda: told_of(server, editor, dies), WAIT)
    assert len(server.sent(editor)) == 2


async def test_a_sender_that_is_frozen_is_told_of_and_goes_on_without_a_word(  # noqa: PLR0913, PLR0917  # fixtures
    server, paper, tmp_path, postgres_url, shared, now, monkeypatch
):
    """As it is seen from every other machine: nothing is known of it but that its time is over."""
    editor = server.person(1, "সম্পাদক", started=True)
    bot = Bot(tmp_path, server, paper, DATABASE_URL=postgres_url)
    await bot.start("send")
    await until_the_roll_is(shared, [False])
    desk = Desk(shared, now)
    monkeypatch.setattr(in_touch, "boot_time", lambda: desk.time)
    monkeypatch.setattr(roll_call, "GATHERED_FOR", 0.0)
    await desk.has_heard(desk.polls)
    bot.running.send_signal(signal.SIGSTOP)
    await let_pass(shared, LONG)
    assert await desk.hear() == [("sender_stopped", gethostname(), 1)]
    bot.running.send_signal(signal.SIGCONT)
    await until_the_roll_is(shared, [False])
    assert await bot.kill(signal.SIGTERM) == 0
    assert (await roll(shared), server.sent(editor), len(desk.told)) == ([], [], 1)


async def test_who_could_not_begin_is_not_missed(server, paper, tmp_path, postgres_url, shared):
    """Its port is taken, say; it is started again and again until somebody puts that right."""
    async with two_at_work(server, paper, tmp_path, postgres_url, shared) as (_, (_, listens)):
        third = Bot(tmp_path, server, paper, **listens.environment)
        await third.start("send")
        assert await asyncio.wait_for(third.running.wait(), WAIT) == 2
        assert await roll(shared) == [False, False]


def configure(server, paper, folder, database_url) -> Settings:
    """What a bot of this process needs to run."""
    (folder / "sources.toml").write_text(paper.sources_toml(), encoding="utf-8")
    return Settings(
        bot_token=SecretStr(server.token),
        bot_api_url=server.base_url,
        database_url=SecretStr(database_url),
        sources_file=folder / "sources.toml",
        admin_ids=[1],
        web_listen=None,
        webhook_secret=SecretStr(""),
    )


@needs_proc
async def test_who_ends_in_order_says_first_whom_it_has_struck_off(  # noqa: PLR0913, PLR0917  # fixtures
    server, paper, tmp_path, postgres_url, shared, monkeypatch
):
    """Nobody else has the name any more."""
    editor = server.person(1, "সম্পাদক", started=True)
    stop = asyncio.Event()
    monkeypatch.setattr(roll_call, "GATHERED_FOR", 0.0)
    await Desk(shared, datetime.now(UTC)).answered(f"{owner.host()}/{2**31 - 1}.1/a")

    async def send(_: CatchUp) -> None:
        while SENDER + f"{owner.host()}/{2**31 - 1}.1/a" in await leases.called(
            shared, SENDER, datetime.now(UTC)
        ):
            await asyncio.sleep(0.01)
        stop.set()

    monkeypatch.setattr(CatchUp, "run", send)
    assert await app.run(configure(server, paper, tmp_path, postgres_url), "send", stop=stop) == 0
    (message,) = server.sent(editor)
    assert f"PID {2**31 - 1}" in message["text"]


@pytest.mark.parametrize("stopped", [True, False])
async def test_a_sender_that_ends_by_a_fault_of_its_own_is_missed_and_one_that_is_told_to_end_is_not(  # noqa: PLR0913, PLR0917  # fixtures
    server, paper, database_url, db, tmp_path, monkeypatch, stopped
):
    stop = asyncio.Event()

    async def send(_: CatchUp) -> None:
        await until_the_roll_is(db, [False])
        if not stopped:
            raise RuntimeError("a fault of ours")
        stop.set()

    monkeypatch.setattr(CatchUp, "run", send)
    configured = configure(server, paper, tmp_path, database_url)
    with nullcontext() if stopped else pytest.raises(ExceptionGroup):
        assert await app.run(configured, "send", stop=stop) == 0
    assert await roll(db) == ([] if stopped else [False])


async def test_an_only_sender_that_is_killed_and_is_back_asks_nothing_of_anybody(server, bot):
    editor = server.person(1, "সম্পাদক", started=True)
    db = Database(bot.environment["DATABASE_URL"])
    try:
        await server.until(lambda: "leading" in bot.log(), WAIT)
        await until_the_roll_is(db, [False])
        (before,) = await leases.called(db, SENDER, datetime.now(UTC))
        await bot.kill()
        await bot.start()
        async with asyncio.timeout(WAIT):
            while before in await leases.called(db, SENDER, datetime.now(UTC)):
                await asyncio.sleep(0.1)
        assert await bot.kill(signal.SIGTERM) == 0
        assert (await roll(db), server.sent(editor)) == ([], [])
    finally:
        await db.close()
