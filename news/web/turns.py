"""One request at a time to each host, with the pause between two that the host asks for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from news.web.address import host

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """Whose turn it is at each host: lists, pages, pictures and robots.txt wait in one line."""

    def __init__(self) -> None:
        # A lock lives as long as somebody holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._free_at: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, url: str, pause: float = 0.0) -> AsyncIterator[None]:
        """The host of `url` is ours inside; the next one waits `pause` seconds after us."""
        name = _host(url)
        lock = self._locks.get(name) or self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            await asyncio.sleep(self._free_at.get(name, 0.0) - monotonic())
            try:
                yield
            finally:
                self._free_at.pop(name, None)
                if pause > 0:
                    self._free_at[name] = monotonic() + pause


def _host(url: str) -> str:
    """The host and its port; `www.` and the scheme make no other machine."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = None
    return host(url) + (f":{port}" if port not in {None, 80, 443} else "")
