"""Articles come in: posts, stories of several papers, corrections. On real databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from delivery import card
from delivery.audience import Plan, Show, plan
from delivery.intake import AT_ONCE, MOST_READINGS, Changed, Intake, Joined, Published
from delivery.live import LivePosts
from news.article import Article, Entry, Source
from news.summarise import summarise
from storage import articles, audit, corrections, desk, posts, sources
from tests.delivery.stories import CATEGORIES, claimed

if TYPE_CHECKING:
    from storage.database import Database

MINUTE = timedelta(minutes=1)
PAPERS = {"প্রভাতবেলা": "probhatbela", "সাঁঝের কথা": "sanjher-kotha", "দূর দেশ": "dur-desh"}

CRASH = (
    "জেদ্দায় সড়ক দুর্ঘটনায় পাঁচ বাংলাদেশি নিহত",
    "সৌদি আরবের জেদ্দায় বাস উল্টে পাঁচ বাংলাদেশি নিহত হয়েছেন।",
    "সোমবার রাতে মক্কা মহাসড়কে এ দুর্ঘটনা ঘটে।",
)
GROWN = (
    "জেদ্দায় বাস উল্টে নিহত বাংলাদেশির সংখ্যা বেড়ে সাত",
    "সৌদি আরবের জেদ্দায় মক্কা মহাসড়কে বাস উল্টে নিহত বাংলাদেশির সংখ্যা বেড়ে সাত হয়েছে।",
    "সোমবার রাতের দুর্ঘটনায় আহত দুজন হাসপাতালে মারা যান।",
)
ELSEWHERE = (
    "মাস্কাটে সড়ক দুর্ঘটনায় দুই বাংলাদেশি নিহত",
    "ওমানের মাস্কাটে গাড়ির ধাক্কায় দুই বাংলাদেশি নিহত হয়েছেন।",
    "রোববার সকালে সিব এলাকায় এ দুর্ঘটনা ঘটে।",
)


@dataclass
class Newsroom:
    """Three papers and one intake."""

    db: Database
    intake: Intake
    now: datetime
    ids: dict[str, int]

    def article(self, paper: str, number: int, told: tuple[str, ...]) -> Article:
        """What the paper's page of that number says."""
        title, *text = told
        url = f"https://{PAPERS[paper]}.example/{number}"
        summary = tuple(summarise("\n".join(text), title=title, max_sentences=3))
        return Article(url, title, paragraphs=tuple(text), summary=summary, categories=("probash",))

    async def take(
        self, paper: str, number: int, told: tuple[str, ...], *, held: bool = False, **known: tuple[str, ...]
    ) -> Published | Joined | None:
        """What the poller does with a new page, of which more may be `known`."""
        article = replace(self.article(paper, number, told), **known)
        entry = Entry(article.url, article.title)
        return await self.intake.take(article, self.ids[paper], entry, self.now, held=held)

    async def listed(self, paper: str, *entries: Entry) -> list[str]:
        """The addresses to read again when the paper lists these."""
        due = await self.intake.to_read_again(self.ids[paper], entries, self.now)
        return [one.entry.url for one in due.pages]

    async def read_again(self, paper: str, number: int, told: tuple[str, ...] | None) -> Changed | None:
        """What the poller does with a page that it reads again half an hour later."""
        self.now += 31 * MINUTE
        url = f"https://{PAPERS[paper]}.example/{number}"
        due = await self.intake.to_read_again(self.ids[paper], [Entry(url, f"বদলেছে {self.now}")], self.now)
        (again,) = [one for one in due.pages if one.entry.url == url]
        return await self.intake.changed(again, told and self.article(paper, number, told), self.now)


@pytest.fixture
async def newsroom(db: Database, now: datetime) -> Newsroom:
    listed = [Source(name, f"https://{host}.example/", "probash") for name, host in PAPERS.items()]
    await sources.register(db, listed, now)
    ids = {state.name: state.id for state in await sources.all_sources(db)}
    return Newsroom(db, Intake(db), now, ids)


async def test_the_first_paper_is_published_and_the_others_are_named_on_its_post(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    assert isinstance(first, Published)
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) == Joined(first.post_id)
    assert await newsroom.take("দূর দেশ", 1, CRASH) == Joined(first.post_id)
    (post,) = await posts.posts_after(db, 0)
    assert post.source == "প্রভাতবেলা"
    assert post.article.title == CRASH[0]
    assert post.others == (
        posts.Other("সাঁঝের কথা", "https://sanjher-kotha.example/1"),
        posts.Other("দূর দেশ", "https://dur-desh.example/1"),
    )


async def test_another_event_is_another_post(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    assert isinstance(await newsroom.take("সাঁঝের কথা", 1, ELSEWHERE), Published)
    assert [post.others for post in await posts.posts_after(db, 0)] == [(), ()]


async def test_new_cards_name_the_other_papers(newsroom, db):
    """Who keeps the live posts in memory sees the change, too."""
    live = LivePosts(db)
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    (before,) = await live.refresh(newsroom.now)
    await newsroom.take("সাঁঝের কথা", 1, GROWN)
    (after,) = await live.refresh(newsroom.now)
    assert "আরও সূত্র" not in card.compose(before, CATEGORIES, "bn").text
    line = 'আরও সূত্র: <a href="https://sanjher-kotha.example/1">সাঁঝের কথা</a>'
    assert line in card.compose(after, CATEGORIES, "bn").text
    assert after.revision > before.revision


async def test_that_another_paper_has_it_is_no_correction(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await newsroom.take("সাঁঝের কথা", 1, GROWN)
    assert await corrections.unfinished(db) == []


async def test_one_address_is_taken_once(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await newsroom.take("সাঁঝের কথা", 1, GROWN)
    assert await newsroom.take("প্রভাতবেলা", 1, CRASH) is None
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) is None
    (post,) = await posts.posts_after(db, 0)
    assert (post.id, len(post.others)) == (first.post_id, 1)


async def test_what_a_paper_adds_to_its_own_story_is_news(newsroom):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    assert isinstance(await newsroom.take("প্রভাতবেলা", 2, GROWN), Published)


async def test_a_paper_that_prints_its_story_twice_is_not_named_on_it(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    assert await newsroom.take("প্রভাতবেলা", 2, CRASH) == Joined(first.post_id)
    (post,) = await posts.posts_after(db, 0)
    assert post.others == ()


async def test_a_paper_whose_pages_are_all_alike_loses_no_story(newsroom):
    """Another headline or another number is another story; so is any paper's that has no text of its own."""
    rates = (
        "আজ ১ রিয়ালের দাম {} টাকা। ব্যাংকভেদে দাম কমবেশি হতে পারে। সূত্র বাংলাদেশ ব্যাংক।",
        "আজ মুদ্রা বিনিময় হার: ১ রিয়াল {} টাকা। ব্যাংকভেদে হার কমবেশি হতে পারে।",
    )
    for number in range(8):
        told = ("মুদ্রা বিনিময় হার", rates[number % 2].format(f"৩২.{number}"))
        assert isinstance(await newsroom.take("প্রভাতবেলা", number, told), Published)
    for number, title in enumerate(("সংবাদ সংক্ষেপ", "এক নজরে সারা দিন", "আজকের আবহাওয়া"), 10):
        told = (title, "প্রিয় পাঠক, লেখাটি পড়তে নিবন্ধন করুন। নিবন্ধন বিনা মূল্যে।")
        for paper in PAPERS:
            assert isinstance(await newsroom.take(paper, number, told), Published)


async def test_the_same_paper_on_another_host_is_the_same_paper(newsroom):
    """Its second article about an event is no second paper's."""
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    development = replace(newsroom.article("প্রভাতবেলা", 2, GROWN), url="https://deshe.probhatbela.example/2")
    entry = Entry(development.url, development.title)
    source = newsroom.ids["প্রভাতবেলা"]
    assert isinstance(await newsroom.intake.take(development, source, entry, newsroom.now), Published)


async def test_who_follows_what_only_the_second_paper_is_about_gets_that(newsroom, db):
    """Those whom the first reaches are not told twice, however much they follow."""
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH, categories=("world",), places=("SA",))
    second = await newsroom.take("সাঁঝের কথা", 1, GROWN, categories=("world", "probash"), places=("SA",))
    assert second == Joined(first.post_id, second.beyond)
    one, two = await posts.posts_after(db, 0)
    assert (two.id, two.audience.keys, two.story) == (second.beyond, {"category:probash"}, one.article_id)
    assert [other.source for other in two.others] == ["প্রভাতবেলা"]
    shown = {
        keys: [post.id for post in found.posts] if isinstance(found := _plan(keys, one, two), Show) else []
        for keys in (("category:world",), ("category:probash",), ("category:probash", "place:SA"))
    }
    assert list(shown.values()) == [[one.id], [two.id], [one.id]]
    told = _plan(("category:probash", "place:SA"), one, two)
    assert [(post.id, post.state) for post in told.passed] == [(two.id, "told")]


@pytest.mark.parametrize("pressed", [0, 1], ids=["the first paper's", "the second paper's"])
async def test_a_story_is_taken_back_with_all_its_posts_whichever_an_editor_means(newsroom, db, pressed):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH, categories=("world",))
    second = await newsroom.take("সাঁঝের কথা", 1, GROWN, categories=("probash",))
    other = await newsroom.take("দূর দেশ", 1, ELSEWHERE)
    ids = (first.post_id, second.beyond)
    assert await posts.retract(db, ids[pressed], newsroom.now, by=9)
    assert not await posts.retract(db, ids[1 - pressed], newsroom.now, by=9)
    assert [post.state for post in await posts.by_ids(db, [*ids, other.post_id])] == [
        "retracted",
        "retracted",
        "live",
    ]
    assert [[one.kind for one in await corrections.of_post(db, each)] for each in ids] == [["retract"]] * 2
    noted = [(deed.action, deed.subject) for deed in await audit.deeds(db, 9)]
    assert noted == [("retract", str(ids[pressed]))]


async def test_an_event_is_listed_once_however_many_posts_tell_it(newsroom, db):
    for number, shelf in enumerate(("world", "probash", "crime")):
        await newsroom.take([*PAPERS][number], 1, CRASH, categories=(shelf,))
    elsewhere = await newsroom.take("দূর দেশ", 2, ELSEWHERE)
    older, *_, newest = [post.id for post in await posts.posts_after(db, 0) if post.id != elsewhere.post_id]
    assert [post.id for post in await posts.latest(db, limit=2)] == [elsewhere.post_id, newest]
    assert [post.id for post in await posts.latest(db, limit=5)] == [elsewhere.post_id, newest]
    assert [post.id for post in await posts.latest(db, keys=["category:world"])] == [older]


def _plan(keys: tuple[str, ...], *found: posts.Post) -> Plan:
    return plan(claimed(*keys), found, found[0].published_at)


async def test_what_waits_for_an_editor_neither_takes_another_papers_story_nor_joins_one(newsroom, db):
    held = await newsroom.take("প্রভাতবেলা", 1, CRASH, held=True)
    live = await newsroom.take("সাঁঝের কথা", 1, CRASH)
    assert isinstance(held, Published)
    assert isinstance(live, Published)
    assert isinstance(await newsroom.take("প্রভাতবেলা", 2, GROWN, held=True), Published)
    assert await newsroom.take("দূর দেশ", 1, GROWN) == Joined(live.post_id)
    found = {post.id: (post.state, len(post.others)) for post in await posts.posts_after(db, 0)}
    assert (found[held.post_id], found[live.post_id]) == (("held", 0), ("live", 1))
    assert sorted(state for state, _ in found.values()) == ["held", "held", "live"]


async def test_a_released_story_is_open_to_other_papers_and_a_dismissed_one_is_not(newsroom, db):
    when = {"by": 1, "now": newsroom.now}
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH, held=True)
    released = await desk.release(db, first.post_id, **when, expires_at=newsroom.now + timedelta(days=2))
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) == Joined(released)
    other = await newsroom.take("প্রভাতবেলা", 2, ELSEWHERE, held=True)
    await desk.dismiss(db, other.post_id, **when)
    assert isinstance(await newsroom.take("সাঁঝের কথা", 2, ELSEWHERE), Published)


async def test_a_story_that_was_taken_back_takes_no_other_papers_with_it(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await posts.retract(db, first.post_id, newsroom.now)
    assert isinstance(await newsroom.take("সাঁঝের কথা", 1, GROWN), Published)


async def test_a_story_is_known_again_after_a_restart(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.intake = Intake(db)
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) == Joined(first.post_id)
    newsroom.intake = Intake(db)
    assert await newsroom.take("দূর দেশ", 1, GROWN) == Joined(first.post_id)


async def test_what_another_process_has_taken_is_known(newsroom, another):
    other = replace(newsroom, db=(db := another()), intake=Intake(db))
    await newsroom.take("দূর দেশ", 1, ELSEWHERE)
    first = await other.take("প্রভাতবেলা", 1, CRASH)
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) == Joined(first.post_id)


async def test_papers_that_bring_one_story_at_the_same_moment_make_one_post(newsroom, db):
    took = await asyncio.gather(*(newsroom.take(paper, 1, CRASH) for paper in PAPERS))
    assert sorted(type(one).__name__ for one in took) == ["Joined", "Joined", "Published"]
    (post,) = await posts.posts_after(db, 0)
    assert len(post.others) == 2


async def test_a_story_is_open_to_other_papers_for_three_days(newsroom):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.now += timedelta(hours=73)
    assert isinstance(await newsroom.take("সাঁঝের কথা", 1, GROWN), Published)


async def test_a_page_that_says_something_else_corrects_its_post(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    (before,) = await posts.posts_after(db, 0)
    changed = await newsroom.read_again("প্রভাতবেলা", 1, GROWN)
    assert changed == Changed(before.article_id, first.post_id)
    (after,) = await posts.posts_after(db, 0)
    assert (after.article.title, after.article.paragraphs) == (GROWN[0], GROWN[1:])
    assert after.corrected_at == newsroom.now
    (correction,) = await corrections.unfinished(db)
    assert (correction.post_id, correction.kind, correction.at) == (after.id, "correct", newsroom.now)
    assert correction.revision == after.revision > before.revision


async def test_what_an_article_said_before_is_kept(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    (before,) = await posts.posts_after(db, 0)
    await newsroom.read_again("প্রভাতবেলা", 1, GROWN)
    assert await articles.versions(db, before.article_id) == [before.article]


@pytest.mark.parametrize("told", [CRASH, None, (f" {CRASH[0]}!", *CRASH[1:])], ids=["same", "gone", "trifle"])
async def test_a_page_that_says_the_same_corrects_nothing(newsroom, db, told):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    before = await posts.posts_after(db, 0)
    assert await newsroom.read_again("প্রভাতবেলা", 1, told) is None
    assert await posts.posts_after(db, 0) == before
    assert await corrections.unfinished(db) == []


async def test_background_that_no_card_shows_is_stored_and_not_sent(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    (before,) = await posts.posts_after(db, 0)
    longer = newsroom.article("প্রভাতবেলা", 1, (*CRASH, "নিহতদের পরিচয় জানা যায়নি।"))
    newsroom.now += 31 * MINUTE
    (again,) = (await newsroom.intake.to_read_again(newsroom.ids["প্রভাতবেলা"], [], newsroom.now)).pages
    longer = replace(longer, summary=before.article.summary)
    assert await newsroom.intake.changed(again, longer, newsroom.now) == Changed(before.article_id, None)
    (after,) = await posts.posts_after(db, 0)
    assert len(after.article.paragraphs) == len(before.article.paragraphs) + 1
    assert after.revision == before.revision
    assert await corrections.unfinished(db) == []


async def test_a_change_of_a_paper_that_only_joined_corrects_nothing(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await newsroom.take("সাঁঝের কথা", 1, GROWN)
    before = await posts.posts_after(db, 0)
    changed = await newsroom.read_again("সাঁঝের কথা", 1, (f"{GROWN[0]}, শোক", *GROWN[1:]))
    assert changed is not None
    assert changed.post_id is None
    assert await posts.posts_after(db, 0) == before
    assert (await articles.article(db, changed.article_id)).title == f"{GROWN[0]}, শোক"


async def test_what_was_taken_back_is_not_corrected(newsroom, db):
    first = await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await posts.retract(db, first.post_id, newsroom.now)
    changed = await newsroom.read_again("প্রভাতবেলা", 1, GROWN)
    assert changed is not None
    assert changed.post_id is None
    assert [one.kind for one in await corrections.unfinished(db)] == ["retract"]


async def test_others_find_a_story_by_what_it_says_now(newsroom):
    first = await newsroom.take("প্রভাতবেলা", 1, ("সৌদিতে দুর্ঘটনা", "বিস্তারিত আসছে।"))
    await newsroom.read_again("প্রভাতবেলা", 1, CRASH)
    assert await newsroom.take("সাঁঝের কথা", 1, GROWN) == Joined(first.post_id)


async def test_a_page_is_read_once_more_after_half_an_hour(newsroom):
    """Whether or not its list has changed, and not a third time for that."""
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.now += 29 * MINUTE
    assert await newsroom.listed("প্রভাতবেলা") == []
    newsroom.now += 2 * MINUTE
    (again,) = (await newsroom.intake.to_read_again(newsroom.ids["প্রভাতবেলা"], [], newsroom.now)).pages
    assert (again.entry.url, again.entry.title) == ("https://probhatbela.example/1", CRASH[0])
    await newsroom.intake.changed(again, newsroom.article("প্রভাতবেলা", 1, CRASH), newsroom.now)
    newsroom.now += timedelta(hours=2)
    assert await newsroom.listed("প্রভাতবেলা") == []


async def test_a_page_has_its_second_look_after_a_restart_too(newsroom, db):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.now += 31 * MINUTE
    newsroom.intake = Intake(db)
    assert await newsroom.listed("প্রভাতবেলা") == ["https://probhatbela.example/1"]
    assert await newsroom.listed("সাঁঝের কথা") == []


async def test_a_poll_that_brings_nothing_asks_the_database_nothing(newsroom, db, monkeypatch):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.now += 10 * MINUTE
    monkeypatch.setattr(db, "read", None)
    assert await newsroom.listed("প্রভাতবেলা") == []
    assert await newsroom.listed("সাঁঝের কথা") == []


async def test_a_page_is_read_again_when_its_list_says_something_else(newsroom):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    await newsroom.take("প্রভাতবেলা", 2, ELSEWHERE)
    newsroom.now += 10 * MINUTE
    one, two = (
        Entry(f"https://www.probhatbela.example/{n}?utm_source=rss", f"{t[0]}!")
        for n, t in ((1, CRASH), (2, ELSEWHERE))
    )
    assert await newsroom.listed("প্রভাতবেলা", one, two) == []
    corrected = replace(one, title=GROWN[0])
    assert await newsroom.listed("প্রভাতবেলা", corrected, two) == [one.url]
    due = await newsroom.intake.to_read_again(newsroom.ids["প্রভাতবেলা"], [corrected, two], newsroom.now)
    (again,) = due.pages
    await newsroom.intake.changed(again, newsroom.article("প্রভাতবেলা", 1, GROWN), newsroom.now)
    newsroom.now += 10 * MINUTE
    assert await newsroom.listed("প্রভাতবেলা", corrected, two) == []


async def test_more_changes_than_a_poll_reads_wait_for_the_next(newsroom):
    source, entries = newsroom.ids["প্রভাতবেলা"], []
    for number in range(AT_ONCE + 2):
        told = (f"খবর {number}", f"শহর {number * 17} নিয়ে আলোচনা।")
        await newsroom.take("প্রভাতবেলা", number, told)
        entries.append(Entry(f"https://probhatbela.example/{number}", f"সংশোধিত {number}"))
    due = await newsroom.intake.to_read_again(source, entries, newsroom.now)
    assert (len(due.pages), due.waiting) == (AT_ONCE, True)
    for again in due.pages:
        await newsroom.intake.changed(again, None, newsroom.now)
    due = await newsroom.intake.to_read_again(source, entries, newsroom.now)
    assert (len(due.pages), due.waiting) == (2, False)


async def test_old_pages_are_left_alone(newsroom):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    newsroom.now += timedelta(hours=6, minutes=1)
    assert await newsroom.listed("প্রভাতবেলা", Entry("https://probhatbela.example/1", "আরেক শিরোনাম")) == []


async def test_a_list_that_never_says_the_same_twice_is_not_believed_for_ever(newsroom):
    await newsroom.take("প্রভাতবেলা", 1, CRASH)
    read = 1
    for number in range(30):
        newsroom.now += 6 * MINUTE
        entry = Entry("https://probhatbela.example/1", f"শিরোনাম {number}")
        due = await newsroom.intake.to_read_again(newsroom.ids["প্রভাতবেলা"], [entry], newsroom.now)
        for again in due.pages:
            await newsroom.intake.changed(again, None, newsroom.now)
            read += 1
    assert read == MOST_READINGS


async def test_a_paper_is_not_asked_for_many_pages_at_once(newsroom):
    for number in range(AT_ONCE + 3):
        await newsroom.take("প্রভাতবেলা", number, (f"খবর {number}", f"শহর {number * 17} নিয়ে আলোচনা।"))
    newsroom.now += 31 * MINUTE
    assert len(await newsroom.listed("প্রভাতবেলা")) == AT_ONCE


async def test_what_is_only_known_is_neither_a_story_nor_read_again(newsroom, db):
    source = newsroom.ids["প্রভাতবেলা"]
    await articles.remember(db, source, {"probhatbela.example/1": CRASH[0]}, newsroom.now)
    newsroom.now += 31 * MINUTE
    assert await newsroom.listed("প্রভাতবেলা", Entry("https://probhatbela.example/1", GROWN[0])) == []
    assert isinstance(await newsroom.take("সাঁঝের কথা", 1, CRASH), Published)
