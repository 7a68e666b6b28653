"""News sitemaps into entries, and sitemap indexes into the sitemaps they name."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from news import dates, markup
from news.address import absolute, key
from news.article import Entry, Photo
from news.errors import FetchError
from news.text import clean

if TYPE_CHECKING:
    from datetime import datetime

MOST: Final = 500
"""Addresses read of one sitemap."""
_ROOT: Final = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HEAD: Final = 4096


def is_sitemap(body: bytes) -> bool:
    """Whether `body` begins as a sitemap or an index of sitemaps does."""
    return _ROOT.search(body[:_HEAD]) is not None


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The pages of a sitemap, newest first where dates are given; empty for an index."""
    if not is_sitemap(body):
        raise FetchError("not_a_feed", "no sitemap")
    found = [_entry(item, base_url, now) for item in _elements(body.decode("utf-8", "replace"), "url")]
    known = {key(entry.url): entry for entry in found if entry}
    # Sorting is stable: pages without dates keep their order, after the dated ones.
    ordered = sorted(known.values(), key=lambda entry: -_stamp(entry.published_at))
    return ordered[:MOST]


def children(body: bytes, base_url: str) -> list[str]:
    """The sitemaps named by an index, those of news first."""
    found = [
        absolute(base_url, _value(item, "loc"))
        for item in _elements(body.decode("utf-8", "replace"), "sitemap")
    ]
    return sorted((url for url in found if url), key=lambda url: "news" not in url.casefold())[:MOST]


def _elements(text: str, name: str) -> list[str]:
    return re.findall(rf"<(?:\w+:)?{name}\s*>(.*?)</(?:\w+:)?{name}\s*>", text, re.DOTALL | re.IGNORECASE)


def _value(item: str, name: str) -> str:
    match = re.search(
        rf"<(?:\w+:)?{name}\b[^>]*>\s*(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?\s*</", item, re.DOTALL | re.IGNORECASE
    )
    return clean(unescape(match[1])) if match else ""


def _entry(item: str, base: str, now: datetime) -> Entry | None:
    images = _elements(item, "image")
    own = re.sub(r"<(?:\w+:)?image\s*>.*?</(?:\w+:)?image\s*>", "", item, flags=re.DOTALL | re.IGNORECASE)
    url = absolute(base, _value(own, "loc"))
    if not url:
        return None
    picture = markup.picture_address(_value(images[0], "loc"), base) if images else ""
    return Entry(
        url=url,
        title=_value(own, "title"),
        published_at=dates.parse(_value(own, "publication_date") or _value(own, "lastmod"), now),
        photo=Photo(picture) if picture else None,
    )


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
