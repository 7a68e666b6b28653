"""A story's picture as bytes, from its source: only what is one, and not too large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from news.errors import FetchError
from news.web.fetch import PICTURE_LIMIT, Page

if TYPE_CHECKING:
    from news.web.fetch import Fetcher

_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")


async def fetch(fetcher: Fetcher, url: str) -> bytes:
    """The picture at `url`; FetchError where it can't be had or is none."""
    page = await fetcher.get(url, limit=PICTURE_LIMIT)
    if not isinstance(page, Page) or not is_picture(page.body):
        raise FetchError("refused", f"{url} is no JPEG, PNG, WebP or GIF")
    return page.body


def is_picture(body: bytes) -> bool:
    """Whether `body` begins as a JPEG, PNG, GIF or WebP does, whatever its address or headers say."""
    return body.startswith(_BEGINNINGS) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP")
