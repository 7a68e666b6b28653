"""One poll of one source: what is listed, what of it is new, each new story read and published.

    look ──> unknown ──> read the page ──> publish (article and post in one transaction)

A story is remembered only when it is published, so a poll that is cut off anywhere is simply done again. One
source that fails is a value to record; it never stops the others.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from delivery.publish import publish_story
from news import address, listing, reading
from news.errors import FetchError
from news.listing import Listing
from storage import articles, sources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from news.article import Category, Entry, Source
    from news.fetch import Fetcher
    from storage.database import Database
    from storage.sources import SourceState

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 20
"""New stories taken from one poll: more means that the source was rearranged, not that so much happened."""
TRIES: Final = 3
"""Polls in which a page may fail before its story is given up."""
LONGEST_BACK_OFF: Final = timedelta(hours=6)
FINAL: Final = frozenset({"gone", "not_an_article"})
"""What a page says that will not change by asking again."""


@dataclass(slots=True)
class Poller:
    """Polls sources. `published` is called after each new post; `clock` gives aware UTC."""

    db: Database
    fetcher: Fetcher
    categories: Mapping[str, Category]
    clock: Callable[[], datetime]
    published: Callable[[], None]
    _failed: dict[str, int] = field(default_factory=dict)

    async def poll(self, source: Source, state: SourceState) -> int:
        """Poll `source` once; how many stories were published."""
        try:
            found = await listing.look(
                self.fetcher,
                source.url,
                served=state.served,
                etag=state.etag,
                last_modified=state.last_modified,
                now=self.clock(),
                only=source.only,
            )
        except FetchError as error:
            await self._record_failure(source, state, error)
            return 0
        if not isinstance(found, Listing):
            await self._record(source, state, Listing((), state.served, state.etag, state.last_modified), 0)
            return 0
        return await self._take(source, state, found)

    async def _take(self, source: Source, state: SourceState, found: Listing) -> int:
        fresh = await self._fresh(source, state, found.entries)
        done = [await self._publish(source, state, entry) for entry in fresh]
        if None in done:
            # What could not be read is asked for again: the source must not answer "nothing new" next time.
            found = Listing(found.entries, found.served, "", "")
        new = sum(1 for one in done if one)
        await self._record(source, state, found, new)
        return new

    async def _fresh(self, source: Source, state: SourceState, entries: Sequence[Entry]) -> list[Entry]:
        """The entries to publish, oldest first; those too many are remembered as known."""
        ordered = newest_first(entries)
        most = MOST_AT_ONCE if state.first_poll_done else source.first
        unknown = await articles.unknown(self.db, [address.key(entry.url) for entry in ordered])
        wanted = ordered if state.first_poll_done else ordered[:most]
        fresh = [entry for entry in wanted if address.key(entry.url) in unknown][:most]
        taken = {address.key(entry.url) for entry in fresh}
        known = {address.key(entry.url): entry.title for entry in ordered}
        await self._remember(state, {key: known[key] for key in unknown - taken})
        return fresh[::-1]

    async def _remember(self, state: SourceState, known: Mapping[str, str]) -> None:
        if known:
            await articles.remember(self.db, state.id, known, self.clock())

    async def _publish(self, source: Source, state: SourceState, entry: Entry) -> bool | None:
        """Whether a post came of `entry`; None where its page may be readable later."""
        key = address.key(entry.url)
        try:
            article = await reading.read(
                self.fetcher,
                entry,
                now=self.clock(),
                source_category=source.category,
                categories=tuple(self.categories.values()),
            )
        except FetchError as error:
            return await self._give_up(state, entry, error)
        self._failed.pop(key, None)
        post_id = await publish_story(self.db, state.id, key, article, self.clock())
        if post_id is None:
            return False
        log.info("story published", extra={"post": post_id, "source": source.name, "url": entry.url})
        self.published()
        return True

    async def _give_up(self, state: SourceState, entry: Entry, error: FetchError) -> bool | None:
        """None while the page is to be tried again; False once the story is given up."""
        key = address.key(entry.url)
        tries = self._failed[key] = self._failed.get(key, 0) + 1
        log.warning(
            "page not read",
            extra={"url": entry.url, "kind": error.kind, "reason": str(error), "tries": tries},
        )
        if tries < TRIES and error.kind not in FINAL:
            return None
        del self._failed[key]
        await self._remember(state, {key: entry.title})
        return False

    async def _record(self, source: Source, state: SourceState, found: Listing, new: int) -> None:
        now = self.clock()
        await sources.polled(
            self.db,
            state.id,
            now=now,
            next_poll_at=now + source.every,
            etag=found.etag,
            last_modified=found.last_modified,
            served=found.served,
            new=new,
        )

    async def _record_failure(self, source: Source, state: SourceState, error: FetchError) -> None:
        now = self.clock()
        wait = error.retry_after or back_off(source.every, state.failures + 1)
        blocked = error.kind == "blocked"
        log.warning("source failed", extra={"source": source.name, "kind": error.kind, "reason": str(error)})
        await sources.poll_failed(
            self.db,
            state.id,
            now=now,
            next_poll_at=now + wait,
            state="blocked" if blocked else "failing",
            error=str(error),
        )


def back_off(every: timedelta, failures: int) -> timedelta:
    """The wait after so many failures in a row: twice as long each time, six hours at most."""
    return min(every * (1 << min(failures - 1, 16)), max(every, LONGEST_BACK_OFF))


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """The entries by date where every one has a date; else in the order of the list, as papers print them."""
    dated = [(entry.published_at, entry) for entry in entries if entry.published_at is not None]
    if len(dated) < len(entries):
        return list(entries)
    return [entry for _, entry in sorted(dated, key=lambda pair: pair[0], reverse=True)]
