"""Feeds, sitemaps and section pages behind an address, in the order of the most likely."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from selectolax.lexbor import LexborHTMLParser

from news.errors import FetchError
from news.finding import candidates, listing
from news.page import jsonld
from news.web.address import key

if TYPE_CHECKING:
    from datetime import datetime

    from news.article import Entry
    from news.finding.listing import Desk
    from news.web.fetch import Fetcher, Page

_MOST: Final = 20
"""Addresses asked in one probe."""
_SECTIONS_ABOVE: Final = 3


async def probe(
    fetcher: Fetcher, url: str, now: datetime, parse: listing.Parse = asyncio.to_thread
) -> list[dict[str, Any]]:
    """What can be read behind `url`: [{kind, url, entries, newest}], the best first; FetchError for nothing.

    Order: itself if it is a feed or sitemap, feeds it names, robots.txt, the usual places, its own links (an
    article's: those of the sections above it). `parse` calls a function elsewhere than in the event loop.
    """
    desk = listing.Desk(fetcher, now, parse)
    page = await desk.fetch(url)
    kind = listing.kind_of(page)
    if kind != "section":
        return [await _report(desk, page, kind)]
    found: dict[str, dict[str, Any]] = {}
    sitemaps = await _sitemaps(fetcher, page.url)
    for place in (await parse(candidates.places, page.body, page.url, sitemaps))[:_MOST]:
        report = await _try(desk, place)
        if report:
            found.setdefault(key(report["url"]), report)
    for report in await _sections(desk, page):
        found.setdefault(key(report["url"]), report)
    return list(found.values())


async def _sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    try:
        return await fetcher.sitemaps(url)
    except FetchError:
        return []


async def _try(desk: Desk, url: str) -> dict[str, Any] | None:
    """A feed or sitemap with something in it, or nothing."""
    try:
        page = await desk.fetch(url)
        kind = listing.kind_of(page)
        report = await _report(desk, page, kind) if kind != "section" else None
    except FetchError:
        return None
    return report if report and report["entries"] else None


async def _sections(desk: Desk, page: Page) -> list[dict[str, Any]]:
    """The page's own list of stories; an article's links are no list, so the pages above it are looked at."""
    if not await desk.parse(is_article, page.body):
        own = await _report(desk, page, "section")
        return [own] if own["entries"] else []
    found: list[dict[str, Any]] = []
    for place in candidates.sections_above(page.url)[-_SECTIONS_ABOVE:]:
        try:
            above = await desk.fetch(place)
            is_list = not await desk.parse(is_article, above.body)
            report = await _report(desk, above, "section") if is_list else None
        except FetchError:
            continue
        found += [report] if report and report["entries"] else []
    return found


def is_article(body: bytes) -> bool:
    """Whether a page says of itself that it is one story."""
    tree = LexborHTMLParser(body)
    said = tree.css_first('meta[property="og:type"]')
    kind = (said.attributes.get("content") or "") if said is not None else ""
    return kind.casefold() == "article" or bool(jsonld.article(jsonld.things(tree)))


async def _report(desk: Desk, page: Page, kind: str) -> dict[str, Any]:
    """What `page` holds; an index of sitemaps is spoken for by the newest that has something."""
    found = await desk.read(page, kind)
    place = found.served.partition(" ")[2]
    return {"kind": kind, "url": place, "entries": len(found.entries), "newest": _newest(found.entries)}


def _newest(entries: tuple[Entry, ...]) -> str | None:
    """The newest date in ISO 8601, UTC."""
    newest = max((entry.published_at for entry in entries if entry.published_at), default=None)
    return newest.isoformat().replace("+00:00", "Z") if newest else None
