"""Feeds, sitemaps and section pages behind an address, in the order of the most likely."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from news import listing, sitemap
from news.address import absolute, key
from news.errors import FetchError
from news.fetch import PAGE_LIMIT, NotModified

if TYPE_CHECKING:
    from datetime import datetime

    from news.fetch import Fetcher, Page

_SITEMAPS: Final = ("/news_sitemap.xml", "/news-sitemap.xml", "/sitemap.xml")
_FEEDS: Final = ("/rss/rss.xml", "/rss.xml", "/rss", "/feed/", "/stories.rss")
_MOST: Final = 20
"""Addresses asked in one probe."""


async def probe(fetcher: Fetcher, url: str, now: datetime) -> list[dict[str, Any]]:
    """What can be read behind `url`: [{kind, url, entries, newest}], the best first; FetchError for nothing.

    Order: itself if it is a feed or sitemap, feeds it names, robots.txt, the usual places, its own links.
    """
    page = await _get(fetcher, url)
    kind = listing.kind_of(page)
    if kind != "section":
        return [await _report(fetcher, page, kind, now)]
    found: dict[str, dict[str, Any]] = {}
    candidates = [*listing.feeds_of(page.body, page.url), *await _sitemaps(fetcher, page.url)]
    candidates += [absolute(page.url, path) for path in (*_SITEMAPS, *_FEEDS)]
    for candidate in list(dict.fromkeys(candidates))[:_MOST]:
        report = await _try(fetcher, candidate, now)
        if report:
            found.setdefault(key(report["url"]), report)
    own = await _report(fetcher, page, kind, now)
    return [*found.values(), *([own] if own["entries"] else [])]


async def _get(fetcher: Fetcher, url: str) -> Page:
    page = await fetcher.get(url, limit=PAGE_LIMIT)
    if isinstance(page, NotModified):
        raise FetchError("refused", "an unasked 304")
    return page


async def _sitemaps(fetcher: Fetcher, url: str) -> list[str]:
    """The sitemaps named in robots.txt."""
    try:
        page = await _get(fetcher, absolute(url, "/robots.txt"))
    except FetchError:
        return []
    lines = page.body.decode("utf-8", "replace").splitlines()
    named = [line.partition(":")[2].strip() for line in lines if line.casefold().startswith("sitemap:")]
    return [found for one in named if (found := absolute(url, one))]


async def _try(fetcher: Fetcher, url: str, now: datetime) -> dict[str, Any] | None:
    """A feed or sitemap with something in it, or nothing."""
    try:
        page = await _get(fetcher, url)
        kind = listing.kind_of(page)
        report = await _report(fetcher, page, kind, now) if kind != "section" else None
    except FetchError:
        return None
    return report if report and report["entries"] else None


async def _report(fetcher: Fetcher, page: Page, kind: str, now: datetime) -> dict[str, Any]:
    """What `page` holds; an index of sitemaps is spoken for by the first it names."""
    entries = await asyncio.to_thread(listing.READERS[kind], page.body, page.url, now)
    first = sitemap.children(page.body, page.url)[:1] if kind == "sitemap" and not entries else []
    if first and not sitemap.children((inner := await _get(fetcher, first[0])).body, inner.url):
        return await _report(fetcher, inner, "sitemap", now)
    newest = max((entry.published_at for entry in entries if entry.published_at), default=None)
    return {
        "kind": kind,
        "url": page.url,
        "entries": len(entries),
        "newest": newest.isoformat().replace("+00:00", "Z") if newest else None,
    }
