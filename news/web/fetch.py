"""Bytes from the web, within bounds: where (guard), how much, how long, how often redirected; and politely.

Says what came, not what it means: feeds and pages are read elsewhere.

    get ─ address sound? ─ robots.txt? ─ the host's turn ─ request ─ redirect? ─ back to the start
"""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from time import monotonic
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

from news.errors import FetchError
from news.web import answer, guard
from news.web.address import absolute
from news.web.answer import NotModified, Page
from news.web.robots import ROBOTS_LIMIT, Robots
from news.web.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

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
"""Without an address to write to; `introduced` adds one."""
_DNS_KEPT: Final = 300
"""Seconds that a name's addresses are remembered."""

__all__ = [
    "FEED_LIMIT",
    "PAGE_LIMIT",
    "PICTURE_LIMIT",
    "Fetcher",
    "NotModified",
    "Page",
    "introduced",
    "open_session",
]

_ACCEPT: Final = (
    "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=0.8"
)
_allowed: ContextVar[bool] = ContextVar("allowed", default=False)  # of the connection being made in this task


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """A redirect, for good or for now."""

    url: str
    permanent: bool


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
        super().__init__(limit=100, limit_per_host=4, ttl_dns_cache=_DNS_KEPT, socket_factory=_guarded_socket)
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
    """GET with every bound kept. One per process; many requests at once, but one at a time to each host."""

    def __init__(
        self,
        session: ClientSession,
        *,
        user_agent: str = USER_AGENT,
        robots: Robots | None = None,
        turns: Turns | None = None,
    ) -> None:
        """Without `robots` nobody's robots.txt is asked: for a page that a person names."""
        self._session = session
        self._user_agent = user_agent
        self._robots = robots
        self._turns = turns or Turns()
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}

    def named(self, user_agent: str) -> Fetcher:
        """The same under another name; itself where the name is empty."""
        if not user_agent or user_agent == self._user_agent:
            return self
        return Fetcher(self._session, user_agent=user_agent, robots=self._robots, turns=self._turns)

    async def get(
        self, url: str, *, limit: int = PAGE_LIMIT, etag: str = "", last_modified: str = ""
    ) -> Page | NotModified:
        """The page at `url` (at most `limit` bytes unpacked), or FetchError that names the host at fault."""
        return await self._follow(url, self._headers | _conditions(etag, last_modified), limit)

    async def sitemaps(self, url: str) -> list[str]:
        """The sitemaps named in the robots.txt of `url`'s site."""
        return await (self._robots or Robots()).sitemaps(url, self._robots_of)

    async def _robots_of(self, address: str) -> bytes:
        """A robots.txt, which needs no permission."""
        found = await Fetcher(self._session, user_agent=self._user_agent, turns=self._turns).get(
            address, limit=ROBOTS_LIMIT
        )
        return found.body if isinstance(found, Page) else b""

    async def _follow(self, url: str, headers: dict[str, str], limit: int) -> Page | NotModified:
        """One request after the other while the site redirects; each address is checked anew.

        Waiting for a turn takes nothing from the time that the site has.
        """
        left, moved = float(TIMEOUT.total or 0), True
        for hop in range(REDIRECTS + 1):
            with _faults_of(url):
                _check(url)
                pause = await self._permission(url)
                async with self._turns.turn(url, pause):
                    began = monotonic()
                    async with asyncio.timeout(left):
                        found = await self._once(url, headers, limit)
                    left -= monotonic() - began
            if isinstance(found, NotModified):
                return found
            if isinstance(found, Page):
                return replace(found, moved=hop > 0 and moved)
            url, moved = found.url, moved and found.permanent
        raise FetchError("refused", f"more than {REDIRECTS} redirects")

    async def _permission(self, url: str) -> float:
        if self._robots is None:
            return 0.0
        return await self._robots.permit(url, self._user_agent, self._robots_of)

    async def _once(self, url: str, headers: dict[str, str], limit: int) -> Page | NotModified | _Elsewhere:
        async with self._session.get(
            URL(url, encoded=_is_encoded(url)), headers=headers, allow_redirects=False
        ) as response:
            if _is_redirect(response):
                target = absolute(str(response.url), response.headers.get("Location", ""))
                return _Elsewhere(target, permanent=response.status in {301, 308})
            return await answer.read(response, limit)


def introduced(contact: str) -> str:
    """Our user agent with the address where a site can ask what we are doing there."""
    return USER_AGENT.replace(")", f"; +{contact})") if contact else USER_AGENT


def _conditions(etag: str, last_modified: str) -> dict[str, str]:
    """The headers of a conditional GET; values with line breaks are no server's."""
    asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in asked.items() if value and value.isprintable()}


@contextmanager
def _faults_of(url: str) -> Iterator[None]:
    """Whatever goes wrong at `url` as a FetchError that names its host."""
    try:
        yield
    except TimeoutError as error:
        raise FetchError("timeout", _site(url)) from error
    except InvalidURL as error:
        raise FetchError("refused", "no sound address") from error
    except ClientConnectorError as error:
        kind: Kind = "private" if isinstance(error.os_error, PrivateAddressError) else "unreachable"
        raise FetchError(kind, f"{_site(url)}: {error.os_error.strerror or error.os_error}") from error
    except (ClientError, OSError, ValueError, UnicodeError) as error:
        raise FetchError("unreachable", f"{_site(url)}: {type(error).__name__}") from error


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


def _site(url: str) -> str:
    """The host for a log line: never the query, never credentials."""
    try:
        return urlsplit(url).hostname or "?"
    except ValueError:
        return "?"
