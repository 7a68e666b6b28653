"""`python -m bot probe`: feeds, sitemaps and section pages behind an address, for people or for programs."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

from bot.commands.faults import fault_of
from news.errors import FetchError
from news.finding import probe as probing
from news.parser.worker import Parser
from news.web.fetch import Fetcher, open_session
from news.web.robots import Robots


async def probe(url: str, allow_private: frozenset[str], *, as_json: bool) -> tuple[str, ...]:
    """Show what can be read behind `url`, a line for each, the best first; sentences if there is nothing."""
    now = datetime.now(UTC).replace(microsecond=0)
    async with open_session(allow_private) as session, Parser() as parser:
        try:
            found = await probing.probe(Fetcher(session, robots=Robots()), url, now, parser.call)
        except FetchError as error:
            return (f"{url}: {fault_of(error).sentence}",)
    for one in found:
        newest = f", newest {one['newest']}" if one["newest"] else ""
        shown = f"{one['kind']} {one['url']}: {one['entries']} stories{newest}"
        sys.stdout.write((json.dumps(one, ensure_ascii=False) if as_json else shown) + "\n")
    return () if found else (f"{url}: there is no feed, no sitemap and no list of stories",)
