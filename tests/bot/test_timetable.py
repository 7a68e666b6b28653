"""Each source is polled when its own row says so, and a restart asks nobody too early."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.poller import Poller
from bot.scheduler import keep_timetable
from news.article import Source
from news.web.fetch import Fetcher, open_session
from storage import sources

SECOND = timedelta(seconds=1)


@pytest.fixture
async def keep(sqlite_db, paper):
    """Keeps the timetable of some sources for a while; gives how often the paper was asked."""
    async with open_session(frozenset({"127.0.0.1"})) as session:

        async def keep(listed, until) -> list[str]:
            paper.asked.clear()
            poller = Poller(sqlite_db, Fetcher(session), {}, _now, lambda: None)
            days = timedelta(days=1)
            running = asyncio.create_task(keep_timetable(sqlite_db, poller, listed, _now, days))
            async with asyncio.timeout(60):
                while not until(paper.asked):
                    await asyncio.sleep(0.05)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return list(paper.asked)

        yield keep


def _now() -> datetime:
    return datetime.now(UTC)


async def test_a_source_is_polled_again_and_again_and_what_was_found_is_written_down(sqlite_db, paper, keep):
    source = Source("ক", f"{paper.address}/feed.xml", "probash", every=SECOND)
    await sources.register(sqlite_db, [source], _now())
    began = _now()
    await keep([source], lambda asked: len(asked) >= 3)
    assert _now() - began > SECOND
    state = await sources.by_url(sqlite_db, source.url)
    assert (state.state, state.last_ok_at > began, state.next_poll_at > state.last_ok_at) == (
        "ok",
        True,
        True,
    )


async def test_after_a_restart_only_what_is_due_is_polled(sqlite_db, paper, keep):
    due = Source("ক", f"{paper.address}/feed.xml", "probash", every=SECOND)
    rested = Source("খ", f"{paper.address}/feed.xml?b", "probash", every=SECOND * 600)
    stopped = Source("গ", f"{paper.address}/feed.xml?c", "probash", every=SECOND)
    await sources.register(sqlite_db, [due, rested, stopped], _now())
    for state in await sources.all_sources(sqlite_db):
        if state.name != "ক":
            how = {"state": "paused" if state.name == "গ" else "failing", "error": "x"}
            await sources.poll_failed(sqlite_db, state.id, next_poll_at=_now() + 600 * SECOND, **how)
    await keep([due, rested, stopped], lambda asked: len(asked) >= 2)
    states = {state.name: state for state in await sources.all_sources(sqlite_db)}
    assert states["ক"].last_ok_at is not None
    assert states["খ"].last_ok_at is states["গ"].last_ok_at is None


async def test_a_poll_that_breaks_is_tried_again(sqlite_db, paper, keep, caplog):
    """Whatever it was: the timetable goes on."""
    source = Source("ক", f"{paper.address}/feed.xml", "probash", every=SECOND)
    unknown = Source("খ", f"{paper.address}/feed.xml?never-registered", "probash", every=SECOND)
    await sources.register(sqlite_db, [source], _now())
    paper.publish("খবর")
    broken = Poller.visit

    async def visit(self, one, state, times=[0]):  # noqa: B006 - counts over calls
        times[0] += 1
        if times[0] == 1:
            raise RuntimeError("a fault of ours")
        return await broken(self, one, state)

    Poller.visit = visit
    try:
        await keep([source, unknown], lambda asked: len(asked) >= 2)
    finally:
        Poller.visit = broken
    assert "poll failed" in caplog.text


async def test_who_ends_the_timetable_waits_for_the_poll_under_way_and_nothing_is_said_of_it(
    sqlite_db, paper, keep, caplog, monkeypatch
):
    """It is cut off, puts down what it has in hand, and is no failure."""
    source = Source("ক", f"{paper.address}/feed.xml", "probash", every=SECOND)
    await sources.register(sqlite_db, [source], _now())
    ended, polled = [], Poller.visit

    async def visit(self, one, state):
        try:
            paper.asked.append("begun")
            await asyncio.Event().wait()
        finally:
            await polled(self, one, state)
            ended.append("visit")

    async def flush(_):
        ended.append("flush")

    monkeypatch.setattr(Poller, "visit", visit)
    monkeypatch.setattr(Poller, "flush", flush)
    await keep([source], lambda asked: asked)
    assert ended[-2:] == ["visit", "flush"]
    assert [line.message for line in caplog.records if line.levelno >= logging.WARNING] == []
