"""Stories in the data that pages carry for their scripts: Next.js (both ways), Quintype, JSON of any shape.

Whatever has a headline and an address on the site is a story, wherever in the data it stands.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from news.article import Entry, Photo
from news.page import markup
from news.time import dates
from news.web.address import absolute, is_story, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from selectolax.lexbor import LexborHTMLParser

MOST_THINGS: Final = 50_000
"""Values looked at in one page's data."""
MOST_ROWS: Final = 5_000
"""Rows looked at of what Next.js pushes."""
DEEPEST: Final = 60
_SHORTEST_HEADLINE: Final = 12
_LONGEST_HEADLINE: Final = 220
_LONGEST_SLUG: Final = 300
_SLUG_MINIMUM: Final = 6
_MILLISECONDS: Final = 10**11
"""A number of seconds since 1970 stays below for three thousand years."""
_PUSH: Final = re.compile(r'self\.__next_f\.push\(\[\s*1\s*,\s*("(?:[^"\\]|\\.)*")\s*\]\)', re.DOTALL)
_ROW: Final = re.compile(r"^[0-9a-f]+:(?=[\[{])", re.MULTILINE)

_HEADLINES: Final = ("headline", "title", "heading", "news_title", "newsTitle", "post_title")
_ADDRESSES: Final = (
    *("url", "link", "permalink", "href", "canonical_url", "canonicalUrl", "web_url", "share_url"),
    *("full_url", "path", "slug"),
)
_DATES: Final = (
    *("published-at", "first-published-at", "published_at", "publishedAt", "datePublished", "date_published"),
    *(
        "publish_time",
        "publishTime",
        "publish_date",
        "publishDate",
        "pubDate",
        "created_at",
        "createdAt",
        "date",
    ),
)
_BLURBS: Final = ("summary", "excerpt", "subheadline", "description", "short_description", "brief", "intro")
_PICTURES: Final = (
    *("image", "thumbnail", "photo", "featured_image", "featuredImage", "thumb", "image_url", "imageUrl"),
    *("cover", "hero-image-url"),
)


def of_page(tree: LexborHTMLParser, base: str, now: datetime, links: Mapping[str, str]) -> list[Entry]:
    """The stories in the scripts of a page; `links` are the page's own addresses by their last part."""
    found: dict[str, Entry] = {}
    for said in _carried(tree):
        for entry in stories(said, base, now, links):
            found.setdefault(key(entry.url), entry)
    return list(found.values())


def stories(said: Any, base: str, now: datetime, links: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """Each object in `said` that has a headline and an address on the site of `base`, in order."""
    for thing in _things(said):
        entry = _entry(thing, base, now, links or {})
        if entry:
            yield entry


def _carried(tree: LexborHTMLParser) -> Iterator[Any]:
    """The JSON of `__NEXT_DATA__` and other data scripts, and of what Next.js pushes while it streams."""
    pushed: list[str] = []
    for script in tree.css("script"):
        text = script.text() or ""
        if script.attributes.get("type") == "application/json":
            yield from _loaded(text)
        elif "self.__next_f.push" in text:
            pushed += [str(piece) for match in _PUSH.findall(text) for piece in _loaded(match)]
    stream = "".join(pushed)
    for row in _ROW.split(stream)[1:MOST_ROWS]:
        yield from _loaded(row)


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def _things(said: Any) -> Iterator[dict[str, Any]]:
    """Every object in `said`, outer before inner, in order; as many and as deep as a page may have them."""
    waiting: list[tuple[Any, int]] = [(said, 0)]
    for _ in range(MOST_THINGS):
        if not waiting:
            return
        value, depth = waiting.pop()
        if isinstance(value, dict):
            yield value
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if depth < DEEPEST:
            waiting += [(one, depth + 1) for one in reversed(list(inner)) if isinstance(one, dict | list)]


def _entry(thing: dict[str, Any], base: str, now: datetime, links: Mapping[str, str]) -> Entry | None:
    title = markup.plain(_text(thing, _HEADLINES))
    if not _SHORTEST_HEADLINE <= len(title) <= _LONGEST_HEADLINE:
        return None
    url = _address(thing, base, links)
    if not url or not is_story(url, base):
        return None
    picture = markup.picture_address(_picture(thing), base)
    return Entry(
        url=url,
        title=title,
        published_at=_moment(thing, now),
        blurb=markup.plain(_text(thing, _BLURBS)),
        photo=Photo(picture) if picture else None,
    )


def _address(thing: dict[str, Any], base: str, links: Mapping[str, str]) -> str:
    """The story's page: an address, a path from the root, or a slug that a link of the page ends with."""
    for name in _ADDRESSES:
        given = thing.get(name)
        if not isinstance(given, str) or not given.strip() or len(given) > _LONGEST_SLUG:
            continue
        if "/" in given.strip("/") or given.startswith(("http", "/")):
            return absolute(urljoin(base, "/"), given)
        if len(given) >= _SLUG_MINIMUM and given in links:
            return links[given]
    return ""


def _text(thing: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((value for name in names if isinstance(value := thing.get(name), str) and value.strip()), "")


def _picture(thing: dict[str, Any]) -> str:
    for name in _PICTURES:
        value = thing.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = _text(value, ("url", "src", "contentUrl", "original", "large"))
        if isinstance(value, str) and value.strip():
            return value
    return ""


def _moment(thing: dict[str, Any], now: datetime) -> datetime | None:
    for name in _DATES:
        value = thing.get(name)
        if isinstance(value, str) and (moment := dates.parse(value, now)):
            return moment
        if isinstance(value, int | float) and value > 0 and not isinstance(value, bool):
            return _since_1970(value, now)
    return None


def _since_1970(number: float, now: datetime) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(number / (1000 if number > _MILLISECONDS else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return dates.parse(moment.isoformat(timespec="seconds"), now)
