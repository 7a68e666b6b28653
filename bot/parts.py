"""The composition root: every part is made here, once, and handed to those that need it."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Final

import aiohttp

from bot import owner as owners
from bot.alarms import Editors
from bot.inviters import Inviters
from bot.monitoring.counting import CountedTelegram
from bot.monitoring.metrics import Metrics
from delivery.catch_up import CatchUp, Crew
from delivery.compose import Composer
from delivery.correcting import Correcting
from delivery.ledger import Ledger
from delivery.marking import Marking
from delivery.pace import Pace
from delivery.pictures import Pictures
from delivery.send import Sender
from news.errors import FetchError
from news.geography import atlas
from news.sources import Sources, load
from news.summary.rewrite import Endpoint
from news.web import picture
from news.web.fetch import Fetcher, introduced, open_session
from news.web.robots import Robots
from storage import limits, sources
from storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from contextlib import AsyncExitStack

    from bot.settings import Settings
    from news.article import Category

ROUND_TRIP: Final = 0.3
"""Seconds that an answer of Telegram takes when it is slow: the rate times this is how many are under way."""
FEWEST_HANDS: Final = 16
MOST_HANDS: Final = 400
"""Over 1000 requests at once Telegram's server answers 429 with a minute's wait; stay well below."""
STARTS_AFTER: Final = 1.0
"""Seconds of silence after a start: the process before may have used up this second of the limit."""
SELDOM: Final = 10_000
"""New objects after which the garbage collector looks at them. Of its usual 700 a message makes a third.

That was 6 % of what a message costs (scripts.bench); the process grows by no megabyte for it.
"""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a running bot is made of."""

    settings: Settings
    owner: str
    clock: Callable[[], datetime]
    db: Database
    listed: Sources
    categories: Mapping[str, Category]
    telegram_session: aiohttp.ClientSession
    fetcher: Fetcher
    summariser: Endpoint | None
    sender: Sender
    editors: Editors
    catch_up: CatchUp
    marking: Marking
    correcting: Correcting
    metrics: Metrics

    def published(self) -> None:
        """There is a new post: mark and serve its readers now."""
        self.marking.wake()


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


async def assemble(settings: Settings, stack: AsyncExitStack) -> Parts:
    """Make every part; what has to be closed is closed by `stack`. Raises SourcesError and StorageError."""
    listed, owner = load(settings.sources_file), owners.name()
    db = Database(settings.database_url.get_secret_value())
    stack.push_async_callback(db.close)
    await _prepare(db, listed)
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    web = await stack.enter_async_context(open_session(settings.allow_private_hosts))
    fetcher = Fetcher(web, user_agent=introduced(listed.contact), robots=Robots())
    categories = {category.slug: category for category in listed.categories}
    pictures = Pictures(db, _picture_of(fetcher), utc_now)
    metrics, token = Metrics(db, utc_now), settings.bot_token.get_secret_value()
    telegram = CountedTelegram(session, settings.bot_api_url, token, metrics.requests)
    pace = await _pace(settings.send_rate, db, owner)
    sender = Sender(telegram, pace, pictures, paid=settings.paid_broadcast)
    editors = Editors(db, sender, settings.admin_ids)
    hands, composer = crew(settings.send_rate, owner), Composer(categories)
    _settle_in()
    stopped, heard, counts = editors.tell_stopped, metrics.deliveries.heard, metrics.copies_done
    silenced = Inviters(db, sender).tell_silenced
    catch_up = CatchUp(db, sender, composer, hands, utc_now, stopped=stopped, silenced=silenced, heard=heard)
    return Parts(
        settings=settings,
        owner=owner,
        clock=utc_now,
        db=db,
        listed=listed,
        categories=categories,
        telegram_session=session,
        fetcher=fetcher,
        summariser=_summariser(settings, session),
        sender=sender,
        editors=editors,
        catch_up=catch_up,
        marking=Marking(db, utc_now, catch_up.wake),
        correcting=Correcting(
            db, sender, composer, utc_now, revoked=catch_up.revoke, hands=hands.hands, counts=counts
        ),
        metrics=metrics,
    )


def _summariser(settings: Settings, session: aiohttp.ClientSession) -> Endpoint | None:
    """Where summaries are asked for, if anywhere."""
    key = settings.summary_api_key.get_secret_value()
    return Endpoint(session, url, settings.summary_model, key) if (url := settings.summary_api_url) else None


async def _pace(rate: float, db: Database, owner: str) -> Pace:
    """What was told the process before still holds; PostgreSQL's is everybody's, SQLite has one sender."""
    start_after = max(STARTS_AFTER, await limits.held(db, utc_now()))
    ledger = Ledger(db, utc_now, owner)
    return Pace(rate, monotonic, start_after=start_after, ledger=ledger, shared=not db.is_sqlite)


def crew(rate: float, owner: str) -> Crew:
    """As many hands as `rate` messages a second need at a slow round trip, and a second's work in hand."""
    hands = min(MOST_HANDS, max(FEWEST_HANDS, ceil(rate * ROUND_TRIP)))
    return Crew(owner, hands=hands, batch=max(2 * hands, ceil(rate)))


async def _prepare(db: Database, listed: Sources) -> None:
    """The newest schema, nothing held by processes that are no more, the listed sources known."""
    await db.migrate()
    now = utc_now()
    if host := owners.host():
        await owners.free_now(db, host, now)
    await sources.register(db, listed.sources, now)


def _settle_in() -> None:
    """What would hold everything up later is done before the work begins.

    The first card would wait for the names of places; and each time it looks through everything there is, the
    garbage collector stops the event loop for a tenth of a second. What is there now stays: it need not look,
    and at what comes and goes it looks seldom.
    """
    atlas.atlas()
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM)


def _picture_of(fetcher: Fetcher) -> Callable[[str], Awaitable[bytes | None]]:
    async def fetched(url: str) -> bytes | None:
        try:
            return await picture.fetch(fetcher, url)
        except FetchError:
            return None

    return fetched
