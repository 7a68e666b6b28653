"""Where a site may list its stories, likely places first (the order of probing)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from selectolax.lexbor import LexborHTMLParser

from news.web.address import absolute, host, path

if TYPE_CHECKING:
    from collections.abc import Sequence

SITEMAPS: Final = ("/news_sitemap.xml", "/news-sitemap.xml", "/sitemap.xml")
FEEDS: Final = ("/rss/rss.xml", "/rss.xml", "/rss", "/feed/", "/stories.rss")
_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
)
_QUINTYPE: Final = (b"quintype", b"/api/v1/collections/")


def places(body: bytes, url: str, sitemaps: Sequence[str]) -> list[str]:
    """Every feed and sitemap that the page `body` at `url` may have; `sitemaps` are those of robots.txt."""
    return list(dict.fromkeys([*named(body, url), *sitemaps, *usual(url)]))


def named(body: bytes, url: str) -> list[str]:
    """Every feed that the page `body` at `url` names or has behind it."""
    return [*feeds_of(body, url), *collections(body, url)]


def usual(url: str) -> list[str]:
    """Where sites mostly keep their sitemaps of news and their feeds."""
    return [found for place in (*SITEMAPS, *FEEDS) if (found := absolute(url, place))]


def feeds_of(body: bytes, base: str) -> list[str]:
    """The feeds a page names in `<link rel=alternate>`, those of comments left out."""
    links = LexborHTMLParser(body).css('link[rel~="alternate"][href]')
    named = [
        (absolute(base, link.attributes.get("href") or ""), link.attributes.get("title") or "")
        for link in links
        if (link.attributes.get("type") or "").strip().casefold() in _FEED_TYPES
    ]
    return list(
        dict.fromkeys(url for url, title in named if url and "comment" not in (url + title).casefold())
    )


def collections(body: bytes, url: str) -> list[str]:
    """The JSON list behind a section page of a site made with Quintype; nothing for other sites."""
    section = unquote(path(url)).rsplit("/", 1)[-1]
    if not section or not any(mark in body for mark in _QUINTYPE):
        return []
    return [absolute(url, f"/api/v1/collections/{quote(section)}?limit=30")]


def belongs(place: str, page_url: str) -> bool:
    """Whether a feed is of this page: a site's feed of its front page, a section's feed below the section."""
    section = path(page_url)
    if host(place) != host(page_url):
        return not section and host(place).endswith(host(page_url))
    return not section or _is_of_section(path(place), section)


def _is_of_section(place: str, section: str) -> bool:
    """`/probash/feed`, `/feeds/probash.xml`, `/api/v1/collections/probash`."""
    name = section.rsplit("/", 1)[-1]
    parts = [part.partition(".")[0] for part in place.split("/")]
    return place.startswith(section + "/") or name in parts


def sections_above(url: str) -> list[str]:
    """The pages that an article's address stands under, the nearest first, the front page last."""
    parts = [part for part in path(url).split("/") if part][:-1]
    above = ["/" + "/".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return [absolute(url, place) for place in [*above, "/"]]
