"""From a published story to every reader's telephone, once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.demo.telegram import Fault, TelegramServer
from delivery.catch_up import TokenRevokedError
from storage import due, posts, readers, subscriptions
from tests.demo.telegram_api import TOKEN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.delivery.house import House

TOO_MANY = "Too Many Requests: retry after"
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, no_second_between: None) -> None:  # noqa: ARG001  # asked for its effect
    """The pauses after faults are short: their lengths are what the tests of the outcome are for."""
    for name, value in {
        "outcome.PAUSE": timedelta(seconds=0.05),
        "rest.REST": timedelta(seconds=0.1),
        "catch_up.TICK": 0.05,
        "outbox.AGAIN": 0.05,
        "marking.TICK": 0.05,
    }.items():
        monkeypatch.setattr(f"delivery.{name}", value)


async def test_every_follower_gets_one_card_and_nobody_else_does(house_of_each: House):
    house = house_of_each
    crowd = await house.crowd(30)
    await house.reader(2000, "category:khela")
    post_id = await house.story(photo=True, title="রোমে মেলা")
    await house.work()
    for who in crowd:
        (message,) = house.server.sent(who.chat_id)
        assert message["photo"]
        assert "রোমে মেলা" in message["caption"]
    assert not house.server.sent(2000)
    assert len([request for request in house.server.log if request.uploads]) == 1
    assert await house.accounts(post_id) == {"sent": 30}
    assert (await posts.post(house.db, post_id)).readers == 30
    await house.receipts_are_true(post_id)


async def test_what_came_while_a_reader_was_away_comes_as_one_roundup(house: House):
    await house.reader(1)
    for title in ("প্রথম", "দ্বিতীয়", "তৃতীয়"):
        await house.story(title=title)
    await house.work()
    (text,) = house.texts(1)
    assert text.startswith("🗞 আপনার জন্য ৩টি খবর")
    assert [text.index(title) for title in ("প্রথম", "দ্বিতীয়", "তৃতীয়")] == sorted(
        text.index(title) for title in ("প্রথম", "দ্বিতীয়", "তৃতীয়")
    )
    for post_id in (1, 2, 3):
        assert await house.accounts(post_id) == {"sent": 1}
        await house.receipts_are_true(post_id)


async def test_what_is_urgent_reaches_everybody_before_anybody_gets_the_rest(house_of_each: House):
    house = house_of_each
    crowd = await house.crowd(20)
    first = await house.announcement()
    second = await house.announcement()
    urgent = await house.announcement(urgent=True)
    while await posts.mark_slice(house.db, house.clock()):
        pass
    await house.work(hands=1)
    of = {row.id: row.message_id for row in await house.rows("SELECT id, message_id FROM posts")}
    came = [(request.chat_id, int(request.parameters["message_id"])) for request in house.sends()]
    assert [message_id for _, message_id in came[:20]] == [of[urgent]] * 20
    for who in crowd:
        assert [number for chat, number in came[20:] if chat == who.chat_id] == [of[first], of[second]]
    for post_id in (first, second, urgent):
        assert await house.accounts(post_id) == {"sent": 20}
        await house.receipts_are_true(post_id)
    assert {(await readers.reader(house.db, who.chat_id)).cursor for who in crowd} == {urgent}


async def test_more_than_ten_stories_come_in_two_messages_and_none_is_missing(house: House):
    await house.reader(1)
    for _ in range(13):
        await house.story()
    await house.work()
    first, second = house.texts(1)
    assert "খবর নম্বর 10" in first
    assert "খবর নম্বর 13" in second
    assert all([await house.accounts(post_id) == {"sent": 1} for post_id in range(1, 14)])


async def test_a_story_published_at_work_is_sent_at_once(house: House):
    await house.reader(1)
    async with house.working() as catch_up:
        for number in (1, 2):
            await house.story()
            catch_up.wake()
            await house.server.until(lambda wanted=number: len(house.server.sent(1)) == wanted)
    assert [text.count("🗞") for text in house.texts(1)] == [0, 0]


async def test_a_story_that_comes_while_a_reader_is_in_hand_is_not_lost(house: House):
    await house.reader(1)
    await house.story()
    house.server.faults.add(Fault.slow(0.3))
    async with house.working():
        await house.server.until(lambda: house.server.sent(1))
        await house.story(title="দ্বিতীয়")
        await house.quiet()
    assert len(house.texts(1)) == 2
    assert "দ্বিতীয়" in house.texts(1)[1]


async def test_an_announcement_is_copied_in_its_place_between_stories(house: House):
    await house.reader(1)
    await house.story(title="আগের")
    await house.announcement()
    await house.story(title="পরের")
    await house.work()
    before, told, after = house.texts(1)
    assert ("আগের" in before, told, "পরের" in after) == (True, "আজ বিকেলে বিরতি", True)
    assert [request.method for request in house.server.log] == ["sendMessage", "copyMessage", "sendMessage"]


async def test_a_reader_who_blocked_the_bot_is_gone_and_nobody_else_notices(house: House):
    crowd = await house.crowd(5)
    house.server.block(house.server.world.people[crowd[2].chat_id])
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"sent": 4, "gone": 1}
    assert (await readers.reader_by_id(house.db, crowd[2].id)).state == "gone"
    assert await subscriptions.following(house.db, crowd[2].id)


async def test_a_group_that_became_a_supergroup_gets_its_story_there(house: House):
    group = house.server.group(-100, "মিলানের আড্ডা")
    who = await house.reader(-100, kind="group")
    new = house.server.migrate(group)
    post_id = await house.story()
    await house.work()
    assert (await readers.reader_by_id(house.db, who.id)).chat_id == new.id
    assert len(house.server.sent(new.id)) == 1
    assert await house.accounts(post_id) == {"sent": 1}


async def test_a_closed_topic_pauses_only_its_own_reader(house: House):
    forum = house.server.group(-1_000_000_000_050, "ফোরাম", forum=True)
    opened, closed = house.server.topic(forum), house.server.topic(forum)
    forum.topics[closed] = False
    for topic in (opened, closed):
        await house.reader(forum.id, kind="group", topic=topic)
    await house.story()
    await house.work()
    assert [message["message_thread_id"] for message in house.server.sent(forum)] == [opened]
    assert (await readers.reader(house.db, forum.id, closed)).state == "paused"
    assert (await readers.reader(house.db, forum.id, opened)).state == "active"


async def test_a_429_costs_nothing_but_time(house: House):
    crowd = await house.crowd(6)
    house.server.faults.add(Fault.error(429, f"{TOO_MANY} 1", retry_after=1), chat_id=crowd[0].chat_id)
    post_id = await house.story()
    await house.work()
    first = [request for request in house.server.log if request.chat_id == crowd[0].chat_id]
    assert [request.status for request in first] == [429]
    async with house.working():
        await house.server.until(lambda: house.server.sent(crowd[0].chat_id))
    later = house.server.requests(chat_id=crowd[0].chat_id)
    assert later[1].at - later[0].done_at >= 1
    assert await house.accounts(post_id) == {"sent": 6}
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 6


async def test_429s_everywhere_pause_everything_and_lose_nothing(house: House):
    crowd = await house.crowd(12)
    house.server.faults.add(Fault.error(429, f"{TOO_MANY} 2", retry_after=2), times=3)
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: len([r for r in house.server.log if r.status == 429]) == 3)
        paused_at = max(request.done_at for request in house.server.log if request.status == 429)
        await house.server.until(lambda: all(house.server.sent(who.chat_id) for who in crowd))
    held = [r for r in house.server.log if paused_at + 0.5 < r.at < paused_at + 1.9]
    assert not held
    assert await house.accounts(post_id) == {"sent": 12}
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 12


async def test_what_was_taken_back_is_not_sent(house: House):
    await house.crowd(3)
    first, second = await house.story(title="প্রথম"), await house.story(title="দ্বিতীয়")
    await posts.retract(house.db, first, house.clock())
    await house.work()
    assert all("প্রথম" not in text for chat in (1000, 1001, 1002) for text in house.texts(chat))
    assert await house.accounts(first) == {"passed": 3}
    assert await house.accounts(second) == {"sent": 3}


async def test_what_may_have_arrived_before_it_was_stopped_is_not_said_to_have_been_passed_over(
    house: House, monkeypatch
):
    monkeypatch.setattr("delivery.outcome.PAUSE", timedelta(seconds=30))
    crowd = await house.crowd(5)
    for who in crowd[:2]:
        house.server.faults.add(Fault.closed(accepted=True), chat_id=who.chat_id, times=1)
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"sent": 3, "pending": 2}
    await posts.stop(house.db, post_id, "", house.clock())
    house.ahead = timedelta(minutes=1)
    await house.work()
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 5
    assert await house.accounts(post_id) == {"sent": 3, "unknown": 2}


async def test_what_expired_before_it_could_be_sent_is_passed_over(house: House):
    await house.crowd(2)
    post_id = await house.story()
    house.ahead = timedelta(days=3)
    await house.work()
    assert not house.server.log
    assert await house.accounts(post_id) == {"passed": 2}


async def test_who_sleeps_gets_one_roundup_in_the_morning(house: House):
    now = house.clock()
    asleep = (now - 2 * SECOND).time().replace(second=0, microsecond=0)
    wakes = (now + timedelta(hours=5)).time().replace(second=0, microsecond=0)
    who = await house.reader(1, timezone="UTC")
    await readers.set_quiet(house.db, who.id, (asleep, wakes))
    await house.story()
    await house.work()
    await house.story()
    await house.work()
    assert not house.server.log
    assert await house.accounts(1) == {"pending": 1}
    house.ahead = timedelta(hours=5, minutes=1)
    await house.work()
    (text,) = house.texts(1)
    assert "২টি খবর" in text


async def test_who_has_a_digest_gets_everything_at_their_hour(house: House):
    hour = (house.clock() + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    who = await house.reader(1, timezone="UTC")
    await readers.set_digest(house.db, who.id, [hour])
    for _ in range(3):
        await house.story()
        await house.work()
    assert not house.server.log
    house.ahead = timedelta(hours=2, minutes=5)
    await house.work()
    assert "৩টি খবর" in house.texts(1)[0]


@pytest.mark.parametrize("accepted", [True, False])
async def test_what_may_have_arrived_is_sent_once_more(house: House, *, accepted: bool):
    await house.reader(1)
    house.server.faults.add(Fault.closed(accepted=accepted))
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: len(house.sends()) == 2)
    assert len(house.texts(1)) == 1 + accepted
    assert await house.accounts(post_id) == {"sent": 1}
    await house.receipts_are_true(post_id)


async def test_nobody_ever_gets_a_third_copy(house: House):
    await house.reader(1)
    house.server.faults.add(
        Fault.html(502, accepted=True), times=0, when=lambda asked: asked.chat_id is not None
    )
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: len(house.sends()) == 2)
        await asyncio.sleep(0.3)
    assert len(house.texts(1)) == 2
    assert await house.accounts(post_id) == {"unknown": 1}


TOO_LONG = "Bad Request: message is too long"


async def test_a_story_that_chat_after_chat_refuses_is_stopped_and_the_editors_are_told_once(house: House):
    await house.crowd(40)
    house.server.faults.add(Fault.error(400, TOO_LONG), times=0)
    post_id = await house.story()
    await house.work(hands=2, batch=4)
    found = await house.accounts(post_id)
    assert found["refused"] in {3, 4}
    assert found["refused"] + found["passed"] == 40
    assert len(house.sends()) == found["refused"]
    stopped = await posts.post(house.db, post_id)
    assert (stopped.state, stopped.reason) == ("retracted", TOO_LONG)
    assert house.stopped == [(post_id, TOO_LONG)]


async def test_two_chats_freaks_cost_nobody_else_the_story(house: House):
    crowd = await house.crowd(20)
    for who in crowd[:2]:
        house.server.faults.add(Fault.error(400, TOO_LONG), chat_id=who.chat_id, times=0)
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"refused": 2, "sent": 18}
    assert house.stopped == []


async def test_what_was_refused_before_a_restart_counts_after_it(house: House):
    await house.crowd(10)
    house.server.faults.add(Fault.error(400, TOO_LONG), times=2)
    house.server.faults.add(Fault.slow(0.3), times=0)
    post_id = await house.story()
    async with house.working(hands=1, batch=1):
        await house.server.until(lambda: len(house.sends()) >= 2)
    assert house.stopped == []
    house.server.faults.clear()
    house.server.faults.add(Fault.error(400, TOO_LONG))
    await house.work(owner="here/1/second")
    assert house.stopped == [(post_id, TOO_LONG)]
    assert (await house.accounts(post_id))["refused"] == 3


async def test_a_post_for_two_is_stopped_by_two(house: House):
    await house.crowd(2)
    house.server.faults.add(Fault.error(400, TOO_LONG), times=0)
    post_id = await house.story()
    await house.work()
    assert house.stopped == [(post_id, TOO_LONG)]


async def test_an_announcement_whose_message_is_gone_is_said_once_not_for_every_reader(
    house: House, caplog: pytest.LogCaptureFixture
):
    await house.crowd(30)
    post_id = await house.announcement(message_id=987)
    await house.work()
    ((stopped, reason),) = house.stopped
    assert (stopped, "message to copy not found" in reason) == (post_id, True)
    assert (await house.accounts(post_id)).total() == 30
    assert [record.message for record in caplog.records] == ["telegram refuses a post", "post stopped"]


BAD_MARKUP = "Bad Request: can't parse entities: unsupported start tag"


async def test_markup_that_most_chats_refuse_stops_the_post(house: House):
    """Who was served before has it as plain text, and the receipts say why."""
    await house.crowd(40)
    formatted = Fault.error(400, BAD_MARKUP)
    house.server.faults.add(formatted, times=0, when=lambda asked: "parse_mode" in asked.parameters)
    post_id = await house.story()
    await house.work(hands=2, batch=4)
    found = await house.accounts(post_id)
    assert found["sent"] in {3, 4}
    assert found["sent"] + found["passed"] == 40
    assert house.stopped == [(post_id, BAD_MARKUP)]
    assert {row[0] for row in await house.rows("SELECT reason FROM receipts WHERE outcome = 'sent'")} == {
        BAD_MARKUP
    }


async def test_plain_text_for_a_few_of_many_is_no_reason_to_stop(house: House):
    crowd = await house.crowd(30)
    for who in crowd[:2]:
        house.server.faults.add(Fault.error(400, BAD_MARKUP), chat_id=who.chat_id)
    post_id = await house.story()
    await house.work()
    assert await house.accounts(post_id) == {"sent": 30}
    assert house.stopped == []


@pytest.mark.parametrize("clock_set", [timedelta(), timedelta(hours=2)])
async def test_a_chat_not_found_twice_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch, clock_set: timedelta
):
    monkeypatch.setattr("delivery.outcome.MISSING_AGAIN", timedelta(seconds=0.05))
    who = await house.reader(1)
    del house.server.world.chats[1]
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: len(house.sends()) == 1)
        house.ahead += clock_set
        await house.server.until(lambda: len(house.sends()) == 2)
    assert (await readers.reader_by_id(house.db, who.id)).state == "gone"
    assert await house.accounts(post_id) == {"gone": 1}


async def test_while_telegram_is_away_nothing_is_lost_and_nothing_doubled(house: House):
    crowd = await house.crowd(20)
    post_id = await house.story()
    port = int(house.server.base_url.rpartition(":")[2])
    await house.server.stop()
    async with house.working() as catch_up:
        await house.server.until(lambda: not catch_up.well)
        await house.server.start(port)
        await house.server.until(lambda: all(house.server.sent(who.chat_id) for who in crowd))
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 20
    assert await house.accounts(post_id) == {"sent": 20}


async def test_a_drain_gives_back_what_is_not_begun_and_finishes_what_is(house: House):
    crowd = await house.crowd(12)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.3), times=0)
    async with house.working(hands=3, batch=12) as catch_up:
        await house.server.until(lambda: len(house.server.log) == 3)
        catch_up.drain()
    assert len(house.server.log) == 3
    assert await house.accounts(post_id) == {"sent": 3, "pending": 9}
    assert (await due.due_counts(house.db, house.clock()))[:2] == (9, 0)
    house.server.faults.clear()
    await house.work(owner="here/1/second")
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 12
    assert await house.accounts(post_id) == {"sent": 12}


async def test_a_drain_does_not_wait_for_a_pause_to_end(house: House):
    await house.crowd(12)
    house.server.faults.add(Fault.error(429, f"{TOO_MANY} 60", retry_after=60), times=0)
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: len(house.server.log) >= 2)
    assert await house.accounts(post_id) == {"pending": 12}
    assert (await due.due_counts(house.db, house.clock() + timedelta(seconds=61)))[:2] == (12, 0)


async def test_a_drain_does_not_wait_for_a_slow_rate(house: House):
    await house.crowd(12)
    house.rate = 0.2
    post_id = await house.story()
    async with house.working():
        await house.server.until(lambda: house.server.log)
    assert await house.accounts(post_id) == {"sent": 1, "pending": 11}
    assert (await due.due_counts(house.db, house.clock()))[1] == 0


async def test_a_revoked_token_stops_everything_and_loses_nothing(house: House):
    await house.crowd(20)
    post_id = await house.story()
    house.server.faults.add(Fault.error(401, "Unauthorized"), times=0)
    catch_up = house.catch_up()
    while await posts.mark_slice(house.db, house.clock()):
        pass
    with pytest.raises(TokenRevokedError, match="Unauthorized"):
        await asyncio.wait_for(catch_up.run(), 60)
    assert not catch_up.well
    assert await house.accounts(post_id) == {"pending": 20}
    assert (await due.due_counts(house.db, house.clock() + SECOND))[:2] == (20, 0)
    house.server.faults.clear()
    await asyncio.sleep(0.1)
    await house.work(owner="here/2/second")
    assert await house.accounts(post_id) == {"sent": 20}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database locked by another is told at once, not after five seconds."""
    monkeypatch.setattr(
        "storage.sqlite._PRAGMAS",
        ("PRAGMA busy_timeout = 20", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON"),
    )


@pytest.mark.usefixtures("impatient")
async def test_while_the_database_is_away_nothing_is_lost_and_nothing_doubled(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """It stays away for longer than a lease, with answers of Telegram coming in meanwhile."""
    monkeypatch.setattr("delivery.catch_up.LEASE", timedelta(seconds=1))
    monkeypatch.setattr("delivery.catch_up.SPARE", timedelta(seconds=0.4))
    monkeypatch.setattr("delivery.catch_up.RECLAIM", 0.01)
    crowd = await house.crowd(30)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.2), times=0)
    async with house.working(hands=5, batch=15) as catch_up:
        await house.server.until(lambda: len(house.server.log) >= 5)
        async with locked(tmp_path):
            await house.server.until(lambda: not catch_up.well)
            await asyncio.sleep(1.5)
            at_most = len(house.server.log)
            await asyncio.sleep(0.3)
            assert len(house.server.log) == at_most
        await house.server.until(lambda: all(house.server.sent(who.chat_id) for who in crowd))
        house.server.faults.clear()
        await house.quiet()
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 30
    assert await house.accounts(post_id) == {"sent": 30}
    await house.receipts_are_true(post_id)


@pytest.mark.usefixtures("impatient")
async def test_what_is_never_sent_twice_does_not_leave_while_the_database_is_away(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """All are in hand and no receipt waits: it is the beginning that can't be written down."""
    monkeypatch.setattr("delivery.catch_up.RECLAIM", 3600.0)
    crowd = await house.crowd(3)
    post_id = await house.notice()
    house.rate = 2

    async def is_saved() -> bool:
        return (await house.accounts(post_id))["sent"] == 1

    async with house.working(hands=4, batch=4):
        await house.server.until(is_saved)
        async with locked(tmp_path):
            await asyncio.sleep(1.5)
            assert len(house.server.log) == 1
        await house.server.until(lambda: len(house.server.log) == 3)
        await house.quiet()
    assert await house.copies(crowd) == [1] * 3
    assert await house.accounts(post_id) == {"sent": 3}


@asynccontextmanager
async def locked(tmp_path: Path) -> AsyncIterator[None]:
    """The database file in another's hand."""
    connection = sqlite3.connect(tmp_path / "khobor.db", isolation_level=None, timeout=0)
    while not connection.in_transaction:
        with suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(0.01)
    yield
    connection.execute("ROLLBACK")
    connection.close()


@pytest.mark.usefixtures("impatient")
async def test_a_drain_waits_for_the_receipts_until_the_database_is_back(house: House, tmp_path: Path):
    await house.crowd(3)
    post_id = await house.story()
    house.server.faults.add(Fault.slow(0.2), times=3)
    async with house.working() as catch_up:
        await house.server.until(lambda: len(house.server.log) == 3)
        async with locked(tmp_path):
            catch_up.drain()
            await asyncio.sleep(0.5)
    assert await house.accounts(post_id) == {"sent": 3}


async def test_readers_whose_sender_died_are_served_by_another(house: House):
    await house.crowd(5)
    post_id = await house.story()
    await posts.mark_slice(house.db, house.clock())
    dead = await due.claim(
        house.db, "elsewhere/7/dead", now=house.clock(), lease=timedelta(seconds=0.1), limit=3
    )
    assert len(dead) == 3
    async with house.working():
        await house.server.until(lambda: len(house.server.log) == 5)
    assert await house.accounts(post_id) == {"sent": 5}


async def test_a_clock_that_is_set_back_lengthens_no_rest(house: House):
    """Whoever becomes due from then on is served, not only when it is as late again as it was."""
    house.ahead = timedelta(hours=2)
    await house.reader(1000)
    await house.reader(2000, "category:khela")
    await house.story()
    port = int(house.server.base_url.rpartition(":")[2])
    await house.server.stop()
    async with house.working() as catch_up:
        await house.server.until(lambda: not catch_up.well)
        house.ahead = timedelta()
        await house.server.start(port)
        await house.story(categories=("khela",))
        await house.server.until(lambda: house.server.sent(2000))


async def test_a_clock_that_is_set_back_keeps_nobody_from_taking_over_from_the_dead(house_of_each: House):
    house = house_of_each
    await house.crowd(3)
    post_id = await house.story()
    await posts.mark_slice(house.db, house.clock())
    house.ahead = timedelta(hours=2)
    catch_up = house.catch_up()
    house.ahead = timedelta()
    dead = await due.claim(
        house.db, "elsewhere/7/dead", now=house.clock(), lease=timedelta(seconds=0.1), limit=3
    )
    assert len(dead) == 3
    async with house.working(catch_up):
        await house.server.until(lambda: len(house.server.log) == 3)
    assert await house.accounts(post_id) == {"sent": 3}


async def test_two_senders_share_the_readers(house_of_each: House):
    house = house_of_each
    crowd = await house.crowd(60)
    post_id = await house.story()
    async with house.working(owner="here/1/a", batch=8), house.working(owner="here/2/b", batch=8):
        await house.quiet()
    assert [len(house.server.sent(who.chat_id)) for who in crowd] == [1] * 60
    assert await house.accounts(post_id) == {"sent": 60}


async def test_a_part_that_dies_ends_the_whole_loudly_once_what_is_in_flight_is_saved(house: House):
    crowd = await house.crowd(4)
    post_id = await house.story()
    catch_up = house.catch_up(hands=5)
    send = catch_up._sender.send
    served = []

    async def break_at_the_fourth(chat_id, *message, **more):
        served.append(chat_id)
        if len(served) == 4:
            await house.server.until(lambda: len(house.sends()) == 3)
            raise ArithmeticError("a broken assumption")
        return await send(chat_id, *message, **more)

    catch_up._sender.send = break_at_the_fourth
    house.server.faults.add(Fault.slow(0.2), times=0)
    await posts.mark_slice(house.db, house.clock())
    with pytest.raises(ArithmeticError):
        await asyncio.wait_for(catch_up.run(), 60)
    assert await house.accounts(post_id) == {"sent": 3, "pending": 1}
    assert sum(len(house.server.sent(who.chat_id)) for who in crowd) == 3


async def test_whatever_goes_wrong_everyone_is_accounted_for(house: House):
    crowd = await house.crowd(60)
    chats = [who.chat_id for who in crowd]
    house.server.block(house.server.world.people[chats[0]])
    house.server.world.people[chats[1]].deactivated = True
    house.server.faults.add(Fault.error(400, "Bad Request: something new"), chat_id=chats[2], times=0)
    house.server.faults.add(Fault.closed(accepted=True), chat_id=chats[3], times=0)
    house.server.faults.add(Fault.error(400, "Bad Request: not enough rights"), chat_id=chats[4], times=0)
    house.server.faults.add(Fault.error(429, f"{TOO_MANY} 600", retry_after=600), chat_id=chats[5], times=0)
    for fault in (Fault.html(502), Fault.cut(), Fault.closed(accepted=False), Fault.raw(b'{"ok":false}')):
        house.server.faults.add(fault, times=2, after=5)
    first, second = await house.story(photo=True), await house.story(categories=("probash", "khela"))
    while await posts.mark_slice(house.db, house.clock()):  # before anybody is found to be gone
        pass
    await house.work()
    await asyncio.sleep(0.1)
    await house.work()
    for post_id in (first, second):
        found = await house.accounts(post_id)
        assert found == {"sent": 54, "gone": 2, "refused": 1, "unknown": 1, "pending": 2}
        assert found.total() == (await posts.post(house.db, post_id)).readers == 60
        await house.receipts_are_true(post_id)
    assert max(len(house.server.sent(chat)) for chat in chats) <= 2


async def test_at_telegrams_own_limits_nothing_is_ever_refused(house: House):
    server = TelegramServer(TOKEN, limits=True)
    await server.start()
    house.server, house.rate = server, 30
    await house.crowd(45)
    post_id = await house.story()
    await house.work(hands=16, batch=32)
    assert await house.accounts(post_id) == {"sent": 45}
    assert {request.status for request in server.log} == {200}
    await server.stop()


@pytest.mark.parametrize("fault", [Fault.html(502), Fault.closed(accepted=False)])
async def test_an_outage_of_telegram_costs_nobody_the_story(house: House, fault: Fault):
    """Longer than two tries: sending waits until Telegram answers again, and then everybody gets it."""
    await house.crowd(30)
    house.server.faults.add(fault, times=0)
    post_id = await house.story()
    async with house.working():
        await asyncio.sleep(8)
        house.server.faults.clear()
        async with asyncio.timeout(60):
            while (await house.accounts(post_id))["sent"] < 30:
                await asyncio.sleep(0.1)
    assert await house.accounts(post_id) == {"sent": 30}
