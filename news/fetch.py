"""Bytes from the web, within bounds: where (guard), how much, how long, how often redirected.

Says what came, not what it means: feeds and pages are read elsewhere.
"""

from __future__ import annotations

import asyncio
import re
import socket
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from yarl import URL

from news import guard
from news.address import absolute
from news.challenge import is_challenge
from news.errors import FetchError
from news.unpack import Unpacker

if TYPE_CHECKING:
    from aiohttp import ClientRequest, ClientResponse
    from aiohttp.connector import Connection

    from news.errors import Kind

FEED_LIMIT: Final = 2_000_000
PAGE_LIMIT: Final = 5_000_000
PICTURE_LIMIT: Final = 10_000_000
"""Bytes, unpacked, of a feed, a page and a picture."""

REDIRECTS: Final = 5
TIMEOUT: Final = ClientTimeout(total=20, sock_connect=5)
USER_AGENT: Final = "KhoborBot/0.1 (Bengali news for Telegram readers)"
LONGEST_WAIT: Final = timedelta(hours=24)
"""However long a site asks us to stay away, we look again after a day."""

_ACCEPT: Final = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8"
)
_CHUNK: Final = 65_536
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_allowed: ContextVar[bool] = ContextVar("allowed", default=False)  # of the connection being made in this task


@dataclass(frozen=True, slots=True)
class Page:
    """An answer of 2xx: its final address, its body unpacked, what to ask with next time."""

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The site says nothing has changed since the ETag or date we sent."""


class PrivateAddressError(OSError):
    """A name or literal led to a place we do not connect to."""


def open_session(allow_private: frozenset[str] = frozenset()) -> ClientSession:
    """A session that refuses private addresses when it connects, but for hosts or host:port allowed."""
    return ClientSession(
        connector=_GuardedConnector(allow_private),
        cookie_jar=DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=TIMEOUT,
    )


class _GuardedConnector(TCPConnector):
    """Looks at the very address each socket goes to: a resolver alone is skipped for IP literals."""

    def __init__(self, allow_private: frozenset[str]) -> None:
        super().__init__(limit=100, limit_per_host=4, socket_factory=_guarded_socket)
        self.allow_private = allow_private

    async def connect(self, req: ClientRequest, traces: list[Any], timeout: ClientTimeout) -> Connection:  # noqa: ASYNC109 - aiohttp's own signature
        _allowed.set(guard.is_allowed(req.url.host or "", req.url.port or 0, self.allow_private))
        return await super().connect(req, traces, timeout)


def _guarded_socket(target: tuple[Any, ...]) -> socket.socket:
    """The socket factory of aiohttp: (family, type, proto, canonical name, socket address)."""
    family, kind, protocol, _, (ip, port, *_) = target
    if not guard.may_connect(str(ip), int(port), allowed=_allowed.get()):
        raise PrivateAddressError("a private address or port")
    return socket.socket(family, kind, protocol)


class Fetcher:
    """GET with every bound kept. One per process; any number of requests at once."""

    def __init__(self, session: ClientSession, *, user_agent: str = USER_AGENT) -> None:
        self._session = session
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}

    async def get(
        self, url: str, *, limit: int = PAGE_LIMIT, etag: str = "", last_modified: str = ""
    ) -> Page | NotModified:
        """The page at `url` (at most `limit` bytes unpacked), or FetchError."""
        headers = self._headers | _conditions(etag, last_modified)
        try:
            async with asyncio.timeout(TIMEOUT.total):
                return await self._follow(url, headers, limit)
        except TimeoutError as error:
            raise FetchError("timeout", _site(url)) from error
        except InvalidURL as error:
            raise FetchError("refused", "no sound address") from error
        except ClientConnectorError as error:
            kind: Kind = "private" if isinstance(error.os_error, PrivateAddressError) else "unreachable"
            raise FetchError(kind, f"{_site(url)}: {error.os_error.strerror or error.os_error}") from error
        except (ClientError, OSError, ValueError, UnicodeError) as error:
            raise FetchError("unreachable", f"{_site(url)}: {type(error).__name__}") from error

    async def _follow(self, url: str, headers: dict[str, str], limit: int) -> Page | NotModified:
        """One request after the other while the site redirects; each address is checked anew."""
        for _ in range(REDIRECTS + 1):
            _check(url)
            async with self._session.get(
                URL(url, encoded=_is_encoded(url)), headers=headers, allow_redirects=False
            ) as response:
                if not _is_redirect(response):
                    return await _answer(response, limit)
                url = absolute(str(response.url), response.headers.get("Location", ""))
        raise FetchError("refused", f"more than {REDIRECTS} redirects")


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    """The headers of a conditional GET; values with line breaks are no server's."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


def _check(url: str) -> None:
    """Raise FetchError for an address that must not even be asked for."""
    if not absolute("", url):
        raise FetchError("refused", "no http(s) address")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise FetchError("refused", "an address with a user name or password")


def _is_encoded(url: str) -> bool:
    """Whether `url` is ASCII with its escapes made: yarl must then leave it as the site wrote it."""
    return url.isascii() and re.search(r"%[0-9A-Fa-f]{2}", url) is not None


def _is_redirect(response: ClientResponse) -> bool:
    return response.status in {301, 302, 303, 307, 308} and "Location" in response.headers


async def _answer(response: ClientResponse, limit: int) -> Page | NotModified:
    """The body of a good answer; FetchError for any other."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        return NotModified()
    if not response.ok:
        raise await _failure(response)
    body = await _body(response, limit)
    kind = response.headers.get("Content-Type", "")
    if "html" in kind and is_challenge(body):
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
    )


async def _failure(response: ClientResponse) -> FetchError:
    """What an answer of 4xx or 5xx means for the source."""
    status = response.status
    if status == HTTPStatus.GONE:
        return FetchError("gone", "HTTP 410")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or await _is_gate(response):
        return FetchError("blocked", f"HTTP {status}")
    return FetchError("http", f"HTTP {status}", _retry_after(response.headers.get("Retry-After", "")))


async def _is_gate(response: ClientResponse) -> bool:
    """Whether a 429 or 503 is a challenge page rather than an overloaded server."""
    if response.status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return False
    try:
        return is_challenge(await _body(response, PAGE_LIMIT))
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


def _site(url: str) -> str:
    """The host for a log line: never the query, never credentials."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
