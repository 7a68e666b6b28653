"""What a site answers: a page, nothing new, or what its status means for the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from news.errors import FetchError
from news.web.challenge import is_challenge
from news.web.unpack import Unpacker

if TYPE_CHECKING:
    from aiohttp import ClientResponse

LONGEST_WAIT: Final = timedelta(hours=24)
"""However long a site asks us to stay away, we look again after a day."""
GATE_LIMIT: Final = 256_000
"""Bytes, unpacked, of a page that is looked at in the event loop for being a gate's, which have some 30,000.

Whoever takes a larger one apart looks at it there."""
_CHUNK: Final = 65_536
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of 2xx: its final address, its body unpacked, what to ask with next time.

    `moved`: every redirect on the way was a permanent one. `fresh_for`: how long the site calls it fresh.
    """

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str = ""
    last_modified: str = ""
    moved: bool = False
    fresh_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing has changed since the ETag or date we sent."""

    fresh_for: timedelta = timedelta()


async def read(response: ClientResponse, limit: int) -> Page | NotModified:
    """The body of a good answer, at most `limit` bytes unpacked; FetchError for any other."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        return NotModified(_fresh_for(response))
    if not response.ok:
        raise await _failure(response)
    body = await _body(response, limit)
    kind = response.headers.get("Content-Type", "")
    if "html" in kind and len(body) <= GATE_LIMIT and is_challenge(body):
        raise FetchError("blocked", "a challenge page")
    charset = _CHARSET.search(kind)
    return Page(
        url=str(response.url),
        status=response.status,
        content_type=kind.partition(";")[0].strip().casefold(),
        charset=charset[1] if charset else "",
        body=body,
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
        fresh_for=_fresh_for(response),
    )


def _fresh_for(response: ClientResponse) -> timedelta:
    """What is left of `Cache-Control: max-age` after the `Age` it has reached in caches, a day at most."""
    found = _MAX_AGE.search(response.headers.get("Cache-Control", ""))
    age = response.headers.get("Age", "").strip()
    seconds = int(found[1]) - (int(age) if age.isascii() and age.isdigit() else 0) if found else 0
    return min(timedelta(seconds=max(seconds, 0)), LONGEST_WAIT)


async def _failure(response: ClientResponse) -> FetchError:
    """What an answer of 4xx or 5xx means for the source."""
    status = response.status
    if status == HTTPStatus.GONE:
        return FetchError("gone", "HTTP 410", status=status)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or await _is_gate(response):
        return FetchError("blocked", f"HTTP {status}", status=status)
    wait = _retry_after(response.headers.get("Retry-After", ""))
    return FetchError("http", f"HTTP {status}", wait, status=status)


async def _is_gate(response: ClientResponse) -> bool:
    """Whether a 429 or 503 is a challenge page rather than an overloaded server."""
    if response.status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return False
    try:
        return is_challenge(await _body(response, GATE_LIMIT))
    except FetchError:
        return False


def _retry_after(value: str) -> timedelta | None:
    """`Retry-After` in seconds or as a date, between nothing and a day."""
    if value.strip().isdecimal():
        return min(timedelta(seconds=min(int(value), 10**6)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    # The header is relative to the site's "now"; the clock is read here, at the edge, like the answer itself.
    return min(max(aware - datetime.now(UTC), timedelta()), LONGEST_WAIT)


async def _body(response: ClientResponse, limit: int) -> bytes:
    """The body unpacked as it streams in, cut off as soon as it is over `limit`."""
    unpack = Unpacker(response.headers.get("Content-Encoding", ""), limit)
    pieces = [unpack(chunk) async for chunk in response.content.iter_chunked(_CHUNK)]
    unpack.finish()
    return b"".join(pieces)
