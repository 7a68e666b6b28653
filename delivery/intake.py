"""Where articles come in: each becomes a post, joins the story that it tells, or changes what it said.

    article ──> the same event as a recent one? ──> a post of its own, or one paper more on that story's post
    page read again ──> does it say something else? ──> the article changed, and a correction for delivery

Which of them is decided by `news.story.sameness` and `news.story.changes`; what is decided is stored in one
transaction. What an editor is to see first joins nothing, and nothing joins it until it is released: what
nobody has reviewed neither reaches readers by another paper's post nor keeps another paper's from them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from delivery.publish import place_story, publish_story
from news.article import Article, Entry
from news.story import changes
from news.story.changes import Change
from news.story.fingerprint import fingerprint
from news.story.sameness import WINDOW, Known, Recent
from news.web import address
from storage import articles, stories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from news.finding.listing import Parse
    from storage.articles import Kept
    from storage.database import Database

Improve = Callable[[Article], Awaitable[Article]]
"""Gives an article with a better summary, if there is one."""

WATCHED: Final = timedelta(hours=6)
"""How long a page is read again when its list says something else of it: most corrections come early."""
SECOND_LOOK: Final = timedelta(minutes=30)
"""When a page is read once more, whatever its list says."""
PAUSE: Final = timedelta(minutes=1)
MOST_READINGS: Final = 6
"""Of one page, from the second on `PAUSE` apart: a list that counts or rotates is not followed for ever."""
AT_ONCE: Final = 5
"""Pages read again in one poll: a paper's patience is for what is new."""


async def _as_it_is(article: Article) -> Article:
    """No summary is better than the article's own."""
    return article


@dataclass(frozen=True, slots=True)
class Published:
    """The article is a post of its own."""

    post_id: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Another paper had the story; this one is named on its post.

    `beyond` is a post for those who follow what this article is about and that post is not.
    """

    post_id: int
    beyond: int | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A page to be read again, as its source lists it."""

    entry: Entry
    kept: Kept
    listed: str

    @property
    def says_otherwise(self) -> bool:
        """Whether it is listed otherwise than when it was read."""
        return self.listed != self.kept.listed

    def is_due(self, now: datetime) -> bool:
        """Whether it says otherwise and has rested (the first time at once), or has its second look now."""
        once, rested = self.kept.readings == 1, now - self.kept.read_at
        return (self.says_otherwise and (once or rested >= PAUSE)) or (once and rested >= SECOND_LOOK)


@dataclass(frozen=True, slots=True)
class Due:
    """Pages to read again now; more are `waiting` for a later poll, which needs the list once more."""

    pages: tuple[Again, ...] = ()
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """An article says something else; `post_id` is the post to be corrected, if its card shows it."""

    article_id: int
    post_id: int | None


@dataclass(slots=True)
class Intake:
    """One for the process that polls.

    It keeps the articles of the last three days in memory and looks for new ones in the database each time,
    so that it may start, stop and pass to another process at any moment. `parse` calls a function elsewhere
    than in the event loop.
    """

    db: Database
    parse: Parse = asyncio.to_thread
    _recent: Recent = field(default_factory=Recent)
    _newest: int = -1
    _once: defaultdict[int, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    """By source, when pages were read that were read once: a poll with nothing new asks no database."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take(
        self, article: Article, source_id: int, entry: Entry, now: datetime, *, held: bool = False
    ) -> Published | Joined | None:
        """Publish the article of `entry` or add it to its story; None where its address is stored already.

        A `held` one waits for an editor.
        """
        key, listed = address.key(entry.url), changes.mark(entry)
        async with self._turn:
            await self._catch_up(now)
            if held:
                post = await publish_story(self.db, source_id, key, article, now, listed=listed, held=True)
                return None if post is None else Published(post)
            self._once[source_id].add(now)
            known = self._recent.stories_of(fingerprint(article), _paper(article), _moment(article, now))
            placed = await place_story(self.db, known, source_id, key, article, now=now, listed=listed)
        if placed is None:
            return None
        return Joined(placed.post_id, placed.beyond) if placed.named else Published(placed.post_id)

    async def to_read_again(self, source_id: int, entries: Sequence[Entry], now: datetime) -> Due:
        """Which recent pages of a source to read again; `entries` is its list, where it has changed."""
        if not entries and not await self._has_rested(source_id, now):
            return Due()
        since, before = now - WATCHED, now if entries else now - SECOND_LOOK
        kept = await articles.of_source(
            self.db, source_id, since, read_before=before, readings=MOST_READINGS - 1 if entries else 1
        )
        listed = {address.key(entry.url): entry for entry in entries}
        seen = [_again(one, listed.get(one.key)) for one in kept]
        due = [again for again in seen if again.is_due(now)]
        if len(due) <= AT_ONCE:
            self._once[source_id] = {at for at in self._once[source_id] if at > now - SECOND_LOOK}
        pages = tuple(due[:AT_ONCE])
        return Due(pages, waiting=any(again.says_otherwise and again not in pages for again in seen))

    async def changed(
        self, again: Again, article: Article | None, now: datetime, improve: Improve = _as_it_is
    ) -> Changed | None:
        """Take in a page that was read again (None: it could not be); None where it says what it said.

        `improve` is asked for a better summary, where the card is to change. FetchError where comparing takes
        too long.
        """
        old = again.kept
        amount = await self.parse(changes.change, old.article, article) if article else Change.NONE
        if article is None or amount is Change.NONE:
            await stories.looked(self.db, old, now=now, listed=again.listed)
            return None
        shown = amount is Change.SHOWN
        said = await improve(article) if shown else replace(article, summary=old.article.summary)
        post = await stories.correct(self.db, old, said, now=now, listed=again.listed, shown=shown)
        self._recent.add(_known(old, said))
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
            if kept.readings == 1:
                self._once[kept.source_id].add(kept.read_at)
        self._newest = max((one.id for one in known), default=max(self._newest, 0))
        self._recent.prune(now)
        for source_id, times in self._once.items():
            self._once[source_id] = {at for at in times if at > now - WATCHED}


def _known(kept: Kept, article: Article) -> Known:
    at = _moment(kept.article, kept.seen_at)
    return Known(kept.id, kept.story_id, _paper(kept.article), at, fingerprint(article))


def _paper(article: Article) -> str:
    """The host, with the port where that is not the usual one."""
    return address.key(article.url).partition("/")[0].partition("?")[0]


def _moment(article: Article, seen_at: datetime) -> datetime:
    """When it was published, as far as that can be: papers date ahead."""
    return min(article.published_at or seen_at, seen_at)


def _again(kept: Kept, entry: Entry | None) -> Again:
    if entry is None:
        stored = Entry(kept.article.url, kept.article.title, kept.article.published_at)
        return Again(stored, kept, kept.listed)
    return Again(entry, kept, changes.mark(entry))
