"""Where articles come in: each becomes a post, joins the story that it tells, or changes what it said.

    article ──> the same event as a recent one? ──> a post of its own, or one paper more on that story's post
    page read again ──> does it say something else? ──> the article changed, and a correction for delivery

Which of them is decided by `news.story.sameness` and `news.story.changes`; what is decided is stored in one
transaction.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from delivery.publish import publish_story
from news.article import Article, Entry
from news.story import changes
from news.story.changes import Change
from news.story.fingerprint import fingerprint
from news.story.sameness import WINDOW, Known, Recent
from news.web import address
from storage import articles, stories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.articles import Kept
    from storage.database import Database

WATCHED: Final = timedelta(hours=6)
"""How long a page is read again when its list says something else of it: most corrections come early."""
SECOND_LOOK: Final = timedelta(minutes=30)
"""When a page is read once more, whatever its list says."""
PAUSE: Final = timedelta(minutes=5)
MOST_READINGS: Final = 6
"""Of one page, `PAUSE` apart at least: a list that counts or rotates is no reason to read for ever."""
AT_ONCE: Final = 5
"""Pages read again in one poll: a paper's patience is for what is new."""


@dataclass(frozen=True, slots=True)
class Published:
    """The article is a post of its own."""

    post_id: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Another paper had the story; this one is named on its post."""

    post_id: int


@dataclass(frozen=True, slots=True)
class Again:
    """A page to be read again, as its source lists it."""

    entry: Entry
    kept: Kept
    listed: str


@dataclass(frozen=True, slots=True)
class Changed:
    """An article says something else; `post_id` is the post to be corrected, if its card shows it."""

    article_id: int
    post_id: int | None


@dataclass(slots=True)
class Intake:
    """One for the process that polls.

    It keeps the articles of the last three days in memory and looks for new ones in the database each time,
    so that it may start, stop and pass to another process at any moment.
    """

    db: Database
    _recent: Recent = field(default_factory=Recent)
    _newest: int = -1
    _once: defaultdict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    """By source, when pages were read that were read once: a poll with nothing new asks no database."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(
        self, article: Article, source_id: int, entry: Entry, now: datetime
    ) -> Published | Joined | None:
        """Publish the article of `entry` or add it to its story; None where its address is stored already."""
        key, listed = address.key(entry.url), changes.mark(entry)
        async with self._turn:
            await self._catch_up(now)
            story = self._recent.story_of(
                fingerprint(article), address.host(article.url), _moment(article, now)
            )
            self._once[source_id].add(now)
            if story is None:
                post = await publish_story(self.db, source_id, key, article, now, listed=listed)
                return None if post is None else Published(post)
            post = await stories.join(self.db, story, source_id, key, article, now=now, listed=listed)
            return None if post is None else Joined(post)

    async def to_read_again(self, source_id: int, entries: Sequence[Entry], now: datetime) -> list[Again]:
        """Which recent pages of a source to read again; `entries` is its list, where it has changed."""
        if not entries and not await self._has_rested(source_id, now):
            return []
        rest, most = (PAUSE, MOST_READINGS - 1) if entries else (SECOND_LOOK, 1)
        since, before = now - WATCHED, now - rest
        rested = await articles.of_source(self.db, source_id, since, read_before=before, readings=most)
        listed = {address.key(entry.url): entry for entry in entries}
        seen = [_again(kept, listed.get(kept.key)) for kept in rested]
        due = [again for again in seen if _is_due(again, now)]
        if len(due) <= AT_ONCE:
            self._once[source_id] = {at for at in self._once[source_id] if at > now - SECOND_LOOK}
        return due[:AT_ONCE]

    async def changed(self, again: Again, article: Article | None, now: datetime) -> Changed | None:
        """Take in a page that was read again (None: it could not be); None where it says what it said."""
        old = again.kept
        amount = changes.change(old.article, article) if article else Change.NONE
        if article is None or amount is Change.NONE:
            await stories.looked(self.db, old, now=now, listed=again.listed)
            return None
        shown = amount is Change.SHOWN
        post = await stories.correct(self.db, old, article, now=now, listed=again.listed, shown=shown)
        self._recent.add(_known(old, article))
        return Changed(old.id, post)

    async def _has_rested(self, source_id: int, now: datetime) -> bool:
        """Whether a page of the source, read once, is to have its second look."""
        if self._newest < 0:
            async with self._turn:
                await self._catch_up(now)
        return any(at <= now - SECOND_LOOK for at in self._once[source_id])

    async def _catch_up(self, now: datetime) -> None:
        """Take in what was stored since the last time, by whomever, and forget what is too old."""
        new = await articles.recent(self.db, now - WINDOW, after=self._newest)
        # The first time there may be thousands, a millisecond each: not in the event loop.
        known = await asyncio.to_thread(lambda: [_known(kept, kept.article) for kept in new])
        for one in known:
            self._recent.add(one)
        for kept in new:
            if kept.readings == 1 and kept.seen_at > now - WATCHED:
                self._once[kept.source_id].add(kept.read_at)
        self._newest = max((one.id for one in known), default=max(self._newest, 0))
        self._recent.prune(now)


def _known(kept: Kept, article: Article) -> Known:
    at = _moment(kept.article, kept.seen_at)
    paper = address.host(kept.article.url)
    return Known(kept.id, kept.story_id, paper, at, fingerprint(article))


def _moment(article: Article, seen_at: datetime) -> datetime:
    """When it was published, as far as that can be: papers date ahead."""
    return min(article.published_at or seen_at, seen_at)


def _again(kept: Kept, entry: Entry | None) -> Again:
    if entry is None:
        stored = Entry(kept.article.url, kept.article.title, kept.article.published_at)
        return Again(stored, kept, kept.listed)
    return Again(entry, kept, changes.mark(entry))


def _is_due(again: Again, now: datetime) -> bool:
    """Whether a page that has rested is listed otherwise, or is to have its second look."""
    kept = again.kept
    return again.listed != kept.listed or (kept.readings == 1 and now - kept.read_at >= SECOND_LOOK)
