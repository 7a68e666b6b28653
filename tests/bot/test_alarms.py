"""The editors hear of a source that needs them, once for each time that it does, and of its recovery."""

from __future__ import annotations

import asyncio
import string
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alarms import COPIES, Editors, news_of
from bot.demo.telegram import Fault
from bot.log import Line
from bot.poll_record import BODILESS, FAILURES, FEWEST_CUT_OFF, Recorder, wait_after
from bot.poller import TRIES, Poller
from delivery.markup import plain, units
from handlers.editors.alarms import Alarm, sentence
from news.article import Source
from news.errors import FetchError
from news.web.fetch import Fetcher, open_session
from storage import posts, readers, sources
from storage.database import Database
from tests.delivery.house import House
from tests.delivery.stories import announcement, story
from tests.newspaper import Newspaper, Story

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KINDS = ("blocked", "gone", "failing", "recovered", "silent", "bodiless", "quarantined", "held", "stopped")


class Desk:
    """One source, polled when its turn has come, by a clock that only the test moves."""

    def __init__(self, db, fetcher, paper):
        self.db, self.paper = db, paper
        self.now = datetime.now(UTC)
        self.told: list[Alarm] = []
        self.source = Source("নদীর ওপার", f"{paper.address}/feed.xml", "probash")
        self.poller = Poller(db, fetcher, {}, lambda: self.now, lambda: None, self.told.append)

    async def state(self):
        await self.poller.flush()
        return await sources.by_url(self.db, self.source.url)

    async def poll(self, times: int = 1) -> None:
        for _ in range(times):
            state = await self.state()
            self.now = max(self.now, state.next_poll_at)
            await self.poller.poll(self.source, state)

    @property
    def kinds(self) -> list[str]:
        return [alarm.kind for alarm in self.told]


class Paper(Newspaper):
    """A newspaper whose pages can be rebuilt so that nobody can read them."""

    rebuilt = False
    blank: set[int]

    def page(self, story):
        blank = self.rebuilt or story.number in self.blank
        return "<title>x</title><div id=app></div>" if blank else super().page(story)


@pytest.fixture
async def paper():
    paper = Paper()
    paper.blank = set()
    await paper.start()
    paper.publish("আগের খবর")
    yield paper
    await paper.stop()


@pytest.fixture
async def desk(sqlite_db, paper):
    async with open_session(frozenset({"127.0.0.1"})) as session:
        desk = Desk(sqlite_db, Fetcher(session), paper)
        await sources.register(sqlite_db, [desk.source], desk.now)
        await desk.poll()
        yield desk


async def test_a_closed_door_is_told_at_once_and_tried_rarely(desk):
    desk.paper.status = 403
    await desk.poll()
    began = desk.now
    assert desk.kinds == ["blocked"]
    await desk.poll(3)
    assert (desk.kinds, desk.now - began) == (["blocked"], 42 * HOUR)  # after 6, 12 and 24 hours
    desk.paper.status = 200
    await desk.poll()
    assert desk.kinds == ["blocked", "recovered"]
    desk.paper.status = 403
    await desk.poll()
    assert desk.kinds == ["blocked", "recovered", "blocked"]


async def test_three_failures_in_a_row_are_told_and_so_is_the_end_of_them(desk):
    desk.paper.status = 500
    await desk.poll(FAILURES - 1)
    assert desk.kinds == []
    await desk.poll(4)
    assert desk.kinds == ["failing"]
    assert (desk.told[0].error, desk.told[0].number) == ("http", FAILURES)
    desk.paper.status = 200
    await desk.poll(2)
    assert desk.kinds == ["failing", "recovered"]


async def test_a_failure_that_passes_is_no_news(desk):
    desk.paper.status = 500
    await desk.poll(2)
    desk.paper.status = 200
    await desk.poll()
    assert desk.kinds == []


async def test_a_source_that_is_gone_is_paused_and_stays_so_after_a_restart(desk):
    desk.paper.status = 410
    await desk.poll()
    assert (desk.kinds, (await desk.state()).state) == (["gone"], "paused")
    await sources.register(desk.db, [desk.source], desk.now)
    assert (await desk.state()).state == "paused"
    await sources.register(desk.db, [], desk.now)
    await sources.register(desk.db, [desk.source], desk.now)
    assert (await desk.state()).state == "ok"


async def test_unusual_silence_is_told_once_and_ends_with_a_story(desk):
    for number in range(7):
        desk.now += HOUR
        desk.paper.stories.append(Story(number + 2, f"খবর {number}", desk.now - MINUTE))
        await desk.poll()
    while desk.now < (await desk.state()).rhythm.newest_at + DAY:
        await desk.poll()
    assert desk.kinds == ["silent"]
    assert desk.told[0].silence > 12 * HOUR
    assert not (await desk.state()).rhythm.is_silent((await desk.state()).rhythm.newest_at + 11 * HOUR)


async def test_pages_that_give_no_body_any_more_are_told(desk):
    desk.paper.rebuilt = True
    for number in range(BODILESS + 2):
        desk.paper.publish(f"নকশা বদলের পরের খবর {number}")
        await desk.poll()
    assert desk.kinds == ["bodiless"]
    desk.paper.rebuilt = False
    desk.paper.publish("আবার আগের মতো")
    await desk.poll()
    assert (await desk.state()).alarms == frozenset()


async def test_stories_of_a_rebuilt_paper_wait_until_its_pages_can_be_read_again(desk):
    """Somebody adds selectors days later: what had no text until then comes after all, and once."""
    desk.paper.rebuilt = True
    for number in range(BODILESS):
        desk.paper.publish(f"নকশা বদলের খবর {number}")
    await desk.poll(4 * TRIES)
    assert desk.kinds == ["bodiless"]
    asked = [
        desk.paper.asked.count(desk.paper.link(one).removeprefix(desk.paper.address))
        for one in desk.paper.stories
    ]
    assert max(asked) <= TRIES + 2  # ever more rarely
    desk.paper.rebuilt = False
    await desk.poll(4 * TRIES)
    titles = [post.article.title for post in await posts.posts_after(desk.db, 0)]
    assert titles == [story.title for story in desk.paper.stories]
    assert (await desk.state()).alarms == frozenset()


async def test_a_gallery_among_stories_is_given_up_and_its_paper_not_suspected(desk):
    gallery = desk.paper.publish("ছবিতে নদীর মেলা")
    desk.paper.blank.add(gallery.number)
    await desk.poll(2 * TRIES)
    desk.paper.publish("লেখা আছে এমন খবর")
    await desk.poll(2)
    assert (desk.kinds, (await desk.state()).bodiless) == ([], 0)
    assert desk.paper.asked.count(f"/probash/{gallery.number}") == TRIES


async def test_a_paper_without_dates_that_never_says_anything_new_is_told_of(desk):
    item = "<item><title>পুরোনো</title><link>/probash/1</link></item>"
    desk.paper.feed = f"<rss><channel><title>x</title>{item}</channel></rss>"
    frozen = Source("জমাট পাতা", f"{desk.paper.address}/feed.xml?", "probash", every=DAY)
    await sources.register(desk.db, [desk.source, frozen], desk.now)
    desk.source = frozen
    began = desk.now
    await desk.poll()
    assert (await desk.state()).rhythm.newest_at is not None
    while not desk.told:
        await desk.poll()
    assert (desk.kinds, (desk.now - began).days // 30) == (["silent"], 1)


async def test_a_page_that_is_given_up_is_told_with_its_address(desk):
    story = desk.paper.publish("পাতাটি ভাঙা")
    desk.paper.broken.add(story.number)
    await desk.poll(TRIES)
    (alarm,) = desk.told
    assert (alarm.kind, alarm.number, alarm.url) == ("quarantined", 1, desk.paper.link(story))


async def test_a_line_of_ours_that_is_down_is_no_fault_of_all_papers(sqlite_db):
    """Nobody could be told anyway, and afterwards there is nothing to tell."""
    now, told = datetime.now(UTC), []
    recorder = Recorder(sqlite_db, lambda: now, told.append)
    listed = [Source(f"কাগজ {n}", f"https://paper{n}.example/", "probash") for n in range(FEWEST_CUT_OFF)]
    await sources.register(sqlite_db, listed, now)
    for _ in range(FAILURES + 1):
        for source in listed:
            state = await sources.by_url(sqlite_db, source.url)
            await recorder.failed(source, state, FetchError("unreachable"))
    assert told == []
    for source, kind in zip(listed, ("not_a_feed", "unreachable"), strict=False):
        state = await sources.by_url(sqlite_db, source.url)
        await recorder.failed(source, state, FetchError(kind))
    assert [alarm.subject for alarm in told] == ["কাগজ 0", "কাগজ 1"]


def test_a_source_waits_as_it_asks_but_never_less_than_its_interval():
    overloaded = FetchError("http", "HTTP 503", 2 * HOUR, status=503)
    assert wait_after(overloaded, 10 * MINUTE, 1) == 2 * HOUR
    assert wait_after(FetchError("http", "", timedelta(seconds=1)), 10 * MINUTE, 1) == 10 * MINUTE
    assert wait_after(FetchError("timeout"), 10 * MINUTE, 3) == 40 * MINUTE
    assert wait_after(FetchError("blocked"), 10 * MINUTE, 1) == 6 * HOUR


alarms = st.sampled_from(KINDS).map(lambda kind: Alarm(kind, "x"))


@given(st.lists(st.tuples(st.lists(alarms, unique=True), st.sets(st.sampled_from(KINDS)))))
def test_each_incident_is_told_once_until_it_is_over(polls):
    known: frozenset[str] = frozenset()
    for seen, over in polls:
        told, after = news_of(known, seen, over)
        assert max(Counter(told).values(), default=0) <= 1
        assert {alarm.kind for alarm in told} == {alarm.kind for alarm in seen} - known
        assert after == (known - over) | {alarm.kind for alarm in seen}
        known = after


ALARM = {
    "error": "timeout",
    "detail": "<HTTP>",
    "number": 3,
    "silence": 2 * DAY,
    "url": "https://a.example/?a=1&b=2",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_alarm_is_said_in_both_languages_and_escaped_once(kind):
    said = {language: sentence(Alarm(kind, "<নদী & কূল>", **ALARM), language) for language in ("bn", "en")}
    for text in said.values():
        assert "<নদী & কূল>" in plain(text)
        assert "&lt;নদী &amp; কূল&gt;" in text
    bengali = said["bn"].replace("&lt;HTTP&gt;", "").replace("https://a.example/?a=1&amp;b=2", "")
    assert unicodedata.is_normalized("NFC", bengali)
    assert not set(bengali) & set(string.digits)


@pytest.mark.parametrize("language", ["bn", "en"])
def test_what_telegram_has_against_a_post_is_told_in_the_editors_language(language):
    """Whatever of it is known; the rest in Telegram's words."""
    for reason in (
        "Bad Request: message is too long",
        "Bad Request: MESSAGE_TOO_LONG",
        "Bad Request: message text is empty",
        "Bad Request: message to copy not found",
        "Bad Request: message can't be copied",
        "Bad Request: too many entities",
        "Bad Request: BUTTON_URL_INVALID",
        "Bad Request: can't parse entities: <b> at 7",
    ):
        assert "Bad Request" not in sentence(Alarm("stopped", "নদী", detail=reason), language)
    assert "Bad Request: a &lt;new&gt; one" in sentence(
        Alarm("stopped", "নদী", detail="Bad Request: a <new> one"), language
    )


@pytest.fixture
async def sender(sqlite_db, server, monkeypatch):
    monkeypatch.setattr("bot.alarms.GATHERED_FOR", 0.01)
    monkeypatch.setattr("bot.alarms.AGAIN", 0.05)
    async with aiohttp.ClientSession() as session:
        yield House(sqlite_db, server, session).sender()


def said_to(server, editor: int) -> list[str]:
    """What an editor has been told."""
    return [message["text"] for message in server.sent(editor)]


async def test_the_editors_are_told_of_a_post_that_was_stopped(sqlite_db, server, sender):
    server.person(1, "সম্পাদক", started=True)
    editors = Editors(sqlite_db, sender, [1])
    editors.tell_stopped(story(title="রোমে <মেলা>"), "Bad Request: message is too long")
    editors.tell_stopped(announcement(), "Bad Request: message to copy not found")
    await editors.all_told()
    (text,) = said_to(server, 1)
    assert "রোমে <মেলা>: পাঠানো থামানো হয়েছে। কারণ: বার্তাটি টেলিগ্রামের সীমার চেয়ে লম্বা।" in text
    assert "📣 ঘোষণা: পাঠানো থামানো হয়েছে। কারণ: মূল বার্তাটি মুছে ফেলা হয়েছে" in text


async def test_every_editor_is_told_in_their_language_in_few_messages(sqlite_db, server, sender, caplog):
    for number in (2, 3):
        server.person(number, "সম্পাদক", started=True)
    told = {"kind": "private", "title": "x", "timezone": "Asia/Dhaka", "now": datetime.now(UTC)}
    reader, _ = await readers.arrive(sqlite_db, 2, **told)
    await readers.set_language(sqlite_db, reader.id, "en")
    editors = Editors(sqlite_db, sender, [1, 2, 3])  # nobody has the first
    for number in range(100):
        editors.tell(Alarm("recovered", f"কাগজ {number}"))
    await editors.all_told()
    assert "editor not told" in caplog.text
    assert "answers again" in said_to(server, 2)[0]
    assert "আবার সাড়া দিচ্ছে" in said_to(server, 3)[0]
    assert len(said_to(server, 3)) == 2
    assert all(units(text) <= 4096 for text in said_to(server, 3))


async def test_what_could_not_be_told_is_told_once_telegram_is_back(sqlite_db, server, sender, caplog):
    """The news of it is there at once; the editor has it later, and what came meanwhile."""
    server.person(1, "সম্পাদক", started=True)
    port = int(server.base_url.rpartition(":")[2])
    await server.stop()
    editors = Editors(sqlite_db, sender, [1])
    editors.tell(Alarm("standing", "", silence=25 * MINUTE))
    await server.until(lambda: caplog.text.count("editor not told") > 1)
    editors.tell(Alarm("moving", "", silence=HOUR))
    await server.start(port)
    await editors.all_told()
    told = "\n".join(said_to(server, 1))
    assert told.index("পাঠানো থেমে আছে") < told.index("পাঠানো আবার চলছে")
    assert told.count("পাঠানো থেমে আছে") == 1


async def test_what_may_have_been_told_is_told_again_but_not_for_ever(sqlite_db, server, sender):
    server.person(1, "সম্পাদক", started=True)
    server.faults.add(Fault.html(502), chat_id=1, times=COPIES - 1)
    editors = Editors(sqlite_db, sender, [1])
    editors.tell(Alarm("recovered", "নদীর ওপার"))
    await editors.all_told()
    assert len(said_to(server, 1)) == 1
    server.faults.add(Fault.html(502, accepted=True), chat_id=1, times=0)
    editors.tell(Alarm("recovered", "দূর দেশ"))
    async with asyncio.timeout(60):
        await editors.all_told()
    assert len(said_to(server, 1)) == 1 + COPIES


async def test_while_the_database_is_away_an_editor_is_not_forgotten(sender, server, caplog):
    """It has to say in which language."""
    editors = Editors(Database("postgresql+asyncpg://khobor@127.0.0.1:1/khobor"), sender, [1])
    editors.tell(Alarm("recovered", "নদীর ওপার"))
    await server.until(lambda: caplog.text.count("editor not told") > 1)
    again = [vars(record) for record in caplog.records if record.message == "editor not told"]
    assert all("can't be reached" in said["reason"] and said["again_in"] > 0 for said in again)


@pytest.mark.parametrize(
    ("alarm", "level", "line"),
    [
        (Alarm("standing", "", silence=25 * MINUTE), "WARNING", "alarm alarm=standing seconds=1500"),
        (Alarm("moving", "", silence=HOUR), "INFO", "alarm alarm=moving seconds=3600"),
        (Alarm("recovered", "Durdesh"), "INFO", "alarm alarm=recovered subject=Durdesh"),
        (
            Alarm("failing", "Durdesh", error="http", detail="HTTP 500", number=3),
            "WARNING",
            'alarm alarm=failing subject=Durdesh error=http reason="HTTP 500" number=3',
        ),
        (
            Alarm("quarantined", "Durdesh", number=1, url="https://a.example/1"),
            "WARNING",
            "alarm alarm=quarantined subject=Durdesh number=1 url=https://a.example/1",
        ),
    ],
)
def test_the_log_has_of_an_alarm_what_there_is_to_it(sqlite_db, caplog, alarm, level, line):
    caplog.set_level("INFO")
    Editors(sqlite_db, None, []).tell(alarm)
    (record,) = caplog.records
    said = Line("text").format(record)
    assert record.levelname == level
    assert said.endswith(f"bot.alarms: {line}")
