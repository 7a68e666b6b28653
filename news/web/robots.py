"""What each site's robots.txt lets us read, and how fast (RFC 9309).

Read once per origin and remembered for a while. 4xx: there are no rules. 5xx or no answer: nobody knows, so
nothing is asked of that site until it says.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from protego import Protego

from news.errors import FetchError
from news.web.address import absolute

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ask = Callable[[str], Awaitable[bytes]]
    """Fetches the body at an address; FetchError where it can't be had."""

LIFETIME: Final = 12 * 3600.0
"""Seconds; RFC 9309 allows a day."""
UNKNOWN_FOR: Final = 60.0
"""Seconds before a robots.txt that could not be had is asked for again."""
LONGEST_PAUSE: Final = 60.0
"""Seconds; a larger Crawl-delay would keep a story's picture for longer than the story is news."""
ROBOTS_LIMIT: Final = 512 * 1024
"""Bytes: RFC 9309 wants 500 KiB read at least."""
MOST: Final = 2000
"""Origins remembered."""
_NO_RULES: Final = frozenset({"blocked", "gone", "refused", "too_large", "not_a_feed"})
"""Ways to fail that say there are no rules: endless redirects too are "unavailable" (RFC 9309, 2.3.1.2)."""
_NO_CONNECTION: Final = frozenset({"unreachable", "timeout", "private"})
"""Ways to fail that say nothing of robots.txt: any other page of the site would fail as well."""


@dataclass(slots=True)
class _Origin:
    """One site's rules, or why they are not known, until a moment."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    rules: Protego | None = None
    error: FetchError | None = None
    until: float = 0.0


class Robots:
    """The rules of all sites. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._origins: dict[str, _Origin] = {}

    async def permit(self, url: str, user_agent: str, ask: Ask) -> float:
        """Seconds to leave after reading `url`; FetchError where its site forbids it or can't be asked."""
        rules = await self._rules(url, ask)
        name = product(user_agent)
        if not rules.can_fetch(url, name):
            raise FetchError("blocked", "robots.txt does not allow it")
        return min(max(rules.crawl_delay(name) or 0.0, 0.0), LONGEST_PAUSE)

    async def sitemaps(self, url: str, ask: Ask) -> list[str]:
        """The sitemaps that the site of `url` names."""
        rules = await self._rules(url, ask)
        return [found for named in rules.sitemaps if (found := absolute(url, named))]

    async def _rules(self, url: str, ask: Ask) -> Protego:
        origin = self._origin(url)
        async with origin.lock:
            if self._clock() >= origin.until:
                await self._learn(origin, absolute(url, "/robots.txt"), ask)
        if origin.error is not None:
            # A new one each time: an exception that is raised twice grows its traceback.
            raise _waiting(origin.error)
        return origin.rules or Protego.parse("")

    def _origin(self, url: str) -> _Origin:
        parts = urlsplit(url)
        name = f"{parts.scheme}://{parts.netloc.casefold()}"
        if name not in self._origins and len(self._origins) >= MOST:
            del self._origins[next(iter(self._origins))]
        return self._origins.setdefault(name, _Origin())

    async def _learn(self, origin: _Origin, address: str, ask: Ask) -> None:
        origin.error, lifetime = None, LIFETIME
        try:
            text = (await ask(address)).decode("utf-8-sig", "replace")
        except FetchError as error:
            text = ""
            if not _says_there_is_none(error):
                origin.error, lifetime = error, UNKNOWN_FOR
        origin.rules = await asyncio.to_thread(_parsed, text)
        origin.until = self._clock() + lifetime


def product(user_agent: str) -> str:
    """The name by which robots.txt speaks of us: `KhoborBot` of `KhoborBot/0.1 (…)`."""
    return user_agent.replace("/", " ").partition(" ")[0]


def _parsed(text: str) -> Protego:
    # A page instead of robots.txt is what single-page sites answer to everything.
    return Protego.parse("" if text.lstrip().startswith("<") else text)


def _says_there_is_none(error: FetchError) -> bool:
    """429 is an overloaded site, not one without rules."""
    return error.kind in _NO_RULES or (400 <= error.status < 500 and error.status != 429)


def _waiting(error: FetchError) -> FetchError:
    """robots.txt is named where the site answered for it: without a connection all of it is out of reach."""
    detail = error.detail
    if error.kind not in _NO_CONNECTION:
        detail = f"robots.txt can't be read: {detail}" if detail else "robots.txt can't be read"
    return FetchError(error.kind, detail, error.retry_after, status=error.status)
