"""The bot's own engine in a process of its own, put together by the bot's own hands.

    python -m scripts.bench.ours broadcast|claim ORDER        ORDER: the fields of `Order` as JSON

`broadcast` publishes one story and sends it, beside the conversation that answers people; `claim` times what
the database does for a reader. Both print figures as JSON. Seconds and bytes throughout.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import uvloop
from pydantic import SecretStr

from bot.conversation import Conversation
from bot.parts import STARTS_AFTER, assemble
from bot.settings import PAID_RATE, Settings
from delivery import outcome, publish
from delivery.answers import Sent
from delivery.audience import Show
from delivery.pace import Pace
from scripts.bench import card
from scripts.bench.crowd import WARM, WARMING, sizes
from scripts.bench.meter import measured, server_cpu
from scripts.paper import SOURCE
from storage import due, posts, receipts, sources
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.parts import Parts
    from news.article import Article
    from storage.posts import Post

NO_LIMIT: Final = 100_000
"""Messages a second that nobody reaches: the pace is kept, but never waits."""
LOOK: Final = 0.05
"""Seconds between two looks at what has become of the story."""
OWNER: Final = "bench/1/one"
AT_ONCE: Final = 20_000
"""Readers of a slice where nobody else has to wait; the engine's are smaller, and no more than it needs."""
BATCH: Final = 500
BATCHES: Final = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What to measure. `flat_out`: no limit but what it costs; `seconds`: stop then, though somebody waits.

    `latency` and `every` are for the stub.
    """

    database_url: str
    base_url: str
    sources_file: str
    readers: int
    flat_out: bool = False
    seconds: float = 3600
    latency: float = 0.0
    every: float = 0.0


async def broadcast(order: Order) -> dict[str, Any]:
    """One story, from the moment it is stored to the last receipt."""
    async with AsyncExitStack() as stack:
        parts = await assemble(_settings(order), stack)
        if order.flat_out:
            parts.sender.pace = Pace(NO_LIMIT, monotonic)
        post_office = await stack.enter_async_context(aiohttp.ClientSession(order.base_url))
        async with _at_work(parts):
            await asyncio.sleep(STARTS_AFTER + 0.5)
            await _warm_up(parts, post_office, order)
            before = await server_cpu(parts.db)
            await _json(post_office, f"/reset?latency={order.latency}&every={order.every}")
            async with measured() as used:
                story = await _publish(parts.db)
                stored = monotonic()
                parts.published()
                await _served(parts, post_office, order.readers, stored + order.seconds)
            database_cpu = await server_cpu(parts.db) - before
        told = await _json(post_office, "/counts?all=1")
        await _json(post_office, "/reset")  # nobody speaks on, or the next run would begin with all of it
        kept = await _kept(parts.db, story, told)
    return used.as_json() | told | kept | {
        "first_reader": told["first_at"] - stored,
        "database_cpu": database_cpu,
        "rate": (told["messages"] - 1) / (told["last_at"] - told["first_at"]),
    }  # fmt: skip


def _settings(order: Order) -> Settings:
    return Settings(
        bot_token=SecretStr(card.TOKEN),
        bot_api_url=order.base_url,
        database_url=SecretStr(order.database_url),
        sources_file=Path(order.sources_file),
        paid_broadcast=True,
        send_rate=PAID_RATE,
        web_listen=None,
        webhook_secret=SecretStr(""),
    )


@asynccontextmanager
async def _at_work(parts: Parts) -> AsyncIterator[None]:
    """Sender, marking and conversation run; at the end what is in flight is finished and saved."""
    sending = asyncio.create_task(parts.catch_up.run())
    others = [asyncio.create_task(parts.marking.run()), asyncio.create_task(Conversation(parts).run())]
    try:
        yield
        parts.catch_up.drain()
        await sending
    finally:
        for task in (sending, *others):
            task.cancel()
        results = await asyncio.gather(sending, *others, return_exceptions=True)
    for fault in (one for one in results if isinstance(one, Exception)):
        raise fault


async def _warm_up(parts: Parts, post_office: aiohttp.ClientSession, order: Order) -> None:
    """A first story for a few, and a second of questions."""
    await _json(post_office, f"/reset?every={order.every}")
    await _publish(
        parts.db, replace(card.ARTICLE, url=f"{card.ARTICLE.url}/1", categories=(), places=(WARM,))
    )
    parts.published()
    await _served(parts, post_office, min(order.readers, WARMING), monotonic() + order.seconds)
    await asyncio.sleep(1)


async def _publish(db: Database, article: Article = card.ARTICLE) -> int:
    source_id = (await sources.all_sources(db))[0].id
    story = await publish.publish_story(db, source_id, article.url, article, datetime.now(UTC))
    if story is None:
        raise RuntimeError("the story is there already")
    return story


async def _served(parts: Parts, post_office: aiohttp.ClientSession, readers: int, until: float) -> None:
    """Wait until so many have the story and the last receipt is saved, or until time is up."""
    told = 0
    while monotonic() < until and told < readers:
        await asyncio.sleep(LOOK)
        told = (await _json(post_office, "/counts"))["chats"]
    left = True
    while monotonic() < until and left:
        await asyncio.sleep(LOOK)
        left = any((await due.due_counts(parts.db, _now()))[:2])


async def _json(post_office: aiohttp.ClientSession, path: str) -> dict[str, Any]:
    async with post_office.get(path) as answer:
        told: dict[str, Any] = await answer.json()
    return told


async def _kept(db: Database, story: int, told: dict[str, Any]) -> dict[str, Any]:
    """Receipts beside what the stub got: a benchmark that loses or doubles measures nothing."""
    kept = (await receipts.outcomes(db, story)).get("sent", 0)
    if not kept == told["sent"] == told["chats"]:
        raise RuntimeError(f"{kept} receipts, {told['sent']} messages, {told['chats']} chats")
    taken = await sizes(db)
    return {"receipts": kept, "receipt_bytes": taken["receipts"] / (kept + WARMING)}


async def claim(order: Order) -> dict[str, Any]:
    """Seconds to mark everybody with nothing else to do, and to claim and to settle one reader of a batch."""
    db = Database(order.database_url)
    await sources.register(db, [SOURCE], _now())
    taken = await sizes(db)
    story = await _publish(db)
    moments = [perf_counter()]
    while await posts.mark_slice(db, _now(), AT_ONCE):
        moments.append(perf_counter())
    shown = await posts.post(db, story)
    assert shown is not None  # noqa: S101  (for the type: it has just been published)
    times = [await _claim_and_settle(db, shown) for _ in range(min(BATCHES, order.readers // BATCH))]
    await db.close()
    return {
        "marked_alone": moments[-1] - moments[0],
        "worst_slice": max(after - before for before, after in pairwise(moments)),
        "claim": median(one for one, _ in times) / BATCH,
        "settle": median(other for _, other in times) / BATCH,
        "reader_bytes": (taken["readers"] + taken["subscriptions"]) / order.readers,
    }


async def _claim_and_settle(db: Database, story: Post) -> tuple[float, float]:
    """Seconds that a batch takes; it is settled as the engine does after a message was sent."""
    began = perf_counter()
    claimed = await due.claim(db, OWNER, now=_now(), lease=timedelta(seconds=30), limit=BATCH)
    between = perf_counter()
    show, answer = Show((story,), story.id), Sent(1207)
    done = [outcome.settled(one, show, answer, _now()) for one in claimed]
    ready = perf_counter()
    lost = await due.settle(db, OWNER, done, now=_now())
    if lost or len(claimed) != BATCH:
        raise RuntimeError(f"{len(claimed)} claimed, {len(lost)} lost")
    return between - began, perf_counter() - ready


def _now() -> datetime:
    return datetime.now(UTC)


MODES: Final = {"broadcast": broadcast, "claim": claim}


async def main(mode: str, order: str) -> None:
    """Print the figures."""
    sys.stdout.write(json.dumps(await MODES[mode](Order(**json.loads(order)))) + "\n")


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
