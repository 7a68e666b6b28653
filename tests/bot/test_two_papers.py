"""Two papers, one event; pages that change; a general paper; a model's summary: polled as the bot does."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.poller import TRIES, Poller
from news.article import Category, Source
from news.page.article_page import read_page
from news.parser.worker import Parser
from news.summary.rewrite import Endpoint
from news.web.fetch import Fetcher, open_session
from storage import corrections, posts, sources
from storage import desk as waiting
from tests.bot.road import WAIT, Bot, cards, follow
from tests.newspaper import Newspaper

MINUTE = timedelta(minutes=1)
REST = (
    "সোমবার রাতে মক্কা মহাসড়কে এ দুর্ঘটনা ঘটে বলে জেদ্দা কনস্যুলেট জানিয়েছে।",
    "হতাহত ব্যক্তিরা একটি নির্মাণ প্রতিষ্ঠানে কাজ করতেন। কাজ শেষে তাঁরা আবাসনে ফিরছিলেন।",
    "আহত ব্যক্তিদের কিং ফাহাদ হাসপাতালে ভর্তি করা হয়েছে। কনস্যুলেটের একটি দল সেখানে গেছে।",
)
FIVE = (
    "জেদ্দায় সড়ক দুর্ঘটনায় পাঁচ বাংলাদেশি নিহত",
    "সৌদি আরবের জেদ্দায় বাস উল্টে পাঁচ বাংলাদেশি নিহত হয়েছেন।",
    *REST,
)
SEVEN = (
    "জেদ্দায় সড়ক দুর্ঘটনায় সাত বাংলাদেশি নিহত",
    "সৌদি আরবের জেদ্দায় বাস উল্টে সাত বাংলাদেশি নিহত হয়েছেন।",
    *REST,
)
ALSO = (
    "জেদ্দায় বাস উল্টে পাঁচ বাংলাদেশির প্রাণ গেল",
    "জেদ্দায় মক্কা মহাসড়কে বাস উল্টে পাঁচ বাংলাদেশি মারা গেছেন। সৌদি আরবে সোমবার রাতের এ দুর্ঘটনায় আহত কয়েকজন।",
    "জেদ্দা কনস্যুলেটের কর্মকর্তারা হাসপাতালে গেছেন। নিহতদের মরদেহ দেশে পাঠানোর ব্যবস্থা করা হচ্ছে বলে তাঁরা জানান।",
    "একজন সহকর্মী বলেন, চালক ঘুমিয়ে পড়েছিলেন। ট্রাফিক বিভাগ দুর্ঘটনার কারণ খুঁজে দেখছে।",
)
NOTICE = (
    "প্রিয় পাঠক, এই লেখাটি পড়তে নিবন্ধন করুন। নিবন্ধন বিনা মূল্যে, সময় লাগবে এক মিনিট।",
    "ইতিমধ্যে নিবন্ধন করে থাকলে আপনার নম্বর ও গোপন সংখ্যা দিয়ে ঢুকুন।",
)
SHELVES = {"probash": Category("probash", "প্রবাসের খবর", "Diaspora")}


class Room:
    """Two papers, polled in turn by a clock that only the test moves, parsed as in the running bot."""

    def __init__(self, db, fetcher, parser, papers, now):
        self.db, self.papers, self.now = db, papers, now
        self.woken, self.corrected, self.told = 0, 0, []
        self.parser = parser
        self.listed = [
            Source(paper.name, f"{paper.address}/feed.xml", "probash", first=0) for paper in papers
        ]
        self.poller = Poller(
            db,
            fetcher,
            SHELVES,
            lambda: self.now,
            self._wake,
            self.told.append,
            parse=parser.call,
            corrected=self._wake_correcting,
        )

    def _wake(self):
        self.woken += 1

    def _wake_correcting(self):
        self.corrected += 1

    async def poll(self, number: int, minutes: int = 1) -> int:
        self.now += minutes * MINUTE
        source = self.listed[number]
        return await self.poller.poll(source, await sources.by_url(self.db, source.url))

    async def posts(self) -> list[posts.Post]:
        return await posts.posts_after(self.db, 0)

    def change(self, number: int, **known) -> None:
        """The source is listed otherwise."""
        self.listed[number] = replace(self.listed[number], **known)


@pytest.fixture
async def papers():
    papers = [Newspaper(), Newspaper("সাঁঝের কথা")]
    for paper in papers:
        await paper.start()
    yield papers
    for paper in papers:
        await paper.stop()


@pytest.fixture
async def room(db, papers):
    async with open_session(frozenset({"127.0.0.1"})) as session, Parser(seconds=60) as parser:
        room = Room(db, Fetcher(session), parser, papers, datetime.now(UTC))
        await sources.register(db, room.listed, room.now)
        for number in range(2):
            await room.poll(number)
        yield room


async def test_the_first_paper_is_pushed_the_second_is_named_and_a_change_corrects(room):
    first = room.papers[0].publish(*FIVE)
    second = room.papers[1].publish(*ALSO)
    assert (await room.poll(0), await room.poll(1), room.woken) == (1, 0, 1)
    (post,) = await room.posts()
    assert post.others == (posts.Other("সাঁঝের কথা", room.papers[1].link(second)),)
    assert (await sources.by_url(room.db, room.listed[1].url)).last_new_at == room.now
    room.papers[0].correct(first, *SEVEN)
    assert (await room.poll(0), room.woken, room.corrected) == (0, 1, 1)
    (corrected,) = await room.posts()
    assert corrected.article.title == SEVEN[0]
    assert "সাত বাংলাদেশি" in corrected.article.summary[0]
    assert corrected.others == post.others
    (correction,) = await corrections.unfinished(room.db)
    assert (correction.post_id, correction.kind) == (post.id, "correct")
    assert correction.revision == corrected.revision
    asked = len(room.papers[0].asked)
    assert (await room.poll(0), len(room.papers[0].asked) - asked) == (0, 1)
    assert len(await corrections.unfinished(room.db)) == 1


async def test_a_page_that_changes_below_the_same_headline_is_noticed_at_its_second_look(room):
    story = room.papers[0].publish(*FIVE)
    await room.poll(0)
    room.papers[0].correct(story, FIVE[0], *SEVEN[1:])
    await room.poll(0, minutes=29)
    assert await corrections.unfinished(room.db) == []
    await room.poll(0, minutes=2)
    assert len(await corrections.unfinished(room.db)) == 1


async def test_what_changes_again_within_a_minute_waits_and_is_not_forgotten(room):
    story = room.papers[0].publish(*FIVE)
    await room.poll(0)
    for title in ("জেদ্দায় সড়ক দুর্ঘটনায় ছয় বাংলাদেশি নিহত", SEVEN[0]):
        room.papers[0].correct(story, title, *SEVEN[1:])
        await room.poll(0, minutes=0)
    assert (await room.posts())[0].article.title != SEVEN[0]
    await room.poll(0)
    assert (await room.posts())[0].article.title == SEVEN[0]


async def test_a_page_that_fails_when_it_is_read_again_says_nothing(room):
    story = room.papers[0].publish(*FIVE)
    await room.poll(0)
    room.papers[0].correct(story, *SEVEN)
    room.papers[0].broken.add(story.number)
    await room.poll(0)
    assert [post.article.title for post in await room.posts()] == [FIVE[0]]
    assert room.told == []


async def test_headlines_above_one_and_the_same_text_are_as_many_stories(room):
    """A notice to all readers in place of the text: nothing is swallowed, whichever paper prints it."""
    titles = ["দোহায় বইমেলা শুরু", "রিয়াদে নতুন বিদ্যালয়", "মিলানে ক্রিকেট উৎসব", "কুয়েতে চিকিৎসা শিবির"]
    for number, title in enumerate(titles):
        room.papers[number % 2].publish(title, *NOTICE)
    assert await room.poll(0) + await room.poll(1) == len(titles)
    assert {post.article.title for post in await room.posts()} == set(titles)


async def test_an_unreviewed_story_swallows_nobodys_and_is_named_on_nobodys(room):
    room.change(0, review=True)
    room.papers[0].publish(*FIVE)
    room.papers[1].publish(*ALSO)
    assert (await room.poll(0), room.woken) == (1, 0)
    assert (await room.poll(1), room.woken) == (1, 1)
    (held,) = await waiting.held(room.db)
    (live,) = await posts.latest(room.db)
    assert (held.article.title, live.article.title, live.others) == (FIVE[0], ALSO[0], ())
    room.change(0, review=False)
    room.change(1, review=True)
    room.papers[1].publish(FIVE[0], *FIVE[1:])
    await room.poll(1)
    assert len(await waiting.held(room.db)) == 2
    assert [alarm.kind for alarm in room.told] == ["held", "held"]


async def test_what_an_editor_has_released_stays_as_they_saw_it(room):
    room.change(0, review=True)
    story = room.papers[0].publish(*FIVE)
    await room.poll(0)
    (held,) = await waiting.held(room.db)
    await waiting.release(room.db, held.id, by=1, now=room.now, expires_at=room.now + 60 * MINUTE)
    room.papers[0].correct(story, *SEVEN)
    await room.poll(0, minutes=40)
    (live,) = await posts.latest(room.db)
    assert live.article.title == FIVE[0]
    assert await corrections.unfinished(room.db) == []


async def test_of_a_general_paper_only_what_concerns_the_diaspora_is_kept(room):
    """The rest is known from then on: no page is asked for twice."""
    room.change(0, general=True)
    paper = room.papers[0]
    paper.section = "news"
    ours = paper.publish(*FIVE)
    other = paper.publish("ঢাকায় বৃষ্টিতে জলাবদ্ধতা", "রাজধানীর সড়কে পানি জমেছে, ভোগান্তিতে নগরবাসী।")
    assert await room.poll(0) == 1
    assert [post.article.title for post in await room.posts()] == [ours.title]
    asked = len(paper.asked)
    paper.publish("মাস্কাটে প্রবাসীদের বইমেলা")
    assert await room.poll(0) == 1
    assert f"/news/{other.number}" not in paper.asked[asked:]


async def test_a_page_that_hangs_its_parser_three_times_is_left_out_and_the_editors_are_told(room):
    """The event loop never waits for it, and the pages after it are read."""
    room.parser._seconds = 1

    async def parse(function, *args, **known):
        hangs = function is read_page and "ফাঁদ".encode() in args[0]
        return await (
            room.parser.call(time.sleep, 600) if hangs else room.parser.call(function, *args, **known)
        )

    room.poller.parse = parse
    trap = room.papers[0].publish("ফাঁদ পাতা পাতা", *FIVE[1:])
    room.papers[0].publish(*ALSO)
    assert [await room.poll(0) for _ in range(TRIES + 1)] == [1, 0, 0, 0]
    assert [(alarm.kind, alarm.url) for alarm in room.told] == [("quarantined", room.papers[0].link(trap))]
    assert room.papers[0].asked.count(f"/probash/{trap.number}") == TRIES


@pytest.fixture
async def model():
    """A model behind an endpoint: says what it is told to say, and counts how often it is asked."""
    said = {"text": "", "asked": 0}

    async def answer(_request: web.Request) -> web.Response:
        said["asked"] += 1
        return web.json_response({"choices": [{"message": {"content": said["text"]}}]})

    application = web.Application()
    application.router.add_post("/v1/chat/completions", answer)
    async with TestServer(application, host="127.0.0.1") as server, ClientSession() as session:
        said["endpoint"] = Endpoint(session, str(server.make_url("/v1")), "m")
        yield said


async def test_a_faithful_summary_of_a_model_is_published_and_not_taken_for_a_change(room, model):
    room.poller.summariser = model["endpoint"]
    model["text"] = "সৌদি আরবের জেদ্দায় বাস উল্টে পাঁচ বাংলাদেশি নিহত হয়েছেন বলে কনস্যুলেট জানিয়েছে।"
    story = room.papers[0].publish(*FIVE)
    await room.poll(0)
    (post,) = await room.posts()
    assert post.article.summary == (model["text"],)
    room.papers[0].correct(story, *FIVE, "আহত ব্যক্তিদের নাম জানা যায়নি।")
    await room.poll(0, minutes=31)
    assert await corrections.unfinished(room.db) == []
    (post,) = await room.posts()
    assert (post.article.summary, len(post.article.paragraphs)) == ((model["text"],), 5)
    assert model["asked"] == 1
    model["text"] = "সৌদি আরবের জেদ্দায় বাস উল্টে সাত বাংলাদেশি নিহত হয়েছেন বলে কনস্যুলেট জানিয়েছে।"
    room.papers[0].correct(story, *SEVEN)
    await room.poll(0)
    assert (await room.posts())[0].article.summary == (model["text"],)


async def test_on_the_whole_road_one_event_is_one_push_and_its_correction_none(
    tmp_path, papers, server, sqlite_url, sqlite_db
):
    """The real command: readers get the first paper's card once, however many papers tell it."""
    bot = Bot(tmp_path, server, papers[0], DATABASE_URL=sqlite_url)
    with (tmp_path / "sources.toml").open("a", encoding="utf-8") as listed:
        listed.write(papers[1].source_toml())
    await bot.start()
    (reader,) = await follow(server, 1)
    first = papers[0].publish(*FIVE)
    await server.until(lambda: cards(server, reader, FIVE[0]), WAIT)
    second = papers[1].publish(*ALSO)
    await server.until(lambda: f"/probash/{second.number}" in papers[1].asked, WAIT)
    papers[0].correct(first, *SEVEN)
    await server.until(lambda: papers[0].asked.count(f"/probash/{first.number}") > 1, WAIT)
    papers[1].publish("মাস্কাটে প্রবাসীদের বইমেলা শুরু")
    await server.until(lambda: cards(server, reader, "মাস্কাটে প্রবাসীদের বইমেলা শুরু"), WAIT)
    assert await bot.kill(signal.SIGTERM) == 0
    pushed = [request for request in server.log if request.method == "sendPhoto"]
    assert len(pushed) == 2
    post, _ = await posts.posts_after(sqlite_db, 0)
    assert (post.article.title, post.others[0].source) == (SEVEN[0], papers[1].name)
    assert [one.kind for one in await corrections.of_post(sqlite_db, post.id)] == ["correct"]
    assert "Traceback" not in bot.log()
