"""A picture goes up once; every further reader gets its file id.

known file id ──> use it
none yet      ──> one reader's message uploads it, the others wait for its file id
refused       ──> its address, for Telegram to fetch ──> refused too: the post goes without, for everyone
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from storage import media
from storage.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from storage.database import Database

log = logging.getLogger(__name__)

REMEMBERED: Final = 2_000
"""Pictures held in memory: those of a few days."""
PATIENCE: Final = 5.0
"""Seconds that a source has to give a picture: readers wait for it, and their leases run."""

Fetch = Callable[[str], Awaitable[bytes | None]]
"""Gets a picture's bytes; None where it can't be had (that is recorded there, not here)."""


class Pictures:
    """What is known of each picture's address; the file ids are in the database.

    While the database is away it goes on with what it remembers: at worst a picture goes up once more.
    """

    def __init__(self, db: Database, fetch: Fetch, clock: Callable[[], datetime]) -> None:
        """`fetch` gets the bytes of a picture from its source; `clock` gives aware UTC."""
        self._db = db
        self._fetch = fetch
        self._clock = clock
        self._ids: OrderedDict[str, str | None] = OrderedDict()
        self._asked: dict[str, asyncio.Task[None]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def file_id(self, url: str) -> str | None:
        """The picture's file id; "" where it is to be left out; None where nobody has sent it yet."""
        if url not in self._ids:
            if url not in self._asked:
                self._asked[url] = asyncio.create_task(self._ask(url))
            # Many readers of one story come at once: one question answers them all, whoever of them gives up.
            await asyncio.shield(self._asked[url])
        return self._ids.get(url)

    async def _ask(self, url: str) -> None:
        try:
            with _database_may_be_away():
                stored = await media.file_id(self._db, url)
                if stored is not None and url not in self._ids:  # nobody has learnt better meanwhile
                    self._remember(url, stored)
        finally:
            del self._asked[url]

    def first(self, url: str) -> AbstractAsyncContextManager[object]:
        """Held by the one message that sends the picture for the first time; the others wait here."""
        return self._locks.setdefault(url, asyncio.Lock())

    async def fetched(self, url: str) -> bytes | None:
        """The picture itself, from its source; None where it does not come in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._fetch(url)
        except TimeoutError:
            return None

    async def keep(self, url: str, file_id: str) -> None:
        """Telegram has the picture under `file_id`."""
        self._remember(url, file_id)
        with _database_may_be_away():
            await media.keep(self._db, url, file_id, self._clock())

    async def forget(self, url: str, file_id: str) -> None:
        """Telegram no longer knows `file_id`: upload again, unless somebody has done so meanwhile."""
        if self._ids.get(url) != file_id:
            return
        self._ids[url] = None
        with _database_may_be_away():
            await media.drop(self._db, url)

    def leave_out(self, url: str, reason: str) -> None:
        """No way was found to show the picture: its posts go without it, until the next start tries again."""
        log.warning("picture left out", extra={"url": url, "reason": reason})
        self._remember(url, "")

    def _remember(self, url: str, file_id: str) -> None:
        self._ids[url] = file_id
        while len(self._ids) > REMEMBERED:
            self._ids.popitem(last=False)


@contextmanager
def _database_may_be_away() -> Iterator[None]:
    """A message that was sent must be settled, whatever becomes of its picture's file id."""
    try:
        yield
    except Unavailable as error:
        log.warning("file ids can't be kept", extra={"reason": str(error)})
