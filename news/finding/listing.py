"""What a source has now: address → feed, sitemap or section page → entries.

look ─ served before? ─ yes ─ ask that address (conditional GET) ─ the same as last time? ─ else read it
│ no                        └ it serves no more ─┐
└ ask the source's address ─ what is it? ◄────────┘
feed, sitemap: read it · HTML: its own feed, else (front page) the site's, else its links, else any feed
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from news.errors import FetchError
from news.finding import candidates, feed, section, sitemap
from news.finding.essence import essence
from news.finding.utf8 import utf8
from news.web.address import path
from news.web.fetch import FEED_LIMIT, PAGE_LIMIT, NotModified, Page
from news.web.unpack import Unpacker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from news.article import Entry
    from news.web.fetch import Fetcher

READERS: Final[dict[str, Callable[[bytes, str, datetime], list[Entry]]]] = {
    "feed": feed.entries,
    "sitemap": sitemap.entries,
    "section": section.entries,
}
_LIMITS: Final = {"feed": FEED_LIMIT, "sitemap": PAGE_LIMIT, "section": PAGE_LIMIT}
_PACKED: Final = b"\x1f\x8b"
"""How a gzip file begins."""
_SITEMAPS_TRIED: Final = 3
_SERVES_NO_MORE: Final = frozenset({"gone", "not_a_feed", "refused", "too_large"})


Parse = Callable[..., Awaitable[Any]]
"""Calls a function with its arguments somewhere else than in the event loop."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in the source's order; `served` is what to ask next time.

    `served` is "feed URL", "sitemap URL" or "section URL", and a part of addresses after it where only those
    of a larger feed are wanted ("feed URL /probash/"). `fingerprint` stays the same while the stories do.
    `wish`: how long the site asks not to be asked again.
    """

    entries: tuple[Entry, ...]
    served: str
    etag: str = ""
    last_modified: str = ""
    fingerprint: str = ""
    wish: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading a list takes: who fetches, what time it is, where parsing happens (in a thread)."""

    fetcher: Fetcher
    now: datetime
    parse: Parse = asyncio.to_thread

    async def fetch(self, url: str, limit: int = PAGE_LIMIT) -> Page:
        """The page at `url`, one packed as a file (`.xml.gz`) unpacked."""
        page = await self.fetcher.get(url, limit=limit)
        if isinstance(page, NotModified):
            raise FetchError("refused", "an unasked 304")
        return await self.unpacked(page, limit)

    async def unpacked(self, page: Page, limit: int) -> Page:
        """`page`, or what is in it where it is a packed file; at most `limit` bytes."""
        if not page.body.startswith(_PACKED):
            return page
        return replace(page, body=await self.parse(unpack, page.body, limit))

    async def read(self, page: Page, kind: str, known: str = "") -> Listing:
        """The entries of `page`, a feed, sitemap or section; none of a list whose fingerprint is `known`.

        Of an index of sitemaps, the entries of the first that has some.
        """
        found = await self._entries(page, kind, known)
        if kind != "sitemap" or found.entries or found.fingerprint == known:
            return found
        return await self._newest_of(page, found)

    async def _entries(self, page: Page, kind: str, known: str = "") -> Listing:
        found: Listing = await self.parse(read, page.body, page.url, self.now, kind, known)
        wish = max(page.fresh_for, found.wish)
        return replace(found, etag=page.etag, last_modified=page.last_modified, wish=wish)

    async def _newest_of(self, page: Page, index: Listing) -> Listing:
        """If they are numbered or dated, the index itself is asked again: tomorrow another is the newest."""
        for child in (await self.parse(sitemap.children, page.body, page.url))[:_SITEMAPS_TRIED]:
            inner = await self._entries(await self.fetch(child), "sitemap")
            if inner.entries:
                moving = any(letter.isdigit() for letter in path(child))
                found = replace(inner, served=index.served, etag="", last_modified="", fingerprint="")
                return found if moving else inner
        return index


def unpack(body: bytes, limit: int) -> bytes:
    """What is in a gzip file; FetchError past `limit` bytes of it."""
    unpacker = Unpacker("gzip", limit)
    found = unpacker(body)
    unpacker.finish()
    return found


def read(body: bytes, url: str, now: datetime, kind: str, known: str) -> Listing:
    """All that takes the longer the larger a body is: what it lists, unless its fingerprint is `known`."""
    body = utf8(body)
    fingerprint, served = essence(body, kind), f"{kind} {url}"
    if fingerprint == known:
        return Listing((), served, fingerprint=fingerprint)
    wish = feed.wish(body) if kind == "feed" else timedelta()
    return Listing(tuple(READERS[kind](body, url, now)), served, fingerprint=fingerprint, wish=wish)


async def look(  # noqa: PLR0913 - what the poller remembers of a source, one by one
    fetcher: Fetcher,
    url: str,
    *,
    served: str,
    etag: str,
    last_modified: str,
    now: datetime,
    only: tuple[str, ...] = (),
    fingerprint: str = "",
    thorough: bool = True,
    parse: Parse = asyncio.to_thread,
) -> Listing | NotModified:
    """The entries of the source at `url` whose address contains one of `only`; FetchError without any.

    NotModified where the site says so or the stories are those of `fingerprint`. Not `thorough`: only the
    source's own address is tried where the one that served does not serve any more.
    """
    desk = Desk(fetcher, now, parse)
    found: Listing | NotModified
    if served.partition(" ")[0] in READERS:
        try:
            found = await _ask(desk, served, etag, last_modified, fingerprint)
        except FetchError as error:
            if not _serves_no_more(error):
                raise
            found = await _find(desk, url, thorough=thorough)
    else:
        found = await _find(desk, url, thorough=thorough)
    return found if isinstance(found, NotModified) else _kept(found, only)


def kind_of(page: Page) -> str:
    """`feed`, `sitemap` or, for everything else, `section`."""
    if feed.is_feed(page.body):
        return "feed"
    return "sitemap" if sitemap.is_sitemap(page.body) else "section"


def _serves_no_more(error: FetchError) -> bool:
    """An overloaded or silent server is no reason to look elsewhere; a missing page is."""
    missing = 400 <= error.status < 500 and error.status not in {408, 429} and error.kind != "blocked"
    return error.retry_after is None and (error.kind in _SERVES_NO_MORE or missing)


def _kept(listing: Listing, only: tuple[str, ...]) -> Listing:
    if not only:
        return listing
    return replace(listing, entries=tuple(e for e in listing.entries if any(part in e.url for part in only)))


def _within(listing: Listing, section: str) -> Listing:
    """Of a list of the whole site the stories of one section, and this remembered."""
    return replace(_kept(listing, (section,)), served=f"{listing.served} {section}")


async def _ask(
    desk: Desk, served: str, etag: str, last_modified: str, fingerprint: str
) -> Listing | NotModified:
    """The entries of an address that is known to be a feed, sitemap or section (`served`)."""
    kind, url, *section = served.split(" ")
    page = await desk.fetcher.get(url, limit=_LIMITS[kind], etag=etag, last_modified=last_modified)
    if isinstance(page, NotModified):
        return page
    page = await desk.unpacked(page, _LIMITS[kind])
    found = await desk.read(page, kind, fingerprint)
    if fingerprint and found.fingerprint == fingerprint:
        return NotModified(page.fresh_for)
    if not found.entries and kind == "section":
        raise FetchError("not_a_feed", "a page without stories")
    if not page.moved and kind != "sitemap":
        found = replace(found, served=f"{kind} {url}")
    return _within(found, section[0]) if section else found


async def _find(desk: Desk, url: str, *, thorough: bool) -> Listing:
    """Find out what the source's own address is, and what of its site serves best."""
    page = await desk.fetch(url)
    kind = kind_of(page)
    if kind == "feed" and len(page.body) > FEED_LIMIT:
        raise FetchError("too_large", "more bytes than a feed may have")
    found = await desk.read(page, kind)
    return found if kind != "section" else await _page(desk, page, found, thorough=thorough)


async def _page(desk: Desk, page: Page, own: Listing, *, thorough: bool) -> Listing:
    """The first that serves: the page's own feed, a front page's site, its links, a feed of the site."""
    named = await desk.parse(candidates.named, page.body, page.url)
    belonging = [place for place in named if candidates.belongs(place, page.url)]
    site = await _of_site(desk.fetcher, page.url) if thorough else []
    section = path(page.url)
    part = f"{section}/" if section and "." not in section else ""
    found = await _first(desk, belonging if section else [*belonging, *site])
    if found or own.entries:
        return found or own
    found = await _first(desk, [*named, *site], part)
    if not found:
        raise FetchError("not_a_feed", "neither a feed nor a page that lists stories")
    return found


async def _first(desk: Desk, places: Iterable[str], section: str = "") -> Listing | None:
    """The first of these feeds and sitemaps that lists something (of the `section`)."""
    for place in dict.fromkeys(places):
        found = await _try(desk, place)
        if found and section:
            found = _within(found, section)
        if found and found.entries:
            return found
    return None


async def _of_site(fetcher: Fetcher, url: str) -> list[str]:
    """The site's sitemaps and usual places of feeds."""
    try:
        sitemaps = await fetcher.sitemaps(url)
    except FetchError:
        sitemaps = []
    return [*sitemaps, *candidates.usual(url)]


async def _try(desk: Desk, url: str) -> Listing | None:
    """What a feed or a sitemap of news at `url` lists, if there is one."""
    try:
        page = await desk.fetch(url)
        kind = kind_of(page)
        if kind == "section":
            return None
        found = await desk.read(page, kind)
    except FetchError:
        return None
    # Without titles a sitemap is a heap of pages, stories and others.
    titled = sum(1 for entry in found.entries if entry.title)
    return found if kind == "feed" or titled * 2 > len(found.entries) else None
