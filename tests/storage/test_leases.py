"""Leases that are over are struck off once, of all at once, and none that has been renewed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage import leases
from tests.storage.conftest import let_pass

MINUTE = timedelta(minutes=1)
ONCE = "told"


class Roll:
    """Who answers, and who is struck off."""

    def __init__(self, db, now):
        self.db, self.now = db, now

    async def answer(self, *names):
        for name in names:
            await leases.acquire(self.db, name, name, now=self.now, ttl=MINUTE)

    async def strike_off(self, *names, dead=(), db=None):
        missing = dict.fromkeys(names, False) | dict.fromkeys(dead, True)
        gone = await leases.strike_off(db or self.db, missing, ONCE, now=self.now, ttl=10 * MINUTE)
        return sorted(gone)

    async def called(self):
        return sorted(await leases.called(self.db, "", self.now))


@pytest.fixture
def roll(db, now):
    return Roll(db, now)


async def test_who_answered_a_moment_ago_is_not_struck_off_and_who_is_dead_is(roll):
    await roll.answer("a", "b", "c", "d")
    await let_pass(roll.db, 2 * MINUTE)
    await roll.answer("a", "c")
    assert await roll.strike_off("a", "b", dead=["c", "x"]) == ["b", "c"]
    assert await roll.called() == ["a", "d", ONCE]


async def test_once_is_once_until_its_time_is_over_whoever_asks(roll, another):
    await roll.answer("a")
    assert await roll.strike_off(dead=["a"]) == ["a"]
    await roll.answer("a", "b")
    assert await roll.strike_off(dead=["a"]) == await roll.strike_off(dead=["b"], db=another()) == []
    await let_pass(roll.db, 11 * MINUTE)
    assert await roll.strike_off("a", "b") == ["a", "b"]


async def test_where_nobody_is_struck_off_the_next_one_may_be_at_once(roll):
    await roll.answer("a", "b")
    assert await roll.strike_off("a") == []
    await let_pass(roll.db, 2 * MINUTE)
    assert await roll.strike_off("a") == ["a"]


async def test_of_several_one_strikes_off(roll, another):
    await roll.answer("a")
    asking = [roll.strike_off(dead=["a"], db=another()) for _ in range(4)]
    assert sorted(await asyncio.gather(*asking), key=len) == [[], [], [], ["a"]]
