"""News sitemaps into entries, and sitemap indexes into the sitemaps they name."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from news.article import Entry, Photo
from news.errors import FetchError
from news.finding.once import once
from news.finding.utf8 import utf8
from news.language.text import clean
from news.page import markup
from news.time import dates
from news.web.address import absolute, path

if TYPE_CHECKING:
    from datetime import datetime

MOST: Final = 500
"""Addresses read of one sitemap."""
_ROOT: Final = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HEAD: Final = 4096
_NO_STORIES: Final = re.compile(r"tag|categor|author|user|page|image|video|section|topic|static|taxonom")


def is_sitemap(body: bytes) -> bool:
    """Whether `body` begins as a sitemap or an index of sitemaps does."""
    return _ROOT.search(utf8(body[:_HEAD])) is not None


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The pages of a sitemap, newest first where dates are given; empty for an index."""
    if not is_sitemap(body):
        raise FetchError("not_a_feed", "no sitemap")
    found = [_entry(item, base_url, now) for item in _elements(utf8(body).decode("utf-8", "replace"), "url")]
    # Sorting is stable: pages without dates keep their order, after the dated ones.
    ordered = sorted(once(filter(None, found)), key=lambda entry: -_stamp(entry.published_at))
    return ordered[:MOST]


def children(body: bytes, base_url: str) -> list[str]:
    """The sitemaps named by an index: those of news first, of each kind the newest first."""
    named = [
        (absolute(base_url, _value(item, "loc")), _value(item, "lastmod"))
        for item in _elements(utf8(body).decode("utf-8", "replace"), "sitemap")
    ]
    # Dates in ISO 8601, which sitemaps.org prescribes, sort as text.
    ordered = sorted(
        (one for one in named if one[0]), key=lambda one: (one[1], _numbers(one[0])), reverse=True
    )
    return [url for url, _ in sorted(ordered, key=_rank)][:MOST]


def _rank(named: tuple[str, str]) -> int:
    """News before anything; pages, tags, authors and pictures after all."""
    address = named[0].casefold()
    if _NO_STORIES.search(address):
        return 2
    return 0 if "news" in path(address) else 1


def _numbers(address: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,9}", path(address))]


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
        title=markup.visible(_value(own, "title")),
        published_at=dates.parse(_value(own, "publication_date") or _value(own, "lastmod"), now),
        photo=Photo(picture) if picture else None,
    )


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
