"""What Prometheus reads of a process, from its own door: true, cheap, and there when the database is not."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from datetime import time as hour

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot import web
from bot.demo.telegram import Fault
from bot.monitoring import metrics
from bot.monitoring.counting import _ROUND_TRIPS, RECENT, CountedTelegram, Requests
from bot.monitoring.metrics import Metrics
from bot.request import AiohttpRequest
from bot.settings import Listen
from delivery.answers import Gone, Sent
from delivery.audience import Show
from delivery.ledger import Ledger
from delivery.pace import Pace
from delivery.pictures import Pictures
from delivery.send import Sender
from news.article import Source
from storage import due, figures, readers, sources
from storage.database import Database
from storage.marking import mark_slice
from tests.bot.road import WAIT, Bot, follow
from tests.delivery.house import House
from tests.delivery.stories import NOW, claimed, story
from tests.postgres import free_port
from tests.storage import said

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def parsed(page: str) -> dict[tuple, float]:
    """Every value by its name and labels; twice the same is no page of Prometheus'."""
    samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
    found = {(one.name, *sorted(one.labels.items())): one.value for one in samples}
    assert len(found) == len(samples)
    return found


def value(page: dict, name: str, **labels: str) -> float | None:
    return page.get((f"khobor_{name}", *sorted(labels.items())))


async def always_ready():
    return {}


@asynccontextmanager
async def scraping(measured):
    """Asks `/metrics` as Prometheus does."""
    runner = await web.serve(Listen("127.0.0.1", 0), web.build(always_ready, figures=measured.page))
    host, port = runner.addresses[0][:2]

    async def scrape() -> dict:
        async with session.get("/metrics") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            return parsed(await answer.text())

    try:
        async with aiohttp.ClientSession(f"http://{host}:{port}") as session:
            yield scrape
    finally:
        await measured.close()
        await runner.cleanup()


@pytest.fixture
async def house(db, server):
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield House(db, server, session)


def counted(house: House, measured: Metrics):
    """A sender whose every answer is counted."""
    road = CountedTelegram(house.session, house.server.base_url, house.server.token, measured.requests)
    sender = Sender(road, Pace(1000, time.monotonic), Pictures(house.db, house._fetch, house.clock))
    return house.catch_up(sender, hands=4, batch=8, heard=measured.deliveries.heard)


async def test_what_waits_and_how_long_is_what_the_database_says(house, db):
    await house.crowd(3)
    await house.story()
    await mark_slice(db, house.clock())
    await said.receive(db, [(1, "{}"), (2, "{}")], house.clock())
    house.ahead = MINUTE
    async with scraping(Metrics(db, house.clock)) as scrape:
        page = await scrape()
    assert value(page, "database_up") == 1
    assert (value(page, "due_readers"), value(page, "leased_readers")) == (3, 0)
    assert 60 <= value(page, "oldest_due_seconds") < 120
    assert (value(page, "inbox_pending"), value(page, "posts_unmarked")) == (2, 0)
    assert any(name.startswith("khobor_build_info") for name, *_ in page)


async def test_readers_of_a_post_that_nobody_has_marked_wait_since_it_was_published(house, db):
    await house.crowd(3)
    await house.story()
    house.ahead = MINUTE
    async with scraping(Metrics(db, house.clock)) as scrape:
        page = await scrape()
    assert (value(page, "due_readers"), value(page, "posts_unmarked")) == (0, 1)
    assert 60 <= value(page, "oldest_due_seconds") < 120


async def test_each_message_is_counted_by_what_became_of_it_and_each_429(house, db, server):
    crowd = await house.crowd(4)
    blocked = Fault.error(403, "Forbidden: bot was blocked by the user")
    server.faults.add(blocked, chat_id=crowd[0].chat_id)
    server.faults.add(Fault.error(429, "Too Many Requests", retry_after=1), chat_id=crowd[1].chat_id)
    measured = Metrics(db, house.clock)
    post = await house.story()
    async with house.working(counted(house, measured)):
        await server.until(lambda: all(house.texts(reader.chat_id) for reader in crowd[1:]), WAIT)
    async with scraping(measured) as scrape:
        page = await scrape()
    assert value(page, "messages_total", outcome="sent") == 3
    assert value(page, "messages_total", outcome="gone") == 1
    assert value(page, "messages_total", outcome="later") == 1
    assert value(page, "telegram_429_total") == 1
    assert value(page, "telegram_requests_total", method="sendMessage", answer="sent") == 3
    assert value(page, "telegram_requests_under_way") == 0
    assert value(page, "telegram_request_seconds_count") == 5
    assert value(page, "post_readers_reached", post=str(post)) == 3
    first, last = (value(page, f"post_{one}_reader_seconds", post=str(post)) for one in ("first", "last"))
    assert 0 <= first <= last < WAIT
    assert last >= 1  # the one who was to wait a second
    assert value(page, "delivery_seconds_count") == 3


async def test_the_delay_is_that_of_readers_who_take_news_at_once(sqlite_db):
    """A digest that comes in the evening is no delay."""
    moment = [NOW]
    measured = Metrics(sqlite_db, lambda: moment[0])
    hear = measured.deliveries.heard
    shown = Show((story(7),), cursor=7)
    moment[0] += 5 * SECOND
    hear(claimed(), shown, Sent(1))
    moment[0] += 30 * MINUTE
    hear(claimed(digest=(hour(20, 0),)), shown, Sent(2))
    hear(claimed(quiet=(hour(22, 0), hour(7, 0))), shown, Sent(3))
    hear(claimed(), shown, Gone("blocked"))
    page = parsed((await measured.page()).decode())
    assert value(page, "post_first_reader_seconds", post="7") == 5
    assert value(page, "post_last_reader_seconds", post="7") == 5
    assert value(page, "messages_total", outcome="sent") == 3


async def test_who_was_away_when_it_was_published_makes_no_delay(sqlite_db):
    """A pause is theirs, or that of a chat in which nobody may write; the post waits for them."""
    moment = [NOW]
    measured = Metrics(sqlite_db, lambda: moment[0])
    shown = Show((story(7),), cursor=7)
    moment[0] += 30 * MINUTE
    for since in (NOW + 29 * MINUTE, NOW):
        measured.deliveries.heard(replace(claimed(), changed_at=since), shown, Sent(1))
    page = parsed((await measured.page()).decode())
    assert value(page, "delivery_seconds_count") == 1
    assert value(page, "post_readers_reached", post="7") == 1


async def test_who_resumes_is_known_to_have_been_away(house, db):
    """By the claim itself: their story is hours old by then, and that is nobody's delay."""
    (who,) = await house.crowd(1)
    measured = Metrics(db, house.clock)
    await readers.pause(db, who.id)
    await house.story()
    house.ahead = 3 * HOUR
    await readers.resume(db, who.id, house.clock())
    await house.work(catch_up=counted(house, measured))
    assert len(house.texts(who.chat_id)) == 1
    async with scraping(measured) as scrape:
        page = await scrape()
    assert value(page, "messages_total", outcome="sent") == 1
    assert value(page, "delivery_seconds_count") == 0


async def test_a_process_that_came_after_a_post_does_not_know_who_was_the_first(sqlite_db):
    """The one before it has reached some already."""
    measured = Metrics(sqlite_db, lambda: NOW + SECOND)
    for number in (1, 2):
        measured.deliveries.heard(claimed(), Show((story(7),), cursor=7), Sent(number))
    page = parsed((await measured.page()).decode())
    assert value(page, "post_first_reader_seconds", post="7") is None
    assert value(page, "post_last_reader_seconds", post="7") == 1
    assert value(page, "post_readers_reached", post="7") == 2


async def test_who_is_held_by_a_sender_that_is_no_more_waits(house, db):
    await house.crowd(3)
    await house.story()
    await mark_slice(db, house.clock())
    for owner, lease in (("here/1/a", MINUTE), ("there/1/a", -MINUTE)):
        await due.claim(db, owner, now=house.clock(), lease=lease, limit=1)
    async with scraping(Metrics(db, house.clock)) as scrape:
        page = await scrape()
    assert (value(page, "due_readers"), value(page, "leased_readers")) == (2, 1)
    assert 60 <= value(page, "oldest_due_seconds") < 120


async def test_a_wait_that_telegram_asks_of_everybody_is_seen_in_every_process(house, db):
    pace = Pace(1000, time.monotonic, ledger=Ledger(db, house.clock))
    async with scraping(Metrics(db, house.clock)) as scrape:
        assert value(await scrape(), "pause_seconds") == 0
        for chat in (1, 2):
            await pace.refused(chat, 600)
        assert 500 < value(await scrape(), "pause_seconds") <= 600
        house.ahead = HOUR
        if db.is_sqlite:  # PostgreSQL's own clock can't be moved
            assert value(await scrape(), "pause_seconds") == 0


async def test_a_429_to_an_answer_of_a_button_counts(server):
    registry = CollectorRegistry()
    requests = Requests(registry)
    server.faults.add(Fault.error(429, "Too Many Requests", retry_after=1), method="answerCallbackQuery")
    async with aiohttp.ClientSession() as session:
        road = AiohttpRequest(session, requests.turned_away)
        base = f"{server.base_url}/bot{server.token}"
        asked = [await road.do_request(f"{base}/{one}", "POST") for one in ("answerCallbackQuery", "getMe")]
    assert [status for status, _ in asked] == [429, 200]
    assert value(parsed(generate_latest(registry).decode()), "telegram_429_total") == 1


async def test_only_the_newest_posts_are_told_of_one_by_one(sqlite_db):
    measured = Metrics(sqlite_db, lambda: NOW)
    for number in range(1, RECENT + 6):
        measured.deliveries.heard(claimed(), Show((story(number),), cursor=number), Sent(number))
    measured.deliveries.heard(claimed(), Show((story(1),), cursor=1), Sent(99))
    page = parsed((await measured.page()).decode())
    told = {int(labels[0][1]) for name, *labels in page if name == "khobor_post_readers_reached"}
    assert told == set(range(6, RECENT + 6))


async def test_sources_of_one_name_and_odd_names_are_told_apart(db, now):
    name = 'নদী "কূল"\n\\ওপার'
    listed = [Source(name, f"https://{one}.example/", "probash") for one in "ab"]
    await sources.register(db, listed, now)
    first, second = await sources.all_sources(db)
    fetched = {"next_poll_at": now, "etag": "", "last_modified": "", "served": "", "new": 0}
    await sources.polled(db, first.id, now=now - MINUTE, **fetched)
    await sources.poll_failed(db, second.id, next_poll_at=now, state="failing", error="HTTP 500")
    async with scraping(Metrics(db, lambda: now)) as scrape:
        page = await scrape()
    good, bad = ({"source": name, "url": one.url} for one in listed)
    assert value(page, "source_state", **good, state="ok") == 1
    assert value(page, "source_state", **bad, state="failing") == 1
    assert value(page, "source_last_ok_seconds", **good) == 60
    assert value(page, "source_last_ok_seconds", **bad) == 0  # known since now
    assert value(page, "source_failures", **bad) == 1


async def test_a_source_that_was_never_read_well_is_late_once_it_is_long_known(db, now):
    """One that is listed no longer is not."""
    moment = [now]
    measured = Metrics(db, lambda: moment[0])
    listed = [Source(one, f"https://{one}.example/", "probash") for one in "ab"]
    await sources.register(db, listed, now)
    await sources.register(db, listed[:1], now)
    moment[0] += 25 * HOUR
    async with scraping(measured) as scrape:
        page = await scrape()
    late, paused = (value(page, "source_last_ok_seconds", source=one.name, url=one.url) for one in listed)
    assert (late, paused) == (25 * 3600, None)


def still_there(page: dict) -> bool:
    """What the process itself knows."""
    return ("process_resident_memory_bytes",) in page and value(page, "telegram_429_total") == 0


async def test_a_database_that_is_gone_takes_only_its_own_figures_with_it():
    measured = Metrics(Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor"), lambda: NOW)
    async with scraping(measured) as scrape:
        page = await scrape()
    assert value(page, "database_up") == 0
    assert value(page, "due_readers") is None
    assert still_there(page)


async def test_a_database_that_never_answers_is_not_waited_for(monkeypatch):
    """Nor does each scrape hold one connection more."""
    monkeypatch.setattr(metrics, "PATIENCE", 0.2)
    opened = []

    async def silent(reader, writer):
        opened.append(writer)
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    db = Database(f"postgresql+asyncpg://khobor@127.0.0.1:{port}/khobor")
    async with scraping(Metrics(db, lambda: NOW)) as scrape:
        pages = [await scrape() for _ in range(3)]
    assert [value(page, "database_up") for page in pages] == [0, 0, 0]
    assert all(map(still_there, pages))
    assert len(opened) == 1
    await db.close()
    listening.close()
    await listening.wait_closed()


async def test_counting_ends_where_more_would_cost_too_much(house, db, monkeypatch):
    monkeypatch.setattr(figures, "MOST", 2)
    await house.crowd(5)
    await house.story()
    await mark_slice(db, house.clock())
    assert (await figures.figures(db, house.clock())).due == 2


async def test_a_loop_that_is_held_up_is_seen(sqlite_db):
    measured = Metrics(sqlite_db, lambda: NOW)
    watching = asyncio.create_task(measured.watch_loop())
    await asyncio.sleep(0)
    time.sleep(0.6)  # noqa: ASYNC251  (this is what must not happen, and shows)
    async with asyncio.timeout(WAIT):
        while not (page := parsed((await measured.page()).decode())).get(("khobor_loop_lag_seconds_count",)):
            await asyncio.sleep(0.01)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    assert (
        page["khobor_loop_lag_seconds_bucket", ("le", "+Inf")]
        > page["khobor_loop_lag_seconds_bucket", ("le", "0.25")]
    )


async def test_two_processes_in_one_count_for_themselves(sqlite_db):
    """Nothing is registered for all at import."""
    one, two = (Metrics(sqlite_db, lambda: datetime.now(UTC)) for _ in range(2))
    one.deliveries.heard(claimed(), Show((story(1),), cursor=1), Sent(1))
    assert value(parsed((await one.page()).decode()), "messages_total", outcome="sent") == 1
    assert value(parsed((await two.page()).decode()), "messages_total", outcome="sent") is None


async def test_the_running_bot_shows_a_story_on_its_way(tmp_path, server, paper):
    """The command as an operator starts it, and Prometheus at its door."""
    port = free_port()
    bot = Bot(tmp_path, server, paper, WEB_LISTEN=f"127.0.0.1:{port}")
    await bot.start()
    reached = await follow(server, 3)
    paper.publish("লিসবনে প্রবাসীদের পিঠা উৎসব")
    await server.until(lambda: all("লিসবনে" in str(server.messages(reader)) for reader in reached), WAIT)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as stranger:
        page = parsed(await (await stranger.get("/metrics")).text())
    assert value(page, "messages_total", outcome="sent") >= 3
    assert value(page, "loop_lag_seconds_count") > 0
    assert [labels for name, *labels in page if name == "khobor_source_state"]
    assert [labels for name, *labels in page if name == "khobor_post_last_reader_seconds"]


def test_what_is_counted_by_hand_reads_as_the_librarys_own():
    """Also what is exactly as long as a bound, and longer than all of them."""
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    requests = Requests(ours)
    library = Histogram("khobor_telegram_request_seconds", "x", buckets=_ROUND_TRIPS, registry=theirs)
    for seconds in (0.0, 0.025, 0.03, 5, 15, 15.1):
        requests.ended("sendMessage", Sent(1), seconds)
        library.observe(seconds)
    ours_read, theirs_read = (parsed(generate_latest(one).decode()) for one in (ours, theirs))
    read = {key: told for key, told in theirs_read.items() if not key[0].endswith("_created")}
    assert {key: told for key, told in ours_read.items() if key[0].startswith(library._name)} == read


async def test_copies_of_corrected_posts_are_counted_by_what_became_of_them(sqlite_db):
    measured = Metrics(sqlite_db, lambda: NOW)
    for counted in ({"changed": 20, "gone": 1}, {"changed": 5}):
        measured.copies_done(counted)
    page = parsed((await measured.page()).decode())
    assert value(page, "copies_total", outcome="changed") == 25
    assert value(page, "copies_total", outcome="gone") == 1
