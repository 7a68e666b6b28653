"""A sender that rests for a moment is well; one that gets nowhere is not, though it tries again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest

from bot.demo.telegram import TelegramServer
from bot.monitoring.metrics import Metrics
from bot.monitoring.rests import WELL_AGAIN, Rests
from tests.delivery.house import House

SECOND = timedelta(seconds=1)


class Watch:
    """A sender as the test has it, looked at by a clock that only the test moves."""

    def __init__(self, now):
        self.now, self.well, self.sent = now, True, 0
        self.rests = Rests(lambda: self.well, lambda: self.sent, lambda: self.now)

    def look(self, *, well: bool, after: timedelta = SECOND) -> float | None:
        """For how many seconds it rests, if it does."""
        self.now += after
        self.well = well
        self.rests.look()
        return None if self.rests.since is None else (self.now - self.rests.since).total_seconds()


@pytest.fixture
def watch(now):
    return Watch(now)


def test_a_sender_that_is_well_does_not_rest(watch):
    assert [watch.look(well=True) for _ in range(3)] == [None] * 3


def test_tries_between_two_rests_are_no_end_of_them(watch):
    """A refused connection, two seconds of rest, one try, and so on."""
    told = [watch.look(well=number % 3 == 0) for number in range(200)]
    assert told[1:] == list(range(199))


def test_a_message_that_is_sent_is_the_end(watch):
    watch.look(well=False)
    watch.sent += 1
    assert watch.look(well=True) is None
    watch.look(well=False)
    watch.sent += 1
    assert watch.look(well=False) == 0


def test_where_there_is_nothing_to_send_half_a_minute_without_a_rest_is_the_end(watch):
    watch.look(well=False)
    assert watch.look(well=True, after=WELL_AGAIN) == 30
    assert watch.look(well=True) is None
    assert watch.look(well=False) == 0


async def test_a_telegram_that_is_away_is_a_rest_until_it_takes_a_message_again(sqlite_db):
    server = TelegramServer(limits=False)
    await server.start()
    port = int(server.base_url.rpartition(":")[2])
    async with aiohttp.ClientSession() as session:
        house = House(sqlite_db, server, session)
        (who,) = await house.crowd(1)
        deliveries = Metrics(sqlite_db, house.clock).deliveries
        catch_up = house.catch_up(heard=deliveries.heard)
        rests = Rests(lambda: catch_up.well, deliveries.sent, house.clock)
        await house.story()
        await server.stop()
        async with house.working(catch_up):
            watching = asyncio.create_task(rests.run())
            await server.until(lambda: rests.since)
            await server.start(port)
            await server.until(lambda: server.sent(who.chat_id))
            await server.until(lambda: rests.since is None)
            watching.cancel()
    await server.stop()
