"""One poll of one source: what is listed, what of it is new or changed, each such page read and taken in.

    look ──> unknown ──> read the page ──> a general paper's: ours? ──> a better summary? ──┐
         └─> changed ──> read it again ──────────────────────────── record <── delivery.intake

A story is remembered only when it is published, so a poll that is cut off anywhere is simply done again. One
source that fails is a value to record; it never stops the others.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bot.poll_record import BODILESS, Finished, Recorder
from delivery.intake import Intake, Joined
from handlers.editors.alarms import Alarm
from news import reading
from news.errors import FetchError
from news.finding import listing
from news.finding.listing import Listing
from news.summary.rewrite import improved
from news.topics.diaspora import concerns_diaspora
from news.web import address
from storage import articles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from delivery.intake import Again, Changed, Published
    from news.article import Article, Category, Entry, Source
    from news.summary.rewrite import Endpoint
    from news.web.fetch import Fetcher, NotModified
    from storage.database import Database
    from storage.sources import SourceState

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 20
"""New stories taken from one poll: more means that the source was rearranged, not that so much happened."""
GENERAL_AT_ONCE: Final = 60
"""The same of a general paper, most of whose stories are left to it: after a night's pause there are many."""
TRIES: Final = 3
"""Polls in which a page may fail before its story is given up."""
SEARCHED_AFTER: Final = 3
"""Failures in a row after which a source is looked for all over its site: a bad hour is no reason to."""
BLANK: Final = "not_an_article"
"""What a page without a text is: a gallery, or every page of a paper that was rebuilt."""


def _say_nothing(alarm: Alarm) -> None:
    """Nobody wants to know."""


@dataclass(slots=True)
class Poller:
    """Polls sources. `published` is called after each post, `tell` with each alarm; `clock`: aware UTC.

    `corrected` is called after each post that says something else by now.
    `parse` calls a function elsewhere than in the event loop: `news.parser.worker.Parser.call`, or a thread.
    `summariser` is asked for better summaries, if there is one.
    """

    db: Database
    fetcher: Fetcher
    categories: Mapping[str, Category]
    clock: Callable[[], datetime]
    published: Callable[[], None]
    tell: Callable[[Alarm], None] = _say_nothing
    parse: listing.Parse = asyncio.to_thread
    summariser: Endpoint | None = None
    corrected: Callable[[], None] = lambda: None
    _failed: dict[str, int] = field(default_factory=dict)
    _recorder: Recorder = field(init=False)
    _intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        """The intake takes in what was read, the recorder writes down how polls went."""
        self._recorder = Recorder(self.db, self.clock, self.tell)
        self._intake = Intake(self.db, self.parse)

    async def poll(self, source: Source, state: SourceState) -> int:
        """Poll `source` once; how many stories were published."""
        return (await self.visit(source, state))[0]

    async def visit(self, source: Source, state: SourceState) -> tuple[int, SourceState]:
        """Poll `source` once; how many stories were published, and the source's state from now on."""
        began = self.clock()
        try:
            found = await self._look(source, state)
        except FetchError as error:
            return 0, await self._recorder.failed(source, state, error)
        done = Finished(began, found, bodiless=state.bodiless)
        entries = found.entries if isinstance(found, Listing) else ()
        await self._take(source, state, entries, done)
        if not source.review:
            # What an editor has released stays as they saw it.
            await self._read_again(source, state, entries, done)
        if done.unread and isinstance(found, Listing):
            # What is still to be read is asked for again: the source must not answer "nothing new" next time.
            done.found = replace(found, etag="", last_modified="", fingerprint="")
        return done.published, await self._recorder.finished(source, state, done)

    async def flush(self) -> None:
        """Have all that polls found out in the database; StorageError where that can't be done now."""
        await self._recorder.flush()

    async def _look(self, source: Source, state: SourceState) -> Listing | NotModified:
        """Ask what served last time; after some failures in a row, find out anew."""
        astray = state.failures >= SEARCHED_AFTER
        return await listing.look(
            self.fetcher.named(source.user_agent),
            source.url,
            served="" if astray else state.served,
            etag=state.etag,
            last_modified=state.last_modified,
            now=self.clock(),
            only=source.only,
            fingerprint=state.fingerprint,
            thorough=astray or not state.first_poll_done,
            parse=self.parse,
        )

    async def _take(
        self, source: Source, state: SourceState, entries: Sequence[Entry], done: Finished
    ) -> None:
        """Take in what is new of `entries`, noting in `done` how it went."""
        blank: list[Entry] = []
        for entry in await self._fresh(source, state, entries, done) if entries else ():
            if self._rests(entry):
                done.unread += 1
                continue
            try:
                await self._take_in(source, state, entry, done)
            except FetchError as error:
                self._count(entry, error, done)
                if error.kind == BLANK:
                    blank.append(entry)
                else:
                    await self._give_up(state, entry, error, done)
        await self._give_up_blank(state, blank, done)

    def _rests(self, entry: Entry) -> bool:
        """Whether a page that failed again and again is left alone this time: ever more rarely it is not."""
        key = address.key(entry.url)
        if (tries := self._failed.get(key, 0)) < TRIES or (tries + 1).bit_count() == 1:
            return False
        self._failed[key] += 1
        return True

    async def _fresh(
        self, source: Source, state: SourceState, entries: Sequence[Entry], done: Finished
    ) -> list[Entry]:
        """The entries to publish, oldest first; those too many are remembered as known."""
        ordered = newest_first(entries)
        usual = GENERAL_AT_ONCE if source.general else MOST_AT_ONCE
        most = usual if state.first_poll_done else source.first
        most = 0 if state.lists_nothing_new else most
        unknown = await articles.unknown(self.db, [address.key(entry.url) for entry in ordered])
        done.heard = self._moments(state, ordered, unknown)
        wanted = ordered if state.first_poll_done else ordered[:most]
        fresh = [entry for entry in wanted if address.key(entry.url) in unknown][:most]
        taken = {address.key(entry.url) for entry in fresh}
        known = {address.key(entry.url): entry.title for entry in ordered}
        await self._remember(state, {key: known[key] for key in unknown - taken})
        return fresh[::-1]

    def _moments(self, state: SourceState, entries: Sequence[Entry], unknown: set[str]) -> list[datetime]:
        """When the stories appeared: as they are dated, else now; a first list has no more than its dates."""
        now = self.clock() if state.first_poll_done else None
        new = [
            entry
            for entry in entries
            if (key := address.key(entry.url)) in unknown and key not in self._failed
        ]
        return [moment for entry in new if (moment := entry.published_at or now)]

    async def _remember(self, state: SourceState, known: Mapping[str, str]) -> None:
        if known:
            await articles.remember(self.db, state.id, known, self.clock())

    async def _take_in(self, source: Source, state: SourceState, entry: Entry, done: Finished) -> None:
        """Make a post of `entry`, or one paper more on another's; FetchError where its page can't be read."""
        key = address.key(entry.url)
        article = await self._read(source, entry)
        ours = not source.general or await self.parse(concerns_diaspora, article)
        self._failed.pop(key, None)
        done.page_read(has_body=_has_body(article, entry))
        if not ours:
            await self._remember(state, {key: article.title})
            return
        article, held = await self._improved(article), source.review
        taken = await self._intake.take(article, state.id, entry, self.clock(), held=held)
        if taken is not None:
            self._tell_of(taken, source, article, done)

    def _tell_of(self, taken: Published | Joined, source: Source, article: Article, done: Finished) -> None:
        """Count what was taken in, and wake whom it concerns: the senders, or the editors."""
        joined = isinstance(taken, Joined)
        event = "story held" if source.review else "story joined" if joined else "story published"
        log.info(event, extra={"post": taken.post_id, "source": source.name, "url": article.url})
        done.taken += 1
        if isinstance(taken, Joined) and taken.beyond is None:
            return
        done.published += 1
        if source.review:
            self.tell(Alarm("held", source.name, detail=article.title))
        else:
            self.published()

    async def _read_again(
        self, source: Source, state: SourceState, entries: Sequence[Entry], done: Finished
    ) -> None:
        """Read pages again that are listed otherwise or due for a second look; correct what has changed."""
        due = await self._intake.to_read_again(state.id, entries, self.clock())
        done.unread += due.waiting
        for again in due.pages:
            try:
                changed = await self._compare(source, again)
            except FetchError as error:
                log.info("page not read again", extra={"url": again.entry.url, "reason": str(error)})
                changed = await self._intake.changed(again, None, self.clock())
            if changed is not None:
                log.info("story changed", extra={"post": changed.post_id, "url": again.entry.url})
                if changed.post_id is not None:
                    self.corrected()

    async def _compare(self, source: Source, again: Again) -> Changed | None:
        article = await self._read(source, again.entry)
        return await self._intake.changed(again, article, self.clock(), self._improved)

    async def _improved(self, article: Article) -> Article:
        return await improved(article, self.summariser)

    async def _read(self, source: Source, entry: Entry) -> Article:
        return await reading.read(
            self.fetcher.named(source.user_agent),
            entry,
            now=self.clock(),
            source_category=source.category,
            categories=tuple(self.categories.values()),
            selectors=source.selectors,
            parse=self.parse,
        )

    def _count(self, entry: Entry, error: FetchError, done: Finished) -> None:
        """Note that a page was not read; a page without a text says something of its paper once."""
        key = address.key(entry.url)
        tries = self._failed[key] = self._failed.get(key, 0) + 1
        log.warning(
            "page not read",
            extra={"url": entry.url, "kind": error.kind, "reason": str(error), "tries": tries},
        )
        if error.kind == BLANK and tries == 1:
            done.page_read(has_body=False)

    async def _give_up(self, state: SourceState, entry: Entry, error: FetchError, done: Finished) -> None:
        """Leave the story for the next poll, or for good once it is gone or has been tried enough."""
        if self._failed[address.key(entry.url)] < TRIES and error.kind != "gone":
            done.unread += 1
            return
        if error.kind != "gone":
            done.given_up.append(entry.url)
        await self._forget(state, entry)

    async def _give_up_blank(self, state: SourceState, blank: Sequence[Entry], done: Finished) -> None:
        """Give up pages without a text, where another page shows that the paper is read as well as ever.

        Where many in a row have none the paper was rebuilt: they wait for somebody to say where its text is.
        """
        for entry in blank:
            tried = self._failed[address.key(entry.url)] >= TRIES and done.bodiless < BODILESS
            if done.read_well or tried:
                await self._forget(state, entry)
            else:
                done.unread += 1

    async def _forget(self, state: SourceState, entry: Entry) -> None:
        """Remember the story as known, and its failures no more."""
        key = address.key(entry.url)
        del self._failed[key]
        await self._remember(state, {key: entry.title})


def _has_body(article: Article, entry: Entry) -> bool:
    """Whether the page gave more than the teaser that stands for it."""
    return bool(article.paragraphs) and article.paragraphs != (entry.blurb,)


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """The entries by date where every one has a date; else in the order of the list, as papers print them."""
    dated = [(entry.published_at, entry) for entry in entries if entry.published_at is not None]
    if len(dated) < len(entries):
        return list(entries)
    return [entry for _, entry in sorted(dated, key=lambda pair: pair[0], reverse=True)]
