"""`python -m bot check`: every part tried once, a line for each, and one table of all sources.

Nothing is stored and nothing sent. Sources are asked now, as robots.txt allows; what the table says of
before, the running bot has written down.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot.commands import source_table
from bot.commands.faults import fault_of
from news import sources
from news.errors import FetchError, SourcesError
from news.finding import listing
from news.finding.listing import Listing
from news.parser.worker import Parser
from news.web.fetch import Fetcher, introduced, open_session
from news.web.robots import Robots
from storage.database import Database
from storage.errors import StorageError
from storage.sources import all_sources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from collections.abc import Set as AbstractSet

    from bot.settings import Settings
    from news.article import Source
    from storage.sources import SourceState

AT_ONCE: Final = 8
"""Sources asked at the same time."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=15)
_UNKNOWN_TOKEN: Final = (401, 404)
"""How Telegram answers a token that was revoked, and one that never was (FAULTS: Telegram's answers)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part, whether it works, and a sentence about it."""

    works: bool
    part: str
    sentence: str

    def line(self) -> str:
        """As it is shown."""
        return f"{'✓' if self.works else '✗'} {self.part}: {self.sentence}"


async def check(settings: Settings | None, faults: Sequence[str] = ()) -> int:
    """Show what works and what does not; 0 when all of it works, else 1.

    `faults` are those of the configuration, shown on stderr; `settings` is what can be tried all the same.
    """
    for fault in faults:
        sys.stderr.write(Finding(works=False, part="configuration", sentence=fault).line() + "\n")
    return await _tried(settings, {fault.partition(":")[0] for fault in faults}) if settings else 1


async def _tried(settings: Settings, wrong: AbstractSet[str]) -> int:
    works = not wrong
    async for finding in _findings(settings, wrong):
        works = works and finding.works
        sys.stdout.write(finding.line() + "\n")
        sys.stdout.flush()
    rows = await _sources(settings)
    if rows:
        sys.stdout.write("\n".join(source_table.table(rows, datetime.now(UTC))) + "\n")
    return 0 if works and all(row.works for row in rows) else 1


async def _findings(settings: Settings, wrong: AbstractSet[str]) -> AsyncIterator[Finding]:
    """The findings; a part whose settings are among the `wrong` ones has been told of."""
    if not wrong:
        yield _configuration(settings)
    if "DATABASE_URL" not in wrong:
        yield await _database(settings)
    if wrong.isdisjoint({"BOT_TOKEN", "BOT_API_URL"}):
        yield await _token(settings)
    try:
        sources.load(settings.sources_file)
    except SourcesError as error:
        for fault in error.faults:
            yield Finding(works=False, part="sources", sentence=fault)


def _configuration(settings: Settings) -> Finding:
    way = f"webhook {settings.webhook_url}" if settings.webhook_url else "long polling"
    editors = len(settings.admin_ids)
    named = f"{editors or 'no'} editor{'' if editors == 1 else 's'} in ADMIN_IDS"
    known = f"{way}, {settings.send_rate:g} messages a second, {named}"
    sentence = "; ".join((known, *settings.doubts()))
    return Finding(works=True, part="configuration", sentence=sentence)


async def _database(settings: Settings) -> Finding:
    db = None
    try:
        db = Database(settings.database_url.get_secret_value())
        async with db.write():  # takes the right to write, and writes nothing
            kind = "SQLite" if db.is_sqlite else "PostgreSQL"
            return Finding(works=True, part="database", sentence=f"{kind}, can be read and written")
    except StorageError as error:
        return Finding(works=False, part="database", sentence=str(error))
    finally:
        if db is not None:
            await db.close()


async def _token(settings: Settings) -> Finding:
    token = settings.bot_token.get_secret_value()
    if not token:
        return Finding(works=False, part="token", sentence="BOT_TOKEN is needed; @BotFather gives one")
    address = f"{settings.bot_api_url}/bot{token}/getMe"
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(address) as response:
            answer = await response.json(content_type=None)
            return _identity(response.status, answer)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        # The error's own text may hold the address, and the address holds the token.
        sentence = f"{settings.bot_api_url} does not answer as Telegram does ({type(error).__name__})"
        return Finding(works=False, part="token", sentence=sentence)


def _identity(status: int, answer: Any) -> Finding:
    if status in _UNKNOWN_TOKEN:
        return Finding(
            works=False, part="token", sentence="Telegram does not know it; ask @BotFather for a new one"
        )
    bot = answer.get("result") if isinstance(answer, dict) and answer.get("ok") else None
    if not isinstance(bot, dict):
        return Finding(works=False, part="token", sentence=f"getMe is answered with HTTP {status} and no bot")
    return Finding(works=True, part="token", sentence=f"it is @{bot.get('username', '?')}")


async def _sources(settings: Settings) -> list[source_table.Row]:
    """Every listed source, asked now."""
    try:
        listed = sources.load(settings.sources_file)
    except SourcesError:
        return []  # said already
    known = await _known(settings)
    async with open_session(settings.allow_private_hosts) as session, Parser() as parser:
        fetcher = Fetcher(session, user_agent=introduced(listed.contact), robots=Robots())
        turn = asyncio.Semaphore(AT_ONCE)
        polls = [_asked(fetcher, parser, source, known.get(source.url), turn) for source in listed.sources]
        return await asyncio.gather(*polls)


async def _known(settings: Settings) -> dict[str, SourceState]:
    """What the bot has written down of each source, by address; nothing before its first start."""
    try:
        db = Database(settings.database_url.get_secret_value())
        try:
            return {state.url: state for state in await all_sources(db)}
        finally:
            await db.close()
    except StorageError:
        return {}


async def _asked(
    fetcher: Fetcher, parser: Parser, source: Source, state: SourceState | None, turn: asyncio.Semaphore
) -> source_table.Row:
    try:
        async with turn:
            found = await listing.look(
                fetcher.named(source.user_agent),
                source.url,
                served=state.served if state else "",
                etag="",
                last_modified="",
                now=datetime.now(UTC),
                only=source.only,
                parse=parser.call,
            )
    except FetchError as error:
        return source_table.failed(source, state, error.kind, fault_of(error).sentence)
    return source_table.answered(source, state, found if isinstance(found, Listing) else Listing((), ""))
