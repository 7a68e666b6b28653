"""Whose turn it is to write: people's before the many's, each kind in order, and nobody's turn is lost."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from storage.turns import Turns


class Writers:
    """Tasks that want the turn, and the order in which they had it."""

    def __init__(self) -> None:
        self.turns, self.order = Turns(), []
        self.done = asyncio.Event()

    def start(self, name: str, *, for_many: bool, holds: bool = False) -> asyncio.Task[None]:
        return asyncio.create_task(self._write(name, for_many=for_many, holds=holds))

    async def _write(self, name: str, *, for_many: bool, holds: bool) -> None:
        async with self.turns.turn(for_many=for_many):
            self.order.append(name)
            await (self.done.wait() if holds else asyncio.sleep(0))


@pytest.fixture
async def writers() -> Writers:
    """The first of them has the turn, and keeps it until it is done."""
    them = Writers()
    them.start("first", for_many=True, holds=True)
    await asyncio.sleep(0)
    return them


async def test_people_go_before_the_many_and_each_kind_in_order(writers):
    wanted = [
        writers.start(name, for_many=name.startswith("many"))
        for name in ("many 1", "one 1", "many 2", "one 2")
    ]
    await asyncio.sleep(0)
    assert writers.order == ["first"]
    writers.done.set()
    await asyncio.gather(*wanted)
    assert writers.order == ["first", "one 1", "one 2", "many 1", "many 2"]


async def test_nobody_waits_for_ever_though_people_keep_coming(writers, monkeypatch):
    monkeypatch.setattr("storage.turns.LONG", 0.0)
    wanted = [writers.start(name, for_many=name.startswith("many")) for name in ("one 1", "many 1", "one 2")]
    await asyncio.sleep(0.01)
    writers.done.set()
    await asyncio.gather(*wanted)
    assert writers.order == ["first", "many 1", "one 1", "one 2"]


async def test_who_gives_up_waiting_is_passed_over(writers):
    leaver, stayer = writers.start("leaver", for_many=False), writers.start("stayer", for_many=True)
    await asyncio.sleep(0)
    leaver.cancel()
    writers.done.set()
    await stayer
    assert writers.order == ["first", "stayer"]


async def test_who_gives_up_in_the_moment_of_their_turn_passes_it_on(writers):
    leaver, stayer = writers.start("leaver", for_many=False), writers.start("stayer", for_many=True)
    await asyncio.sleep(0)
    writers.done.set()
    await asyncio.sleep(0)  # the first one ends, and the turn is the leaver's, who does not know it yet
    leaver.cancel()
    await stayer
    assert writers.order == ["first", "stayer"]


async def test_a_turn_that_fails_is_over(writers):
    writers.done.set()
    with suppress(RuntimeError):
        async with writers.turns.turn(for_many=False):
            raise RuntimeError
    await writers.start("next", for_many=True)
    assert writers.order == ["first", "next"]
