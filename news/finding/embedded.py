"""Stories in the data that pages carry for their scripts, and in JSON of any shape.

Whatever has a headline and an address on the site is a story, wherever in the data it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from news.article import Entry, Photo
from news.finding.once import once
from news.page import markup
from news.page.carried import HEADLINES, carried, moment, text, things
from news.web.address import absolute, is_story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from selectolax.lexbor import LexborHTMLParser

_SHORTEST_HEADLINE: Final = 12
_LONGEST_HEADLINE: Final = 220
_LONGEST_SLUG: Final = 300
_SLUG_MINIMUM: Final = 6
_NUMBER_MINIMUM: Final = 3

_ADDRESSES: Final = (
    *("url", "link", "permalink", "href", "canonicalurl", "weburl", "shareurl", "fullurl", "path", "slug"),
    *("newsslug", "postslug"),
)
_NUMBERS: Final = ("newsid", "id", "postid", "articleid", "storyid", "contentid")
_BLURBS: Final = ("summary", "excerpt", "subheadline", "description", "shortdescription", "brief", "intro")
_PICTURES: Final = (
    *("image", "thumbnail", "photo", "featuredimage", "thumb", "imageurl", "cover", "heroimageurl"),
)


def of_page(tree: LexborHTMLParser, base: str, now: datetime, links: Mapping[str, str]) -> list[Entry]:
    """The stories in the scripts of a page; `links` are the page's own addresses by their last part."""
    return once(entry for said in carried(tree) for entry in stories(said, base, now, links))


def stories(said: Any, base: str, now: datetime, links: Mapping[str, str] | None = None) -> Iterator[Entry]:
    """Each object in `said` that has a headline and an address on the site of `base`, in order."""
    for thing in things(said):
        entry = _entry(thing, base, now, links or {})
        if entry:
            yield entry


def _entry(thing: dict[str, Any], base: str, now: datetime, links: Mapping[str, str]) -> Entry | None:
    title = markup.plain(text(thing, HEADLINES))
    if not _SHORTEST_HEADLINE <= len(title) <= _LONGEST_HEADLINE:
        return None
    url = _address(thing, base, links)
    if not url or not is_story(url, base):
        return None
    picture = markup.picture_address(_picture(thing), base)
    return Entry(
        url=url,
        title=title,
        published_at=moment(thing, now),
        blurb=markup.plain(text(thing, _BLURBS)),
        photo=Photo(picture) if picture else None,
    )


def _address(thing: dict[str, Any], base: str, links: Mapping[str, str]) -> str:
    """The story's page: an address, a path from the root, or what a link of the page ends with."""
    for name in _ADDRESSES:
        given = thing.get(name)
        if not isinstance(given, str) or not given.strip() or len(given) > _LONGEST_SLUG:
            continue
        if "/" in given.strip("/") or given.startswith(("http", "/")):
            return absolute(urljoin(base, "/"), given)
        if len(given) >= _SLUG_MINIMUM and given in links:
            return links[given]
    numbers = (str(thing.get(name)) for name in _NUMBERS)
    return next((links[one] for one in numbers if len(one) >= _NUMBER_MINIMUM and one in links), "")


def _picture(thing: dict[str, Any]) -> str:
    for name in _PICTURES:
        value = thing.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = text(value, ("url", "src", "contentUrl", "original", "large"))
        if isinstance(value, str) and value.strip():
            return value
    return ""
