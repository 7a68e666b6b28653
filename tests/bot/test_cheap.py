"""A poll of two hundred sources with nothing new costs next to nothing."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest

from bot.poller import Poller
from news.article import Source
from news.parser.worker import Parser
from news.web.fetch import Fetcher, open_session
from news.web.robots import Robots
from storage import sources

SOURCES = 200
STORIES = 30
ROOT = Path(__file__).resolve().parents[2]
SITE = """
import asyncio, sys
from aiohttp import web

def feed(number):
    text = "মাস্কাটে বাংলাদেশি কর্মীদের নতুন আবাসন চালু হয়েছে। " * 4
    items = "".join(
        f"<item><title>খবর {number}-{n}</title><link>/probash/{number}-{n}</link>"
        f"<pubDate>Tue, 10 Mar 2026 10:{n:02}:00 +0600</pubDate><description>{text}</description></item>"
        for n in range(int(sys.argv[2]))
    )
    return f"<rss version='2.0'><channel><lastBuildDate>%s</lastBuildDate>{items}</channel></rss>"

made = 0
async def answer(request):
    global made
    number = request.match_info["number"]
    if sys.argv[1] == "304" and "If-None-Match" in request.headers:
        return web.Response(status=304)
    made += 1
    headers = {"ETag": '"1"'} if sys.argv[1] == "304" else {}
    return web.Response(text=feed(number) % made, content_type="application/rss+xml", headers=headers)

async def main():
    app = web.Application()
    app.router.add_get("/{number}.xml", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
"""A site in a process of its own, so that only our own CPU is counted."""


@pytest.fixture(params=["304", "200"])
async def site(request):
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SITE, request.param, str(STORIES), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert running.stdout
    yield f"http://127.0.0.1:{(await running.stdout.readline()).decode().strip()}"
    running.kill()
    await running.wait()


async def test_two_hundred_sources_with_nothing_new_cost_a_fraction_of_reading_them(sqlite_db, site):
    """CPU, that of parsing included: under a second; also where the feed is made anew each time."""
    listed = [Source(f"কাগজ {n}", f"{site}/{n}.xml", "probash", first=0) for n in range(SOURCES)]
    await sources.register(sqlite_db, listed, datetime.now(UTC))
    async with open_session(frozenset({"127.0.0.1"})) as session, Parser(workers=1) as parser:
        fetcher = Fetcher(session, robots=Robots())
        poller = Poller(sqlite_db, fetcher, {}, lambda: datetime.now(UTC), lambda: None, parse=parser.call)

        async def round_of_polls() -> int:
            async def poll(source: Source) -> int:
                return await poller.poll(source, await sources.by_url(sqlite_db, source.url))

            return sum(await asyncio.gather(*map(poll, listed)))

        async def used() -> float:
            return process_time() + await parser.call(process_time)

        began = await used()
        await round_of_polls()
        before = await used()
        assert await round_of_polls() == 0
        spent, reading = await used() - before, before - began
    print(f"{spent:.2f} s of CPU for {SOURCES} sources, {reading:.2f} s to read them")  # noqa: T201 - a measurement
    assert spent < reading / 2
    assert {state.state for state in await sources.all_sources(sqlite_db)} == {"ok"}
