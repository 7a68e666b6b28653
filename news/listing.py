"""What a source has now: address → feed, sitemap or section page → entries.

look ─ served before? ─ yes ─ ask that address (conditional GET) ─ read it
│ no                        └ it serves no more ─┐
└ ask the source's address ─ what is it? ◄────────┘
feed, sitemap: read it · HTML: its own feed, else its links, else any feed it names
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from news import feed, section, sitemap
from news.address import absolute, host, path
from news.errors import FetchError
from news.fetch import FEED_LIMIT, PAGE_LIMIT, NotModified, Page

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from news.article import Entry
    from news.fetch import Fetcher

READERS: Final[dict[str, Callable[[bytes, str, datetime], list[Entry]]]] = {
    "feed": feed.entries,
    "sitemap": sitemap.entries,
    "section": section.entries,
}
_LIMITS: Final = {"feed": FEED_LIMIT, "sitemap": PAGE_LIMIT, "section": PAGE_LIMIT}
_SITEMAPS_TRIED: Final = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in the source's order; `served` is what to ask next time, "feed URL" and the like."""

    entries: tuple[Entry, ...]
    served: str
    etag: str = ""
    last_modified: str = ""


async def look(  # noqa: PLR0913 - what the poller remembers of a source, one by one
    fetcher: Fetcher,
    url: str,
    *,
    served: str,
    etag: str,
    last_modified: str,
    now: datetime,
    only: tuple[str, ...] = (),
) -> Listing | NotModified:
    """The entries of the source at `url` whose address contains one of `only`; FetchError without any."""
    kind, _, address = served.partition(" ")
    if kind in READERS and address:
        try:
            listing = await _ask(fetcher, served, now, etag, last_modified)
        except FetchError as error:
            if error.kind in {"blocked", "timeout", "unreachable"} or error.retry_after:
                raise
            listing = await _find(fetcher, url, now)
    else:
        listing = await _find(fetcher, url, now)
    return listing if isinstance(listing, NotModified) else _kept(listing, only)


def feeds_of(body: bytes, base: str) -> list[str]:
    """The feeds a page names in `<link rel=alternate>`, those of comments left out."""
    links = LexborHTMLParser(body).css('link[rel~="alternate"][href]')
    named = [
        (absolute(base, link.attributes.get("href") or ""), link.attributes.get("title") or "")
        for link in links
        if (link.attributes.get("type") or "").casefold() in {"application/rss+xml", "application/atom+xml"}
    ]
    return list(
        dict.fromkeys(url for url, title in named if url and "comment" not in (url + title).casefold())
    )


def kind_of(page: Page) -> str:
    """`feed`, `sitemap` or, for everything else, `section`."""
    if feed.is_feed(page.body):
        return "feed"
    return "sitemap" if sitemap.is_sitemap(page.body) else "section"


def _kept(listing: Listing, only: tuple[str, ...]) -> Listing:
    if not only:
        return listing
    return replace(listing, entries=tuple(e for e in listing.entries if any(part in e.url for part in only)))


async def _ask(
    fetcher: Fetcher, served: str, now: datetime, etag: str = "", last_modified: str = ""
) -> Listing | NotModified:
    """The entries of an address that is known to be a feed, sitemap or section (`served`)."""
    kind, _, url = served.partition(" ")
    page = await fetcher.get(url, limit=_LIMITS[kind], etag=etag, last_modified=last_modified)
    if isinstance(page, NotModified):
        return page
    listing = await _read(page, kind, now)
    if not listing.entries and kind == "section":
        raise FetchError("not_a_feed", "a page without stories")
    return replace(listing, served=served)


async def _read(page: Page, kind: str, now: datetime) -> Listing:
    entries = await asyncio.to_thread(READERS[kind], page.body, page.url, now)
    return Listing(tuple(entries), f"{kind} {page.url}", page.etag, page.last_modified)


async def _find(fetcher: Fetcher, url: str, now: datetime) -> Listing:
    """Find out what the source's own address is."""
    page = await fetcher.get(url, limit=PAGE_LIMIT)
    if isinstance(page, NotModified):
        raise FetchError("refused", "an unasked 304")
    kind = kind_of(page)
    if kind == "feed" and len(page.body) > FEED_LIMIT:
        raise FetchError("too_large", "more bytes than a feed may have")
    if kind == "sitemap":
        return await _sitemap(fetcher, page, now)
    listing = await _read(page, kind, now)
    return listing if kind == "feed" else await _page(fetcher, page, listing, now)


async def _sitemap(fetcher: Fetcher, page: Page, now: datetime) -> Listing:
    """A sitemap's own entries, or those of the first of an index that has some."""
    listing = await _read(page, "sitemap", now)
    for child in sitemap.children(page.body, page.url)[:_SITEMAPS_TRIED] if not listing.entries else ():
        found = await _ask(fetcher, f"sitemap {child}", now)
        if isinstance(found, Listing) and found.entries:
            return found
    return listing


async def _page(fetcher: Fetcher, page: Page, own: Listing, now: datetime) -> Listing:
    """A page's feed if it is this very page's, else its links, else any feed it names."""
    feeds = feeds_of(page.body, page.url)
    belonging = [url for url in feeds if _belongs(url, page.url)]
    for url in belonging if own.entries else feeds:
        try:
            found = await _ask(fetcher, f"feed {url}", now)
        except FetchError:
            continue
        if isinstance(found, Listing) and found.entries:
            return found
    if not own.entries:
        raise FetchError("not_a_feed", "neither a feed nor a page that lists stories")
    return own


def _belongs(feed_url: str, page_url: str) -> bool:
    """Whether a feed is of this page: a site's feed of its front page, a section's feed below the section."""
    section_path = path(page_url)
    if host(feed_url) != host(page_url):
        return not section_path and host(feed_url).endswith(host(page_url))
    return not section_path or path(feed_url).startswith(section_path + "/")
