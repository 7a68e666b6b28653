"""RSS, Atom, RDF and JSON into entries. One bad item costs that item; what is no feed is a FetchError."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import islice
from time import struct_time
from typing import TYPE_CHECKING, Any, Final

import feedparser

from news.article import Entry, Photo
from news.errors import FetchError
from news.finding import json_feed
from news.finding.once import once
from news.finding.utf8 import utf8
from news.language.text import clean
from news.page import markup
from news.time import dates
from news.web.address import absolute
from news.web.challenge import is_challenge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

MOST: Final = 500
"""Entries read of one feed."""
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE(?:[^<>\[]|\[.*?\]\s*)*>", re.IGNORECASE | re.DOTALL)
_ROOT: Final = re.compile(rb"<(?:\w+:)?(rss|feed|RDF)[\s>]", re.IGNORECASE)
_ITEM: Final = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_ITEM_END: Final = re.compile(rb"</(?:item|entry)\s*>")
_TTL: Final = re.compile(rb"<ttl>\s*(\d{1,5})\s*</ttl>", re.IGNORECASE)
_PERIOD: Final = re.compile(rb":updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.IGNORECASE)
_FREQUENCY: Final = re.compile(rb":updateFrequency>\s*(\d{1,4})\s*<", re.IGNORECASE)
_PERIODS: Final = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(weeks=1),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}
_LONG_HEAD: Final = 65_536
_HEAD: Final = 4096
_ATTRIBUTES: Final = re.compile(rb"<[^<>]{20000,}>")
_WILD_REFERENCE: Final = re.compile(rb"&#(?:x0*[0-9a-fA-F]{7,}|0*[0-9]{8,});")
_NESTED_COMMENT: Final = re.compile(rb"<!\[CDATA\[(?:(?!\]\]>)[\s\S])*?\]\]>")
_FULL_TEXT: Final = 400
"""Letters from which a feed's own text is the story and not its teaser."""


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The items of the feed `body` in their order, each with an http(s) link, each link once."""
    body = utf8(body)
    if json_feed.is_json(body):
        return json_feed.entries(body, base_url, now)
    if not is_feed(body):
        raise FetchError("blocked" if is_challenge(body) else "not_a_feed", "no RSS, Atom or RDF")
    try:
        parsed = feedparser.parse(_defused(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser lets OverflowError, RecursionError and others through
        raise FetchError("not_a_feed", f"unreadable: {type(error).__name__}") from error
    if not parsed.version and not parsed.entries:
        raise FetchError("not_a_feed", "no RSS, Atom or RDF")
    return once(_entries(parsed.entries[:MOST], base_url, now))


def is_feed(body: bytes) -> bool:
    """Whether `body` begins as a feed does, JSON or XML."""
    body = utf8(body[: 3 * _HEAD])[:_HEAD]  # UTF-16 has up to twice the bytes
    if json_feed.is_json(body):
        return True
    head = _DOCTYPE.sub(b"", body)
    return _ROOT.search(head) is not None and b"<html" not in head[:512].lower()


def wish(body: bytes) -> timedelta:
    """How long the feed asks to be left alone: `ttl` in minutes, or the syndication module's update period.

    Hourly, once, is what WordPress writes into every feed by itself: no editor's wish, so it counts for none.
    """
    head = body[: items_at(body)][:_LONG_HEAD]
    minutes = _TTL.search(head)
    if minutes:
        return timedelta(minutes=int(minutes[1]))
    period, often = _PERIOD.search(head), _FREQUENCY.search(head)
    times = max(int(often[1]), 1) if often else 1
    if period is None or (period[1].lower() == b"hourly" and times == 1):
        return timedelta()
    return _PERIODS[period[1].lower()] / times


def items_at(body: bytes) -> int:
    """Where the first item begins; before it stand the feed's own title and the time of its making."""
    first = _ITEM.search(body)
    return first.start() if first else len(body)


def _defused(body: bytes) -> bytes:
    """`body` without what makes feedparser expand, hang or overflow, and without items past the last read."""
    body = _DOCTYPE.sub(b"", body, count=1)
    body = _shortened(body)
    body = _WILD_REFERENCE.sub(b"", _ATTRIBUTES.sub(b"", body))
    return _NESTED_COMMENT.sub(lambda match: match[0].replace(b"<!--", b"").replace(b"-->", b""), body)


def _shortened(body: bytes) -> bytes:
    """`body` up to the last item that is read, closed as its kind closes: parsing costs by the byte."""
    ends = [match.end() for match in islice(_ITEM_END.finditer(body), MOST + 1)]
    if len(ends) <= MOST:
        return body
    root = _ROOT.search(body)
    closing = {b"rss": b"</channel></rss>", b"feed": b"</feed>"}.get(root[1] if root else b"", b"</rdf:RDF>")
    return body[: ends[MOST - 1]] + closing


def _entries(items: list[Any], base: str, now: datetime) -> Iterator[Entry]:
    for item in items:
        try:
            entry = _entry(item, base, now)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            continue
        if entry:
            yield entry


def _entry(item: Any, base: str, now: datetime) -> Entry | None:
    url = _link(item, base)
    if not url:
        return None
    html = _longest(item)
    whole = markup.paragraphs(html)
    return Entry(
        url=url,
        title=markup.plain(str(item.get("title") or "")),
        published_at=_published(item, now),
        blurb=markup.plain(str(item.get("summary") or "")),
        photo=_photo(item, html, base),
        paragraphs=whole if _is_whole(whole) else (),
        guid=clean(str(item.get("id") or "")),
    )


def _link(item: Any, base: str) -> str:
    """The item's page: its link, else a guid that is an address."""
    given = str(item.get("link") or "").strip() or str(item.get("id") or "").strip()
    return absolute(base, given) if given else ""


def _longest(item: Any) -> str:
    contents = [str(content.get("value") or "") for content in item.get("content") or ()]
    return max([*contents, str(item.get("summary") or "")], key=len)


def _is_whole(paragraphs: tuple[str, ...]) -> bool:
    """Whether these are the story: long enough, more than a teaser, and not cut off with … at the end."""
    if sum(map(len, paragraphs)) < _FULL_TEXT or len(paragraphs) < 2:
        return False
    return not paragraphs[-1].endswith(("…", "...", "[…]", "[...]", "&hellip;"))


def _published(item: Any, now: datetime) -> datetime | None:
    """The item's time. Ours before feedparser's: it reads BDT, and times without a zone, as UTC."""
    for name in ("published", "updated", "created"):
        moment = dates.parse(
            clean(str(dict.get(item, name) or "")), now
        )  # feedparser's own get invents dates
        if moment:
            return moment
    parsed = dict.get(item, "published_parsed")
    if isinstance(parsed, struct_time):
        return dates.parse(f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}", now)
    return None


def _photo(item: Any, html: str, base: str) -> Photo | None:
    """Enclosure, media:content, media:thumbnail, else the first picture in the text."""
    ways: tuple[Callable[[], str], ...] = (
        lambda: _first(item.get("enclosures"), "href", base),
        lambda: _first(item.get("media_content"), "url", base),
        lambda: _first(item.get("media_thumbnail"), "url", base),
        lambda: markup.first_picture(html, base),
    )
    url = next((found for way in ways if (found := way())), "")
    return Photo(url) if url else None


def _first(media: Any, name: str, base: str) -> str:
    """The first picture among a feed's media; a medium without a type counts as one."""
    for one in media or ():
        kind = str(one.get("type") or one.get("medium") or "image")
        url = markup.picture_address(str(one.get(name) or one.get("url") or ""), base)
        if url and kind.startswith("image"):
            return url
    return ""
