"""JSON into entries: JSON Feed 1.1 (jsonfeed.org), and the lists of stories of papers' interfaces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from news.article import Entry, Photo
from news.errors import FetchError
from news.finding import embedded
from news.finding.once import once
from news.language.text import clean
from news.page import markup
from news.time import dates
from news.web.address import absolute

if TYPE_CHECKING:
    from datetime import datetime

MOST: Final = 500
"""Entries read of one feed."""
_FULL_TEXT: Final = 400


def is_json(body: bytes) -> bool:
    """Whether `body` begins as a JSON object or list does."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}


def entries(body: bytes, base_url: str, now: datetime) -> list[Entry]:
    """The stories in `body` in their order, each once; FetchError where it is no JSON with stories in it."""
    try:
        said = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise FetchError("not_a_feed", "neither XML nor JSON") from error
    items = said.get("items") if isinstance(said, dict) else None
    if isinstance(items, list) and "jsonfeed.org" in str(said.get("version", "")):
        found = [_entry(item, base_url, now) for item in items[:MOST] if isinstance(item, dict)]
    else:
        found = list(embedded.stories(said, base_url, now))
    if not found and not isinstance(items, list):
        raise FetchError("not_a_feed", "JSON without stories")
    return once(filter(None, found))[:MOST]


def _entry(item: dict[str, Any], base: str, now: datetime) -> Entry | None:
    url = absolute(base, _text(item, "url") or _text(item, "external_url") or _text(item, "id"))
    if not url:
        return None
    html = _text(item, "content_html")
    whole = markup.paragraphs(html) or tuple(
        filter(None, map(clean, _text(item, "content_text").split("\n")))
    )
    image = markup.picture_address(_text(item, "image") or _text(item, "banner_image"), base)
    picture = image or markup.first_picture(html, base)
    return Entry(
        url=url,
        title=markup.plain(_text(item, "title")),
        published_at=dates.parse(_text(item, "date_published") or _text(item, "date_modified"), now),
        blurb=markup.plain(_text(item, "summary")) or (whole[0] if whole else ""),
        photo=Photo(picture) if picture else None,
        paragraphs=whole if len(whole) > 1 and sum(map(len, whole)) >= _FULL_TEXT else (),
        guid=clean(_text(item, "id")),
    )


def _text(item: dict[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
