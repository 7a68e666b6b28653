"""One source's polls: new stories become posts once, old ones and broken ones don't."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.poller import MOST_AT_ONCE, TRIES, Poller, newest_first
from news.article import Entry
from news.finding.rhythm import back_off
from news.sources import load
from news.web.fetch import Fetcher, open_session
from storage import desk as waiting
from storage import posts, sources

if TYPE_CHECKING:
    from pathlib import Path


class Desk:
    """A poller of one newspaper; `poll` polls it as the timetable does."""

    def __init__(self, db, fetcher, paper, listed):
        self.db, self.paper = db, paper
        self.source = listed.sources[0]
        self.woken = 0
        categories = {category.slug: category for category in listed.categories}
        self.poller = Poller(db, fetcher, categories, lambda: datetime.now(UTC), self._wake)

    def _wake(self):
        self.woken += 1

    async def state(self):
        return await sources.by_url(self.db, self.source.url)

    async def poll(self) -> int:
        return await self.poller.poll(self.source, await self.state())

    async def titles(self) -> list[str]:
        return [post.article.title for post in await posts.posts_after(self.db, 0)]


@pytest.fixture
def paper(paper):
    for number in range(1, 6):
        paper.publish(f"আগের খবর {number}")
    return paper


@pytest.fixture
async def desk(db, paper, tmp_path: Path):
    file = tmp_path / "sources.toml"
    file.write_text(paper.sources_toml(), encoding="utf-8")
    listed = load(file)
    await sources.register(db, listed.sources, datetime.now(UTC))
    async with open_session(frozenset({"127.0.0.1"})) as session:
        yield Desk(db, Fetcher(session), paper, listed)


async def test_the_first_poll_publishes_only_the_newest_story(desk):
    """A new installation greets its readers with fresh news, not with an archive."""
    assert await desk.poll() == 1
    assert await desk.titles() == ["আগের খবর 5"]
    assert await desk.poll() == 0


async def test_a_new_story_is_published_once_and_wakes_the_senders(desk):
    """However often the source is polled."""
    await desk.poll()
    desk.paper.publish("মাস্কাটে নতুন আবাসন")
    assert [await desk.poll() for _ in range(3)] == [1, 0, 0]
    assert (await desk.titles())[-1] == "মাস্কাটে নতুন আবাসন"
    assert desk.woken == 2


async def test_new_stories_are_published_oldest_first(desk):
    """Readers get them in the order in which they happened."""
    await desk.poll()
    for title in ("প্রথম", "দ্বিতীয়", "তৃতীয়"):
        desk.paper.publish(title)
    await desk.poll()
    assert (await desk.titles())[-3:] == ["প্রথম", "দ্বিতীয়", "তৃতীয়"]


async def test_a_rearranged_source_does_not_flood_its_readers(desk):
    """Of too many new stories at once only the newest are published; the rest are known from then on."""
    await desk.poll()
    for number in range(MOST_AT_ONCE + 5):
        desk.paper.publish(f"খবর {number}")
    assert await desk.poll() == MOST_AT_ONCE
    assert await desk.poll() == 0


@pytest.mark.parametrize("polled_before", [False, True])
async def test_after_an_old_copy_was_restored_nothing_that_is_listed_is_published(desk, polled_before):
    """Not even the newest of a first list: all of it may have been sent since the copy was made."""
    if polled_before:
        await desk.poll()
        desk.paper.publish("কপির পরের খবর")
    before = await desk.titles()
    await sources.take_as_known(desk.db)
    assert [await desk.poll() for _ in range(2)] == [0, 0]
    assert await desk.titles() == before
    desk.paper.publish("নতুন খবর")
    assert await desk.poll() == 1
    assert await desk.titles() == [*before, "নতুন খবর"]


async def test_a_poll_that_brings_no_list_leaves_that_to_the_next_one(desk):
    await sources.take_as_known(desk.db)
    desk.paper.status = 500
    assert await desk.poll() == 0
    desk.paper.status, desk.paper.feed = 200, '<?xml version="1.0"?><rss version="2.0"><channel/></rss>'
    assert await desk.poll() == 0
    desk.paper.feed = ""
    assert await desk.poll() == 0
    desk.paper.publish("নতুন খবর")
    assert await desk.poll() == 1


async def test_a_source_with_nothing_new_is_asked_conditionally(desk):
    """The second poll costs the paper a 304 and no page."""
    await desk.poll()
    desk.paper.asked.clear()
    await desk.poll()
    assert desk.paper.asked == ["/feed.xml"]
    assert (await desk.state()).state == "ok"


async def test_a_page_that_fails_is_tried_again_and_then_given_up(desk):
    """One broken page neither blocks the source nor comes back for ever."""
    await desk.poll()
    story = desk.paper.publish("পাতাটি ভাঙা")
    desk.paper.broken.add(story.number)
    good = desk.paper.publish("পাতাটি ভালো")
    assert [await desk.poll() for _ in range(TRIES + 1)] == [1, 0, 0, 0]
    assert good.title in await desk.titles()
    asked = desk.paper.asked.count(f"/probash/{story.number}")
    assert asked == TRIES


async def test_a_page_that_recovers_is_published_after_all(desk):
    """Nothing is lost by a page's bad minute."""
    await desk.poll()
    story = desk.paper.publish("একটু পরে খোলে")
    desk.paper.broken.add(story.number)
    assert await desk.poll() == 0
    desk.paper.broken.clear()
    assert await desk.poll() == 1


async def test_a_feed_that_is_no_feed_is_recorded_and_the_stories_stay(desk):
    """The source is shown as failing, with a sentence, and polled again later."""
    await desk.poll()
    desk.paper.feed = "<html><body>রক্ষণাবেক্ষণ চলছে</body></html>"
    assert await desk.poll() == 0
    state = await desk.state()
    assert state.state == "failing"
    assert state.last_error
    assert state.next_poll_at > datetime.now(UTC)
    desk.paper.feed = ""
    desk.paper.publish("আবার চালু")
    assert await desk.poll() == 1
    assert (await desk.state()).state == "ok"


async def test_a_source_that_refuses_us_is_blocked(desk):
    """403 is shown as such and never worked around."""
    desk.paper.status = 403
    await desk.poll()
    assert (await desk.state()).state == "blocked"


async def test_a_reviewed_source_reaches_nobody_until_an_editor_says_so(desk):
    """The story waits at the desk, and the editors are told that it does."""
    told = []
    desk.source = replace(desk.source, review=True)
    desk.poller.tell = told.append
    await desk.poll()
    assert not await posts.latest(desk.db)
    (held,) = await waiting.held(desk.db)
    assert [(alarm.kind, alarm.detail) for alarm in told] == [("held", held.article.title)]
    assert not desk.woken


def test_back_off_doubles_up_to_six_hours():
    every = timedelta(minutes=5)
    assert [back_off(every, failures) for failures in (1, 2, 3)] == [every, every * 2, every * 4]
    assert back_off(every, 50) == timedelta(hours=6)
    assert back_off(timedelta(days=1), 50) == timedelta(days=1)


def test_entries_without_dates_keep_the_order_of_the_page():
    entries = [Entry("https://a.example/1"), Entry("https://a.example/2", published_at=datetime.now(UTC))]
    assert newest_first(entries) == entries
